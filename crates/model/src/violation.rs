//! What is wrong with a document, before anyone knows which file and line it came from.

use crate::ProblemCode;

/// One broken rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// JSON pointer (RFC 6901) to the value, or to where a missing one would have to be added.
    pub pointer: String,
    /// Which kind of rule.
    pub code: ProblemCode,
    /// What is wrong, for someone who edits YAML.
    pub message: String,
    /// What stands there.
    pub found: Option<String>,
    /// What may stand there.
    pub allowed: Option<String>,
}
