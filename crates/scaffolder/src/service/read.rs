//! Looking at runs.

use platform::access::{Caller, Permission, Reach};
use platform::error::Error;

use super::task::{Task, TaskStep};
use super::{Scaffolder, owner};
use crate::store::{self, Listing, OrderBy, TaskState};

/// Runs of one part of the list.
const MOST: u64 = 100;

/// Which runs are asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TaskQuery {
    /// Started by one of these; by anybody when empty.
    pub created_by: Vec<String>,
    /// In one of these states; in any when empty.
    pub states: Vec<TaskState>,
    /// By what they are sorted, and whether descending; the newest first when empty.
    pub order: Vec<(TaskOrder, bool)>,
    /// How many, at most 100.
    pub limit: u64,
    /// How many are left out before.
    pub offset: u64,
}

/// What runs can be sorted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TaskOrder {
    /// When they were started.
    CreatedAt,
    /// Who started them.
    CreatedBy,
    /// How they stand.
    State,
}

impl Scaffolder {
    /// A run.
    ///
    /// # Errors
    /// There is no such run that the caller may see, or the database failed.
    pub async fn task(&self, caller: &Caller, id: &str) -> Result<Task, Error> {
        Task::read(self.visible(caller, id).await?)
    }

    /// The steps of a run.
    ///
    /// # Errors
    /// As for [`Self::task`].
    pub async fn steps(&self, caller: &Caller, id: &str) -> Result<Vec<TaskStep>, Error> {
        let row = self.visible(caller, id).await?;
        let entity = serde_json::from_str(&row.template).map_err(Error::internal)?;
        let rows = store::steps(self.database(), id).await?;
        Ok(TaskStep::of(&entity, &rows))
    }

    /// A part of the list of runs that the caller may see, and how many the whole list has. Their output, and answers of
    /// more than 64 kB, are left out.
    ///
    /// # Errors
    /// The caller may not see runs, or the database failed.
    pub async fn tasks(&self, caller: &Caller, query: &TaskQuery) -> Result<(Vec<Task>, u64), Error> {
        let reach = self.inner.policy.reach(caller, Permission::ScaffolderTaskRead)?;
        let created_by = match (reach, owner(caller)) {
            (Reach::All, _) => query.created_by.clone(),
            (Reach::Own, Some(own))
                if query.created_by.is_empty() || query.created_by.iter().any(|who| who == own) =>
            {
                vec![own.to_owned()]
            }
            (Reach::Own, _) => return Ok((Vec::new(), 0)),
        };
        let order = query.order.iter().map(|(by, descending)| {
            let by = match by {
                TaskOrder::CreatedAt => OrderBy::CreatedAt,
                TaskOrder::CreatedBy => OrderBy::CreatedBy,
                TaskOrder::State => OrderBy::State,
            };
            (by, *descending)
        });
        let listing = Listing {
            created_by,
            states: query.states.clone(),
            template_ref: None,
            ids: None,
            order: order.collect(),
            limit: query.limit.min(MOST),
            offset: query.offset.min(i64::MAX.unsigned_abs()),
        };
        let rows = store::list(self.database(), &listing).await?;
        let total = store::count(self.database(), &listing).await?;
        Ok((rows.into_iter().map(Task::read).collect::<Result<_, _>>()?, total))
    }
}
