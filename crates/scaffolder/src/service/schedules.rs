//! Runs that are started again and again, on behalf of who asked for it.

use model::form::SecretNames;
use platform::access::{Caller, Permission, Reach};
use platform::error::Error;
use serde_json::{Map, Value};
use uuid::Uuid;

use super::answers::Refusal;
use super::create::Prepared;
use super::{NewRun, Scaffolder, owner, portal};
use crate::execution::Secrets;
use crate::schedule::{Recurrence, UTC};
use crate::store::{self, Due, ScheduleRow};

/// Most schedules of one person, or of all guests.
const MOST: u64 = 100;
/// Most schedules of a list.
const LISTED: u64 = 1_000;
/// Fewest minutes between two runs: each is kept, and takes a worker.
const SHORTEST: u16 = 5;

/// A schedule that is to be made.
#[derive(Clone, Debug, Default)]
pub struct NewSchedule {
    /// The reference of the template.
    pub template_ref: String,
    /// The answers to its form. Secrets are not kept for so long: a template that takes some has no schedule.
    pub values: Map<String, Value>,
    /// A cron expression of five fields, or a nickname such as `@daily`.
    pub cron: String,
    /// The name of a time zone of the IANA database; UTC if left out.
    pub time_zone: Option<String>,
}

/// What is to be changed about a schedule.
#[derive(Clone, Debug, Default)]
pub struct ScheduleChange {
    /// Whether nothing is started for now.
    pub suspended: Option<bool>,
    /// As in [`NewSchedule`].
    pub cron: Option<String>,
    /// As in [`NewSchedule`].
    pub time_zone: Option<String>,
}

/// Runs that are started again and again. Moments are Unix milliseconds.
#[derive(Clone, Debug)]
pub struct Schedule {
    /// A UUID.
    pub id: String,
    /// On whose behalf; nothing for a guest.
    pub created_by: Option<String>,
    /// When it was made.
    pub created_at: i64,
    /// The reference of the template.
    pub template_ref: String,
    /// The answers to its form.
    pub values: Map<String, Value>,
    /// When runs are started, as it was given.
    pub cron: String,
    /// The same in words.
    pub in_words: String,
    /// The time zone that it is meant in.
    pub time_zone: String,
    /// Whether nothing is started for now.
    pub is_suspended: bool,
    /// When a run is started next.
    pub next_at: Option<i64>,
    /// When one was to be started last.
    pub last_at: Option<i64>,
    /// The run that was started last.
    pub last_task: Option<String>,
    /// Why none was started when one was to be last.
    pub last_error: Option<String>,
    /// Whether the caller may change it.
    pub may_change: bool,
}

impl Scaffolder {
    /// Has runs started again and again; the id of the schedule.
    ///
    /// # Errors
    /// As for [`Self::create`], the schedule is none, or there are too many.
    pub async fn create_schedule(&self, caller: &Caller, new: NewSchedule) -> Result<String, Refusal> {
        self.may_start(caller)?;
        let NewSchedule { template_ref, values, cron, time_zone } = new;
        let time_zone = time_zone.unwrap_or_else(|| UTC.to_owned());
        let now = store::now(self.database()).await?;
        let next_at = first(&Recurrence::parse(&cron, &time_zone)?, now)?;
        let Prepared { entity_ref, parameters, document } =
            self.prepared(caller, &template_ref, values, &Secrets::new()).await?;
        let secrets = SecretNames::of(&document["spec"]).into_inner();
        if !secrets.is_empty() {
            return Err(Error::input(format!(
                "{entity_ref} takes secrets ({}), which are not kept for so long. Start its runs by hand.",
                secrets.join(", ")
            ))
            .into());
        }
        let row = ScheduleRow {
            id: Uuid::new_v4().to_string(),
            created_by: owner(caller).unwrap_or_default().to_owned(),
            is_program: matches!(caller, Caller::Service { .. }),
            created_at: now,
            template_ref: entity_ref.to_string(),
            parameters,
            cron: cron.trim().to_owned(),
            time_zone,
            is_suspended: false,
            next_at: Some(next_at),
            last_at: None,
            last_task: None,
            last_error: None,
        };
        self.on_behalf_of(&row)?;
        let id = row.id.clone();
        if store::add_schedule(self.database(), row, MOST).await? {
            Ok(id)
        } else {
            Err(Error::conflict(format!(
                "You have {MOST} schedules. Remove one that is not needed any more."
            ))
            .into())
        }
    }

