//! The home page: what needs the visitor, what changed, what the visitor keeps.

use model::{EntityLink, HomeOverview};
use platform::error::Error;

use super::Home;
use crate::store;
use crate::visitor::Visitor;

/// Stars shown.
const STARRED: usize = 12;
/// Visited entities shown.
const VISITED: u64 = 8;

impl Home {
    /// What the home page shows.
    ///
    /// # Errors
    /// The visitor may not see this or may not read entities, or the database failed.
    pub async fn page(&self, visitor: &Visitor) -> Result<HomeOverview, Error> {
        let owner = self.reader(visitor)?;
        let (catalog, caller) = (&self.inner.catalog, visitor.caller());
        let overview = catalog.overview(caller).await?;
        let stars = self.stars(visitor).await?;
        let visited = match &owner {
            Some(owner) => {
                // What was opened a moment ago comes first, and may still wait.
                self.write_visits().await;
                store::visited(&self.inner.database, owner, VISITED).await?
            }
            None => Vec::new(),
        };
        let shown = &stars[..STARRED.min(stars.len())];
        let is_there = |link: &EntityLink| link.exists;
        Ok(HomeOverview {
            mine: catalog.mine(caller).await?,
            starred: catalog.links(caller, shown)?,
            visited: catalog.links(caller, &visited)?.into_iter().filter(is_there).collect(),
            views: self.own_views(visitor).await?,
            moments: catalog.moments(caller).await?,
            overview: (*overview).clone(),
            stars,
        })
    }
}
