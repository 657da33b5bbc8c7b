//! Entities that stay although no file describes them well at the moment: marked, so that nobody takes them for fresh.

use model::{Entity, Problem, annotation};
use platform::database::Database;
use platform::error::Error;
use serde_json::{Value, json};

use crate::reading::hash_of;
use crate::store::{self, Change, Content};

/// The status type that Backstage's pages know for errors of this kind.
const STATUS_TYPE: &str = "backstage.io/catalog-processing";

/// The last good versions of these entities, with the problems of their file in `status.items`.
pub(super) async fn marked(
    database: &Database,
    entity_refs: &[&str],
    problems: &[Problem],
) -> Result<Vec<Change>, Error> {
    let items: Vec<Value> = problems
        .iter()
        .map(|problem| {
            let place = problem.position.as_ref();
            let place =
                place.map(|at| format!(" ({}:{}:{})", at.file, at.line, at.column)).unwrap_or_default();
            json!({
                "type": STATUS_TYPE,
                "level": problem.severity.as_str(),
                "message": format!("{}{place}", problem.message),
                "error": {"name": "InputError", "message": problem.message},
            })
        })
        .collect();
    change(database, entity_refs, |document| {
        document.insert("status".to_owned(), json!({"items": items}));
    })
    .await
}

/// The last versions of these entities, annotated as orphans.
pub(super) async fn orphaned(database: &Database, entity_refs: &[&str]) -> Result<Vec<Change>, Error> {
    change(database, entity_refs, |document| {
        let mut entity = Entity::new(std::mem::take(document));
        entity.set_annotation(annotation::ORPHAN, "true");
        *document = entity.into_map();
    })
    .await
}

async fn change(
    database: &Database,
    entity_refs: &[&str],
    edit: impl Fn(&mut serde_json::Map<String, Value>),
) -> Result<Vec<Change>, Error> {
    let versions = store::current_of(database, entity_refs).await?;
    let mut changes = Vec::with_capacity(versions.len());
    for version in versions {
        let Some(document) = version.document else { continue };
        let mut document = serde_json::from_str(&document).map_err(Error::internal)?;
        edit(&mut document);
        let mut entity = Entity::new(document);
        let hash = hash_of(&entity);
        entity.metadata_mut().insert("etag".to_owned(), Value::String(hash.clone()));
        let document = serde_json::to_string(&entity).map_err(Error::internal)?;
        changes.push(Change { entity_ref: version.entity_ref, content: Some(Content { hash, document }) });
    }
    Ok(changes)
}
