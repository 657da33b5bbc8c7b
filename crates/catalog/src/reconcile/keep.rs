//! Entities that stay although no file describes them well at the moment: marked, so that nobody takes them for fresh.

use model::{Entity, Problem, annotation};
use platform::database::Database;
use platform::error::Error;
use rustc_hash::FxHashMap;
use serde_json::{Value, json};

use crate::reading::hash_of;
use crate::store::{self, Change, Content};

/// The status type that Backstage's pages know for errors of this kind.
const STATUS_TYPE: &str = "backstage.io/catalog-processing";

/// Problems that one entity carries. A file with thousands of mistakes lists them among the problems, not in each of its
/// entities.
const MAX_ITEMS: usize = 20;

/// The last good versions of these entities, each with its own problems and those of the whole file in `status.items`.
pub(super) async fn marked(
    database: &Database,
    entity_refs: &[&str],
    problems: &[Problem],
) -> Result<Vec<Change>, Error> {
    let mut own: FxHashMap<&str, Vec<&Problem>> = FxHashMap::default();
    let mut of_file = Vec::new();
    for problem in problems {
        match problem.entity_ref.as_deref() {
            Some(entity_ref) => own.entry(entity_ref).or_default().push(problem),
            None => of_file.push(problem),
        }
    }
    change(database, entity_refs, |entity_ref, document| {
        let own = own.get(entity_ref).into_iter().flatten();
        let mut found: Vec<&Problem> = own.chain(&of_file).copied().take(MAX_ITEMS).collect();
        if found.is_empty() {
            // Missing from a file that cannot be read well: what is wrong there is all that is known.
            found.extend(problems.iter().take(1));
        }
        let items: Vec<Value> = found.into_iter().map(item).collect();
        document.insert("status".to_owned(), json!({"items": items}));
    })
    .await
}

/// A problem as Backstage's pages know it.
fn item(problem: &Problem) -> Value {
    let place = problem.position.as_ref();
    let place = place.map(|at| format!(" ({}:{}:{})", at.file, at.line, at.column)).unwrap_or_default();
    json!({
        "type": STATUS_TYPE,
        "level": problem.severity.as_str(),
        "message": format!("{}{place}", problem.message),
        "error": {"name": "InputError", "message": problem.message},
    })
}

/// The last versions of these entities, annotated as orphans.
pub(super) async fn orphaned(database: &Database, entity_refs: &[&str]) -> Result<Vec<Change>, Error> {
    change(database, entity_refs, |_, document| {
        let mut entity = Entity::new(std::mem::take(document));
        entity.set_annotation(annotation::ORPHAN, "true");
        *document = entity.into_map();
    })
    .await
}

async fn change(
    database: &Database,
    entity_refs: &[&str],
    edit: impl Fn(&str, &mut serde_json::Map<String, Value>),
) -> Result<Vec<Change>, Error> {
    let versions = store::current_of(database, entity_refs).await?;
    let mut changes = Vec::with_capacity(versions.len());
    for version in versions {
        let Some(document) = version.document else { continue };
        let mut document = serde_json::from_str(&document).map_err(Error::internal)?;
        edit(&version.entity_ref, &mut document);
        let mut entity = Entity::new(document);
        let hash = hash_of(&entity);
        entity.metadata_mut().insert("etag".to_owned(), Value::String(hash.clone()));
        let document = serde_json::to_string(&entity).map_err(Error::internal)?;
        changes.push(Change { entity_ref: version.entity_ref, content: Some(Content { hash, document }) });
    }
    Ok(changes)
}