    /// The schedules that the caller may see, the newest first.
    ///
    /// # Errors
    /// The caller may not see runs, or the database failed.
    pub async fn schedules(&self, caller: &Caller) -> Result<Vec<Schedule>, Error> {
        let reach = self.inner.policy.reach(caller, Permission::ScaffolderTaskRead)?;
        let of = match (reach, owner(caller)) {
            (Reach::All, _) => None,
            (Reach::Own, Some(owner)) => Some(owner),
            (Reach::Own, None) => return Ok(Vec::new()),
        };
        let rows = store::schedules(self.database(), of, LISTED).await?;
        rows.into_iter().map(|row| self.schedule_of(caller, row)).collect()
    }

    /// A schedule.
    ///
    /// # Errors
    /// There is none that the caller may see, or the database failed.
    pub async fn schedule(&self, caller: &Caller, id: &str) -> Result<Schedule, Error> {
        let row = self.visible_schedule(caller, id).await?;
        self.schedule_of(caller, row)
    }

    /// Changes when runs are started.
    ///
    /// # Errors
    /// There is no such schedule that the caller may see, it is somebody else's, it is none any more then, or the database
    /// failed.
    pub async fn change_schedule(
        &self,
        caller: &Caller,
        id: &str,
        change: ScheduleChange,
    ) -> Result<(), Error> {
        let row = self.changeable_schedule(caller, id).await?;
        let cron = change.cron.unwrap_or(row.cron);
        let time_zone = change.time_zone.unwrap_or(row.time_zone);
        let next_at = first(&Recurrence::parse(&cron, &time_zone)?, store::now(self.database()).await?)?;
        let is_suspended = change.suspended.unwrap_or(row.is_suspended);
        let next_at = (!is_suspended).then_some(next_at);
        let when = (cron.trim().to_owned(), time_zone);
        if store::update_schedule(self.database(), id, when, is_suspended, next_at).await? {
            Ok(())
        } else {
            Err(no_schedule())
        }
    }

    /// Removes a schedule; runs that it started stay.
    ///
    /// # Errors
    /// There is no such schedule that the caller may see, it is somebody else's, or the database failed.
    pub async fn delete_schedule(&self, caller: &Caller, id: &str) -> Result<(), Error> {
        self.changeable_schedule(caller, id).await?;
        if store::forget_schedule(self.database(), id).await? { Ok(()) } else { Err(no_schedule()) }
    }

    /// Starts the run of a schedule that is due, and says when the next one is.
    ///
    /// # Errors
    /// The portal failed; the schedule stays due then.
    pub(crate) async fn start_due(&self, id: &str, now: i64) -> Result<(), Error> {
        // Those before it in the round took their time: it may have been suspended or removed.
        let row = store::schedule(self.database(), id).await?;
        let Some((row, at)) =
            row.and_then(|row| row.next_at.map(|at| (row, at))).filter(|(_, at)| *at <= now)
        else {
            return Ok(());
        };
        // What was missed while no process was there is made up for once.
        let next_at = Recurrence::parse(&row.cron, &row.time_zone).ok().and_then(|when| when.after(now));
        let (task, error) = match self.start_scheduled(row, at).await {
            Ok(task) => (Some(task), None),
            Err(Refusal::Error(error)) if error.kind().is_fault() => return Err(error),
            Err(refused) => (None, Some(refused.to_string())),
        };
        Ok(store::start_noted(self.database(), id, Due { at, next_at, task, error }).await?)
    }

