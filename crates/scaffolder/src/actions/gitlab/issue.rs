//! `gitlab:issues:create` and `gitlab:issue:edit`.

use std::sync::Arc;

use http::Method;
use integrations::GitlabApi;
use platform::Secret;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::inputs::schema;
use super::{asked_project, host, id, keep, kept, log, mark, needs, number, output, project};
use crate::action::{About, Action, ActionError, Done, Invocation};
use crate::actions::{Reach, about, input, object, simple};

/// What says that an earlier attempt came as far as to ask for the issue.
const ASKED: &str = "asked";
/// Most pages of issues that are searched for the one of an earlier attempt.
const MOST_PAGES: usize = 10;
/// How many issues a page has.
const PAGE: usize = 100;
/// How times are written, as GitLab takes them.
const TIME: &str = r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{3})?Z$";

/// What a step says of an issue, by GitLab's names of it.
const FIELDS: [(&str, &str); 19] = [
    ("title", "title"),
    ("description", "description"),
    ("assignees", "assignee_ids"),
    ("confidential", "confidential"),
    ("createdAt", "created_at"),
    ("updatedAt", "updated_at"),
    ("dueDate", "due_date"),
    ("discussionToResolve", "discussion_to_resolve"),
    ("discussionLocked", "discussion_locked"),
    ("epicId", "epic_id"),
    ("labels", "labels"),
    ("addLabels", "add_labels"),
    ("removeLabels", "remove_labels"),
    ("issueType", "issue_type"),
    ("mergeRequestToResolveDiscussionsOf", "merge_request_to_resolve_discussions_of"),
    ("milestoneId", "milestone_id"),
    ("stateEvent", "state_event"),
    ("weight", "weight"),
    ("issueIid", "issue_iid"),
];

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Place {
    repo_url: String,
    token: Option<Secret<String>>,
    project_id: Option<Value>,
}

/// Those of them that are numbers. Others may be made of digits, too.
const NUMBERS: [&str; 5] =
    ["epicId", "mergeRequestToResolveDiscussionsOf", "milestoneId", "weight", "issueIid"];

/// The body of a request for what a step says.
fn body(said: &Map<String, Value>) -> Value {
    let said = |(name, field): &(&str, &str)| {
        let value = said.get(*name)?;
        let value = if NUMBERS.contains(name) { number(value) } else { value.clone() };
        Some(((*field).to_owned(), value))
    };
    let mut body: Value = FIELDS.iter().filter_map(said).collect();
    // Days have no time at GitLab.
    if let Some(day) = body["due_date"].as_str().and_then(|time| time.get(..10)) {
        body["due_date"] = json!(day);
    } else if let Some(body) = body.as_object_mut() {
        body.remove("due_date");
    }
    body
}

/// Fields that both actions have.
fn with_common(own: Value) -> Value {
    let mut fields = own;
    for (name, schema) in [
        (
            "assignees",
            json!({ "type": "array", "items": { "type": "number" }, "description": "The numbers of the people who are to do it." }),
        ),
        (
            "confidential",
            json!({ "type": "boolean", "description": "Whether only members of the project see it." }),
        ),
        (
            "description",
            json!({ "type": "string", "maxLength": 1_048_576, "description": "What it says, in Markdown." }),
        ),
        (
            "issueType",
            json!({ "type": "string", "enum": ["issue", "incident", "test_case", "task"], "description": "What kind of issue it is." }),
        ),
        ("epicId", json!({ "type": "number", "minimum": 0, "description": "The number of its epic." })),
        ("labels", json!({ "type": "string", "description": "Its labels, with commas between them." })),
        ("milestoneId", json!({ "type": "number", "description": "The number of its milestone." })),
    ] {
        fields[name] = schema;
    }
    fields
}

pub(super) fn create(reach: Arc<Reach>) -> Arc<dyn Action> {
    let own = with_common(json!({
        "projectId": {
            "anyOf": [{ "type": "number" }, { "type": "string", "minLength": 1 }],
            "description": "The number or the path of the project; that of the repoUrl if left out.",
        },
        "title": { "type": "string", "description": "The title." },
        "createdAt": { "type": "string", "pattern": TIME, "description": "When it was opened, for owners who bring issues from elsewhere." },
        "dueDate": { "type": "string", "pattern": TIME, "description": "When it is to be done; only the day counts." },
        "discussionToResolve": { "type": "string", "description": "The discussion that it resolves, with `mergeRequestToResolveDiscussionsOf`." },
        "mergeRequestToResolveDiscussionsOf": { "type": "number", "description": "The number of the merge request whose discussions it resolves." },
        "weight": { "type": "number", "minimum": 0, "description": "How much it weighs." },
    }));
    let given = object(
        &["issueUrl", "issueId", "issueIid"],
        json!({
            "issueUrl": { "type": "string", "description": "Its address in a browser." },
            "issueId": { "type": "number", "description": "Its number among all issues of the host." },
            "issueIid": { "type": "number", "description": "Its number in the project." },
        }),
    );
    let about = about(
        "gitlab:issues:create",
        "Opens an issue in a GitLab project. Its text ends with a comment that readers do not see, by which a step that was interrupted \
         finds its issue again.",
        schema(&["title"], own),
        &[(
            "Ask for a review.",
            "steps:\n  - id: ask\n    action: gitlab:issues:create\n    input:\n      repoUrl: gitlab.com?owner=acme/shops&repo=shop\n      title: Review the new service\n      labels: template\n",
        )],
    );
    simple(About { output: given, dry_run: false, ..about }, move |invocation| {
        let reach = Arc::clone(&reach);
        Box::pin(async move { open(&reach, &invocation).await })
    })
}

