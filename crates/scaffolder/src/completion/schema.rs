//! What a schema says may stand at a place: that of templates, and those of the inputs of actions below it.

use std::sync::LazyLock;

use serde_json::Value;

use super::outline::Part;
use crate::schema_fields::kind;

/// The schema of templates, as those who write them need it.
pub(super) static TEMPLATE: LazyLock<Value> =
    LazyLock::new(|| serde_json::from_str(include_str!("template.json")).unwrap_or_default());

/// Most schemas that are looked at for one place: references may lead in a circle.
const MOST: usize = 1_000;

/// A schema within the document that its references are about.
#[derive(Clone, Copy, Debug)]
pub(super) struct Node<'a> {
    root: &'a Value,
    pub(super) schema: &'a Value,
}

impl<'a> Node<'a> {
    /// All of a document.
    pub(super) const fn root(schema: &'a Value) -> Self {
        Self { root: schema, schema }
    }

    /// Another schema of the same document.
    pub(super) const fn with(self, schema: &'a Value) -> Self {
        Self { root: self.root, schema }
    }

    /// The type of what fits it; that of what it refers to where it says none.
    pub(super) fn kind(self) -> String {
        let kinds = self.all().into_iter().map(|node| kind(node.schema));
        kinds.into_iter().find(|kind| kind != "any").unwrap_or_else(|| "any".to_owned())
    }

    /// All schemas that hold for the same value: this one, those that it refers to, and its alternatives.
    pub(super) fn all(self) -> Vec<Self> {
        let (mut found, mut next) = (Vec::new(), vec![self.schema]);
        while let Some(schema) = next.pop() {
            if found.len() == MOST || !schema.is_object() {
                continue;
            }
            found.push(Self { root: self.root, schema });
            let reference = schema["$ref"].as_str().and_then(|reference| reference.strip_prefix('#'));
            next.extend(reference.and_then(|pointer| self.root.pointer(pointer)));
            let ways = ["oneOf", "anyOf", "allOf"].iter().filter_map(|key| schema[*key].as_array());
            next.extend(ways.flatten().rev());
        }
        found
    }

    /// The schemas of one part of a value.
    fn below(self, part: &Part) -> Vec<Self> {
        let of = |node: &Self| match part {
            Part::Key(key) => {
                let property = node.schema["properties"].get(&**key);
                property.or_else(|| node.schema.get("additionalProperties"))
            }
            Part::Item(_) => node.schema.get("items"),
        };
        let part = |node: &Self| Some(Self { root: self.root, schema: of(node)? });
        self.all().iter().filter_map(part).collect()
    }

    /// The schemas of what lies below this one on a path.
    pub(super) fn at(self, path: &[Part]) -> Vec<Self> {
        path.iter().fold(vec![self], |nodes, part| {
            nodes.into_iter().flat_map(|node| node.below(part)).take(MOST).collect()
        })
    }
}
