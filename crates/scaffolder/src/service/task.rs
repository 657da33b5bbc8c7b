//! Runs as callers see them.

use platform::error::Error;
use serde_json::{Map, Value};

use crate::origin::Started;
use crate::store::{EventRow, StepRow, TaskRow, TaskState, step_state};
use crate::template::Template;

/// A run.
#[derive(Clone, Debug)]
pub struct Task {
    /// A UUID.
    pub id: String,
    /// Canonical reference of its template.
    pub template_ref: String,
    /// The template's entity as it was when the run was started.
    pub template: Value,
    /// Who started it: a person's reference or the name of a program; nothing for a guest.
    pub created_by: Option<String>,
    /// The person's User entity as it was then.
    pub user: Option<Value>,
    /// Unix milliseconds.
    pub created_at: i64,
    /// How it stands.
    pub state: TaskState,
    /// Unix milliseconds.
    pub ended_at: Option<i64>,
    /// When a worker gave a sign of life last, in Unix milliseconds.
    pub last_heartbeat_at: Option<i64>,
    /// Whether it is to be cancelled, and a worker has not done so yet.
    pub is_cancelling: bool,
    /// The answers that it was started with.
    pub parameters: Map<String, Value>,
    /// What it gave people.
    pub output: Option<Value>,
    /// Why it failed.
    pub error: Option<String>,
    /// In which step.
    pub failed_step: Option<String>,
    /// What it waits for, or asks.
    pub waits: Option<Waits>,
}

/// What a run waits for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waits {
    /// The step.
    pub step: String,
    /// What for, in words.
    pub reason: String,
    /// When it looks by itself, in Unix milliseconds.
    pub until: Option<i64>,
}

/// A step of a run. What it gave is for later steps alone: it may hold secrets as they are.
#[derive(Clone, Debug, PartialEq)]
pub struct TaskStep {
    /// Its id.
    pub id: String,
    /// What people call it.
    pub name: String,
    /// The id of its action; empty where it has branches.
    pub action: String,
    /// `open`, `processing`, `waiting`, `completed`, `failed`, `skipped` or `cancelled`.
    pub state: String,
    /// Unix milliseconds.
    pub started_at: Option<i64>,
    /// Unix milliseconds.
    pub ended_at: Option<i64>,
    /// Why it failed.
    pub error: Option<String>,
    /// The id of the step that it undoes.
    pub compensates: Option<String>,
    /// The branch that it is in.
    pub branch: Option<StepBranch>,
}

/// A branch of a step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StepBranch {
    /// The id of the step with branches.
    pub of: String,
    /// What the branch is called.
    pub name: String,
}

/// Something that happened in a run.
#[derive(Clone, Debug, PartialEq)]
pub struct TaskEvent {
    /// Grows by 1 from event to event of a run.
    pub id: i64,
    /// The run.
    pub task: String,
    /// `log`, `completion`, `cancelled` or `recovered`.
    pub kind: String,
    /// Unix milliseconds.
    pub created_at: i64,
    /// `message`, and what else there is to tell: `stepId`, `status`, `error`, `output`.
    pub body: Value,
}

impl Task {
    /// What its template was called when it was started.
    pub(crate) fn title(&self) -> &str {
        let metadata = &self.template["metadata"];
        ["title", "name"].into_iter().find_map(|key| metadata[key].as_str()).unwrap_or(&self.template_ref)
    }

    pub(crate) fn read(row: TaskRow) -> Result<Self, Error> {
        let started: Started = parse(&row.initiator)?;
        let state = row.state()?;
        let reason = row.wait_reason.unwrap_or_default();
        let waits = row.wait_step.map(|step| Waits { step, reason, until: row.due_at });
        Ok(Self {
            template: parse(&row.template)?,
            parameters: parse(&row.parameters)?,
            output: row.output.as_deref().map(parse).transpose()?,
            created_by: Some(row.created_by).filter(|who| !who.is_empty()),
            user: started.entity,
            state,
            waits,
            id: row.id,
            template_ref: row.template_ref,
            created_at: row.created_at,
            ended_at: row.ended_at,
            last_heartbeat_at: row.heartbeat_at,
            is_cancelling: row.is_cancelling,
            error: row.error,
            failed_step: row.failed_step,
        })
    }
}

impl TaskStep {
    /// The steps of a template's entity, with what was written of them.
    pub(crate) fn of(entity: &Value, rows: &[StepRow]) -> Vec<Self> {
        Template::read(entity).0.map(|template| Self::of_template(&template, rows)).unwrap_or_default()
    }

    fn of_template(template: &Template, rows: &[StepRow]) -> Vec<Self> {
        let read = |step: &crate::template::Step, compensates: Option<&str>| {
            let row = rows.iter().find(|row| row.id == step.id);
            Self {
                id: step.id.clone(),
                name: step.name.clone(),
                action: step.action.clone(),
                state: row.map_or_else(|| "open".to_owned(), |row| row.state.clone()),
                // A step that was passed over has no duration.
                started_at: row.filter(|row| row.state != step_state::SKIPPED).and_then(|row| row.started_at),
                ended_at: row.and_then(|row| row.ended_at),
                error: row.and_then(|row| row.error.clone()),
                compensates: compensates.map(str::to_owned),
                branch: template.branch_of(&step.id).and_then(|(group, place)| {
                    Some(StepBranch { of: group.id.clone(), name: group.branches.get(place)?.name.clone() })
                }),
            }
        };
        // What undoes a step is one of the run only once it was needed.
        let undo = template.in_order().rev().filter_map(|step| Some((step.compensate.as_ref()?, &step.id)));
        let undo = undo.filter(|(undo, _)| rows.iter().any(|row| row.id == undo.id));
        let steps = template.in_order().map(|step| read(step, None));
        steps.chain(undo.map(|(undo, step)| read(undo, Some(step)))).collect()
    }
}

impl TaskEvent {
    pub(crate) fn read(row: EventRow) -> Result<Self, Error> {
        let body = parse(&row.body)?;
        Ok(Self { id: row.id, task: row.task_id, kind: row.kind, created_at: row.created_at, body })
    }
}

fn parse<T: for<'de> serde::Deserialize<'de>>(text: &str) -> Result<T, Error> {
    serde_json::from_str(text).map_err(Error::internal)
}
