//! One taking of a run: from the rows to the engine, and what comes of it back to the rows.

use std::future::pending;
use std::sync::Arc;
use std::time::{Duration, Instant};

use platform::database::Database;
use platform::error::Error;
use platform::feed::Heard;
use platform::lease;
use platform::secret::Secret;
use serde_json::{Map, Value, json};
use tokio_util::sync::CancellationToken;

use super::janitor::in_words;
use super::{DUE, Tools, folder};
use crate::action::Wait;
use crate::clock;
use crate::execution::{Journal as _, Mask, Outcome, Run, Secrets, execute};
use crate::journal::{Opening, TaskJournal, completion, cut, name_of, told};
use crate::notice;
use crate::origin::{Started, base_of};
use crate::service::saved_ms;
use crate::store::{
    self, Claimed, EventKind, Lease, NewEvent, Rest, TaskEnd, TaskRow, TaskState, WriteError,
};
use crate::template::{Problem, Recovery, Step, Template};
use crate::wait;

/// How often a run is taken up from processes that ended without a step of it ending. Whatever it does may be what ends them.
const MOST_LOSSES: i64 = 20;
/// How long a step that is under way may still take when the process ends.
const DRAINING: Duration = Duration::from_secs(3);
/// How long the engine may take to stop.
const STOPPING: Duration = Duration::from_secs(3);

/// Why an attempt ends before the run does.
enum Stop {
    /// Another process has the run.
    Lost,
    /// It took too long.
    Overdue,
    /// The process ends.
    Shutdown,
}

/// Works on a run until it ends, waits, or has to be given back.
pub(super) async fn attempt(tools: Tools, claimed: Claimed, taken: Instant, shutdown: CancellationToken) {
    let lease = claimed.lease.clone();
    let ended = work(&tools, claimed, taken, &shutdown).await;
    let is_over = !matches!(ended, Ok(Ended::Rests(..)));
    let written = match ended {
        Ok(ended) => write(&tools.database, &lease, ended).await,
        // Whoever takes the run next goes on from what was written.
        Err(Failure::Lost) => return,
        Err(Failure::Refused(error)) => write(&tools.database, &lease, failed(None, &error)).await,
        Err(Failure::Fault(error)) => {
            tracing::error!(
                task.id = lease.task,
                error.cause = ?error.cause(),
                "run {} broke off and is taken up again when its lease is over: {error}", lease.task
            );
            return;
        }
    };
    match written {
        Ok(()) => {
            tools.feed.publish_name(&name_of(&lease.task));
            tools.feed.publish_name(DUE);
            if is_over {
                notice::ended(&tools, &lease.task).await;
            }
        }
        Err(WriteError::Lost) => {}
        Err(WriteError::Database(error)) => {
            tracing::error!(task.id = lease.task, %error, "how run {} stands was not written: {error}", lease.task);
        }
    }
}

/// What an attempt comes to.
enum Ended {
    Rests(Rest, Vec<NewEvent>),
    Ends(TaskEnd, NewEvent),
}

/// Why it comes to nothing.
enum Failure {
    /// Another process has the run.
    Lost,
    /// The run can't go on, for this reason.
    Refused(String),
    /// The portal can't, at the moment.
    Fault(Error),
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        if error.kind().is_fault() { Self::Fault(error) } else { Self::Refused(error.message().to_owned()) }
    }
}

impl From<WriteError> for Failure {
    fn from(error: WriteError) -> Self {
        match error {
            WriteError::Lost => Self::Lost,
            WriteError::Database(error) => Self::Fault(error.into()),
        }
    }
}

impl From<sea_orm::DbErr> for Failure {
    fn from(error: sea_orm::DbErr) -> Self {
        Self::Fault(error.into())
    }
}

async fn write(database: &Database, lease: &Lease, ended: Ended) -> Result<(), WriteError> {
    match ended {
        Ended::Rests(rest, news) => store::put_away(database, lease, rest, &news).await,
        Ended::Ends(end, event) => store::finish(database, lease, end, &[event]).await,
    }
}

