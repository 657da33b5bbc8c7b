//! Who looks at the page. Known to the server alone, which leaves it on the document's root element; nobody comes or
//! goes without a page load.

use leptos::prelude::*;

use crate::browser;

/// The person that the frame of a page is drawn for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Visitor {
    /// What to call the person; empty for a guest and for nobody.
    pub name: String,
    /// The page of the User entity, if the catalog has it.
    pub page: Option<String>,
    /// An address of a picture.
    pub picture: Option<String>,
    /// Whether this is nobody, who may see nothing.
    pub nobody: bool,
    /// Whether there is a way to sign in.
    pub can_sign_in: bool,
}

#[cfg(feature = "ssr")]
impl From<::access::Visitor> for Visitor {
    fn from(visitor: ::access::Visitor) -> Self {
        let ::access::Visitor { name, page, picture, nobody, can_sign_in } = visitor;
        Self { name, page, picture, nobody, can_sign_in }
    }
}

impl Visitor {
    /// The visitor: the one that the server provided, or in the browser the one that the document carries.
    pub(crate) fn current() -> Self {
        use_context().unwrap_or_else(|| {
            let who = browser::root_attribute("data-who").unwrap_or_default();
            Self {
                name: browser::root_attribute("data-who-name").unwrap_or_default(),
                page: browser::root_attribute("data-who-page"),
                picture: browser::root_attribute("data-who-picture"),
                nobody: who.starts_with("nobody"),
                can_sign_in: who.ends_with('+'),
            }
        })
    }

    /// The word on the root element: whether it is nobody, and with a plus whether there is a way to sign in.
    pub(crate) fn word(&self) -> &'static str {
        match (self.nobody, self.can_sign_in) {
            (true, true) => "nobody+",
            (true, false) => "nobody",
            (false, true) => "somebody+",
            (false, false) => "somebody",
        }
    }

    /// The first letters of the first and of the last name.
    pub(crate) fn initials(&self) -> String {
        let mut words = self.name.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
        let first = words.next().and_then(|word| word.chars().next());
        let last = words.next_back().and_then(|word| word.chars().next());
        first.into_iter().chain(last).flat_map(char::to_uppercase).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::Visitor;

    #[test]
    fn initials_of_names() {
        for (name, expected) in [
            ("Ada Brandt", "AB"),
            ("ada.brandt", "AB"),
            ("Ada de la Cruz", "AC"),
            ("ölf", "Ö"),
            ("", ""),
            ("--", ""),
        ] {
            assert_eq!(
                Visitor { name: name.to_owned(), ..Visitor::default() }.initials(),
                expected,
                "{name}"
            );
        }
    }
}
