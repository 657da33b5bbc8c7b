//! What actions for Git hosts have in common.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use integrations::{ApiError, Person};
use serde_json::{Map, Value};

use crate::action::{ANSWERED, ActionError, Done, Invocation};

/// What a template calls the author of a commit; whoever's token it is if it names nobody.
pub(super) fn author(name: Option<String>, email: Option<String>) -> Person {
    Person {
        name: name.unwrap_or_else(|| "Scaffolder".to_owned()),
        email: email.unwrap_or_else(|| "scaffolder@backstage.io".to_owned()),
    }
}

pub(super) async fn log(invocation: &Invocation<'_>, line: &str) -> Result<(), ActionError> {
    Ok(invocation.journal.log(Some(invocation.step), line).await?)
}

/// A text that an earlier attempt of the step kept.
pub(super) async fn kept(invocation: &Invocation<'_>, name: &str) -> Result<Option<String>, ActionError> {
    let kept = invocation.journal.kept(invocation.step, name).await?;
    Ok(kept.and_then(|kept| kept.as_str().map(str::to_owned)))
}

pub(super) async fn keep(
    invocation: &Invocation<'_>,
    name: &str,
    value: impl Into<Value>,
) -> Result<(), ActionError> {
    Ok(invocation.journal.keep(invocation.step, name, value.into()).await?)
}

/// What a request was answered that must not be sent twice.
pub(super) async fn answered(invocation: &Invocation<'_>) -> Result<Option<Map<String, Value>>, ActionError> {
    let kept = invocation.journal.kept(invocation.step, ANSWERED).await?;
    Ok(kept.and_then(|kept| match kept {
        Value::Object(given) => Some(given),
        _ => None,
    }))
}

/// A comment of HTML that no other step writes. Base64 holds no `--`, which would end it.
pub(super) fn mark(invocation: &Invocation<'_>) -> String {
    let step = STANDARD.encode(format!("{} {}", invocation.journal.run(), invocation.step));
    format!("<!-- portico:{step} -->")
}

/// What a step gives.
pub(super) fn output<const N: usize>(fields: [(&str, Value); N]) -> Result<Done, ActionError> {
    Ok(Done::Output(fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect::<Map<_, _>>()))
}

impl From<ApiError> for ActionError {
    fn from(error: ApiError) -> Self {
        Self { message: format!("{error}."), later: error.later }
    }
}
