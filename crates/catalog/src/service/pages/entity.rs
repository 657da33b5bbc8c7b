//! The page of one entity.

use model::{Entity, EntityDetail, EntityRef, RelationGroup, VersionSummary};
use platform::access::Caller;
use platform::error::Error;

use super::changes::summarize;
use super::summary::{link_to, summary};
use crate::service::Catalog;
use crate::service::entities::no_entity;
use crate::store;

/// Versions shown in the history.
const HISTORY: usize = 20;

impl Catalog {
    /// Everything that the page of an entity shows.
    ///
    /// # Errors
    /// The caller may not read entities, or there is no such entity.
    pub async fn entity(&self, caller: &Caller, entity_ref: &EntityRef) -> Result<EntityDetail, Error> {
        let problems = self.all_problems();
        let mut detail = self
            .read(caller, None, |view| {
                let id = view.id(entity_ref).ok_or_else(|| no_entity(entity_ref))?;
                let summary = summary(view, id, &problems.by_entity).ok_or_else(|| no_entity(entity_ref))?;
                let mut relations: Vec<RelationGroup> = Vec::new();
                for (relation_type, target, _) in view.relations(id) {
                    let link = link_to(view, target);
                    match relations.last_mut() {
                        Some(group) if group.relation_type == relation_type => group.targets.push(link),
                        _ => relations.push(RelationGroup {
                            relation_type: relation_type.to_owned(),
                            targets: vec![link],
                        }),
                    }
                }
                let mut bytes = Vec::new();
                view.write_entity(id, &mut bytes);
                let entity: Entity = serde_json::from_slice(&bytes).map_err(Error::internal)?;
                let file = entity.annotation(model::annotation::MANAGED_BY_LOCATION);
                Ok::<_, Error>(EntityDetail {
                    source_file: file.and_then(|file| file.strip_prefix("file:")).map(str::to_owned),
                    yaml: yaml(&entity)?,
                    summary,
                    relations,
                    problems: Vec::new(),
                    history: Vec::new(),
                    seq: view.seq(),
                    entity,
                })
            })
            .await??;
        if detail.summary.problem_count > 0 {
            detail.problems = self.problems_of(entity_ref, detail.source_file.as_deref()).await;
        }
        detail.history = self.history(entity_ref).await?;
        Ok(detail)
    }

    /// The newest versions of an entity, newest first.
    async fn history(&self, entity_ref: &EntityRef) -> Result<Vec<VersionSummary>, Error> {
        // One more than is shown, because each is told by its difference from the one before.
        let versions =
            store::history(&self.inner.database, &entity_ref.to_string(), HISTORY as u64 + 1).await?;
        let older = versions.iter().skip(1).map(Some).chain(std::iter::once(None));
        Ok(versions
            .iter()
            .zip(older)
            .take(HISTORY)
            .map(|(version, older)| summarize(version, older))
            .collect())
    }
}

/// The entity as its authors wrote it, in YAML: without what the catalog added.
fn yaml(entity: &Entity) -> Result<String, Error> {
    let mut document = entity.as_map().clone();
    for derived in ["relations", "status"] {
        document.shift_remove(derived);
    }
    if let Some(metadata) = document.get_mut("metadata").and_then(serde_json::Value::as_object_mut) {
        metadata.shift_remove("uid");
        metadata.shift_remove("etag");
    }
    serde_saphyr::to_string(&document).map_err(Error::internal)
}
