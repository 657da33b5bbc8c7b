//! The software catalog: descriptor files in, one log of versions, one view in memory, one service for every door.
//!
//! `reading` turns files into entities, `reconcile` writes what differs into the log (`store`), `follow` keeps the
//! `view` in step with the log, and `service` answers pages and REST handlers (`routes`) from the view.

mod clock;
mod config;
mod follow;
mod migration;
pub mod reading;
mod reconcile;
mod remote;
mod routes;
mod service;
pub mod store;
pub mod view;

use integrations::Integrations;
use platform::access::Policy;
use platform::database::Database;
use platform::error::Error;
use platform::feed::Feed;
use tokio::sync::{mpsc, oneshot};

pub use self::config::{
    AllowConfig, Config, LocationConfig, LocationRuleConfig, OrphanStrategy, RuleConfig, RuleLocationConfig,
    Settings,
};
pub use self::migration::migrations;
pub use self::routes::routes;
pub use self::service::{
    Analysis, AsOf, Care, Catalog, Changed, Created, Diff, Found, FullText, GraphTheme, ImportPage,
    LocationRow, LocationsPage, Paging, Person, Revision, RowOrigin, Selection, diff,
};

/// Refresh requests that may wait for the pass in progress.
const WAITING_REFRESHES: usize = 64;

impl Catalog {
    /// Opens the catalog: fills the view from the log, then starts to read the files and to follow the log.
    ///
    /// [`Catalog::is_ready`] is true at once when the log held anything, else after the files were read once.
    ///
    /// # Errors
    /// The rules of the configuration are not usable, or the database failed.
    pub async fn open(
        settings: &Settings,
        database: Database,
        feed: Feed,
        policy: Policy,
    ) -> Result<Self, Error> {
        let unusable = |error: reading::RuleError| Error::input(format!("catalog.rules: {error}"));
        let (refresh, refreshes) = mpsc::channel(WAITING_REFRESHES);
        let (first_pass, after_first_pass) = oneshot::channel();
        let integrations = Integrations::new(&settings.network)
            .map_err(|error| Error::input(format!("integrations: {error}")))?;
        let signals = remote::Signals::default();
        let rules = settings.registered_rules().map_err(unusable)?;
        let sources = settings.sources().map_err(unusable)?;
        let schedule = reconcile::Schedule {
            database: database.clone(),
            feed: feed.clone(),
            sources: sources.clone(),
            rules: rules.clone(),
            orphans: settings.config.orphan_strategy,
            stamp: reconcile::Stamp::new(&settings.identity()),
            interval: settings.interval,
            base: settings.base.clone(),
            integrations: integrations.clone(),
            signals: signals.clone(),
        };
        let fetcher = remote::Fetcher {
            database: database.clone(),
            feed: feed.clone(),
            integrations: integrations.clone(),
            signals: signals.clone(),
            interval: settings.interval,
        };
        let registry = service::Registry {
            configured: sources.into_iter().map(|source| (source.location, source.kind)).collect(),
            is_readonly: settings.config.readonly,
            removes: settings.config.orphan_strategy == OrphanStrategy::Delete,
            feed: feed.clone(),
            interval: settings.interval,
            integrations,
            signals,
            rules,
        };
        let catalog = Self::new(database, policy, refresh, Some(registry));
        follow::load(&catalog).await?;
        if catalog.view_seq() > 0 {
            catalog.set_ready();
        }
        tokio::spawn(follow::run(catalog.clone(), feed, catalog.stopped()));
        tokio::spawn(remote::run(fetcher, catalog.stopped()));
        tokio::spawn(reconcile::run(schedule, refreshes, first_pass, catalog.stopped()));
        tokio::spawn({
            let catalog = catalog.clone();
            async move {
                if let Ok(seq) = after_first_pass.await {
                    catalog.wait_for(seq).await;
                    if let Err(error) = follow::reload_problems(&catalog).await {
                        tracing::error!(error.cause = ?error, "could not read the problems of the files");
                    }
                    catalog.set_ready();
                }
            }
        });
        Ok(catalog)
    }
}
