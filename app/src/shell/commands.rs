//! The commands of the product: one list, from which the palette, the shortcuts and their list of keys are made.
//!
//! A capability adds a line here for each of its pages. What can be done on one page alone needs no line: any link or
//! button with the attribute `data-command` is a command of that name as long as it is on the page.

use crate::browser;

/// Something that can be done from anywhere.
pub(crate) struct Command {
    /// What it is called.
    pub(crate) title: &'static str,
    /// Keys that do it, one after the other, with spaces between them; empty for none.
    pub(crate) keys: &'static str,
    /// Id of a symbol in the sprite.
    pub(crate) icon: &'static str,
    /// What it does.
    pub(crate) run: Run,
}

/// What a command does.
#[derive(Clone, Copy)]
pub(crate) enum Run {
    /// Opens a page.
    Go(&'static str),
    /// Anything else.
    Do(fn()),
}

/// The dialog that lists the shortcuts.
pub(crate) const SHORTCUTS: &str = "shortcuts";
/// The search field of the header.
pub(crate) const SEARCH_FIELD: &str = "global-text";
/// The button that opens the palette.
pub(crate) const PALETTE_BUTTON: &str = "palette-button";

/// All commands, in the order in which they are listed.
pub(crate) static COMMANDS: [Command; 17] = [
    go("Home", "g h", "/"),
    go("Catalog", "g c", "/catalog"),
    go("Graph", "g g", "/catalog-graph"),
    go("Create", "g n", "/create"),
    go("Runs of templates", "g t", "/create/tasks"),
    go("Actions of templates", "g a", "/create/actions"),
    go("Problems", "g p", "/problems"),
    go("Notifications", "g i", "/notifications"),
    go("Locations", "g l", "/locations"),
    go("Search", "g s", "/search"),
    go("Changes between two moments", "g d", "/catalog/compare"),
    go("Saved views", "g v", "/views"),
    go("Register a location", "g r", "/catalog-import"),
    go("Settings", "g e", "/settings"),
    Command { title: "Go to the search field", keys: "/", icon: "search", run: Run::Do(search) },
    Command { title: "Copy the link of this page", keys: "", icon: "link", run: Run::Do(copy_link) },
    Command { title: "Show keyboard shortcuts", keys: "?", icon: "keyboard", run: Run::Do(show_shortcuts) },
];

const fn go(title: &'static str, keys: &'static str, page: &'static str) -> Command {
    Command { title, keys, icon: "page", run: Run::Go(page) }
}

/// What the keys of a page's command say to somebody who points at its link.
pub(crate) fn hint(page: &str) -> Option<String> {
    let command = COMMANDS.iter().find(|command| matches!(command.run, Run::Go(to) if to == page))?;
    Some(format!("Press {}", command.keys.replace(' ', ", then ")))
}

/// How well a title fits what was typed: smaller is better, nothing does not fit.
pub(crate) fn fit(title: &str, typed: &str) -> Option<u8> {
    let title = title.to_lowercase();
    let typed = typed.trim().to_lowercase();
    if title == typed {
        return Some(0);
    }
    let begins = |typed: &str| title.split(' ').any(|word| word.starts_with(typed));
    if typed.split_whitespace().all(begins) {
        return Some(1);
    }
    // Letters in their order, as in "cplink": only of several, or everything would fit.
    let mut letters = title.chars();
    let in_order =
        typed.chars().filter(|letter| *letter != ' ').all(|letter| letters.any(|other| other == letter));
    (typed.len() > 2 && in_order).then_some(2)
}

/// The search field of the header; where it is folded away, the palette.
fn search() {
    browser::focus(SEARCH_FIELD);
    if browser::focused_attribute("id").as_deref() != Some(SEARCH_FIELD) {
        browser::click(PALETTE_BUTTON);
    }
}

fn copy_link() {
    if browser::root_attribute("data-can-copy").is_some() {
        browser::copy(&browser::address());
    }
}

fn show_shortcuts() {
    browser::show_modal(SHORTCUTS, true);
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{COMMANDS, Run, fit, hint};

    #[test]
    fn names_and_keys_are_given_once() {
        let titles: BTreeSet<_> = COMMANDS.iter().map(|command| command.title.to_lowercase()).collect();
        assert_eq!(titles.len(), COMMANDS.len());
        let keys: Vec<_> =
            COMMANDS.iter().map(|command| command.keys).filter(|keys| !keys.is_empty()).collect();
        for one in &keys {
            // A shortcut that begins another would never let that one happen.
            let begun = keys.iter().filter(|other| other.starts_with(*one)).count();
            assert_eq!(begun, 1, "{one:?} of {keys:?}");
        }
    }

    #[test]
    fn pages_have_keys() {
        for command in &COMMANDS {
            if let Run::Go(page) = command.run {
                assert!(page.starts_with('/') && command.keys.starts_with("g "), "{}", command.title);
            }
        }
        assert_eq!(hint("/catalog").as_deref(), Some("Press g, then c"));
        assert_eq!(hint("/nowhere"), None);
    }

    #[test]
    fn titles_fit_what_was_typed() {
        for (title, typed, expected) in [
            ("Catalog", "catalog", Some(0)),
            ("Catalog", "cat", Some(1)),
            ("Copy the link of this page", "link copy", Some(1)),
            ("Copy the link of this page", "cplink", Some(2)),
            ("Copy the link of this page", "co", Some(1)),
            ("Catalog", "tal", Some(2)),
            ("Catalog", "graph", None),
            ("Home", "me", None),
        ] {
            assert_eq!(fit(title, typed), expected, "{typed} in {title}");
        }
    }
}
