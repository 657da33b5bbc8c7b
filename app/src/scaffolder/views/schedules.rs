//! The list of schedules.

use ::scaffolder::ScheduleLine;
use leptos::prelude::*;

use super::task_acts::answered_form;
use crate::catalog::views::entity_link;
use crate::scaffolder::schedules::{HREF, SCHEDULE};
use crate::scaffolder::task::ACT;
use crate::scaffolder::task_href;
use crate::ui::{Age, Badge, Breadcrumbs, EmptyState, Icon, Moment, Tone};

/// Runs that are started again and again, the newest first.
#[component]
pub fn SchedulesView(
    /// What the service answered.
    schedules: Vec<ScheduleLine>,
    /// Why what was asked for was not done.
    refusal: Option<String>,
) -> impl IntoView {
    let refusal = refusal.map(|why| {
        let class = format!("notice {}", Tone::Danger.class());
        view! { <p class=class role="alert"><Icon name="error"/><span>{why}</span></p> }
    });
    let body = if schedules.is_empty() {
        view! {
            <EmptyState title="No schedules">
                <p>
                    "A run that has ended can be repeated on a schedule: open it under "
                    <a href="/create/tasks">"Runs"</a>", and say when."
                </p>
            </EmptyState>
        }
        .into_any()
    } else {
        let rows = schedules.into_iter().map(row).collect_view();
        view! {
            <div class="table-scroll" tabindex="0" role="region" aria-label="Table of schedules">
                <table class="table runs">
                    <caption class="visually-hidden">"Schedules, the newest first"</caption>
                    <thead>
                        <tr>
                            <th scope="col">"Template"</th>
                            <th scope="col">"When"</th>
                            <th scope="col">"Next run"</th>
                            <th scope="col">"Last run"</th>
                            <th scope="col">"By"</th>
                            <th scope="col"><span class="visually-hidden">"Change"</span></th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        }
        .into_any()
    };
    view! {
        <Breadcrumbs
            above=vec![("Create".to_owned(), "/create".to_owned()), ("Runs".to_owned(), "/create/tasks".to_owned())]
            here="Schedules".to_owned()
        />
        <div class="page-head"><h1>"Schedules"</h1></div>
        {refusal}
        {body}
    }
    .into_any()
}

fn row(schedule: ScheduleLine) -> AnyView {
    let by = schedule.by.as_ref().map_or_else(|| "a guest".into_any(), |by| entity_link(by).into_any());
    let name =
        schedule.template.as_ref().map_or_else(|| schedule.template_ref.clone(), |link| link.title.clone());
    let answers = schedule
        .template
        .as_ref()
        .and_then(|template| answered_form(template, schedule.form_data.as_deref()));
    let answers = answers.map(|href| {
        let label = format!("Answers for {name}");
        view! { <a class="button" href=href aria-label=label>"Answers"</a> }
    });
    let template = schedule.template.as_ref().map_or_else(
        || schedule.template_ref.clone().into_any(),
        |template| entity_link(template).into_any(),
    );
    let next = match &schedule.next_at {
        _ if schedule.is_suspended => view! { <Badge text="Suspended" tone=Tone::Warning/> }.into_any(),
        Some(at) => view! { <Moment at=at.clone()/> }.into_any(),
        None => "None any more".into_any(),
    };
    let last = schedule.last_at.clone().map(|at| {
        let words = view! { <Age at/> };
        match (&schedule.last_error, &schedule.last_task) {
            (Some(error), _) => view! { {words} <p class="small">{error.clone()}</p> }.into_any(),
            (None, Some(task)) => view! { <a href=task_href(task)>{words}</a> }.into_any(),
            (None, None) => words.into_any(),
        }
    });
    let acts = if schedule.may_change {
        buttons(&schedule.id, &name, schedule.is_suspended, answers.into_any())
    } else {
        answers.into_any()
    };
    view! {
        <tr>
            <th scope="row">{template}</th>
            <td>
                {schedule.in_words}
                <p class="small muted"><code>{schedule.cron}</code>" "{schedule.time_zone}</p>
            </td>
            <td>{next}</td>
            <td>{last.unwrap_or_else(|| "None yet".into_any())}</td>
            <td>{by}</td>
            <td>{acts}</td>
        </tr>
    }
    .into_any()
}

fn buttons(id: &str, template: &str, is_suspended: bool, answers: AnyView) -> AnyView {
    let (act, word) = if is_suspended { ("resume", "Resume") } else { ("suspend", "Suspend") };
    let (label, remove) = (format!("{word} {template}"), format!("Remove the schedule of {template}"));
    view! {
        <form method="post" action=HREF data-wizard="" class="actions">
            <input type="hidden" name=SCHEDULE value=id.to_owned()/>
            {answers}
            <button class="button" name=ACT value=act aria-label=label>{word}</button>
            <button class="button" name=ACT value="delete" aria-label=remove>"Remove"</button>
        </form>
    }
    .into_any()
}
