//! What people can do to a run: end it, have it go on, approve what it waits for, say how an interrupted step went.

use ::scaffolder::{OpenApproval, TaskPage, TaskState};
use leptos::prelude::*;
use model::EntityLink;
use platform::markdown;

use crate::scaffolder::task::{ACT, COMMENT, CRON, SECRET, STEP, TIME_ZONE};
use crate::scaffolder::{form_href, task_href};

/// Longest form data that a link carries: servers on the way refuse much longer addresses.
const LONGEST_LINK: usize = 4_000;

/// What the run asks of people, each with its buttons.
pub(super) fn asks(task: &TaskPage) -> AnyView {
    let approvals = task.approvals.iter().map(|approval| decision(&task.id, approval)).collect_view();
    let question = match (&task.waits, task.state) {
        (Some((step, _)), TaskState::Asking) if task.may_change => Some(question(&task.id, step)),
        _ => None,
    };
    view! { {approvals} {question} }.into_any()
}

fn decision(id: &str, approval: &OpenApproval) -> AnyView {
    let title = approval.title.clone().unwrap_or_else(|| "Approval".to_owned());
    let heading = format!("approval-{}", approval.step);
    let labelled_by = heading.clone();
    let about = approval.description.as_deref().map(|text| {
        // Sanitised.
        view! { <div class="markdown" inner_html=markdown::to_html(text)></div> }
    });
    let who = approval.approvers.join(", ");
    let buttons = approval.may_decide.then(|| {
        let field = format!("comment-{}", approval.step);
        let label = if approval.comment_required { "Comment" } else { "Comment (optional)" };
        view! {
            <form method="post" action=task_href(id) data-wizard="" data-kept="">
                <input type="hidden" name=STEP value=approval.step.clone()/>
                <p class="field">
                    <label for=field.clone()>{label}</label>
                    <textarea id=field class="input" name=COMMENT rows="2" maxlength="4000" required=approval.comment_required></textarea>
                </p>
                <p class="actions">
                    <button class="button button--primary" name=ACT value="approve">"Approve"</button>
                    <button class="button" name=ACT value="reject">"Reject"</button>
                </p>
            </form>
        }
    });
    view! {
        <section class="card run-ask" aria-labelledby=labelled_by>
            <h2 id=heading>{title}</h2>
            {about}
            <p class="small muted">"May decide: " {who}</p>
            {buttons}
        </section>
    }
    .into_any()
}

fn question(id: &str, step: &str) -> AnyView {
    view! {
        <section class="card run-ask" aria-labelledby="run-question">
            <h2 id="run-question">"How did this step go?"</h2>
            <p>"The portal stopped while the step was under way. Look at the other system, then say what is so."</p>
            <form method="post" action=task_href(id) data-wizard="" data-kept="">
                <input type="hidden" name=STEP value=step.to_owned()/>
                <p class="field">
                    <label for="why">"Why it failed (only where it did)"</label>
                    <input id="why" class="input" name=COMMENT maxlength="4000" autocomplete="off"/>
                </p>
                <p class="actions">
                    <button class="button" name=ACT value="done">"It is done: go on"</button>
                    <button class="button" name=ACT value="again">"It had no effect: do it again"</button>
                    <button class="button button--danger" name=ACT value="failed">"It failed"</button>
                </p>
            </form>
        </section>
    }
    .into_any()
}

