//! The window on the picture of a graph: how large it is drawn, which part of it is seen, and what the reader is at.
//!
//! The window scrolls as any part of a page does, so fingers, wheels and the focus move it without scripts. Scripts add
//! what only they can: size, dragging, walking by arrow keys, search, and the facts about a node.

use std::time::Duration;

use leptos::ev::{Event, FocusEvent, KeyboardEvent, MouseEvent, PointerEvent, WheelEvent};
use leptos::prelude::*;
use leptos::task::spawn_local;
use model::{GraphQuery, NODE_HEIGHT, NODE_WIDTH};

use super::address::Address;
use super::canvas::{self, MAP, Node, SCALED, VIEW, WINDOW};
use super::server_functions::load_graph_node;
use crate::browser;

/// One step of size.
const ZOOM: f64 = 1.25;
/// Sizes between these can be chosen.
const SCALES: (f64, f64) = (0.02, 3.0);
/// Drawn smaller than this, words can't be read and are left out.
const FAR: f64 = 0.35;
/// A pointer that moved less than these pixels clicks.
const STILL: i32 = 4;
/// What a key moves the visible part by, in pixels.
const SCROLL: f64 = 80.0;
/// Stretched further than this, what is drawn is drawn anew while the size changes.
const STRETCHED: f64 = 2.0;
/// How long after the last step of size the picture is drawn sharply again.
const SETTLE: Duration = Duration::from_millis(150);
/// Id of the panel with the facts about a node.
pub(crate) const PEEK: &str = "graph-peek";

/// Where a pointer took hold of the picture.
#[derive(Clone, Copy)]
struct Grip {
    /// The place on the screen.
    pointer: (i32, i32),
    /// How far the window was scrolled.
    scrolled: (i32, i32),
    /// Whether it holds the frame in the small picture.
    map: bool,
}

/// The state of the window. Outlives the pictures that are seen in it.
#[derive(Clone, Copy)]
pub struct Stage {
    /// Nothing until somebody chooses a size.
    scale: StoredValue<Option<f64>>,
    /// Counts the steps of size.
    steps: StoredValue<u32>,
    /// The size at which the picture is drawn that is stretched, while the size changes.
    sharp: StoredValue<Option<f64>>,
    /// Width and height of the picture as it is measured.
    size: StoredValue<(i32, i32)>,
    /// What the address asks for.
    query: StoredValue<GraphQuery>,
    /// What the picture was about when it was last brought to its middle.
    about: StoredValue<Option<String>>,
    /// Id of the node that has the focus.
    focused: StoredValue<Option<String>>,
    /// How a pointer holds the picture, while it does.
    held: StoredValue<Option<Grip>>,
    /// Whether the pointer dragged the picture since it was pressed.
    dragged: StoredValue<bool>,
    /// What is searched for, the places where it was found, and which of them was gone to.
    found: StoredValue<(String, Vec<usize>, Option<usize>)>,
    /// How much was found, in words.
    pub(crate) found_text: RwSignal<String>,
    /// Whether there is more of the picture than is seen.
    pub(crate) has_more: RwSignal<bool>,
    /// Facts about a node as HTML, while they are shown.
    pub(crate) peek: RwSignal<Option<String>>,
    /// Follows a link of the picture.
    open: Callback<String>,
}

impl Stage {
    /// A window; `open` follows a link.
    #[must_use]
    pub fn new(open: Callback<String>) -> Self {
        Self {
            scale: StoredValue::new(None),
            steps: StoredValue::new(0),
            sharp: StoredValue::new(None),
            size: StoredValue::new((0, 0)),
            query: StoredValue::new(GraphQuery::default()),
            about: StoredValue::new(None),
            focused: StoredValue::new(None),
            held: StoredValue::new(None),
            dragged: StoredValue::new(false),
            found: StoredValue::new((String::new(), Vec::new(), None)),
            found_text: RwSignal::new(String::new()),
            has_more: RwSignal::new(false),
            peek: RwSignal::new(None),
            open,
        }
    }

    /// How much larger than its measures the picture is drawn.
    fn scale(self) -> f64 {
        self.scale.get_value().unwrap_or_else(|| canvas::usual_scale(self.size.get_value().0))
    }

