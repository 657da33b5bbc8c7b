//! Which values are secrets, and how they are shown: not at all.
//!
//! A value is one by the name of its key, by what it looks like, or by where it comes from: what the environment or a
//! file beside has to bring in is not meant to be read, unless its key is known to be harmless. The names are habits of
//! configurations in general; no key has a meaning here.

mod names;
mod texts;

pub(super) use self::names::is_secret_path;
use self::names::{is_harmless, is_secret_name};
use self::texts::{is_secret_text, with_masks};
use super::node::{Data, Node};
use crate::secret::MASK;

/// Whether a value may not be shown.
pub(super) fn is_secret(node: &Node, key: &str) -> bool {
    is_secret_path(key) || (node.is_brought_in() && !is_harmless(key))
}

/// Whether a line of a file may hold a secret of any key.
pub(super) fn line_is_secret(line: &str) -> bool {
    let words = line.split(|c: char| !(c.is_alphanumeric() || c == '-' || c == '_'));
    words.into_iter().any(is_secret_name) || is_secret_text(line) || with_masks(line) != line
}

/// A value as errors and `config print` show it: JSON in one line, at most 80 characters of it.
pub(super) fn shown(node: &Node, is_secret: bool) -> String {
    match &node.data {
        Data::Null => "nothing".to_owned(),
        Data::List(list) => format!("a list of {}", list.len()),
        Data::Object(_) => "an object".to_owned(),
        _ => {
            let text = masked_scalar(node, is_secret);
            if text.chars().count() <= 80 { text } else { text.chars().take(79).chain(['…']).collect() }
        }
    }
}

/// A scalar as JSON, or the mask.
pub(super) fn masked_scalar(node: &Node, is_secret: bool) -> String {
    match &node.data {
        Data::Text(text) if is_secret || is_secret_text(text) => MASK.to_owned(),
        Data::Number(_) if is_secret => MASK.to_owned(),
        Data::Text(text) => serde_json::Value::from(with_masks(text)).to_string(),
        _ => node.to_value().to_string(),
    }
}
