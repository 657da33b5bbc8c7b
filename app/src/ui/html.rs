//! What the server drew, in a page that lives in the browser.

use leptos::html::custom;
use leptos::prelude::*;

/// In upper case, as documents say names of elements: what is not called the same is made anew with each answer.
const NAME: &str = "PORTICO-HTML";

/// HTML as the server drew and escaped it. What comes later is merged into what is there, so that the focus and what was
/// unfolded stay. The empty text stands for what the page holds already.
pub(crate) fn server_html(html: String) -> AnyView {
    server_page(html, String::new())
}

/// As [`server_html`], for a whole page: what comes for another path takes the place of what is there.
pub(crate) fn server_page(html: String, path: String) -> AnyView {
    let element = custom(NAME).attr("data-path", path);
    // In the browser the element itself takes the HTML (public/drawn.js): what leptos puts into an element, it empties before
    // it puts in something newer.
    #[cfg(feature = "ssr")]
    let element = element.inner_html(html);
    #[cfg(not(feature = "ssr"))]
    let element = element.prop("html", html);
    element.into_any()
}

/// A text as HTML.
pub(crate) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// What stands in a `textarea` for a text: leptos escapes nothing in there, and a line break at the start of the element is not
/// part of its text.
#[cfg(feature = "ssr")]
pub(crate) fn area_text(text: &str) -> String {
    format!("\n{}", escaped(text))
}
