//! The whole product on one page: every capability brings its tables, its state and its addresses, and
//! this is where they are put together. To add one, add a line to each function.

use std::path::PathBuf;
use std::sync::Arc;

use access::Access;
use catalog::Catalog;
use catalog::reading::Checks;
use home::Home;
use integrations::Integrations;
use notifications::Notifications;
use platform::access::{Policy, PolicyConfig};
use platform::database::Database;
use platform::error::Error;
use platform::feed::Feed;
use platform::keyring::Keyring;
use platform::notify::{NoNotifier, Notifier};
use scaffolder::action::{Action, Registry};
use scaffolder::actions::{NoCatalog, Reach};
use scaffolder::{Parts, Scaffolder, TemplateCheck};
use sea_orm_migration::MigrationTrait;
use search::Search;
use utoipa_axum::router::OpenApiRouter;

use crate::config::Settings;
use crate::failure::Failure;

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
    /// What people are told.
    pub(crate) notifications: Notifications,
    /// Templates, their forms and their runs.
    pub(crate) scaffolder: Scaffolder,
}

impl Capabilities {
    /// Starts each capability on this database, whose tables are up to date.
    pub(crate) async fn open(
        settings: &Settings,
        database: &Database,
        own: &[Arc<dyn Action>],
    ) -> Result<Self, Error> {
        let policy = Policy::new(PolicyConfig { permission_enabled: settings.permission_enabled });
        let feed = Feed::new(database);
        let reach = reach(&settings.catalog.network)?;
        let read =
            catalog::Settings { checks: checks(&settings.catalog.network, own)?, ..settings.catalog.clone() };
        let catalog = Catalog::open(&read, database.clone(), feed.clone(), policy).await?;
        let access = Access::open(&settings.access.sign_in, database.clone(), catalog.clone(), policy)?;
        let search = Search::open(catalog.clone(), policy)?;
        let home = Home::open(settings.home(), database.clone(), catalog.clone(), policy);
        let notifications = Notifications::open(
            settings.notifications,
            database.clone(),
            feed.clone(),
            catalog.clone(),
            policy,
        );
        let notifier: Arc<dyn Notifier> = Arc::new(notifications.clone());
        let keyring = Keyring::open(&settings.keys, &settings.database.config)?;
        let parts = Parts {
            database: database.clone(),
            feed: feed.clone(),
            catalog: catalog.clone(),
            policy,
            registry: registry(
                &reach,
                catalog.clone(),
                &notifier,
                &keyring,
                &settings.scaffolder.base_url,
                own,
            )?,
            keyring,
            reach,
            notifier,
        };
        let scaffolder = Scaffolder::open(settings.scaffolder.clone(), parts);
        let log = database.clone();
        tokio::spawn(async move { feed.follow(|| catalog::store::newest_seq(&log)).await });
        Ok(Self { catalog, access, search, home, notifications, scaffolder })
    }

    /// The REST addresses of each capability.
    pub(crate) fn api(&self) -> OpenApiRouter {
        OpenApiRouter::new()
            .merge(catalog::routes(self.catalog.clone()))
            .merge(access::routes(self.access.clone()))
            .merge(search::routes(self.search.clone()))
            .merge(home::routes(self.home.clone()))
            .merge(notifications::routes(self.notifications.clone()))
            .merge(scaffolder::routes(self.scaffolder.clone()))
    }

    /// Ends what each capability does in the background.
    pub(crate) fn stop(&self) {
        self.catalog.stop();
        self.notifications.stop();
        self.scaffolder.stop();
    }

    /// Stops, if nobody did so yet, and waits until what has to be written down is. The database may be closed then.
    pub(crate) async fn stopped(&self) {
        // A server without connections may end before it was said to the capabilities.
        self.stop();
        self.scaffolder.stopped().await;
    }
}

/// What capabilities look at in the entities that are read.
pub(crate) fn checks(network: &integrations::Config, own: &[Arc<dyn Action>]) -> Result<Checks, Error> {
    Ok(Checks::new(vec![Arc::new(TemplateCheck::new(actions(&reach(network)?, own)?))]))
}

