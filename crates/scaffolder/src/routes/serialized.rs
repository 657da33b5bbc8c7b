//! Runs in the form that Backstage's clients read.

use serde::Serialize;
use serde_json::{Map, Value, json};
use utoipa::ToSchema;

use crate::action::Base;
use crate::clock::rfc3339;
use crate::origin::base_of;
use crate::service::{Task, TaskEvent};
use crate::store::TaskState;

/// A run.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct SerializedTask {
    /// A UUID.
    id: String,
    /// What is run, with the answers that it was started with.
    spec: Map<String, Value>,
    /// `open`, `processing`, `completed`, `failed` or `cancelled`.
    status: &'static str,
    /// When it was started.
    created_at: String,
    /// When a worker gave a sign of life last.
    #[serde(skip_serializing_if = "Option::is_none")]
    last_heartbeat_at: Option<String>,
    /// Who started it.
    #[serde(skip_serializing_if = "Option::is_none")]
    created_by: Option<String>,
}

/// Something that happened in a run.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct SerializedTaskEvent {
    /// Grows from event to event of a run.
    pub(super) id: i64,
    /// The run.
    task_id: String,
    /// `message`, and what else there is to tell: `stepId`, `status`, `error`, `output`.
    body: Value,
    /// `log`, `completion`, `cancelled` or `recovered`.
    #[serde(rename = "type")]
    pub(super) kind: String,
    /// When it happened.
    created_at: String,
}

impl From<TaskEvent> for SerializedTaskEvent {
    fn from(event: TaskEvent) -> Self {
        let created_at = rfc3339(event.created_at);
        Self { id: event.id, task_id: event.task, body: event.body, kind: event.kind, created_at }
    }
}

impl From<Task> for SerializedTask {
    fn from(task: Task) -> Self {
        Self {
            status: status(task.state),
            created_at: rfc3339(task.created_at),
            last_heartbeat_at: task.last_heartbeat_at.map(rfc3339),
            spec: spec(&task),
            created_by: task.created_by,
            id: task.id,
        }
    }
}

/// A state that Backstage has: its clients know no run that waits.
pub(super) const fn status(state: TaskState) -> &'static str {
    match state {
        TaskState::Waiting | TaskState::Asking => TaskState::Processing.name(),
        state => state.name(),
    }
}

/// The states that clients mean by the name of one.
pub(super) fn states(status: &str) -> Option<Vec<TaskState>> {
    match TaskState::parse(status)? {
        TaskState::Processing => Some(vec![TaskState::Processing, TaskState::Waiting, TaskState::Asking]),
        state => Some(vec![state]),
    }
}

fn spec(task: &Task) -> Map<String, Value> {
    let (template, spec) = (&task.template, &task.template["spec"]);
    let steps = spec["steps"].as_array().map(Vec::as_slice).unwrap_or_default();
    let steps: Vec<Value> = steps.iter().enumerate().map(|(number, step)| named(number, step)).collect();
    let mut info = json!({
        "entityRef": task.template_ref,
        "entity": { "metadata": template["metadata"] },
    });
    let base = base_of(template).ok().map(|base| match base {
        Base::File(path) => format!("file://{}", path.display()),
        Base::Url(url) => url.to_string(),
    });
    if let (Some(base), Some(info)) = (base, info.as_object_mut()) {
        info.insert("baseUrl".to_owned(), base.into());
    }
    let mut user = Map::new();
    // Programs that start runs are no users.
    if let Some(entity_ref) = task.created_by.as_ref().filter(|who| who.starts_with("user:")) {
        user.insert("ref".to_owned(), entity_ref.as_str().into());
    }
    user.extend(task.user.clone().map(|entity| ("entity".to_owned(), entity)));
    Map::from_iter([
        ("apiVersion".to_owned(), template["apiVersion"].clone()),
        ("steps".to_owned(), steps.into()),
        ("output".to_owned(), spec.get("output").cloned().unwrap_or_else(|| json!({}))),
        ("parameters".to_owned(), Value::Object(task.parameters.clone())),
        ("user".to_owned(), user.into()),
        ("templateInfo".to_owned(), info),
    ])
}

/// A step with the id and the name that it has when it has none.
fn named(number: usize, step: &Value) -> Value {
    let mut named = step.clone();
    if let Some(fields) = named.as_object_mut() {
        fields.entry("id").or_insert_with(|| format!("step-{}", number + 1).into());
        fields.entry("name").or_insert_with(|| match step["branches"].as_object() {
            Some(branches) => branches.keys().map(String::as_str).collect::<Vec<_>>().join(", ").into(),
            None => step["action"].clone(),
        });
    }
    named
}
