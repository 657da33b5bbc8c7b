//! A look at one entity from a list: as its page has it, without what takes room.

use std::sync::Arc;

use model::{ChangeKind, Entity, EntityDetail, EntityRef, Portion, VersionSummary};
use platform::access::Caller;
use platform::error::Error;

use super::changes::moment;
use super::entity::{relations, shown};
use super::stamp::Stamp;
use super::summary::summary;
use crate::service::Catalog;
use crate::service::entities::no_entity;
use crate::store;

/// Targets of one relation.
const TARGETS: usize = 5;
/// Links, and as many problems.
const MOST: usize = 5;

impl Catalog {
    /// What the drawer beside a list shows of an entity: the beginning of each part of its page. Text, labels, API and
    /// ancestry are left out; of the history there is the moment of the newest version.
    ///
    /// # Errors
    /// The caller may not read entities, there is no such entity, or the database failed.
    pub async fn peek(&self, caller: &Caller, entity_ref: &str, at: &str) -> Result<EntityDetail, Error> {
        let reader = self.reader(caller)?;
        let entity_ref =
            &EntityRef::parse(entity_ref).map_err(|cause| Error::not_found(cause.to_string()))?;
        let then = reader.then(at).await?;
        // What is wrong with files is known of now alone.
        let problems = if then.is_past() { Arc::default() } else { reader.problems() };
        let (document, short) = then.view(|view| {
            let id = view.id(entity_ref).ok_or_else(|| no_entity(entity_ref))?;
            let summary = summary(view, id, &problems.by_entity).ok_or_else(|| no_entity(entity_ref))?;
            let relations = relations(view, id, &[], TARGETS);
            let short = EntityDetail { summary, relations, ..EntityDetail::default() };
            Ok::<_, Error>((view.document(id).to_vec(), short))
        })?;
        let entity: Entity = serde_json::from_slice(&document).map_err(Error::internal)?;
        let until = then.seq.unwrap_or(i64::MAX);
        let newest = store::history_until(reader.database(), entity_ref.as_str(), until, 1).await?;
        let newest = newest.into_iter().map(|version| VersionSummary {
            seq: version.seq,
            at: moment(version.valid_from),
            change: ChangeKind::Changed,
            fields: Vec::new(),
        });
        let mut detail = shown(&entity, short);
        detail.history = newest.collect();
        (detail.labels, detail.annotations) = (Portion::default(), Portion::default());
        let behind = detail.links.left_off;
        detail.links = Portion::of(detail.links.shown, MOST);
        detail.links.left_off += behind;
        if then.is_past() {
            (detail.summary.problem_count, detail.summary.has_error) = (0, false);
        }
        if detail.summary.problem_count > 0 {
            detail.problems = reader.problems_of(entity_ref, MOST).await;
        }
        detail.stamp(at);
        Ok(detail)
    }
}