async fn work(
    tools: &Tools,
    claimed: Claimed,
    taken: Instant,
    shutdown: &CancellationToken,
) -> Result<Ended, Failure> {
    let Claimed { lease, task, was } = claimed;
    let entity: Value = serde_json::from_str(&task.template).map_err(Error::internal)?;
    let template =
        Template::to_run(&entity, &tools.registry, tools.settings.options.failures).map_err(|problems| {
            Failure::Refused(format!("The template can't be run any more: {}", in_a_line(&problems)))
        })?;
    if was == TaskState::Processing {
        recover(tools, &lease, &task, &template).await?;
    }
    let secrets = open_secrets(tools, &task)?;
    let started: Started = serde_json::from_str(&task.initiator).map_err(Error::internal)?;
    let parameters: Map<String, Value> = serde_json::from_str(&task.parameters).map_err(Error::internal)?;
    let base = base_of(&entity)?;
    let (hash, content) = store::workspace(&tools.database, &task.id).await?.unzip();
    let opening = Opening {
        lease: lease.clone(),
        template: &template,
        before: store::steps(&tools.database, &task.id).await?,
        workspace: hash,
        events: task.last_event,
        mask: mask(tools, &task.id, &template),
        is_cancelling: task.is_cancelling,
        stopped: CancellationToken::new(),
    };
    let journal = TaskJournal::new(tools.database.clone(), tools.feed.clone(), opening);
    let execution = async {
        let (_folder, workspace) = folder::prepare(&tools.settings.working_directory(), content).await?;
        let run = Run {
            template: &template,
            registry: &tools.registry,
            parameters,
            secrets,
            environment: tools.settings.environment(),
            initiator: started.into(),
            base,
            workspace,
            dry_run: false,
            options: tools.settings.options,
        };
        execute(&run, &journal).await
    };
    Ok(match supervised(tools, execution, &journal, &lease, taken, shutdown).await? {
        Ended::Ends(end, event) if end.state == TaskState::Completed => {
            Ended::Ends(TaskEnd { saved_ms: saved_ms(&entity), ..end }, event)
        }
        ended => ended,
    })
}

/// Tells that a run whose process ended goes on, if it does.
async fn recover(tools: &Tools, lease: &Lease, task: &TaskRow, template: &Template) -> Result<(), Failure> {
    if !tools.settings.recovers() {
        return Err(Failure::Refused(
            "The process that worked on this run ended, and scaffolder.taskRecovery.enabled is false. Retry the run."
                .to_owned(),
        ));
    }
    if task.losses > MOST_LOSSES {
        return Err(Failure::Refused(format!(
            "The process that worked on this run ended {} times before a step of it did. The step may be what ends it; see \
             the log of the portal.",
            task.losses
        )));
    }
    let news = |message: &str, strategy: &str| {
        [told(EventKind::Recovered, None, message, json!({ "recoverStrategy": strategy }))]
    };
    // What is being undone is not done anew.
    let is_undone = || async {
        let steps = store::steps(&tools.database, &lease.task).await?;
        let begun = |step: &Arc<Step>| steps.iter().any(|row| row.id == step.id);
        Ok::<_, Failure>(task.is_cancelling || template.compensations().any(begun))
    };
    if template.recovery == Recovery::StartOver && !is_undone().await? {
        let news = news(
            "The process that worked on this run ended. It begins anew, as its template asks.",
            "startOver",
        );
        store::start_over(&tools.database, lease, &news).await?;
    } else {
        let news = news(
            "The process that worked on this run ended. It goes on behind the last step that was done.",
            "resume",
        );
        store::tell(&tools.database, lease, &news).await?;
    }
    tools.feed.publish_name(&name_of(&lease.task));
    Ok(())
}

/// Executes the run while the lease is renewed and whatever may stop it is watched for.
async fn supervised(
    tools: &Tools,
    execution: impl Future<Output = Result<Outcome, Error>>,
    journal: &TaskJournal,
    lease: &Lease,
    taken: Instant,
    shutdown: &CancellationToken,
) -> Result<Ended, Failure> {
    tokio::pin!(execution);
    let limit = in_words(tools.settings.task_timeout());
    let overdue = format!("The run took longer than {limit}, the most that it may (scaffolder.taskTimeout).");
    let stop = tokio::select! {
        outcome = &mut execution => return ended(tools, journal, outcome).await,
        stop = watch(tools, journal, lease, taken, shutdown) => stop,
        () = expire(tools, journal, &overdue) => pending().await,
    };
    match stop {
        Stop::Lost => {
            journal.lose();
            Err(Failure::Lost)
        }
        Stop::Overdue => {
            journal.stop();
            let _whatever_it_came_to = tokio::time::timeout(STOPPING, execution).await;
            Ok(failed(None, &overdue))
        }
        Stop::Shutdown => {
            journal.drain();
            if let Ok(outcome) = tokio::time::timeout(DRAINING, &mut execution).await {
                return ended(tools, journal, outcome).await;
            }
            journal.stop();
            match tokio::time::timeout(STOPPING, execution).await {
                Ok(outcome) => ended(tools, journal, outcome).await,
                // The step holds up its thread; others take the run up when the lease is over.
                Err(_) => Err(Failure::Lost),
            }
        }
    }
}

/// Has what a run did undone once it took too long, where it can be. Ends never.
async fn expire(tools: &Tools, journal: &TaskJournal, why: &str) {
    if journal.compensates() {
        tokio::time::sleep(tools.settings.task_timeout()).await;
        journal.expire(why.to_owned());
    }
    pending::<()>().await;
}

