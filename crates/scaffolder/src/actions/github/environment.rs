//! `github:environment:create`.

use std::collections::BTreeMap;
use std::sync::Arc;

use http::Method;
use integrations::{GithubRepository, encode_part};
use model::EntityRef;
use platform::Secret;
use serde::Deserialize;
use serde_json::{Value, json};

use super::create::set_variable;
use super::inputs::{named_texts, schema, texts};
use super::sealed::Seal;
use super::{PAGE, needs, repository};
use crate::action::{About, Action, ActionError, Done, Invocation};
use crate::actions::catalog::Catalog;
use crate::actions::{Reach, about, input, nothing, simple};

const PERMISSION: &str = "Administration: write";
/// Most people and teams that GitHub lets review.
const MOST_REVIEWERS: usize = 6;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Input {
    repo_url: String,
    token: Option<Secret<String>>,
    name: String,
    deployment_branch_policy: Option<Value>,
    #[serde(default)]
    custom_branch_policy_names: Vec<String>,
    #[serde(default)]
    custom_tag_policy_names: Vec<String>,
    #[serde(default)]
    environment_variables: BTreeMap<String, String>,
    #[serde(default)]
    secrets: BTreeMap<String, Secret<String>>,
    #[serde(default)]
    wait_timer: f64,
    #[serde(default)]
    prevent_self_review: bool,
    #[serde(default)]
    reviewers: Vec<String>,
}

pub(super) fn action(reach: Arc<Reach>, catalog: Arc<dyn Catalog>) -> Arc<dyn Action> {
    let own = json!({
        "name": { "type": "string", "description": "The name of the environment." },
        "deploymentBranchPolicy": {
            "type": "object",
            "properties": {
                "protected_branches": { "type": "boolean", "description": "Only protected branches." },
                "custom_branch_policies": { "type": "boolean", "description": "Only branches and tags that the step names." },
            },
            "required": ["protected_branches", "custom_branch_policies"],
            "additionalProperties": false,
            "description": "Which branches are deployed from; one of the two is true. All of them if left out.",
        },
        "customBranchPolicyNames": texts("Patterns of the branches that are deployed from, such as `release/*`."),
        "customTagPolicyNames": texts("Patterns of the tags that are deployed from, such as `v*`."),
        "environmentVariables": named_texts("Variables for workflows that deploy to it."),
        "secrets": named_texts("Secrets for workflows that deploy to it, from the secrets of the form."),
        "waitTimer": { "type": "number", "description": "How many minutes a deployment waits before it begins." },
        "preventSelfReview": { "type": "boolean", "description": "Whether whoever starts a deployment may not approve it." },
        "reviewers": texts("References of the users and groups who approve deployments, at most 6. Their names at GitHub are in the annotations `github.com/user-login` and `github.com/team-slug`, or are those of the entities."),
    });
    let about = about(
        "github:environment:create",
        "Makes an environment of a GitHub repository, with what protects it and with its variables and secrets. \
         One of this name that is there already is set to what the step says.",
        schema(&["name"], [own]),
        &[(
            "Deploy from the branch main only, after somebody of the team approved.",
            "steps:\n  - id: production\n    action: github:environment:create\n    input:\n      repoUrl: github.com?owner=acme&repo=shop\n      name: production\n      deploymentBranchPolicy:\n        protected_branches: false\n        custom_branch_policies: true\n      customBranchPolicyNames: [main]\n      reviewers: [group:default/shop-team]\n",
        )],
    );
    simple(About { dry_run: false, ..about }, move |invocation| {
        let (reach, catalog) = (Arc::clone(&reach), Arc::clone(&catalog));
        Box::pin(async move { create(&reach, &*catalog, &invocation).await })
    })
}

