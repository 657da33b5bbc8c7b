//! `Location` entities: which further files they lead to.

use std::path::Path;

use model::{Entity, EntityRef, LocationRef, Position, Problem, ProblemCode};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::problem::{Place, clip, warning};
use super::source::{Expansion, file_location};
use super::{glob, locate, paths};

/// Where a `Location` entity leads.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FileTarget {
    /// `file:` and an absolute path or glob; give it to [`expand_target`].
    pub location_ref: String,
    /// Canonical reference of the `Location` entity.
    pub parent: String,
    /// `spec.presence: optional`: it is no mistake when nothing is there.
    pub optional: bool,
}

/// The targets of one `Location` entity.
#[derive(Default)]
pub(super) struct Targets {
    pub targets: Vec<FileTarget>,
    pub problems: Vec<Problem>,
}

/// The files that a target stands for, as [`expand`](super::expand()) gives them for a source.
///
/// A target that is a plain path is returned whether it exists or not; reading it then tells.
pub fn expand_target(location_ref: &str) -> Expansion {
    let target = Path::new(location_ref.strip_prefix("file:").unwrap_or(location_ref));
    if glob::is_glob(target) { glob::expand(target) } else { Expansion::of_file(target) }
}

/// Where the target stands in the file of its `Location` entity. Reads that file: for problems only.
pub(super) fn position_of(file: &Path, target: &FileTarget) -> Option<Position> {
    let parent = EntityRef::parse(&target.parent).ok()?;
    let document = locate::Written::read(file)?;
    let is_it = |text: &str| resolve(text, file).to_string() == target.location_ref;
    let pointer = written(document.value(&parent)?.get("spec")?).find(|(_, text)| is_it(text))?.0;
    document.position(&parent, &pointer)
}

/// The targets that a `Location` entity from `file` names.
pub(super) fn of_entity(entity: &Entity, entity_ref: &EntityRef, file: &Path, place: &Place<'_>) -> Targets {
    let Some(spec) = entity.as_map().get("spec") else { return Targets::default() };
    let location_type = entity.spec_str("type").unwrap_or("file");
    let optional = entity.spec_str("presence") == Some("optional");
    let mut found = Targets::default();
    for (pointer, text) in written(spec) {
        if location_type == "file" && !text.contains("://") {
            let location_ref = resolve(text, file).to_string();
            found.targets.push(FileTarget { location_ref, parent: entity_ref.to_string(), optional });
        } else {
            found.problems.push(not_a_file(location_type, text, entity_ref, place.of(&pointer)));
        }
    }
    found
}

fn resolve(target: &str, file: &Path) -> LocationRef {
    file_location(&paths::absolute(Path::new(target), paths::folder_of(file)))
}

/// `target` and `targets` as they are written, each with its JSON pointer.
fn written(spec: &Value) -> impl Iterator<Item = (String, &str)> {
    let one = spec["target"].as_str().map(|text| ("/spec/target".to_owned(), text));
    let many = spec["targets"].as_array().into_iter().flatten().enumerate();
    one.into_iter()
        .chain(many.filter_map(|(index, text)| Some((format!("/spec/targets/{index}"), text.as_str()?))))
}

fn not_a_file(location_type: &str, target: &str, entity_ref: &EntityRef, position: Position) -> Problem {
    let what = if target.contains("://") { "an address" } else { "not a file" };
    Problem {
        found: Some(format!("{location_type}: {}", clip(target))),
        allowed: Some("type file, with paths relative to this descriptor".to_owned()),
        entity_ref: Some(entity_ref.to_string()),
        position: Some(position),
        ..warning(
            ProblemCode::Location,
            format!(
                "This target is {what}, and this catalog reads files only; what it names is not in the catalog"
            ),
            "Check the repository out and name the file by its path, or remove the target.",
        )
    }
}
