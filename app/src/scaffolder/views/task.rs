//! A run: how it stands, its steps, what it gave, and its log.

use ::scaffolder::{LogQuery, RunLine, RunLog, StepLine, TaskPage, TaskState};
use leptos::prelude::*;

use super::output::given;
use super::review::answers;
use super::task_acts::{acts, asks};
use crate::catalog::views::entity_link;
use crate::scaffolder::task::{LINE, STEP_SHOWN, TEXT};
use crate::scaffolder::{log_href, stream_href, task_href};
use crate::search::views::fragments;
use crate::ui::{Age, Badge, Breadcrumbs, Icon, Tone};

/// The page of a run.
#[component]
pub fn TaskView(
    /// What the service answered.
    task: TaskPage,
    /// Which lines of its log these are.
    asked: LogQuery,
    /// Why what was asked for last was not done.
    refusal: Option<String>,
    /// The schedule that was asked for last, and refused: expression and time zone.
    schedule: Option<(String, String)>,
) -> impl IntoView {
    let follows = (!task.state.has_ended()).then(|| task.last_event.to_string());
    let stream = stream_href(&task.id);
    let head = head(&task);
    let refusal = refusal.map(|why| {
        view! { <p class="notice tone-danger" role="alert"><Icon name="error"/><span>{why}</span></p> }
    });
    let fate = fate(&task);
    let (asks, acts) = (asks(&task), acts(&task, schedule));
    let decides = task.approvals.iter().any(|approval| approval.may_decide);
    let TaskPage { id, steps, log, output, state, answers: rows, .. } = task;
    let step = asked.step.clone();
    // Who is to decide has to know about what.
    let answered = (!rows.is_empty()).then(|| {
        view! {
            <details class="run-answers" open=decides>
                <summary>"Answers"</summary>
                {answers(rows)}
            </details>
        }
    });
    let given = given(&output, true);
    let (steps, undo): (Vec<_>, Vec<_>) = steps.into_iter().partition(|line| line.step.compensates.is_none());
    let undo = undone(&id, undo, &steps, step.as_deref());
    // A run that has not ended is followed by `public/task.js`.
    let again = follows.is_some().then(|| {
        view! { <p class="unscripted"><a class="button" href=task_href(&id)>"Look again"</a></p> }
    });
    view! {
        <portico-run class="run" data-follow=follows data-stream=stream>
            {head}
            {refusal}
            {fate}
            {again}
            {asks}
            {answered}
            {given}
            {acts}
            <div class="run__body">
                <section aria-labelledby="run-steps">
                    <h2 id="run-steps">"Steps"</h2>
                    <ol class="run-steps">{steps_of(&id, steps, step.as_deref())}</ol>
                    {undo}
                </section>
                {log_of(&id, log, &asked, state)}
            </div>
        </portico-run>
    }
    .into_any()
}

fn head(task: &TaskPage) -> AnyView {
    let by = task.by.as_ref().map(|by| view! { " by " {entity_link(by)} });
    let from = task.template.as_ref().map(|template| view! { <span>"From " {entity_link(template)}</span> });
    let over = (task.ended_at.clone(), task.created_at.clone());
    let ended = over.0.map(|at| view! { <span>"Ended " <Age at/></span> });
    view! {
        <Breadcrumbs
            above=vec![("Create".to_owned(), "/create".to_owned()), ("Runs".to_owned(), "/create/tasks".to_owned())]
            here=task.title.clone()
        />
        <header class="wizard-head">
            <h1>{task.title.clone()}</h1>
            <p class="wizard-head__facts small">
                {state_badge(task.state)}
                <span>"Started " <Age at=over.1/>{by}</span>
                {ended}
                {from}
            </p>
        </header>
    }
    .into_any()
}

/// The steps, those of branches below the step that they are branches of.
fn steps_of(id: &str, steps: Vec<StepLine>, shown: Option<&str>) -> AnyView {
    let (mut within, outer): (Vec<_>, Vec<_>) =
        steps.into_iter().partition(|line| line.step.branch.is_some());
    let mut lines = Vec::new();
    for line in outer {
        let own: Vec<StepLine>;
        (own, within) = within
            .into_iter()
            .partition(|inner| inner.step.branch.as_ref().is_some_and(|branch| branch.of == line.step.id));
        let branches = (!own.is_empty()).then(|| branches(id, own, shown));
        lines.push(step_line(id, line, None, branches, shown));
    }
    lines.into_any()
}

/// The branches of a step, each with its name and its steps.
fn branches(id: &str, steps: Vec<StepLine>, shown: Option<&str>) -> AnyView {
    let mut branches: Vec<(String, Vec<StepLine>)> = Vec::new();
    for line in steps {
        let name = line.step.branch.as_ref().map(|branch| branch.name.clone()).unwrap_or_default();
        match branches.last_mut() {
            Some((last, lines)) if *last == name => lines.push(line),
            _ => branches.push((name, vec![line])),
        }
    }
    let branch = |(name, lines): (String, Vec<StepLine>)| {
        let label = format!("Branch {name}");
        let lines = lines.into_iter().map(|line| step_line(id, line, None, None, shown)).collect_view();
        view! {
            <p class="small">"Branch " <strong>{name}</strong></p>
            <ol class="run-steps" aria-label=label>{lines}</ol>
        }
    };
    branches.into_iter().map(branch).collect_view().into_any()
}

