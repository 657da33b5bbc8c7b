//! Runs that had to do with an entity, for its page.

use ::scaffolder::EntityRun;
use leptos::prelude::*;

use super::task::state_badge;
use crate::catalog::views::entity_link;
use crate::scaffolder::task_href;
use crate::ui::{Moment, Timeline, TimelineStep};

/// The runs, newest first, with who started each and how it went.
#[component]
pub fn EntityRunsView(
    /// What the service answered.
    runs: Vec<EntityRun>,
) -> impl IntoView {
    view! {
        <h3>"Runs of templates"</h3>
        <Timeline>{runs.into_iter().map(run).collect_view()}</Timeline>
    }
    .into_any()
}

fn run(EntityRun { id, title, by, created_at, state, registered }: EntityRun) -> AnyView {
    let what = if registered { "Registered by a run of" } else { "Run" };
    let by = by.map(|by| view! { " by " {entity_link(&by)} });
    let label = format!("Run of {title}, {}", crate::clock::moment(&created_at));
    view! {
        <TimelineStep>
            <p>
                {what} " " <a href=task_href(&id) aria-label=label>{title}</a> {by} " " {state_badge(state)}
            </p>
            <p class="muted small"><Moment at=created_at/></p>
        </TimelineStep>
    }
    .into_any()
}
