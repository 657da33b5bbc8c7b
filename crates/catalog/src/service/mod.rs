//! The one way to the catalog: pages, REST handlers and jobs all call these functions.
//!
//! Each function takes the [`Caller`], asks for one named permission, and answers from the read view. Nothing here
//! knows about HTTP or about descriptor files.

mod ancestry;
mod answers;
mod as_of;
mod entities;
mod indexing;
mod lately;
mod locations;
mod pages;
mod problems;
mod registry;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use parking_lot::{Mutex, RwLock};
use platform::access::{Caller, Permission, Policy};
use platform::database::Database;
use platform::error::Error;
use platform::feed::Names;
use tokio::sync::{mpsc, oneshot, watch};

use self::answers::Answers;
pub use self::as_of::AsOf;
use self::as_of::PastViews;
pub use self::entities::{FullText, Paging, Selection};
pub use self::indexing::Changed;
use self::lately::Lately;
pub(crate) use self::pages::ExportFormat;
pub use self::pages::GraphTheme;
use self::pages::Layouts;
pub use self::pages::{Diff, Person, diff};
use self::problems::ProblemCache;
pub(crate) use self::registry::Registry;
pub use self::registry::{Analysis, Care, Created, Found, ImportPage, LocationRow, LocationsPage, RowOrigin};
use crate::reconcile::Refresh;
use crate::store;
use crate::view::View;

/// How long a refresh waits for its own change to be in the view before it answers anyway.
const READ_YOUR_WRITE: Duration = Duration::from_secs(2);

/// The catalog as a service. Cloning is cheap: all clones share one view.
#[derive(Clone)]
pub struct Catalog {
    inner: Arc<Inner>,
}

struct Inner {
    database: Database,
    policy: Policy,
    view: RwLock<View>,
    ready: AtomicBool,
    /// The revision that readers have seen; a new value wakes open pages.
    seen: watch::Sender<Revision>,
    past: PastViews,
    /// What differs between two states of the log.
    differences: Lately<(i64, i64), pages::Difference>,
    answers: Answers,
    layouts: Layouts,
    problems: Mutex<ProblemCache>,
    /// The catalog at a glance, and the change that it was made for.
    overview: Mutex<Option<(u64, Arc<model::Overview>)>>,
    refresh: mpsc::Sender<Refresh>,
    /// Where entities are read from; a catalog that only answers has none.
    registry: Option<Registry>,
    stopping: watch::Sender<bool>,
}

/// What an open page compares to know that it is out of date.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Revision {
    /// The newest `seq` in the view.
    pub seq: i64,
    /// Counts every change that a reader could see, problems of files included.
    pub change: u64,
}

impl Catalog {
    pub(crate) fn new(
        database: Database,
        policy: Policy,
        refresh: mpsc::Sender<Refresh>,
        registry: Option<Registry>,
    ) -> Self {
        Self {
            inner: Arc::new(Inner {
                past: PastViews::new(database.clone()),
                // The documents of each take memory.
                differences: Lately::new(1),
                database,
                policy,
                answers: Answers::new(),
                layouts: Layouts::default(),
                view: RwLock::new(View::default()),
                ready: AtomicBool::new(false),
                seen: watch::Sender::new(Revision::default()),
                problems: Mutex::new(ProblemCache::default()),
                overview: Mutex::default(),
                refresh,
                registry,
                stopping: watch::Sender::new(false),
            }),
        }
    }

    /// Whether the view has caught up with the log once, so that answers are complete.
    #[must_use]
    pub fn is_ready(&self) -> bool {
        self.inner.ready.load(Ordering::Acquire)
    }

    /// Number of entities in the view, for metrics.
    #[must_use]
    pub fn entity_count(&self) -> u32 {
        self.inner.view.read().len()
    }

    /// Ends the work in the background and the streams of open pages, so that the process can stop.
    pub fn stop(&self) {
        self.inner.stopping.send_replace(true);
    }

    /// Resolves when [`Catalog::stop`] was called.
    pub fn stopped(&self) -> impl Future<Output = ()> + Send + use<> {
        let mut stopping = self.inner.stopping.subscribe();
        async move {
            // An error means that the catalog itself is gone, which is a stop as well.
            let _stopped = stopping.wait_for(|stopping| *stopping).await;
        }
    }

    /// Wakes on each change that a reader could see.
    ///
    /// # Errors
    /// The caller may not read entities.
    pub fn subscribe(&self, caller: &Caller) -> Result<watch::Receiver<Revision>, Error> {
        self.inner.policy.check(caller, Permission::CatalogEntityRead)?;
        Ok(self.inner.seen.subscribe())
    }

    /// What this process tells and hears by name; nothing from a catalog that only answers.
    pub(crate) fn names(&self) -> Option<Names> {
        self.inner.registry.as_ref().map(|registry| registry.feed.names())
    }

