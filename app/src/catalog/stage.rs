//! The window on the picture of a graph: how large it is drawn, which part of it is seen, and which node has the focus.
//!
//! The window scrolls as any part of a page does, so fingers, wheels and the focus move it without scripts. Scripts add
//! what only they can: size, dragging, walking by arrow keys.

use leptos::ev::{FocusEvent, KeyboardEvent, MouseEvent, WheelEvent};
use leptos::prelude::*;
use model::{Direction, Graph, Step, walk};

use crate::browser;

/// Id of the window.
pub(crate) const WINDOW: &str = "graph-window";
/// The attribute of a node that holds its place in the list of nodes.
const NODE: &str = "data-node";
/// One step of size.
const ZOOM: f64 = 1.25;
/// Sizes between these can be chosen.
const SCALES: (f64, f64) = (0.05, 3.0);
/// Width in pixels that a picture is drawn smaller for, to begin with.
const USUAL_WIDTH: f64 = 1_050.0;
/// A picture that nobody has resized stays readable.
const READABLE: f64 = 0.85;
/// A pointer that moved less than these pixels clicks.
const STILL: i32 = 4;

/// Where a pointer took hold of the picture.
#[derive(Clone, Copy)]
struct Grip {
    /// The place on the screen.
    pointer: (i32, i32),
    /// How far the window was scrolled.
    scrolled: (i32, i32),
}

/// The state of the window. Outlives the pictures that are seen in it.
#[derive(Clone, Copy)]
pub struct Stage {
    /// Nothing until somebody chooses a size.
    scale: RwSignal<Option<f64>>,
    /// What the picture was about when it was last brought to its middle.
    about: StoredValue<Option<String>>,
    /// Reference of the entity that has the focus.
    focused: StoredValue<Option<String>>,
    /// How a pointer holds the picture, while it does.
    held: StoredValue<Option<Grip>>,
    /// Whether the pointer dragged the picture since it was pressed.
    dragged: StoredValue<bool>,
    /// Follows a link of the picture.
    open: Callback<String>,
}

impl Stage {
    /// A window; `open` follows a link.
    #[must_use]
    pub fn new(open: Callback<String>) -> Self {
        Self {
            scale: RwSignal::new(None),
            about: StoredValue::new(None),
            focused: StoredValue::new(None),
            held: StoredValue::new(None),
            dragged: StoredValue::new(false),
            open,
        }
    }

    /// How much larger than its measures a picture of this width is drawn.
    pub(crate) fn scale(self, width: i32) -> f64 {
        self.scale.get().unwrap_or_else(|| usual_scale(width))
    }

    /// A picture has been drawn: brings its first root to the middle if it is about something new, and gives the focus back
    /// to the entity that had it.
    pub(crate) fn drawn(self, graph: &Graph, about: String) {
        if self.about.with_value(|before| before.as_ref() != Some(&about)) {
            self.about.set_value(Some(about));
            if let (Some(root), Some((width, height))) = (graph.nodes.first(), browser::window_size(WINDOW)) {
                let scale = self.scale.get_untracked().unwrap_or_else(|| usual_scale(graph.width));
                let middle = |start: i32, size: i32, window: f64| {
                    (f64::from(start) + f64::from(size) / 2.0) * scale - window / 2.0
                };
                browser::scroll_to(
                    WINDOW,
                    middle(root.x, model::NODE_WIDTH, width),
                    middle(root.y, model::NODE_HEIGHT, height),
                );
            }
        }
        let focused = self.focused.get_value();
        let place = focused.and_then(|focused| {
            let same = graph.nodes.iter().position(|node| node.link.entity_ref == focused)?;
            (browser::focused_attribute(NODE) != Some(same.to_string())).then_some(same)
        });
        if let Some(place) = place {
            browser::focus(&node_id(place));
        }
    }

    /// Draws everything larger or smaller by this factor; what is at `anchor`, in the window, stays there.
    fn resize(self, width: i32, factor: f64, anchor: Option<(f64, f64)>) {
        let before = self.scale.get_untracked().unwrap_or_else(|| usual_scale(width));
        let scale = (before * factor).clamp(SCALES.0, SCALES.1);
        let Some(size) = browser::window_size(WINDOW) else { return };
        let (x, y) = anchor.unwrap_or((size.0 / 2.0, size.1 / 2.0));
        let (left, top) = browser::scrolled(WINDOW);
        self.scale.set(Some(scale));
        let moved = |scrolled: i32, anchor: f64| (f64::from(scrolled) + anchor) * scale / before - anchor;
        let (left, top) = (moved(left, x), moved(top, y));
        // When the picture has its new size.
        request_animation_frame(move || browser::scroll_to(WINDOW, left, top));
    }

    /// Draws everything larger.
    pub(crate) fn larger(self, width: i32) {
        self.resize(width, ZOOM, None);
    }

