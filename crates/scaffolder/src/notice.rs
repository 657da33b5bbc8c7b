//! What runs tell people by themselves: who may approve that they are asked, and who started a run how it ended.

use platform::notify::{Message, Notifier, Recipients, Severity};

use crate::store::{self, TaskState, step_state};
use crate::template::Template;
use crate::wait::Approval;
use crate::worker::Tools;

/// Who tells.
pub(crate) const ORIGIN: &str = "plugin:scaffolder";
/// What the scopes of notifications begin with that runs send by themselves: templates can't replace those.
pub(crate) const OWN: &str = "portico:";
/// What it belongs to.
const TOPIC: &str = "Runs of templates";
/// Letters of a reason that a notification shows.
const SHOWN: usize = 300;

/// The page of a run.
fn page(run: &str) -> String {
    format!("/create/tasks/{run}")
}

/// Tells who may approve that they are asked. Whoever started the run is not asked what they may not say.
pub(crate) async fn ask(
    notifier: &dyn Notifier,
    (run, step): (&str, &str),
    approval: &Approval,
    started_by: Option<&str>,
) -> Result<usize, platform::Error> {
    let except = started_by.filter(|_| !approval.self_approval).map(str::to_owned);
    let by = started_by.map(|by| format!("Asked for by {by}.")).unwrap_or_default();
    let title = approval.title.as_deref().map_or("A run waits for your approval".to_owned(), |title| {
        format!("Approval asked for: {}", cut(title, 200))
    });
    notifier
        .notify(Message {
            origin: ORIGIN.to_owned(),
            recipients: Recipients::Entities {
                of: approval.approvers.clone(),
                except: except.into_iter().collect(),
            },
            title,
            description: Some(by),
            link: Some(page(run)),
            severity: Severity::High,
            topic: Some(TOPIC.to_owned()),
            scope: Some(format!("{OWN}approval:{run}:{step}")),
        })
        .await
}

/// Tells who started a run that it failed, or that it is completed where it waited for something: nobody watched it then.
/// A fault here is for the log alone, because the run has ended all the same.
pub(crate) async fn ended(tools: &Tools, run: &str) {
    if let Err(error) = tell_end(tools, run).await {
        tracing::warn!(
            task.id = run,
            error.cause = ?error.cause(),
            "who started run {run} was not told how it ended: {error}"
        );
    }
}

async fn tell_end(tools: &Tools, run: &str) -> Result<(), platform::Error> {
    let Some(row) = store::task(&tools.database, run).await? else { return Ok(()) };
    // A guest has no notifications, and a program that started it follows it by itself.
    if !row.created_by.starts_with("user:") {
        return Ok(());
    }
    let (words, severity) = match row.state()? {
        TaskState::Failed => ("failed", Severity::High),
        TaskState::Completed if has_waited(tools, run).await? => ("is completed", Severity::Normal),
        _ => return Ok(()),
    };
    let entity = serde_json::from_str(&row.template).map_err(platform::Error::internal)?;
    let template = Template::read(&entity).0.map(|template| template.title);
    let title = format!("{}: the run {words}", cut(template.as_deref().unwrap_or("A template"), 200));
    let message = Message {
        origin: ORIGIN.to_owned(),
        recipients: Recipients::Entities { of: vec![row.created_by], except: Vec::new() },
        title,
        description: row.error.map(|error| cut(&error, SHOWN)),
        link: Some(page(run)),
        severity,
        topic: Some(TOPIC.to_owned()),
        scope: Some(format!("{OWN}end:{run}")),
    };
    tools.notifier.notify(message).await.map(drop)
}

/// Whether a step of it waited for something outside.
async fn has_waited(tools: &Tools, run: &str) -> Result<bool, platform::Error> {
    let steps = store::steps(&tools.database, run).await?;
    Ok(steps.iter().any(|step| step.action.starts_with("wait:") && step.state == step_state::COMPLETED))
}

/// The beginning of a text.
fn cut(text: &str, most: usize) -> String {
    // Of the control characters, notifications may have these.
    let mut letters =
        text.chars().filter(|letter| !letter.is_control() || matches!(letter, '\n' | '\r' | '\t'));
    let beginning: String = letters.by_ref().take(most).collect();
    if letters.next().is_some() { beginning + "…" } else { beginning }
}

#[cfg(test)]
mod tests {
    use super::cut;

    #[test]
    fn a_reason_is_cut_to_what_a_notification_may_hold() {
        for (text, most, expected) in [
            ("short", 5, "short"),
            ("longer", 5, "longe…"),
            ("a\0b\u{1b}[31mc\u{85}d", 20, "ab[31mcd"),
            ("one\r\n\ttwo", 20, "one\r\n\ttwo"),
            ("ä店🛒x", 3, "ä店🛒…"),
            ("abc\0\0", 3, "abc"),
        ] {
            assert_eq!(cut(text, most), expected, "{text:?}");
        }
    }
}