    /// Reads the entity's file, or everything that its location leads to, again now, and waits until the outcome is
    /// in the view (2 seconds at most).
    ///
    /// # Errors
    /// The caller may not refresh, or there is no such entity.
    pub async fn refresh(&self, caller: &Caller, entity_ref: &model::EntityRef) -> Result<(), Error> {
        self.inner.policy.check(caller, Permission::CatalogEntityRefresh)?;
        let (location, origin) = {
            let view = self.inner.view.read();
            let id = view
                .id(entity_ref)
                .ok_or_else(|| Error::not_found(format!("Entity {entity_ref} not found")))?;
            let entity: model::Entity = serde_json::from_slice(view.document(id)).map_err(Error::internal)?;
            let annotation = |name| entity.annotation(name).map(str::to_owned);
            let leads = entity.kind() == "Location";
            let origin = annotation(model::annotation::MANAGED_BY_ORIGIN_LOCATION).filter(|_| leads);
            (annotation(model::annotation::MANAGED_BY_LOCATION), origin)
        };
        let mut locations: Vec<String> = location.into_iter().collect();
        if let Some(origin) = origin {
            // Whoever refreshes a location means what it leads to.
            locations.extend(store::addresses_of(&self.inner.database, &origin).await?);
        }
        self.read_again(locations).await
    }

    /// Has these locations, and whatever changed, read again, and waits until the outcome is in the view (2 seconds at
    /// most, and as long for what has to be fetched).
    async fn read_again(&self, locations: Vec<String>) -> Result<(), Error> {
        let address = |location: &String| crate::reading::address_of(location).map(str::to_owned);
        let addresses: Vec<String> = locations.iter().filter_map(address).collect();
        if let Some(registry) = self.inner.registry.as_ref().filter(|_| !addresses.is_empty()) {
            store::hasten_remote(&self.inner.database, &addresses).await?;
            // A slow host must not hold the caller either.
            let _late_is_fine = tokio::time::timeout(READ_YOUR_WRITE, registry.signals.fetched()).await;
        }
        // What was fetched tells by itself whether it changed.
        self.pass(locations.into_iter().filter(|location| address(location).is_none()).collect()).await
    }

    /// Has one file read again, as it was fetched last.
    async fn read_file_again(&self, location: Option<String>) -> Result<(), Error> {
        self.pass(location.into_iter().collect()).await
    }

    async fn pass(&self, locations: Vec<String>) -> Result<(), Error> {
        let (done, finished) = oneshot::channel();
        let request = Refresh { locations, done };
        self.inner
            .refresh
            .send(request)
            .await
            .map_err(|_| Error::unavailable("The catalog is shutting down. Try again in a moment."))?;
        // A slow disk must not hold the caller: the refresh goes on, the answer does not wait for it.
        if let Ok(Ok(seq)) = tokio::time::timeout(READ_YOUR_WRITE, finished).await {
            self.wait_for(seq).await;
        }
        Ok(())
    }

    /// Waits until the view holds `seq` (2 seconds at most).
    pub(crate) async fn wait_for(&self, seq: i64) {
        let mut seen = self.inner.seen.subscribe();
        let caught_up = seen.wait_for(|revision| revision.seq >= seq);
        let _late_is_fine = tokio::time::timeout(READ_YOUR_WRITE, caught_up).await;
    }

    /// Runs `read` on the view of now, or of the given moment, after the permission check.
    async fn read<R>(
        &self,
        caller: &Caller,
        as_of: Option<AsOf>,
        read: impl FnOnce(&View) -> R,
    ) -> Result<R, Error> {
        self.inner.policy.check(caller, Permission::CatalogEntityRead)?;
        match as_of {
            None => Ok(read(&self.inner.view.read())),
            Some(moment) => Ok(read(&*self.inner.past.at(moment).await?)),
        }
    }

    /// For the follower of the log: gives back memory that many changes at once took. Nothing that a reader sees changes.
    pub(crate) fn tidy(&self) {
        self.inner.view.write().shrink_to_fit();
    }

    /// For the follower of the log: changes the view, then wakes the readers.
    pub(crate) fn update(&self, change: impl FnOnce(&mut View)) {
        let seq = {
            let mut view = self.inner.view.write();
            change(&mut view);
            view.seq()
        };
        self.inner.seen.send_modify(|revision| {
            revision.seq = seq;
            revision.change += 1;
        });
    }

    pub(crate) fn database(&self) -> &Database {
        &self.inner.database
    }

    pub(crate) fn set_ready(&self) {
        self.inner.ready.store(true, Ordering::Release);
    }

    pub(crate) fn view_seq(&self) -> i64 {
        self.inner.view.read().seq()
    }
}
