//! A drawn page, as a reader and as a keyboard meet it. Marks between text nodes differ with compiler flags, so tests
//! look at text and links and not at raw HTML.

use leptos::prelude::*;

/// The HTML of a view.
pub(crate) struct Drawn(String);

/// Draws a view as the server does.
pub(crate) fn draw<V: IntoView>(view: impl FnOnce() -> V) -> Drawn {
    let owner = Owner::new();
    Drawn(owner.with(|| view().into_view().to_html()))
}

impl Drawn {
    /// The HTML without the marks between text nodes.
    pub(crate) fn html(&self) -> String {
        let mut html = String::with_capacity(self.0.len());
        let mut rest = self.0.as_str();
        while let Some((before, after)) = rest.split_once("<!") {
            html.push_str(before);
            let end = if after.starts_with("--") { "-->" } else { ">" };
            rest = after.split_once(end).map_or("", |(_, rest)| rest);
        }
        html.push_str(rest);
        // The number of the icons says nothing about a page.
        while let Some((from, to)) =
            html.find("?v=").and_then(|from| Some((from, html[from..].find('#')? + from)))
        {
            html.replace_range(from..to, "");
        }
        html
    }

    /// The HTML with a line for each tag and each text.
    pub(crate) fn tree(&self) -> String {
        let html = self.html();
        let pieces = html.split_inclusive('>').flat_map(|piece| {
            let tag = piece.find('<').unwrap_or(piece.len());
            [&piece[..tag], &piece[tag..]]
        });
        pieces.filter(|piece| !piece.trim().is_empty()).collect::<Vec<_>>().join("\n")
    }

    /// What a reader reads, one line for each block.
    pub(crate) fn text(&self) -> String {
        let mut text = String::new();
        for piece in self.html().split('<') {
            let (tag, words) = piece.split_once('>').unwrap_or(("", piece));
            let name = tag.trim_start_matches('/').split([' ', '>']).next().unwrap_or_default();
            if ["p", "li", "tr", "h1", "h2", "h3", "dt", "legend", "summary", "label", "div", "dl"]
                .contains(&name)
            {
                text.push('\n');
            } else if ["a", "dd", "option", "span", "td", "th"].contains(&name) {
                text.push(' ');
            }
            text.push_str(words);
        }
        let lines = text.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "));
        let text = lines.filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n");
        text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&")
    }

    /// The addresses of all links, in their order.
    pub(crate) fn links(&self) -> Vec<String> {
        let html = self.html();
        let links = html.split("<a ").skip(1).filter_map(|link| {
            let (_, link) = link.split_once("href=\"")?;
            link.split_once('"').map(|(address, _)| address.replace("&amp;", "&"))
        });
        links.collect()
    }
}
