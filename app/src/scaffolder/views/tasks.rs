//! The list of runs.

use ::scaffolder::{TaskLine, TaskList, TaskState};
use leptos::prelude::*;

use super::task::{state_badge, took};
use crate::catalog::views::entity_link;
use crate::catalog::words;
use crate::scaffolder::{TaskListQuery, task_href};
use crate::ui::{Age, EmptyState, Pagination, Tab, Tabs};

/// States that are filtered by, together: what a person thinks of as one.
const FILTERS: [(&str, &[TaskState]); 4] = [
    ("Under way", &[TaskState::Open, TaskState::Processing]),
    ("Waiting for somebody", &[TaskState::Waiting, TaskState::Asking]),
    ("Completed", &[TaskState::Completed]),
    ("Failed or cancelled", &[TaskState::Failed, TaskState::Cancelled]),
];

/// Runs, the newest first.
#[component]
pub fn TasksView(
    /// The state of the address.
    query: TaskListQuery,
    /// What the service answered.
    list: TaskList,
) -> impl IntoView {
    let TaskList { rows, total, page_count, is_somebody } = list;
    let count = words::count(u32::try_from(total).unwrap_or(u32::MAX), "run", "runs");
    let body = if rows.is_empty() {
        empty(&query)
    } else {
        let rows = rows.into_iter().map(row).collect_view();
        view! {
            <div class="table-scroll" tabindex="0" role="region" aria-label="Table of runs">
                <table class="table runs">
                    <caption class="visually-hidden">"Runs, the newest first"</caption>
                    <thead>
                        <tr>
                            <th scope="col">"Template"</th>
                            <th scope="col">"State"</th>
                            <th scope="col">"Started"</th>
                            <th scope="col">"By"</th>
                            <th scope="col">"Took"</th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        }
        .into_any()
    };
    let page = query.page;
    let of_page = query.clone();
    view! {
        <div class="page-head">
            <h1>"Runs"</h1>
            <div class="actions">
                <a class="button" href="/create/schedules">"Schedules"</a>
                <a class="button" href="/create">"Choose a template"</a>
            </div>
        </div>
        {is_somebody.then(|| whose(&query))}
        {states(&query)}
        <p class="result-count" role="status">{count}</p>
        {body}
        <Pagination page page_count href=move |page| TaskListQuery { page, ..of_page.clone() }.href()/>
    }
    .into_any()
}

fn whose(query: &TaskListQuery) -> AnyView {
    let tab = |title: &str, all: bool| Tab {
        href: TaskListQuery { all, page: 1, ..query.clone() }.href(),
        title: title.to_owned(),
        count: None,
        current: query.all == all,
    };
    view! { <Tabs label="Whose runs" tabs=vec![tab("My runs", false), tab("Everybody's runs", true)]/> }
        .into_any()
}

fn states(query: &TaskListQuery) -> AnyView {
    let tab = |title: &str, states: &[TaskState]| Tab {
        href: TaskListQuery { states: states.to_vec(), page: 1, ..query.clone() }.href(),
        title: title.to_owned(),
        count: None,
        current: query.states == states,
    };
    let any = tab("In any state", &[]);
    let tabs = std::iter::once(any).chain(FILTERS.iter().map(|(title, states)| tab(title, states))).collect();
    view! { <Tabs label="State" tabs/> }.into_any()
}

fn empty(query: &TaskListQuery) -> AnyView {
    if query.states.is_empty() && query.page == 1 {
        view! {
            <EmptyState title="No runs yet">
                <p>"A run begins where somebody fills in the form of a template. " <a href="/create">"Choose a template"</a></p>
            </EmptyState>
        }
        .into_any()
    } else {
        let all = TaskListQuery { states: Vec::new(), page: 1, ..query.clone() }.href();
        view! {
            <EmptyState title="No run is in this state">
                <p><a href=all>"See those in any state"</a></p>
            </EmptyState>
        }
        .into_any()
    }
}

fn row(task: TaskLine) -> AnyView {
    let by = task.by.map_or_else(|| "a guest".into_any(), |by| entity_link(&by).into_any());
    view! {
        <tr>
            <th scope="row"><a href=task_href(&task.id)>{task.title}</a></th>
            <td>{state_badge(task.state)}</td>
            <td><Age at=task.created_at/></td>
            <td>{by}</td>
            <td>{task.took.map(took)}</td>
        </tr>
    }
    .into_any()
}