    /// A picture has been drawn: brings its first root to the middle if it is about something new, and gives the focus back
    /// to the entity that had it.
    pub(crate) fn drawn(self, query: &GraphQuery, size: (i32, i32)) {
        let about =
            GraphQuery { roots: query.roots.clone(), direction: query.direction, ..GraphQuery::default() };
        self.size.set_value(size);
        self.query.set_value(query.clone());
        if self.scale.get_value().is_some() {
            canvas::resize(size, self.scale());
        }
        if self.about.with_value(|before| before.as_ref() != Some(&about.href())) {
            self.about.set_value(Some(about.href()));
            self.peek.set(None);
            if let Some(root) = Node::at(0) {
                self.bring(&root);
            }
        }
        if let Some(node) = self.focused.get_value().and_then(|id| Node::by_id(&id))
            && Node::focused().is_none_or(|focused| focused.id() != node.id())
        {
            node.focus();
        }
        let searched = self.found.with_value(|(text, ..)| text.clone());
        if !searched.is_empty() {
            self.find(&searched);
        }
        self.on_scroll();
    }

    /// Scrolls a node to the middle of the window.
    fn bring(self, node: &Node) {
        let (Some((x, y)), Some((width, height))) = (node.corner(), browser::window_size(WINDOW)) else {
            return;
        };
        let scale = self.scale();
        let middle =
            |start: f64, size: i32, window: f64| (start + f64::from(size) / 2.0) * scale - window / 2.0;
        browser::scroll_to(WINDOW, middle(x, NODE_WIDTH, width), middle(y, NODE_HEIGHT, height));
    }

    /// Draws everything at this scale; what is at `anchor`, in the window, stays there.
    fn resize(self, scale: f64, anchor: Option<(f64, f64)>) {
        let before = self.scale();
        let scale = scale.clamp(SCALES.0, SCALES.1);
        let Some(size) = browser::window_size(WINDOW) else { return };
        let (x, y) = anchor.unwrap_or((size.0 / 2.0, size.1 / 2.0));
        let (left, top) = browser::scrolled(WINDOW);
        if self.scale.with_value(Option::is_none) {
            canvas::keep_height();
        }
        self.scale.set_value(Some(scale));
        // While it moves, the browser stretches what it has drawn.
        let sharp = self.sharp.get_value().unwrap_or(before);
        let stretches = (1.0 / STRETCHED..=STRETCHED).contains(&(scale / sharp));
        self.sharp.set_value(Some(if stretches { sharp } else { scale }));
        canvas::class(SCALED, "graph-scaled--moving", stretches);
        canvas::class(WINDOW, "graph-window--far", scale < FAR);
        canvas::resize(self.size.get_value(), scale);
        let moved = |scrolled: i32, anchor: f64| (f64::from(scrolled) + anchor) * scale / before - anchor;
        browser::scroll_to(WINDOW, moved(left, x), moved(top, y));
        self.on_scroll();
        let step = self.steps.get_value().wrapping_add(1);
        self.steps.set_value(step);
        let settle = move || {
            if self.steps.get_value() == step {
                self.sharp.set_value(None);
                canvas::class(SCALED, "graph-scaled--moving", false);
            }
        };
        set_timeout(settle, SETTLE);
    }

    /// Draws everything larger.
    pub(crate) fn larger(self) {
        self.resize(self.scale() * ZOOM, None);
    }

    /// Draws everything smaller.
    pub(crate) fn smaller(self) {
        self.resize(self.scale() / ZOOM, None);
    }

    /// Draws everything so that the window shows all of it.
    pub(crate) fn fit(self) {
        let (width, height) = self.size.get_value();
        if let Some(size) = browser::window_size(WINDOW) {
            let scale = (size.0 / f64::from(width.max(1))).min(size.1 / f64::from(height.max(1)));
            // A little less, so that rounding makes nothing stand out.
            self.resize((scale * 0.995).min(1.0), None);
        }
    }

    /// A wheel with the control key, or two fingers on a touch pad, change the size.
    pub(crate) fn on_wheel(self, event: &WheelEvent) {
        if event.ctrl_key() && canvas::is_within(event, "#graph-window") {
            event.prevent_default();
            let factor = (-event.delta_y() / 300.0).exp().clamp(1.0 / ZOOM, ZOOM);
            self.resize(self.scale() * factor, browser::within(WINDOW, event.client_x(), event.client_y()));
        }
    }

    /// The window shows another part of the picture.
    pub(crate) fn on_scroll(self) {
        let Some((wide, high)) = browser::window_size(WINDOW) else { return };
        let ((left, top), (width, height), scale) =
            (browser::scrolled(WINDOW), self.size.get_value(), self.scale());
        let (width, height) = (f64::from(width.max(1)) * scale, f64::from(height.max(1)) * scale);
        let more = canvas::show_seen([
            f64::from(left) / width,
            f64::from(top) / height,
            wide / width,
            high / height,
        ]);
        if self.has_more.get_untracked() != more {
            self.has_more.set(more);
        }
    }

