//! Actions that Backstage has and this portal can't run: what they are, and nothing that pretends to run them.
//!
//! Templates that use them are read and checked all the same, and a dry run passes them over as it would in Backstage.
//! An action leaves this list when it is built.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;
use serde_json::Value;

/// An action that this portal knows and can't run.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Known {
    /// The id that steps name.
    pub id: String,
    /// What it is for.
    pub description: String,
    /// Why it will never run here, and what to use instead; without that it is not built yet.
    pub never: Option<String>,
    /// Whether Backstage does it in a dry run.
    pub dry_run: bool,
    /// JSON Schema of its input.
    pub input: Value,
    /// JSON Schema of its output, if it has one.
    pub output: Option<Value>,
}

impl Known {
    /// Why a template can't run it, as a sentence.
    #[must_use]
    pub fn refusal(&self) -> String {
        match &self.never {
            Some(why) => format!("{} can't be offered by this portal: {why}.", self.id),
            None => format!("This portal can't run {} yet.", self.id),
        }
    }
}

static KNOWN: LazyLock<BTreeMap<String, Known>> = LazyLock::new(|| {
    // A test reads the list, so that nothing is left out here.
    let known: Vec<Known> = serde_json::from_str(include_str!("known.json")).unwrap_or_default();
    known.into_iter().map(|known| (known.id.clone(), known)).collect()
});

/// The action of this id, if it is one that can't be run.
#[must_use]
pub fn known(id: &str) -> Option<&'static Known> {
    KNOWN.get(id)
}

/// All of them, by id.
pub fn all() -> impl Iterator<Item = &'static Known> {
    KNOWN.values()
}
