//! Boxes around nodes that belong together: each is laid out by itself, then boxes stand in columns like large nodes.
//!
//! What is in no box is laid out as one more, without a frame. Boxes never overlap, and a column ends where the picture
//! would become much higher than wide.

use super::super::Direction;
use super::layers::{Line, acyclic, layers};
use super::routes::Columns;
use super::{Arrangement, Frame, MARGIN, NODE_HEIGHT, NODE_WIDTH, arrange, sorted_by_key};

/// Between two boxes.
const GAP: i32 = 36;
/// Between two columns: arrows between boxes run there.
const COLUMN_GAP: i32 = 96;
/// The title of a box.
const TITLE: i32 = 26;

/// Finds a place for everything. `groups` says for each name in which of `count` boxes it stands. The second value has the
/// frame of each box; a box without nodes has an empty one.
#[must_use]
pub fn arrange_groups(
    names: &[&str],
    edges: &[(usize, usize)],
    groups: &[Option<usize>],
    count: usize,
    direction: Direction,
) -> (Arrangement, Vec<Frame>) {
    let group =
        |node: usize| groups.get(node).copied().flatten().filter(|group| *group < count).unwrap_or(count);
    let mut members = vec![Vec::new(); count + 1];
    for node in 0..names.len() {
        members[group(node)].push(node);
    }
    // Of each node: its place among those of its box.
    let mut place = vec![0; names.len()];
    for nodes in &mut members {
        nodes.sort_unstable_by_key(|node| names[*node]);
        for (number, node) in nodes.iter().enumerate() {
            place[*node] = number;
        }
    }
    let inside: Vec<Inside> = (0..=count)
        .map(|box_number| {
            Inside::new(
                names,
                edges,
                &members[box_number],
                &place,
                |node| group(node) == box_number,
                direction,
            )
        })
        .collect();

    let (frames, columns) = stacked(&inside, &order(edges, count + 1, group, &members, names), direction);
    let mut arrangement = Arrangement {
        nodes: vec![(0, 0); names.len()],
        edges: vec![Vec::new(); edges.len()],
        width: frames.iter().map(|frame| frame.x + frame.width).max().unwrap_or(0) + MARGIN,
        height: frames.iter().map(|frame| frame.y + frame.height).max().unwrap_or(0) + MARGIN,
    };
    for ((inside, frame), nodes) in inside.iter().zip(&frames).zip(&members) {
        let moved = |(x, y): &(i32, i32)| (x + frame.x, y + frame.y + TITLE);
        for (node, corner) in nodes.iter().zip(&inside.arrangement.nodes) {
            arrangement.nodes[*node] = moved(corner);
        }
        for (edge, points) in inside.edges.iter().zip(&inside.arrangement.edges) {
            arrangement.edges[*edge] = points.iter().map(moved).collect();
        }
    }
    // By name, so that the order of telling decides nothing.
    let named = |edge: usize| {
        let (from, to): (usize, usize) = edges[edge];
        (names.get(from), names.get(to))
    };
    for (number, edge) in sorted_by_key(edges.len(), |edge| (named(edge), edge)).into_iter().enumerate() {
        let (from, to) = edges[edge];
        let ends = (arrangement.nodes.get(from), arrangement.nodes.get(to));
        if let (Some(start), Some(end)) = ends
            && group(from) != group(to)
        {
            arrangement.edges[edge] = columns.route((group(from), *start), (group(to), *end), number);
        }
    }
    if direction.is_horizontal() {
        arrangement.width = arrangement.width.max(columns.end());
    } else {
        arrangement.height = arrangement.height.max(columns.end());
    }
    let mut frames = frames;
    frames.truncate(count);
    (arrangement, frames)
}

/// A straight arrow from one node to another, wherever they stand.
pub(super) fn between(from: (i32, i32), to: (i32, i32), direction: Direction) -> [(i32, i32); 2] {
    let side = |(x, y): (i32, i32), ahead: bool| match direction {
        Direction::LR | Direction::RL => {
            (if ahead == (direction == Direction::LR) { x + NODE_WIDTH } else { x }, y + NODE_HEIGHT / 2)
        }
        Direction::TB | Direction::BT => {
            (x + NODE_WIDTH / 2, if ahead == (direction == Direction::TB) { y + NODE_HEIGHT } else { y })
        }
    };
    [side(from, true), side(to, false)]
}

/// What is in one box.
struct Inside {
    arrangement: Arrangement,
    /// Its edges, by place in the list of all.
    edges: Vec<usize>,
}

