//! The state of the gallery, as its address carries it.

use model::EntityListQuery;

use crate::catalog::Address;
use crate::catalog::filters::{Filter, Search};
use crate::catalog::words;

/// Which templates are shown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TemplateListQuery(EntityListQuery);

impl TemplateListQuery {
    /// What the parameters of an address stand for. What the gallery has no filter for is left out.
    #[must_use]
    pub fn from_query_string(text: &str) -> Self {
        let EntityListQuery { spec_type, owner, tag, text, .. } = EntityListQuery::from_query_string(text);
        Self(EntityListQuery { spec_type, owner, tag, text, ..EntityListQuery::default() })
    }

    /// The same as a question to the catalog.
    #[must_use]
    pub fn entities(&self) -> &EntityListQuery {
        &self.0
    }

    /// The words that are searched for.
    pub(crate) fn text(&self) -> &str {
        &self.0.text
    }
}

impl Address for TemplateListQuery {
    const PATH: &'static str = "/create";

    fn parameters(&self) -> String {
        self.0.to_query_string()
    }

    fn page_mut(&mut self) -> Option<&mut u32> {
        None
    }
}

impl Search for TemplateListQuery {
    fn text_mut(&mut self) -> &mut String {
        &mut self.0.text
    }
}

/// The filters of the gallery.
pub(super) static FILTERS: [Filter<TemplateListQuery>; 3] = [
    Filter {
        key: "spec.type",
        param: "type",
        title: "Category",
        label: str::to_owned,
        chosen: |query| &query.0.spec_type,
        chosen_mut: |query| &mut query.0.spec_type,
    },
    Filter {
        key: "relations.ownedBy",
        param: "owner",
        title: "Owner",
        label: words::owner,
        chosen: |query| &query.0.owner,
        chosen_mut: |query| &mut query.0.owner,
    },
    Filter {
        key: "metadata.tags",
        param: "tag",
        title: "Tag",
        label: str::to_owned,
        chosen: |query| &query.0.tag,
        chosen_mut: |query| &mut query.0.tag,
    },
];
