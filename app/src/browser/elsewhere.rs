//! The same on the server, where there is nothing to do.

pub(crate) fn root_attribute(_name: &str) -> Option<String> {
    None
}

/// Path and query of the page that is being made.
#[cfg(feature = "ssr")]
pub(crate) fn here() -> String {
    let parts = leptos::prelude::use_context::<axum::http::request::Parts>();
    parts.as_ref().and_then(|parts| parts.uri.path_and_query()).map_or_else(String::new, ToString::to_string)
}

#[cfg(not(feature = "ssr"))]
pub(crate) fn here() -> String {
    String::new()
}

pub(crate) fn now() -> i64 {
    std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .map_or(0, |since| i64::try_from(since.as_secs()).unwrap_or(i64::MAX))
}

pub(crate) fn write_field(_id: &str, _text: &str) {}

pub(crate) fn read_field(_id: &str) -> String {
    String::new()
}

pub(crate) fn set_field(_id: &str, _text: &str) {}

pub(crate) fn show_modal(_id: &str, _open: bool) {}

pub(crate) fn has_focus_within(_id: &str) -> bool {
    false
}

pub(crate) fn leave(_id: &str) {}

pub(crate) fn reveal(_id: &str) {}

pub(crate) fn after_paint(_act: impl FnOnce() + 'static) {}

pub(crate) fn after_navigation() {}

pub(crate) fn focus(_id: &str) {}

pub(crate) fn star_of(_event: &leptos::ev::MouseEvent) -> Option<(String, bool)> {
    None
}

pub(crate) fn show_star(_entity_ref: &str, _attributes: [(&str, &str); 3]) {}

pub(crate) fn renew_ages(_age: impl Fn(&str) -> String) {}

pub(crate) fn focused_attribute(_name: &str) -> Option<String> {
    None
}

pub(crate) fn link_of(_event: &leptos::ev::MouseEvent) -> Option<String> {
    None
}

pub(crate) fn is_within(_event: &leptos::ev::Event, _selector: &str) -> bool {
    false
}

pub(crate) fn row_of(_event: &leptos::ev::Event) -> Option<String> {
    None
}

pub(crate) fn rows() -> Vec<String> {
    Vec::new()
}

pub(crate) fn is_unfocused() -> bool {
    false
}

pub(crate) fn mark_rows(_refs: &[String], _fresh: bool) {}

pub(crate) fn focus_row(_entity_ref: &str) -> bool {
    false
}

pub(crate) fn focused_row() -> Option<String> {
    None
}

pub(crate) fn row_measures() -> Option<(f64, f64, f64)> {
    None
}

pub(crate) fn scroll_by(_pixels: f64) {}

pub(crate) fn replace_address(_address: &str) {}

pub(crate) fn note(_name: &str, _text: &str) {}

pub(crate) fn window_size(_id: &str) -> Option<(f64, f64)> {
    None
}

pub(crate) fn within(_id: &str, _x: i32, _y: i32) -> Option<(f64, f64)> {
    None
}

pub(crate) fn scrolled(_id: &str) -> (i32, i32) {
    (0, 0)
}

pub(crate) fn scroll_to(_id: &str, _left: f64, _top: f64) {}

pub(crate) fn copy(_text: &str) {}

pub(crate) fn address() -> String {
    String::new()
}

pub(crate) fn open_beside(_href: &str) {}

pub(crate) fn close_dialog(_id: &str) -> bool {
    false
}

pub(crate) fn click(_id: &str) {}

pub(crate) fn commands() -> Vec<String> {
    Vec::new()
}

pub(crate) fn run_command(_name: &str) {}

pub(crate) fn press_key_of_page(_key: &str) -> bool {
    false
}

pub(crate) fn is_busy(_event: &leptos::ev::Event) -> bool {
    false
}

pub(crate) fn kept(_key: &str) -> String {
    String::new()
}

pub(crate) fn keep(_key: &str, _text: &str) {}
