//! Runs as a page lists them.

use model::EntityLink;
use platform::access::Caller;
use platform::error::Error;

use crate::clock;
use crate::service::{Scaffolder, TaskQuery};
use crate::store::TaskState;

/// Runs on a page.
const SHOWN: u64 = 50;

/// A part of the list of runs.
#[derive(Debug)]
pub struct TaskList {
    /// The newest first.
    pub rows: Vec<TaskLine>,
    /// How many the whole list has.
    pub total: u64,
    /// How many parts it has.
    pub page_count: u32,
    /// Whether the caller is somebody whose runs can be told from those of others.
    pub is_somebody: bool,
}

/// A run in the list.
#[derive(Debug)]
pub struct TaskLine {
    /// A UUID.
    pub id: String,
    /// What its template was called.
    pub title: String,
    /// Who started it; nothing for a guest.
    pub by: Option<EntityLink>,
    /// When, RFC 3339.
    pub created_at: String,
    /// How long it took, in milliseconds.
    pub took: Option<i64>,
    /// How it stands.
    pub state: TaskState,
}

impl Scaffolder {
    /// A part of the runs that the caller may see, from 1; only those in these states, where any are named, and only the
    /// caller's own, if so asked.
    ///
    /// # Errors
    /// The caller may not see runs, or the database failed.
    pub async fn task_list(
        &self,
        caller: &Caller,
        own: bool,
        states: Vec<TaskState>,
        page: u32,
    ) -> Result<TaskList, Error> {
        let me = match caller {
            Caller::User { entity_ref, .. } => Some(entity_ref.clone()),
            _ => None,
        };
        let query = TaskQuery {
            created_by: me.iter().filter(|_| own).cloned().collect(),
            states,
            order: Vec::new(),
            limit: SHOWN,
            offset: u64::from(page.saturating_sub(1)) * SHOWN,
        };
        let (tasks, total) = self.tasks(caller, &query).await?;
        let mut rows = Vec::with_capacity(tasks.len());
        for task in tasks {
            rows.push(TaskLine {
                title: task.title().to_owned(),
                by: task.created_by.as_deref().map(|by| self.link(caller, by)).transpose()?.flatten(),
                created_at: clock::rfc3339(task.created_at),
                took: task.ended_at.map(|ended| (ended - task.created_at).max(0)),
                state: task.state,
                id: task.id,
            });
        }
        let page_count = u32::try_from(total.div_ceil(SHOWN)).unwrap_or(u32::MAX);
        Ok(TaskList { rows, total, page_count, is_somebody: me.is_some() })
    }
}
