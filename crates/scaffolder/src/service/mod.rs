//! The one way to templates and runs: pages, REST handlers and other programs call these functions.
//!
//! Each takes the [`Caller`] and checks a named permission first. A run is seen by who started it, by those whom it asks for
//! approval, and by whoever may see those of others; for everybody else there is no such run.

mod answers;
mod approvals;
mod autocomplete;
mod change;
mod create;
mod follow;
mod read;
mod schedules;
mod task;
mod templates;
mod usage;
mod webhook;

use std::sync::Arc;

use catalog::Catalog;
use catalog::reading::Checks;
use parking_lot::Mutex;
use platform::access::{Caller, Permission, Policy, Reach};
use platform::database::Database;
use platform::error::Error;
use platform::feed::Feed;
use platform::keyring::Keyring;
use platform::notify::Notifier;
use tokio::sync::Semaphore;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

pub use self::answers::Refusal;
pub use self::approvals::OpenApproval;
pub use self::autocomplete::Completed;
use self::autocomplete::KeptNames;
pub(crate) use self::autocomplete::{GITHUB, Names};
pub use self::change::{Answer, CancelOutcome};
pub use self::create::NewRun;
pub use self::read::{TaskOrder, TaskQuery};
pub use self::schedules::{NewSchedule, Schedule, ScheduleChange};
pub use self::task::{StepBranch, Task, TaskEvent, TaskStep, Waits};
pub use self::templates::{Extensions, FilterInfo, Installed, NewDryRun, ParameterSchema, ParameterStep};
pub use self::usage::TemplateUsage;
pub(crate) use self::usage::saved_ms;
use crate::action::Registry;
use crate::actions::Reach as SourceReach;
use crate::check::TemplateCheck;
use crate::config::Settings;
use crate::form::Kept;
use crate::schedule;
use crate::store::{self, TaskRow};
use crate::testing::{Results, TestReport, Testing};
use crate::worker::{self, Tools};

/// Dry runs that may be under way at once: each has a folder and a thread of its own.
const DRY_RUNS: usize = 4;

/// What the capability stands on.
pub struct Parts {
    /// Its tables are up to date.
    pub database: Database,
    /// Wakes workers and who follows a run.
    pub feed: Feed,
    /// Templates, and who people are.
    pub catalog: Catalog,
    /// Who may do what.
    pub policy: Policy,
    /// What secrets are kept with.
    pub keyring: Keyring,
    /// What steps can do.
    pub registry: Registry,
    /// What may be read beside the catalog.
    pub reach: Arc<SourceReach>,
    /// Who tells people something.
    pub notifier: Arc<dyn Notifier>,
}

/// Software Templates, their forms and their runs, as a service. Cloning is cheap.
#[derive(Clone)]
pub struct Scaffolder {
    pub(crate) inner: Arc<Inner>,
}

pub(crate) struct Inner {
    pub(crate) tools: Tools,
    pub(crate) catalog: Catalog,
    pub(crate) policy: Policy,
    stopping: CancellationToken,
    /// Dry runs that may be under way at once.
    dry_runs: Arc<Semaphore>,
    /// Texts of templates that may be read at once.
    pub(crate) drafts: Arc<Semaphore>,
    /// Forms that were compiled lately.
    pub(crate) kept: Kept,
    /// What drafts of templates are checked for.
    pub(crate) checks: Checks,
    /// What may be read beside the catalog.
    pub(crate) reach: Arc<SourceReach>,
    /// Names that fields suggest.
    names: KeptNames,
    /// What came of the tests of templates.
    tests: Arc<Results>,
    working: Mutex<Vec<JoinHandle<()>>>,
}