    /// Draws everything smaller.
    pub(crate) fn smaller(self, width: i32) {
        self.resize(width, 1.0 / ZOOM, None);
    }

    /// Draws everything so that the window shows all of it.
    pub(crate) fn fit(self, (width, height): (i32, i32)) {
        if let Some(size) = browser::window_size(WINDOW) {
            let scale = (size.0 / f64::from(width.max(1))).min(size.1 / f64::from(height.max(1)));
            self.scale.set(Some(scale.clamp(SCALES.0, 1.0)));
        }
    }

    /// A wheel with the control key, or two fingers on a touch pad, change the size.
    pub(crate) fn on_wheel(self, width: i32, event: &WheelEvent) {
        if event.ctrl_key() {
            event.prevent_default();
            let factor = (-event.delta_y() / 300.0).exp().clamp(1.0 / ZOOM, ZOOM);
            self.resize(width, factor, browser::within(WINDOW, event.client_x(), event.client_y()));
        }
    }

    /// Keys: sizes, and steps from the node that has the focus.
    pub(crate) fn on_key(self, graph: &Graph, direction: Direction, event: &KeyboardEvent) {
        if event.ctrl_key() || event.meta_key() || event.alt_key() {
            return;
        }
        let step = match event.key().as_str() {
            "+" | "=" => return self.larger(graph.width),
            "-" => return self.smaller(graph.width),
            "0" => return self.fit((graph.width, graph.height)),
            "ArrowLeft" => Step::Left,
            "ArrowRight" => Step::Right,
            "ArrowUp" => Step::Up,
            "ArrowDown" => Step::Down,
            _ => return,
        };
        // Without a node that has the focus the arrows scroll, as they do everywhere.
        let Some(from) = browser::focused_attribute(NODE).and_then(|node| node.parse().ok()) else { return };
        event.prevent_default();
        if let Some(to) = walk(graph, direction, from, step) {
            browser::focus(&node_id(to));
        }
    }

    /// The focus left, perhaps for another node. While new data is written into a node, the node has no place for a moment
    /// and loses the focus, which nobody wanted.
    pub(crate) fn on_blur(self, event: &FocusEvent) {
        if browser::attribute_of_target(event, NODE).is_some() {
            self.focused.set_value(None);
        }
    }

    /// The focus came to a node.
    pub(crate) fn on_focus(self, graph: &Graph) {
        let node = browser::focused_attribute(NODE).and_then(|node| node.parse::<usize>().ok());
        let entity = node.and_then(|node| graph.nodes.get(node));
        self.focused.set_value(entity.map(|node| node.link.entity_ref.clone()));
    }

    /// A pointer takes hold of the picture.
    pub(crate) fn on_press(self, event: &MouseEvent) {
        self.dragged.set_value(false);
        if event.button() == 0 {
            let pointer = (event.client_x(), event.client_y());
            self.held.set_value(Some(Grip { pointer, scrolled: browser::scrolled(WINDOW) }));
        }
    }

    /// The pointer moves.
    pub(crate) fn on_move(self, event: &MouseEvent) {
        let Some(Grip { pointer, scrolled }) = self.held.get_value() else { return };
        if event.buttons() == 0 {
            return self.release();
        }
        let (x, y) = (pointer.0 - event.client_x(), pointer.1 - event.client_y());
        if x.abs().max(y.abs()) > STILL {
            self.dragged.set_value(true);
        }
        if self.dragged.get_value() {
            browser::scroll_to(WINDOW, f64::from(scrolled.0 + x), f64::from(scrolled.1 + y));
        }
    }

    /// The pointer lets go.
    pub(crate) fn release(self) {
        self.held.set_value(None);
    }

    /// Links of a picture are none that the router sees, so they are followed here.
    pub(crate) fn on_click(self, event: &MouseEvent) {
        if self.dragged.get_value() {
            event.prevent_default();
            return;
        }
        let plain = event.button() == 0
            && !(event.ctrl_key() || event.meta_key() || event.shift_key() || event.alt_key());
        if let Some(address) = browser::link_of(event).filter(|_| plain) {
            event.prevent_default();
            self.open.run(address);
        }
    }
}

/// Id of the node at this place.
pub(crate) fn node_id(place: usize) -> String {
    format!("graph-node-{place}")
}

/// A little smaller where that shows all of it, and never so small that it can't be read.
fn usual_scale(width: i32) -> f64 {
    (USUAL_WIDTH / f64::from(width.max(1))).clamp(READABLE, 1.0)
}

#[cfg(test)]
mod tests {
    use super::usual_scale;

    #[test]
    fn pictures_begin_readable() {
        for (width, scale) in [(0, 1.0), (500, 1.0), (1_050, 1.0), (1_200, 0.875), (90_000, 0.85)] {
            assert!((usual_scale(width) - scale).abs() < 1e-9, "{width}");
        }
    }
}