    async fn start_scheduled(&self, row: ScheduleRow, at: i64) -> Result<String, Refusal> {
        // The same one in each process, and after one that ended before this was noted.
        let schedule = Uuid::parse_str(&row.id).map_err(Error::internal)?;
        let id = Uuid::new_v5(&schedule, &at.to_be_bytes());
        if store::task(self.database(), &id.to_string()).await?.is_some() {
            return Ok(id.to_string());
        }
        if let Some(before) = &row.last_task
            && let Some(before) = store::task(self.database(), before).await?
            && !before.state()?.has_ended()
        {
            return Err(Error::conflict("The run before it had not ended, so none was started.").into());
        }
        let caller = self.on_behalf_of(&row)?;
        let run = NewRun {
            id: Some(id),
            template_ref: row.template_ref,
            values: serde_json::from_str(&row.parameters).map_err(Error::internal)?,
            schedule: Some(row.id),
            ..NewRun::default()
        };
        match self.create(&caller, run).await {
            // Another process was a moment earlier.
            Err(_) if store::task(self.database(), &id.to_string()).await?.is_some() => Ok(id.to_string()),
            created => created,
        }
    }

    /// Whose schedule it is, with the groups that they are in now.
    fn on_behalf_of(&self, row: &ScheduleRow) -> Result<Caller, Error> {
        if row.created_by.is_empty() {
            return if self.inner.tools.settings.lets_guests_in {
                Ok(Caller::Guest)
            } else {
                Err(Error::not_allowed(
                    "Guests are not let in any more. Sign in, repeat the run on a schedule of your own, and remove this one.",
                ))
            };
        }
        let subject = row.created_by.clone();
        if row.is_program {
            return Ok(Caller::Service { subject });
        }
        match self.inner.catalog.groups_of(&portal(), &subject)? {
            Some(groups) => Ok(Caller::User { entity_ref: subject, groups }),
            None => Err(Error::not_allowed(format!(
                "{subject} is not in the catalog, so it is not known in which groups they are, and nothing is started on their behalf."
            ))),
        }
    }

    fn schedule_of(&self, caller: &Caller, row: ScheduleRow) -> Result<Schedule, Error> {
        let when = Recurrence::parse(&row.cron, &row.time_zone);
        Ok(Schedule {
            may_change: self.may_change_schedule(caller, &row),
            created_by: Some(row.created_by).filter(|by| !by.is_empty()),
            created_at: row.created_at,
            template_ref: row.template_ref,
            values: serde_json::from_str(&row.parameters).map_err(Error::internal)?,
            in_words: when.map_or_else(|_| row.cron.clone(), |when| when.in_words()),
            cron: row.cron,
            time_zone: row.time_zone,
            is_suspended: row.is_suspended,
            next_at: row.next_at,
            last_at: row.last_at,
            last_task: row.last_task,
            last_error: row.last_error,
            id: row.id,
        })
    }

    async fn visible_schedule(&self, caller: &Caller, id: &str) -> Result<ScheduleRow, Error> {
        let reach = self.inner.policy.reach(caller, Permission::ScaffolderTaskRead)?;
        let row = store::schedule(self.database(), id).await?.ok_or_else(no_schedule)?;
        if reach == Reach::All || is_own(caller, &row) { Ok(row) } else { Err(no_schedule()) }
    }

    async fn changeable_schedule(&self, caller: &Caller, id: &str) -> Result<ScheduleRow, Error> {
        self.inner.policy.check(caller, Permission::ScaffolderTaskCancel)?;
        let row = self.visible_schedule(caller, id).await?;
        if self.may_change_schedule(caller, &row) {
            Ok(row)
        } else {
            Err(Error::not_allowed("Only whose schedule it is may change it."))
        }
    }

    fn may_change_schedule(&self, caller: &Caller, row: &ScheduleRow) -> bool {
        let reach = self.inner.policy.reach(caller, Permission::ScaffolderTaskCancel);
        reach.is_ok_and(|reach| reach == Reach::All || is_own(caller, row))
    }
}

/// When the first run is due, if that is not too often.
fn first(when: &Recurrence, now: i64) -> Result<i64, Error> {
    let first = when
        .after(now)
        .ok_or_else(|| Error::input("cron names no day that there is, so it would never be due."))?;
    if when.shortest_distance() < SHORTEST {
        return Err(Error::input(format!(
            "cron would start runs within less than {SHORTEST} minutes. Have them start less often."
        )));
    }
    Ok(first)
}

fn is_own(caller: &Caller, row: &ScheduleRow) -> bool {
    owner(caller).is_some_and(|owner| owner == row.created_by)
        && row.is_program == matches!(caller, Caller::Service { .. })
}

fn no_schedule() -> Error {
    Error::not_found("There is no such schedule, or you may not see it.")
}