/// Ending it, having it go on, and beginning anew.
pub(super) fn acts(task: &TaskPage, schedule: Option<(String, String)>) -> AnyView {
    let href = task_href(&task.id);
    let is_undone = task.steps.iter().any(|line| line.step.compensates.is_some());
    let cancel =
        (task.may_change && !task.state.has_ended() && !task.is_cancelling && !is_undone).then(|| {
            view! { <button class="button" name=ACT value="cancel">"Cancel this run"</button> }
        });
    let has_broken_off = matches!(task.state, TaskState::Failed | TaskState::Cancelled);
    // What was undone is not there for the steps behind it.
    let is_retried = task.may_change && has_broken_off && !is_undone;
    let secrets = task.secrets.iter().filter(|_| is_retried).map(|name| {
        let (id, field) = (format!("secret-{name}"), format!("{SECRET}{name}"));
        view! {
            <p class="field">
                <label for=id.clone()>{name.clone()}</label>
                <input id=id class="input" type="password" name=field autocomplete="off"/>
            </p>
        }
    });
    let secrets = (is_retried && !task.secrets.is_empty()).then(|| {
        view! {
            <p class="small muted">"Secrets are forgotten when a run ends. Give those that the remaining steps need."</p>
            {secrets.collect_view()}
        }
    });
    let retry = is_retried.then(|| {
        view! { <button class="button button--primary" name=ACT value="retry">"Go on from the step that failed"</button> }
    });
    let anew = task.template.as_ref().filter(|_| task.state.has_ended()).map(|template| {
        let (href, words) = match answered_form(template, task.form_data.as_deref()) {
            Some(answered) => (answered, "Start another run with these answers"),
            None => (form_href(template), "Start another run"),
        };
        view! { <a class="button" href=href>{words}</a> }
    });
    view! {
        <form method="post" action=href data-wizard="" data-kept="" class="run-acts">
            {secrets}
            <div class="actions">{cancel} {retry} {anew}</div>
        </form>
        {again_and_again(task, schedule)}
    }
    .into_any()
}

/// The address of a form with answers in it; nothing where there are none, or they are too long for one.
pub(super) fn answered_form(template: &EntityLink, form_data: Option<&str>) -> Option<String> {
    let data = model::percent_encoded(form_data?);
    (data.len() <= LONGEST_LINK).then(|| format!("{}?formData={data}", form_href(template)))
}

/// Whens that are offered, beside any other.
const OFTEN: [(&str, &str); 5] = [
    ("@hourly", "Every hour"),
    ("@daily", "Every day at midnight"),
    ("0 9 * * 1-5", "At 9:00 from Monday to Friday"),
    ("0 9 * * 1", "At 9:00 on Mondays"),
    ("@monthly", "On the first of each month at midnight"),
];

/// Having the like of a run that ended started again and again. One with secrets can't be: they are not kept.
fn again_and_again(task: &TaskPage, refused: Option<(String, String)>) -> Option<AnyView> {
    if !task.state.has_ended() || !task.secrets.is_empty() || task.template.is_none() {
        return None;
    }
    let is_refused = refused.is_some();
    let (cron, time_zone) = refused.unwrap_or_else(|| (String::new(), "UTC".to_owned()));
    let options = OFTEN.map(|(cron, words)| view! { <option value=cron>{words}</option> }).collect_view();
    let drawn = view! {
        <details class="run-schedule" open=is_refused>
            <summary>"Repeat on a schedule"</summary>
            <form method="post" action=task_href(&task.id) data-wizard="" data-kept="">
                <p class="field">
                    <label for="cron">"When"</label>
                    <input
                        id="cron"
                        class="input"
                        name=CRON
                        value=cron
                        required
                        maxlength="100"
                        autocomplete="off"
                        list="cron-often"
                        aria-describedby="cron-help"
                    />
                    <datalist id="cron-often">{options}</datalist>
                    <span id="cron-help" class="small muted">
                        "A cron expression: minute, hour, day of the month, month, day of the week. "
                        <code>"0 9 * * 1-5"</code>" is at 9:00 from Monday to Friday; "<code>"@daily"</code>" works, too."
                    </span>
                </p>
                <p class="field">
                    <label for="time-zone">"Time zone"</label>
                    <input
                        id="time-zone"
                        class="input"
                        name=TIME_ZONE
                        value=time_zone
                        maxlength="100"
                        autocomplete="off"
                        aria-describedby="time-zone-help"
                    />
                    <span id="time-zone-help" class="small muted">"Such as Europe/Berlin."</span>
                </p>
                <p class="actions"><button class="button" name=ACT value="schedule">"Repeat with these answers"</button></p>
            </form>
        </details>
    };
    Some(drawn.into_any())
}