    /// Keys: sizes, steps from the node that has the focus, its facts, and moving the frame of the small picture.
    pub(crate) fn on_key(self, event: &KeyboardEvent) {
        if event.ctrl_key() || event.meta_key() || event.alt_key() {
            return;
        }
        let key = event.key();
        if key == "Escape" && self.peek.with_untracked(Option::is_some) {
            return self.close_peek();
        }
        if canvas::is_within(event, "#graph-map") {
            return self.on_map_key(event);
        }
        if !canvas::is_within(event, "#graph-window") {
            return;
        }
        let step = match key.as_str() {
            "+" | "=" => return self.larger(),
            "-" => return self.smaller(),
            "0" => return self.fit(),
            "ArrowLeft" => 1,
            "ArrowRight" => 2,
            "ArrowUp" => 3,
            "ArrowDown" => 4,
            " " => 0,
            _ => return,
        };
        // Without a node that has the focus these scroll, as they do everywhere.
        let Some(from) = Node::focused() else { return };
        event.prevent_default();
        if step == 0 {
            self.open_peek(&from);
        } else if let Some(to) = from.step(step) {
            to.focus();
        }
    }

    fn on_map_key(self, event: &KeyboardEvent) {
        let (x, y) = match event.key().as_str() {
            "ArrowLeft" => (-SCROLL, 0.0),
            "ArrowRight" => (SCROLL, 0.0),
            "ArrowUp" => (0.0, -SCROLL),
            "ArrowDown" => (0.0, SCROLL),
            _ => return,
        };
        event.prevent_default();
        let (left, top) = browser::scrolled(WINDOW);
        browser::scroll_to(WINDOW, f64::from(left) + x, f64::from(top) + y);
    }

    /// The focus left, perhaps for another node. While new data is written, a node is gone for a moment and loses the
    /// focus, which nobody wanted.
    pub(crate) fn on_blur(self, event: &FocusEvent) {
        let peeking = self.peek.with_untracked(Option::is_some);
        if Node::of(event).is_some() && event.related_target().is_some() && !peeking {
            self.focused.set_value(None);
            canvas::light(None);
        }
    }

    /// The focus came to a node.
    pub(crate) fn on_focus(self, event: &FocusEvent) {
        let Some(node) = Node::of(event) else { return };
        self.focused.set_value(Some(node.id()));
        node.become_stop();
        canvas::light(Some(&node));
    }

    /// The pointer is at something else.
    pub(crate) fn on_hover(self, event: &MouseEvent) {
        if self.held.get_value().is_some() || canvas::is_within(event, "#graph-tip") {
            return;
        }
        let node = Node::of(event).or_else(Node::focused);
        canvas::light(node.as_ref());
    }

    /// The pointer left the picture.
    pub(crate) fn on_leave(self) {
        self.release();
        canvas::light(Node::focused().as_ref());
    }

    /// A pointer takes hold of the picture, or of the small one.
    pub(crate) fn on_press(self, event: &PointerEvent) {
        self.dragged.set_value(false);
        let map = canvas::is_within(event, "#graph-map");
        // Fingers scroll the window, as they do everywhere.
        let window = event.pointer_type() == "mouse" && canvas::is_within(event, "#graph-window");
        if event.button() == 0 && (map || window) {
            let pointer = (event.client_x(), event.client_y());
            self.held.set_value(Some(Grip { pointer, scrolled: browser::scrolled(WINDOW), map }));
            if map {
                canvas::capture(MAP, event);
                self.on_move(event);
            }
        }
    }

    /// The pointer moves.
    pub(crate) fn on_move(self, event: &PointerEvent) {
        let Some(Grip { pointer, scrolled, map }) = self.held.get_value() else { return };
        if event.buttons() == 0 {
            return self.release();
        }
        if map {
            return self.see(event);
        }
        let (x, y) = (pointer.0 - event.client_x(), pointer.1 - event.client_y());
        if x.abs().max(y.abs()) > STILL && !self.dragged.get_value() {
            self.dragged.set_value(true);
            // From now on it is no click, and goes on when the pointer leaves the window.
            canvas::capture(WINDOW, event);
            canvas::class(VIEW, "graph-view--held", true);
        }
        if self.dragged.get_value() {
            browser::scroll_to(WINDOW, f64::from(scrolled.0 + x), f64::from(scrolled.1 + y));
        }
    }

