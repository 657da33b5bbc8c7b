//! `catalog:write`.

use std::sync::Arc;

use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::action::{Action, ActionError};
use crate::actions::{about, input, nothing, object, simple};

/// The annotation that tells which template an entity came from.
const SOURCE: &str = "backstage.io/source-template";

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Input {
    file_path: Option<String>,
    entity: Map<String, Value>,
}

pub(super) fn action() -> Arc<dyn Action> {
    let schema = object(
        &["entity"],
        json!({
            "filePath": { "type": "string", "description": "The file of the workspace; `catalog-info.yaml` if left out." },
            "entity": { "type": "object", "additionalProperties": {}, "description": "The entity. The annotation backstage.io/source-template is added to it." },
        }),
    );
    let about = about(
        "catalog:write",
        "Writes an entity into a descriptor file of the workspace.",
        schema,
        &[(
            "Write a component.",
            "steps:\n  - id: write\n    action: catalog:write\n    input:\n      entity:\n        apiVersion: backstage.io/v1alpha1\n        kind: Component\n        metadata:\n          name: shop\n        spec:\n          type: service\n          lifecycle: production\n          owner: ${{ user.ref }}\n",
        )],
    );
    simple(about, |invocation| {
        Box::pin(async move {
            let Input { file_path, mut entity } = input(invocation.input)?;
            annotate(&mut entity, invocation.template);
            let path = file_path.unwrap_or_else(|| "catalog-info.yaml".to_owned());
            let yaml = serde_saphyr::to_string(&entity).map_err(|error| {
                ActionError::new(format!("The entity can't be written as YAML: {error}."))
            })?;
            invocation.journal.log(Some(invocation.step), &format!("Writing {path}.")).await?;
            invocation
                .workspace
                .blocking(move |workspace| workspace.write(&path, yaml.as_bytes(), false))
                .await?;
            nothing()
        })
    })
}

fn annotate(entity: &mut Map<String, Value>, template: &str) {
    let metadata = entity.entry("metadata").or_insert_with(|| json!({}));
    if let Value::Object(metadata) = metadata
        && let Value::Object(annotations) = metadata.entry("annotations").or_insert_with(|| json!({}))
    {
        annotations.insert(SOURCE.to_owned(), json!(template));
    }
}
