//! A value that can't be used, with everything that is needed to mend it, and without secrets.

use std::fmt;
use std::path::PathBuf;

use super::masking::{is_secret, is_secret_path, line_is_secret, shown};
use super::node::{Node, Source};

/// A place in a configuration file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigPosition {
    /// The file as it was named.
    pub file: PathBuf,
    /// Counted from 1.
    pub line: u32,
    /// In characters, counted from 1.
    pub column: u32,
    /// The line itself, at most 200 characters; empty where it may hold a secret.
    pub text: String,
}

/// Why the configuration can't be used.
///
/// `Display` writes one line with file, line and column, key, what was found and what is expected, and below it the
/// offending line with a mark.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigError {
    /// The dotted key, such as `catalog.locations[0].type`; empty for a file as a whole.
    pub key: String,
    /// Where it stands; `None` for a variable of the environment and for what is missing everywhere.
    pub position: Option<Box<ConfigPosition>>,
    /// The variable of the environment that says so, if it is not a file.
    pub variable: Option<String>,
    /// What was found; a secret is not shown.
    pub found: Option<String>,
    /// What is expected, or what is wrong.
    pub expected: String,
}

impl ConfigError {
    /// A value that breaks a rule.
    pub(super) fn about(node: Option<&Node>, key: &str, expected: String) -> Self {
        let found = node.map_or_else(|| "nothing".to_owned(), |node| shown(node, is_secret(node, key)));
        Self { found: Some(found), ..Self::at(node.map(|node| &node.source), key, expected) }
    }

    /// Something that is wrong at a place, without a value to show.
    pub(super) fn at(source: Option<&Source>, key: &str, expected: String) -> Self {
        let mut position = source.and_then(Source::position).map(Box::new);
        if let Some(position) = &mut position
            && (is_secret_path(key) || line_is_secret(&position.text))
        {
            position.text.clear();
        }
        let variable = match source {
            Some(Source::Environment(name)) => Some(name.to_string()),
            _ => None,
        };
        Self { key: key.to_owned(), position, variable, found: None, expected }
    }

    /// A file that can't be read or understood.
    pub(super) fn in_file(file: PathBuf, (line, column): (u32, u32), message: String) -> Self {
        // The line stays hidden: nobody knows which key it belongs to, so it may hold a secret.
        let position = Box::new(ConfigPosition { file, line, column, text: String::new() });
        Self { key: String::new(), position: Some(position), variable: None, found: None, expected: message }
    }

    /// A variable of the environment that can't be used.
    pub(super) fn in_variable(name: &str, message: String) -> Self {
        Self {
            key: String::new(),
            position: None,
            variable: Some(name.to_owned()),
            found: None,
            expected: message,
        }
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(ConfigPosition { file, line, column, .. }) = self.position.as_deref() {
            write!(f, "{}:{line}:{column}: ", file.display())?;
        }
        if let Some(variable) = &self.variable {
            write!(f, "environment variable {variable}: ")?;
        }
        if !self.key.is_empty() {
            write!(f, "{}: ", self.key)?;
        }
        match &self.found {
            Some(found) => write!(f, "found {found}, expected {}", self.expected)?,
            None => f.write_str(&self.expected)?,
        }
        if let Some(ConfigPosition { line, column, text, .. }) = self.position.as_deref()
            && !text.is_empty()
        {
            let before = usize::try_from(column.saturating_sub(1)).unwrap_or_default();
            // Tabs stay tabs, so that the mark stands below its place.
            let indent: String =
                text.chars().take(before).map(|c| if c == '\t' { '\t' } else { ' ' }).collect();
            write!(f, "\n {line:>4} | {text}\n      | {indent}^")?;
        }
        Ok(())
    }
}

impl std::error::Error for ConfigError {}