    /// Brings what the pointer is at in the small picture to the middle of the window.
    fn see(self, event: &MouseEvent) {
        let place = browser::within(MAP, event.client_x(), event.client_y());
        let (Some((x, y)), Some(map), Some(window)) =
            (place, browser::window_size(MAP), browser::window_size(WINDOW))
        else {
            return;
        };
        let ((width, height), scale) = (self.size.get_value(), self.scale());
        let to = |at: f64, of: f64, length: i32, window: f64| {
            at / of.max(1.0) * f64::from(length) * scale - window / 2.0
        };
        browser::scroll_to(WINDOW, to(x, map.0, width, window.0), to(y, map.1, height, window.1));
    }

    /// The pointer lets go.
    pub(crate) fn release(self) {
        if self.held.get_value().is_some() {
            self.held.set_value(None);
            canvas::class(VIEW, "graph-view--held", false);
        }
    }

    /// Links of a picture are none that the router sees, so they are followed here.
    pub(crate) fn on_click(self, event: &MouseEvent) {
        if canvas::is_within(event, "#graph-window") {
            if self.dragged.get_value() {
                event.prevent_default();
                return;
            }
            if canvas::is_within(event, "#graph-tip") {
                // The node below is lit, and so the last one that the pointer was at.
                if let Some(node) = canvas::lit() {
                    self.open_peek(&node);
                }
                return;
            }
            if let (Some(sign), Some(node)) = (canvas::more_sign(event), Node::of(event)) {
                event.prevent_default();
                let (query, entity_ref) = (self.query.get_value(), node.entity_ref());
                let next = if sign == "+" { query.expand(&entity_ref) } else { query.collapse(&entity_ref) };
                return self.open.run(next.href());
            }
            follow(event, self.open);
        }
    }

    /// Marks what contains the text.
    pub(crate) fn find(self, text: &str) {
        let places = canvas::mark(text);
        let told = match (text.trim().is_empty(), places.len()) {
            (true, _) => String::new(),
            (_, 0) => "Nothing".to_owned(),
            (_, count) => format!("{count} found"),
        };
        self.found_text.set(told);
        self.found.set_value((text.to_owned(), places, None));
    }

    /// Keys in the search field: Enter goes to the next that was found, with Shift to the one before, and Escape forgets.
    pub(crate) fn on_find_key(self, event: &KeyboardEvent) {
        if event.key() != "Enter" {
            return;
        }
        // The field stands in the form of the page.
        event.prevent_default();
        let (text, places, at) = self.found.get_value();
        let count = places.len();
        let next = match at {
            _ if count == 0 => return,
            None => 0,
            Some(at) if event.shift_key() => (at + count - 1) % count,
            Some(at) => (at + 1) % count,
        };
        if let Some(node) = places.get(next).and_then(|place| Node::at(*place)) {
            self.bring(&node);
            canvas::light(Some(&node));
            self.found_text.set(format!("{} of {count}", next + 1));
            self.found.set_value((text, places, Some(next)));
        }
    }

    /// Asks for the facts about a node and shows them.
    fn open_peek(self, node: &Node) {
        self.focused.set_value(Some(node.id()));
        let (entity_ref, query) = (node.entity_ref(), self.query.get_value());
        spawn_local(async move {
            let told = match load_graph_node(entity_ref, query).await.and_then(|answer| answer.unpack()) {
                Ok(html) => html,
                Err(error) => format!("<p>{}</p>", error.message.replace('<', "&lt;")),
            };
            self.peek.set(Some(told));
            // Once it is there.
            request_animation_frame(|| browser::focus(PEEK));
        });
    }

    /// Puts the facts away; the focus goes back to their node.
    pub(crate) fn close_peek(self) {
        self.peek.set(None);
        canvas::light(None);
        if let Some(node) = self.focused.get_value().and_then(|id| Node::by_id(&id)) {
            node.focus();
        }
    }
}

/// Follows a link inside of a picture, if that is what was clicked.
pub(crate) fn follow(event: &MouseEvent, open: Callback<String>) {
    let plain = event.button() == 0
        && !(event.ctrl_key() || event.meta_key() || event.shift_key() || event.alt_key());
    if let Some(address) = browser::link_of(event).filter(|_| plain) {
        event.prevent_default();
        open.run(address);
    }
}

/// What was typed into a field.
pub(crate) fn typed(event: &Event) -> String {
    event_target_value(event)
}
