//! Registering locations, looking at what they would bring, and cleaning up what they left.

mod care;
mod import;
mod overview;
mod register;
mod remove;

use std::time::Duration;

use integrations::Integrations;
use model::{Filter, LocationRef};
use platform::error::Error;
use platform::feed::Feed;

pub use self::care::Care;
pub use self::import::{Analysis, Found, ImportPage};
pub use self::overview::{LocationRow, LocationsPage, RowOrigin};
pub use self::register::Created;
use super::Catalog;
use crate::reading::{Rules, SourceKind};
use crate::remote::Signals;
use crate::view::{EntityId, View};

/// Where entities are read from, and how more of it is added.
pub(crate) struct Registry {
    pub(crate) integrations: Integrations,
    pub(crate) signals: Signals,
    pub(crate) feed: Feed,
    /// The rules for registered locations.
    pub(crate) rules: Rules,
    /// Locations of the configuration and the command line.
    pub(crate) configured: Vec<(LocationRef, SourceKind)>,
    /// `catalog.readonly`.
    pub(crate) is_readonly: bool,
    /// Whether `catalog.orphanStrategy` removes what no file describes.
    pub(crate) removes: bool,
    /// Pause between two looks at an address.
    pub(crate) interval: Option<Duration>,
}

impl Catalog {
    fn registry(&self) -> Result<&Registry, Error> {
        let missing = || Error::unavailable("This catalog only answers; it reads no files.");
        self.inner.registry.as_ref().ok_or_else(missing)
    }
}

impl Registry {
    fn check_writable(&self) -> Result<(), Error> {
        if self.is_readonly {
            return Err(Error::not_allowed(
                "Locations can be neither registered nor unregistered: catalog.readonly is set in app-config.yaml.",
            ));
        }
        Ok(())
    }
}

/// The entities that a registered location led to.
fn of_origin(view: &View, origin: &str) -> Vec<EntityId> {
    let key = format!("metadata.annotations.{}", model::annotation::MANAGED_BY_ORIGIN_LOCATION);
    let filter = Filter::In { key, values: vec![origin.to_lowercase()] };
    view.evaluate(&filter).iter().collect()
}
