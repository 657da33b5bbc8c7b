//! What people are told about templates and what they are made of, and trying one out.

use std::sync::Arc;
use std::time::Duration;

use model::EntityRef;
use platform::access::{Caller, Permission};
use platform::error::Error;
use serde_json::{Map, Value, json};
use tokio::sync::OwnedSemaphorePermit;

use super::Scaffolder;
use crate::action::{About, Action};
use crate::dry_run::{Content, DryRun, DryRunError, Report, dry_run};
use crate::execution::Secrets;
use crate::turn;

/// How long a dry run may take: an answer has to begin before the server gives it up.
const DRY_RUN_TIME: Duration = Duration::from_secs(25);

/// What stands over a page of a form that has no title.
const UNTITLED: &str = "Please enter the following information";

/// The form of a template.
#[derive(Clone, Debug, PartialEq)]
pub struct ParameterSchema {
    /// What people call the template.
    pub title: String,
    /// What it makes.
    pub description: Option<String>,
    /// `spec.presentation`.
    pub presentation: Option<Value>,
    /// `metadata['ui:options']`.
    pub ui_options: Option<Value>,
    /// The pages of the form.
    pub steps: Vec<ParameterStep>,
    /// `spec.formDecorators`.
    pub form_decorators: Option<Value>,
}

/// A page of a form.
#[derive(Clone, Debug, PartialEq)]
pub struct ParameterStep {
    /// What stands over it.
    pub title: String,
    /// More of it.
    pub description: Option<String>,
    /// The JSON Schema of its answers, with `ui:` keys.
    pub schema: Value,
}

/// What expressions can use beside the language.
#[derive(Clone, Debug, PartialEq)]
pub struct Extensions {
    /// Filters by name.
    pub filters: Vec<FilterInfo>,
}

/// A filter.
#[derive(Clone, Debug, PartialEq)]
pub struct FilterInfo {
    /// Its name.
    pub name: &'static str,
    /// What it is for.
    pub description: &'static str,
    /// JSON Schemas of what it takes and gives: `input`, `arguments`, `output`.
    pub schema: Value,
    /// An expression and what it gives.
    pub example: (&'static str, &'static str),
}

/// An action of this portal.
#[derive(Clone, Debug)]
pub struct Installed {
    /// What it is.
    pub about: About,
    /// Whether a document of this portal declares it.
    pub is_own: bool,
    /// What the configuration lacks for it, as a sentence.
    pub lacks: Option<String>,
}

impl Installed {
    fn of(action: &dyn Action) -> Self {
        let lacks = action.lacks().map(str::to_owned);
        Self { about: action.about().clone(), is_own: action.is_own(), lacks }
    }
}

/// A template that is to be tried out.
#[derive(Clone, Debug, Default)]
pub struct NewDryRun {
    /// Its entity.
    pub template: Value,
    /// Answers to its form.
    pub values: Map<String, Value>,
    /// Its secrets by name.
    pub secrets: Secrets,
    /// What is in its folder.
    pub contents: Vec<Content>,
}

impl Scaffolder {
    /// Tries a template out: it need not be in the catalog, and nothing outside of a folder is changed.
    ///
    /// # Errors
    /// The caller may not try templates out or start runs, too many do at the moment, or the dry run did not come to its end.
    pub async fn dry_run(&self, caller: &Caller, asked: NewDryRun) -> Result<Report, DryRunError> {
        let started = async {
            self.may_try_out(caller)?;
            self.started(caller).await
        };
        let initiator = started.await.map_err(DryRunError::Fault)?.into();
        let turn = self.one_of_few_dry_runs().map_err(DryRunError::Fault)?;
        let NewDryRun { template, values, secrets, contents } = asked;
        let settings = &self.inner.tools.settings;
        let (environment, options) = (settings.environment().with_stand_ins(), settings.options);
        let run = DryRun { template, values, secrets, contents, environment, initiator, options };
        let trying = turn::within(turn, dry_run(run, &self.inner.tools.registry));
        let ended = tokio::time::timeout(DRY_RUN_TIME, trying).await;
        ended.unwrap_or_else(|_| {
            let error =
                format!("It took longer than {} s, the most that a dry run may.", DRY_RUN_TIME.as_secs());
            Err(DryRunError::Failed { step: None, error, log: Vec::new() })
        })
    }

    /// Whether the caller may try templates out.
    pub(crate) fn may_try_out(&self, caller: &Caller) -> Result<(), Error> {
        self.may_start(caller)?;
        self.inner.policy.check(caller, Permission::ScaffolderTemplateDryRun)
    }

