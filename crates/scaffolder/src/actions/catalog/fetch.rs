//! `catalog:fetch`.

use std::sync::Arc;

use model::EntityRef;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::Catalog;
use crate::action::{About, Action, ActionError, Done};
use crate::actions::{about, input, nothing, object, simple};

/// Most entities that a step asks for.
const MOST: usize = 1_000;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Input {
    entity_ref: Option<String>,
    entity_refs: Option<Vec<String>>,
    #[serde(default)]
    optional: bool,
    default_kind: Option<String>,
    default_namespace: Option<String>,
}

pub(super) fn action(catalog: Arc<dyn Catalog>) -> Arc<dyn Action> {
    let schema = object(
        &[],
        json!({
            "entityRef": { "type": "string", "description": "The reference of an entity, such as `component:default/shop`." },
            "entityRefs": { "type": "array", "items": { "type": "string" }, "description": "References of several entities." },
            "optional": { "type": "boolean", "description": "Whether an entity may be missing; the step fails otherwise." },
            "defaultKind": { "type": "string", "description": "The kind that references without one have." },
            "defaultNamespace": { "type": "string", "description": "The namespace that references without one have." },
        }),
    );
    let output = object(
        &[],
        json!({
            "entity": { "description": "The entity of `entityRef`." },
            "entities": { "type": "array", "description": "The entities of `entityRefs`, in the same order." },
        }),
    );
    let about = about(
        "catalog:fetch",
        "Reads entities of the catalog.",
        schema,
        &[(
            "Read the owner that was chosen.",
            "steps:\n  - id: owner\n    action: catalog:fetch\n    input:\n      entityRef: ${{ user.ref }}\n      defaultKind: group\n",
        )],
    );
    simple(About { output, ..about }, move |invocation| {
        let catalog = Arc::clone(&catalog);
        Box::pin(async move {
            let asked: Input = input(invocation.input)?;
            if asked.entity_ref.is_none() && asked.entity_refs.is_none() {
                return if asked.optional {
                    nothing()
                } else {
                    Err(ActionError::new("Name an entity by entityRef, or several by entityRefs."))
                };
            }
            let (kind, namespace) = (asked.default_kind.as_deref(), asked.default_namespace.as_deref());
            let read = |text: &String| {
                EntityRef::parse_with(text, kind, namespace.unwrap_or("default"))
                    .map_err(|error| ActionError::new(format!("{text:?} is no reference: {error}")))
            };
            let one = asked.entity_ref.iter();
            let references: Vec<EntityRef> =
                one.chain(asked.entity_refs.iter().flatten()).map(read).collect::<Result<_, _>>()?;
            if references.len() > MOST {
                return Err(ActionError::new(format!("A step asks for at most {MOST} entities.")));
            }
            let found = catalog.entities(invocation.initiator, &references).await?;
            let missing = references.iter().zip(&found).find(|(_, entity)| entity.is_none());
            if let (Some((reference, _)), false) = (missing, asked.optional) {
                return Err(ActionError::new(format!("There is no {reference} in the catalog.")));
            }
            let mut found = found.into_iter().map(Option::unwrap_or_default);
            let mut output = Map::new();
            if asked.entity_ref.is_some() {
                output.insert("entity".to_owned(), found.next().unwrap_or_default());
            }
            if asked.entity_refs.is_some() {
                output.insert("entities".to_owned(), Value::Array(found.collect()));
            }
            Ok(Done::Output(output))
        })
    })
}