impl Inside {
    fn new(
        names: &[&str],
        edges: &[(usize, usize)],
        nodes: &[usize],
        place: &[usize],
        is_inside: impl Fn(usize) -> bool,
        direction: Direction,
    ) -> Self {
        if nodes.is_empty() {
            return Self { arrangement: Arrangement::default(), edges: Vec::new() };
        }
        let is_node = |node: usize| node < names.len() && is_inside(node);
        let own: Vec<usize> =
            (0..edges.len()).filter(|edge| is_node(edges[*edge].0) && is_node(edges[*edge].1)).collect();
        let names: Vec<&str> = nodes.iter().map(|node| names[*node]).collect();
        let lines: Vec<(usize, usize)> =
            own.iter().map(|edge| (place[edges[*edge].0], place[edges[*edge].1])).collect();
        Self { arrangement: arrange(&names, &lines, direction), edges: own }
    }
}

/// Boxes in the order of columns: those that arrows leave first, by name where nothing else decides.
fn order(
    edges: &[(usize, usize)],
    count: usize,
    group: impl Fn(usize) -> usize,
    members: &[Vec<usize>],
    names: &[&str],
) -> Vec<(usize, usize)> {
    let known = |(from, to): &(usize, usize)| {
        (*from < names.len() && *to < names.len()).then_some((group(*from), group(*to)))
    };
    // Numbered by name, so that the order of telling decides nothing.
    let first = |number: usize| members[number].first().map(|node| names[*node]);
    let mut by_name: Vec<usize> = (0..count).filter(|number| first(*number).is_some()).collect();
    by_name.sort_by_key(|number| (*number == count - 1, first(*number)));
    let mut rank = vec![0; count];
    for (place, number) in by_name.iter().enumerate() {
        rank[*number] = place;
    }
    let mut lines: Vec<(usize, usize)> = edges
        .iter()
        .filter_map(known)
        .filter(|(from, to)| from != to)
        .map(|(from, to)| (rank[from], rank[to]))
        .collect();
    lines.sort_unstable();
    lines.dedup();
    let lines: Vec<Line> = acyclic(by_name.len(), &lines);
    let layer = layers(by_name.len(), &lines);
    let mut order: Vec<(usize, usize)> =
        by_name.iter().zip(layer).map(|(number, layer)| (layer, *number)).collect();
    order.sort_by_key(|(layer, number)| (*layer, rank[*number]));
    order
}

/// A frame for each box, and the columns along the arrows that they stand in.
fn stacked(inside: &[Inside], order: &[(usize, usize)], direction: Direction) -> (Vec<Frame>, Columns) {
    let size = |number: usize| {
        let Arrangement { width, height, .. } = inside[number].arrangement;
        let (width, height) = (width, height + TITLE);
        if direction.is_horizontal() { (width, height) } else { (height, width) }
    };
    let area: f64 = order
        .iter()
        .map(|(_, number)| size(*number))
        .map(|(along, across)| f64::from(along + GAP) * f64::from(across + GAP))
        .sum();
    let longest = order.iter().map(|(_, number)| size(*number).1).max().unwrap_or(0);
    #[expect(clippy::cast_possible_truncation, reason = "pixels of a picture with a bounded number of nodes")]
    let room = (area.sqrt() as i32).max(longest);
    let mut frames = vec![Frame::default(); inside.len()];
    let mut columns = Columns::new(direction);
    let (mut along, mut across, mut thickness) = (MARGIN, 0, 0);
    let mut column = None;
    for (layer, number) in order {
        let (length, breadth) = size(*number);
        // A new layer begins a column where that leaves the old one not too empty.
        let full = across + breadth > room || (column != Some(*layer) && across > room / 2);
        let new = across > 0 && full;
        if new {
            along += thickness + COLUMN_GAP;
            (across, thickness) = (0, 0);
        }
        column = Some(*layer);
        frames[*number] = Frame { x: along, y: MARGIN + across, width: length, height: breadth };
        columns.push(*number, frames[*number], new);
        across += breadth + GAP;
        thickness = thickness.max(length);
    }
    let end = columns.close(along + thickness + MARGIN);
    let turned = matches!(direction, Direction::RL | Direction::BT);
    for (_, number) in order {
        let frame = &mut frames[*number];
        if turned {
            frame.x = end - frame.x - frame.width;
        }
        if !direction.is_horizontal() {
            *frame = Frame { x: frame.y, y: frame.x, width: frame.height, height: frame.width };
        }
    }
    (frames, columns)
}
