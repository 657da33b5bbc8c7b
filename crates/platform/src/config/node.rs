//! A value with its origin, and how two of them merge.

use std::path::PathBuf;
use std::sync::Arc;

use serde_json::{Map, Number, Value};

use super::error::ConfigPosition;

/// A file that was read.
#[derive(Debug)]
pub(super) struct SourceFile {
    /// As it was named, relative or not.
    pub(super) path: PathBuf,
    pub(super) text: String,
}

/// Where a value comes from.
#[derive(Clone, Debug)]
pub(super) enum Source {
    /// A place in a file; line and column from 1.
    File { file: Arc<SourceFile>, line: u32, column: u32 },
    /// A variable of the environment.
    Environment(Arc<str>),
    /// Nobody said anything.
    Nowhere,
}

impl Source {
    pub(super) fn position(&self) -> Option<ConfigPosition> {
        let Self::File { file, line, column } = self else { return None };
        let index = usize::try_from(*line).unwrap_or(usize::MAX).saturating_sub(1);
        let text = file.text.lines().nth(index).unwrap_or_default().chars().take(200).collect();
        Some(ConfigPosition { file: file.path.clone(), line: *line, column: *column, text })
    }
}

impl std::fmt::Display for Source {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::File { file, line, .. } => write!(f, "{}:{line}", file.path.display()),
            Self::Environment(name) => write!(f, "env {name}"),
            Self::Nowhere => f.write_str("default"),
        }
    }
}

/// A value of the configuration.
#[derive(Clone, Debug)]
pub(super) struct Node {
    pub(super) data: Data,
    pub(super) source: Source,
    /// Whether a variable or a file beside had a part in it (`${VAR}`, `$env`, `$file`); the source is where that was said.
    pub(super) brought_in: bool,
}

#[derive(Clone, Debug)]
pub(super) enum Data {
    Null,
    Bool(bool),
    Number(Number),
    Text(String),
    List(Vec<Node>),
    /// In the order of the files; keys are unique.
    Object(Vec<(String, Node)>),
}

impl Node {
    /// A value that stands at its source as it is.
    pub(super) const fn new(data: Data, source: Source) -> Self {
        Self { data, source, brought_in: false }
    }

    pub(super) fn empty() -> Self {
        Self::new(Data::Object(Vec::new()), Source::Nowhere)
    }

    /// A value that has one source as a whole.
    pub(super) fn from_value(value: Value, source: &Source) -> Self {
        let data = match value {
            Value::Null => Data::Null,
            Value::Bool(value) => Data::Bool(value),
            Value::Number(value) => Data::Number(value),
            Value::String(text) => Data::Text(text),
            Value::Array(list) => {
                Data::List(list.into_iter().map(|value| Self::from_value(value, source)).collect())
            }
            Value::Object(map) => Data::Object(
                map.into_iter().map(|(key, value)| (key, Self::from_value(value, source))).collect(),
            ),
        };
        Self::new(data, source.clone())
    }

    /// Whether the value itself stands in no configuration file.
    pub(super) const fn is_brought_in(&self) -> bool {
        self.brought_in || matches!(self.source, Source::Environment(_))
    }

    /// The value alone; keys that are hidden by `null` are left out.
    pub(super) fn to_value(&self) -> Value {
        match &self.data {
            Data::Null => Value::Null,
            Data::Bool(value) => Value::Bool(*value),
            Data::Number(value) => Value::Number(value.clone()),
            Data::Text(text) => Value::String(text.clone()),
            Data::List(list) => list.iter().map(Self::to_value).collect(),
            Data::Object(pairs) => {
                let shown = pairs.iter().filter(|(_, node)| !node.is_null());
                Value::Object(shown.map(|(key, node)| (key.clone(), node.to_value())).collect::<Map<_, _>>())
            }
        }
    }

    pub(super) const fn is_null(&self) -> bool {
        matches!(self.data, Data::Null)
    }

    /// The node at a dotted path; `.0` and `[0]` select from a list.
    pub(super) fn find(&self, path: &str) -> Option<&Self> {
        let parts =
            path.split(['.', '[']).map(|part| part.trim_end_matches(']')).filter(|part| !part.is_empty());
        parts.into_iter().try_fold(self, |node, part| match &node.data {
            Data::Object(pairs) => pairs.iter().find(|(key, _)| *key == part).map(|(_, node)| node),
            Data::List(list) => list.get(part.parse::<usize>().ok()?),
            _ => None,
        })
    }

    /// Lays `over` on top: objects merge key by key, everything else is replaced.
    pub(super) fn merge(&mut self, over: Self) {
        match (&mut self.data, over) {
            (Data::Object(below), Self { data: Data::Object(above), source, .. }) => {
                for (key, node) in above {
                    match below.iter_mut().find(|(known, _)| *known == key) {
                        Some((_, known)) => known.merge(node),
                        None => below.push((key, node)),
                    }
                }
                self.source = source;
            }
            (_, over) => *self = over,
        }
    }
}
