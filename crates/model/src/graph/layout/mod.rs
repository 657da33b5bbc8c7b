//! Where nodes and edges of a picture stand: in layers, so that edges run from layer to layer.
//!
//! The method is that of Sugiyama: turn edges around until there is no cycle ([`layers`]), give every node a layer behind
//! those that lead to it ([`layers`]), let long edges pass between the nodes of the layers on their way ([`rows`]), sort each
//! layer so that few edges cross ([`order`]), and move nodes within their layer to where their neighbours are
//! ([`place`]). Every loop is bounded and nothing recurses, so a hostile catalog makes an ugly picture and no slow one.

mod groups;
mod layers;
mod near;
mod order;
mod place;
mod routes;
mod rows;

use serde::{Deserialize, Serialize};

pub use self::groups::arrange_groups;
pub use self::near::{Kept, arrange_near};
use self::rows::Rows;
use super::Direction;

/// Width of a node in pixels.
pub const NODE_WIDTH: i32 = 200;
/// Height of a node in pixels.
pub const NODE_HEIGHT: i32 = 44;
/// Around the picture.
const MARGIN: i32 = 16;

/// A rectangle of the picture, in pixels.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Frame {
    /// Its left edge.
    pub x: i32,
    /// Its upper edge.
    pub y: i32,
    /// Its width.
    pub width: i32,
    /// Its height.
    pub height: i32,
}

/// Places of nodes and edges.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Arrangement {
    /// Width of the picture.
    pub width: i32,
    /// Height of the picture.
    pub height: i32,
    /// The upper left corner of each node.
    pub nodes: Vec<(i32, i32)>,
    /// The points of each edge, from the side of one node to the side of the other; none for an edge from a node to itself.
    pub edges: Vec<Vec<(i32, i32)>>,
}

/// Finds a place for everything. `names` tell the nodes apart and decide where nothing else does; `edges` are pairs of
/// places in `names`, those that are not are left out.
#[must_use]
pub fn arrange(names: &[&str], edges: &[(usize, usize)], direction: Direction) -> Arrangement {
    // Everything below works on nodes and edges by rank, so that the order of the input decides nothing.
    let by_rank = sorted_by_key(names.len(), |node| (names[node], node));
    let mut rank = vec![0; names.len()];
    for (place, node) in by_rank.iter().enumerate() {
        rank[*node] = place;
    }
    let ranked = |edge: usize| {
        let (from, to): (usize, usize) = edges[edge];
        Some((*rank.get(from)?, *rank.get(to)?)).filter(|(from, to)| from != to)
    };
    let edges_by_rank = sorted_by_key(edges.len(), |edge| (ranked(edge), edge));
    let drawn: Vec<usize> = edges_by_rank.into_iter().filter(|edge| ranked(*edge).is_some()).collect();
    let lines: Vec<(usize, usize)> = drawn.iter().filter_map(|edge| ranked(*edge)).collect();

    let lines = layers::acyclic(names.len(), &lines);
    let whole = layers::few(layers::layers(names.len(), &lines));
    let layer = layers::short(&whole);
    // Between the parts of one layer lines would take all the room: they pass behind the nodes.
    let passes = |line: &layers::Line| whole[line.to] - whole[line.from] > 1;
    let mut rows = Rows::new(&layer, &lines, passes);
    order::reduce_crossings(&mut rows);
    let placed = place::place(&rows, &lines, direction);

    let mut arrangement = Arrangement {
        width: placed.width,
        height: placed.height,
        nodes: rank.iter().map(|place| placed.nodes[*place]).collect(),
        edges: vec![Vec::new(); edges.len()],
    };
    for ((edge, line), mut points) in drawn.into_iter().zip(&lines).zip(placed.lines) {
        if line.turned {
            points.reverse();
        }
        arrangement.edges[edge] = points;
    }
    arrangement
}

/// The numbers below `count`, sorted.
fn sorted_by_key<K: Ord>(count: usize, key: impl Fn(usize) -> K) -> Vec<usize> {
    let mut numbers: Vec<usize> = (0..count).collect();
    numbers.sort_by_key(|number| key(*number));
    numbers
}
