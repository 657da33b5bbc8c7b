//! The actions of a portal, by id.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use serde_json::Value;

use super::known::{self, Known};
use super::{About, Action};
use crate::schema::Schema;

/// The actions that a portal can run.
#[derive(Clone, Default)]
pub struct Registry {
    actions: BTreeMap<String, Arc<Registered>>,
}

/// An action with its input schema, ready to judge.
pub struct Registered {
    /// What runs.
    pub action: Arc<dyn Action>,
    /// What its input has to be.
    pub input: Schema,
}

/// What an id stands for.
pub enum Found<'a> {
    /// An action that can be run.
    Runs(&'a Arc<Registered>),
    /// One that Backstage has and this portal can't run.
    Known(&'static Known),
    /// Nothing.
    Unknown {
        /// The id that is written most like it.
        nearest: Option<String>,
    },
}

/// Why actions can't be put together.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the action {id} can't be used: {why}")]
pub struct RegistryError {
    /// The action.
    pub id: String,
    /// What is wrong with it.
    pub why: String,
}

impl Registry {
    /// These actions.
    ///
    /// # Errors
    /// Two have one id, or a schema of one is none.
    pub fn new(actions: impl IntoIterator<Item = Arc<dyn Action>>) -> Result<Self, RegistryError> {
        let mut registry = Self::default();
        for action in actions {
            registry.add(action)?;
        }
        Ok(registry)
    }

    /// Adds an action.
    ///
    /// # Errors
    /// There is one of its id, or a schema of it is none.
    pub fn add(&mut self, action: Arc<dyn Action>) -> Result<(), RegistryError> {
        let About { id, input, output, .. } = action.about();
        let refused = |why| RegistryError { id: id.clone(), why };
        if self.actions.contains_key(id) {
            return Err(refused("there is one of this id already".to_owned()));
        }
        let input = Schema::new(input).map_err(refused)?;
        Schema::new(output).map_err(refused)?;
        self.actions.insert(id.clone(), Arc::new(Registered { action, input }));
        Ok(())
    }

    /// What an id stands for.
    #[must_use]
    pub fn find(&self, id: &str) -> Found<'_> {
        if let Some(registered) = self.actions.get(id) {
            return Found::Runs(registered);
        }
        match known::known(id) {
            Some(known) => Found::Known(known),
            None => {
                let ids = self.actions.keys().map(String::as_str).chain(known::all().map(|known| &*known.id));
                Found::Unknown { nearest: nearest(id, ids).map(str::to_owned) }
            }
        }
    }

    /// What the actions are that can be run, by id.
    pub fn all(&self) -> impl Iterator<Item = &About> {
        self.actions().map(Action::about)
    }

    /// The actions that can be run, by id.
    pub fn actions(&self) -> impl Iterator<Item = &dyn Action> {
        self.actions.values().map(|registered| &*registered.action)
    }
}

impl fmt::Debug for Registry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.actions.keys()).finish()
    }
}

impl Found<'_> {
    /// The schema of the output, if the action has one. Nothing for an id that stands for nothing.
    #[must_use]
    pub fn output(&self) -> Option<&Value> {
        match self {
            Self::Runs(registered) => Some(&registered.action.about().output),
            Self::Known(known) => known.output.as_ref(),
            Self::Unknown { .. } => None,
        }
    }
}

/// What is written most like a name, if anything is near enough to be meant.
pub(crate) fn nearest<'a>(name: &str, names: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    // Comparing takes the product of the lengths.
    if name.len() > 200 {
        return None;
    }
    let likeness =
        |other: &str| strsim::normalized_damerau_levenshtein(&name.to_lowercase(), &other.to_lowercase());
    let best = names.map(|other| (other, likeness(other))).max_by(|one, other| one.1.total_cmp(&other.1));
    best.filter(|(_, likeness)| *likeness >= 0.6).map(|(other, _)| other)
}
