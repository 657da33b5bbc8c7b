//! The whole product on one page: every capability brings its tables, its state and its addresses, and
//! this is where they are put together. To add one, add a line to each function.

use access::Access;
use catalog::Catalog;
use home::Home;
use platform::access::{Policy, PolicyConfig};
use platform::database::Database;
use platform::error::Error;
use platform::feed::Feed;
use platform::keyring::Keyring;
use scaffolder::Templates;
use scaffolder::action::Registry;
use sea_orm_migration::MigrationTrait;
use search::Search;
use utoipa_axum::router::OpenApiRouter;

use crate::config::Settings;

/// The capabilities of a running portal.
#[derive(Clone)]
pub(crate) struct Capabilities {
    /// The software catalog.
    pub(crate) catalog: Catalog,
    /// Sign-in and sessions.
    pub(crate) access: Access,
    /// Ranked text search over it.
    pub(crate) search: Search,
    /// What people keep.
    pub(crate) home: Home,
    /// Templates, and their forms.
    pub(crate) templates: Templates,
}

impl Capabilities {
    /// Starts each capability on this database, whose tables are up to date.
    pub(crate) async fn open(settings: &Settings, database: &Database) -> Result<Self, Error> {
        let policy = Policy::new(PolicyConfig { permission_enabled: settings.permission_enabled });
        let feed = Feed::new(database);
        let catalog = Catalog::open(&settings.catalog, database.clone(), feed.clone(), policy).await?;
        let access = Access::open(&settings.access.sign_in, database.clone(), catalog.clone(), policy)?;
        let search = Search::open(catalog.clone(), policy)?;
        let home = Home::open(settings.home(), database.clone(), catalog.clone(), policy);
        let keyring = Keyring::open(&settings.keys, &settings.database.config)?;
        let templates = Templates::open(catalog.clone(), policy, keyring, Registry::default());
        let log = database.clone();
        tokio::spawn(async move { feed.follow(|| catalog::store::newest_seq(&log)).await });
        Ok(Self { catalog, access, search, home, templates })
    }

    /// The REST addresses of each capability.
    pub(crate) fn api(&self) -> OpenApiRouter {
        OpenApiRouter::new()
            .merge(catalog::routes(self.catalog.clone()))
            .merge(access::routes(self.access.clone()))
            .merge(search::routes(self.search.clone()))
            .merge(home::routes(self.home.clone()))
    }

    /// Ends what each capability does in the background.
    pub(crate) fn stop(&self) {
        self.catalog.stop();
    }
}

/// The tables of each capability, in the order in which they are made.
pub(crate) fn migrations() -> Vec<Box<dyn MigrationTrait>> {
    [catalog::migrations(), access::migrations(), home::migrations()].into_iter().flatten().collect()
}
