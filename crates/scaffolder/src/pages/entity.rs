//! Runs that had to do with an entity.

use model::{EntityLink, EntityRef};
use platform::access::{Caller, Permission, Reach};
use platform::error::Error;

use crate::clock;
use crate::service::{Scaffolder, Task, owner};
use crate::store::{self, Listing, TaskState};

/// Runs on the page of an entity.
const SHOWN: u64 = 20;

/// A run that had to do with an entity.
#[derive(Clone, Debug, PartialEq)]
pub struct EntityRun {
    /// A UUID.
    pub id: String,
    /// What its template was called.
    pub title: String,
    /// Who started it; nothing for a guest.
    pub by: Option<EntityLink>,
    /// When, RFC 3339.
    pub created_at: String,
    /// How it stands.
    pub state: TaskState,
    /// Whether it registered the entity; if not, the entity is its template.
    pub registered: bool,
}

impl Scaffolder {
    /// The newest runs that registered an entity, and those of a template, as far as the caller may see them.
    ///
    /// # Errors
    /// The database failed.
    pub async fn runs_of(&self, caller: &Caller, entity_ref: &EntityRef) -> Result<Vec<EntityRun>, Error> {
        let created_by = match self.inner.policy.reach(caller, Permission::ScaffolderTaskRead) {
            Ok(Reach::All) => Vec::new(),
            Ok(Reach::Own) if let Some(own) = owner(caller) => vec![own.to_owned()],
            Ok(Reach::Own) | Err(_) => return Ok(Vec::new()),
        };
        let of = Listing { created_by, limit: SHOWN, ..Listing::default() };
        let makers = store::makers(self.database(), entity_ref.as_str(), SHOWN).await?;
        let mut found = Vec::new();
        if !makers.is_empty() {
            let rows = store::list(self.database(), &Listing { ids: Some(makers), ..of.clone() }).await?;
            found.extend(rows.into_iter().map(|row| (row, true)));
        }
        if entity_ref.kind() == "template" {
            let template_ref = Some(entity_ref.to_string());
            let rows = store::list(self.database(), &Listing { template_ref, ..of }).await?;
            found.extend(rows.into_iter().map(|row| (row, false)));
        }
        let mut runs = Vec::with_capacity(found.len());
        for (row, registered) in found {
            let task = Task::read(row)?;
            runs.push(EntityRun {
                title: task.title().to_owned(),
                by: task.created_by.as_deref().map(|by| self.link(caller, by)).transpose()?.flatten(),
                created_at: clock::rfc3339(task.created_at),
                state: task.state,
                id: task.id,
                registered,
            });
        }
        Ok(runs)
    }
}
