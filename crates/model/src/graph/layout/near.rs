//! A picture that stays still while the graph changes a little: who had a place keeps it.

use std::collections::{BTreeMap, HashMap};

use super::super::Direction;
use super::groups::between;
use super::{Arrangement, MARGIN, NODE_HEIGHT, NODE_WIDTH, arrange};

/// Between a new node and those beside it.
const GAP: i32 = 18;
/// Between a new layer and the one before it.
const LAYER_GAP: i32 = 112;

/// The names of the two nodes that an edge joins.
type Ends = (Box<str>, Box<str>);

/// Where everything stood in an earlier picture of the same question.
#[derive(Clone, Debug, Default)]
pub struct Kept {
    /// The corner of each node by its name.
    nodes: HashMap<Box<str>, (i32, i32)>,
    /// The points of edges by the names of their ends.
    edges: HashMap<Ends, Box<[(i32, i32)]>>,
}

impl Kept {
    /// Remembers a picture.
    #[must_use]
    pub fn new(names: &[&str], edges: &[(usize, usize)], arrangement: &Arrangement) -> Self {
        let nodes = names.iter().zip(&arrangement.nodes);
        let ends =
            |(from, to): &(usize, usize)| Some(((*names.get(*from)?).into(), (*names.get(*to)?).into()));
        let edges = edges.iter().zip(&arrangement.edges);
        Self {
            nodes: nodes.map(|(name, corner)| ((*name).into(), *corner)).collect(),
            edges: edges.filter_map(|(edge, points)| Some((ends(edge)?, points.as_slice().into()))).collect(),
        }
    }
}

/// Finds a place for everything, as [`arrange`] does, but leaves in its place whatever had one. When a fifth of the nodes is
/// new, everything is laid out anew.
#[must_use]
pub fn arrange_near(
    names: &[&str],
    edges: &[(usize, usize)],
    direction: Direction,
    kept: &Kept,
) -> Arrangement {
    let mut corners: Vec<Option<(i32, i32)>> =
        names.iter().map(|name| kept.nodes.get(*name).copied()).collect();
    let unknown: Vec<usize> = (0..names.len()).filter(|node| corners[*node].is_none()).collect();
    if unknown.len() * 5 >= names.len() {
        return arrange(names, edges, direction);
    }
    let mut free = Free::new(corners.iter().flatten().copied(), direction);
    let mut neighbours = vec![(Vec::new(), Vec::new()); names.len()];
    for &(from, to) in edges.iter().filter(|(from, to)| from != to && (*from).max(*to) < names.len()) {
        neighbours[from].1.push(to);
        neighbours[to].0.push(from);
    }
    for node in unknown {
        let placed = |nodes: &[usize]| nodes.iter().filter_map(|node| corners[*node]).collect::<Vec<_>>();
        let (before, after) = (placed(&neighbours[node].0), placed(&neighbours[node].1));
        corners[node] = Some(free.take(&before, &after));
    }
    let nodes: Vec<(i32, i32)> = corners.into_iter().flatten().collect();
    let points = |&(from, to): &(usize, usize)| {
        let (Some(start), Some(end)) = (nodes.get(from), nodes.get(to)) else { return Vec::new() };
        if from == to {
            return Vec::new();
        }
        let known =
            kept.edges.get(&(names[from].into(), names[to].into())).filter(|points| !points.is_empty());
        known.map_or_else(|| between(*start, *end, direction).to_vec(), |points| points.to_vec())
    };
    let edges: Vec<Vec<(i32, i32)>> = edges.iter().map(points).collect();
    // Arrows may pass beside all nodes.
    let far = |end: fn(&(i32, i32)) -> i32, size: i32| {
        let node = nodes.iter().map(|corner| end(corner) + size).max().unwrap_or(0);
        edges.iter().flatten().map(end).max().unwrap_or(0).max(node) + MARGIN
    };
    Arrangement {
        width: far(|place| place.0, NODE_WIDTH),
        height: far(|place| place.1, NODE_HEIGHT),
        nodes,
        edges,
    }
}

/// What is taken of each layer.
struct Free {
    direction: Direction,
    /// Along the axis of arrows: the places across it that are taken, sorted.
    layers: BTreeMap<i32, Vec<i32>>,
}

impl Free {
    fn new(corners: impl Iterator<Item = (i32, i32)>, direction: Direction) -> Self {
        let mut free = Self { direction, layers: BTreeMap::new() };
        for corner in corners {
            let (along, across) = free.turn(corner);
            free.layers.entry(along).or_default().push(across);
        }
        free.layers.values_mut().for_each(|layer| layer.sort_unstable());
        free
    }

    fn turn(&self, (x, y): (i32, i32)) -> (i32, i32) {
        if self.direction.is_horizontal() { (x, y) } else { (y, x) }
    }

    /// Takes a place behind those that lead here, or before those that this leads to, as near to them as there is room.
    fn take(&mut self, before: &[(i32, i32)], after: &[(i32, i32)]) -> (i32, i32) {
        let (size, across_size) = self.turn((NODE_WIDTH, NODE_HEIGHT));
        let forwards = matches!(self.direction, Direction::LR | Direction::TB);
        let along =
            |corners: &[(i32, i32)]| corners.iter().map(|corner| self.turn(*corner).0).collect::<Vec<_>>();
        let (earlier, later) =
            if forwards { (along(before), along(after)) } else { (along(after), along(before)) };
        let layer = match (earlier.iter().max(), later.iter().min()) {
            (Some(last), _) => {
                self.layers.range(last + 1..).next().map_or(last + size + LAYER_GAP, |(layer, _)| *layer)
            }
            (None, Some(first)) => self.layers.range(..first).next_back().map_or(*first, |(layer, _)| *layer),
            (None, None) => self.layers.keys().next().copied().unwrap_or(MARGIN),
        };
        let all = before.iter().chain(after).map(|corner| self.turn(*corner).1);
        let count = i32::try_from(before.len() + after.len()).unwrap_or(i32::MAX).max(1);
        #[expect(clippy::cast_possible_truncation, reason = "a mean lies between its values")]
        let wanted = (all.map(i64::from).sum::<i64>() / i64::from(count)) as i32;
        let taken = self.layers.entry(layer).or_default();
        let step = across_size + GAP;
        let is_free = |place: i32| {
            let next = taken.partition_point(|other| *other <= place - step);
            place >= MARGIN && taken.get(next).is_none_or(|other| *other >= place + step)
        };
        // Beside the others is always room at the end.
        let end = taken.last().map_or(MARGIN, |last| last + step);
        let beside = taken.iter().flat_map(|other| [other - step, other + step]);
        let place = beside
            .chain([wanted, end])
            .filter(|place| is_free(*place))
            .min_by_key(|place| (place - wanted).abs());
        let place = place.unwrap_or(end);
        taken.insert(taken.partition_point(|other| *other < place), place);
        self.turn((layer, place))
    }
}
