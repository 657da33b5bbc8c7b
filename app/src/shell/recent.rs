//! What was looked at last. Kept in this browser; whoever knows better changes these two functions.

use model::EntityLink;

use crate::browser;

/// Where the browser keeps it: a line for each entity, the newest first; kind, address and title with tabs between them.
const KEY: &str = "portico-recent";
/// Entities that are kept.
const MOST: usize = 8;

/// An entity that was looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Recent {
    /// Its kind.
    pub(crate) kind: String,
    /// The address of its page.
    pub(crate) href: String,
    /// What it is called.
    pub(crate) title: String,
}

/// What was looked at, the newest first.
pub(crate) fn recent() -> Vec<Recent> {
    parse(&browser::kept(KEY))
}

/// Remembers that an entity was looked at.
pub(crate) fn visited(link: &EntityLink) {
    let (kind, href) = (link.kind.clone(), link.href());
    let title = link.title.replace(|sign: char| sign.is_control(), " ");
    let mut all = recent();
    all.retain(|other| other.href != href);
    all.insert(0, Recent { kind, href, title });
    all.truncate(MOST);
    let lines: Vec<String> = all.iter().map(|one| [&*one.kind, &*one.href, &*one.title].join("\t")).collect();
    browser::keep(KEY, &lines.join("\n"));
}

/// Reads the lines. Whatever else lies there is not ours, and an address that leads elsewhere is not followed.
fn parse(text: &str) -> Vec<Recent> {
    let line = |line: &str| {
        let mut parts = line.splitn(3, '\t').map(str::to_owned);
        let (kind, href, title) = (parts.next()?, parts.next()?, parts.next()?);
        href.starts_with("/catalog/").then_some(Recent { kind, href, title })
    };
    text.lines().filter_map(line).take(MOST).collect()
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn only_entities_of_this_portal_are_recent() {
        let kept = "API\t/catalog/default/api/a\tThe A\tB\n\nx\nAPI\tjavascript:alert(1)\tno\nAPI\t//evil.example\tno\n";
        let read = parse(kept);
        assert_eq!(read.len(), 1, "{read:?}");
        assert_eq!((read[0].kind.as_str(), read[0].title.as_str()), ("API", "The A\tB"));
    }
}
