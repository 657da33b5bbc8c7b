//! The picture of a graph as it lies in the page: the server wrote it (`catalog::service::pages::graph::picture`), here its
//! parts are found by their ids and attributes. Nothing of this runs on the server.

use leptos::prelude::document;
use leptos::wasm_bindgen::JsCast;
use leptos::web_sys::{Element, Event, HtmlElement, PointerEvent};

/// Id of the window that the picture is seen through.
pub(crate) const WINDOW: &str = "graph-window";
/// Id of the picture's ground: as large as the picture is drawn.
pub(crate) const CANVAS: &str = "graph-canvas";
/// Id of what is scaled upon that ground.
pub(crate) const SCALED: &str = "graph-scaled";
/// Id of the window with the small picture upon it.
pub(crate) const VIEW: &str = "graph-view";
/// Id of the small picture of everything.
pub(crate) const MAP: &str = "graph-map";
/// The attribute of a node with its place, and the places that arrow keys lead to.
const STEPS: &str = "data-w";
/// Whoever sees this part of the picture or more needs no help to find the rest.
const HELPFUL: f64 = 0.6;
/// Arrows that are lit at most around one node.
const MOST_LIT: usize = 300;

/// A node of the picture.
pub(crate) struct Node(Element);

impl Node {
    /// The node that something happened to.
    pub(crate) fn of(event: &Event) -> Option<Self> {
        closest(event, "[data-w]").map(Self)
    }

    /// The node that has the focus.
    pub(crate) fn focused() -> Option<Self> {
        document().active_element().filter(|element| element.has_attribute(STEPS)).map(Self)
    }

    /// The node at this place of the list.
    pub(crate) fn at(place: usize) -> Option<Self> {
        element("graph-nodes")?.children().item(u32::try_from(place).ok()?).map(Self)
    }

    /// The node of an entity.
    pub(crate) fn by_id(id: &str) -> Option<Self> {
        element(id).map(Self)
    }

    /// Its id, which stays the same from picture to picture.
    pub(crate) fn id(&self) -> String {
        self.0.id()
    }

    /// The reference of its entity.
    pub(crate) fn entity_ref(&self) -> String {
        self.0.id().split_off(2)
    }

    /// Its place in the list, and the places that steps to the left, right, up and down lead to.
    fn numbers(&self) -> [Option<usize>; 5] {
        let text = self.0.get_attribute(STEPS).unwrap_or_default();
        let mut numbers = text.split(',').map(|number| number.parse().ok());
        std::array::from_fn(|_| numbers.next().flatten())
    }

    /// Its place in the list.
    pub(crate) fn place(&self) -> Option<usize> {
        self.numbers()[0]
    }

    /// The node that a step leads to: 1 left, 2 right, 3 up, 4 down.
    pub(crate) fn step(&self, step: usize) -> Option<Self> {
        Self::at(*self.numbers().get(step)?.as_ref()?)
    }

    /// Its upper left corner in the picture.
    pub(crate) fn corner(&self) -> Option<(f64, f64)> {
        let side = self.0.query_selector("rect").ok()??;
        let place = |name: &str| side.get_attribute(name)?.parse().ok();
        Some((place("x")?, place("y")?))
    }

    /// Gives it the focus.
    pub(crate) fn focus(&self) {
        // Elements of SVG can have the focus as those of HTML can, but are of another type.
        let _cannot_fail_on_an_element = self.0.unchecked_ref::<HtmlElement>().focus();
    }

    /// Makes it the one that the Tab key leads to.
    pub(crate) fn become_stop(&self) {
        if let Some(before) = query("#graph-nodes > [tabindex='0']") {
            set(&before, "tabindex", "-1");
        }
        set(&self.0, "tabindex", "0");
    }
}

/// Whether something happened within what this selector says.
pub(crate) fn is_within(event: &Event, selector: &str) -> bool {
    closest(event, selector).is_some()
}

/// The sign of the mark for hidden neighbours that was pressed.
pub(crate) fn more_sign(event: &Event) -> Option<String> {
    closest(event, "[data-more]")?.get_attribute("data-more")
}

/// How much larger than its measures the picture is drawn as it came.
pub(crate) fn usual_scale(width: i32) -> f64 {
    let drawn = element("graph-svg").and_then(|svg| svg.get_attribute("width")?.parse::<f64>().ok());
    drawn.map_or(1.0, |drawn| drawn / f64::from(width.max(1)))
}

/// Leaves the window as high as it is, so that nothing below it moves when the picture becomes smaller.
pub(crate) fn keep_height() {
    if let Some(window) = element(WINDOW) {
        style(WINDOW, "min-height", &format!("{}px", window.client_height()));
    }
}

/// Draws the picture so much larger than its measures.
pub(crate) fn resize((width, height): (i32, i32), scale: f64) {
    let pixels = |length: i32| format!("{}px", (f64::from(length) * scale).round());
    style(CANVAS, "width", &pixels(width));
    style(CANVAS, "height", &pixels(height));
    style(SCALED, "transform", &format!("scale({})", scale / usual_scale(width)));
}

