//! Coordinates: layers one after the other, vertices within a layer near their neighbours and never on each other.
//!
//! "Along" is the direction in which edges run, "across" the direction of a layer.

use super::layers::Line;
use super::rows::Rows;
use super::{Direction, MARGIN, NODE_HEIGHT, NODE_WIDTH};

/// Rounds of moving vertices to their neighbours.
const ROUNDS: usize = 8;
/// What a bend takes of a layer.
const BEND: i32 = 4;
/// Between two bends.
const BEND_GAP: i32 = 7;
/// Between two edges at the side of a node, where there is room.
const PORT: f64 = 12.0;
/// Of the side of a node, what edges leave free at its ends.
const CORNER: i32 = 16;
/// How much an edge wants to be straight, by how many of its ends are bends.
const STRAIGHTNESS: [f64; 3] = [1.0, 2.0, 8.0];

/// What a layout is measured in, for one direction.
struct Measure {
    /// A node along and across.
    along: i32,
    across: i32,
    /// Between neighbours of a layer.
    gap: i32,
    /// Between layers: room for words and arrow heads.
    layer_gap: i32,
}

/// The outcome, by node and by line.
pub(super) struct Placed {
    pub(super) width: i32,
    pub(super) height: i32,
    pub(super) nodes: Vec<(i32, i32)>,
    pub(super) lines: Vec<Vec<(i32, i32)>>,
}

/// Gives every node its corner and every line its points.
pub(super) fn place(rows: &Rows, lines: &[Line], direction: Direction) -> Placed {
    let measure = if direction.is_horizontal() {
        Measure { along: NODE_WIDTH, across: NODE_HEIGHT, gap: 18, layer_gap: 112 }
    } else {
        Measure { along: NODE_HEIGHT, across: NODE_WIDTH, gap: 28, layer_gap: 84 }
    };
    let middles = middles(rows, &measure);
    let starts = starts(rows, lines, &measure);
    let length = starts.last().map_or(0, |start| start + measure.along) + MARGIN;
    let half = measure.across / 2;
    let breadth = middles[..rows.nodes].iter().max().map_or(0, |middle| middle + half).max(0);
    let breadth = middles[rows.nodes..].iter().copied().max().unwrap_or(0).max(breadth) + MARGIN;

    let turned = matches!(direction, Direction::RL | Direction::BT);
    let point = |(along, across): (i32, i32)| {
        let along = if turned { length - along } else { along };
        if direction.is_horizontal() { (along, across) } else { (across, along) }
    };
    let corner = |node: usize| {
        let start = starts[rows.layer[node]] + if turned { measure.along } else { 0 };
        point((start, middles[node] - half))
    };
    let ports = Ports::new(rows, lines, &middles, &measure);
    let points = |(number, line): (usize, &Line)| {
        let (leaving, arriving) = ports.of(number);
        let mut points = vec![(starts[rows.layer[line.from]] + measure.along, leaving)];
        for bend in &rows.bends[number] {
            let start = starts[rows.layer[*bend]];
            points.extend([(start, middles[*bend]), (start + measure.along, middles[*bend])]);
        }
        points.push((starts[rows.layer[line.to]], arriving));
        points.into_iter().map(point).collect()
    };
    let (width, height) = if direction.is_horizontal() { (length, breadth) } else { (breadth, length) };
    Placed {
        width,
        height,
        nodes: (0..rows.nodes).map(corner).collect(),
        lines: lines.iter().enumerate().map(points).collect(),
    }
}

/// Where each layer starts. Many edges between two layers need room to be told apart.
fn starts(rows: &Rows, lines: &[Line], measure: &Measure) -> Vec<i32> {
    let mut passing = vec![0_i32; rows.rows.len()];
    for line in lines {
        passing[rows.layer[line.from]] += 1;
    }
    let mut next = MARGIN;
    let starts = passing.into_iter().map(|count| {
        let start = next;
        next += measure.along + measure.layer_gap + count.min(measure.layer_gap);
        start
    });
    starts.collect()
}

