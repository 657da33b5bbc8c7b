//! Where everything stands, and that it stays there while the catalog changes.

use std::collections::VecDeque;

use model::{
    Arrangement, Graph, GraphEdge, GraphQuery, Kept, arrange, arrange_groups, arrange_near, relation_pair,
};
use parking_lot::Mutex;

/// Pictures that are remembered. The largest take about 200 kB.
const REMEMBERED: usize = 16;

/// Finds places for nodes, given by name, and edges between them.
type Find<'a> = dyn FnMut(&[&str], &[(usize, usize)]) -> Arrangement + 'a;

/// Where everything stood in the newest pictures, so that an open page that is told of a change finds its nodes where they
/// were. Boxes are laid out anew: they grow with what is in them.
#[derive(Default)]
pub(in crate::service) struct Layouts(Mutex<VecDeque<(GraphQuery, Kept)>>);

impl Layouts {
    /// Gives everything its place; what had one keeps it.
    pub(super) fn lay_out(&self, graph: Graph, query: &GraphQuery) -> Graph {
        // What does not move anything.
        let question = GraphQuery { text: String::new(), page: 1, show_filters: true, ..query.clone() };
        arranged(graph, query, &mut |names, edges| {
            let kept = {
                let mut remembered = self.0.lock();
                let place = remembered.iter().position(|(of, _)| *of == question);
                place.and_then(|place| remembered.remove(place)).map(|(_, kept)| kept)
            };
            let arrangement = match &kept {
                Some(kept) => arrange_near(names, edges, query.direction, kept),
                None => arrange(names, edges, query.direction),
            };
            let kept = Kept::new(names, edges, &arrangement);
            let mut remembered = self.0.lock();
            remembered.truncate(REMEMBERED - 1);
            remembered.push_front((question.clone(), kept));
            arrangement
        })
    }
}

/// Gives everything its place.
pub(super) fn lay_out(graph: Graph, query: &GraphQuery) -> Graph {
    arranged(graph, query, &mut |names, edges| arrange(names, edges, query.direction))
}

/// Gives everything its place: in boxes where the query wants them, and otherwise where `find` says.
fn arranged(mut graph: Graph, query: &GraphQuery, find: &mut Find<'_>) -> Graph {
    let names: Vec<&str> = graph.nodes.iter().map(|node| node.link.entity_ref.as_str()).collect();
    // An arrow against the flow (the second one of two) lies where the flow puts it.
    let against = |edge: &GraphEdge| {
        let along = |name: &String| relation_pair(name).is_none_or(|(along, _)| name == along);
        !edge.forward.iter().any(along)
    };
    let ends = |edge: &GraphEdge| {
        let (from, to) = (edge.from as usize, edge.to as usize);
        if against(edge) { (to, from) } else { (from, to) }
    };
    let edges: Vec<(usize, usize)> = graph.edges.iter().map(ends).collect();
    let (arrangement, frames) = if query.group.is_some() {
        let groups: Vec<Option<usize>> =
            graph.nodes.iter().map(|node| node.group.map(|group| group as usize)).collect();
        arrange_groups(&names, &edges, &groups, graph.groups.len(), query.direction)
    } else {
        (find(&names, &edges), Vec::new())
    };
    for (group, frame) in graph.groups.iter_mut().zip(frames) {
        group.frame = frame;
    }
    for (node, (x, y)) in graph.nodes.iter_mut().zip(arrangement.nodes) {
        (node.x, node.y) = (x, y);
    }
    for (edge, mut points) in graph.edges.iter_mut().zip(arrangement.edges) {
        if against(edge) {
            points.reverse();
        }
        edge.points = points;
    }
    Graph { width: arrangement.width, height: arrangement.height, ..graph }
}
