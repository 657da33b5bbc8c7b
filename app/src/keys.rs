//! Arrow keys in lists and trees, F8 for messages, and menus that close after a choice: one listener for the whole page,
//! so that components need no code for it.
//!
//! A list that wants arrow keys carries `data-arrows`; its stops are its links and buttons. A tree carries `role="tree"`;
//! its stops are its items, and `aria-expanded` of an item shows or hides what is below it. Without scripts every stop can
//! be reached by Tab.

use leptos::prelude::*;

/// Starts listening. Effects run in the browser alone.
pub(crate) fn listen() {
    Effect::new(|_| {
        // The page's lifetime is the listeners', so nobody removes them.
        #[cfg(feature = "hydrate")]
        {
            let _keys = window_event_listener(leptos::ev::keydown, |event| here::on_key(&event));
            let _clicks = window_event_listener(leptos::ev::click, |event| here::on_click(&event));
        }
    });
}

#[cfg(feature = "hydrate")]
mod here {
    use leptos::ev::{KeyboardEvent, MouseEvent};
    use leptos::wasm_bindgen::JsCast;
    use web_sys::{Element, EventTarget, HtmlElement};

    use crate::browser;
    use crate::ui::TOASTS;

    const LIST: &str = "[data-arrows]";
    const TREE: &str = "[role=tree]";
    const ITEM: &str = "[role=treeitem]";
    const EXPANDED: &str = "aria-expanded";

    fn element(target: Option<EventTarget>) -> Option<Element> {
        target?.dyn_into().ok()
    }

    pub(super) fn on_key(event: &KeyboardEvent) {
        if event.default_prevented() || event.ctrl_key() || event.meta_key() || event.alt_key() {
            return;
        }
        let key = event.key();
        if key == "F8" {
            browser::visit(TOASTS);
            event.prevent_default();
            return;
        }
        let Some(target) = element(event.target()) else { return };
        if answered(&target, &key).is_some() {
            event.prevent_default();
        }
    }

    /// Does what the key means at the target; nothing where it means nothing.
    fn answered(target: &Element, key: &str) -> Option<()> {
        if let Some(list) = target.closest(LIST).ok()? {
            return step(&stops(&list, "a[href], button"), target, key, true);
        }
        if let Some(tree) = target.closest(TREE).ok()? {
            let expanded = target.get_attribute(EXPANDED);
            return match (key, expanded.as_deref()) {
                ("ArrowRight", Some("false")) | ("ArrowLeft", Some("true")) => turn(target),
                ("ArrowRight", Some("true")) => step(&stops(&tree, ITEM), target, "ArrowDown", false),
                ("ArrowLeft", _) => focus(&above(target)?),
                _ => step(&stops(&tree, ITEM), target, key, false),
            };
        }
        // From the button of a menu into its list.
        let list = target.get_attribute("popovertarget").filter(|_| key == "ArrowDown")?;
        let list = leptos::prelude::document().get_element_by_id(&list)?;
        if !list.matches(":popover-open").ok()? {
            target.dyn_ref::<HtmlElement>()?.click();
        }
        focus(stops(&list, "a[href], button").first()?)
    }

    /// What can have the focus in a list, as far as it is seen.
    fn stops(list: &Element, selector: &str) -> Vec<Element> {
        let Ok(all) = list.query_selector_all(selector) else { return Vec::new() };
        let stops = (0..all.length()).filter_map(|index| all.get(index)?.dyn_into::<Element>().ok());
        stops
            .filter(|stop| stop.client_height() > 0 || stop.get_bounding_client_rect().height() > 0.0)
            .collect()
    }

    fn step(stops: &[Element], from: &Element, key: &str, around: bool) -> Option<()> {
        let last = stops.len().checked_sub(1)?;
        let here = stops.iter().position(|stop| stop == from);
        let to = match (key, here) {
            ("Home", _) => 0,
            ("End", _) => last,
            ("ArrowDown", None) => 0,
            ("ArrowDown", Some(here)) if here == last => {
                if around {
                    0
                } else {
                    last
                }
            }
            ("ArrowDown", Some(here)) => here + 1,
            ("ArrowUp", None | Some(0)) => {
                if around {
                    last
                } else {
                    0
                }
            }
            ("ArrowUp", Some(here)) => here - 1,
            _ => return None,
        };
        focus(&stops[to])
    }

    /// Shows what is below an item of a tree, or hides it.
    fn turn(item: &Element) -> Option<()> {
        let turned = if item.get_attribute(EXPANDED)? == "true" { "false" } else { "true" };
        item.set_attribute(EXPANDED, turned).ok()
    }

    /// The item of a tree that this one is below.
    fn above(item: &Element) -> Option<Element> {
        item.closest("[role=group]").ok()??.parent_element()?.query_selector(ITEM).ok()?
    }

    fn focus(element: &Element) -> Option<()> {
        element.dyn_ref::<HtmlElement>()?.focus().ok()
    }

    pub(super) fn on_click(event: &MouseEvent) {
        let _nothing_to_do = clicked(event);
    }

    fn clicked(event: &MouseEvent) -> Option<()> {
        let target = element(event.target())?;
        if let Some(twist) = target.closest(".tree__twist").ok()? {
            return turn(&twist.parent_element()?.query_selector(ITEM).ok()??);
        }
        // A choice closes its menu, and the focus goes back to the button.
        let menu = target.closest("a, button").ok()??.closest(".menu-list").ok()??;
        menu.dyn_into::<HtmlElement>().ok()?.hide_popover().ok()
    }
}
