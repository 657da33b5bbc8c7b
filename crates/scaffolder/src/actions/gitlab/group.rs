//! `gitlab:group:ensureExists` and `gitlab:group:access`.

use std::sync::Arc;

use http::Method;
use integrations::{GitlabApi, encode_part};
use platform::Secret;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::inputs::host_schema;
use super::{host, id, is_path, log, needs, number, output};
use crate::action::{About, Action, ActionError, Done, Invocation};
use crate::actions::{Reach, about, input, object, simple};

/// The levels of access, by their names.
const LEVELS: [(&str, u64); 8] = [
    ("no access", 0),
    ("minimal access", 5),
    ("guest", 10),
    ("planner", 15),
    ("reporter", 20),
    ("developer", 30),
    ("maintainer", 40),
    ("owner", 50),
];

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Wanted {
    repo_url: String,
    token: Option<Secret<String>>,
    description: Option<String>,
    path: Vec<Name>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Name {
    Both(String),
    Each { name: String, slug: String },
}

pub(super) fn ensure_exists(reach: Arc<Reach>) -> Arc<dyn Action> {
    let own = json!({
        "description": { "type": "string", "description": "What the groups that are made say about themselves." },
        "path": {
            "type": "array",
            "items": { "anyOf": [
                { "type": "string" },
                {
                    "type": "object",
                    "properties": { "name": { "type": "string" }, "slug": { "type": "string" } },
                    "required": ["name", "slug"],
                    "additionalProperties": false,
                },
            ] },
            "minItems": 1,
            "description": "The group and those that it is in, the outermost first: the end of the address of each, or that as `slug` with the `name` that people read.",
        },
    });
    let given = object(
        &[],
        json!({ "groupId": { "type": "number", "description": "The number of the innermost group." } }),
    );
    let about = about(
        "gitlab:group:ensureExists",
        "Makes the GitLab groups of a path that are not there yet. Those that are there stay as they are.",
        host_schema(&["path"], own),
        &[(
            "Make a group for the shops.",
            "steps:\n  - id: group\n    action: gitlab:group:ensureExists\n    input:\n      repoUrl: gitlab.com\n      path: [acme, { name: All shops, slug: shops }]\n",
        )],
    );
    simple(About { output: given, ..about }, move |invocation| {
        let reach = Arc::clone(&reach);
        Box::pin(async move { ensure(&reach, &invocation).await })
    })
}

async fn ensure(reach: &Reach, invocation: &Invocation<'_>) -> Result<Done, ActionError> {
    let wanted: Wanted = input(invocation.input.clone())?;
    let parts: Vec<(&str, &str)> = wanted
        .path
        .iter()
        .map(|name| match name {
            Name::Both(name) => (name.as_str(), name.as_str()),
            Name::Each { name, slug } => (name.as_str(), slug.as_str()),
        })
        .collect();
    if let Some((_, slug)) = parts.iter().find(|(_, slug)| !is_path(slug)) {
        return Err(ActionError::new(format!(
            "{slug:?} can't be a part of an address at GitLab, which has letters from a to z, digits, -, _ and . only. Write a group \
             with another name as an object with name and slug."
        )));
    }
    if invocation.dry_run {
        let path = parts.iter().map(|(_, slug)| *slug).collect::<Vec<_>>().join("/");
        log(invocation, &format!("Would make the group {path}, unless it is there.")).await?;
        return output([("groupId", json!(1))]);
    }
    let api = host(reach, &wanted.repo_url, wanted.token.as_ref())?;
    let (mut path, mut parent) = (String::new(), Value::Null);
    for (name, slug) in parts {
        path = if path.is_empty() { slug.to_owned() } else { format!("{path}/{slug}") };
        parent = match find(&api, &path).await? {
            Some(found) => found,
            None => {
                log(invocation, &format!("Making the group {path}.")).await?;
                let mut body = json!({ "name": name, "path": slug });
                if !parent.is_null() {
                    body["parent_id"] = parent.clone();
                }
                if let Some(description) = &wanted.description {
                    body["description"] = json!(description);
                }
                match api.send(Method::POST, "/groups", Some(&body)).await {
                    Ok(made) => made["id"].clone(),
                    // What an earlier attempt sent may have come just now.
                    Err(error) if error.is(400) => {
                        find(&api, &path).await?.ok_or_else(|| ActionError::from(error))?
                    }
                    Err(error) => return Err(needs(error, "Maintainer", &format!("the group above {path}"))),
                }
            }
        };
    }
    output([("groupId", parent)])
}

/// The number of a group, if it is there.
async fn find(api: &GitlabApi, path: &str) -> Result<Option<Value>, ActionError> {
    let found = api.find(&format!("/groups/{}?with_projects=false", encode_part(path))).await?;
    Ok(found.map(|found| found["id"].clone()))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Members {
    repo_url: String,
    token: Option<Secret<String>>,
    path: Value,
    #[serde(default)]
    user_ids: Vec<Value>,
    #[serde(default)]
    group_ids: Vec<Value>,
    #[serde(default)]
    action: Change,
    access_level: Option<Value>,
}

#[derive(Clone, Copy, Default, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
enum Change {
    #[default]
    Add,
    Remove,
}

pub(super) fn access(reach: Arc<Reach>) -> Arc<dyn Action> {
    let numbers = |description: &str| json!({ "type": "array", "items": { "type": "number" }, "description": description });
    let own = json!({
        "path": { "type": ["number", "string"], "description": "The number or the path of the group." },
        "userIds": numbers("The numbers of people."),
        "groupIds": numbers("The numbers of groups whose members it is shared with."),
        "action": { "type": "string", "enum": ["add", "remove"], "default": "add", "description": "Whether they are let in or lose their access." },
        "accessLevel": {
            "type": ["number", "string"], "default": 30,
            "description": "What they may do: a number of GitLab's, or `guest`, `planner`, `reporter`, `developer`, `maintainer` or `owner`.",
        },
    });
    let given = object(
        &[],
        json!({
            "userIds": numbers("The people."),
            "groupIds": numbers("The groups."),
            "path": { "type": ["number", "string"], "description": "The group as the step names it." },
            "accessLevel": { "type": "number", "description": "What they may do, where they were let in." },
        }),
    );
    let about = about(
        "gitlab:group:access",
        "Lets people and the members of other groups into a GitLab group, or takes their access away. Who has another access is given this one.",
        host_schema(&["path"], own),
        &[(
            "Let somebody into the group.",
            "steps:\n  - id: access\n    action: gitlab:group:access\n    input:\n      repoUrl: gitlab.com\n      path: acme/shops\n      userIds: [12]\n      accessLevel: maintainer\n",
        )],
    );
    simple(About { output: given, ..about }, move |invocation| {
        let reach = Arc::clone(&reach);
        Box::pin(async move { set(&reach, &invocation).await })
    })
}

async fn set(reach: &Reach, invocation: &Invocation<'_>) -> Result<Done, ActionError> {
    let asked: Members = input(invocation.input.clone())?;
    if asked.user_ids.is_empty() && asked.group_ids.is_empty() {
        return Err(ActionError::new("The step names nobody: give it userIds, groupIds or both."));
    }
    let level = level(asked.access_level.as_ref())?;
    let name = id(&asked.path);
    let (people, groups) = (asked.user_ids.len(), asked.group_ids.len());
    if invocation.dry_run {
        let what = if asked.action == Change::Add { "let into" } else { "take out of" };
        log(invocation, &format!("Would {what} the group {name}: {people} people and {groups} groups."))
            .await?;
    } else {
        let api = host(reach, &asked.repo_url, asked.token.as_ref())?;
        let path = format!("/groups/{}", encode_part(&name));
        let group = api.get(&format!("{path}?with_projects=false")).await;
        let group = group.map_err(|error| needs(error, "Owner", &format!("the group {name}")))?;
        for user in &asked.user_ids {
            let done = user_access(&api, &path, &id(user), asked.action, level).await;
            done.map_err(|error| about_one(error, &format!("the person {}", id(user))))?;
        }
        for other in &asked.group_ids {
            let done = group_access(&api, &path, &group, &id(other), asked.action, level).await;
            done.map_err(|error| about_one(error, &format!("the group {}", id(other))))?;
        }
    }
    let mut given = Map::from_iter([("path".to_owned(), asked.path)]);
    for (field, ids) in [("userIds", asked.user_ids), ("groupIds", asked.group_ids)] {
        if !ids.is_empty() {
            given.insert(field.to_owned(), Value::Array(ids));
        }
    }
    if asked.action == Change::Add {
        given.insert("accessLevel".to_owned(), json!(level));
    }
    Ok(Done::Output(given))
}

fn about_one(error: integrations::ApiError, who: &str) -> ActionError {
    needs(error, "Owner", who)
}

/// The level of access that a step names.
fn level(asked: Option<&Value>) -> Result<u64, ActionError> {
    let Some(asked) = asked else { return Ok(30) };
    let said = id(asked).to_lowercase().replace(['_', '-'], " ");
    let known = LEVELS.iter().find(|(name, number)| *name == said || number.to_string() == said);
    known.map(|(_, number)| *number).ok_or_else(|| {
        let known = LEVELS.map(|(name, number)| format!("{number} ({name})")).join(", ");
        ActionError::new(format!("{said} is no level of access at GitLab, which has {known}."))
    })
}

async fn user_access(
    api: &GitlabApi,
    group: &str,
    user: &str,
    change: Change,
    level: u64,
) -> Result<(), integrations::ApiError> {
    let path = format!("{group}/members/{user}");
    let known = api.find(&path).await?;
    match (change, known) {
        (Change::Add, Some(member)) if member["access_level"] == level => Ok(()),
        (Change::Remove, None) => Ok(()),
        (Change::Add, Some(_)) => {
            api.send(Method::PUT, &path, Some(&json!({ "access_level": level }))).await.map(drop)
        }
        (Change::Add, None) => {
            let body = json!({ "user_id": number(&json!(user)), "access_level": level });
            gone_or_there(api.send(Method::POST, &format!("{group}/members"), Some(&body)).await, 409)
        }
        (Change::Remove, Some(_)) => gone_or_there(api.send(Method::DELETE, &path, None).await, 404),
    }
}

async fn group_access(
    api: &GitlabApi,
    path: &str,
    group: &Value,
    other: &str,
    change: Change,
    level: u64,
) -> Result<(), integrations::ApiError> {
    let shared = group["shared_with_groups"].as_array().into_iter().flatten();
    let is_other = |shared: &&Value| other.parse::<u64>().is_ok_and(|other| shared["group_id"] == other);
    let known = shared.into_iter().find(is_other);
    if change == Change::Add && known.is_some_and(|shared| shared["group_access_level"] == level) {
        return Ok(());
    }
    // GitLab changes the access of a group by no request of its own.
    if known.is_some() {
        gone_or_there(api.send(Method::DELETE, &format!("{path}/share/{other}"), None).await, 404)?;
    }
    if change == Change::Add {
        let body = json!({ "group_id": number(&json!(other)), "group_access": level });
        api.send(Method::POST, &format!("{path}/share"), Some(&body)).await?;
    }
    Ok(())
}

/// An answer that says that it is so already is one that it is done.
fn gone_or_there(
    answer: Result<Value, integrations::ApiError>,
    status: u16,
) -> Result<(), integrations::ApiError> {
    match answer {
        Err(error) if !error.is(status) => Err(error),
        _ => Ok(()),
    }
}
