//! The title of the document: what the page is about, then what the installation is called.
//!
//! Every title passes through here, because [`App`](super::App) has the only formatter. `leptos_meta` writes on the server
//! what it gets into the document as it is, so whoever names an entity could otherwise write a page.

use crate::ui::escaped;

/// The title as `leptos_meta` takes it: HTML on the server, text in the browser.
pub(super) fn document_title(page: &str, site: &str) -> String {
    let title = format!("{page} · {site}");
    if cfg!(feature = "ssr") { escaped(&title) } else { title }
}

#[cfg(test)]
mod tests {
    use super::escaped;

    #[test]
    fn a_text_is_no_markup() {
        for (text, html) in [
            ("Orders", "Orders"),
            ("Q&A &lt;", "Q&amp;A &amp;lt;"),
            ("</title><script>", "&lt;/title&gt;&lt;script&gt;"),
        ] {
            assert_eq!(escaped(text), html);
        }
    }

    /// That the browser is given text is seen in a browser: `hydration.spec.mjs`.
    #[test]
    #[cfg(feature = "ssr")]
    fn the_server_writes_html() {
        assert_eq!(super::document_title("</title>", "A & B"), "&lt;/title&gt; · A &amp; B");
    }
}
