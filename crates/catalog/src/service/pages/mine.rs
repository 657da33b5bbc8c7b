//! What concerns a person: problems and changes of what the person and the person's groups own.

use model::{EntityLink, EntityRef, Filter, Mine};
use platform::access::Caller;
use platform::error::Error;
use roaring::RoaringBitmap;

use super::recent::{newest, recent_changes};
use super::summary::link_to;
use crate::service::Catalog;
use crate::view::View;

/// Problems shown, and as many changes.
const SHOWN: usize = 6;
/// Owners that count; servers refuse longer addresses.
const OWNERS: usize = 100;

impl Catalog {
    /// What concerns a person who signed in; nothing for everybody else.
    ///
    /// # Errors
    /// The caller may not read entities, or the database failed.
    pub async fn mine(&self, caller: &Caller) -> Result<Option<Mine>, Error> {
        let reader = self.reader(caller)?;
        let Caller::User { entity_ref, groups } = caller else { return Ok(None) };
        let mut owners = vec![entity_ref.clone()];
        owners.extend(groups.iter().filter(|group| *group != entity_ref).take(OWNERS - 1).cloned());
        let problems = reader.problems();
        let newest = newest(reader).await?;
        let (mut mine, seqs) = reader.view(|view| {
            let owned = owned_by(view, &owners);
            let is_mine = |entity_ref: &str| view.id_of(entity_ref).is_some_and(|id| owned.contains(id));
            let mut of_mine =
                problems.list.iter().filter(|problem| problem.entity_ref.as_deref().is_some_and(is_mine));
            let shown: Vec<_> = of_mine.by_ref().take(SHOWN).cloned().collect();
            let mine = Mine {
                name: link_to(view, entity_ref).title,
                owned: u32::try_from(owned.len()).unwrap_or(u32::MAX),
                problem_count: u32::try_from(shown.len() + of_mine.count()).unwrap_or(u32::MAX),
                problems: shown,
                owners: owners.clone(),
                recent: Vec::new(),
            };
            let changed = newest.iter().filter(|(_, entity_ref)| is_mine(entity_ref));
            (mine, changed.map(|(seq, _)| *seq).take(SHOWN).collect::<Vec<i64>>())
        });
        mine.recent = recent_changes(reader, &seqs).await?;
        Ok(Some(mine))
    }

    /// Links to the entities with these canonical references, in their order, whether they exist or not.
    ///
    /// # Errors
    /// The caller may not read entities.
    pub fn links(&self, caller: &Caller, entity_refs: &[String]) -> Result<Vec<EntityLink>, Error> {
        let reader = self.reader(caller)?;
        Ok(reader.view(|view| entity_refs.iter().map(|entity_ref| link_to(view, entity_ref)).collect()))
    }

    /// Moments that one may want to compare with now, by what they are called: those of every control of moments.
    ///
    /// # Errors
    /// The caller may not read entities, or the database failed.
    pub async fn moments(&self, caller: &Caller) -> Result<Vec<(String, String)>, Error> {
        Ok(self.reader(caller)?.then("").await?.time.choices)
    }

    /// Whether there is such an entity.
    ///
    /// # Errors
    /// The caller may not read entities.
    pub fn has(&self, caller: &Caller, entity_ref: &EntityRef) -> Result<bool, Error> {
        Ok(self.reader(caller)?.view(|view| view.id(entity_ref).is_some()))
    }
}

/// The entities of these owners.
pub(in crate::service) fn owned_by(view: &View, owners: &[String]) -> RoaringBitmap {
    let values = owners.iter().map(|owner| owner.to_lowercase()).collect();
    view.evaluate(&Filter::In { key: "relations.ownedby".to_owned(), values })
}