/// What steps of templates may read.
pub(crate) fn reach(network: &integrations::Config) -> Result<Arc<Reach>, Error> {
    let integrations = Integrations::new(network).map_err(Error::internal)?;
    Ok(Arc::new(Reach::new(integrations, Vec::new())))
}

/// The actions that documents of this portal's own declare. What is wrong with one stops the start, as a wrong value of the
/// configuration does: templates that use it would fail later, one by one.
pub(crate) fn own_actions(settings: &Settings) -> Result<Vec<Arc<dyn Action>>, Failure> {
    let unusable = |why: &dyn std::fmt::Display| {
        Failure::could_not_run("An action of portico.scaffolder.actions.documents can't be used.")
            .because(why)
            .next("Correct the document, or take it out of the configuration.")
    };
    let reach = reach(&settings.catalog.network).map_err(|error| unusable(&error))?;
    let actions = &settings.scaffolder.actions;
    let own = scaffolder::actions::custom(&actions.documents, &actions.secrets, &reach)
        .map_err(|error| unusable(&error))?;
    match self::actions(&reach, &own) {
        Ok(_) => Ok(own),
        Err(error) => Err(match error.cause() {
            Some(cause) => unusable(cause),
            None => unusable(&error),
        }),
    }
}

/// The actions that documents declare, for commands that run none of them.
pub(crate) fn declared_actions(documents: &[PathBuf]) -> Result<Vec<Arc<dyn Action>>, Failure> {
    let unusable = |why: &dyn std::fmt::Display| {
        Failure::could_not_run("An action of --actions can't be used.")
            .because(why)
            .next("Correct the document.")
    };
    let reach = reach(&integrations::Config::default()).map_err(|error| unusable(&error))?;
    scaffolder::actions::declared(documents, &reach).map_err(|error| unusable(&error))
}

/// The actions that steps of templates can run beside no portal.
pub(crate) fn actions(reach: &Arc<Reach>, own: &[Arc<dyn Action>]) -> Result<Registry, Error> {
    let notifier: Arc<dyn Notifier> = Arc::new(NoNotifier);
    registry(reach, NoCatalog, &notifier, &Keyring::random()?, "", own)
}

/// The actions that steps of templates can run. `base_url` is where other programs reach the portal.
fn registry(
    reach: &Arc<Reach>,
    catalog: impl scaffolder::actions::Catalog + 'static,
    notifier: &Arc<dyn Notifier>,
    keyring: &Keyring,
    base_url: &str,
    own: &[Arc<dyn Action>],
) -> Result<Registry, Error> {
    let catalog: Arc<dyn scaffolder::actions::Catalog> = Arc::new(catalog);
    let actions = scaffolder::actions::all(reach, &catalog, notifier).into_iter();
    let waits = scaffolder::wait::actions(keyring, base_url, notifier);
    Registry::new(actions.chain(waits).chain(own.iter().cloned())).map_err(Error::internal)
}

/// The tables of each capability, in the order in which they are made.
pub(crate) fn migrations() -> Vec<Box<dyn MigrationTrait>> {
    [
        catalog::migrations(),
        access::migrations(),
        home::migrations(),
        scaffolder::migrations(),
        notifications::migrations(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

#[cfg(test)]
mod tests {
    use platform::Database;

    use super::Capabilities;
    use crate::config::Settings;

    #[tokio::test]
    async fn who_waits_for_the_end_need_not_have_asked_for_it() {
        let settings = Settings { scaffolder: scaffolder::Settings::default(), ..Settings::empty() };
        let database = Database::connect(&settings.database.config).await.expect("a database");
        database.migrate(super::migrations()).await.expect("tables");
        let capabilities = Capabilities::open(&settings, &database, &[]).await.expect("capabilities");
        // Without an end of its own this would never return, and the test be ended for it.
        capabilities.stopped().await;
    }
}
