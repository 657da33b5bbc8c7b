//! The words on the arrows of a graph, as far as there is room: those without any stand in the list alone.

use std::fmt::Write as _;

use model::{ChangeKind, Curve, Direction, GraphEdge, GraphQuery, relation_title};

use super::looks::{Looks, Part};
use super::picture::escaped;

/// So many arrows have their words in the picture; of more, one would see nothing else.
const MOST: usize = 150;
/// Where on an arrow words are tried, the best place first.
const PARTS: [f64; 7] = [0.5, 0.35, 0.65, 0.25, 0.75, 0.15, 0.85];
/// About the width of a letter.
const LETTER: usize = 6;
/// The height of a line.
const LINE: i32 = 13;

/// Words with their place.
struct Label {
    /// The relation as seen from where the arrow leaves, and from where it ends.
    lines: [String; 2],
    /// The middle.
    place: (i32, i32),
    /// Half of the width, half of the height.
    half: (i32, i32),
}

impl Label {
    fn touches(&self, other: &Self) -> bool {
        (self.place.0 - other.place.0).abs() < self.half.0 + other.half.0
            && (self.place.1 - other.place.1).abs() < self.half.1 + other.half.1
    }
}

/// Writes the words of all arrows.
pub(super) fn labels(svg: &mut String, edges: &[GraphEdge], query: &GraphQuery, looks: Looks) {
    if edges.len() > MOST {
        return;
    }
    let _ = write!(svg, "<g text-anchor=\"middle\"{}>", looks.of(Part::Labels));
    for label in placed(edges, query.curve, query.direction) {
        draw(svg, &label, looks);
    }
    svg.push_str("</g>");
}

/// A place for each, next to those that have one.
fn placed(edges: &[GraphEdge], curve: Curve, direction: Direction) -> Vec<Label> {
    let mut labels: Vec<Label> = Vec::new();
    for edge in edges {
        let names =
            |names: &[String]| names.iter().map(|name| relation_title(name)).collect::<Vec<_>>().join(", ");
        let sign = match edge.mark {
            Some(ChangeKind::Added) => "+ ",
            Some(ChangeKind::Changed) => "~ ",
            Some(ChangeKind::Removed) => "− ",
            None => "",
        };
        let lines = [format!("{sign}{}", names(&edge.forward)), names(&edge.reverse)];
        let width = lines.iter().map(|line| line.chars().count()).max().unwrap_or(0) * LETTER;
        let height = if lines[1].is_empty() { LINE } else { 2 * LINE };
        let half = (i32::try_from(width).unwrap_or(i32::MAX) / 2, height / 2);
        let mut label = Label { lines, place: (0, 0), half };
        let room =
            PARTS.into_iter().filter_map(|part| curve.at(&edge.points, direction, part)).find(|place| {
                label.place = *place;
                labels.iter().all(|other| !label.touches(other))
            });
        if room.is_some() {
            labels.push(label);
        }
    }
    labels
}

fn draw(svg: &mut String, label: &Label, looks: Looks) {
    let Label { lines: [forward, reverse], place: (x, y), half } = label;
    // From the middle to where the first line stands.
    let y = y - half.1 + LINE - 3;
    let _ = write!(svg, "<text x=\"{x}\" y=\"{y}\"><tspan>{}</tspan>", escaped(forward));
    if !reverse.is_empty() {
        let _ = write!(
            svg,
            "<tspan x=\"{x}\" dy=\"{LINE}\"{}>{}</tspan>",
            looks.of(Part::Reverse),
            escaped(reverse)
        );
    }
    svg.push_str("</text>");
}

#[cfg(test)]
mod tests {
    use model::{Curve, Direction, GraphEdge};

    use super::placed;

    #[test]
    fn words_do_not_lie_on_each_other() {
        let edge = |to: i32| GraphEdge {
            forward: vec!["dependsOn".to_owned()],
            reverse: vec!["dependencyOf".to_owned()],
            points: vec![(0, 0), (200, to)],
            ..GraphEdge::default()
        };
        let edges: Vec<GraphEdge> = (0..20).map(|number| edge(number * 20)).collect();
        for curve in Curve::ALL {
            let labels = placed(&edges, curve, Direction::LR);
            assert!(labels.len() > 5, "{}", labels.len());
            for (number, label) in labels.iter().enumerate() {
                assert!(labels[..number].iter().all(|other| !label.touches(other)), "{:?}", label.place);
            }
        }
    }
}
