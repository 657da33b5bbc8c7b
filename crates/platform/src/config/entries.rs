//! The configuration as a list, for people who ask where a value comes from.

use serde::Serialize;

use super::ConfigTree;
use super::masking::{is_secret, masked_scalar};
use super::node::{Data, Node};

/// One value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Entry {
    /// Dotted key, such as `catalog.locations[0].type`.
    pub key: String,
    /// JSON; a secret is `******`.
    pub value: String,
    /// `file:line`, or `env NAME`.
    pub source: String,
}

impl ConfigTree {
    /// Every value in the order of the files, secrets masked. What is hidden by `null` shows as `null`.
    pub fn entries(&self) -> Vec<Entry> {
        let mut entries = Vec::new();
        collect(&self.root, String::new(), &mut entries);
        entries
    }
}

fn collect(node: &Node, key: String, entries: &mut Vec<Entry>) {
    match &node.data {
        Data::Object(pairs) if !pairs.is_empty() || key.is_empty() => {
            for (name, node) in pairs {
                let key = if key.is_empty() { name.clone() } else { format!("{key}.{name}") };
                collect(node, key, entries);
            }
        }
        Data::List(list) if !list.is_empty() => {
            for (index, node) in list.iter().enumerate() {
                collect(node, format!("{key}[{index}]"), entries);
            }
        }
        _ => {
            let value = masked_scalar(node, is_secret(node, &key));
            entries.push(Entry { key, value, source: node.source.to_string() });
        }
    }
}