/// The compensations that were begun, each with the step that it undoes.
fn undone(id: &str, undo: Vec<StepLine>, steps: &[StepLine], shown: Option<&str>) -> Option<AnyView> {
    let line = |line: StepLine| {
        let of = line.step.compensates.clone().unwrap_or_default();
        let named = steps.iter().find(|line| line.step.id == of).map(|line| line.step.name.clone());
        step_line(id, line, Some(named.unwrap_or(of)), None, shown)
    };
    (!undo.is_empty()).then(|| {
        view! {
            <h3 id="run-undone">"Undoing what was done"</h3>
            <ol class="run-steps" aria-labelledby="run-undone">{undo.into_iter().map(line).collect_view()}</ol>
        }
        .into_any()
    })
}

/// How it stands, in a sentence, where that is more than its state.
fn fate(task: &TaskPage) -> Option<AnyView> {
    let named = |step: &str| {
        let found = task.steps.iter().find(|line| line.step.id == step);
        found.map_or_else(|| step.to_owned(), |line| line.step.name.clone())
    };
    let undoing = Undoing::of(task);
    let (tone, icon, words) = match (task.state, &task.waits) {
        _ if task.is_cancelling && !task.state.has_ended() && undoing == Undoing::Nothing => (
            Tone::Warning,
            "clock",
            "It is being cancelled: the step that is under way is ended first.".to_owned(),
        ),
        (TaskState::Failed, _) => {
            let why = task.error.clone().unwrap_or_else(|| "A step failed.".to_owned());
            (Tone::Danger, "error", format!("The run failed. {why}{}", undoing.words()))
        }
        (TaskState::Cancelled, _) if undoing != Undoing::Nothing => {
            (Tone::Warning, "close", format!("The run was cancelled.{}", undoing.words()))
        }
        (TaskState::Open | TaskState::Processing, _) if undoing != Undoing::Nothing => {
            let why = if task.is_cancelling { "is cancelled" } else { "failed" };
            (Tone::Warning, "clock", format!("The run {why}, and what its steps did is being undone."))
        }
        (TaskState::Completed, _) => (Tone::Good, "ok", "All steps are done.".to_owned()),
        (TaskState::Waiting, Some((step, reason))) => {
            (Tone::Warning, "clock", format!("{} waits: {reason}", named(step)))
        }
        (TaskState::Asking, Some((step, reason))) => (
            Tone::Danger,
            "warning",
            format!("{} was interrupted, and can't be repeated safely. {reason}", named(step)),
        ),
        _ => return None,
    };
    let class = format!("notice {}", tone.class());
    Some(view! { <p class=class role="status"><Icon name=icon/><span>{words}</span></p> }.into_any())
}

/// What became of what steps did.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Undoing {
    /// No compensation was begun.
    Nothing,
    /// None failed.
    Done,
    /// One failed, or was not finished.
    Failed,
}

impl Undoing {
    fn of(task: &TaskPage) -> Self {
        let mut undo = task.steps.iter().filter(|line| line.step.compensates.is_some()).peekable();
        match (undo.peek().is_some(), undo.all(|line| line.step.state == "completed")) {
            (false, _) => Self::Nothing,
            (true, true) => Self::Done,
            (true, false) => Self::Failed,
        }
    }

    const fn words(self) -> &'static str {
        match self {
            Self::Nothing => "",
            Self::Done => " What its steps did is undone.",
            Self::Failed => " Not all of what its steps did could be undone: see below what is left.",
        }
    }
}

/// The state of a run as a word.
pub(super) fn state_badge(state: TaskState) -> AnyView {
    let (text, tone) = match state {
        TaskState::Open => ("Queued", Tone::Neutral),
        TaskState::Processing => ("Running", Tone::Neutral),
        TaskState::Waiting => ("Waiting", Tone::Warning),
        TaskState::Asking => ("Needs an answer", Tone::Danger),
        TaskState::Completed => ("Completed", Tone::Good),
        TaskState::Failed => ("Failed", Tone::Danger),
        TaskState::Cancelled => ("Cancelled", Tone::Neutral),
    };
    view! { <Badge text tone/> }.into_any()
}

/// "840 ms", "3.2 s", "4 min 10 s", "2 h 5 min".
pub(super) fn took(ms: i64) -> String {
    let seconds = ms / 1000;
    match seconds {
        0 => format!("{ms} ms"),
        1..60 => format!("{seconds}.{} s", ms % 1000 / 100),
        60..3600 => format!("{} min {} s", seconds / 60, seconds % 60),
        _ => format!("{} h {} min", seconds / 3600, seconds % 3600 / 60),
    }
}

