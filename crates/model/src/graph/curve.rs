//! How an arrow is drawn through its points.

use std::fmt::Write as _;

use serde::{Deserialize, Serialize};

use super::Direction;

/// Pixels around the middle between two layers in which right angles turn.
const LANES: i32 = 44;

/// How arrows bend, under the names that Backstage has from d3.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Curve {
    /// Smoothly.
    #[default]
    MonotoneX,
    /// At right angles.
    StepBefore,
}

impl Curve {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::MonotoneX, Self::StepBefore];

    /// As it stands in the address.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::MonotoneX => "curveMonotoneX",
            Self::StepBefore => "curveStepBefore",
        }
    }

    pub(super) fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|curve| curve.word() == word)
    }

    /// The line through the points of an edge, as an SVG path has it. The arrow leaves and arrives in the direction of the
    /// picture.
    #[must_use]
    pub fn path(self, points: &[(i32, i32)], direction: Direction) -> String {
        let mut path = String::new();
        let Some(((x, y), rest)) = points.split_first() else { return path };
        // Writing into a text cannot fail.
        let _ = write!(path, "M{x} {y}");
        let mut at = (*x, *y);
        for (index, &(x, y)) in rest.iter().enumerate() {
            let middle = self.middle(at, (x, y), direction);
            // From the first point of a pair to the second it bends; what follows is straight.
            // Relative numbers are short, which counts: a large picture has thousands of bends.
            let (ahead, beside) = (x - at.0, y - at.1);
            let _ = match (self, direction.is_horizontal()) {
                _ if index % 2 == 1 && beside == 0 => write!(path, "h{ahead}"),
                _ if index % 2 == 1 && ahead == 0 => write!(path, "v{beside}"),
                _ if index % 2 == 1 => write!(path, "l{ahead} {beside}"),
                (Self::MonotoneX, true) => {
                    let middle = middle - at.0;
                    write!(path, "c{middle} 0 {middle} {beside} {ahead} {beside}")
                }
                (Self::MonotoneX, false) => {
                    let middle = middle - at.1;
                    write!(path, "c0 {middle} {ahead} {middle} {ahead} {beside}")
                }
                (Self::StepBefore, true) => write!(path, "H{middle}V{y}H{x}"),
                (Self::StepBefore, false) => write!(path, "V{middle}H{x}V{y}"),
            };
            at = (x, y);
        }
        path
    }

    /// A point of the middle bend of an edge; `part` is how far along it lies, from 0 to 1.
    #[must_use]
    pub fn at(self, points: &[(i32, i32)], direction: Direction, part: f64) -> Option<(i32, i32)> {
        let first = points.len() / 4 * 2;
        let (from, to) = (*points.get(first)?, *points.get(first + 1)?);
        let middle = f64::from(self.middle(from, to, direction));
        let turn = |(x, y): (i32, i32)| if direction.is_horizontal() { (x, y) } else { (y, x) };
        let ((along, across), (to_along, to_across)) = (turn(from), turn(to));
        let (start, end) = (f64::from(along), f64::from(to_along));
        let (rest, low, high) = (1.0 - part, f64::from(across), f64::from(to_across));
        let (along, across) = match self {
            Self::MonotoneX => (
                rest.powi(3) * start + 3.0 * rest * part * middle + part.powi(3) * end,
                rest.powi(2) * (1.0 + 2.0 * part) * low + part.powi(2) * (3.0 - 2.0 * part) * high,
            ),
            Self::StepBefore if part < 0.5 => (start + (middle - start) * 2.0 * part, low),
            Self::StepBefore if part > 0.5 => (end - (end - middle) * 2.0 * rest, high),
            Self::StepBefore => (middle, f64::midpoint(low, high)),
        };
        #[expect(clippy::cast_possible_truncation, reason = "between points of the picture")]
        let point = (along.round() as i32, across.round() as i32);
        Some(turn(point))
    }

    /// Where a bend turns, in the direction of the picture. Right angles turn at several places, so that lines that leave
    /// beside each other don't run on each other.
    fn middle(self, from: (i32, i32), to: (i32, i32), direction: Direction) -> i32 {
        let (start, end, across) =
            if direction.is_horizontal() { (from.0, to.0, from.1) } else { (from.1, to.1, from.0) };
        let middle = i32::midpoint(start, end);
        match self {
            Self::MonotoneX => middle,
            Self::StepBefore => middle + (across * 7).rem_euclid(LANES) - LANES / 2,
        }
    }
}
