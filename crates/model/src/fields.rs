//! The `fields` parameter: which parts of an entity to keep.

use serde_json::{Map, Value};

/// Most paths in one selection.
const MAX_PATHS: usize = 100;

/// A selection of dotted paths.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fields(Vec<String>);

/// Why a text is not a selection.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FieldsError {
    /// Paths into lists are not supported.
    #[error("fields cannot select inside lists: {0:?} contains [")]
    Bracket(String),
    /// A path is empty.
    #[error("fields contains an empty path")]
    Empty,
    /// There are too many.
    #[error("fields names {0} paths, 100 are allowed")]
    TooMany(usize),
}

impl Fields {
    /// Reads a selection.
    ///
    /// # Errors
    /// A path is empty or points into a list, or there are too many.
    pub fn parse<S: AsRef<str>>(paths: &[S]) -> Result<Self, FieldsError> {
        if paths.len() > MAX_PATHS {
            return Err(FieldsError::TooMany(paths.len()));
        }
        paths
            .iter()
            .map(|path| match path.as_ref() {
                "" => Err(FieldsError::Empty),
                path if path.contains('[') => Err(FieldsError::Bracket(path.to_owned())),
                path => Ok(path.to_owned()),
            })
            .collect::<Result<_, _>>()
            .map(Self)
    }

    /// The selected parts of a document, in the order of the selection.
    #[must_use]
    pub fn select(&self, document: &Value) -> Value {
        let mut selected = Value::Object(Map::new());
        for path in &self.0 {
            copy(document, path, &mut selected);
        }
        selected
    }
}

/// Copies what stands under `path`. Keys may contain dots themselves, so each split is tried, the shortest key first.
fn copy(from: &Value, path: &str, to: &mut Value) -> bool {
    let (Value::Object(from), Value::Object(to)) = (from, to) else { return false };
    if let Some(value) = from.get(path) {
        to.insert(path.to_owned(), value.clone());
        return true;
    }
    for (dot, _) in path.match_indices('.') {
        let (key, rest) = (&path[..dot], &path[dot + 1..]);
        let Some(inner @ Value::Object(_)) = from.get(key) else { continue };
        let mut slot = to.get(key).cloned().unwrap_or_else(|| Value::Object(Map::new()));
        if copy(inner, rest, &mut slot) {
            to.insert(key.to_owned(), slot);
            return true;
        }
    }
    false
}