/// Moves the frame of the small picture to what is seen, given as parts of the whole: left, top, width, height. Says whether
/// that is so little that the small picture helps.
pub(crate) fn show_seen([left, top, width, height]: [f64; 4]) -> bool {
    if let (Some(seen), Some(map)) = (element("graph-seen"), query("#graph-map svg")) {
        let side =
            |name: &str| map.get_attribute(name).and_then(|side| side.parse::<f64>().ok()).unwrap_or(0.0);
        let (across, down) = (side("width"), side("height"));
        for (name, value) in [
            ("x", left * across + 1.0),
            ("y", top * down + 1.0),
            ("width", (width.min(1.0) * across - 2.0).max(3.0)),
            ("height", (height.min(1.0) * down - 2.0).max(3.0)),
        ] {
            set(&seen, name, &format!("{value:.1}"));
        }
    }
    width.min(1.0) * height.min(1.0) < HELPFUL
}

/// Sends what the pointer does to this element until it is released, wherever it goes.
pub(crate) fn capture(id: &str, event: &PointerEvent) {
    if let Some(element) = element(id) {
        let _a_pointer_that_is_gone_needs_none = element.set_pointer_capture(event.pointer_id());
    }
}

/// Adds a class, or takes it away.
pub(crate) fn class(id: &str, class: &str, on: bool) {
    if let Some(element) = element(id) {
        let _cannot_fail = element.class_list().toggle_with_force(class, on);
    }
}

/// Draws a node and what it is joined with above everything else, which fades; nothing lights all up again.
pub(crate) fn light(node: Option<&Node>) {
    class("graph-veil", "graph__veil--drawn", node.is_some());
    let (Some(lit), Some(tip)) = (element("graph-lit"), element("graph-tip")) else { return };
    lit.set_inner_html("");
    set(&tip, "transform", "translate(-99 -99)");
    let Some((node, place, (x, y), arrows)) =
        node.and_then(|node| Some((node, node.place()?, node.corner()?, element("graph-edges")?)))
    else {
        return;
    };
    set(&lit, "data-lit", &place.to_string());
    let arrows_lit = copy(&arrows, false);
    let _cannot_fail = lit.append_child(&arrows_lit);
    let all = arrows.children();
    let mut ends = vec![place];
    for arrow in (0..all.length()).filter_map(|number| all.item(number)) {
        let end = |name: &str| arrow.get_attribute(name).and_then(|end| end.parse::<usize>().ok());
        let (Some(from), Some(to)) = (end("data-a"), end("data-b")) else { continue };
        if from == place || to == place {
            let _cannot_fail = arrows_lit.append_child(&copy(&arrow, true));
            ends.extend([from, to]);
            if ends.len() > 2 * MOST_LIT {
                break;
            }
        }
    }
    ends.sort_unstable();
    ends.dedup();
    for other in
        ends.into_iter().filter(|end| *end != place).filter_map(Node::at).chain([Node(node.0.clone())])
    {
        let _cannot_fail = lit.append_child(&copy(&other.0, true));
    }
    set(&tip, "transform", &format!("translate({} {})", x + f64::from(model::NODE_WIDTH) - 20.0, y + 24.0));
}

/// The node that is drawn above everything else.
pub(crate) fn lit() -> Option<Node> {
    let place = element("graph-lit")?.get_attribute("data-lit")?.parse().ok()?;
    Node::at(place)
}

/// Marks the nodes whose words contain the text, and says at which places they are.
pub(crate) fn mark(text: &str) -> Vec<usize> {
    let wanted = text.trim().to_lowercase();
    let Some(nodes) = element("graph-nodes").map(|nodes| nodes.children()) else { return Vec::new() };
    let mut found = Vec::new();
    for (place, node) in (0..nodes.length()).filter_map(|number| nodes.item(number)).enumerate() {
        let words = node.get_attribute("aria-label").unwrap_or_default().to_lowercase();
        let fits = !wanted.is_empty() && (words.contains(&wanted) || node.id().contains(&wanted));
        let _cannot_fail = node.class_list().toggle_with_force("graph__node--found", fits);
        if fits {
            found.push(place);
        }
    }
    found
}

/// A copy of a part of the picture that is only to be seen.
fn copy(element: &Element, whole: bool) -> Element {
    let copy = element.clone_node_with_deep(whole).map(JsCast::unchecked_into::<Element>);
    let copy = copy.unwrap_or_else(|_| element.clone());
    for name in ["id", "href", "tabindex", STEPS, "aria-label", "role"] {
        let _absent_is_fine = copy.remove_attribute(name);
    }
    copy
}

fn element(id: &str) -> Option<Element> {
    document().get_element_by_id(id)
}

fn query(selector: &str) -> Option<Element> {
    document().query_selector(selector).ok().flatten()
}

fn closest(event: &Event, selector: &str) -> Option<Element> {
    event.target()?.dyn_into::<Element>().ok()?.closest(selector).ok().flatten()
}

fn set(element: &Element, name: &str, value: &str) {
    let _cannot_fail_with_a_valid_name = element.set_attribute(name, value);
}

fn style(id: &str, name: &str, value: &str) {
    if let Some(element) = element(id) {
        let _cannot_fail = element.unchecked_ref::<HtmlElement>().style().set_property(name, value);
    }
}
