//! Which entities: one tree for the `filter` parameters and for predicate queries.

mod matches;
mod params;
mod predicate;

/// A condition on an entity. Keys and values are in lower case, because all comparisons ignore case.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Filter {
    /// Every one of them holds; true if there is none.
    All(Vec<Filter>),
    /// At least one of them holds; false if there is none.
    Any(Vec<Filter>),
    /// It does not hold.
    Not(Box<Filter>),
    /// The key has some value.
    Exists(String),
    /// The key has one of these values.
    In {
        /// Dotted path.
        key: String,
        /// Values.
        values: Vec<String>,
    },
    /// The key has a value that begins with this.
    HasPrefix {
        /// Dotted path.
        key: String,
        /// Beginning of the value.
        prefix: String,
    },
    /// There is a relation of one of these types to one of these targets; an empty list is any.
    Relation {
        /// Relation types.
        types: Vec<String>,
        /// Canonical references.
        targets: Vec<String>,
    },
}

/// Why a filter cannot be read. The text is for whoever wrote the request.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct FilterError(String);

/// The prefix of keys that are about relations.
const RELATIONS: &str = "relations.";

impl Filter {
    /// The key has one of the values, none if there is no value; keys below `relations.` are about relations.
    #[must_use]
    pub fn key_in(key: &str, values: Vec<String>) -> Self {
        if values.is_empty() {
            // Nothing is in an empty list, while an empty list of targets stands for any.
            return Self::Any(Vec::new());
        }
        match key.strip_prefix(RELATIONS) {
            Some(relation_type) => Self::Relation { types: vec![relation_type.to_owned()], targets: values },
            None => Self::In { key: key.to_owned(), values },
        }
    }

    /// The key has some value; keys below `relations.` are about relations.
    #[must_use]
    pub fn key_exists(key: &str) -> Self {
        match key.strip_prefix(RELATIONS) {
            Some(relation_type) => {
                Self::Relation { types: vec![relation_type.to_owned()], targets: Vec::new() }
            }
            None if key == "relations" => Self::Relation { types: Vec::new(), targets: Vec::new() },
            None => Self::Exists(key.to_owned()),
        }
    }
}
