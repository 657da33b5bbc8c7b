//! Steps that wait for something outside: a person's approval, a request of another program, the merge of a pull request.
//!
//! Such a step keeps what it asks for, and the run is put away. What arrives is kept beside that by the service, which wakes
//! the run; then the step looks again. A pull request is looked at now and then.

mod approval;
mod pull_request;
#[cfg(test)]
mod tests;
mod webhook;

use std::sync::Arc;
use std::time::Duration;

use platform::config::ConfigDuration;
use platform::keyring::Keyring;
use platform::notify::Notifier;
use serde::Deserialize;
use serde_json::{Value, json};

pub(crate) use self::approval::{APPROVAL, Approval, DECISION, Decision};
pub(crate) use self::pull_request::action as pull_request;
pub(crate) use self::webhook::{DELIVERY, Delivery, WEBHOOK, is_token, token};
use crate::action::{Action, ActionError};
use crate::clock;

/// Longest wait.
const LONGEST: Duration = Duration::from_secs(366 * 24 * 60 * 60);

/// The actions that wait for people and for requests. `base_url` is the address under which other programs reach the portal; empty where that is not
/// configured. `notifier` tells people that they are asked.
#[must_use]
pub fn actions(keyring: &Keyring, base_url: &str, notifier: &Arc<dyn Notifier>) -> Vec<Arc<dyn Action>> {
    vec![
        Arc::new(approval::WaitApproval::new(Arc::clone(notifier))),
        Arc::new(webhook::WaitWebhook::new()),
        Arc::new(webhook::WebhookAddress::new(keyring.clone(), base_url)),
    ]
}

/// The JSON Schema of a length of time.
fn duration_schema(description: &str) -> Value {
    json!({
        "description": description,
        "anyOf": [
            { "type": "string" },
            { "type": "object", "additionalProperties": { "type": "number" }, "minProperties": 1 },
        ],
    })
}

/// The moment until which to wait, in Unix milliseconds; `timeout` is as the input has it.
fn deadline(timeout: Option<Value>) -> Result<Option<i64>, ActionError> {
    let Some(timeout) = timeout else { return Ok(None) };
    let ConfigDuration(length) = ConfigDuration::deserialize(timeout).map_err(|_| {
        ActionError::new("timeout is no length of time. Write it as { days: 2 }, PT48H or 48h.")
    })?;
    if length > LONGEST {
        return Err(ActionError::new(
            "timeout is longer than a year. Wait for a shorter time, or leave it out.",
        ));
    }
    Ok(Some(clock::now().saturating_add(clock::millis(length))))
}

/// How long it is until then.
fn until(deadline: Option<i64>) -> Option<Duration> {
    let left = deadline?.saturating_sub(clock::now());
    Some(Duration::from_millis(u64::try_from(left).unwrap_or_default()))
}

/// Something kept, as what it is; what can't be read is a fault.
fn read<T: for<'de> Deserialize<'de>>(kept: Value) -> Result<T, ActionError> {
    T::deserialize(kept).map_err(|_| {
        ActionError::new(
            "What this step kept can't be read; an older or newer portal may have written it. Retry the run.",
        )
    })
}
