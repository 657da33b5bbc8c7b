//! The ways of arrows from box to box: through the gaps between columns and boxes, so that none passes behind a node.
//!
//! Everything here is seen along the arrows: `along` grows from column to column, `across` within one.

use super::super::Direction;
use super::{Frame, NODE_HEIGHT, NODE_WIDTH};

/// A point, seen along the arrows.
type Point = (i32, i32);

/// How far an arrow bends from a node into the gap beside its layer.
const BEND: i32 = 40;
/// How far apart arrows run that share a gap.
const LANE: i32 = 4;
/// How many run beside each other.
const LANES: i32 = 5;
/// From the outermost boxes of a column to the arrows around them.
const AROUND: i32 = 8;

/// The columns that boxes stand in.
pub(super) struct Columns {
    direction: Direction,
    /// Where the last column ends, with the margin behind it.
    end: i32,
    columns: Vec<Column>,
}

#[derive(Default)]
struct Column {
    start: i32,
    end: i32,
    /// Each box with where it begins and ends, one after the other.
    boxes: Vec<(usize, i32, i32)>,
}

/// Where a box stands: its column, and its place in that.
type Stand = (usize, usize);

impl Columns {
    pub(super) fn new(direction: Direction) -> Self {
        Self { direction, end: 0, columns: Vec::new() }
    }

    /// Puts a box at the end of the last column, or into a new one. Its frame is as seen along the arrows.
    pub(super) fn push(&mut self, number: usize, frame: Frame, new: bool) {
        if new || self.columns.is_empty() {
            self.columns.push(Column { start: frame.x, end: frame.x, boxes: Vec::new() });
        }
        if let Some(column) = self.columns.last_mut() {
            column.end = column.end.max(frame.x + frame.width);
            column.boxes.push((number, frame.y, frame.y + frame.height));
        }
    }

    /// All boxes are there, and the last ends at `end`. Says where the picture ends: behind it there is room for arrows that
    /// turn back, and behind a column of several boxes for those from one to another.
    pub(super) fn close(&mut self, end: i32) -> i32 {
        let several = self.columns.last().is_some_and(|column| column.boxes.len() > 2);
        self.end = end + if several { 2 * BEND } else { BEND / 2 };
        self.end
    }

    /// Where the picture ends.
    pub(super) fn end(&self) -> i32 {
        self.end
    }

    /// The points of an arrow from a node in one box to a node in another, given by their corners.
    pub(super) fn route(&self, from: (usize, Point), to: (usize, Point), number: usize) -> Vec<Point> {
        let (Some(source), Some(target)) = (self.find(from.0), self.find(to.0)) else { return Vec::new() };
        let start = self.side(from.1, true);
        let end = self.side(to.1, false);
        let lane = (i32::try_from(number).unwrap_or(0) % LANES - LANES / 2) * LANE;
        let points = self.around(start, end, source, target, lane);
        points.into_iter().map(|point| self.seen(point)).collect()
    }

    fn around(&self, start: Point, end: Point, source: Stand, target: Stand, lane: i32) -> Vec<Point> {
        let beside = |(column, place): Stand, wanted: i32| {
            let gaps = self.columns[column].gaps();
            nearest([gaps[place], gaps[place + 1]], wanted - lane) + lane
        };
        let mut across = beside(source, end.1);
        let mut points = vec![start, (start.0 + BEND, across)];
        // Before the first column there is less room.
        let last = (end.0 - BEND).max(LANE);
        if source.0 == target.0 {
            let there = beside(target, across);
            if there != across {
                // Over other boxes of the column: through the gap behind it.
                let behind = self.columns[source.0].end.max(start.0 + BEND) + BEND + lane;
                points.extend([(behind, across), (behind, there)]);
            }
            points.extend([(last, there), end]);
            return points;
        }
        let ahead = target.0 > source.0;
        let mut column = source.0;
        while column != target.0 {
            let here = &self.columns[column];
            column = if ahead { column + 1 } else { column - 1 };
            let next = &self.columns[column];
            let (mut leave, mut enter) = if ahead { (here.end, next.start) } else { (here.start, next.end) };
            if ahead {
                // A bend out of the last layer of a box, or into the first, already lies between the columns.
                leave = leave.max(points.last().map_or(leave, |point| point.0));
                if column == target.0 {
                    enter = enter.min(last);
                }
            }
            points.push((leave, across));
            across = if column == target.0 {
                beside(target, across)
            } else {
                nearest(next.gaps(), across - lane) + lane
            };
            points.push((enter, across));
        }
        points.extend([(last, across), end]);
        points
    }

    fn find(&self, number: usize) -> Option<Stand> {
        self.columns.iter().enumerate().find_map(|(column, known)| {
            let place = known.boxes.iter().position(|(other, ..)| *other == number)?;
            Some((column, place))
        })
    }

    /// The middle of the side of a node where arrows leave it, or where they arrive.
    fn side(&self, corner: Point, leaving: bool) -> Point {
        let (x, y) = corner;
        let (length, breadth, along, across) = if self.direction.is_horizontal() {
            (NODE_WIDTH, NODE_HEIGHT, x, y)
        } else {
            (NODE_HEIGHT, NODE_WIDTH, y, x)
        };
        let along = if self.is_turned() { self.end - along - length } else { along };
        (if leaving { along + length } else { along }, across + breadth / 2)
    }

    /// A point as it lies in the picture.
    fn seen(&self, (along, across): Point) -> Point {
        let along = if self.is_turned() { self.end - along } else { along };
        if self.direction.is_horizontal() { (along, across) } else { (across, along) }
    }

    fn is_turned(&self) -> bool {
        matches!(self.direction, Direction::RL | Direction::BT)
    }
}

impl Column {
    /// The middles of the gaps before, between and behind the boxes.
    fn gaps(&self) -> Vec<i32> {
        let first = self.boxes.first().map(|(_, from, _)| from - AROUND);
        let between = self.boxes.windows(2).map(|pair| i32::midpoint(pair[0].2, pair[1].1));
        let last = self.boxes.last().map(|(.., to)| to + AROUND);
        first.into_iter().chain(between).chain(last).collect()
    }
}

fn nearest(all: impl IntoIterator<Item = i32>, to: i32) -> i32 {
    all.into_iter().min_by_key(|one| (one - to).abs()).unwrap_or(to)
}
