//! What a capability needs that keeps an index of its own over the catalog: every document once, then those that
//! changed, and the way back from what its index found to what callers may see.
//!
//! Such an index holds [`EntityId`]s, which mean the same entity as long as the process runs, and no documents: what it
//! finds is looked up in the view, so an answer never shows what is gone.

use model::{EntityListQuery, EntitySummary, Facet, Filter};
use platform::access::Caller;
use platform::error::Error;
use roaring::RoaringBitmap;
use rustc_hash::FxHashSet;

use super::Catalog;
use super::pages;
use crate::store;
use crate::view::{EntityId, View};

/// Versions looked through at a time.
const PAGE: u64 = 2_000;

/// Entities that changed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changed {
    /// Which; what they are now, or whether they still are, tells [`Catalog::read_documents`].
    pub ids: Vec<EntityId>,
    /// The newest `seq` that these take into account.
    pub seq: i64,
}

impl Catalog {
    /// Every entity that there is, with the `seq` from which to go on with [`Catalog::changed_after`].
    ///
    /// # Errors
    /// The caller may not read entities.
    pub fn all_entities(&self, caller: &Caller) -> Result<Changed, Error> {
        let reader = self.reader(caller)?;
        Ok(reader.view(|view| Changed { ids: view.all().iter().collect(), seq: view.seq() }))
    }

    /// Entities that were added, changed or removed after `seq`, as far as the view has seen them. Call it again until
    /// it returns the `seq` it was given.
    ///
    /// # Errors
    /// The caller may not read entities, or the database failed.
    pub async fn changed_after(&self, caller: &Caller, seq: i64) -> Result<Changed, Error> {
        let reader = self.reader(caller)?;
        let versions = store::refs_after(reader.database(), seq, PAGE).await?;
        Ok(reader.view(|view| {
            let mut known = FxHashSet::default();
            let mut changed = Changed { ids: Vec::new(), seq };
            // The log may be ahead of the view; what the view has not seen comes the next time.
            for (newer, entity_ref) in versions.iter().take_while(|(newer, _)| *newer <= view.seq()) {
                changed.seq = *newer;
                changed.ids.extend(view.known(entity_ref).filter(|id| known.insert(*id)));
            }
            changed
        }))
    }

    /// Hands the document of each of these entities to `read`, as JSON without relations; `None` where there is no such
    /// entity (any more). Writers wait meanwhile, so ask for few at a time.
    ///
    /// # Errors
    /// The caller may not read entities.
    pub fn read_documents(
        &self,
        caller: &Caller,
        ids: &[EntityId],
        mut read: impl FnMut(EntityId, Option<&[u8]>),
    ) -> Result<(), Error> {
        let reader = self.reader(caller)?;
        reader.view(|view| {
            for id in ids {
                read(*id, Some(view.document(*id)).filter(|document| !document.is_empty()));
            }
        });
        Ok(())
    }

    /// Short forms of these entities, in this order; those that are gone are left out.
    ///
    /// # Errors
    /// The caller may not read entities.
    pub fn summaries(&self, caller: &Caller, ids: &[EntityId]) -> Result<Vec<EntitySummary>, Error> {
        let reader = self.reader(caller)?;
        let problems = reader.problems();
        Ok(reader.view(|view| {
            ids.iter().filter_map(|id| pages::summary(view, *id, &problems.by_entity)).collect()
        }))
    }

    /// Those of `found` that exist and satisfy the filters of the query (not its text), and how many there would be after
    /// a change of each filter.
    ///
    /// # Errors
    /// The caller may not read entities.
    pub fn narrow(
        &self,
        caller: &Caller,
        found: &RoaringBitmap,
        query: &EntityListQuery,
    ) -> Result<(RoaringBitmap, Vec<Facet>), Error> {
        Ok(self.reader(caller)?.view(|view| pages::narrow(view, &(view.all() & found), query)))
    }

    /// Those of `found` that exist and satisfy the filter.
    ///
    /// # Errors
    /// The caller may not read entities.
    pub fn matching(
        &self,
        caller: &Caller,
        found: &RoaringBitmap,
        filter: &Filter,
    ) -> Result<RoaringBitmap, Error> {
        Ok(self.reader(caller)?.view(|view| view.evaluate(filter) & found))
    }

    /// The newest `seq` that readers see.
    ///
    /// # Errors
    /// The caller may not read entities.
    pub fn newest_seq(&self, caller: &Caller) -> Result<i64, Error> {
        Ok(self.reader(caller)?.view(View::seq))
    }
}