/// The middle of each vertex across its layer.
fn middles(rows: &Rows, measure: &Measure) -> Vec<i32> {
    let size = |vertex: usize| if rows.is_node(vertex) { measure.across } else { BEND };
    let gap = |vertex: usize| if rows.is_node(vertex) { measure.gap } else { BEND_GAP };
    // Where each vertex would be if its layer were packed. What is added to that only ever grows within a layer, so
    // that nothing comes closer than it is packed.
    let mut packed = vec![0_i32; rows.layer.len()];
    for row in &rows.rows {
        for pair in row.windows(2) {
            let distance = (size(pair[0]) + size(pair[1])) / 2 + gap(pair[0]).max(gap(pair[1]));
            packed[pair[1]] = packed[pair[0]] + distance;
        }
    }
    let mut added = vec![0.0_f64; rows.layer.len()];
    for row in &rows.rows {
        // Centred, to begin with.
        let end = row.last().map_or(0, |last| packed[*last]);
        row.iter().for_each(|vertex| added[*vertex] = -f64::from(end) / 2.0);
    }
    for round in 0..ROUNDS {
        let both = round + 2 >= ROUNDS;
        for number in 0..rows.rows.len() {
            move_row(rows, number, (true, both), &packed, &mut added);
        }
        for number in (0..rows.rows.len()).rev() {
            move_row(rows, number, (both, true), &packed, &mut added);
        }
    }
    #[expect(clippy::cast_possible_truncation, reason = "pixels of a picture with a bounded number of nodes")]
    let mut middles: Vec<i32> =
        packed.iter().zip(&added).map(|(packed, added)| packed + added.round() as i32).collect();
    let edge = |(vertex, middle): (usize, &i32)| middle - size(vertex) / 2;
    let first = middles.iter().enumerate().map(edge).min().unwrap_or(0);
    middles.iter_mut().for_each(|middle| *middle += MARGIN - first);
    middles
}

/// Moves the vertices of a row as near to their neighbours, before and after, as the others in the row allow.
fn move_row(rows: &Rows, row: usize, (before, after): (bool, bool), packed: &[i32], added: &mut [f64]) {
    let wanted = |vertex: usize| {
        let (mut sum, mut weight) = (0.0, 0.0);
        let sides = [before.then_some(&rows.before[vertex]), after.then_some(&rows.after[vertex])];
        for other in sides.into_iter().flatten().flatten() {
            let bends = usize::from(!rows.is_node(vertex)) + usize::from(!rows.is_node(*other));
            let straightness = STRAIGHTNESS[bends];
            sum += straightness * (f64::from(packed[*other]) + added[*other]);
            weight += straightness;
        }
        if weight > 0.0 {
            (sum / weight - f64::from(packed[vertex]), weight)
        } else {
            (added[vertex], STRAIGHTNESS[0] / 4.0)
        }
    };
    let wishes: Vec<(f64, f64)> = rows.rows[row].iter().map(|vertex| wanted(*vertex)).collect();
    for (vertex, value) in rows.rows[row].iter().zip(ascending(&wishes)) {
        added[*vertex] = value;
    }
}

/// The ascending values that are nearest to the wished ones, which come with weights: neighbours in the wrong order meet at
/// their mean (the pool-adjacent-violators algorithm).
fn ascending(wishes: &[(f64, f64)]) -> Vec<f64> {
    // Value, weight, length.
    let mut blocks: Vec<(f64, f64, usize)> = Vec::with_capacity(wishes.len());
    for &(value, weight) in wishes {
        let mut block = (value, weight, 1);
        while let Some(&(value, weight, length)) = blocks.last()
            && value > block.0
        {
            blocks.pop();
            let both = weight + block.1;
            block = ((value * weight + block.0 * block.1) / both, both, length + block.2);
        }
        blocks.push(block);
    }
    blocks.into_iter().flat_map(|(value, _, length)| std::iter::repeat_n(value, length)).collect()
}

/// Where lines meet the sides of nodes: beside each other, in the order of where they lead.
struct Ports {
    /// Of each line: where it leaves and where it arrives.
    places: Vec<(i32, i32)>,
}

impl Ports {
    fn new(rows: &Rows, lines: &[Line], middles: &[i32], measure: &Measure) -> Self {
        let (mut leaving, mut arriving) = (vec![Vec::new(); rows.nodes], vec![Vec::new(); rows.nodes]);
        for (number, line) in lines.iter().enumerate() {
            let bends = &rows.bends[number];
            leaving[line.from].push((middles[*bends.first().unwrap_or(&line.to)], number));
            arriving[line.to].push((middles[*bends.last().unwrap_or(&line.from)], number));
        }
        let mut places = vec![(0, 0); lines.len()];
        for node in 0..rows.nodes {
            for (line, place) in spread(&mut leaving[node], middles[node], measure.across - CORNER) {
                places[line].0 = place;
            }
            for (line, place) in spread(&mut arriving[node], middles[node], measure.across - CORNER) {
                places[line].1 = place;
            }
        }
        Self { places }
    }

    fn of(&self, line: usize) -> (i32, i32) {
        self.places[line]
    }
}

/// Spreads lines, given with where they lead, around the middle of a side.
fn spread(lines: &mut [(i32, usize)], middle: i32, room: i32) -> impl Iterator<Item = (usize, i32)> {
    lines.sort_unstable();
    #[expect(clippy::cast_precision_loss, reason = "a node has thousands of edges, not quadrillions")]
    let last = lines.len().saturating_sub(1) as f64;
    let step = if last > 0.0 { (f64::from(room) / last).min(PORT) } else { 0.0 };
    let mut offset = -step * last / 2.0;
    lines.iter().map(move |(_, line)| {
        #[expect(clippy::cast_possible_truncation, reason = "within the side of a node")]
        let place = middle + offset.round() as i32;
        offset += step;
        (*line, place)
    })
}
