//! Which box of the picture an entity stands in.

use std::collections::BTreeMap;

use model::{GraphGroup, GraphNode, Grouping};

use super::super::summary::link_to;
use crate::view::{EntityId, View};

/// Gives each node its box. Boxes come by reference.
pub(super) fn assign(
    view: &View,
    found: &[(EntityId, u32)],
    nodes: &mut [GraphNode],
    grouping: Option<Grouping>,
) -> Vec<GraphGroup> {
    let Some(grouping) = grouping else { return Vec::new() };
    let of: Vec<Option<&str>> = found.iter().map(|(id, _)| group_of(view, *id, grouping)).collect();
    let mut numbers = BTreeMap::<&str, u32>::new();
    for group in of.iter().flatten() {
        numbers.insert(group, 0);
    }
    for (number, place) in (0..).zip(numbers.values_mut()) {
        *place = number;
    }
    for (node, group) in nodes.iter_mut().zip(&of) {
        node.group = group.and_then(|group| numbers.get(group).copied());
    }
    let group = |group: &&str| GraphGroup { link: link_to(view, group), ..GraphGroup::default() };
    numbers.keys().map(group).collect()
}

/// What an entity belongs to. A system stands in its own box, and so do a domain and an owner.
fn group_of(view: &View, id: EntityId, grouping: Grouping) -> Option<&str> {
    let own = view.entity_ref(id);
    let is = |entity_ref: &str, kind: &str| entity_ref.split_once(':').is_some_and(|(of, _)| of == kind);
    let part_of =
        |id: EntityId, kind: &str| view.targets(id, "partof").into_iter().find(|whole| is(whole, kind));
    // A part of a component belongs to the system of that.
    let system =
        || part_of(id, "system").or_else(|| part_of(view.mentioned(part_of(id, "component")?)?, "system"));
    match grouping {
        Grouping::Owner if is(own, "group") || is(own, "user") => Some(own),
        Grouping::Owner => view.first_related(id, "ownedby"),
        Grouping::System if is(own, "system") => Some(own),
        Grouping::System => system(),
        Grouping::Domain if is(own, "domain") => Some(own),
        Grouping::Domain => part_of(id, "domain").or_else(|| part_of(view.mentioned(system()?)?, "domain")),
    }
}
