//! From node to node by arrow keys.

use super::{Direction, Graph, GraphNode};

/// An arrow key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// To the left.
    Left,
    /// To the right.
    Right,
    /// Upwards.
    Up,
    /// Downwards.
    Down,
}

/// The node that a step leads to. In the direction of the arrows, and against it, that is the nearest of those that an
/// arrow joins with this one; across, the next one of the same layer.
#[must_use]
pub fn walk(graph: &Graph, direction: Direction, from: usize, step: Step) -> Option<usize> {
    let here = graph.nodes.get(from)?;
    let sideways = matches!(step, Step::Left | Step::Right);
    let sign = if matches!(step, Step::Left | Step::Up) { -1 } else { 1 };
    // How far a node lies in the direction of the step, and how far beside it.
    let distance = |node: &GraphNode| {
        let (x, y) = (node.x - here.x, node.y - here.y);
        if sideways { (x * sign, y.abs()) } else { (y * sign, x.abs()) }
    };
    let candidates: Vec<usize> = if sideways == direction.is_horizontal() {
        let ends = graph.edges.iter().map(|edge| (edge.from as usize, edge.to as usize));
        ends.filter_map(|(a, b)| if a == from { Some(b) } else { (b == from).then_some(a) }).collect()
    } else {
        let of_layer = |node: &GraphNode| distance(node).1 == 0;
        (0..graph.nodes.len()).filter(|index| of_layer(&graph.nodes[*index])).collect()
    };
    let ahead = candidates.into_iter().filter_map(|index| {
        let (ahead, beside) = distance(graph.nodes.get(index)?);
        (ahead > 0).then_some((beside, ahead, index))
    });
    ahead.min().map(|(_, _, index)| index)
}
