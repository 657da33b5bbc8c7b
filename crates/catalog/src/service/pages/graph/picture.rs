//! The picture of a graph as SVG, written once and put into pages as it is: two thousand nodes are too many to be made one
//! by one in a browser.
//!
//! In a page, classes give it its looks (`style/graph.css`), ids and `data-` attributes are what `app::catalog::stage` finds
//! its way by. As a file it has its colours and icons inside.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::sync::LazyLock;

use model::{
    ChangeKind, Graph, GraphNode, GraphQuery, NODE_HEIGHT, NODE_WIDTH, Steps, kind_icon, kind_title, walks,
};

use super::labels::labels;
use super::looks::{Looks, Part};

/// What fits into a node beside its icon, in pixels.
const NAME_WIDTH: f64 = 154.0;
/// A picture this wide is drawn as large as it is measured, a wider one a little smaller.
const USUAL_WIDTH: f64 = 1_050.0;
/// How small a picture is drawn at most, so that it can be read.
const READABLE: f64 = 0.85;
/// Icons that are at most so many pixels apart are marks on one line.
const CELL: i32 = 1_000;
/// The longest side of the small picture of everything.
const MAP: f64 = 150.0;
/// The shorter side has at least this part of the longer one: a strip could not be dragged in.
const MAP_RATIO: f64 = 0.3;

/// The ids of an icon of the sprite and what is inside of its symbol.
static ICONS: LazyLock<Vec<(&str, &str)>> = LazyLock::new(|| {
    let sprite = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../public/icons.svg"));
    let symbols = sprite.split("<symbol id=\"").skip(1).filter_map(|symbol| {
        let (id, rest) = symbol.split_once('"')?;
        let (_, rest) = rest.split_once('>')?;
        Some((id, rest.split_once("</symbol>")?.0))
    });
    symbols.collect()
});

/// Draws a graph that is laid out.
pub(super) fn draw(graph: &Graph, query: &GraphQuery, looks: Looks) -> String {
    // About what a node and its arrows take.
    let mut svg = String::with_capacity(1_000 + 700 * graph.nodes.len());
    let Graph { width, height, .. } = *graph;
    let scale = match looks {
        Looks::Page => usual_scale(width),
        Looks::File(_) => 1.0,
    };
    let size = |pixels: i32| (f64::from(pixels) * scale).round();
    // Writing into a text cannot fail.
    let _ = write!(
        svg,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" id=\"graph-svg\" role=\"group\" \
         aria-label=\"Entities and their relations\" width=\"{}\" height=\"{}\" viewBox=\"0 0 {width} {height}\"{}>",
        size(width),
        size(height),
        looks.of(Part::Picture)
    );
    definitions(&mut svg, graph, looks);
    if let Some(ground) = looks.ground() {
        let _ = write!(svg, "<rect width=\"{width}\" height=\"{height}\" fill=\"{ground}\"/>");
    }
    svg.push_str("<g id=\"graph-all\">");
    groups(&mut svg, graph, looks);
    edges(&mut svg, graph, query, looks);
    labels(&mut svg, &graph.edges, query, looks);
    svg.push_str("<g id=\"graph-nodes\">");
    let steps = walks(graph, query.direction);
    for (place, (node, steps)) in graph.nodes.iter().zip(&steps).enumerate() {
        draw_node(&mut svg, place, node, steps, query, looks);
    }
    svg.push_str("</g></g>");
    if matches!(looks, Looks::Page) {
        // What the pointer or the focus is at is drawn again above everything else, which fades behind a veil, with a mark
        // to press.
        let _ = write!(
            svg,
            "<rect id=\"graph-veil\" width=\"{width}\" height=\"{height}\"/><g id=\"graph-lit\" aria-hidden=\"true\"></g>\
             <g id=\"graph-tip\" aria-hidden=\"true\" transform=\"translate(-99 -99)\"><circle r=\"13\"/>\
             <path d=\"M0-1V6M0-5.5v.5\"/></g>",
        );
    }
    icons(&mut svg, graph);
    svg.push_str("</svg>");
    svg
}

