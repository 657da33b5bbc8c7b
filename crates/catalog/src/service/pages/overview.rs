//! The home page: how much there is, what is broken, what changed, who owns it.

use model::{EntityListQuery, FacetValue, Overview, RecentChange, Severity};
use platform::access::Caller;
use platform::error::Error;

use super::changes::summarize;
use super::summary::{link_to, missing};
use super::{Reader, hidden};
use crate::service::Catalog;
use crate::store::{self, Version};
use crate::view::View;

const RECENT: usize = 10;
const OWNERS: usize = 8;
const PROBLEMS: usize = 5;
/// Newest versions looked through for [`RECENT`] changes that are worth showing.
const LOOK_BACK: u64 = 60;

impl Catalog {
    /// What the home page shows.
    ///
    /// # Errors
    /// The caller may not read entities.
    pub async fn overview(&self, caller: &Caller) -> Result<Overview, Error> {
        let reader = self.reader(caller)?;
        let problems = reader.problems();
        let severity = |severity: Severity| {
            let count = problems.list.iter().filter(|problem| problem.severity == severity).count();
            u32::try_from(count).unwrap_or(u32::MAX)
        };
        let changes = recent_versions(reader).await?;
        Ok(reader.view(|view| {
            let shown = view.all() - view.evaluate(&hidden());
            let mut kinds: Vec<FacetValue> = view
                .facets(&shown, "kind")
                .into_iter()
                .map(|(value, count)| FacetValue { value, count })
                .collect();
            kinds.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.value.cmp(&b.value)));
            let mut owners = view.facets(&shown, "relations.ownedby");
            owners.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
            let owners = owners.into_iter().take(OWNERS).map(|(owner, count)| (link_to(view, &owner), count));
            let recent = changes.iter().map(|(version, before)| {
                let link = link_to(view, &version.entity_ref);
                let link = if version.document.is_none() { missing(&version.entity_ref) } else { link };
                RecentChange { link, version: summarize(version, before.as_ref()) }
            });
            Overview {
                total: u32::try_from(shown.len()).unwrap_or(u32::MAX),
                kinds,
                error_count: severity(Severity::Error),
                warning_count: severity(Severity::Warning),
                problems: problems.list.iter().take(PROBLEMS).cloned().collect(),
                recent: recent.collect(),
                owners: owners.collect(),
                without_owner: u32::try_from(view.evaluate(&EntityListQuery::without_owner()).len())
                    .unwrap_or(u32::MAX),
                seq: view.seq(),
            }
        }))
    }
}

/// The newest versions with those that they replaced, newest first, without the hidden kind.
async fn recent_versions(reader: Reader<'_>) -> Result<Vec<(Version, Option<Version>)>, Error> {
    let from = (reader.view(View::seq) - i64::try_from(LOOK_BACK).unwrap_or(0)).max(0);
    let mut newest = store::versions_after(reader.database(), from, LOOK_BACK).await?;
    newest.reverse();
    newest.retain(|version| !version.entity_ref.starts_with("location:"));
    newest.truncate(RECENT);
    let ends: Vec<(&str, i64)> =
        newest.iter().map(|version| (version.entity_ref.as_str(), version.seq)).collect();
    let mut replaced = store::replaced_by(reader.database(), &ends).await?;
    Ok(newest
        .into_iter()
        .map(|version| {
            let before = replaced.iter().position(|old| old.until_seq == Some(version.seq));
            let before = before.map(|index| replaced.swap_remove(index));
            (version, before)
        })
        .collect())
}
