//! The picture of a graph, in SVG: complete without scripts, and with them a window that can be moved and resized.

use leptos::prelude::*;
use model::{ChangeKind, Curve, Direction, Graph, GraphEdge, GraphNode, GraphQuery, NODE_HEIGHT, NODE_WIDTH};

use super::graph_labels::labels;
use crate::catalog::query::Address;
use crate::catalog::stage::{Stage, WINDOW, node_id};
use crate::catalog::words;
use crate::ui::kind_icon;

/// Columns of letters that fit into a node.
const COLUMNS: usize = 22;

/// The graph in its window, with the buttons that resize it.
pub(super) fn picture(query: &GraphQuery, graph: Graph, stage: Stage, running: Signal<bool>) -> AnyView {
    let (width, height) = (graph.width, graph.height);
    let about =
        GraphQuery { direction: query.direction, ..GraphQuery::default() }.href() + &query.roots.join(" ");
    let edges: Vec<AnyView> =
        graph.edges.iter().map(|edge| draw_edge(edge, query.curve, query.direction)).collect();
    let labels = labels(&graph.edges, query.curve, query.direction);
    let nodes: Vec<AnyView> =
        graph.nodes.iter().enumerate().map(|(place, node)| draw_node(place, node, running)).collect();
    let graph = StoredValue::new(graph);
    // Effects run in the browser alone.
    Effect::new(move |_| graph.with_value(|graph| stage.drawn(graph, about.clone())));
    let direction = query.direction;
    let size = move |pixels: i32| (f64::from(pixels) * stage.scale(width)).round().to_string();
    let svg = view! {
        <svg
            class="graph"
            role="group"
            aria-label="Entities and their relations"
            width=move || size(width)
            height=move || size(height)
            viewBox=format!("0 0 {width} {height}")
        >
            <defs>
                <marker
                    id="graph-arrow"
                    viewBox="0 0 8 8"
                    refX="8"
                    refY="4"
                    markerWidth="8"
                    markerHeight="8"
                    orient="auto"
                >
                    <path class="graph__head" d="M0 0 8 4 0 8z"></path>
                </marker>
            </defs>
            <g>{edges}</g>
            <g>{labels}</g>
            <g>{nodes}</g>
        </svg>
    };
    view! {
        <div class="graph-frame">
            <div class="graph-tools" hidden=move || !running.get()>
                <p class="graph-tools__keys">"Arrow keys walk from node to node, "<kbd>"+"</kbd>" "<kbd>"−"</kbd>" "<kbd>"0"</kbd>" resize."</p>
                {tool("Smaller", "−", move || stage.smaller(width))}
                {tool("Larger", "+", move || stage.larger(width))}
                {tool("Show all", "Fit", move || stage.fit((width, height)))}
            </div>
            <div
                class="graph-window"
                id=WINDOW
                tabindex="0"
                role="region"
                aria-label="Picture of the graph"
                on:wheel=move |event| stage.on_wheel(width, &event)
                on:keydown=move |event| graph.with_value(|graph| stage.on_key(graph, direction, &event))
                on:focusout=move |event| stage.on_blur(&event)
                on:focusin=move |_| graph.with_value(|graph| stage.on_focus(graph))
                on:mousedown=move |event| stage.on_press(&event)
                on:mousemove=move |event| stage.on_move(&event)
                on:mouseup=move |_| stage.release()
                on:mouseleave=move |_| stage.release()
                on:dragstart=move |event| event.prevent_default()
                on:click=move |event| stage.on_click(&event)
            >
                {svg}
            </div>
        </div>
    }
    .into_any()
}

/// A button beside the picture.
fn tool(label: &'static str, sign: &'static str, press: impl Fn() + 'static) -> AnyView {
    view! {
        <button type="button" class="button button--quiet" aria-label=label title=label on:click=move |_| press()>
            {sign}
        </button>
    }
    .into_any()
}

