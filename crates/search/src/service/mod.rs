//! The one way to the index: pages and REST handlers call these functions. Each takes the caller and asks for the
//! permission to read entities first.

mod pages;
mod results;
#[cfg(test)]
mod tests;

use std::time::Duration;

use catalog::Catalog;
use catalog::view::EntityId;
use model::{EntityListQuery, Facet, Filter};
use platform::access::{Caller, Permission, Policy};
use platform::error::Error;
use roaring::RoaringBitmap;
use tokio::sync::watch;

use crate::follow;
use crate::index::{self, Finder, Hit};
use crate::query::{CERTAIN, Spelling, Typed};

pub(crate) use self::results::{Document, Results};

/// Longest text that is searched for, in characters: as in Backstage.
pub(crate) const MAX_TERM: usize = 100;
/// Results on a page of the search page.
const PAGE_SIZE: usize = 25;
/// How long a search waits for the index, which is made when the portal starts.
const PATIENCE: Duration = Duration::from_secs(5);

/// How long a page waits for what changed a moment ago.
const FRESH_WITHIN: Duration = Duration::from_secs(2);

/// The search as a service. Cloning is cheap: all clones share one index.
#[derive(Clone)]
pub struct Search {
    catalog: Catalog,
    policy: Policy,
    finder: Finder,
    /// Up to which `seq` the index holds all; nothing before it is filled.
    held: watch::Receiver<Option<i64>>,
}

/// What was found, the best first as far as they were put in order.
pub(crate) struct Found {
    hits: Vec<Hit>,
    /// Whether nothing holds the text as it was typed.
    similar: bool,
    facets: Vec<Facet>,
}

/// Which of the entities that were found.
enum Narrowing<'a> {
    /// By the filters of the search page, with their counts.
    Page(&'a EntityListQuery),
    /// By any condition.
    Filter(&'a Filter),
    /// All that exist.
    None,
}

impl Search {
    /// Starts to fill an index with what the catalog holds, and to keep it in step.
    ///
    /// # Errors
    /// The index could not be made.
    pub fn open(catalog: Catalog, policy: Policy) -> Result<Self, Error> {
        let (finder, writer) = index::create().map_err(Error::internal)?;
        let (hold, held) = watch::channel(None);
        tokio::spawn(follow::run(catalog.clone(), writer, hold));
        Ok(Self { catalog, policy, finder, held })
    }

    /// Asks for the permission, and waits until the index is there.
    async fn enter(&self, caller: &Caller) -> Result<(), Error> {
        self.policy.check(caller, Permission::CatalogEntityRead)?;
        let mut held = self.held.clone();
        let filled = tokio::time::timeout(PATIENCE, held.wait_for(Option::is_some));
        match filled.await {
            Ok(Ok(_)) => Ok(()),
            _ => Err(Error::unavailable(
                "The search index is being made, as it is at each start. Try again in a moment.",
            )),
        }
    }

    /// As [`Self::enter`], and waits until the index holds what the catalog shows: an open page that hears of a change asks
    /// at once, and does not ask again. While very much changes, it gets what there is.
    async fn enter_up_to_date(&self, caller: &Caller) -> Result<(), Error> {
        self.enter(caller).await?;
        let newest = self.catalog.newest_seq(caller)?;
        let mut held = self.held.clone();
        let up_to_date = held.wait_for(|held| held.is_some_and(|seq| seq >= newest));
        let _late_is_fine = tokio::time::timeout(FRESH_WITHIN, up_to_date).await;
        Ok(())
    }

    /// All that is found, the first `most` of it in order.
    fn find(
        &self,
        caller: &Caller,
        typed: &Typed,
        narrowing: &Narrowing<'_>,
        most: usize,
    ) -> Result<Found, Error> {
        let find = |spelling| {
            self.finder.find(&*typed.query(&self.finder.columns, spelling)).map_err(Error::internal)
        };
        let certain = |hits: &[Hit]| hits.iter().filter(|hit| hit.score >= CERTAIN).count();
        // Where nobody counts, enough names that are spelt so leave no place for others. To look for others takes long.
        let strict = matches!(narrowing, Narrowing::None).then(|| find(Spelling::Strict)).transpose()?;
        let mut hits = match strict.filter(|hits| certain(hits) >= most) {
            Some(hits) => hits,
            None => find(Spelling::Forgiving)?,
        };
        // The word of a fact or a description scores less than a misspelt name; only then it is worth to look closer.
        let uncertain = certain(&hits) == 0 && !hits.is_empty();
        let similar = uncertain && !typed.words.is_empty() && find(Spelling::Strict)?.is_empty();
        let mut facets = Vec::new();
        let found = || hits.iter().map(|hit| hit.id).collect::<RoaringBitmap>();
        let kept = match narrowing {
            Narrowing::None => None,
            Narrowing::Filter(filter) => Some(self.catalog.matching(caller, &found(), filter)?),
            Narrowing::Page(query) => {
                let (kept, counted) = self.catalog.narrow(caller, &found(), query)?;
                facets = counted;
                Some(kept)
            }
        };
        if let Some(kept) = kept {
            hits.retain(|hit| kept.contains(hit.id));
        }
        put_in_order(&mut hits, most);
        Ok(Found { hits, similar, facets })
    }
}

impl Found {
    /// The ids of the results from `offset`, at most `limit`.
    fn ids(&self, offset: usize, limit: usize) -> Vec<EntityId> {
        self.hits.iter().skip(offset).take(limit).map(|hit| hit.id).collect()
    }
}

/// Puts the best `most` in front and in order, without sorting what nobody looks at.
fn put_in_order(hits: &mut [Hit], most: usize) {
    let order = |left: &Hit, right: &Hit| {
        right.score.total_cmp(&left.score).then(left.order.cmp(&right.order)).then(left.id.cmp(&right.id))
    };
    if most == 0 {
        return;
    }
    let front = if most < hits.len() {
        hits.select_nth_unstable_by(most - 1, order);
        &mut hits[..most]
    } else {
        hits
    };
    front.sort_unstable_by(order);
}
