//! The REST doors of templates and runs: `/api/scaffolder` as Backstage 1.55 serves it, and `/api/portico/scaffolder` for what
//! is ours.
//!
//! A handler takes the caller, parses, calls one service function and maps the result. It decides nothing else.

mod actions;
mod autocomplete;
mod body;
mod completion;
mod dry_run;
mod events;
mod log;
mod portico;
mod schedules;
mod serialized;
mod tasks;
mod templates;
mod usage;

use axum::extract::DefaultBodyLimit;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::service::Scaffolder;

/// Largest body that these routes take, in bytes: answers may hold files.
pub const BODY_LIMIT: usize = 10 * 1024 * 1024;

/// All routes of this capability, with their part of the OpenAPI document.
pub fn routes(scaffolder: Scaffolder) -> OpenApiRouter {
    OpenApiRouter::new()
        .nest("/api/scaffolder/v2", backstage())
        .nest("/api/portico/scaffolder", portico())
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
        .with_state(scaffolder)
}

fn backstage() -> OpenApiRouter<Scaffolder> {
    OpenApiRouter::new()
        .routes(routes!(templates::get_parameter_schema))
        .routes(routes!(templates::list_templating_extensions))
        .routes(routes!(autocomplete::autocomplete))
        .routes(routes!(actions::list_actions))
        .routes(routes!(tasks::list_tasks, tasks::scaffold))
        .routes(routes!(tasks::get_task))
        .routes(routes!(tasks::cancel_task))
        .routes(routes!(tasks::retry_task))
        .routes(routes!(dry_run::dry_run))
        .routes(routes!(events::stream_events))
        .routes(routes!(events::poll_events))
}

fn portico() -> OpenApiRouter<Scaffolder> {
    OpenApiRouter::new()
        .routes(routes!(completion::complete))
        .routes(routes!(portico::get_run))
        .routes(routes!(log::get_log))
        .routes(routes!(portico::rerun))
        .routes(routes!(portico::decide))
        .routes(routes!(portico::answer))
        .routes(routes!(portico::deliver))
        .routes(routes!(portico::list_approvals))
        .routes(routes!(usage::list_usage))
        .routes(routes!(schedules::list_schedules, schedules::create_schedule))
        .routes(routes!(schedules::get_schedule, schedules::change_schedule, schedules::delete_schedule))
}
