//! What a person answered so far.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// Longest `formData` of a link, in bytes.
const MAX_PREFILL: usize = 64 * 1024;

/// The state of all steps of a form, to be kept as it is between two requests.
///
/// Values of fields that are hidden at the moment stay here, so that a choice can be taken back without typing again;
/// [`super::shown`] leaves them out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Answers {
    /// The values, without secrets.
    pub values: Map<String, Value>,
    /// Which alternative is chosen, by the name of its selector.
    pub choices: BTreeMap<String, usize>,
    /// Pointers of what was emptied on purpose: defaults do not come back there.
    pub cleared: BTreeSet<String>,
}

/// Why the `formData` of a link can't be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PrefillError {
    /// It is longer than 64 KiB.
    #[error("formData is longer than 64 KiB. Leave out what people can fill in themselves")]
    TooLong,
    /// It is no JSON object.
    #[error(r#"formData has to be a JSON object such as {{"name": "shop"}}: {0}"#)]
    NoObject(String),
}

impl Answers {
    /// Answers that a link brings along.
    ///
    /// # Errors
    /// The text is no JSON object, or longer than 64 KiB.
    pub fn prefilled(form_data: &str) -> Result<Self, PrefillError> {
        if form_data.len() > MAX_PREFILL {
            return Err(PrefillError::TooLong);
        }
        let values =
            serde_json::from_str(form_data).map_err(|error| PrefillError::NoObject(error.to_string()))?;
        Ok(Self { values, ..Self::default() })
    }
}

/// Secrets by name: what `Secret` fields take. They print as their names.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Secrets(BTreeMap<String, String>);

impl Secrets {
    /// Keeps a secret, in place of one with the same name.
    pub fn insert(&mut self, name: String, secret: String) {
        self.0.insert(name, secret);
    }

    /// The secret itself. Call it where it is used, not where it is passed on.
    #[must_use]
    pub fn expose(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// Whether there is one of this name.
    #[must_use]
    pub fn contains(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    /// Their names.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    /// All of them, where they are handed over.
    #[must_use]
    pub fn into_inner(self) -> BTreeMap<String, String> {
        self.0
    }
}

impl Extend<(String, String)> for Secrets {
    fn extend<I: IntoIterator<Item = (String, String)>>(&mut self, secrets: I) {
        self.0.extend(secrets);
    }
}

impl FromIterator<(String, String)> for Secrets {
    fn from_iter<I: IntoIterator<Item = (String, String)>>(secrets: I) -> Self {
        Self(secrets.into_iter().collect())
    }
}

impl fmt::Debug for Secrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}
