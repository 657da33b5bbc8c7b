//! What this installation calls itself. Knows the two places where that is written: the server's context and the
//! attributes of the document's root element.

use leptos::prelude::use_context;

use crate::browser;

/// The names that the configuration gives to the portal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Site {
    /// `app.title`: stands in the header and ends every document title.
    pub title: String,
    /// `organization.name`: whose catalog it is, when the configuration says so.
    pub organization: Option<String>,
}

impl Default for Site {
    fn default() -> Self {
        Self { title: "Portico".to_owned(), organization: None }
    }
}

/// Where the shell leaves the title for the browser side.
pub(crate) const TITLE_ATTRIBUTE: &str = "data-site-title";
/// Where the shell leaves the organisation for the browser side.
pub(crate) const ORGANIZATION_ATTRIBUTE: &str = "data-organization";

impl Site {
    /// The names in force: those that the server provided, or in the browser those that the document carries.
    pub(crate) fn current() -> Self {
        use_context().unwrap_or_else(|| {
            browser::root_attribute(TITLE_ATTRIBUTE).map_or_else(Self::default, |title| Self {
                title,
                organization: browser::root_attribute(ORGANIZATION_ATTRIBUTE),
            })
        })
    }

    /// Whose catalog it is, in words: "Acme", or the title where no organisation is configured.
    #[cfg(feature = "ssr")]
    pub(crate) fn owner(&self) -> &str {
        self.organization.as_deref().unwrap_or(&self.title)
    }
}
