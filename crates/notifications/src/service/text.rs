//! Which texts a notification takes.

use platform::error::Error;
use url::Url;

/// Characters of a title.
pub(super) const TITLE: usize = 250;
/// Characters of a description.
pub(super) const DESCRIPTION: usize = 10_000;
/// Characters of a link.
const LINK: usize = 2_000;
/// Characters of a topic, a scope, an origin, the name of a picture.
pub(super) const NAME: usize = 250;
/// Bytes of what else a sender says.
pub(super) const METADATA: usize = 10_000;

/// A line of text: white space is one space.
pub(super) fn line(name: &str, text: &str, most: usize) -> Result<String, Error> {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.is_empty() {
        return Err(Error::input(format!("A notification needs a {name}: write a line of text.")));
    }
    limited(name, line, most)
}

/// A name or a text; an empty one is none.
pub(super) fn optional(name: &str, text: Option<String>, most: usize) -> Result<Option<String>, Error> {
    let text = text.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
    text.map(|text| limited(name, text, most)).transpose()
}

fn limited(name: &str, text: String, most: usize) -> Result<String, Error> {
    if text.chars().count() > most {
        return Err(Error::input(format!("The {name} of a notification has at most {most} characters.")));
    }
    if text.chars().any(|letter| letter.is_control() && !matches!(letter, '\n' | '\r' | '\t')) {
        return Err(Error::input(format!(
            "The {name} of a notification is plain text: it can't hold control characters."
        )));
    }
    Ok(text)
}

/// Where a notification leads: a path of the portal, or an address of `http` or `https`.
pub(super) fn link(link: Option<String>) -> Result<Option<String>, Error> {
    let Some(link) = optional("link", link, LINK)? else { return Ok(None) };
    if is_path(&link) || is_web(&link) {
        return Ok(Some(link));
    }
    Err(Error::input(
        "The link of a notification is a path of the portal, such as /catalog, or an address that starts with http:// or \
         https://.",
    ))
}

/// A path of this portal. Browsers take `//` and `/\` for the beginning of another host, and pass over white space.
fn is_path(link: &str) -> bool {
    link.starts_with('/')
        && !link.starts_with("//")
        && !link.contains(|letter: char| letter == '\\' || letter.is_whitespace() || letter.is_control())
}

fn is_web(link: &str) -> bool {
    let has_scheme = ["http://", "https://"]
        .iter()
        .any(|scheme| link.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme)));
    has_scheme && Url::parse(link).is_ok_and(|url| url.has_host())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_lead_to_the_portal_or_to_the_web() {
        let long = format!("/{}", "a".repeat(LINK));
        for (given, is_one) in [
            ("/", true),
            ("/create/tasks/1?x=y#z", true),
            ("https://example.com/a b", true),
            ("HTTP://example.com", true),
            ("  /catalog  ", true),
            ("//example.com", false),
            ("/\\example.com", false),
            ("/\t/example.com", false),
            ("/a\nb", false),
            ("catalog", false),
            ("javascript:alert(1)", false),
            ("JavaScript://example.com/%0aalert(1)", false),
            ("data:text/html,<b>", false),
            ("mailto:a@example.com", false),
            ("https:/example.com", false),
            ("https://", false),
            ("java\nscript:alert(1)", false),
            (&*long, false),
        ] {
            assert_eq!(link(Some(given.to_owned())).is_ok(), is_one, "{given:?}");
        }
        assert_eq!(link(Some("  ".to_owned())).ok(), Some(None), "an empty link is none");
    }

    #[test]
    fn texts_are_plain_and_short() {
        let long = "ä".repeat(TITLE);
        for (given, expected) in [
            ("  two\n words ", Some("two words")),
            ("<b>bold</b>", Some("<b>bold</b>")),
            (&*long, Some(&*long)),
            (" \n", None),
            ("a\0b", None),
            ("a\u{1b}[31mb", None),
            (&*format!("{long}ä"), None),
        ] {
            assert_eq!(line("title", given, TITLE).ok().as_deref(), expected, "{given:?}");
        }
        let several = optional("description", Some("one\n\ttwo\r\n".to_owned()), DESCRIPTION);
        assert_eq!(several.ok().flatten().as_deref(), Some("one\n\ttwo"));
    }
}
