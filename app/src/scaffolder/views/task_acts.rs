//! What people can do to a run: end it, have it go on, approve what it waits for, say how an interrupted step went.

use ::scaffolder::{OpenApproval, TaskPage, TaskState};
use leptos::prelude::*;
use platform::markdown;

use crate::scaffolder::task::{ACT, COMMENT, SECRET, STEP};
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
pub(super) fn acts(task: &TaskPage) -> AnyView {
    let href = task_href(&task.id);
    let cancel = (task.may_change && !task.state.has_ended() && !task.is_cancelling).then(|| {
        view! { <button class="button" name=ACT value="cancel">"Cancel this run"</button> }
    });
    let is_retried = task.may_change && matches!(task.state, TaskState::Failed | TaskState::Cancelled);
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
        let data = model::percent_encoded(&task.form_data);
        let query = if data.len() <= LONGEST_LINK { format!("?formData={data}") } else { String::new() };
        let words =
            if query.is_empty() { "Start another run" } else { "Start another run with these answers" };
        view! { <a class="button" href=format!("{}{query}", form_href(template))>{words}</a> }
    });
    view! {
        <form method="post" action=href data-wizard="" data-kept="" class="run-acts">
            {secrets}
            <div class="actions">{cancel} {retry} {anew}</div>
        </form>
    }
    .into_any()
}