/// Waits for what stops an attempt, and tells the run when it is to be cancelled.
async fn watch(
    tools: &Tools,
    journal: &TaskJournal,
    lease: &Lease,
    taken: Instant,
    shutdown: &CancellationToken,
) -> Stop {
    let length = tools.settings.lease();
    let renew = || async {
        let now = store::now(&tools.database).await?;
        match store::renew(&tools.database, lease, now, now.saturating_add(clock::millis(length))).await {
            Ok(is_cancelling) => {
                if is_cancelling {
                    journal.cancel();
                }
                Ok(true)
            }
            Err(WriteError::Lost) => Ok(false),
            Err(WriteError::Database(error)) => Err(error),
        }
    };
    // Undoing may take as long again.
    let times = if journal.compensates() { 2 } else { 1 };
    let told = async {
        let (mut names, name) = (tools.feed.names(), cancel_name(&lease.task));
        loop {
            match names.next().await {
                Heard::Name(heard) if *heard != *name => {}
                _ => match store::standing(&tools.database, &lease.task).await {
                    Ok(Some((_, _, true))) => journal.cancel(),
                    Ok(_) => {}
                    Err(error) => {
                        tracing::debug!(%error, "whether a run is to be cancelled is asked again: {error}");
                    }
                },
            }
        }
    };
    tokio::select! {
        () = lease::keep(length, taken, renew) => Stop::Lost,
        () = tokio::time::sleep(tools.settings.task_timeout().saturating_mul(times)) => Stop::Overdue,
        () = shutdown.cancelled() => Stop::Shutdown,
        () = told => pending().await,
    }
}

/// The name under which the feed tells that a run is to be cancelled.
pub(crate) fn cancel_name(task: &str) -> String {
    format!("cancel:{task}")
}

/// What becomes of the run.
async fn ended(
    tools: &Tools,
    journal: &TaskJournal,
    outcome: Result<Outcome, Error>,
) -> Result<Ended, Failure> {
    if journal.is_lost() {
        return Err(Failure::Lost);
    }
    let hidden = |failure| match failure {
        Failure::Refused(error) => Failure::Refused(journal.mask().text(&error)),
        failure => failure,
    };
    Ok(match outcome.map_err(|error| hidden(error.into()))? {
        Outcome::Completed(output) => {
            let output = Value::Object(output);
            let event = completion(TaskState::Completed, Some(&output), None);
            let output = Some(output.to_string());
            Ended::Ends(TaskEnd { output, ..TaskEnd::new(TaskState::Completed) }, event)
        }
        Outcome::Failed { step, error } => failed(step, &error),
        Outcome::Cancelled => {
            let event = completion(TaskState::Cancelled, None, None);
            Ended::Ends(TaskEnd::new(TaskState::Cancelled), event)
        }
        Outcome::Waiting { step, wait: Wait { reason, again_in } } => {
            let now = store::now(&tools.database).await?;
            let due_at = again_in.map(|length| now.saturating_add(clock::millis(length)));
            let reason = journal.mask().text(&reason);
            let is_compensating = journal.is_compensation(&step);
            Ended::Rests(Rest::Waiting { step, reason, due_at, is_compensating }, Vec::new())
        }
        Outcome::Asking { step } => {
            let reason = "It was interrupted, and may have had its effect already. Look whether it had, and say how the run goes on: do \
                          the step again, take it as done, or let it fail.";
            let event = told(EventKind::Log, Some(&step), reason, json!({}));
            let is_compensating = journal.is_compensation(&step);
            Ended::Rests(Rest::Asking { step, reason: reason.to_owned(), is_compensating }, vec![event])
        }
        Outcome::Stopped => {
            let due_at = store::now(&tools.database).await?;
            Ended::Rests(Rest::Open { due_at }, Vec::new())
        }
    })
}

fn failed(step: Option<String>, error: &str) -> Ended {
    let event = completion(TaskState::Failed, None, Some((error, step.as_deref())));
    let error = Some(cut(error).to_owned());
    let end = TaskEnd { error, failed_step: step, ..TaskEnd::new(TaskState::Failed) };
    Ended::Ends(end, event)
}

/// The secrets that the run was started with.
fn open_secrets(tools: &Tools, task: &TaskRow) -> Result<Secrets, Failure> {
    let Some(sealed) = &task.secrets else { return Ok(Secrets::new()) };
    let opened = tools.keyring.open_sealed(&secrets_context(&task.id), sealed)?;
    let texts: std::collections::BTreeMap<String, String> =
        serde_json::from_slice(opened.expose()).map_err(|_| {
            // The cause would quote them.
            Error::internal(anyhow::anyhow!(
                "the secrets of a run are not in the form in which they are kept"
            ))
        })?;
    Ok(texts.into_iter().map(|(name, text)| (name, Secret::new(text))).collect())
}

/// What binds the secrets of a run to it.
pub(crate) fn secrets_context(task: &str) -> String {
    format!("secrets of the run {task}")
}

/// What hides the run's secrets: the engine adds those that it uses, this one the addresses that others may have been given.
fn mask(tools: &Tools, task: &str, template: &Template) -> Mask {
    let mask = Mask::default();
    for step in template.actions().filter(|step| step.action == wait::WEBHOOK) {
        if let Ok(token) = wait::token(&tools.keyring, task, &step.id) {
            mask.add(&token);
        }
    }
    mask
}

fn in_a_line(problems: &[Problem]) -> String {
    problems.iter().take(3).map(|problem| problem.message.as_str()).collect::<Vec<_>>().join(" ")
}
