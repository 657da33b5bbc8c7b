//! What other capabilities look at while entities are read: a template that could not run is a problem of its file, and not
//! only of whoever clicks.

use std::fmt;
use std::sync::Arc;

use model::{Entity, ProblemCode, Severity};

/// A look at entities beside what the format of entities asks for. What it finds is told, and keeps nothing out.
pub trait EntityCheck: Send + Sync {
    /// A name and a number that changes whenever the check may find something else, so that files are read again.
    fn version(&self) -> String;

    /// What is wrong with an entity, as its file has it. Quick for those that it is not about: all are shown to it.
    fn check(&self, entity: &Entity) -> Vec<Finding>;
}

/// One thing that a check found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// JSON pointer to it in the entity.
    pub pointer: String,
    /// What kind of problem it is.
    pub code: ProblemCode,
    /// How much it matters.
    pub severity: Severity,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub help: Option<String>,
}

/// All checks. Cheap to clone.
#[derive(Clone, Default)]
pub struct Checks(Arc<[Arc<dyn EntityCheck>]>);

impl Checks {
    /// These checks.
    pub fn new(checks: Vec<Arc<dyn EntityCheck>>) -> Self {
        Self(checks.into())
    }

    /// What all of them find.
    pub(super) fn findings(&self, entity: &Entity) -> Vec<Finding> {
        self.0.iter().flat_map(|check| check.check(entity)).collect()
    }

    /// The versions of all of them, as text.
    pub(crate) fn identity(&self) -> String {
        self.0.iter().map(|check| check.version()).collect::<Vec<_>>().join(" ")
    }
}

impl fmt::Debug for Checks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Checks").field(&self.identity()).finish()
    }
}