    /// The right to one more dry run, as long as it is kept.
    pub(crate) fn one_of_few_dry_runs(&self) -> Result<OwnedSemaphorePermit, Error> {
        Arc::clone(&self.inner.dry_runs).try_acquire_owned().map_err(|_| {
            Error::unavailable("Several templates are tried out already. Try again in a moment.")
        })
    }

    /// The form of a template.
    ///
    /// # Errors
    /// The caller may not see forms, or there is no such template that the caller may see.
    pub async fn parameter_schema(
        &self,
        caller: &Caller,
        entity_ref: &EntityRef,
    ) -> Result<ParameterSchema, Error> {
        self.inner.policy.check(caller, Permission::ScaffolderTemplateParameterRead)?;
        let document = self.template_document(caller, entity_ref).await?;
        let (metadata, spec) = (&document["metadata"], &document["spec"]);
        let text = |value: &Value| value.as_str().map(str::to_owned);
        let some = |value: &Value| (!value.is_null()).then(|| value.clone());
        let pages: Vec<&Value> = match &spec["parameters"] {
            Value::Null => Vec::new(),
            Value::Array(pages) => pages.iter().collect(),
            page => vec![page],
        };
        let step = |schema: &Value| ParameterStep {
            title: text(&schema["title"]).unwrap_or_else(|| UNTITLED.to_owned()),
            description: text(&schema["description"]),
            schema: schema.clone(),
        };
        Ok(ParameterSchema {
            title: text(&metadata["title"]).unwrap_or_else(|| entity_ref.name().to_owned()),
            description: text(&metadata["description"]),
            presentation: some(&spec["presentation"]),
            ui_options: some(&metadata["ui:options"]),
            steps: pages.into_iter().map(step).collect(),
            form_decorators: some(&spec["formDecorators"]),
        })
    }

    /// The actions that steps can use, by id.
    ///
    /// # Errors
    /// The caller may not see what templates are made of.
    pub fn actions(&self, caller: &Caller) -> Result<Vec<Installed>, Error> {
        self.inner.policy.check(caller, Permission::ScaffolderTemplateStepRead)?;
        Ok(self.inner.tools.registry.actions().map(Installed::of).collect())
    }

    /// What expressions of templates can use beside the language.
    ///
    /// # Errors
    /// The caller may not see what templates are made of.
    pub fn templating_extensions(&self, caller: &Caller) -> Result<Extensions, Error> {
        self.inner.policy.check(caller, Permission::ScaffolderTemplateStepRead)?;
        Ok(Extensions { filters: filters() })
    }
}

fn filters() -> Vec<FilterInfo> {
    let text = json!({ "type": "string" });
    let object = |names: &[&str]| {
        let properties = names.iter().map(|name| ((*name).to_owned(), text.clone()));
        json!({ "type": "object", "properties": properties.collect::<Map<_, _>>() })
    };
    let repo_url = json!({ "type": "string", "description": "Such as github.com?owner=acme&repo=shop." });
    vec![
        FilterInfo {
            name: "parseEntityRef",
            description: "The kind, namespace and name of an entity reference.",
            schema: json!({
                "input": { "type": "string", "description": "Such as group:default/team-a." },
                "arguments": [object(&["defaultKind", "defaultNamespace"])],
                "output": object(&["kind", "namespace", "name"]),
            }),
            example: ("${{ 'group:team-a' | parseEntityRef | pick('name') }}", "team-a"),
        },
        FilterInfo {
            name: "parseRepoUrl",
            description: "The parts of the address that a RepoUrlPicker gives.",
            schema: json!({
                "input": repo_url,
                "output": object(&["host", "owner", "repo", "organization", "workspace", "project"]),
            }),
            example: ("${{ ('github.com?owner=acme&repo=shop' | parseRepoUrl).repo }}", "shop"),
        },
        FilterInfo {
            name: "pick",
            description: "A part of a value, by its path.",
            schema: json!({
                "input": { "type": "object" },
                "arguments": [{ "type": "string", "description": "Such as metadata.tags[0]." }],
                "output": {},
            }),
            example: ("${{ { a: ['x', 'y'] } | pick('a[1]') }}", "y"),
        },
        FilterInfo {
            name: "projectSlug",
            description: "Owner and repository of the address that a RepoUrlPicker gives.",
            schema: json!({ "input": repo_url, "output": text }),
            example: ("${{ 'github.com?owner=acme&repo=shop' | projectSlug }}", "acme/shop"),
        },
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn examples_of_filters_give_what_they_say() {
        for filter in filters() {
            let (expression, expected) = filter.example;
            assert!(expression.contains(filter.name), "{}", filter.name);
            let rendered = crate::render(expression, nunjucks::Syntax::default(), &Map::new());
            assert_eq!(rendered.map_err(|error| error.message).as_deref(), Ok(expected), "{expression}");
        }
    }
}