/// An arrow.
fn draw_edge(edge: &GraphEdge, curve: Curve, direction: Direction) -> AnyView {
    let path = curve.path(&edge.points, direction);
    // An entity that is related to itself has no arrow; the list says so.
    let head = (!path.is_empty()).then_some("url(#graph-arrow)");
    let class = edge.mark.map_or("", mark_class);
    view! { <g class=class><path class="graph__edge" d=path marker-end=head></path></g> }.into_any()
}

/// A node. With scripts only the first one is a stop of the Tab key, arrow keys reach the others.
fn draw_node(place: usize, node: &GraphNode, running: Signal<bool>) -> AnyView {
    let GraphNode { link, distance, x, y, mark } = node;
    let (x, y) = (*x, *y);
    let class = match (link.exists, *distance) {
        (true, 0) => "graph__node graph__node--root",
        (true, _) => "graph__node",
        (false, 0) => "graph__node graph__node--missing graph__node--root",
        (false, _) => "graph__node graph__node--missing",
    };
    let class = format!("{class} {}", mark.map_or("", mark_class));
    let second = if link.exists { words::kind(&link.kind) } else { "is not in the catalog".to_owned() };
    // Not by colour alone.
    let second = match mark {
        Some(change) => format!("{second}, {}", words::change(*change).to_lowercase()),
        None => second,
    };
    let icon = if link.exists { kind_icon(&link.kind) } else { "missing".to_owned() };
    let name = if link.exists { &link.title } else { &link.entity_ref };
    let whole = format!("{name}, {second}");
    // An inner picture clips what is wider than most letters are. The link around it has the words.
    let drawn = view! {
        <svg x=x y=y width=NODE_WIDTH height=NODE_HEIGHT aria-hidden="true">
            <title>{whole.clone()}</title>
            <rect x="1" y="1" width=NODE_WIDTH - 2 height=NODE_HEIGHT - 2 rx="7"></rect>
            <use class="graph__icon" href=format!("/icons.svg#{icon}") x="10" y="12" width="20" height="20"></use>
            <text class="graph__name" x="38" y="19">{shortened(name)}</text>
            <text class="graph__kind" x="38" y="34">{second}</text>
        </svg>
    };
    // The same element for both, so that new data replaces none that has the focus.
    let (exists, href) = (link.exists, link.exists.then(|| link.href()));
    let stop = move || {
        let first = exists && place == 0;
        (!exists || running.get()).then_some(if first { "0" } else { "-1" })
    };
    let role = (!exists).then_some("img");
    view! {
        <g class=class>
            <a
                id=node_id(place)
                href=href
                data-node=place.to_string()
                aria-label=whole
                role=role
                tabindex=stop
            >
                {drawn}
            </a>
        </g>
    }
    .into_any()
}

/// How something looks that became what it is since another moment.
fn mark_class(change: ChangeKind) -> &'static str {
    match change {
        ChangeKind::Added => "graph--added",
        ChangeKind::Changed => "graph--changed",
        ChangeKind::Removed => "graph--removed",
    }
}

/// A name cut to what a node has room for. Letters of East Asian scripts are twice as wide as others.
fn shortened(name: &str) -> String {
    let mut columns = 0;
    for (at, letter) in name.char_indices() {
        columns += if letter < '\u{2e80}' { 1 } else { 2 };
        if columns > COLUMNS {
            let mut kept: Vec<char> = name[..at].chars().collect();
            kept.pop();
            return format!("{}…", kept.into_iter().collect::<String>().trim_end());
        }
    }
    name.to_owned()
}

#[cfg(test)]
mod tests {
    use super::shortened;

    #[test]
    fn names_fit_into_nodes() {
        for (name, expected) in [
            ("", ""),
            ("twenty-two letters now", "twenty-two letters now"),
            ("twenty-three letters ok", "twenty-three letters…"),
            ("日本語の名前はとても長いです", "日本語の名前はとても…"),
        ] {
            assert_eq!(shortened(name), expected);
        }
    }
}