/// The icons of the nodes: lines with a mark at each node. As elements of their own they would be as many again as
/// everything else; and as one line each icon would be looked at for every part of the picture that is painted.
fn icons(svg: &mut String, graph: &Graph) {
    let mut places: BTreeMap<(String, i32, i32), String> = BTreeMap::new();
    for node in &graph.nodes {
        let points = places.entry((icon(node), node.x / CELL, node.y / CELL)).or_default();
        let _ = write!(points, "{},{} ", node.x + 11, node.y + 12);
    }
    svg.push_str("<g id=\"graph-icons\" aria-hidden=\"true\" fill=\"none\" pointer-events=\"none\">");
    for ((id, ..), points) in places {
        let mark = format!("url(#graph-{id})");
        let _ = write!(
            svg,
            "<polyline points=\"{}\" marker-start=\"{mark}\" marker-mid=\"{mark}\" marker-end=\"{mark}\"/>",
            points.trim_end()
        );
    }
    svg.push_str("</g>");
}

/// Everything very small: where the nodes are, and a frame for what is seen of them.
pub(super) fn map(graph: &Graph) -> String {
    let Graph { width, height, .. } = *graph;
    let (wide, high) = (f64::from(width.max(1)), f64::from(height.max(1)));
    let longest = wide.max(high);
    let side = |length: f64| (length / longest * MAP).max(MAP * MAP_RATIO).round();
    let (map_width, map_height) = (side(wide), side(high));
    let (across, down) = (map_width / wide, map_height / high);
    let mut path = String::with_capacity(20 * graph.nodes.len());
    let (node_width, node_height) =
        ((f64::from(NODE_WIDTH) * across).max(1.0), (f64::from(NODE_HEIGHT) * down).max(1.0));
    for node in &graph.nodes {
        let (x, y) = (f64::from(node.x) * across, f64::from(node.y) * down);
        let _ = write!(path, "M{x:.1} {y:.1}h{node_width:.1}v{node_height:.1}H{x:.1}");
    }
    format!(
        "<svg width=\"{map_width}\" height=\"{map_height}\" viewBox=\"0 0 {map_width} {map_height}\" aria-hidden=\"true\">\
         <path d=\"{path}\"/><rect id=\"graph-seen\" x=\"1\" y=\"1\" width=\"{}\" height=\"{}\" rx=\"2\"/></svg>",
        map_width - 2.0,
        map_height - 2.0
    )
}

/// A little smaller where that shows all of it, and never so small that it can't be read.
fn usual_scale(width: i32) -> f64 {
    (USUAL_WIDTH / f64::from(width.max(1))).clamp(READABLE, 1.0)
}

/// The head of arrows, and the icons that are used.
fn definitions(svg: &mut String, graph: &Graph, looks: Looks) {
    let _ = write!(
        svg,
        "<defs><marker id=\"graph-arrow\" viewBox=\"0 0 8 8\" refX=\"8\" refY=\"4\" markerUnits=\"userSpaceOnUse\" \
         markerWidth=\"10\" markerHeight=\"10\" \
         orient=\"auto\"><path d=\"M0 0 8 4 0 8z\"{}/></marker>",
        looks.of(Part::Head)
    );
    let used: BTreeSet<String> = graph.nodes.iter().map(icon).collect();
    for (id, inside) in ICONS.iter().filter(|(id, _)| used.contains(*id)) {
        let _ = write!(
            svg,
            "<marker id=\"graph-{id}\" viewBox=\"0 0 24 24\" markerUnits=\"userSpaceOnUse\" markerWidth=\"20\" \
             markerHeight=\"20\"{}>{inside}</marker>",
            looks.of(Part::Icon)
        );
    }
    svg.push_str("</defs>");
}

fn icon(node: &GraphNode) -> String {
    if node.link.exists { kind_icon(&node.link.kind) } else { "missing".to_owned() }
}

