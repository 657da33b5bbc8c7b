//! Where a descriptor file is: on this machine, or behind an address.

use std::path::PathBuf;

use crate::reading;

/// The place of a descriptor file.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Place {
    /// On this machine.
    File(PathBuf),
    /// Behind an address.
    Url(String),
}

impl Place {
    /// The place that a file is remembered under; nothing for what is remembered and is no file.
    pub(super) fn of(location_ref: &str) -> Option<Self> {
        match reading::address_of(location_ref) {
            Some(address) => Some(Self::Url(address.to_owned())),
            None => location_ref.strip_prefix("file:").map(|path| Self::File(PathBuf::from(path))),
        }
    }

    /// The reference under which it is remembered.
    pub(super) fn location_ref(&self) -> String {
        match self {
            Self::File(path) => format!("file:{}", path.display()),
            Self::Url(address) => format!("url:{address}"),
        }
    }

    /// The path, if it is on this machine.
    pub(super) fn path(&self) -> Option<&PathBuf> {
        match self {
            Self::File(path) => Some(path),
            Self::Url(_) => None,
        }
    }
}
