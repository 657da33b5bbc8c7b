//! Configuration: the values of `app-config.yaml` and its overlays, each with the place that it comes from.
//!
//! The rules are those of Backstage: objects merge, lists and scalars replace, `null` hides, `${VAR}`, `$env`, `$file`
//! and `$include` bring in values. Nothing here knows a key, and nothing here reads the environment or prints: the
//! server passes the variables in.

mod duration;
mod entries;
mod error;
mod load;
mod masking;
mod node;
mod read;
#[cfg(test)]
mod tests;
mod transform;
mod unknown;

use serde::de::DeserializeOwned;
use serde_json::Value;

pub use self::duration::ConfigDuration;
pub use self::entries::Entry;
pub use self::error::{ConfigError, ConfigPosition};
pub use self::load::{Environment, default_files};
use self::node::Node;
pub use self::unknown::UnknownKey;

/// All values of the configuration, merged.
#[derive(Clone, Debug)]
pub struct ConfigTree {
    root: Node,
}

impl ConfigTree {
    /// Reads what stands at the dotted `path` ("" for everything) into `T`.
    ///
    /// What is not there reads as an empty object, so that a struct with defaults needs no file; an `Option` reads as
    /// `None`. Text is taken for a number or a boolean where one is expected, because `${PORT}` is always text.
    pub fn section<T: DeserializeOwned>(&self, path: &str) -> Result<T, ConfigError> {
        read::read(self.root.find(path), path)
    }

    /// The value at the dotted `path`, secrets included; `None` when there is none or it is hidden by `null`.
    pub fn get(&self, path: &str) -> Option<Value> {
        self.root.find(path).filter(|node| !node.is_null()).map(Node::to_value)
    }

    /// Where the value at the dotted `path` stands in a file; `None` when there is none or it is not from a file.
    pub fn position(&self, path: &str) -> Option<ConfigPosition> {
        self.root.find(path)?.source.position()
    }

    /// An error about the value at the dotted `path`, for a rule that its type alone can't express; `expected` says what
    /// is allowed there.
    pub fn error(&self, path: &str, expected: impl Into<String>) -> ConfigError {
        ConfigError::about(self.root.find(path), path, expected.into())
    }
}
