//! What changed between two moments: computed from the versions between them, not from two catalogs.

use std::collections::{BTreeMap, BTreeSet};

use model::{
    ChangeKind, ChangeList, Entity, EntityChange, EntityLink, EntityList, EntityListQuery, KindChanges,
    VersionSummary,
};
use platform::access::Caller;
use platform::error::Error;
use rustc_hash::{FxHashMap, FxHashSet};

use super::Reader;
use super::changes::{moment, summarize};
use super::facets::facets;
use super::list::PAGE_SIZE;
use super::selection::Selection;
use super::summary::link_of;
use crate::service::Catalog;
use crate::store::{self, Version};
use crate::view::{Order, View};

/// Entities that are compared. Their documents are in memory meanwhile, of both moments.
const MOST: usize = 20_000;

/// A relation as its document says it: source, type, target.
type Relation = (String, &'static str, String);

impl Catalog {
    /// What changed between two moments, one page of it. Filters look at an entity as it is at the second moment, at a
    /// removed one as it was.
    ///
    /// # Errors
    /// The caller may not read entities, or a moment is none.
    pub async fn changes(&self, caller: &Caller, query: &EntityListQuery) -> Result<ChangeList, Error> {
        let reader = self.reader(caller)?;
        let (from, to) = (reader.told(&query.from).await?, reader.told(&query.at).await?);
        let newest = reader.view(View::seq);
        let seq = |asked: Option<i64>| asked.map_or(newest, |seq| seq.min(newest));
        let (first, last) = (seq(from.seq), seq(to.seq));
        // Asked the other way round, the answer is the same as asked in the order of time.
        let (first_seq, last_seq) = (first.min(last), first.max(last));
        // Filters and further pages ask for the same.
        let difference = difference(reader, first_seq, last_seq);
        let difference = self.inner.differences.get_or_make((first_seq, last_seq), difference).await?;
        let (query, at) = (query.clone(), [query.from.trim().to_owned(), query.at.trim().to_owned()]);
        let at = if first <= last { at } else { [at[1].clone(), at[0].clone()] };
        let page = move || difference.page(&query, &at);
        // Thousands of documents take a moment, in which a thread of the server must not stand still.
        let page = tokio::task::spawn_blocking(page).await.map_err(Error::internal)?;
        let (earlier, later) = if first <= last { (from.time, to.time) } else { (to.time, from.time) };
        let list = EntityList { time: later.clone(), ..page.list };
        Ok(ChangeList { from: earlier, to: later, list, ..page })
    }
}

/// What is not the same at two moments.
pub(in crate::service) struct Difference {
    /// By reference.
    changed: FxHashMap<String, Changed>,
    /// A catalog of what changed alone, so that filters mean here what they mean everywhere.
    view: View,
    relations_added: usize,
    relations_removed: usize,
    left_off: usize,
}

/// The versions of an entity at both moments.
struct Changed {
    before: Option<Version>,
    after: Option<Version>,
    /// `seq` and time of the last version until the second moment.
    last: (i64, i64),
}

async fn difference(reader: Reader<'_>, from: i64, to: i64) -> Result<Difference, Error> {
    let database = reader.database();
    let mut touched: Vec<(String, (i64, i64))> =
        store::touched(database, from, to).await?.into_iter().collect();
    touched.sort_unstable_by_key(|(_, last)| std::cmp::Reverse(*last));
    let left: FxHashSet<String> = match touched.get(MOST..) {
        Some(rest) => rest.iter().map(|(entity_ref, _)| entity_ref.clone()).collect(),
        None => FxHashSet::default(),
    };
    touched.truncate(MOST);
    let entity_refs: Vec<&str> = touched.iter().map(|(entity_ref, _)| entity_ref.as_str()).collect();
    let by_ref = |versions: Vec<Version>| -> FxHashMap<String, Version> {
        versions.into_iter().map(|version| (version.entity_ref.clone(), version)).collect()
    };
    let (before, after) = tokio::try_join!(
        store::at_seq_of(database, &entity_refs, from),
        store::at_seq_of(database, &entity_refs, to)
    )?;
    let (mut before, mut after) = (by_ref(before), by_ref(after));
    let pair = |(entity_ref, last): &(String, (i64, i64))| {
        let (before, after) = (before.remove(entity_ref), after.remove(entity_ref));
        let same =
            before.as_ref().map(|version| &version.hash) == after.as_ref().map(|version| &version.hash);
        (!same).then_some(Changed { before, after, last: *last })
    };
    let changed: Vec<Changed> = touched.iter().filter_map(pair).collect();

    let told = move || {
        let of = |version: fn(&Changed) -> Option<&Version>| -> FxHashSet<Relation> {
            changed.iter().filter_map(version).flat_map(relations).collect()
        };
        let (before, after) = (of(|changed| changed.before.as_ref()), of(|changed| changed.after.as_ref()));
        let only = |these: &FxHashSet<Relation>, those: &FxHashSet<Relation>| -> Vec<Relation> {
            these.difference(those).cloned().collect()
        };
        (only(&after, &before), only(&before, &after), changed)
    };
    let (mut added, mut removed, changed) =
        tokio::task::spawn_blocking(told).await.map_err(Error::internal)?;
    // A relation may be said by both of its ends. An end that did not change says at both moments what it says.
    let here: FxHashSet<&str> =
        changed.iter().filter_map(|changed| Some(changed.shown()?.entity_ref.as_str())).collect();
    let others: BTreeSet<&str> = added
        .iter()
        .chain(&removed)
        .flat_map(|(source, relation, target)| {
            let other = model::reverse_of(relation).unwrap_or_default();
            [(source.as_str(), *relation), (target.as_str(), other)]
        })
        .filter(|(end, relation)| {
            let kind = end.split_once(':').map_or("", |(kind, _)| kind);
            model::can_say(kind, relation) && !here.contains(end) && !left.contains(*end)
        })
        .map(|(end, _)| end)
        .collect();
    let others: Vec<&str> = others.into_iter().collect();
    let others = store::at_seq_of(database, &others, to).await?;
    let finish = move || {
        let still: FxHashSet<Relation> = others.iter().flat_map(relations).collect();
        let counts = [&mut added, &mut removed].map(|relations| {
            relations.retain(|relation| !still.contains(relation));
            relations.len()
        });
        Difference::new(changed, counts, left.len())
    };
    tokio::task::spawn_blocking(finish).await.map_err(Error::internal)
}

/// The relations that a document says, each in the direction of its pair that comes first by name, so that it does not
/// matter which end says it.
fn relations(version: &Version) -> Vec<Relation> {
    let document = version.document.as_deref().unwrap_or_default();
    let Ok(entity) = serde_json::from_str::<Entity>(document) else { return Vec::new() };
    let edges = model::edges(&entity).unwrap_or_default();
    let relation = |edge: model::Edge| {
        let (source, target) = (version.entity_ref.clone(), edge.target.to_string());
        if edge.forward <= edge.reverse {
            (source, edge.forward, target)
        } else {
            (target, edge.reverse, source)
        }
    };
    edges.into_iter().map(relation).collect()
}

impl Changed {
    /// As it is at the second moment, or was if it is no more.
    fn shown(&self) -> Option<&Version> {
        self.after.as_ref().or(self.before.as_ref())
    }

    fn kind(&self) -> ChangeKind {
        match (&self.before, &self.after) {
            (None, _) => ChangeKind::Added,
            (_, None) => ChangeKind::Removed,
            _ => ChangeKind::Changed,
        }
    }
}

impl Difference {
    fn new(
        mut changed: Vec<Changed>,
        [relations_added, relations_removed]: [usize; 2],
        left_off: usize,
    ) -> Self {
        changed.sort_by_key(|changed| changed.shown().map(|version| version.seq));
        let mut view = View::default();
        for some in changed.chunks(1_000) {
            let versions: Vec<Version> = some.iter().filter_map(Changed::shown).cloned().collect();
            view.apply(&versions);
        }
        let by_ref = |changed: Changed| Some((changed.shown()?.entity_ref.clone(), changed));
        let changed = changed.into_iter().filter_map(by_ref).collect();
        Self { changed, view, relations_added, relations_removed, left_off }
    }

    /// One page of it; `at` are the moments as they stand in the address.
    fn page(&self, query: &EntityListQuery, at: &[String; 2]) -> ChangeList {
        let Self { changed, view, .. } = self;
        let selection = Selection::of(view, query);
        let orders = ["kind", "metadata.name"].map(|key| Order { key: key.to_owned(), descending: false });
        let ids = view.sorted(&selection.all(), &orders);

        let mut kinds = BTreeMap::<String, KindChanges>::new();
        for id in &ids {
            let entity_ref = view.entity_ref(*id);
            let kind = entity_ref.split_once(':').map_or("", |(kind, _)| kind);
            let Some(changed) = changed.get(entity_ref) else { continue };
            let counts = kinds.entry(kind.to_owned()).or_insert_with(|| KindChanges {
                kind: link_of(view, *id).map_or_else(|| kind.to_owned(), |link| link.kind),
                counts: [0; 3],
            });
            counts.counts[match changed.kind() {
                ChangeKind::Added => 0,
                ChangeKind::Changed => 1,
                ChangeKind::Removed => 2,
            }] += 1;
        }

        let page_count = ids.len().div_ceil(PAGE_SIZE).max(1);
        let page = (query.page.max(1) as usize).min(page_count);
        let item = |id: &u32| {
            let changed = changed.get(view.entity_ref(*id))?;
            let when = if changed.after.is_some() { &at[1] } else { &at[0] };
            let link = EntityLink { at: when.clone(), ..link_of(view, *id)? };
            Some(told(changed, link))
        };
        let on_page = ids.iter().skip((page - 1) * PAGE_SIZE).take(PAGE_SIZE);
        let number = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        ChangeList {
            items: on_page.filter_map(item).collect(),
            kinds: kinds.into_values().collect(),
            list: EntityList {
                total: number(ids.len()),
                catalog_total: u32::try_from(selection.shown.len()).unwrap_or(u32::MAX),
                page: number(page),
                page_count: number(page_count),
                facets: facets(view, query, &selection),
                ..EntityList::default()
            },
            relations_added: number(self.relations_added),
            relations_removed: number(self.relations_removed),
            left_off: number(self.left_off),
            ..ChangeList::default()
        }
    }
}

/// A change in words.
fn told(changed: &Changed, link: EntityLink) -> EntityChange {
    let Changed { before, after, last: (seq, time) } = changed;
    let tombstone = before.as_ref().map(|before| Version { document: None, ..before.clone() });
    let version = after.clone().or(tombstone).map(|version| summarize(&version, before.as_ref()));
    let version = VersionSummary {
        seq: *seq,
        at: moment(*time),
        change: changed.kind(),
        fields: version.map(|version| version.fields).unwrap_or_default(),
    };
    EntityChange { link, version, before: before.as_ref().map(|before| before.seq) }
}