fn groups(svg: &mut String, graph: &Graph, looks: Looks) {
    for group in &graph.groups {
        let frame = group.frame;
        let title = shortened(&group.link.title, f64::from(frame.width - 32));
        let _ = write!(
            svg,
            "<g{}><rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" rx=\"10\"{}/><text x=\"{}\" y=\"{}\"{}>{}</text></g>",
            looks.of(Part::Group),
            frame.x,
            frame.y,
            frame.width,
            frame.height,
            looks.of(Part::GroupBox),
            frame.x + 16,
            frame.y + 22,
            looks.of(Part::GroupTitle),
            escaped(&title)
        );
    }
}

fn edges(svg: &mut String, graph: &Graph, query: &GraphQuery, looks: Looks) {
    let _ = write!(svg, "<g id=\"graph-edges\" marker-end=\"url(#graph-arrow)\"{}>", looks.of(Part::Edges));
    for edge in &graph.edges {
        let path = query.curve.path(&edge.points, query.direction);
        // An entity that is related to itself has no arrow; the list says so.
        if path.is_empty() {
            continue;
        }
        let _ = match looks {
            Looks::Page => {
                let class = match looks.mark_class(edge.mark) {
                    "" => String::new(),
                    class => format!(" class=\"{class}\""),
                };
                write!(svg, "<path data-a=\"{}\" data-b=\"{}\" d=\"{path}\"{class}/>", edge.from, edge.to)
            }
            Looks::File(_) => write!(svg, "<path d=\"{path}\"{}/>", looks.mark(edge.mark)),
        };
    }
    svg.push_str("</g>");
}

fn draw_node(
    svg: &mut String,
    place: usize,
    node: &GraphNode,
    steps: &Steps,
    query: &GraphQuery,
    looks: Looks,
) {
    let GraphNode { link, distance, hidden, x, y, mark, .. } = node;
    let second = if link.exists { kind_title(&link.kind) } else { "is not in the catalog".to_owned() };
    // Not by colour alone.
    let second = match mark {
        Some(ChangeKind::Added) => format!("{second}, added"),
        Some(ChangeKind::Changed) => format!("{second}, changed"),
        Some(ChangeKind::Removed) => format!("{second}, removed"),
        None => second,
    };
    let second = escaped(&second);
    let name = if link.exists { &link.title } else { &link.entity_ref };
    let part = Part::Node { root: *distance == 0, missing: !link.exists, mark: *mark };
    match looks {
        Looks::Page => {
            let _ = write!(svg, "<a id=\"n:{}\"", escaped(&link.entity_ref));
            if link.exists {
                let _ = write!(svg, " href=\"{}\"", escaped(&link.href()));
            } else {
                svg.push_str(" role=\"img\"");
            }
            let more = match *hidden {
                0 => String::new(),
                hidden => format!(", {hidden} more behind it"),
            };
            let _ = write!(
                svg,
                " tabindex=\"{}\" data-w=\"{place},{}\" aria-label=\"{}, {second}{more}\"",
                if place == 0 { 0 } else { -1 },
                steps.map(|step| step.map(|step| step.to_string()).unwrap_or_default()).join(","),
                escaped(name),
            );
        }
        Looks::File(_) => svg.push_str("<g"),
    }
    let short = shortened(name, NAME_WIDTH);
    let _ = write!(svg, "{}>", looks.of(part));
    if matches!(looks, Looks::Page) && short != *name {
        let _ = write!(svg, "<title>{}</title>", escaped(name));
    }
    // Each part has its own place: a browser paints a thousand elements that are moved as a whole one by one.
    let _ = write!(
        svg,
        "<rect x=\"{x}\" y=\"{y}\" width=\"{NODE_WIDTH}\" height=\"{NODE_HEIGHT}\" rx=\"8\"{}/>\
         <text x=\"{}\" y=\"{}\"{}>{}</text><text x=\"{}\" y=\"{}\"{}>{}</text>",
        looks.box_of(part),
        x + 40,
        y + 19,
        looks.of(Part::Name),
        escaped(&short),
        x + 40,
        y + 34,
        looks.of(Part::Kind),
        second
    );
    more(svg, node, query, looks);
    svg.push_str(if matches!(looks, Looks::Page) { "</a>" } else { "</g>" });
}

