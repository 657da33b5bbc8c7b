//! Source text as HTML in which each kind of word has a class, so that styles can colour it.

use std::sync::LazyLock;

use syntect::html::{ClassStyle, ClassedHTMLGenerator};
use syntect::parsing::SyntaxSet;
use syntect::util::LinesWithEndings;

/// Bytes of a text that is highlighted; a longer one is read by nobody, and would take long.
const MOST: usize = 30_000;
/// What the classes begin with.
const STYLE: ClassStyle = ClassStyle::SpacedPrefixed { prefix: "hl-" };

/// Read once, when first needed: it takes some milliseconds.
static LANGUAGES: LazyLock<SyntaxSet> = LazyLock::new(two_face::syntax::extra_newlines);

/// A text as escaped HTML. `language` is the ending of its files ("graphql", "proto"). A language that is not known, and a
/// text that is too long, come without classes.
#[must_use]
pub fn html(text: &str, language: &str) -> String {
    highlighted(text, language).unwrap_or_else(|| escaped(text))
}

fn highlighted(text: &str, language: &str) -> Option<String> {
    let syntax = LANGUAGES.find_syntax_by_extension(language).filter(|_| text.len() <= MOST)?;
    let mut generator = ClassedHTMLGenerator::new_with_class_style(syntax, &LANGUAGES, STYLE);
    for line in LinesWithEndings::from(text) {
        generator.parse_html_for_line_which_includes_newline(line).ok()?;
    }
    Some(generator.finalize())
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{MOST, html};

    /// What a reader sees of HTML that has no elements but `span`.
    fn seen(html: &str) -> String {
        let mut seen = String::new();
        let mut rest = html;
        while let Some((before, after)) = rest.split_once('<') {
            seen.push_str(before);
            let (tag, after) = after.split_once('>').unwrap();
            assert!(tag == "/span" || tag.starts_with("span class=\"hl-"), "{tag}");
            rest = after;
        }
        seen.push_str(rest);
        seen.replace("&lt;", "<")
            .replace("&gt;", ">")
            .replace("&quot;", "\"")
            .replace("&#39;", "'")
            .replace("&amp;", "&")
    }

    #[test]
    fn words_have_classes() {
        for (text, language, class) in [
            ("type Query { me: User }\n", "graphql", "hl-keyword"),
            ("# why\n", "graphql", "hl-comment"),
            ("syntax = \"proto3\";\n", "proto", "hl-string"),
            ("message Fare { int32 cents = 1; }\n", "proto", "hl-numeric"),
        ] {
            let html = html(text, language);
            assert!(html.contains(class), "{text:?}: {html}");
            assert_eq!(seen(&html), text);
        }
    }

    #[test]
    fn what_is_not_known_or_too_long_is_text() {
        assert_eq!(html("<b>&amp;", "no-such-language"), "&lt;b&gt;&amp;amp;");
        let long = "type A { b: C }\n".repeat(MOST / 10);
        assert_eq!(html(&long, "graphql"), long);
    }

    proptest! {
        #[test]
        fn every_letter_stays(text in "(?s).{0,200}", language in prop_oneof!["graphql", "proto", "yaml"]) {
            prop_assert_eq!(seen(&html(&text, &language)), text);
        }
    }
}
