//! Software Templates: from the document of a template to the run of its steps.

pub mod action;
pub mod actions;
mod check;
mod clock;
mod completion;
mod config;
pub mod dry_run;
pub mod execution;
pub mod expression;
mod filters;
pub mod form;
mod journal;
mod lines;
mod links;
mod migration;
mod notice;
mod origin;
mod pages;
#[cfg(test)]
mod peers;
mod routes;
mod schedule;
pub mod schema;
mod schema_fields;
mod service;
mod store;
pub mod template;
pub mod template_test;
mod testing;
mod turn;
pub mod wait;
mod worker;
pub mod workspace;

use nunjucks::{Limits, Template};
use serde_json::{Map, Value};

pub use self::check::TemplateCheck;
pub use self::completion::{Completion, CompletionKind, Completions};
pub use self::config::{ActionsConfig, Config, EnvironmentConfig, RecoveryConfig, Settings};
pub use self::lines::render_line;
pub use self::migration::migrations;
pub use self::pages::{
    ActionGroup, ActionList, ActionPage, Before, DryFile, DryRun, DryStep, Editor, EntityRun, FileChange,
    Gallery, LogQuery, RunLine, RunLog, ScheduleAct, ScheduleLine, Sent, Shown, StepHead, StepLine,
    Suggestion, Suggestions, TaskAct, TaskLine, TaskList, TaskPage, Trial, Wizard, WizardForm, data_url,
};
pub use self::routes::{BODY_LIMIT, routes};
pub use self::schema_fields::{SchemaField, schema_fields};
pub use self::service::{
    Answer, CancelOutcome, Completed, Extensions, FilterInfo, Installed, NewDryRun, NewRun, NewSchedule,
    OpenApproval, ParameterSchema, ParameterStep, Parts, Refusal, Scaffolder, Schedule, ScheduleChange,
    StepBranch, Task, TaskEvent, TaskOrder, TaskQuery, TaskStep, TemplateUsage, Waits,
};
pub use self::store::TaskState;
pub use self::testing::TestReport;
pub use nunjucks::{Syntax, TemplateError};

/// Renders a text as the steps of a template do; `context` gives names their values.
///
/// # Errors
/// The text is no template, or something in it can't be computed or takes too much.
pub fn render(text: &str, syntax: Syntax, context: &Map<String, Value>) -> Result<String, TemplateError> {
    let environment = &filters::ENVIRONMENT;
    Template::parse(text, syntax, environment)?.render(environment, context, Limits::default())
}
