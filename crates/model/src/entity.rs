//! An entity is its JSON object, untouched: unknown keys and the order of keys survive. Typed views read from it.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::EntityRef;

/// Namespace of an entity that names none.
pub(crate) const DEFAULT_NAMESPACE: &str = "default";

/// One thing that the catalog knows.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Entity(Map<String, Value>);

/// An external link of an entity.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    /// Absolute URL.
    pub url: String,
    /// What to show; the URL if there is none.
    pub title: Option<String>,
    /// Semantic name of an icon.
    pub icon: Option<String>,
    /// Free category.
    #[serde(rename = "type")]
    pub link_type: Option<String>,
}

impl Entity {
    /// The entity with this content.
    #[must_use]
    pub fn new(map: Map<String, Value>) -> Self {
        Self(map)
    }

    /// The entity with this content; `None` if it is not an object.
    #[must_use]
    pub fn from_value(value: Value) -> Option<Self> {
        match value {
            Value::Object(map) => Some(Self(map)),
            _ => None,
        }
    }

    /// The whole document.
    #[must_use]
    pub fn as_map(&self) -> &Map<String, Value> {
        &self.0
    }

    /// The whole document.
    #[must_use]
    pub fn into_map(self) -> Map<String, Value> {
        self.0
    }

    /// `apiVersion`, or nothing.
    #[must_use]
    pub fn api_version(&self) -> &str {
        text(self.0.get("apiVersion")).unwrap_or_default()
    }

    /// `kind` as written.
    #[must_use]
    pub fn kind(&self) -> &str {
        text(self.0.get("kind")).unwrap_or_default()
    }

    /// `metadata.name` as written.
    #[must_use]
    pub fn name(&self) -> &str {
        self.metadata_str("name").unwrap_or_default()
    }

    /// `metadata.namespace`, or `default`.
    #[must_use]
    pub fn namespace(&self) -> &str {
        self.metadata_str("namespace").unwrap_or(DEFAULT_NAMESPACE)
    }

    /// `metadata.title`.
    #[must_use]
    pub fn title(&self) -> Option<&str> {
        self.metadata_str("title")
    }

    /// What people call it: the title, the display name of a person or group, else the name.
    #[must_use]
    pub fn display_name(&self) -> &str {
        let profile = || text(self.spec()?.get("profile")?.get("displayName"));
        self.title().or_else(profile).unwrap_or_else(|| self.name())
    }

    /// `metadata.description`.
    #[must_use]
    pub fn description(&self) -> Option<&str> {
        self.metadata_str("description")
    }

    /// `metadata.uid`, given by the catalog.
    #[must_use]
    pub fn uid(&self) -> Option<&str> {
        self.metadata_str("uid")
    }

    /// `metadata.etag`, given by the catalog.
    #[must_use]
    pub fn etag(&self) -> Option<&str> {
        self.metadata_str("etag")
    }

    /// `metadata.tags`.
    pub fn tags(&self) -> impl Iterator<Item = &str> {
        let tags = self.metadata().and_then(|metadata| metadata.get("tags")?.as_array());
        tags.into_iter().flatten().filter_map(Value::as_str)
    }

    /// One annotation.
    #[must_use]
    pub fn annotation(&self, name: &str) -> Option<&str> {
        text(self.metadata()?.get("annotations")?.get(name))
    }

    /// All annotations in the order written.
    pub fn annotations(&self) -> impl Iterator<Item = (&str, &str)> {
        self.texts("annotations")
    }

    /// All labels in the order written.
    pub fn labels(&self) -> impl Iterator<Item = (&str, &str)> {
        self.texts("labels")
    }

    /// `metadata.links`; entries that are not links are left out.
    #[must_use]
    pub fn links(&self) -> Vec<Link> {
        let links = self.metadata().and_then(|metadata| metadata.get("links")?.as_array());
        links.into_iter().flatten().filter_map(|link| Link::deserialize(link).ok()).collect()
    }

    /// `spec`.
    #[must_use]
    pub fn spec(&self) -> Option<&Map<String, Value>> {
        self.0.get("spec")?.as_object()
    }

    /// A text of `spec`.
    #[must_use]
    pub fn spec_str(&self, key: &str) -> Option<&str> {
        text(self.spec()?.get(key))
    }

    /// `metadata`.
    #[must_use]
    pub fn metadata(&self) -> Option<&Map<String, Value>> {
        self.0.get("metadata")?.as_object()
    }

    /// `metadata`, made if there is none.
    pub fn metadata_mut(&mut self) -> &mut Map<String, Value> {
        object_in(&mut self.0, "metadata")
    }

    /// `spec`, made if there is none.
    pub fn spec_mut(&mut self) -> &mut Map<String, Value> {
        object_in(&mut self.0, "spec")
    }

    /// Sets one annotation.
    pub fn set_annotation(&mut self, name: &str, value: &str) {
        object_in(self.metadata_mut(), "annotations")
            .insert(name.to_owned(), Value::String(value.to_owned()));
    }

    /// The canonical reference.
    #[must_use]
    pub fn entity_ref(&self) -> EntityRef {
        EntityRef::new(self.kind(), self.namespace(), self.name())
    }

    fn metadata_str(&self, key: &str) -> Option<&str> {
        text(self.metadata()?.get(key))
    }

    fn texts(&self, key: &str) -> impl Iterator<Item = (&str, &str)> {
        let map = self.metadata().and_then(|metadata| metadata.get(key)?.as_object());
        map.into_iter().flatten().filter_map(|(key, value)| Some((key.as_str(), value.as_str()?)))
    }
}

fn text(value: Option<&Value>) -> Option<&str> {
    value.and_then(Value::as_str)
}

/// The object under `key`; anything else that stands there is replaced.
fn object_in<'a>(map: &'a mut Map<String, Value>, key: &str) -> &'a mut Map<String, Value> {
    let slot = map.entry(key).or_insert_with(|| Value::Object(Map::new()));
    if !slot.is_object() {
        *slot = Value::Object(Map::new());
    }
    match slot {
        Value::Object(object) => object,
        _ => unreachable!("made an object above"),
    }
}
