//! The whole product on one page: every capability brings its tables, its state and its addresses, and
//! this is where they are put together. To add one, add a line to each function.

use std::sync::Arc;

use access::Access;
use catalog::Catalog;
use catalog::reading::Checks;
use home::Home;
use integrations::Integrations;
use platform::access::{Policy, PolicyConfig};
use platform::database::Database;
use platform::error::Error;
use platform::feed::Feed;
use scaffolder::TemplateCheck;
use scaffolder::action::Registry;
use scaffolder::actions::{NoCatalog, Reach};
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
}

impl Capabilities {
    /// Starts each capability on this database, whose tables are up to date.
    pub(crate) async fn open(settings: &Settings, database: &Database) -> Result<Self, Error> {
        let policy = Policy::new(PolicyConfig { permission_enabled: settings.permission_enabled });
        let feed = Feed::new(database);
        let read =
            catalog::Settings { checks: checks(&settings.catalog.network)?, ..settings.catalog.clone() };
        let catalog = Catalog::open(&read, database.clone(), feed.clone(), policy).await?;
        let access = Access::open(&settings.access.sign_in, database.clone(), catalog.clone(), policy)?;
        let search = Search::open(catalog.clone(), policy)?;
        let home = Home::open(settings.home(), database.clone(), catalog.clone(), policy);
        let log = database.clone();
        tokio::spawn(async move { feed.follow(|| catalog::store::newest_seq(&log)).await });
        Ok(Self { catalog, access, search, home })
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

/// What capabilities look at in the entities that are read.
pub(crate) fn checks(network: &integrations::Config) -> Result<Checks, Error> {
    Ok(Checks::new(vec![Arc::new(TemplateCheck::new(actions(&reach(network)?)?))]))
}

/// What steps of templates may read.
pub(crate) fn reach(network: &integrations::Config) -> Result<Arc<Reach>, Error> {
    let integrations = Integrations::new(network).map_err(Error::internal)?;
    Ok(Arc::new(Reach::new(integrations, Vec::new())))
}

/// The actions that steps of templates can run beside no portal.
pub(crate) fn actions(reach: &Arc<Reach>) -> Result<Registry, Error> {
    let catalog: Arc<dyn scaffolder::actions::Catalog> = Arc::new(NoCatalog);
    Registry::new(scaffolder::actions::all(reach, &catalog)).map_err(Error::internal)
}

/// The tables of each capability, in the order in which they are made.
pub(crate) fn migrations() -> Vec<Box<dyn MigrationTrait>> {
    [catalog::migrations(), access::migrations(), home::migrations()].into_iter().flatten().collect()
}
