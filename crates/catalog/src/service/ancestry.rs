//! Where an entity came from: the Location entities that led to its file. For the REST API and for pages.

use std::borrow::Cow;

use model::EntityRef;
use model::annotation::MANAGED_BY_LOCATION;
use platform::error::Error;
use serde::Deserialize;
use serde_json::Value;

use super::entities::no_entity;
use super::pages::Reader;
use crate::store;
use crate::view::View;

/// Longest chain that is followed: each step asks the database.
const MOST: usize = 100;

/// An entity on the way to a registered location.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Step {
    /// Canonical reference.
    pub(super) entity_ref: String,
    /// The file that describes it, as a location reference.
    pub(super) location: Option<String>,
    /// Whether it stands for a registered location.
    pub(super) registered: bool,
    /// The Location entity that led to its file, as a canonical reference; it may not exist.
    pub(super) parent: Option<String>,
}

impl Reader<'_> {
    /// The entity, then the Location entities that led to it, nearest first. The chain ends at the registered location,
    /// or at an entity that is gone.
    pub(super) async fn ancestry(self, entity_ref: &EntityRef) -> Result<Vec<Step>, Error> {
        let mut steps: Vec<Step> = Vec::new();
        let mut next = Some(entity_ref.to_string());
        while let Some(current) = next.take() {
            let known = steps.iter().any(|step| step.entity_ref == current);
            if known || steps.len() >= MOST {
                break;
            }
            let Some(mut step) = self.view(|view| Step::of(view, current)) else { break };
            if let Some(location) = step.location.as_ref().filter(|_| !step.registered) {
                step.parent = store::led_by(self.database(), location).await?;
            }
            next.clone_from(&step.parent);
            steps.push(step);
        }
        if steps.is_empty() { Err(no_entity(entity_ref)) } else { Ok(steps) }
    }
}

/// The part of a document that says where it is from.
#[derive(Deserialize)]
struct Origin<'a> {
    #[serde(borrow)]
    kind: Cow<'a, str>,
    #[serde(borrow)]
    metadata: Metadata<'a>,
}

#[derive(Deserialize)]
struct Metadata<'a> {
    #[serde(borrow)]
    name: Cow<'a, str>,
    #[serde(default)]
    annotations: Value,
}

impl Step {
    /// What the view knows; nothing if there is no such entity.
    fn of(view: &View, entity_ref: String) -> Option<Self> {
        let id = view.id_of(&entity_ref)?;
        let origin: Origin<'_> = serde_json::from_slice(view.document(id)).ok()?;
        let location = origin.metadata.annotations.get(MANAGED_BY_LOCATION).and_then(Value::as_str);
        Some(Self {
            registered: origin.kind == "Location" && origin.metadata.name.starts_with("generated-"),
            location: location.map(str::to_owned),
            parent: None,
            entity_ref,
        })
    }
}
