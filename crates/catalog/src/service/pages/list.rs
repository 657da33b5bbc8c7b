//! The catalog table: filters with counts, text, order, pages, groups.

use std::ops::Range;
use std::sync::Arc;

use model::{EntityList, EntityListQuery, EntitySummary};
use platform::access::Caller;
use platform::error::Error;

use super::Reader;
use super::changes::moment;
use super::facets::facets;
use super::groups::groups;
use super::moment::Then;
use super::selection::{Selection, in_order, selected};
use super::stamp::Stamp;
use super::summary::{source_file, summary};
use crate::service::Catalog;
use crate::service::problems::Problems;
use crate::store;
use crate::view::{EntityId, View};

/// Entities on one page.
pub(super) const PAGE_SIZE: usize = 50;
/// Most lines that are given at once.
const MOST_ROWS: usize = 200;

impl Catalog {
    /// One page of the catalog table.
    ///
    /// # Errors
    /// The caller may not read entities, or the database failed.
    pub async fn list(&self, caller: &Caller, query: &EntityListQuery) -> Result<EntityList, Error> {
        let reader = self.reader(caller)?;
        let then = reader.then(&query.at).await?;
        // What is wrong with files is known of now alone.
        let problems = if then.is_past() { Arc::default() } else { reader.problems() };
        let mut list = then.view(|view| list(view, query, &problems));
        list.time = then.time.clone();
        finished(reader, &then, query, list).await
    }

    /// Lines of the catalog table by their places in its order, for pages that show it piece by piece; at most 200. Without
    /// filters and groups.
    ///
    /// # Errors
    /// The caller may not read entities, or the database failed.
    pub async fn rows(
        &self,
        caller: &Caller,
        query: &EntityListQuery,
        offset: u32,
        limit: u32,
    ) -> Result<EntityList, Error> {
        let reader = self.reader(caller)?;
        let then = reader.then(&query.at).await?;
        // What is wrong with files is known of now alone.
        let problems = if then.is_past() { Arc::default() } else { reader.problems() };
        let start = offset as usize;
        let places = start..start.saturating_add((limit as usize).min(MOST_ROWS));
        let list = then.view(|view| {
            let ids = selected(view, query);
            EntityList {
                items: lines(view, query, &ids, places, &problems),
                total: u32::try_from(ids.len()).unwrap_or(u32::MAX),
                ..EntityList::default()
            }
        });
        finished(reader, &then, query, list).await
    }
}

fn list(view: &View, query: &EntityListQuery, problems: &Problems) -> EntityList {
    let selection = Selection::of(view, query);
    let within = selection.all();
    let mut list = EntityList {
        total: u32::try_from(within.len()).unwrap_or(u32::MAX),
        catalog_total: u32::try_from(selection.shown.len()).unwrap_or(u32::MAX),
        facets: facets(view, query, &selection),
        ..EntityList::default()
    };
    let page_of = |count: usize| {
        let page_count = count.div_ceil(PAGE_SIZE).max(1);
        let page = (query.page.max(1) as usize).min(page_count);
        (page, page_count, (page - 1) * PAGE_SIZE..page * PAGE_SIZE)
    };
    let (page, page_count) = if query.group.is_empty() {
        let ids = in_order(view, query, &within);
        let (page, page_count, places) = page_of(ids.len());
        list.items = lines(view, query, &ids, places, problems);
        (page, page_count)
    } else {
        let groups = groups(view, query, &within);
        let (page, page_count, places) = page_of(groups.len());
        list.group_count = u32::try_from(groups.len()).unwrap_or(u32::MAX);
        list.groups = groups.shown(view, query, places, problems);
        (page, page_count)
    };
    list.page = u32::try_from(page).unwrap_or(u32::MAX);
    list.page_count = u32::try_from(page_count).unwrap_or(u32::MAX);
    list
}

/// The lines of the entities at these places.
pub(super) fn lines(
    view: &View,
    query: &EntityListQuery,
    ids: &[EntityId],
    places: Range<usize>,
    problems: &Problems,
) -> Vec<EntitySummary> {
    let with_file = query.shows("file");
    let line = |id: &EntityId| {
        let mut line = summary(view, *id, &problems.by_entity)?;
        line.source_file = with_file.then(|| source_file(view, *id)).flatten();
        Some(line)
    };
    ids.iter().skip(places.start).take(places.len()).filter_map(line).collect()
}

/// Adds when each line changed, if the query asks for it (one question to the log for all of them), and leads links to the
/// moment of the list.
async fn finished(
    reader: Reader<'_>,
    then: &Then<'_>,
    query: &EntityListQuery,
    mut list: EntityList,
) -> Result<EntityList, Error> {
    let mut lines: Vec<&mut EntitySummary> =
        list.groups.iter_mut().flat_map(|group| &mut group.items).chain(&mut list.items).collect();
    if then.is_past() {
        lines.iter_mut().for_each(|line| (line.problem_count, line.has_error) = (0, false));
    }
    if query.shows("changed") {
        let refs: Vec<&str> = lines.iter().map(|line| line.link.entity_ref.as_str()).collect();
        let times = match then.seq {
            None => store::current_times_of(reader.database(), &refs).await?,
            Some(seq) => {
                let versions = store::at_seq_of(reader.database(), &refs, seq).await?;
                versions.into_iter().map(|version| (version.entity_ref, version.valid_from)).collect()
            }
        };
        for line in &mut lines {
            line.changed = times.get(&line.link.entity_ref).map(|time| moment(*time));
        }
    }
    list.stamp(&query.at);
    Ok(list)
}
