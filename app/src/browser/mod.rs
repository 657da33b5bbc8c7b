//! The few things that only a browser can do. On the server each of them does nothing, so that views need no
//! conditional compilation. Knows nothing about pages.

#[cfg(not(feature = "hydrate"))]
#[path = "elsewhere.rs"]
mod here;
#[cfg(feature = "hydrate")]
mod here;

#[cfg(feature = "hydrate")]
pub(crate) use here::visit;
pub(crate) use here::{
    address, after_navigation, after_paint, click, close_dialog, commands, copy, focus, focus_row,
    focused_attribute, focused_row, has_focus_within, here, is_busy, is_unfocused, is_within, keep, kept,
    leave, link_of, mark_rows, note, now, open_beside, press_key_of_page, read_field, renew_ages,
    replace_address, reveal, root_attribute, row_measures, row_of, rows, run_command, scroll_by, scroll_to,
    scrolled, set_field, show_modal, show_star, star_of, window_size, within, write_field,
};

/// Where the browser keeps that keys without Ctrl do nothing.
pub(crate) const KEYS_OFF: &str = "portico-shortcuts-off";

/// Whether keys without Ctrl are commands. People who speak to their computer, or whose hands are not steady, switch them
/// off.
pub(crate) fn single_keys() -> bool {
    kept(KEYS_OFF).is_empty()
}