impl Scaffolder {
    /// Opens the service, and begins to work on runs that are due. That ends with [`Self::stop`].
    #[must_use]
    pub fn open(settings: Settings, parts: Parts) -> Self {
        let Parts { database, feed, catalog, policy, keyring, registry, reach, notifier } = parts;
        let checks = Checks::new(vec![Arc::new(TemplateCheck::new(registry.clone()))]);
        let tools = Tools { settings, database, feed, keyring, registry: Arc::new(registry), notifier };
        let stopping = CancellationToken::new();
        let tests: Arc<Results> = Arc::default();
        let testing = Testing {
            catalog: catalog.clone(),
            reach: Arc::clone(&reach),
            registry: Arc::clone(&tools.registry),
            results: Arc::clone(&tests),
        };
        let working = vec![
            tokio::spawn(testing.run(stopping.clone())),
            tokio::spawn(worker::run(tools.clone(), stopping.clone())),
            tokio::spawn(worker::tidy(tools.clone(), stopping.clone())),
        ];
        let (dry_runs, working) = (Arc::new(Semaphore::new(DRY_RUNS)), Mutex::new(working));
        let drafts = Arc::new(Semaphore::new(std::thread::available_parallelism().map_or(2, usize::from)));
        let kept = Kept::default();
        let scaffolder = Self {
            inner: Arc::new(Inner {
                tools,
                catalog,
                policy,
                stopping,
                dry_runs,
                drafts,
                kept,
                checks,
                reach,
                names: KeptNames::default(),
                tests,
                working,
            }),
        };
        let starting = tokio::spawn(schedule::run(scaffolder.clone(), scaffolder.inner.stopping.clone()));
        scaffolder.inner.working.lock().push(starting);
        scaffolder
    }

    /// Ends the work in the background and the streams of open pages. Runs that are under way are put away where they are.
    pub fn stop(&self) {
        self.inner.stopping.cancel();
    }

    /// Waits until the work in the background has ended after [`Self::stop`], which takes 8 s at most. The database may be
    /// closed then.
    pub async fn stopped(&self) {
        let working = std::mem::take(&mut *self.inner.working.lock());
        for work in working {
            let _it_may_have_panicked = work.await;
        }
    }

    pub(crate) fn database(&self) -> &Database {
        &self.inner.tools.database
    }

    /// What came of the tests of a template that the caller sees, when they were run last; nothing if there are none, or the
    /// caller may not see what templates are made of.
    #[must_use]
    pub fn tested(&self, caller: &Caller, entity_ref: &str) -> Option<Arc<TestReport>> {
        let may = self.inner.policy.check(caller, Permission::ScaffolderTemplateStepRead).is_ok();
        self.inner.tests.of(entity_ref).filter(|_| may)
    }

    /// The run, if the caller may know of it.
    pub(crate) async fn visible(&self, caller: &Caller, id: &str) -> Result<TaskRow, Error> {
        let reach = self.inner.policy.reach(caller, Permission::ScaffolderTaskRead)?;
        let row = store::task(self.database(), id).await?.ok_or_else(no_task)?;
        let is_seen = reach == Reach::All || is_own(caller, &row) || self.is_asked(caller, &row).await?;
        if is_seen { Ok(row) } else { Err(no_task()) }
    }

    /// Whether the caller may change what becomes of a run that they see.
    pub(crate) fn may_change(&self, caller: &Caller, row: &TaskRow) -> bool {
        let reach = self.inner.policy.reach(caller, Permission::ScaffolderTaskCancel);
        reach.is_ok_and(|reach| reach == Reach::All || is_own(caller, row))
    }

    /// The run, if the caller may change it.
    async fn changeable(&self, caller: &Caller, id: &str) -> Result<TaskRow, Error> {
        self.inner.policy.check(caller, Permission::ScaffolderTaskCancel)?;
        let row = self.visible(caller, id).await?;
        if self.may_change(caller, &row) {
            Ok(row)
        } else {
            Err(Error::not_allowed("Only who started a run may change what becomes of it."))
        }
    }
}

/// Whether the caller started the run.
fn is_own(caller: &Caller, row: &TaskRow) -> bool {
    owner(caller).is_some_and(|owner| owner == row.created_by)
}

/// Under which name the caller's runs are; guests are nobody in particular.
pub(crate) fn owner(caller: &Caller) -> Option<&str> {
    match caller {
        Caller::Nobody | Caller::Guest => None,
        Caller::User { entity_ref, .. } => Some(entity_ref),
        Caller::Service { subject } => Some(subject),
    }
}

/// The portal itself, for what it has to know to do what a caller may do.
fn portal() -> Caller {
    Caller::Service { subject: "portico:scaffolder".to_owned() }
}

fn no_task() -> Error {
    Error::not_found("There is no such run, or you may not see it.")
}
