//! What groups and users have to do with others: members, hierarchy, and what they own, alone and through others.

use model::{EntityLink, Filter, Owned, OwnedKind, People, Portion};
use roaring::RoaringBitmap;
use rustc_hash::FxHashSet;

use super::summary::{link_of, link_to};
use crate::view::{EntityId, Order, View};

/// Members shown, and as many groups.
const SHOWN: usize = 100;
/// Names shown of what is owned.
const OWNED: usize = 12;
/// Groups above.
const ABOVE: usize = 10;
/// Owners in an address; servers refuse longer ones.
const OWNERS: usize = 100;
/// Groups that are looked for below.
const BELOW: usize = 2_000;

/// What a group or a user has to do with others, and the types of relations that need not be shown besides; nothing for
/// other kinds.
pub(super) fn people(view: &View, id: EntityId, kind: &str) -> Option<(People, &'static [&'static str])> {
    match kind.to_lowercase().as_str() {
        "group" => Some(group(view, id)),
        "user" => Some(user(view, id)),
        _ => None,
    }
}

fn group(view: &View, id: EntityId) -> (People, &'static [&'static str]) {
    let people = People {
        is_user: false,
        above: above(view, id),
        below: links(view, id, "parentof"),
        members: links(view, id, "hasmember"),
        groups: Portion::default(),
        owned: owned(view, id, &below(view, id)),
    };
    // The line upwards shows one parent; that there are more is worth saying.
    if view.targets(id, "childof").len() > 1 {
        (people, &["parentOf", "hasMember", "ownerOf"])
    } else {
        (people, &["childOf", "parentOf", "hasMember", "ownerOf"])
    }
}

fn user(view: &View, id: EntityId) -> (People, &'static [&'static str]) {
    let groups: Vec<EntityId> =
        view.targets(id, "memberof").into_iter().filter_map(|group| view.id_of(group)).collect();
    let people = People {
        is_user: true,
        groups: links(view, id, "memberof"),
        owned: owned(view, id, &groups),
        ..People::default()
    };
    (people, &["memberOf", "ownerOf"])
}

/// The first of those that an entity is related to.
fn links(view: &View, id: EntityId, relation: &str) -> Portion<EntityLink> {
    let Portion { shown, left_off } = Portion::of(view.targets(id, relation), SHOWN);
    Portion { shown: shown.into_iter().map(|target| link_to(view, target)).collect(), left_off }
}

/// The groups above a group, the highest first. A circle ends where it began.
fn above(view: &View, id: EntityId) -> Vec<EntityLink> {
    let mut seen = vec![view.entity_ref(id)];
    let mut current = Some(id);
    while let Some(parent) = current.and_then(|id| view.first_related(id, "childof")) {
        if seen.contains(&parent) || seen.len() > ABOVE {
            break;
        }
        seen.push(parent);
        current = view.id_of(parent);
    }
    seen.into_iter().skip(1).rev().map(|group| link_to(view, group)).collect()
}

/// The groups below a group, the nearest first, each once.
fn below(view: &View, id: EntityId) -> Vec<EntityId> {
    let mut found = vec![id];
    let mut seen = FxHashSet::from_iter([id]);
    let mut next = 0;
    while let Some(group) = found.get(next).copied().filter(|_| found.len() < BELOW) {
        next += 1;
        let children = view.targets(group, "parentof").into_iter().filter_map(|child| view.id_of(child));
        found.extend(children.filter(|child| seen.insert(*child)));
    }
    found.split_off(1)
}

/// What an owner has, and what it has together with others.
fn owned(view: &View, id: EntityId, others: &[EntityId]) -> Owned {
    let Portion { shown: owners, left_off } =
        Portion::of(std::iter::once(id).chain(others.iter().copied()), OWNERS);
    let owners: Vec<String> = owners.into_iter().map(|owner| view.entity_ref(owner).to_owned()).collect();
    let of = |owners: &[String]| {
        view.evaluate(&Filter::In { key: "relations.ownedby".to_owned(), values: owners.to_vec() })
    };
    let (direct, total) = (of(&owners[..1]), of(&owners));
    let by_name = Order { key: "metadata.name".to_owned(), descending: false };
    let Portion { shown, left_off: more } = Portion::of(view.sorted(&direct, &[by_name]), OWNED);
    Owned {
        direct: Portion {
            shown: shown.into_iter().filter_map(|id| link_of(view, id)).collect(),
            left_off: more,
        },
        kinds: kinds(view, &direct, &total),
        total: u32::try_from(total.len()).unwrap_or(u32::MAX),
        owners,
        owners_left_off: left_off,
    }
}

/// How many there are of each kind.
fn kinds(view: &View, direct: &RoaringBitmap, total: &RoaringBitmap) -> Vec<OwnedKind> {
    let of_direct = view.facets(direct, "kind");
    let mut kinds: Vec<OwnedKind> = view
        .facets(total, "kind")
        .into_iter()
        .map(|(kind, total)| {
            let direct = of_direct.iter().find(|(known, _)| *known == kind).map_or(0, |(_, count)| *count);
            OwnedKind { kind, direct, total }
        })
        .collect();
    kinds.sort_by(|a, b| a.kind.cmp(&b.kind));
    kinds
}
