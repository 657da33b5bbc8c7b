//! Markdown from files as HTML that is safe to put into a page, and as plain text.
//!
//! Safe by construction: HTML in the text is text, images are their description, and addresses are of few schemes. What
//! comes out is sanitised all the same, so that a mistake in the one is caught by the other.

#[cfg(test)]
mod tests;

use std::sync::LazyLock;

use ammonia::{Builder, UrlRelative};
use pulldown_cmark::{CowStr, Event, HeadingLevel, Options, Parser, Tag, TagEnd, html};

/// Schemes of addresses that links may have, besides none.
const SCHEMES: [&str; 3] = ["http", "https", "mailto"];
/// Deepest nesting of lists, quotes and emphasis; below it the text goes on without them.
const MAX_DEPTH: usize = 24;
/// Elements that pages show.
const ELEMENTS: [&str; 23] = [
    "a",
    "blockquote",
    "br",
    "code",
    "del",
    "em",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "li",
    "ol",
    "p",
    "pre",
    "strong",
    "table",
    "tbody",
    "td",
    "th",
    "thead",
    "tr",
    "ul",
];

static SANITISER: LazyLock<Builder<'static>> = LazyLock::new(|| {
    let mut builder = Builder::empty();
    builder
        .tags(ELEMENTS.into())
        .generic_attributes([].into())
        .tag_attributes([("a", ["href"].into()), ("ol", ["start"].into())].into())
        .url_schemes(SCHEMES.into())
        .url_relative(UrlRelative::PassThrough)
        // `external` has the router of the browser leave these links alone: it knows pages alone.
        .link_rel(Some("nofollow noopener external"));
    builder
});

/// The text as HTML. Its headings start at the third level, below those of a page and of a card.
#[must_use]
pub fn to_html(text: &str) -> String {
    let mut written = String::with_capacity(text.len() + text.len() / 4);
    html::push_html(&mut written, Tame::new(text));
    SANITISER.clean(&written).to_string()
}

/// The words of the text without its marks, in one line.
#[must_use]
pub fn to_text(text: &str) -> String {
    let mut words = String::with_capacity(text.len());
    for event in Tame::new(text) {
        match event {
            Event::Text(piece) | Event::Code(piece) => words.push_str(&piece),
            Event::SoftBreak | Event::HardBreak | Event::Rule => words.push(' '),
            Event::End(end) if !is_inline(end) => words.push(' '),
            _ => {}
        }
    }
    words.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Whether words on both sides of this end may be parts of one word.
fn is_inline(end: TagEnd) -> bool {
    matches!(end, TagEnd::Emphasis | TagEnd::Strong | TagEnd::Strikethrough | TagEnd::Link)
}

/// The events of a text, without those that a page does not show.
struct Tame<'t> {
    parser: Parser<'t>,
    /// For each element that is open, whether it is shown.
    open: Vec<bool>,
}

impl<'t> Tame<'t> {
    fn new(text: &'t str) -> Self {
        let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH;
        Self { parser: Parser::new_ext(text, options), open: Vec::new() }
    }

    /// The element as it is shown; nothing where only its content is.
    fn tame(&self, tag: Tag<'t>) -> Option<Tag<'t>> {
        match tag {
            _ if self.open.len() >= MAX_DEPTH => None,
            Tag::Image { .. } => None,
            Tag::HtmlBlock => Some(Tag::Paragraph),
            Tag::Link { ref dest_url, .. } if !is_followed(dest_url) => None,
            Tag::Heading { level, .. } => {
                Some(Tag::Heading { level: lower(level), id: None, classes: Vec::new(), attrs: Vec::new() })
            }
            tag => Some(tag),
        }
    }
}

impl<'t> Iterator for Tame<'t> {
    type Item = Event<'t>;

    fn next(&mut self) -> Option<Event<'t>> {
        loop {
            return Some(match self.parser.next()? {
                Event::Start(tag) => {
                    let tame = self.tame(tag);
                    self.open.push(tame.is_some());
                    match tame {
                        Some(tag) => Event::Start(tag),
                        None => continue,
                    }
                }
                Event::End(end) => match (self.open.pop(), end) {
                    (Some(true), TagEnd::Heading(level)) => Event::End(TagEnd::Heading(lower(level))),
                    (Some(true), TagEnd::HtmlBlock) => Event::End(TagEnd::Paragraph),
                    (Some(true), end) => Event::End(end),
                    _ => continue,
                },
                // What looks like HTML is what somebody wrote.
                Event::Html(html) | Event::InlineHtml(html) => Event::Text(html),
                event => event,
            });
        }
    }
}

/// Two levels lower, as far as there are levels.
fn lower(level: HeadingLevel) -> HeadingLevel {
    match level {
        HeadingLevel::H1 => HeadingLevel::H3,
        HeadingLevel::H2 => HeadingLevel::H4,
        HeadingLevel::H3 => HeadingLevel::H5,
        HeadingLevel::H4 | HeadingLevel::H5 | HeadingLevel::H6 => HeadingLevel::H6,
    }
}

/// Whether an address may be behind a click: one of the schemes, or none.
fn is_followed(address: &CowStr<'_>) -> bool {
    // Browsers ignore control characters and blanks inside the scheme.
    let visible: String =
        address.chars().filter(|letter| !letter.is_control() && !letter.is_whitespace()).collect();
    match visible.split_once([':', '/', '?', '#']) {
        Some((scheme, _)) if visible[scheme.len()..].starts_with(':') => {
            SCHEMES.iter().any(|known| scheme.eq_ignore_ascii_case(known))
        }
        _ => true,
    }
}
