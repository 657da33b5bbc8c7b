//! Which files there are, in which order they count, and the variables that count above them all.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::node::{Data, Node, Source, SourceFile};
use super::transform::Transform;
use super::{ConfigError, ConfigTree};
use crate::yaml::{self, Positions};

/// The environment, as the server read it.
pub type Environment = BTreeMap<String, String>;

/// Variables that set one value: `APP_CONFIG_backend_baseUrl`.
const PREFIX: &str = "APP_CONFIG_";

/// The files that count when none is named, of those that exist in `folder`, later ones above earlier ones:
/// `app-config.yaml`, `app-config.<env>.yaml`, `app-config.local.yaml`, `app-config.<env>.local.yaml`, where `<env>` is
/// each of the comma-separated names in `BACKSTAGE_ENV`.
pub fn default_files(folder: &Path, environment: &Environment) -> Vec<PathBuf> {
    let names = environment.get("BACKSTAGE_ENV").map(String::as_str).unwrap_or_default();
    let names: Vec<&str> = names.split(',').map(str::trim).filter(|name| !name.is_empty()).collect();
    let mut files = Vec::new();
    for suffix in ["", ".local"] {
        files.push(format!("app-config{suffix}.yaml"));
        files.extend(names.iter().map(|name| format!("app-config.{name}{suffix}.yaml")));
    }
    files.into_iter().map(|file| folder.join(file)).filter(|file| file.is_file()).collect()
}

impl ConfigTree {
    /// Reads `files` in their order, later ones above earlier ones, and on top the `APP_CONFIG_…` variables.
    pub fn load(files: &[PathBuf], environment: &Environment) -> Result<Self, ConfigError> {
        let mut root = Node::empty();
        for path in files {
            let read = read_file(path)?;
            if let Some(node) = Transform::new(environment, &read).apply(&read, "")? {
                match node.data {
                    Data::Object(_) => root.merge(node),
                    Data::Null => {}
                    _ => {
                        return Err(ConfigError::about(
                            Some(&node),
                            "",
                            "an object of keys and values".to_owned(),
                        ));
                    }
                }
            }
        }
        for (name, value) in environment {
            if let Some(path) = name.strip_prefix(PREFIX) {
                root.merge(from_variable(name, path, value)?);
            }
        }
        Ok(Self { root })
    }
}

/// A parsed file, with its places.
pub(super) struct ReadFile {
    pub(super) file: Arc<SourceFile>,
    pub(super) value: serde_json::Value,
    positions: Positions,
}

impl ReadFile {
    /// Where the value at a JSON pointer stands.
    pub(super) fn source(&self, pointer: &str) -> Source {
        let (line, column) = self.positions.of(pointer);
        Source::File { file: self.file.clone(), line, column }
    }

    /// The folder that paths in the file start from.
    pub(super) fn folder(&self) -> &Path {
        self.file.path.parent().unwrap_or_else(|| Path::new(""))
    }
}

/// Reads YAML, and JSON, which is YAML as well.
pub(super) fn read_file(path: &Path) -> Result<ReadFile, ConfigError> {
    let text = std::fs::read_to_string(path).map_err(|error| {
        ConfigError::in_file(path.to_owned(), (1, 1), format!("the file can't be read: {error}"))
    })?;
    let value = yaml::parse_one(&text)
        .map_err(|error| ConfigError::in_file(path.to_owned(), (error.line, error.column), error.message))?;
    let positions = Positions::new(&text, 0);
    Ok(ReadFile { file: Arc::new(SourceFile { path: path.to_owned(), text }), value, positions })
}

/// `APP_CONFIG_a_b=<json>` as an overlay; what is not JSON is text, as in Backstage.
fn from_variable(name: &str, path: &str, value: &str) -> Result<Node, ConfigError> {
    let value = match serde_json::from_str(value) {
        Ok(serde_json::Value::Null) => {
            return Err(ConfigError::in_variable(name, "null is not allowed here".to_owned()));
        }
        Ok(value) => value,
        Err(_) => value.into(),
    };
    let source = Source::Environment(name.into());
    let mut node = Node::from_value(value, &source);
    for key in path.rsplit('_') {
        if !key.starts_with(|c: char| c.is_ascii_alphabetic()) {
            let message = format!(
                "`{path}` is not a key: join the keys of a path with underscores, such as backend_baseUrl"
            );
            return Err(ConfigError::in_variable(name, message));
        }
        node = Node::new(Data::Object(vec![(key.to_owned(), node)]), source.clone());
    }
    Ok(node)
}
