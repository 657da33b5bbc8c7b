//! Values that a file takes from elsewhere: `${VAR}`, `$env`, `$file`, `$include`.

use std::path::{Path, PathBuf};

use serde_json::{Map, Value};

use super::ConfigError;
use super::load::{Environment, ReadFile, read_file};
use super::node::{Data, Node, Source};

/// Keys that stand for a value from elsewhere. Others with a `$` are values, such as the operators of a filter.
const INCLUDES: [&str; 3] = ["$env", "$file", "$include"];
/// How far files may include each other.
const MAX_INCLUDES: usize = 16;

/// The rules, applied to one file and to what it includes.
pub(super) struct Transform<'e> {
    environment: &'e Environment,
    /// Files and keys that are being included, to notice circles.
    including: Vec<(PathBuf, String)>,
    /// Where the value belongs in the merged configuration.
    key: String,
}

impl<'e> Transform<'e> {
    pub(super) fn new(environment: &'e Environment, file: &ReadFile) -> Self {
        Self { environment, including: vec![(canonical(&file.file.path), String::new())], key: String::new() }
    }

    /// The value at `pointer` of `file`; `None` if it is undefined.
    pub(super) fn apply(&mut self, file: &ReadFile, pointer: &str) -> Result<Option<Node>, ConfigError> {
        let Some(value) = file.value.pointer(pointer) else { return Ok(None) };
        let source = file.source(pointer);
        let data = match value {
            Value::String(text) => {
                return Ok(self.substitute(text).map(|(text, brought_in)| Node {
                    data: Data::Text(text),
                    source,
                    brought_in,
                }));
            }
            Value::Array(list) => {
                let mut nodes = Vec::new();
                for index in 0..list.len() {
                    nodes.extend(self.below(&format!("[{index}]"), |this| {
                        this.apply(file, &format!("{pointer}/{index}"))
                    })?);
                }
                Data::List(nodes)
            }
            Value::Object(map) => match map.keys().find(|key| INCLUDES.contains(&key.as_str())) {
                Some(include) => return self.include(file, map, include, &source),
                None => Data::Object(self.object(file, pointer, map)?),
            },
            other => return Ok(Some(Node::from_value(other.clone(), &source))),
        };
        Ok(Some(Node::new(data, source)))
    }

    fn object(
        &mut self,
        file: &ReadFile,
        pointer: &str,
        map: &Map<String, Value>,
    ) -> Result<Vec<(String, Node)>, ConfigError> {
        let mut pairs = Vec::new();
        for key in map.keys() {
            let escaped = key.replace('~', "~0").replace('/', "~1");
            let node = self.below(key, |this| this.apply(file, &format!("{pointer}/{escaped}")))?;
            pairs.extend(node.map(|node| (key.clone(), node)));
        }
        Ok(pairs)
    }

    /// `{ $env: NAME }`, `{ $file: path }`, `{ $include: path#dotted.key }`.
    fn include(
        &mut self,
        file: &ReadFile,
        map: &Map<String, Value>,
        kind: &str,
        source: &Source,
    ) -> Result<Option<Node>, ConfigError> {
        let refuse = |this: &Self, message: String| Err(ConfigError::at(Some(source), &this.key, message));
        if map.len() > 1 {
            return refuse(self, format!("{kind} has to be the only key of its object"));
        }
        let Some((argument, _)) =
            map.get(kind).and_then(Value::as_str).and_then(|text| self.substitute(text))
        else {
            return refuse(self, format!("{kind} needs a text that is not empty"));
        };
        match kind {
            "$env" => Ok(self.variable(&argument).map(|text| brought_in(text, source))),
            "$file" => {
                let path = file.folder().join(&argument);
                match std::fs::read_to_string(&path) {
                    Ok(text) => Ok(Some(brought_in(text.trim(), source))),
                    Err(error) => refuse(self, format!("the file {} can't be read: {error}", path.display())),
                }
            }
            "$include" => {
                let (path, key) = argument.split_once('#').unwrap_or((&argument, ""));
                self.include_file(&file.folder().join(path), key, source)
            }
            // Only these three get here, see `apply`.
            _ => Ok(None),
        }
    }

    fn include_file(&mut self, path: &Path, key: &str, source: &Source) -> Result<Option<Node>, ConfigError> {
        let refuse = |this: &Self, message: String| Err(ConfigError::at(Some(source), &this.key, message));
        let extension = path.extension().and_then(|extension| extension.to_str()).unwrap_or_default();
        if !["yaml", "yml", "json"].contains(&extension) {
            return refuse(self, format!("{} can't be included; .yaml, .yml and .json can", path.display()));
        }
        if !path.is_file() {
            return refuse(self, format!("the file {} is not there", path.display()));
        }
        let here = (canonical(path), key.to_owned());
        if self.including.contains(&here) || self.including.len() >= MAX_INCLUDES {
            return refuse(
                self,
                format!("{} includes itself, or too many files include each other", path.display()),
            );
        }
        let read = read_file(path)?;
        let mut pointer = String::new();
        for part in key.split('.').filter(|part| !part.is_empty()) {
            if !read.value.pointer(&pointer).is_some_and(Value::is_object) {
                return refuse(self, format!("{} has no key {key}", path.display()));
            }
            pointer = format!("{pointer}/{}", part.replace('~', "~0").replace('/', "~1"));
        }
        self.including.push(here);
        let included = self.apply(&read, &pointer);
        self.including.pop();
        included
    }

    /// Replaces `${VAR}` and `${VAR:-fallback}`, and takes a `$` from `$${…}`; says too whether a variable had a part in
    /// it. `None`: a variable is unset or empty.
    fn substitute(&self, text: &str) -> Option<(String, bool)> {
        let mut result = String::new();
        let mut brought_in = false;
        let mut rest = text;
        while let Some(start) = rest.find("${") {
            let inner = &rest[start + 2..];
            let Some(end) = inner.find(['{', '}']).filter(|end| inner[*end..].starts_with('}')) else {
                // Not a substitution: it goes on behind what looked like the beginning of one.
                result += &rest[..start + 2];
                rest = inner;
                continue;
            };
            if rest[..start].ends_with('$') {
                result += &rest[..start - 1];
                result += &rest[start..start + 3 + end];
            } else {
                let (name, fallback) = inner[..end].split_once(":-").unwrap_or((&inner[..end], ""));
                result += &rest[..start];
                let variable = self.variable(name.trim());
                brought_in |= variable.is_some();
                result += variable.or(Some(fallback.trim())).filter(|text| !text.is_empty())?;
            }
            rest = &inner[end + 1..];
        }
        Some((result + rest, brought_in))
    }

    fn variable(&self, name: &str) -> Option<&'e str> {
        self.environment.get(name).map(|text| text.trim()).filter(|text| !text.is_empty())
    }

    fn below<T>(&mut self, part: &str, work: impl FnOnce(&mut Self) -> T) -> T {
        let length = self.key.len();
        if !self.key.is_empty() && !part.starts_with('[') {
            self.key.push('.');
        }
        self.key += part;
        let result = work(self);
        self.key.truncate(length);
        result
    }
}

fn brought_in(text: &str, source: &Source) -> Node {
    Node { data: Data::Text(text.to_owned()), source: source.clone(), brought_in: true }
}

fn canonical(path: &Path) -> PathBuf {
    path.canonicalize().unwrap_or_else(|_| path.to_owned())
}
