//! Software Templates: from the document of a template to the run of its steps.

pub mod action;
pub mod actions;
mod check;
pub mod dry_run;
pub mod execution;
pub mod expression;
mod filters;
pub mod form;
mod lines;
mod links;
mod pages;
pub mod schema;
pub mod template;
pub mod workspace;

use nunjucks::{Limits, Template};
use serde_json::{Map, Value};

pub use self::check::TemplateCheck;
pub use self::lines::render_line;
pub use self::pages::{
    DryFile, DryRun, DryStep, Gallery, Sent, Shown, StepHead, Suggestion, Suggestions, Templates, Trial,
    Wizard, WizardForm, data_url,
};
pub use nunjucks::{Syntax, TemplateError};

/// Renders a text as the steps of a template do; `context` gives names their values.
///
/// # Errors
/// The text is no template, or something in it can't be computed or takes too much.
pub fn render(text: &str, syntax: Syntax, context: &Map<String, Value>) -> Result<String, TemplateError> {
    let environment = &filters::ENVIRONMENT;
    Template::parse(text, syntax, environment)?.render(environment, context, Limits::default())
}
