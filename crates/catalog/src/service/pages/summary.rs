//! Short forms of entities, read from their documents without building a tree.

use std::borrow::Cow;

use model::{EntityLink, EntityRef, EntitySummary};
use rustc_hash::FxHashMap;
use serde::Deserialize;

use crate::view::{EntityId, View};

/// The part of a document that a line of a list needs.
#[derive(Deserialize)]
struct Heading<'a> {
    #[serde(borrow)]
    kind: Cow<'a, str>,
    #[serde(borrow)]
    metadata: Metadata<'a>,
    #[serde(borrow, default)]
    spec: Spec<'a>,
    /// There only while the file of the entity cannot be read well.
    status: Option<serde::de::IgnoredAny>,
}

#[derive(Deserialize)]
struct Metadata<'a> {
    #[serde(borrow)]
    name: Cow<'a, str>,
    #[serde(borrow)]
    namespace: Option<Cow<'a, str>>,
    #[serde(borrow)]
    title: Option<Cow<'a, str>>,
    #[serde(borrow)]
    description: Option<Cow<'a, str>>,
    #[serde(default)]
    tags: Vec<String>,
}

/// Values that are texts by convention only: an entity may hold anything there, so they are read leniently.
#[derive(Deserialize, Default)]
struct Spec<'a> {
    #[serde(default, rename = "type")]
    spec_type: serde_json::Value,
    #[serde(default)]
    lifecycle: serde_json::Value,
    #[serde(borrow)]
    profile: Option<Profile<'a>>,
}

#[derive(Deserialize)]
struct Profile<'a> {
    #[serde(borrow, rename = "displayName")]
    display_name: Option<Cow<'a, str>>,
}

/// The short form of an entity.
pub(super) fn summary(view: &View, id: EntityId, problems: &FxHashMap<String, u32>) -> Option<EntitySummary> {
    let heading: Heading<'_> = serde_json::from_slice(view.document(id)).ok()?;
    let related = |relation: &str| {
        view.relations(id)
            .into_iter()
            .find(|(relation_type, _, _)| *relation_type == relation)
            .map(|(_, target, _)| link_to(view, target))
    };
    let text = |value: &serde_json::Value| value.as_str().map(str::to_owned);
    Some(EntitySummary {
        description: heading.metadata.description.as_deref().map(str::to_owned),
        spec_type: text(&heading.spec.spec_type),
        lifecycle: text(&heading.spec.lifecycle),
        owner: related("ownedBy"),
        system: related("partOf"),
        // What breaks a whole file is nobody's own problem, but shows on all that the file brought.
        problem_count: problems
            .get(view.entity_ref(id))
            .copied()
            .unwrap_or(0)
            .max(u32::from(heading.status.is_some())),
        link: link(&heading),
        tags: heading.metadata.tags,
    })
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

/// A link to nothing: only the reference is known.
pub(super) fn missing(entity_ref: &str) -> EntityLink {
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
    }
}

fn link(heading: &Heading<'_>) -> EntityLink {
    let Metadata { name, namespace, title, .. } = &heading.metadata;
    let namespace = namespace.as_deref().unwrap_or("default");
    let display_name = heading.spec.profile.as_ref().and_then(|profile| profile.display_name.as_deref());
    EntityLink {
        entity_ref: EntityRef::new(&heading.kind, namespace, name).to_string(),
        kind: heading.kind.to_string(),
        namespace: namespace.to_owned(),
        name: name.to_string(),
        title: title.as_deref().or(display_name).unwrap_or(name).to_owned(),
        exists: true,
    }
}
