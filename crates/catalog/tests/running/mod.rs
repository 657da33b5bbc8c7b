//! A catalog of one folder, for tests that ask it like any caller.

use std::path::Path;
use std::time::Duration;

use catalog::{Catalog, Config, Settings};
use platform::Database;
use platform::access::Policy;
use platform::feed::Feed;
use testkit::eventually;

/// Far longer than a change takes to be seen on a loaded machine.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);

/// Opens the catalog and waits until it has read everything once.
pub(crate) async fn start(database: &Database, folder: &Path) -> Catalog {
    database.migrate(catalog::migrations()).await.expect("tables");
    let settings = Settings {
        network: integrations::Config::default(),
        checks: Default::default(),
        config: Config::default(),
        paths: vec![folder.to_owned()],
        base: folder.to_owned(),
        interval: None,
    };
    let feed = Feed::new(database);
    let catalog =
        Catalog::open(&settings, database.clone(), feed, Policy::default()).await.expect("a catalog");
    eventually("the first pass", PATIENCE, || async { catalog.is_ready().then_some(()) }).await;
    catalog
}
