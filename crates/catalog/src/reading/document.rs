//! From the documents of a file to entities: each passes the same steps, and fails or succeeds on its own.

use std::path::PathBuf;

use model::annotation::{
    EDIT_URL, MANAGED_BY_LOCATION, MANAGED_BY_ORIGIN_LOCATION, SOURCE_LOCATION, VIEW_URL,
};
use model::{Entity, EntityRef, LocationRef, Problem, ProblemCode};
use platform::yaml::{self, Document, Growth, YamlError};
use rustc_hash::FxHashMap;
use serde_json::Value;

use super::file::{FileReading, MAX_ENTITIES, MAX_ENTITY_BYTES, ReadEntity};
use super::identity::Signed;
use super::placeholder::{Placeholders, too_much};
use super::problem::{self, Place, Text, error};
use super::remote::{Home, Remote};
use super::rules::Rules;
use super::source::file_location;
use super::{identity, paths, target};

/// Most problems that are told of one document: whoever has more starts anew.
const MAX_PROBLEMS_PER_DOCUMENT: usize = 50;

/// The documents of one file, and what they become.
pub(super) struct Documents<'a> {
    text: &'a Text<'a>,
    origin: &'a LocationRef,
    rules: &'a Rules,
    home: Home<'a>,
    growth: &'a Growth,
    location: String,
    origin_text: String,
    placeholders: Placeholders<'a>,
    /// Each entity so far, with the line of its document.
    lines: FxHashMap<EntityRef, u32>,
    reading: FileReading,
}

/// Why a document does not become an entity.
struct Rejected {
    /// The reference that it has, if an entity can have it.
    entity_ref: Option<EntityRef>,
    problems: Vec<Problem>,
}

impl<'a> Documents<'a> {
    /// `home` says what placeholders may read and patterns may search; anchors, aliases and placeholders of all documents
    /// take what they need from `growth`.
    pub(super) fn new(
        text: &'a Text<'a>,
        origin: &'a LocationRef,
        rules: &'a Rules,
        home: Home<'a>,
        growth: &'a Growth,
    ) -> Self {
        let location = match home {
            Home::Folder(_) => file_location(text.path()),
            Home::Address { address, .. } => {
                LocationRef { kind: "url".to_owned(), target: address.to_owned() }
            }
        };
        Self {
            text,
            origin,
            rules,
            home,
            growth,
            location: location.to_string(),
            origin_text: origin.to_string(),
            placeholders: Placeholders::new(paths::folder_of(text.path()), home, growth),
            lines: FxHashMap::default(),
            reading: FileReading::default(),
        }
    }

    /// Reads all documents. Also gives the files that placeholders looked at, with their fingerprints; the reading's
    /// own fields for these are left to the caller.
    pub(super) fn read(mut self) -> (FileReading, Vec<(PathBuf, String)>) {
        let mut documents = yaml::documents(self.text.as_str(), self.growth).peekable();
        while let Some(document) = documents.next() {
            match document {
                Ok(document) => {
                    if self.reading.entities.len() == MAX_ENTITIES {
                        self.stop_at_limit(document.line);
                        break;
                    }
                    let end = documents.peek().and_then(|next| next.as_ref().ok()).map(|next| next.line);
                    self.add(document, end);
                    if self.placeholders.is_full() {
                        break;
                    }
                }
                Err(cause) if self.growth.is_used_up() => self.stop_growing(&cause),
                Err(cause) => self.leave_out(&cause, documents.peek().is_none()),
            }
        }
        (self.reading, self.placeholders.into_seen())
    }

    fn add(&mut self, document: Document, end: Option<u32>) {
        match self.entity(document, end) {
            Ok(read) => {
                self.lines.insert(read.entity_ref.clone(), read.line);
                self.reading.entities.push(read);
            }
            Err(rejected) => {
                self.reading.broken |= rejected.entity_ref.is_none();
                let entity_ref = rejected.entity_ref.map(|entity_ref| entity_ref.to_string());
                let problems = rejected.problems.into_iter().take(MAX_PROBLEMS_PER_DOCUMENT);
                self.reading
                    .problems
                    .extend(problems.map(|problem| Problem { entity_ref: entity_ref.clone(), ..problem }));
            }
        }
    }

