//! Schedules as a page lists them, and what its buttons do.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::sync::Arc;

use model::{EntityLink, EntityRef};
use platform::access::Caller;
use platform::error::Error;
use serde_json::Value;

use crate::clock::rfc3339;
use crate::service::{NewSchedule, Refusal, Scaffolder, ScheduleChange};

/// Runs that are started again and again, in the list. Moments are RFC 3339.
#[derive(Debug)]
pub struct ScheduleLine {
    /// A UUID.
    pub id: String,
    /// The template as the catalog has it; nothing once it does not.
    pub template: Option<EntityLink>,
    /// The reference of the template.
    pub template_ref: String,
    /// The answers as `formData` of the template's form; nothing where that can't be read any more.
    pub form_data: Option<String>,
    /// On whose behalf; nothing for a guest.
    pub by: Option<EntityLink>,
    /// When runs are started, as a cron expression.
    pub cron: String,
    /// The same in words.
    pub in_words: String,
    /// The time zone that it is meant in.
    pub time_zone: String,
    /// Whether nothing is started for now.
    pub is_suspended: bool,
    /// When a run is started next.
    pub next_at: Option<String>,
    /// When one was to be started last.
    pub last_at: Option<String>,
    /// The run that was started last.
    pub last_task: Option<String>,
    /// Why none was started when one was to be last.
    pub last_error: Option<String>,
    /// Whether the caller may change it.
    pub may_change: bool,
}

/// What a person does to a schedule on the page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ScheduleAct {
    /// Start nothing for now, or go on.
    Suspend(bool),
    /// Remove it.
    Delete,
}

impl Scaffolder {
    /// The schedules that the caller may see, the newest first.
    ///
    /// # Errors
    /// The caller may not see runs, or the database failed.
    pub async fn schedule_list(&self, caller: &Caller) -> Result<Vec<ScheduleLine>, Error> {
        let (mut lines, mut templates) = (Vec::new(), BTreeMap::new());
        for schedule in self.schedules(caller).await? {
            let template = match templates.entry(schedule.template_ref.clone()) {
                Entry::Occupied(known) => known.into_mut(),
                Entry::Vacant(new) => new.insert(self.template_of(caller, &schedule.template_ref).await),
            };
            let form_data = match template {
                Some(template) => self.form_data(Arc::clone(template), schedule.values).await?,
                None => None,
            };
            lines.push(ScheduleLine {
                template: self.link(caller, &schedule.template_ref)?,
                by: schedule.created_by.as_deref().map(|by| self.link(caller, by)).transpose()?.flatten(),
                template_ref: schedule.template_ref,
                form_data,
                cron: schedule.cron,
                in_words: schedule.in_words,
                time_zone: schedule.time_zone,
                is_suspended: schedule.is_suspended,
                next_at: schedule.next_at.map(rfc3339),
                last_at: schedule.last_at.map(rfc3339),
                last_task: schedule.last_task,
                last_error: schedule.last_error,
                may_change: schedule.may_change,
                id: schedule.id,
            });
        }
        Ok(lines)
    }

    /// The entity of a template, if the caller sees it.
    async fn template_of(&self, caller: &Caller, template_ref: &str) -> Option<Arc<Value>> {
        let entity_ref = EntityRef::parse(template_ref).ok()?;
        self.template_document(caller, &entity_ref).await.ok().map(Arc::new)
    }

    /// Does what a button of the page asks for.
    ///
    /// # Errors
    /// As for [`Self::change_schedule`] and [`Self::delete_schedule`].
    pub async fn act_on_schedule(&self, caller: &Caller, id: &str, act: ScheduleAct) -> Result<(), Error> {
        match act {
            ScheduleAct::Suspend(suspended) => {
                let change = ScheduleChange { suspended: Some(suspended), ..ScheduleChange::default() };
                self.change_schedule(caller, id, change).await
            }
            ScheduleAct::Delete => self.delete_schedule(caller, id).await,
        }
    }

    /// Has runs with the template and the answers of another started again and again.
    ///
    /// # Errors
    /// As for [`Self::create_schedule`], or there is no such run that the caller may see.
    pub async fn schedule_again(
        &self,
        caller: &Caller,
        id: &str,
        cron: String,
        time_zone: Option<String>,
    ) -> Result<(), Refusal> {
        let row = self.visible(caller, id).await?;
        let values = serde_json::from_str(&row.parameters).map_err(Error::internal)?;
        let new = NewSchedule { template_ref: row.template_ref, values, cron, time_zone };
        self.create_schedule(caller, new).await.map(drop)
    }
}
