//! Problems of the catalog, in the words of the people who can mend them.

use serde::{Deserialize, Serialize};

/// What kind of problem it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ProblemCode {
    /// The file is not YAML.
    Syntax,
    /// The document is not an entity.
    Envelope,
    /// A field has a value that is not allowed.
    Field,
    /// The kind, or its version, is not known.
    Kind,
    /// `spec` is not what the kind asks for.
    Spec,
    /// A reference cannot be read.
    Reference,
    /// The location may not bring this kind.
    Rule,
    /// `$text`, `$json` or `$yaml` cannot be filled.
    Placeholder,
    /// The file cannot be read.
    File,
    /// A location cannot be read.
    Location,
    /// Two files claim one entity.
    Duplicate,
    /// A relation leads to an entity that does not exist.
    DanglingRelation,
    /// No file describes the entity any more.
    Orphan,
    /// A template that is no good to run.
    Template,
}

impl ProblemCode {
    /// Every code, in the order of their seriousness for a reader.
    pub const ALL: [Self; 14] = [
        Self::Syntax,
        Self::Envelope,
        Self::Field,
        Self::Kind,
        Self::Spec,
        Self::Reference,
        Self::Rule,
        Self::Placeholder,
        Self::File,
        Self::Location,
        Self::Duplicate,
        Self::DanglingRelation,
        Self::Orphan,
        Self::Template,
    ];

    /// The name in addresses and JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Syntax => "syntax",
            Self::Envelope => "envelope",
            Self::Field => "field",
            Self::Kind => "kind",
            Self::Spec => "spec",
            Self::Reference => "reference",
            Self::Rule => "rule",
            Self::Placeholder => "placeholder",
            Self::File => "file",
            Self::Location => "location",
            Self::Duplicate => "duplicate",
            Self::DanglingRelation => "dangling-relation",
            Self::Orphan => "orphan",
            Self::Template => "template",
        }
    }

    /// The name for people.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Syntax => "Not valid YAML",
            Self::Envelope => "Not an entity",
            Self::Field => "Value not allowed",
            Self::Kind => "Unknown kind",
            Self::Spec => "Incomplete or wrong spec",
            Self::Reference => "Unreadable reference",
            Self::Rule => "Kind not allowed here",
            Self::Placeholder => "Placeholder not filled",
            Self::File => "Unreadable file",
            Self::Location => "Unreadable location",
            Self::Duplicate => "Described twice",
            Self::DanglingRelation => "Relation to nothing",
            Self::Orphan => "Orphan",
            Self::Template => "Template that can't run",
        }
    }
}

/// How much a problem matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// Something is missing from the catalog, or stale.
    Error,
    /// Everything is in the catalog, but something about it is doubtful.
    Warning,
}

impl Severity {
    /// The name in addresses and JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
        }
    }
}

/// A place in a file. Lines and columns count from 1.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Position {
    /// Path of the file.
    pub file: String,
    /// Line, from 1.
    pub line: u32,
    /// Column in characters, from 1.
    pub column: u32,
    /// The line itself, at most 200 characters of it.
    pub text: String,
}

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Problem {
    /// Where; problems of one file stand together. What has no place comes first.
    pub position: Option<Position>,
    /// What kind.
    pub code: ProblemCode,
    /// How much it matters.
    pub severity: Severity,
    /// The entity that it is about, as a canonical reference.
    pub entity_ref: Option<String>,
    /// What happened.
    pub message: String,
    /// What stands there.
    pub found: Option<String>,
    /// What may stand there.
    pub allowed: Option<String>,
    /// What to do next.
    pub help: Option<String>,
}
