//! The whole catalog at a glance: how much there is, what is broken, what changed, who owns it.

use std::sync::Arc;

use model::{EntityListQuery, FacetValue, Overview, Severity};
use platform::access::Caller;
use platform::error::Error;

use super::coverage::coverage;
use super::recent::{newest, recent_changes};
use super::summary::link_to;
use super::{Reader, hidden};
use crate::service::Catalog;

const RECENT: usize = 10;
const OWNERS: usize = 8;
const PROBLEMS: usize = 5;

impl Catalog {
    /// The whole catalog at a glance. Made once per revision, whoever asks first.
    ///
    /// # Errors
    /// The caller may not read entities, or the database failed.
    pub async fn overview(&self, caller: &Caller) -> Result<Arc<Overview>, Error> {
        let reader = self.reader(caller)?;
        let revision = self.inner.seen.borrow().change;
        if let Some((made_for, overview)) = &*self.inner.overview.lock()
            && *made_for == revision
        {
            return Ok(Arc::clone(overview));
        }
        let overview = Arc::new(make(reader).await?);
        *self.inner.overview.lock() = Some((revision, Arc::clone(&overview)));
        Ok(overview)
    }
}

async fn make(reader: Reader<'_>) -> Result<Overview, Error> {
    let problems = reader.problems();
    let severity = |severity: Severity| {
        let count = problems.list.iter().filter(|problem| problem.severity == severity).count();
        u32::try_from(count).unwrap_or(u32::MAX)
    };
    let newest: Vec<i64> = newest(reader).await?.into_iter().map(|(seq, _)| seq).take(RECENT).collect();
    let recent = recent_changes(reader, &newest).await?;
    Ok(reader.view(|view| {
        let shown = view.all() - view.evaluate(&hidden());
        Overview {
            total: u32::try_from(shown.len()).unwrap_or(u32::MAX),
            kinds: most_frequent(view.facets(&shown, "kind"))
                .map(|(value, count)| FacetValue { value, count })
                .collect(),
            error_count: severity(Severity::Error),
            warning_count: severity(Severity::Warning),
            problems: problems.list.iter().take(PROBLEMS).cloned().collect(),
            recent,
            owners: most_frequent(view.facets(&shown, "relations.ownedby"))
                .take(OWNERS)
                .map(|(owner, count)| (link_to(view, &owner), count))
                .collect(),
            without_owner: u32::try_from(view.evaluate(&EntityListQuery::without_owner()).len())
                .unwrap_or(u32::MAX),
            coverage: coverage(view),
        }
    }))
}

/// The values of a field, the most frequent first.
fn most_frequent(mut values: Vec<(String, u32)>) -> impl Iterator<Item = (String, u32)> {
    values.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    values.into_iter()
}
