//! The actions that come with the portal, and what they may reach.

mod catalog;
mod common;
mod content;
mod custom;
mod debug;
mod fetch;
mod files;
mod git;
mod github;
mod gitlab;
mod notification;
mod reach;
mod request;
mod skeleton;
mod template;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use futures::future::BoxFuture;
use platform::notify::Notifier;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

pub use self::catalog::{Catalog, NoCatalog, Registration};
pub use self::custom::{DocumentError, custom, declared};
pub use self::reach::{Reach, SourceContent, SourceFile};
use crate::action::{About, Action, ActionError, Done, Example, Invocation, Repeat};
use crate::workspace::WorkspaceError;

/// All of them. `reach` says what may be fetched and where is written, `catalog` stands for the catalog, `notifier` for whoever
/// tells people something.
#[must_use]
pub fn all(
    reach: &Arc<Reach>,
    catalog: &Arc<dyn Catalog>,
    notifier: &Arc<dyn Notifier>,
) -> Vec<Arc<dyn Action>> {
    let mut actions = fetch::actions(reach);
    actions.extend(template::actions(reach));
    actions.extend(files::actions());
    actions.extend(catalog::actions(reach, catalog));
    actions.extend(debug::actions());
    actions.push(notification::action(Arc::clone(notifier)));
    let hosts = reach.integrations();
    let lacks = |has: bool, what: &'static str| (!has).then_some(what);
    let github = lacks(
        hosts.writes_to_github(),
        "No host of `integrations.github` has a `token`, so that each step has to bring a token.",
    );
    actions.extend(github::actions(reach, catalog).into_iter().map(|action| lacking(github, action)));
    let gitlab = lacks(
        hosts.writes_to_gitlab(),
        "No host of `integrations.gitlab` has a `token`, so that each step has to bring a token.",
    );
    actions.extend(gitlab::actions(reach).into_iter().map(|action| lacking(gitlab, action)));
    let git = lacks(hosts.pushes(), "`portico.scaffolder.gitPublish.allow` names no address to push to.");
    actions.push(lacking(git, git::action(Arc::clone(reach))));
    let asks = lacks(
        hosts.requests().are_allowed(),
        "`portico.scaffolder.httpRequest.allow` names no host that may be asked.",
    );
    actions.push(lacking(asks, request::action(Arc::clone(reach))));
    actions
}

/// An action for which the configuration lacks something.
struct Lacking {
    action: Arc<dyn Action>,
    lacks: &'static str,
}

fn lacking(lacks: Option<&'static str>, action: Arc<dyn Action>) -> Arc<dyn Action> {
    match lacks {
        Some(lacks) => Arc::new(Lacking { action, lacks }),
        None => action,
    }
}

impl Action for Lacking {
    fn about(&self) -> &About {
        self.action.about()
    }

    fn repeat(&self, input: &Map<String, Value>) -> Repeat {
        self.action.repeat(input)
    }

    fn lacks(&self) -> Option<&str> {
        Some(self.lacks)
    }

    fn secrets(&self) -> &[&str] {
        self.action.secrets()
    }

    fn run<'a>(&'a self, invocation: Invocation<'a>) -> Running<'a> {
        self.action.run(invocation)
    }
}

type Running<'a> = BoxFuture<'a, Result<Done, ActionError>>;

/// An action that is one function.
struct Simple<F> {
    about: About,
    secrets: &'static [&'static str],
    run: F,
}

impl<F: for<'a> Fn(Invocation<'a>) -> Running<'a> + Send + Sync> Action for Simple<F> {
    fn about(&self) -> &About {
        &self.about
    }

    fn secrets(&self) -> &[&str] {
        self.secrets
    }

    fn run<'a>(&'a self, invocation: Invocation<'a>) -> Running<'a> {
        (self.run)(invocation)
    }
}

fn simple(
    about: About,
    run: impl for<'a> Fn(Invocation<'a>) -> Running<'a> + Send + Sync + 'static,
) -> Arc<dyn Action> {
    hiding(&[], about, run)
}

/// An action that is one function, with the outputs that are secrets.
fn hiding(
    secrets: &'static [&'static str],
    about: About,
    run: impl for<'a> Fn(Invocation<'a>) -> Running<'a> + Send + Sync + 'static,
) -> Arc<dyn Action> {
    Arc::new(Simple { about, secrets, run })
}

/// What is said about an action that changes the workspace only, and that a dry run does too.
fn about(id: &str, description: &str, input: Value, examples: &[(&str, &str)]) -> About {
    let example = |(description, example): &(&str, &str)| Example {
        description: (*description).to_owned(),
        example: (*example).to_owned(),
    };
    About {
        id: id.to_owned(),
        description: description.to_owned(),
        input,
        output: json!({ "type": "object" }),
        examples: examples.iter().map(example).collect(),
        dry_run: true,
        repeat: Repeat::Safe,
    }
}

/// The schema of an object with these properties.
fn object(required: &[&str], properties: Value) -> Value {
    let mut schema = json!({ "type": "object" });
    schema["properties"] = properties;
    schema["required"] = json!(required);
    schema
}

/// The input of a call as its action reads it.
fn input<T: DeserializeOwned>(input: Map<String, Value>) -> Result<T, ActionError> {
    serde_json::from_value(Value::Object(input))
        .map_err(|error| ActionError::new(format!("The input can't be read: {error}.")))
}

fn nothing() -> Result<Done, ActionError> {
    Ok(Done::Output(Map::new()))
}

impl From<WorkspaceError> for ActionError {
    fn from(error: WorkspaceError) -> Self {
        Self::new(error.to_string())
    }
}

impl From<platform::Error> for ActionError {
    fn from(error: platform::Error) -> Self {
        // A refusal stays one; a fault of the portal may be gone the next time.
        Self { message: error.message().to_owned(), later: error.kind().is_fault() }
    }
}