/// How many neighbours are hidden, or that some are shown by hand.
fn more(svg: &mut String, node: &GraphNode, query: &GraphQuery, looks: Looks) {
    let expanded = query.expanded.contains(&node.link.entity_ref);
    let (sign, text) = match (node.hidden, expanded) {
        (0, false) => return,
        (_, true) => ("-", "−".to_owned()),
        (hidden, false) => ("+", format!("+{hidden}")),
    };
    let sign = if matches!(looks, Looks::Page) { format!(" data-more=\"{sign}\"") } else { String::new() };
    let width = 14 + 7 * i32::try_from(text.chars().count()).unwrap_or(4);
    let _ = write!(
        svg,
        "<rect x=\"{}\" y=\"{}\" width=\"{width}\" height=\"19\" rx=\"9.5\"{}{sign}/>\
         <text x=\"{}\" y=\"{}\" text-anchor=\"middle\"{}>{text}</text>",
        node.x + NODE_WIDTH - width - 4,
        node.y - 10,
        looks.of(Part::More),
        node.x + NODE_WIDTH - width / 2 - 4,
        node.y + 4,
        looks.of(Part::MoreText)
    );
}

/// A text without what has a meaning in SVG.
pub(super) fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            // Not allowed in XML, however written.
            letter if letter.is_control() => escaped.push(' '),
            letter => escaped.push(letter),
        }
    }
    escaped
}

/// About the width of a letter in bold type of 13 pixels.
fn letter_width(letter: char) -> f64 {
    match letter {
        'i' | 'j' | 'l' | 'I' | '.' | ',' | ':' | ';' | '\'' | '|' | '!' | '(' | ')' | '[' | ']' => 4.0,
        'f' | 'r' | 't' | ' ' | '-' | '/' => 4.9,
        'm' | 'w' | 'M' | 'W' | '@' | '%' | '—' | '…' => 11.8,
        letter if letter < '\u{2e80}' && letter.is_uppercase() => 9.4,
        letter if letter < '\u{2e80}' => 7.6,
        // Letters of East Asian scripts are as wide as high.
        _ => 13.5,
    }
}

/// A name cut so that it fits, with the dots that say so, into a width in pixels.
fn shortened(name: &str, room: f64) -> String {
    let with_dots = room - letter_width('…');
    let (mut width, mut kept) = (0.0, 0);
    for (at, letter) in name.char_indices() {
        if width <= with_dots {
            kept = at;
        }
        width += letter_width(letter);
        if width > room {
            return format!("{}…", name[..kept].trim_end());
        }
    }
    name.to_owned()
}

#[cfg(test)]
mod tests {
    use super::{ICONS, escaped, shortened, usual_scale};

    #[test]
    fn names_fit_into_nodes() {
        for (name, expected) in [
            ("", ""),
            ("twenty letters there", "twenty letters there"),
            ("hold-temperature-forecasts", "hold-temperature-fore…"),
            ("MMMMMMMMMMMMMMMM", "MMMMMMMMMMMM…"),
            ("日本語の名前はとても長いです", "日本語の名前はとても…"),
        ] {
            assert_eq!(shortened(name, super::NAME_WIDTH), expected);
        }
    }

    #[test]
    fn the_sprite_has_icons_for_all_kinds() {
        for id in ["kind-component", "kind-other", "missing"] {
            assert!(ICONS.iter().any(|(known, inside)| *known == id && inside.starts_with('<')), "{id}");
        }
    }

    #[test]
    fn names_are_text() {
        assert_eq!(escaped("<a href=\"x\">&\u{1}"), "&lt;a href=&quot;x&quot;&gt;&amp; ");
    }

    #[test]
    fn pictures_begin_readable() {
        for (width, scale) in [(0, 1.0), (500, 1.0), (1_050, 1.0), (1_200, 0.875), (90_000, 0.85)] {
            assert!((usual_scale(width) - scale).abs() < 1e-9, "{width}");
        }
    }
}
