//! YAML with positions, as Backstage reads it: YAML 1.2 with the core schema (`yes` is text, `0x10` is 16), values as
//! JavaScript would print them in JSON (`1.0` is 1, `.nan` is null), merge keys off.
//!
//! Files come from outside, so size, depth and the growth of aliases are limited, and nothing here panics. This module
//! knows no entity and no configuration key.

mod build;
mod growth;
mod positions;
mod scalar;
#[cfg(test)]
mod tests;

use serde_json::Value;

use self::build::Stream;
pub use self::growth::Growth;
pub use self::positions::Positions;

/// Largest text in bytes.
pub const MAX_BYTES: usize = 16 * 1024 * 1024;
/// Deepest nesting of sequences and mappings; JSON readers give up at 128.
pub const MAX_DEPTH: usize = 100;
/// How much memory anchors and aliases may add to a text, all documents of it together, in bytes.
pub const MAX_GROWTH: usize = 16 * 1024 * 1024;

/// One document of a file.
#[derive(Clone, Debug, PartialEq)]
pub struct Document {
    /// What it says, keys in their order.
    pub value: Value,
    /// The line where its content begins, counted from 1.
    pub line: u32,
}

/// Why a document can't be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message} (line {line}, column {column})")]
pub struct YamlError {
    /// What is wrong, without the position.
    pub message: String,
    /// Counted from 1.
    pub line: u32,
    /// In characters, counted from 1.
    pub column: u32,
}

/// Reads all documents of `text`, in their order; empty ones are left out.
///
/// A document that breaks a rule (a key twice, too deep) is an error in its place, and the next one is read. After a
/// syntax error, or when anchors and aliases outgrow [`MAX_GROWTH`], nothing can be said about what follows: it is the
/// last element.
pub fn parse_documents(text: &str) -> Vec<Result<Document, YamlError>> {
    documents(text, &Growth::default()).collect()
}

/// As [`parse_documents`], one document after the other, where anchors and aliases take what they need from `growth`.
pub fn documents<'t>(
    text: &'t str,
    growth: &'t Growth,
) -> impl Iterator<Item = Result<Document, YamlError>> + use<'t> {
    Stream::new(text, growth, false).map(|document| document.result)
}

/// Reads the only document of `text`; an empty text is `null`, a second document an error.
pub fn parse_one(text: &str) -> Result<Value, YamlError> {
    let growth = Growth::default();
    let mut documents = documents(text, &growth);
    let first = documents.next().transpose()?;
    match documents.next().transpose()? {
        None => Ok(first.map_or(Value::Null, |document| document.value)),
        Some(second) => Err(YamlError {
            message: "only one document is allowed here, and this is the second".to_owned(),
            line: second.line,
            column: 1,
        }),
    }
}