async fn open(reach: &Reach, invocation: &Invocation<'_>) -> Result<Done, ActionError> {
    let place: Place = input(invocation.input.clone())?;
    let api = host(reach, &place.repo_url, place.token.as_ref())?;
    let name = match &place.project_id {
        Some(given) => id(given),
        None => asked_project(&place.repo_url)?,
    };
    let path = format!("{}/issues", project(&name));
    let mark = mark(invocation);
    let earlier = match kept(invocation, ASKED).await? {
        Some(_) => find(&api, &path, &mark).await?,
        None => None,
    };
    let issue = match earlier {
        Some(issue) => issue,
        None => {
            keep(invocation, ASKED, mark.as_str()).await?;
            let mut body = body(&invocation.input);
            let said = body["description"].as_str().unwrap_or_default();
            body["description"] = json!(format!("{said}\n\n{mark}").trim_start());
            api.send(Method::POST, &path, Some(&body))
                .await
                .map_err(|error| needs(error, "Reporter", "the project, with issues turned on,"))?
        }
    };
    log(invocation, &format!("The issue is {}.", issue["web_url"].as_str().unwrap_or_default())).await?;
    output([
        ("issueUrl", issue["web_url"].clone()),
        ("issueId", issue["id"].clone()),
        ("issueIid", issue["iid"].clone()),
    ])
}

/// The issue with a mark, among the newest.
async fn find(api: &GitlabApi, path: &str, mark: &str) -> Result<Option<Value>, ActionError> {
    for page in 1..=MOST_PAGES {
        let path = format!("{path}?scope=all&order_by=created_at&sort=desc&per_page={PAGE}&page={page}");
        let Value::Array(found) = api.get(&path).await? else { return Ok(None) };
        let is_last = found.len() < PAGE;
        let says = |issue: &Value| issue["description"].as_str().is_some_and(|said| said.contains(mark));
        let own = found.into_iter().find(says);
        if own.is_some() || is_last {
            return Ok(own);
        }
    }
    Ok(None)
}

pub(super) fn edit(reach: Arc<Reach>) -> Arc<dyn Action> {
    let own = with_common(json!({
        "projectId": { "type": "number", "description": "The number of the project." },
        "issueIid": { "type": "number", "description": "The number of the issue in the project." },
        "addLabels": { "type": "string", "description": "Labels that it gets beside those that it has, with commas between them." },
        "removeLabels": { "type": "string", "description": "Labels that it loses, with commas between them." },
        "discussionLocked": { "type": "boolean", "description": "Whether only members of the project may say something about it." },
        "dueDate": { "type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}$", "description": "The day at which it is to be done." },
        "stateEvent": { "type": "string", "enum": ["close", "reopen"], "description": "Whether it is closed or opened again." },
        "title": { "type": "string", "description": "The title." },
        "updatedAt": { "type": "string", "pattern": TIME, "description": "When it was changed, for owners who bring issues from elsewhere." },
        "weight": { "type": "number", "minimum": 0, "maximum": 10, "description": "How much it weighs." },
    }));
    let given = object(
        &["issueUrl", "projectId", "issueId", "issueIid", "state", "title", "updatedAt"],
        json!({
            "issueUrl": { "type": "string", "description": "Its address in a browser." },
            "projectId": { "type": "number", "description": "The number of its project." },
            "issueId": { "type": "number", "description": "Its number among all issues of the host." },
            "issueIid": { "type": "number", "description": "Its number in the project." },
            "state": { "type": "string", "description": "Whether it is open." },
            "title": { "type": "string", "description": "Its title." },
            "updatedAt": { "type": "string", "description": "When it was changed." },
        }),
    );
    let about = about(
        "gitlab:issue:edit",
        "Changes an issue of a GitLab project: what the step does not name stays as it is.",
        schema(&["projectId", "issueIid"], own),
        &[(
            "Close an issue.",
            "steps:\n  - id: close\n    action: gitlab:issue:edit\n    input:\n      repoUrl: gitlab.com?owner=acme/shops&repo=shop\n      projectId: 42\n      issueIid: 7\n      stateEvent: close\n",
        )],
    );
    simple(About { output: given, dry_run: false, ..about }, move |invocation| {
        let reach = Arc::clone(&reach);
        Box::pin(async move { change(&reach, &invocation).await })
    })
}

async fn change(reach: &Reach, invocation: &Invocation<'_>) -> Result<Done, ActionError> {
    let place: Place = input(invocation.input.clone())?;
    let api = host(reach, &place.repo_url, place.token.as_ref())?;
    let mut body = body(&invocation.input);
    let iid = id(&body["issue_iid"]);
    if let Some(body) = body.as_object_mut() {
        body.remove("issue_iid");
    }
    let path = format!("{}/issues/{iid}", project(&id(&place.project_id.unwrap_or_default())));
    let issue = api
        .send(Method::PUT, &path, Some(&body))
        .await
        .map_err(|error| needs(error, "Planner", &format!("the issue {iid} of the project")))?;
    output([
        ("issueUrl", issue["web_url"].clone()),
        ("projectId", issue["project_id"].clone()),
        ("issueId", issue["id"].clone()),
        ("issueIid", issue["iid"].clone()),
        ("state", issue["state"].clone()),
        ("title", issue["title"].clone()),
        ("updatedAt", issue["updated_at"].clone()),
    ])
}
