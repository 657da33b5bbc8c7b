//! What is wrong with a template.

use crate::expression::Failures;
use model::{Severity, Violation};

/// One thing that is wrong with a template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// JSON pointer to it in the entity, or to where something missing would have to be added.
    pub pointer: String,
    /// Of which kind it is.
    pub code: Code,
    /// How much it matters.
    pub severity: Severity,
    /// What is wrong, for the author of the template.
    pub message: String,
    /// What to do, where that can be said.
    pub help: Option<String>,
}

/// Kinds of problems.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Code {
    /// A part has the wrong shape, or is missing.
    Shape,
    /// The form can't be what it says, or works otherwise than it seems to.
    Form,
    /// Two steps have one id.
    Duplicate,
    /// There is no such action.
    UnknownAction,
    /// There is such an action in Backstage, but this portal can't run it. A dry run passes it over.
    NotRunnable,
    /// The input of a step is not what its action takes.
    Input,
    /// An expression can't be read.
    Expression,
    /// An expression is about a step, a parameter or a name that there is not, or not there.
    Reference,
    /// A link of the output leads to a script.
    Link,
}

impl From<Violation> for Problem {
    fn from(violation: Violation) -> Self {
        let Violation { pointer, message, allowed, .. } = violation;
        let help = allowed.map(|allowed| format!("Expected: {allowed}."));
        Self { pointer, code: Code::Form, severity: Severity::Error, message: format!("{message}."), help }
    }
}

impl Problem {
    /// Something that has to be mended before the template runs.
    pub(crate) fn error(pointer: impl Into<String>, code: Code, message: impl Into<String>) -> Self {
        Self { pointer: pointer.into(), code, severity: Severity::Error, message: message.into(), help: None }
    }

    /// Something that is probably not meant.
    pub(crate) fn warning(pointer: impl Into<String>, code: Code, message: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, ..Self::error(pointer, code, message) }
    }

    /// Whether it keeps a template from being run where this becomes of expressions that fail.
    pub(crate) fn counts(&self, failures: Failures) -> bool {
        failures == Failures::Errors || self.code != Code::Expression
    }

    pub(crate) fn with_help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}
