//! From node to node by arrow keys.

use std::collections::BTreeMap;

use super::{Direction, Graph, GraphNode};

/// Where arrow keys lead from a node, as places in the list of nodes: left, right, up, down.
pub type Steps = [Option<usize>; 4];

/// The steps of every node. In the direction of the arrows, and against it, a step leads to the nearest of those that an
/// arrow joins with this one; across, to the next one of the same layer.
#[must_use]
pub fn walks(graph: &Graph, direction: Direction) -> Vec<Steps> {
    let mut joined = vec![Vec::new(); graph.nodes.len()];
    for edge in &graph.edges {
        let (from, to) = (edge.from as usize, edge.to as usize);
        if from.max(to) < joined.len() {
            joined[from].push(to);
            joined[to].push(from);
        }
    }
    // Along the arrows and across them.
    let place =
        |node: &GraphNode| if direction.is_horizontal() { (node.x, node.y) } else { (node.y, node.x) };
    let mut layers = BTreeMap::<i32, Vec<(i32, usize)>>::new();
    for (number, node) in graph.nodes.iter().enumerate() {
        let (along, across) = place(node);
        layers.entry(along).or_default().push((across, number));
    }
    let mut beside = vec![(None, None); graph.nodes.len()];
    for layer in layers.values_mut() {
        layer.sort_unstable();
        for pair in layer.windows(2).filter(|pair| pair[0].0 < pair[1].0) {
            beside[pair[0].1].1 = Some(pair[1].1);
            beside[pair[1].1].0 = Some(pair[0].1);
        }
    }
    let steps = |(number, node): (usize, &GraphNode)| {
        let (here, across) = place(node);
        let nearest = |sign: i32| {
            let ahead = joined[number].iter().filter_map(|other| {
                let (along, beside) = place(&graph.nodes[*other]);
                let ahead = (along - here) * sign;
                (ahead > 0).then_some(((beside - across).abs(), ahead, *other))
            });
            ahead.min().map(|(_, _, other)| other)
        };
        let ((back, forth), (before, after)) = ((nearest(-1), nearest(1)), beside[number]);
        if direction.is_horizontal() { [back, forth, before, after] } else { [before, after, back, forth] }
    };
    graph.nodes.iter().enumerate().map(steps).collect()
}
