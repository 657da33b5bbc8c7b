//! `wait:approval`: a person says whether the run goes on.

use std::sync::Arc;

use futures::FutureExt as _;
use futures::future::BoxFuture;
use model::EntityRef;
use platform::notify::Notifier;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::{deadline, duration_schema, read, until};
use crate::action::{About, Action, ActionError, Done, Example, Invocation, Repeat, Wait};
use crate::clock;
use crate::notice;

/// What the step asks is kept under this name.
pub(crate) const APPROVAL: &str = "approval";
/// What a person decided is kept under this name.
pub(crate) const DECISION: &str = "decision";

/// Most people and groups who may decide.
const MOST_APPROVERS: usize = 100;

/// What a step asks for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Approval {
    /// Canonical references of people and groups who may decide.
    pub(crate) approvers: Vec<String>,
    /// What is to be approved, for the people who decide.
    pub(crate) title: Option<String>,
    /// More of it, in Markdown.
    pub(crate) description: Option<String>,
    /// Until when, in Unix milliseconds.
    pub(crate) deadline: Option<i64>,
    /// Whether who started the run may decide too.
    pub(crate) self_approval: bool,
    /// Whether a decision needs a comment.
    pub(crate) comment_required: bool,
}

/// What a person said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Decision {
    /// Whether the run goes on.
    pub(crate) approved: bool,
    /// The reference of the person.
    pub(crate) by: String,
    /// Why.
    pub(crate) comment: String,
    /// When, in Unix milliseconds.
    pub(crate) at: i64,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Input {
    approvers: Approvers,
    title: Option<String>,
    description: Option<String>,
    timeout: Option<Value>,
    #[serde(default)]
    self_approval: bool,
    #[serde(default)]
    comment_required: bool,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Approvers {
    One(String),
    Many(Vec<String>),
}

/// The action.
pub(super) struct WaitApproval {
    about: About,
    notifier: Arc<dyn Notifier>,
}

impl WaitApproval {
    pub(super) fn new(notifier: Arc<dyn Notifier>) -> Self {
        let text = |description: &str| json!({ "type": "string", "description": description });
        let flag =
            |description: &str| json!({ "type": "boolean", "default": false, "description": description });
        let about = About {
            id: "wait:approval".to_owned(),
            description: "Waits until a person approves, and fails when one rejects or nobody does in time. The run holds no \
                          worker meanwhile."
                .to_owned(),
            input: json!({
                "type": "object",
                "required": ["approvers"],
                "properties": {
                    "approvers": {
                        "description": "References of people and groups who may decide. A reference without a kind is a group's.",
                        "oneOf": [
                            { "type": "string", "minLength": 1 },
                            { "type": "array", "items": { "type": "string", "minLength": 1 }, "minItems": 1, "maxItems": MOST_APPROVERS },
                        ],
                    },
                    "title": text("What is to be approved, in a line."),
                    "description": text("More about it, in Markdown."),
                    "timeout": duration_schema("How long to wait, such as { days: 2 } or 48h. Without it, for ever."),
                    "selfApproval": flag("Whether who started the run may approve it, if they are among the approvers."),
                    "commentRequired": flag("Whether a decision needs a comment."),
                },
            }),
            output: json!({
                "type": "object",
                "properties": {
                    "approved": { "type": "boolean", "description": "true; a rejection fails the step." },
                    "by": text("The reference of the person who approved."),
                    "comment": text("What they said."),
                    "at": { "type": "string", "format": "date-time", "description": "When." },
                },
            }),
            examples: vec![Example {
                description: "Ask the platform team, for two days at most".to_owned(),
                example: "steps:\n  - id: approve\n    name: Approval of the platform team\n    action: wait:approval\n    \
                          input:\n      approvers: [group:default/platform]\n      title: A cluster for ${{ parameters.name }}\n      \
                          timeout: { days: 2 }\n"
                    .to_owned(),
            }],
            dry_run: false,
            repeat: Repeat::Safe,
        };
        Self { about, notifier }
    }
}

impl Action for WaitApproval {
    fn about(&self) -> &About {
        &self.about
    }

    fn run<'a>(&'a self, invocation: Invocation<'a>) -> BoxFuture<'a, Result<Done, ActionError>> {
        run(invocation, &*self.notifier).boxed()
    }
}

async fn run(invocation: Invocation<'_>, notifier: &dyn Notifier) -> Result<Done, ActionError> {
    let Invocation { step, journal, .. } = invocation;
    let approval = match journal.kept(step, APPROVAL).await? {
        Some(kept) => read(kept)?,
        None => ask(invocation, notifier).await?,
    };
    if let Some(decision) = journal.kept(step, DECISION).await? {
        return decided(read(decision)?);
    }
    let who = approval.approvers.join(", ");
    let left = until(approval.deadline);
    if left.is_some_and(|left| left.is_zero()) {
        return Err(ActionError::new(format!(
            "Nobody of {who} decided in time. Ask them before the run is retried, or started anew."
        )));
    }
    Ok(Done::Wait(Wait { reason: format!("Approval by {who}"), again_in: left }))
}

/// Asks, and remembers what for.
async fn ask(invocation: Invocation<'_>, notifier: &dyn Notifier) -> Result<Approval, ActionError> {
    let Invocation { step, input, journal, initiator, .. } = invocation;
    let input: Input = serde_json::from_value(Value::Object(input))
        .map_err(|error| ActionError::new(format!("The input is not as expected: {error}.")))?;
    let approvers = match input.approvers {
        Approvers::One(one) => vec![one],
        Approvers::Many(many) => many,
    };
    if approvers.is_empty() || approvers.len() > MOST_APPROVERS {
        return Err(ActionError::new(format!("approvers names 1 to {MOST_APPROVERS} people or groups.")));
    }
    let reference = |text: String| {
        let parsed = EntityRef::parse_with(text.trim(), Some("group"), "default");
        let parsed = parsed.map(|entity_ref| (entity_ref.kind().to_owned(), entity_ref.to_string()));
        match parsed {
            Ok((kind, entity_ref)) if kind == "group" || kind == "user" => Ok(entity_ref),
            _ => Err(ActionError::new(format!(
                "{text:?} is no approver. Name a person or a group, such as user:default/jane or group:default/platform."
            ))),
        }
    };
    let approval = Approval {
        approvers: approvers.into_iter().map(reference).collect::<Result<_, _>>()?,
        title: input.title,
        description: input.description,
        deadline: deadline(input.timeout)?,
        self_approval: input.self_approval,
        comment_required: input.comment_required,
    };
    // Before it is kept: a process that ends in between asks once more, which renews the notification.
    let asked = notice::ask(notifier, (journal.run(), step), &approval, initiator.user.as_deref()).await;
    if let Err(error) = asked {
        journal.log(Some(step), &format!("Who may approve could not be notified: {error}")).await?;
    }
    journal.keep(step, APPROVAL, json!(approval)).await?;
    let (who, until) = (approval.approvers.join(", "), approval.deadline.map(clock::rfc3339));
    let until = until.map(|until| format!(" until {until}")).unwrap_or_default();
    journal.log(Some(step), &format!("Waiting for approval by {who}{until}.")).await?;
    Ok(approval)
}

fn decided(decision: Decision) -> Result<Done, ActionError> {
    let Decision { approved, by, comment, at } = decision;
    if !approved {
        let why = if comment.is_empty() { String::new() } else { format!(": {comment}") };
        return Err(ActionError::new(format!("{by} rejected this{why}")));
    }
    Ok(Done::Output(Map::from_iter([
        ("approved".to_owned(), true.into()),
        ("by".to_owned(), by.into()),
        ("comment".to_owned(), comment.into()),
        ("at".to_owned(), clock::rfc3339(at).into()),
    ])))
}
