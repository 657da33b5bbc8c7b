//! References between entities: `[kind:][namespace/]name`, canonical in lower case.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::entity::DEFAULT_NAMESPACE;

/// The canonical name of an entity: `kind:namespace/name`, all lower case.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct EntityRef {
    text: String,
    /// Where the namespace begins in `text`.
    namespace: usize,
    /// Where the name begins in `text`.
    name: usize,
}

/// Why a text is not a reference.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RefError {
    /// A part is there but empty, or the whole text is.
    #[error("{0:?} is not an entity reference: expected [kind:][namespace/]name without empty parts")]
    Malformed(String),
    /// There is no kind, and none to assume.
    #[error("{0:?} names no kind: expected kind:[namespace/]name, for example component:{0}")]
    NoKind(String),
}

impl EntityRef {
    /// The reference with these parts, in any case.
    #[must_use]
    pub fn new(kind: &str, namespace: &str, name: &str) -> Self {
        let mut text = String::with_capacity(kind.len() + namespace.len() + name.len() + 2);
        push_lower(&mut text, kind);
        text.push(':');
        let namespace_start = text.len();
        push_lower(&mut text, namespace);
        text.push('/');
        let name_start = text.len();
        push_lower(&mut text, name);
        Self { text, namespace: namespace_start, name: name_start }
    }

    /// Reads a reference that names its kind; without a namespace it is `default`.
    ///
    /// # Errors
    /// The text is not a reference, or names no kind.
    pub fn parse(text: &str) -> Result<Self, RefError> {
        Self::parse_with(text, None, DEFAULT_NAMESPACE)
    }

    /// Reads a reference with defaults for what it leaves out.
    ///
    /// # Errors
    /// The text is not a reference, or names no kind while there is no default.
    pub fn parse_with(
        text: &str,
        default_kind: Option<&str>,
        default_namespace: &str,
    ) -> Result<Self, RefError> {
        let malformed = || RefError::Malformed(text.to_owned());
        let slash = text.find('/');
        // The colon separates a kind only before the first slash: names may hold colons after it.
        let colon = text.find(':').filter(|colon| slash.is_none_or(|slash| *colon < slash));
        let (kind, rest) = match colon {
            Some(colon) => (Some(&text[..colon]), &text[colon + 1..]),
            None => (None, text),
        };
        let (namespace, name) = match rest.split_once('/') {
            Some((namespace, name)) => (namespace, name),
            None => (default_namespace, rest),
        };
        if kind == Some("") || namespace.is_empty() || name.is_empty() {
            return Err(malformed());
        }
        let kind = kind.or(default_kind).ok_or_else(|| RefError::NoKind(text.to_owned()))?;
        Ok(Self::new(kind, namespace, name))
    }

    /// The canonical text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The kind in lower case.
    #[must_use]
    pub fn kind(&self) -> &str {
        &self.text[..self.namespace - 1]
    }

    /// The namespace in lower case.
    #[must_use]
    pub fn namespace(&self) -> &str {
        &self.text[self.namespace..self.name - 1]
    }

    /// The name in lower case.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.text[self.name..]
    }
}

fn push_lower(out: &mut String, text: &str) {
    if text.is_ascii() {
        out.extend(text.bytes().map(|byte| char::from(byte.to_ascii_lowercase())));
    } else {
        out.push_str(&text.to_lowercase());
    }
}

impl fmt::Display for EntityRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl FromStr for EntityRef {
    type Err = RefError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

impl Serialize for EntityRef {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text)
    }
}

impl<'de> Deserialize<'de> for EntityRef {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).map_err(serde::de::Error::custom)
    }
}