fn step_line(
    id: &str,
    line: StepLine,
    undoes: Option<String>,
    branches: Option<AnyView>,
    shown: Option<&str>,
) -> AnyView {
    let StepLine { step, took } = line;
    let (icon, words, class) = match step.state.as_str() {
        "completed" => ("ok", "Done", "is-done"),
        "failed" => ("error", "Failed", "is-failed"),
        "processing" => ("clock", "Under way", "is-here"),
        "waiting" => ("clock", "Waits", "is-here"),
        "skipped" => ("right", "Passed over", "is-skipped"),
        "cancelled" => ("close", "Cancelled", "is-skipped"),
        _ => ("more", "Not begun", "is-ahead"),
    };
    let current = (shown == Some(step.id.as_str())).then_some("true");
    let href = format!("{}?step={}#run-log", task_href(id), model::percent_encoded(&step.id));
    let action = branches.is_none().then(|| view! { <p class="small muted"><code>{step.action}</code></p> });
    let undoes = undoes.map(|step| view! { <p class="small muted">"Undoes " {step}</p> });
    let error = step.error.map(|error| view! { <p class="small run-steps__error">{error}</p> });
    view! {
        <li class=class>
            <span class="run-steps__state"><Icon name=icon/></span>
            <div>
                <p>
                    <a href=href aria-current=current title="Show what it logged" data-noscroll="">{step.name}</a>
                    <span class="visually-hidden">": "</span>
                    <span class="small muted">" " {words} {took.map(|ms| format!(", {}", self::took(ms)))}</span>
                </p>
                {action}
                {undoes}
                {error}
                {branches}
            </div>
        </li>
    }
    .into_any()
}

fn log_of(id: &str, log: RunLog, asked: &LogQuery, state: TaskState) -> AnyView {
    let RunLog { lines, is_cut, is_cut_behind } = log;
    let (step, text) = (asked.step.clone(), asked.text.trim().to_owned());
    let (all_steps, is_empty) = (step.is_none(), lines.is_empty());
    let (path, wanted) = (task_href(id), text.clone());
    let line = |line: RunLine| {
        let name = format!("line-{}", line.id);
        // Of a long log a page has only a part, so the link says which.
        let link = format!("{path}?{LINE}={}#{name}", line.id);
        let message = fragments(&line.fragments(&wanted));
        let step =
            line.step.filter(|_| all_steps).map(|step| view! { <span class="run-log__step">{step}</span> });
        let time = line.at.get(11..19).unwrap_or_default().to_owned();
        view! {
            <li id=name>
                <a href=link title=line.at rel="external">{time}</a>
                {step}
                <span class="run-log__text">{message}</span>
            </li>
        }
    };
    let all = step.is_some().then(|| {
        view! { <a href=format!("{path}#run-log") data-noscroll="">"Show the log of all steps"</a> }
    });
    let earlier = is_cut.then(|| {
        let words = "Earlier lines are left out here. The file that can be downloaded has them.";
        view! { <p class="small muted">{words}</p> }
    });
    let later = is_cut_behind.then(|| {
        view! {
            <p class="small muted">
                "Later lines are left out here. "
                <a href=format!("{path}#run-log") rel="external">"Show the newest"</a>
            </p>
        }
    });
    let nothing = is_empty.then(|| {
        let words = match (text.as_str(), state.has_ended()) {
            ("", true) => "Nothing was logged.".to_owned(),
            ("", false) => "Nothing was logged yet.".to_owned(),
            (text, _) => format!("No line says \u{201c}{text}\u{201d}."),
        };
        view! { <p class="muted" role="status">{words}</p> }
    });
    let title = step.clone().map_or_else(|| "Log".to_owned(), |step| format!("Log of {step}"));
    view! {
        <section aria-labelledby="run-log">
            <div class="run-log__head">
                <h2 id="run-log">{title}</h2>
                {all}
                <a href=log_href(id) download="" rel="external">"Download"</a>
                {search(&path, step, &text)}
            </div>
            {earlier}
            {nothing}
            <div class="run-log" tabindex="0" role="log" aria-label="Log">
                <ol>{lines.into_iter().map(line).collect_view()}</ol>
            </div>
            {later}
        </section>
    }
    .into_any()
}

/// The search in the log. What happens meanwhile is searched too: the page is drawn anew for its address.
fn search(path: &str, step: Option<String>, text: &str) -> AnyView {
    let step = step.map(|step| view! { <input type="hidden" name=STEP_SHOWN value=step/> });
    view! {
        <form class="run-log__search" role="search" aria-label="Log" method="get" action=path.to_owned() data-live="">
            {step}
            <label for="run-log-text">"Search the log"</label>
            <input
                id="run-log-text"
                class="input"
                type="search"
                name=TEXT
                value=text.to_owned()
                maxlength="200"
                autocomplete="off"
                spellcheck="false"
            />
            <button class="button button--quiet">"Search"</button>
        </form>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::took;

    #[test]
    fn durations_are_read_at_a_glance() {
        let told = [0, 999, 1_000, 59_999, 60_000, 3_599_999, 3_600_000, 90_000_000].map(took);
        assert_eq!(
            told,
            ["0 ms", "999 ms", "1.0 s", "59.9 s", "1 min 0 s", "59 min 59 s", "1 h 0 min", "25 h 0 min"]
        );
    }
}
