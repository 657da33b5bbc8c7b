//! Where entities are read from, for the page of locations.

use model::{LocationRef, Severity};
use platform::access::{Caller, Permission};
use platform::error::Error;
use rustc_hash::FxHashMap;

use super::of_origin;
use crate::reading::{ReadEntity, SourceKind};
use crate::service::Catalog;
use crate::store;

/// Locations on one page.
const PAGE: usize = 100;
/// Entities that are named before a location is unregistered.
const NAMED: usize = 30;

/// Who named a location.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RowOrigin {
    /// `catalog.locations`.
    Configuration,
    /// `--catalog`.
    CommandLine,
    /// Somebody, while the portal ran.
    Registered,
}

/// A location, and what became of it.
#[derive(Debug)]
pub struct LocationRow {
    /// Its id, if it was registered.
    pub id: Option<String>,
    /// `file` or `url`.
    pub kind: String,
    /// Path or address.
    pub target: String,
    /// Who named it.
    pub origin: RowOrigin,
    /// The Location entity that stands for it.
    pub entity_ref: String,
    /// Entities that it brought, without that one.
    pub entity_count: usize,
    /// When an address was read last, and when it is read again, in words.
    pub read: Option<String>,
    /// What is wrong below it: how many problems.
    pub problem_count: usize,
    /// The first of them.
    pub problem: Option<String>,
}

/// The page of locations.
#[derive(Debug, Default)]
pub struct LocationsPage {
    /// One page of them, in the order in which they are read.
    pub rows: Vec<LocationRow>,
    /// All.
    pub total: usize,
    /// Which page, from 1.
    pub page: usize,
    /// How many.
    pub page_count: usize,
    /// The location that is about to be unregistered, with the first entities that would go.
    pub unregister: Option<(usize, Vec<String>)>,
    /// Whether the caller may register.
    pub may_register: bool,
    /// Whether the caller may unregister.
    pub may_unregister: bool,
    /// Whether the caller may have a location read again.
    pub may_refresh: bool,
    /// Whether what a location brought is removed with it, and not kept as orphans.
    pub removes: bool,
}

impl Catalog {
    /// Where entities are read from, and how that went. `unregister` is the id of a location that somebody is about to
    /// remove.
    ///
    /// # Errors
    /// The caller may not read locations.
    pub async fn locations_page(
        &self,
        caller: &Caller,
        page: usize,
        unregister: Option<&str>,
    ) -> Result<LocationsPage, Error> {
        let policy = &self.inner.policy;
        policy.check(caller, Permission::CatalogLocationRead)?;
        policy.check(caller, Permission::CatalogEntityRead)?;
        let registry = self.registry()?;
        let named = registry.configured.iter().map(|(location, kind)| {
            let origin = match kind {
                SourceKind::Location => RowOrigin::Configuration,
                SourceKind::Path => RowOrigin::CommandLine,
            };
            (None, location.clone(), origin)
        });
        let registered = store::list_locations(&self.inner.database).await?.into_iter().map(|location| {
            let target = LocationRef { kind: location.kind, target: location.target };
            (Some(location.id), target, RowOrigin::Registered)
        });
        let all: Vec<(Option<String>, LocationRef, RowOrigin)> = named.chain(registered).collect();
        let total = all.len();
        let page_count = total.div_ceil(PAGE).max(1);
        let about = unregister.and_then(|id| all.iter().position(|(known, ..)| known.as_deref() == Some(id)));
        // Whoever unregisters sees the page that the location is on.
        let page = about.map_or(page, |index| index / PAGE + 1).clamp(1, page_count);
        let marks = store::remote_marks(&self.inner.database).await?;
        let mut problems: FxHashMap<String, (usize, Option<String>)> = FxHashMap::default();
        for (origin, found) in store::problems_by_origin(&self.inner.database).await? {
            let entry = problems.entry(origin).or_default();
            entry.0 += found.len();
            let worst = found.iter().find(|problem| problem.severity == Severity::Error).or(found.first());
            entry.1 = entry.1.take().or_else(|| worst.map(|problem| problem.message.clone()));
        }
        let view = self.inner.view.read();
        let row =
            |(id, location, origin): (Option<String>, LocationRef, RowOrigin)| {
                let origin_text = location.to_string();
                let mark = (location.kind == "url").then(|| marks.get(&location.target)).flatten();
                let (mut problem_count, mut problem) = problems.remove(&origin_text).unwrap_or_default();
                let is_missing =
                    |mark: &&store::RemoteMark| mark.fingerprint.as_deref() == Some(crate::remote::MISSING);
                if let Some(failure) =
                    mark.filter(|mark| !is_missing(mark)).and_then(|mark| mark.failure.as_ref())
                {
                    problem_count += 1;
                    problem = Some(failure.clone());
                }
                LocationRow {
                    entity_ref: ReadEntity::location(&location).entity_ref.to_string(),
                    entity_count: of_origin(&view, &origin_text).len().saturating_sub(1),
                    read: mark.and_then(|mark| {
                        let checked = crate::remote::clock_time(mark.checked_at?)?;
                        let again = crate::remote::clock_time(mark.next_at);
                        Some(again.map_or(format!("read {checked}"), |again| {
                            format!("read {checked}, again {again}")
                        }))
                    }),
                    kind: location.kind,
                    target: location.target,
                    id,
                    origin,
                    problem_count,
                    problem,
                }
            };
        let start = (page - 1) * PAGE;
        let unregister = about.map(|index| {
            let (_, location, _) = &all[index];
            let own = ReadEntity::location(location).entity_ref.to_string();
            let all = of_origin(&view, &location.to_string());
            let names = all.into_iter().map(|id| view.entity_ref(id)).filter(|name| *name != own);
            (index - start, names.take(NAMED).map(str::to_owned).collect())
        });
        let rows = all.into_iter().skip(start).take(PAGE).map(row).collect();
        let may = |permission| policy.check(caller, permission).is_ok();
        let is_writable = registry.check_writable().is_ok();
        Ok(LocationsPage {
            rows,
            total,
            page,
            page_count,
            unregister,
            may_register: is_writable && may(Permission::CatalogLocationCreate),
            may_unregister: is_writable && may(Permission::CatalogLocationDelete),
            may_refresh: may(Permission::CatalogEntityRefresh),
            removes: registry.removes,
        })
    }
}
