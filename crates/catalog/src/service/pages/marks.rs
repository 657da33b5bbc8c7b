//! What became of the entities and relations of a graph since another moment.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use model::{ChangeKind, Graph, GraphEdge, GraphGroup, GraphNode, GraphQuery};

use super::graph::{MAX_NODES, arrows};
use super::moment::Then;
use crate::view::View;

/// The nodes and arrows of both moments, marked by what became of them from the earlier moment to the later one. Those that
/// the shown moment does not have come from the other.
pub(super) fn marked(shown: (&Then<'_>, Graph), other: (&Then<'_>, Graph), query: &GraphQuery) -> Graph {
    let later = |then: &Then<'_>| then.seq.unwrap_or(i64::MAX);
    let reversed = later(shown.0) < later(other.0);
    let mut left_off = shown.1.left_off;
    // Boxes of both moments, and where those of the other one are among them.
    let mut groups = shown.1.groups;
    let place_of = |group: GraphGroup| {
        let known = groups.iter().position(|known| known.link.entity_ref == group.link.entity_ref);
        let place = known.unwrap_or_else(|| {
            groups.push(group);
            groups.len() - 1
        });
        u32::try_from(place).unwrap_or(u32::MAX)
    };
    let places: Vec<u32> = other.1.groups.into_iter().map(place_of).collect();
    let mut nodes = BTreeMap::<String, GraphNode>::new();
    for node in shown.1.nodes {
        nodes.insert(node.link.entity_ref.clone(), node);
    }
    for mut node in other.1.nodes {
        node.group = node.group.and_then(|group| places.get(group as usize).copied());
        if node.link.exists {
            query.compare.trim().clone_into(&mut node.link.at);
        }
        match nodes.entry(node.link.entity_ref.clone()) {
            Entry::Vacant(place) => {
                place.insert(node);
            }
            Entry::Occupied(mut known) => {
                let known = known.get_mut();
                known.distance = known.distance.min(node.distance);
                if !known.link.exists && node.link.exists {
                    known.link = node.link;
                }
            }
        }
    }
    let mut nodes: Vec<GraphNode> = nodes.into_values().collect();
    nodes.sort_by(|a, b| (a.distance, &a.link.entity_ref).cmp(&(b.distance, &b.link.entity_ref)));
    left_off += u32::try_from(nodes.len().saturating_sub(MAX_NODES)).unwrap_or(u32::MAX);
    nodes.truncate(MAX_NODES);

    let of = |then: &Then<'_>| then.view(|view| state(view, &nodes, query));
    let (now, before) = if reversed { (of(other.0), of(shown.0)) } else { (of(shown.0), of(other.0)) };
    for (place, node) in nodes.iter_mut().enumerate() {
        node.mark = became(before.documents[place].as_ref(), now.documents[place].as_ref());
    }
    Graph { nodes, edges: edges(before.edges, now.edges), groups, left_off, ..Graph::default() }
}

/// What one moment knows of the nodes of both.
struct State {
    /// Of each node what its document is known by.
    documents: Vec<Option<u64>>,
    edges: Vec<GraphEdge>,
}

fn state(view: &View, nodes: &[GraphNode], query: &GraphQuery) -> State {
    let document = |node: &GraphNode| {
        let id = view.id_of(&node.link.entity_ref)?;
        let mut hasher = DefaultHasher::new();
        view.document(id).hash(&mut hasher);
        Some(hasher.finish())
    };
    State {
        documents: nodes.iter().map(document).collect(),
        edges: arrows(view, nodes.iter().map(|node| node.link.entity_ref.as_str()), query),
    }
}

/// What became of something that was `before` and is `now`.
fn became<T: PartialEq>(before: Option<&T>, now: Option<&T>) -> Option<ChangeKind> {
    match (before, now) {
        (None, Some(_)) => Some(ChangeKind::Added),
        (Some(_), None) => Some(ChangeKind::Removed),
        (before, now) if before != now => Some(ChangeKind::Changed),
        _ => None,
    }
}

/// The arrows of both moments, each once with all its relations.
fn edges(before: Vec<GraphEdge>, now: Vec<GraphEdge>) -> Vec<GraphEdge> {
    let mut both = BTreeMap::<(u32, u32), (Option<GraphEdge>, Option<GraphEdge>)>::new();
    for edge in before {
        let ends = (edge.from, edge.to);
        both.entry(ends).or_default().0 = Some(edge);
    }
    for edge in now {
        let ends = (edge.from, edge.to);
        both.entry(ends).or_default().1 = Some(edge);
    }
    let merged = |(before, now): (Option<GraphEdge>, Option<GraphEdge>)| {
        let mark = became(before.as_ref(), now.as_ref());
        let mut edge = now.or_else(|| before.clone())?;
        if let Some(before) = before {
            add(&mut edge.forward, before.forward);
            add(&mut edge.reverse, before.reverse);
        }
        Some(GraphEdge { mark, ..edge })
    };
    both.into_values().filter_map(merged).collect()
}

fn add(names: &mut Vec<String>, others: Vec<String>) {
    names.extend(others);
    names.sort_unstable();
    names.dedup();
}
