//! What followers of a run read, in the shape that Backstage's clients know.

use serde_json::{Map, Value, json};

use crate::store::{EventKind, NewEvent, StepInfo, TaskState, step_state};

/// Longest message, in bytes.
const LONGEST: usize = 16 * 1024;

/// The name under which the feed tells of a task.
pub(crate) fn name_of(task: &str) -> String {
    format!("task:{task}")
}

/// A line of the log.
pub(crate) fn line(step: Option<&str>, message: &str) -> NewEvent {
    let mut body = Map::from_iter([("message".to_owned(), Value::from(cut(message)))]);
    if let Some(step) = step {
        body.insert("stepId".to_owned(), step.into());
    }
    event(EventKind::Log, step, body)
}

/// That a step begins, or how it ended.
pub(crate) fn status_line(step: &StepInfo, state: &str, error: Option<&str>) -> NewEvent {
    let name = &step.name;
    let message = match (state, error) {
        (step_state::PROCESSING, _) => format!("{name} begins."),
        (step_state::COMPLETED, _) => format!("{name} is done."),
        (step_state::SKIPPED, None) => format!("{name} is left out."),
        (step_state::SKIPPED, Some(why)) => format!("{name} is left out: {why}"),
        (step_state::CANCELLED, _) => format!("{name} was cancelled."),
        (_, None) => format!("{name} failed."),
        (_, Some(error)) => format!("{name} failed: {error}"),
    };
    let body = json!({ "message": cut(&message), "stepId": step.id, "status": state });
    let Value::Object(body) = body else { return line(Some(&step.id), &message) };
    event(EventKind::Log, Some(&step.id), body)
}

/// Something that is told beside the log, in words.
pub(crate) fn told(kind: EventKind, step: Option<&str>, message: &str, more: Value) -> NewEvent {
    let mut body = Map::from_iter([("message".to_owned(), Value::from(cut(message)))]);
    if let Some(step) = step {
        body.insert("stepId".to_owned(), step.into());
    }
    if let Value::Object(more) = more {
        body.extend(more);
    }
    event(kind, step, body)
}

/// That a task ended: what it made, or why it failed.
pub(crate) fn completion(
    state: TaskState,
    output: Option<&Value>,
    error: Option<(&str, Option<&str>)>,
) -> NewEvent {
    let mut more = Map::from_iter([("status".to_owned(), Value::from(state.name()))]);
    if let Some(output) = output {
        more.insert("output".to_owned(), output.clone());
    }
    let (message, step) = match error {
        None => (format!("The run is {}.", state.name()), None),
        Some((error, step)) => {
            let error = cut(error);
            let mut told =
                Map::from_iter([("name".to_owned(), "Error".into()), ("message".to_owned(), error.into())]);
            if let Some(step) = step {
                told.insert("stepId".to_owned(), step.into());
            }
            more.insert("error".to_owned(), Value::Object(told));
            (format!("The run failed: {error}"), step)
        }
    };
    told(EventKind::Completion, step, &message, Value::Object(more))
}

fn event(kind: EventKind, step: Option<&str>, body: Map<String, Value>) -> NewEvent {
    NewEvent { kind, step: step.map(str::to_owned), body: Value::Object(body).to_string() }
}

/// The beginning of a long text.
pub(crate) fn cut(text: &str) -> &str {
    if text.len() <= LONGEST { text } else { &text[..text.floor_char_boundary(LONGEST)] }
}
