//! Templates as people choose and fill them in: the gallery, and the steps of a form up to what is told before it is sent.
//!
//! What is answered lies sealed in the page that is sent along and comes back with it, so that the portal keeps nothing of a
//! form that nobody finishes, each replica can answer, and neither secrets nor passwords are in the page to be read.

mod dry_run;
mod gallery;
mod kept;
mod suggestions;
mod upload;
mod wizard;

use std::sync::Arc;

use catalog::Catalog;
use model::EntityRef;
use platform::access::{Caller, Permission, Policy};
use platform::error::Error;
use platform::keyring::Keyring;
use serde_json::Value;
use tokio::sync::Semaphore;

pub use self::dry_run::{DryFile, DryRun, DryStep};
pub use self::gallery::Gallery;
use self::kept::Kept;
pub use self::suggestions::{Suggestion, Suggestions};
pub use self::upload::data_url;
pub use self::wizard::{Sent, Shown, StepHead, Trial, Wizard, WizardForm};
use crate::action::Registry;

/// Dry runs at a time.
const DRY_RUNS: usize = 2;

/// The templates of the catalog, as a service. Cloning is cheap.
#[derive(Clone)]
pub struct Templates {
    inner: Arc<Inner>,
}

struct Inner {
    catalog: Catalog,
    policy: Policy,
    keyring: Keyring,
    registry: Arc<Registry>,
    kept: Kept,
    dry_runs: Semaphore,
}

impl Templates {
    /// The templates of this catalog, for a portal that has these actions. `keyring` seals what is answered.
    #[must_use]
    pub fn open(catalog: Catalog, policy: Policy, keyring: Keyring, registry: Registry) -> Self {
        let (registry, kept) = (Arc::new(registry), Kept::default());
        let dry_runs = Semaphore::new(DRY_RUNS);
        Self { inner: Arc::new(Inner { catalog, policy, keyring, registry, kept, dry_runs }) }
    }

    /// The document of a template that the caller may see and fill in.
    async fn document(&self, caller: &Caller, entity_ref: &EntityRef) -> Result<Value, Error> {
        self.inner.policy.check(caller, Permission::ScaffolderTemplateParameterRead)?;
        let bytes = self.inner.catalog.entity_by_ref(caller, entity_ref, None).await?;
        serde_json::from_slice(&bytes).map_err(Error::internal)
    }
}