async fn create(
    reach: &Reach,
    catalog: &dyn Catalog,
    invocation: &Invocation<'_>,
) -> Result<Done, ActionError> {
    let asked: Input = input(invocation.input.clone())?;
    if asked.wait_timer.fract() != 0.0 || !(0.0..=43_200.0).contains(&asked.wait_timer) {
        return Err(ActionError::new("waitTimer has to be a whole number of minutes, 30 days at most."));
    }
    let repository = repository(reach, &asked.repo_url, asked.token.as_ref())?;
    let refused = |error| needs(error, PERMISSION, "the repository");
    let reviewers = reviewers(catalog, invocation, &repository, &asked.reviewers).await?;
    #[expect(clippy::cast_possible_truncation, reason = "whole numbers of this size fit")]
    let body = json!({
        "wait_timer": asked.wait_timer as i64,
        "prevent_self_review": asked.prevent_self_review,
        "reviewers": reviewers,
        "deployment_branch_policy": asked.deployment_branch_policy,
    });
    let place = format!("/environments/{}", encode_part(&asked.name));
    repository.send(Method::PUT, &place, Some(&body)).await.map_err(refused)?;
    let branches = asked.custom_branch_policy_names.iter().map(|name| (name, "branch"));
    let tags = asked.custom_tag_policy_names.iter().map(|name| (name, "tag"));
    let wanted: Vec<_> = branches.chain(tags).collect();
    if !wanted.is_empty() {
        allow(&repository, &place, &wanted).await?;
    }
    for (name, value) in &asked.environment_variables {
        set_variable(&repository, &place, name, value).await.map_err(refused)?;
    }
    if !asked.secrets.is_empty() {
        let seal = Seal::of(&repository, &place).await?;
        for (name, secret) in &asked.secrets {
            seal.set(&repository, &place, name, secret).await?;
        }
    }
    nothing()
}

/// Lets patterns of branches and tags be deployed from, beside those that may be already.
async fn allow(
    repository: &GithubRepository,
    place: &str,
    wanted: &[(&String, &str)],
) -> Result<(), ActionError> {
    let refused = |error| needs(error, PERMISSION, "the environment");
    let path = format!("{place}/deployment-branch-policies");
    let mut known = Vec::new();
    for page in 1.. {
        let path = format!("{path}?per_page={PAGE}&page={page}");
        let mut found = repository.send(Method::GET, &path, None).await.map_err(refused)?;
        let Value::Array(found) = found["branch_policies"].take() else { break };
        let is_last = found.len() < PAGE;
        known.extend(found);
        if is_last {
            break;
        }
    }
    for (name, kind) in wanted {
        // Older hosts know branches only, and name no type.
        let is_there =
            |policy: &Value| policy["name"] == **name && policy["type"].as_str().unwrap_or("branch") == *kind;
        if !known.iter().any(is_there) {
            let body = json!({ "name": name, "type": kind });
            repository.send(Method::POST, &path, Some(&body)).await.map_err(refused)?;
        }
    }
    Ok(())
}

/// The people and teams of these references, by their numbers at GitHub.
async fn reviewers(
    catalog: &dyn Catalog,
    invocation: &Invocation<'_>,
    repository: &GithubRepository,
    references: &[String],
) -> Result<Value, ActionError> {
    if references.is_empty() {
        return Ok(Value::Null);
    }
    if references.len() > MOST_REVIEWERS {
        return Err(ActionError::new(format!("GitHub takes at most {MOST_REVIEWERS} reviewers.")));
    }
    let read = |text: &String| {
        EntityRef::parse(text).map_err(|error| ActionError::new(format!("{text:?} is no reference: {error}")))
    };
    let references: Vec<EntityRef> = references.iter().map(read).collect::<Result<_, _>>()?;
    let entities = catalog.entities(invocation.initiator, &references).await?;
    let mut reviewers = Vec::new();
    for (reference, entity) in references.iter().zip(entities) {
        let entity =
            entity.ok_or_else(|| ActionError::new(format!("There is no {reference} in the catalog.")))?;
        let named = |annotation: &str| {
            let name = entity["metadata"]["annotations"][annotation].as_str();
            name.unwrap_or_else(|| reference.name()).to_owned()
        };
        let (kind, path) = if reference.kind().eq_ignore_ascii_case("user") {
            ("User", format!("/users/{}", encode_part(&named("github.com/user-login"))))
        } else if reference.kind().eq_ignore_ascii_case("group") {
            let team = named("github.com/team-slug");
            let team = team.rsplit('/').next().unwrap_or_default();
            ("Team", format!("/orgs/{}/teams/{}", encode_part(repository.owner()), encode_part(team)))
        } else {
            return Err(ActionError::new(format!("{reference} can't review: name users and groups.")));
        };
        let found = repository.api().find(&path).await?.ok_or_else(|| {
            ActionError::new(format!(
                "{} has nothing at {path} for {reference}. Give the entity the annotation \
                 github.com/user-login or github.com/team-slug with its name there.",
                repository.api().host()
            ))
        })?;
        reviewers.push(json!({ "type": kind, "id": found["id"] }));
    }
    Ok(Value::Array(reviewers))
}
