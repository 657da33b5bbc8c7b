//! `/create/tasks/:id`: a run.

use std::collections::BTreeMap;

use ::scaffolder::{Answer, LogQuery, Refusal, TaskAct};
use leptos::prelude::*;
use platform::error::{Error, ErrorKind};
use platform::secret::Secret;
use serde_json::Map;

use super::context::{self, SentForm};
use super::views::TaskView;
use crate::drawn::{Page, html, parameter};
use crate::error::UiError;

/// The input that says what a button does.
pub(super) const ACT: &str = "~act";
/// The step that it is about.
pub(super) const STEP: &str = "~step";
/// Why.
pub(super) const COMMENT: &str = "~comment";
/// What the names of inputs for secrets begin with.
pub(super) const SECRET: &str = "secret.";
/// When runs are to be repeated.
pub(super) const CRON: &str = "~cron";
/// In which time zone.
pub(super) const TIME_ZONE: &str = "~timeZone";

/// In the address: the step whose log is shown.
pub(super) const STEP_SHOWN: &str = "step";
/// In the address: what is searched for in the log.
pub(super) const TEXT: &str = "text";
/// In the address: the line around which the log is shown.
pub(super) const LINE: &str = "line";

/// The page of a run, after what was sent to it is done.
pub(crate) async fn draw(id: &str, query: &str) -> Result<Page, UiError> {
    let (scaffolder, caller) = context::service()?;
    let missing = |error: Error| {
        UiError::from(error).missing("No such run", [("See all runs".to_owned(), "/create/tasks".to_owned())])
    };
    let (mut refusal, mut schedule) = (None, None);
    if let Some(SentForm(sent)) = use_context::<SentForm>() {
        let asked = sent.map_err(Error::input).and_then(|inputs| act(&inputs));
        if asked.is_err() {
            // Who may not see the run is told no more than that.
            scaffolder.task(&caller, id).await.map_err(missing)?;
        }
        let asked = asked?;
        let wanted = match &asked {
            TaskAct::Schedule { cron, time_zone } => {
                Some((cron.clone(), time_zone.clone().unwrap_or_default()))
            }
            _ => None,
        };
        let next =
            wanted.as_ref().map_or_else(|| super::task_href(id), |_| super::schedules::HREF.to_owned());
        match scaffolder.act(&caller, id, asked).await {
            Ok(()) => {
                leptos_axum::redirect(&next);
                return Ok(Page::default());
            }
            Err(Refusal::Error(error)) if is_elsewhere(&error) => return Err(missing(error)),
            Err(refused) => (refusal, schedule) = (Some(refused.to_string()), wanted),
        }
    }
    let asked = LogQuery {
        step: Some(parameter(query, STEP_SHOWN)).filter(|step| !step.is_empty()),
        text: parameter(query, TEXT),
        line: parameter(query, LINE).parse().ok(),
    };
    let task = scaffolder.task_page(&caller, id, &asked).await.map_err(missing)?;
    let title = task.title.clone();
    let html = html(|| view! { <TaskView task asked refusal schedule/> });
    Ok(Page { title: format!("Run: {title}"), html, entity: None })
}

/// Whether a refusal is about who asks, which run, or a fault of the portal, and not about how the run stands.
fn is_elsewhere(error: &Error) -> bool {
    error.kind().is_fault()
        || matches!(error.kind(), ErrorKind::Unauthenticated | ErrorKind::NotAllowed | ErrorKind::NotFound)
}

/// What was sent under a name; empty where nothing was.
pub(super) fn sent_input(inputs: &[(String, String)], of: &str) -> String {
    inputs.iter().rev().find(|(name, _)| name == of).map(|(_, value)| value.clone()).unwrap_or_default()
}

/// What the inputs of a form ask for.
fn act(inputs: &[(String, String)]) -> Result<TaskAct, Error> {
    let sent = |of: &str| sent_input(inputs, of);
    let (step, comment) = (sent(STEP), sent(COMMENT));
    match sent(ACT).as_str() {
        "cancel" => Ok(TaskAct::Cancel),
        "retry" => Ok(TaskAct::Retry(secrets(inputs))),
        "approve" => Ok(TaskAct::Decide { step, approved: true, comment }),
        "reject" => Ok(TaskAct::Decide { step, approved: false, comment }),
        "again" => Ok(TaskAct::Answer { step, answer: Answer::Again }),
        "done" => Ok(TaskAct::Answer { step, answer: Answer::Done(Map::new()) }),
        "schedule" => {
            let time_zone = Some(sent(TIME_ZONE)).filter(|name| !name.trim().is_empty());
            Ok(TaskAct::Schedule { cron: sent(CRON), time_zone })
        }
        "failed" => Ok(TaskAct::Answer { step, answer: Answer::Failed(comment) }),
        _ => Err(Error::input("The page asked for something that it has no button for. Reload it.")),
    }
}

fn secrets(inputs: &[(String, String)]) -> BTreeMap<String, Secret<String>> {
    let secret = |(name, value): &(String, String)| {
        let name = name.strip_prefix(SECRET).filter(|_| !value.is_empty())?;
        Some((name.to_owned(), Secret::new(value.clone())))
    };
    inputs.iter().filter_map(secret).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn inputs(of: &[(&str, &str)]) -> Vec<(String, String)> {
        of.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn buttons_say_what_they_do() {
        let asked = act(&inputs(&[(STEP, "review"), (COMMENT, "fine"), (ACT, "approve")])).expect("an act");
        let expected = TaskAct::Decide { step: "review".into(), approved: true, comment: "fine".into() };
        assert_eq!(asked, expected);
        assert!(act(&inputs(&[(ACT, "launch")])).is_err());
        assert!(act(&[]).is_err());
    }

    #[test]
    fn empty_secrets_are_none() {
        let asked = secrets(&inputs(&[("secret.token", "hunter2"), ("secret.other", ""), ("token", "no")]));
        assert_eq!(asked.keys().collect::<Vec<_>>(), ["token"]);
    }
}
