//! Locations: where descriptor files are, as `type:target`.

use std::fmt::{self, Write as _};
use std::str::FromStr;

use serde_json::json;
use sha1::{Digest, Sha1};

use crate::{Entity, annotation};

/// A location, such as `file:/srv/repo/catalog-info.yaml`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct LocationRef {
    /// `file` or `url`.
    pub kind: String,
    /// A path or a URL.
    pub target: String,
}

/// Why a text is not a location reference.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LocationRefError {
    /// There is no colon, or one side of it is empty.
    #[error(
        "{0:?} is not a location: expected type:target, for example url:https://example.com/catalog-info.yaml"
    )]
    Malformed(String),
    /// The colon is the one of a URL.
    #[error("{0:?} is a URL without a type: expected url:{0}")]
    BareUrl(String),
    /// The target would run a script.
    #[error("{0:?} points to a script, which is not allowed")]
    Script(String),
}

impl FromStr for LocationRef {
    type Err = LocationRefError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let malformed = || LocationRefError::Malformed(text.to_owned());
        let (kind, target) = text.split_once(':').ok_or_else(malformed)?;
        let (kind, target) = (kind.trim(), target.trim());
        if kind.is_empty() || target.is_empty() {
            return Err(malformed());
        }
        if kind == "http" || kind == "https" {
            return Err(LocationRefError::BareUrl(text.to_owned()));
        }
        if is_script(target) {
            return Err(LocationRefError::Script(text.to_owned()));
        }
        Ok(Self { kind: kind.to_owned(), target: target.to_owned() })
    }
}

/// Whether a browser that follows this address would run a script.
pub(crate) fn is_script(target: &str) -> bool {
    // Browsers ignore control characters and blanks inside the scheme.
    let scheme = target.chars().filter(|c| !c.is_control() && !c.is_whitespace()).take(11);
    scheme.collect::<String>().eq_ignore_ascii_case("javascript:")
}

impl fmt::Display for LocationRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.kind, self.target)
    }
}

/// The name of the Location entity that stands for a registered location: `generated-<SHA-1 of "type:target">`.
#[must_use]
pub fn generated_location_name(location: &LocationRef) -> String {
    let mut name = String::from("generated-");
    for byte in Sha1::digest(location.to_string()) {
        // Writing to a String cannot fail.
        let _written = write!(name, "{byte:02x}");
    }
    name
}

/// The Location entity that stands for a registered location.
#[must_use]
pub fn location_entity(location: &LocationRef) -> Entity {
    let document = json!({
        "apiVersion": "backstage.io/v1alpha1",
        "kind": "Location",
        "metadata": {
            "namespace": "default",
            "annotations": {
                annotation::MANAGED_BY_LOCATION: location.to_string(),
                annotation::MANAGED_BY_ORIGIN_LOCATION: location.to_string(),
            },
            "name": generated_location_name(location),
        },
        "spec": { "type": location.kind, "target": location.target },
    });
    Entity::from_value(document).unwrap_or_default()
}
