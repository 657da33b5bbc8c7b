//! What the search shows, and the state of its page as the address carries it.

use serde::{Deserialize, Serialize};

use super::{EntityLink, EntityListQuery};

/// A piece of a text, and whether it is what was searched for.
pub type Fragment = (String, bool);

/// What the search page shows: the state of its address, under the names that Backstage uses.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SearchQuery {
    /// What was typed.
    pub term: String,
    /// Types of documents; none means all.
    pub types: Vec<String>,
    /// Kinds, types, lifecycles and owners; the other fields stay as they are by default.
    pub filters: EntityListQuery,
    /// Where the page starts, as the answer before said it; empty for the first page.
    pub cursor: String,
}

impl SearchQuery {
    /// The page.
    pub const PATH: &str = "/search";
    /// The only type of documents so far.
    pub const CATALOG: &str = "software-catalog";
    /// Name of the parameter for what was typed.
    pub const TERM: &str = "query";
    /// The filters: key of the facet, and name of the parameter.
    pub const FILTERS: [(&str, &str); 4] = [
        ("kind", "filters[kind]"),
        ("spec.type", "filters[componentType]"),
        ("spec.lifecycle", "filters[lifecycle]"),
        ("relations.ownedBy", "filters[owner]"),
    ];

    /// The query that the parameters of an address stand for (what follows the question mark). What is not known is left
    /// out.
    #[must_use]
    pub fn from_query_string(text: &str) -> Self {
        let mut query = Self::default();
        for (key, value) in form_urlencoded::parse(text.trim_start_matches('?').as_bytes()) {
            let value = value.trim();
            if value.is_empty() {
                continue;
            }
            // "filters[kind][]" and "filters[kind][0]" are other spellings of a list.
            let (name, index) = key.rsplit_once('[').unwrap_or((&key, ""));
            let is_index =
                index.strip_suffix(']').is_some_and(|index| index.bytes().all(|b| b.is_ascii_digit()));
            let name = if is_index { name } else { &*key };
            match name {
                Self::TERM => value.clone_into(&mut query.term),
                "types" => query.types.push(value.to_owned()),
                "pageCursor" => value.clone_into(&mut query.cursor),
                name => {
                    let facet = Self::FILTERS.iter().find(|(_, param)| *param == name);
                    if let Some(values) = facet.and_then(|(facet, _)| query.values_mut(facet)) {
                        values.push(value.to_owned());
                    }
                }
            }
        }
        query
    }

    /// The address of this state.
    #[must_use]
    pub fn href(&self) -> String {
        let mut pairs = form_urlencoded::Serializer::new(String::new());
        if !self.term.is_empty() {
            pairs.append_pair(Self::TERM, &self.term);
        }
        for (name, value) in self.beside_term() {
            pairs.append_pair(name, value);
        }
        if !self.cursor.is_empty() {
            pairs.append_pair("pageCursor", &self.cursor);
        }
        match pairs.finish() {
            parameters if parameters.is_empty() => Self::PATH.to_owned(),
            parameters => format!("{}?{parameters}", Self::PATH),
        }
    }

    /// What a form sends beside the text: types and filters, as name and value.
    pub fn beside_term(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let types = self.types.iter().map(|value| ("types[]", value.as_str()));
        let filters = Self::FILTERS
            .into_iter()
            .flat_map(|(facet, param)| self.values(facet).iter().map(move |value| (param, value.as_str())));
        types.chain(filters)
    }

    /// What a filter holds.
    #[must_use]
    pub fn values(&self, facet: &str) -> &[String] {
        match facet {
            "kind" => &self.filters.kind,
            "spec.type" => &self.filters.spec_type,
            "spec.lifecycle" => &self.filters.lifecycle,
            "relations.ownedBy" => &self.filters.owner,
            _ => &[],
        }
    }

    /// What a filter holds, to be changed.
    pub fn values_mut(&mut self, facet: &str) -> Option<&mut Vec<String>> {
        Some(match facet {
            "kind" => &mut self.filters.kind,
            "spec.type" => &mut self.filters.spec_type,
            "spec.lifecycle" => &mut self.filters.lifecycle,
            "relations.ownedBy" => &mut self.filters.owner,
            _ => return None,
        })
    }

    /// The first page with a value of a filter chosen, or no longer chosen.
    #[must_use]
    pub fn toggled(&self, facet: &str, value: &str) -> Self {
        let mut next = Self { cursor: String::new(), ..self.clone() };
        if let Some(values) = next.values_mut(facet) {
            match values.iter().position(|other| other.eq_ignore_ascii_case(value)) {
                Some(place) => drop(values.remove(place)),
                None => values.push(value.to_owned()),
            }
        }
        next
    }
}

/// An entity that was found.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SearchHit {
    /// Which one.
    pub link: EntityLink,
    /// Its title, in pieces.
    pub title: Vec<Fragment>,
    /// Its description, or what of it was found, in pieces.
    pub text: Vec<Fragment>,
    /// Kind, type and lifecycle in one line.
    pub facts: String,
    /// Who owns it.
    pub owner: Option<EntityLink>,
}

/// One page of what was found.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SearchPage {
    /// What was typed.
    pub term: String,
    /// The results of this page, the best first.
    pub hits: Vec<SearchHit>,
    /// Results on all pages.
    pub total: u32,
    /// Number of the first one on this page, from 1.
    pub first: u32,
    /// The filters that leave something to choose.
    pub filters: Vec<SearchFilter>,
    /// What a form sends beside the text, as name and value.
    pub beside_term: Vec<(String, String)>,
    /// Address without any filter, where there is one.
    pub clear: Option<String>,
    /// Address of the page before.
    pub previous: Option<String>,
    /// Address of the page after.
    pub next: Option<String>,
    /// Whether nothing holds the text as it was typed, and the results are only spelt like it.
    pub similar: bool,
}

/// A filter of the search page.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SearchFilter {
    /// Key of the facet, such as `spec.type`.
    pub key: String,
    /// Its values, the most frequent first.
    pub choices: Vec<SearchChoice>,
}

/// A value of a filter.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SearchChoice {
    /// As written.
    pub value: String,
    /// What the entity is called that it refers to, if it has a title.
    pub title: Option<String>,
    /// How many results have it.
    pub count: u32,
    /// Whether it is chosen now.
    pub chosen: bool,
    /// Address with it chosen, or no longer chosen.
    pub href: String,
}
