//! `catalog:register`.

use std::sync::Arc;

use model::EntityRef;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::{Catalog, Registration};
use crate::action::{About, Action, ActionError, Done, Invocation};
use crate::actions::{Reach, about, input, simple};

/// What says, after a crash, that it was this run that registered the location.
const BEGUN: &str = "registering";

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Input {
    catalog_info_url: Option<String>,
    repo_contents_url: Option<String>,
    catalog_info_path: Option<String>,
    #[serde(default)]
    optional: bool,
}

pub(super) fn action(reach: Arc<Reach>, catalog: Arc<dyn Catalog>) -> Arc<dyn Action> {
    let optional = json!({ "type": "boolean", "description": "Whether it is all right if the location is registered already, or can't be read." });
    let schema = json!({ "anyOf": [
        {
            "type": "object",
            "properties": {
                "catalogInfoUrl": { "type": "string", "description": "The address of the descriptor file." },
                "optional": optional,
            },
            "required": ["catalogInfoUrl"],
            "additionalProperties": false,
        },
        {
            "type": "object",
            "properties": {
                "repoContentsUrl": { "type": "string", "description": "The address of the repository's root folder, as the steps that publish give it." },
                "catalogInfoPath": { "type": "string", "description": "The path of the descriptor file in the repository; `/catalog-info.yaml` if left out." },
                "optional": optional,
            },
            "required": ["repoContentsUrl"],
            "additionalProperties": false,
        },
    ] });
    let about = about(
        "catalog:register",
        "Registers a descriptor file in the catalog. It gives `catalogInfoUrl`, its address, and `entityRef`, the most important \
         of the entities in it: a Component if there is one.",
        schema,
        &[(
            "Register the repository that was published.",
            "steps:\n  - id: publish\n    action: publish:github\n    input:\n      repoUrl: github.com?owner=acme&repo=shop\n  - id: register\n    action: catalog:register\n    input:\n      repoContentsUrl: ${{ steps.publish.output.repoContentsUrl }}\n",
        )],
    );
    simple(About { dry_run: false, ..about }, move |invocation| {
        let (reach, catalog) = (Arc::clone(&reach), Arc::clone(&catalog));
        Box::pin(async move { register(invocation, &reach, &*catalog).await })
    })
}

async fn register(
    invocation: Invocation<'_>,
    reach: &Reach,
    catalog: &dyn Catalog,
) -> Result<Done, ActionError> {
    let asked: Input = input(invocation.input)?;
    let address = match (asked.catalog_info_url, asked.repo_contents_url) {
        (Some(address), _) => address,
        (None, Some(root)) => {
            let path = asked.catalog_info_path.as_deref().unwrap_or("/catalog-info.yaml");
            let root = if root.ends_with('/') { root } else { format!("{root}/") };
            let resolved = reach.integrations().resolve(path, &root);
            resolved.map_err(|error| ActionError::new(format!("{root} with {path}: {error}.")))?
        }
        (None, None) => return Err(ActionError::new("Name the file by catalogInfoUrl or repoContentsUrl.")),
    };
    let (step, journal) = (invocation.step, invocation.journal);
    journal.log(Some(step), &format!("Registering {address} in the catalog.")).await?;
    // A location that was there before the first attempt is a mistake, one that an earlier attempt brought is its work.
    let begun = journal.kept(step, BEGUN).await?.is_some();
    if !begun {
        journal.keep(step, BEGUN, json!(address)).await?;
    }
    let mut output = Map::from_iter([("catalogInfoUrl".to_owned(), Value::String(address.clone()))]);
    match catalog.register(invocation.initiator, &address).await {
        Ok(Registration { existed: true, .. }) if !begun && !asked.optional => Err(ActionError::new(
            format!("{address} is registered already. If that is all right, say so by optional: true."),
        )),
        Ok(Registration { entities, .. }) => {
            output.extend(
                most_important(&entities)
                    .map(|entity| ("entityRef".to_owned(), Value::String(entity.to_string()))),
            );
            Ok(Done::Output(output))
        }
        Err(error) if asked.optional => {
            journal
                .log(Some(step), &format!("It could not be registered, which is optional: {error}"))
                .await?;
            Ok(Done::Output(output))
        }
        Err(error) => Err(error),
    }
}

/// A Component before all others; what the catalog named by itself comes last.
fn most_important(entities: &[EntityRef]) -> Option<&EntityRef> {
    let named = || entities.iter().filter(|entity| !entity.name().starts_with("generated-"));
    let component = named().find(|entity| entity.kind().eq_ignore_ascii_case("component"));
    component.or_else(|| named().next()).or_else(|| entities.first())
}