    /// All steps of one document; `end` is the line of the next one.
    fn entity(&mut self, document: Document, end: Option<u32>) -> Result<ReadEntity, Rejected> {
        let Document { mut value, line } = document;
        let failures = self.placeholders.resolve(&mut value);
        set_default_namespace(&mut value);
        let place = Place::new(self.text, line..end.unwrap_or(u32::MAX));
        if !failures.is_empty() {
            let problem = |failure: super::placeholder::Failure| Problem {
                position: Some(place.of_key(&failure.pointer)),
                ..error(ProblemCode::Placeholder, failure.message, &failure.help)
            };
            return Err(Rejected {
                // That there is no room for more is about the whole file.
                entity_ref: Entity::ref_of(&value).filter(|_| !self.placeholders.is_full()),
                problems: failures.into_iter().take(MAX_PROBLEMS_PER_DOCUMENT).map(problem).collect(),
            });
        }

        let violations = model::validate(&value);
        if !violations.is_empty() {
            let violations = violations.into_iter().take(MAX_PROBLEMS_PER_DOCUMENT);
            let problems = violations.map(|violation| place.violation(violation, &value)).collect();
            return Err(Rejected { entity_ref: Entity::ref_of(&value), problems });
        }
        let Some(mut entity) = Entity::from_value(value) else {
            // Validation refuses everything that is not an object.
            return Err(Rejected { entity_ref: None, problems: Vec::new() });
        };
        let entity_ref = entity.entity_ref();
        let reject =
            |problem: Problem| Rejected { entity_ref: Some(entity_ref.clone()), problems: vec![problem] };
        if !self.rules.allows(&entity, self.origin) {
            return Err(reject(self.not_allowed(&entity, &place)));
        }
        if let Some(first) = self.lines.get(&entity_ref) {
            return Err(reject(twice(&entity_ref, *first, &place)));
        }
        let findings = self.rules.findings(&entity).into_iter().take(MAX_PROBLEMS_PER_DOCUMENT);
        let findings = findings.map(|finding| place.finding(finding, &entity));
        self.reading.problems.extend(findings);

        model::sort_references(&mut entity);
        entity.set_annotation(MANAGED_BY_LOCATION, &self.location);
        entity.set_annotation(MANAGED_BY_ORIGIN_LOCATION, &self.origin_text);
        if let Home::Address { address, remote } = self.home {
            annotate(&mut entity, address, remote);
        }
        let Signed { hash, bytes } = identity::sign(&mut entity, &entity_ref);
        if bytes > MAX_ENTITY_BYTES {
            return Err(reject(too_large(&entity_ref, bytes, &place)));
        }
        if entity.kind() == "Location" {
            let found = target::of_entity(&entity, &entity_ref, self.text.path(), self.home, &place);
            self.reading.targets.extend(found.targets);
            self.reading.problems.extend(found.problems.into_iter().take(MAX_PROBLEMS_PER_DOCUMENT));
        }
        Ok(ReadEntity { entity, entity_ref, hash, line })
    }

    fn not_allowed(&self, entity: &Entity, place: &Place<'_>) -> Problem {
        Problem {
            found: Some(entity.kind().to_owned()),
            allowed: Some(self.rules.describe(self.origin)),
            position: Some(place.of("/kind")),
            ..error(
                ProblemCode::Rule,
                format!("catalog.rules does not let this {} in from {}", entity.kind(), self.origin_text),
                "Remove it here, or add its kind to catalog.rules, or to the rules of this location, in app-config.yaml.",
            )
        }
    }

    fn leave_out(&mut self, cause: &YamlError, is_last: bool) {
        self.reading.broken = true;
        let position = self.text.position(cause.line, cause.column);
        let help = problem::skeleton_help(&position.text).unwrap_or(if is_last {
            "Correct it here or just above. The documents before this one are read, this one and any after it are not."
        } else {
            "Correct it here or just above. The other documents of this file are read, this one is not."
        });
        self.reading.problems.push(Problem {
            position: Some(position),
            ..error(
                ProblemCode::Syntax,
                format!("This is not valid YAML: {}", problem::clip(&cause.message)),
                help,
            )
        });
    }

    fn stop_growing(&mut self, cause: &YamlError) {
        self.reading.broken = true;
        let (message, help) = too_much(self.growth);
        self.reading.problems.push(Problem {
            position: Some(self.text.position(cause.line, cause.column)),
            ..error(ProblemCode::File, message, &help)
        });
    }

    fn stop_at_limit(&mut self, line: u32) {
        self.reading.broken = true;
        self.reading.problems.push(Problem {
            position: Some(self.text.position(line, 1)),
            ..error(
                ProblemCode::File,
                format!("This file holds more than {MAX_ENTITIES} entities; those from here on are not read"),
                "Divide it into several files; a Location entity can lead to all of them.",
            )
        });
    }
}

/// Says where the entity is seen and edited, where its own file does not.
fn annotate(entity: &mut Entity, address: &str, remote: &dyn Remote) {
    let source = remote.folder_url(address).map(|folder| format!("url:{folder}"));
    let known = [
        (VIEW_URL, Some(address.to_owned())),
        (EDIT_URL, remote.edit_url(address)),
        (SOURCE_LOCATION, source),
    ];
    for (name, value) in known {
        if let Some(value) = value.filter(|_| entity.annotation(name).is_none()) {
            entity.set_annotation(name, &value);
        }
    }
}

fn twice(entity_ref: &EntityRef, first: u32, place: &Place<'_>) -> Problem {
    Problem {
        position: Some(place.of("/metadata/name")),
        ..error(
            ProblemCode::Duplicate,
            format!("{entity_ref} is described twice in this file; the one at line {first} is kept"),
            "Remove one of the two, or give this one another name or namespace.",
        )
    }
}

fn too_large(entity_ref: &EntityRef, bytes: usize, place: &Place<'_>) -> Problem {
    Problem {
        found: Some(format!("{bytes} bytes as JSON")),
        allowed: Some(format!("at most {MAX_ENTITY_BYTES} bytes")),
        position: Some(place.of("/metadata/name")),
        ..error(
            ProblemCode::Field,
            format!("{entity_ref} is too large for the catalog"),
            "Leave out what is long, or say only where it is to be found, for example in metadata.links.",
        )
    }
}

/// Sets `metadata.namespace` to `default` where it is missing or empty.
pub(super) fn set_default_namespace(document: &mut Value) {
    if let Some(metadata) = document.get_mut("metadata").and_then(Value::as_object_mut) {
        let is_set = |value: &Value| !value.is_null() && value != "";
        if !metadata.get("namespace").is_some_and(is_set) {
            metadata.insert("namespace".to_owned(), "default".into());
        }
    }
}
