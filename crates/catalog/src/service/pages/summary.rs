//! Short forms of entities, read from their documents without building a tree.

use std::borrow::Cow;

use model::annotation::MANAGED_BY_LOCATION;
use model::{EntityLink, EntityRef, EntitySummary};
use platform::markdown;
use rustc_hash::FxHashMap;
use serde::Deserialize;
use serde_json::Value;

use super::short::cut;
use crate::service::problems::Tally;
use crate::view::{EntityId, View};

/// Characters of a description in a list.
const DESCRIPTION: usize = 300;
/// Characters of what else is shown in one line.
const LINE: usize = 200;
/// Tags of one entity.
const TAGS: usize = 100;

/// The part of a document that a line of a list needs. Whatever is not what it is by convention counts as missing: an
/// entity must not vanish from the pages for a value that it may have.
#[derive(Deserialize)]
struct Heading<'a> {
    #[serde(borrow)]
    kind: Cow<'a, str>,
    #[serde(borrow)]
    metadata: Metadata<'a>,
    #[serde(default)]
    spec: Spec,
    /// There only while the file of the entity cannot be read well.
    status: Option<serde::de::IgnoredAny>,
}

#[derive(Deserialize)]
struct Metadata<'a> {
    #[serde(borrow)]
    name: Cow<'a, str>,
    #[serde(default)]
    namespace: Value,
    #[serde(default)]
    title: Value,
    #[serde(default)]
    description: Value,
    #[serde(default)]
    tags: Value,
    #[serde(default)]
    annotations: Value,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Spec {
    #[serde(rename = "type")]
    spec_type: Value,
    lifecycle: Value,
    profile: Value,
}

/// The short form of an entity.
pub(in crate::service) fn summary(
    view: &View,
    id: EntityId,
    problems: &FxHashMap<String, Tally>,
) -> Option<EntitySummary> {
    let heading: Heading<'_> = serde_json::from_slice(view.document(id)).ok()?;
    let related = |relation| view.first_related(id, relation).map(|target| link_to(view, target));
    let text = |value: &Value, most: usize| value.as_str().map(|text| cut(text, most));
    let problems = problems.get(view.entity_ref(id)).copied().unwrap_or_default();
    // What breaks a whole file is nobody's own problem, but shows on all that the file brought.
    let of_file = heading.status.is_some();
    let tags = heading.metadata.tags.as_array().into_iter().flatten().filter_map(Value::as_str);
    Some(EntitySummary {
        description: heading.metadata.description.as_str().map(plain),
        spec_type: text(&heading.spec.spec_type, LINE),
        lifecycle: text(&heading.spec.lifecycle, LINE),
        owner: related("ownedby"),
        system: whole(view, id).map(|target| link_to(view, target)),
        problem_count: problems.count.max(u32::from(of_file)),
        has_error: problems.has_error || of_file,
        source_file: None,
        changed: None,
        link: link(&heading),
        tags: tags.take(TAGS).map(str::to_owned).collect(),
    })
}

/// The file that describes an entity.
pub(super) fn source_file(view: &View, id: EntityId) -> Option<String> {
    let heading: Heading<'_> = serde_json::from_slice(view.document(id)).ok()?;
    let file =
        heading.metadata.annotations.get(MANAGED_BY_LOCATION)?.as_str()?.strip_prefix("file:")?.to_owned();
    Some(cut(&file, LINE))
}

/// The beginning of a description, without the marks of Markdown.
fn plain(description: &str) -> String {
    // Marks take room too; of a long text only so much is read that the beginning is not short of words.
    cut(&markdown::to_text(&cut(description, DESCRIPTION * 4)), DESCRIPTION)
}

/// What an entity is part of: the system, where it is part of a component as well.
fn whole(view: &View, id: EntityId) -> Option<&str> {
    let wholes = view.targets(id, "partof");
    wholes.iter().find(|whole| whole.starts_with("system:")).or(wholes.first()).copied()
}

/// A link to an entity that exists.
pub(super) fn link_of(view: &View, id: EntityId) -> Option<EntityLink> {
    serde_json::from_slice(view.document(id)).ok().as_ref().map(link)
}

/// A link to whatever a reference names, whether it exists or not.
pub(super) fn link_to(view: &View, entity_ref: &str) -> EntityLink {
    if let Some(link) = view.id_of(entity_ref).and_then(|id| link_of(view, id)) {
        return link;
    }
    missing(entity_ref)
}

/// A link to nothing: only the reference is known. Where nothing is, it may have any length; those of entities are shorter
/// than a line.
pub(super) fn missing(entity_ref: &str) -> EntityLink {
    let entity_ref = &cut(entity_ref, LINE);
    let (kind, namespace, name) = match EntityRef::parse(entity_ref) {
        Ok(parsed) => (parsed.kind().to_owned(), parsed.namespace().to_owned(), parsed.name().to_owned()),
        Err(_) => (String::new(), String::new(), entity_ref.to_owned()),
    };
    EntityLink {
        entity_ref: entity_ref.to_owned(),
        title: name.clone(),
        kind,
        namespace,
        name,
        exists: false,
        at: String::new(),
    }
}

fn link(heading: &Heading<'_>) -> EntityLink {
    let Metadata { name, namespace, title, .. } = &heading.metadata;
    let namespace = namespace.as_str().unwrap_or("default");
    let display_name = heading.spec.profile.get("displayName").and_then(Value::as_str);
    EntityLink {
        entity_ref: EntityRef::new(&heading.kind, namespace, name).to_string(),
        kind: heading.kind.to_string(),
        namespace: namespace.to_owned(),
        name: name.to_string(),
        title: cut(title.as_str().or(display_name).unwrap_or(name), LINE),
        exists: true,
        at: String::new(),
    }
}
