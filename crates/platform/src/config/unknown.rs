//! Keys that nobody reads: most are misspelt.

use super::error::ConfigPosition;
use super::node::{Data, Node, Source};
use super::{ConfigError, ConfigTree};

/// A key that no pattern knows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownKey {
    /// The dotted key.
    pub key: String,
    /// Where it stands, if in a file.
    pub position: Option<Box<ConfigPosition>>,
    /// The known key that it resembles.
    pub similar: Option<String>,
    source: String,
}

impl std::fmt::Display for UnknownKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: unknown key {}", self.source, self.key)?;
        match &self.similar {
            Some(similar) => write!(f, "; did you mean {similar}?"),
            None => Ok(()),
        }
    }
}

impl ConfigTree {
    /// The topmost keys that no pattern knows. A pattern is a dotted key; it knows itself, what leads to it, and all that
    /// lies below it. `*` stands for any one key or any element of a list: `catalog.locations.*.target`.
    pub fn unknown_keys(&self, known: &[&str]) -> Vec<UnknownKey> {
        let patterns: Vec<Vec<&str>> = known.iter().map(|pattern| pattern.split('.').collect()).collect();
        let mut unknown = Vec::new();
        walk(&self.root, "", &patterns.iter().map(Vec::as_slice).collect::<Vec<_>>(), &mut unknown);
        unknown
    }
}

/// `patterns` are the rests of those that led here.
fn walk(node: &Node, key: &str, patterns: &[&[&str]], unknown: &mut Vec<UnknownKey>) {
    let mut visit = |name: &str, child_key: String, child: &Node| {
        let matching: Vec<&[&str]> = patterns
            .iter()
            .filter_map(|pattern| pattern.split_first())
            .filter(|(first, _)| **first == "*" || **first == name)
            .map(|(_, rest)| rest)
            .collect();
        if matching.is_empty() {
            let candidates = patterns.iter().filter_map(|pattern| pattern.first().copied());
            let similar = closest(name, candidates).map(str::to_owned);
            let position = ConfigError::at(Some(&child.source), &child_key, String::new()).position;
            let source = match &child.source {
                Source::File { file, line, column } => format!("{}:{line}:{column}", file.path.display()),
                other => other.to_string(),
            };
            unknown.push(UnknownKey { key: child_key, position, similar, source });
        } else if !matching.iter().any(|rest| rest.is_empty()) {
            walk(child, &child_key, &matching, unknown);
        }
    };
    match &node.data {
        Data::Object(pairs) => {
            for (name, child) in pairs {
                visit(name, if key.is_empty() { name.clone() } else { format!("{key}.{name}") }, child);
            }
        }
        Data::List(list) => {
            for (index, child) in list.iter().enumerate() {
                visit(&index.to_string(), format!("{key}[{index}]"), child);
            }
        }
        // A scalar where the patterns go deeper is a wrong value, and whoever reads it says so.
        _ => {}
    }
}

/// The candidate that needs the fewest edits, if they are few for its length.
fn closest<'c>(name: &str, candidates: impl Iterator<Item = &'c str>) -> Option<&'c str> {
    candidates
        .filter(|candidate| *candidate != "*")
        .map(|candidate| (edits(&name.to_lowercase(), &candidate.to_lowercase()), candidate))
        .filter(|(edits, candidate)| *edits <= candidate.len().div_ceil(3))
        .min()
        .map(|(_, candidate)| candidate)
}

/// Levenshtein distance.
fn edits(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, from) in a.chars().enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], i + 1);
        for (j, to) in b.iter().enumerate() {
            let cost = diagonal + usize::from(from != *to);
            diagonal = row[j + 1];
            row[j + 1] = cost.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row[b.len()]
}
