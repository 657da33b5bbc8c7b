//! `wait:webhook`: another program says that the run goes on; and `webhook:address`, which tells where.

use futures::FutureExt as _;
use futures::future::BoxFuture;
use platform::error::Error;
use platform::keyring::Keyring;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use url::Url;

use super::{deadline, duration_schema, read, until};
use crate::action::{About, Action, ActionError, Done, Example, Invocation, Repeat, Wait};
use crate::clock;

/// The id of the action that waits.
pub(crate) const WEBHOOK: &str = "wait:webhook";
/// What arrived is kept under this name.
pub(crate) const DELIVERY: &str = "delivery";
/// Until when to wait is kept under this name.
const WAITS_UNTIL: &str = "waitsUntil";

/// What another program sent.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Delivery {
    /// JSON as it is, anything else as text.
    pub(crate) body: Value,
    /// What the sender called it.
    pub(crate) content_type: String,
    /// When, in Unix milliseconds.
    pub(crate) at: i64,
}

/// What a sender has to show for a step of a run. It is the same each time it is asked for, so that it may be told to others
/// before the step begins, and after a crash.
///
/// # Errors
/// The portal has no key.
pub(crate) fn token(keyring: &Keyring, task: &str, step: &str) -> Result<String, Error> {
    keyring.sign(&signed(task, step))
}

/// Whether a text is that token.
pub(crate) fn is_token(keyring: &Keyring, task: &str, step: &str, token: &str) -> bool {
    keyring.verify(&signed(task, step), token)
}

fn signed(task: &str, step: &str) -> String {
    // The id of a task has no spaces, so no two pairs give the same text.
    format!("webhook {task} {step}")
}

/// The action that waits.
pub(super) struct WaitWebhook(About);

impl WaitWebhook {
    pub(super) fn new() -> Self {
        Self(About {
            id: WEBHOOK.to_owned(),
            description: "Waits until another program sends a POST request to the address that webhook:address gives for this \
                          step. The address works once. The run holds no worker meanwhile."
                .to_owned(),
            input: json!({
                "type": "object",
                "properties": {
                    "timeout": duration_schema("How long to wait, such as { minutes: 30 } or 30m. Without it, for ever."),
                },
            }),
            output: json!({
                "type": "object",
                "properties": {
                    "body": { "description": "What was sent: JSON as it is, anything else as text." },
                    "contentType": { "type": "string", "description": "The content type that the sender named." },
                    "at": { "type": "string", "format": "date-time", "description": "When it arrived." },
                },
            }),
            examples: vec![Example {
                description: "Give another program an address, and wait for it".to_owned(),
                example: "steps:\n  - id: address\n    action: webhook:address\n    input:\n      step: built\n  - id: build\n    \
                          action: http:request\n    input:\n      method: POST\n      url: https://ci.example.com/builds\n      \
                          body:\n        callback: ${{ steps.address.output.url }}\n  - id: built\n    action: wait:webhook\n    \
                          input:\n      timeout: { minutes: 30 }\n"
                    .to_owned(),
            }],
            dry_run: false,
            repeat: Repeat::Safe,
        })
    }
}

impl Action for WaitWebhook {
    fn about(&self) -> &About {
        &self.0
    }

    fn run<'a>(&'a self, invocation: Invocation<'a>) -> BoxFuture<'a, Result<Done, ActionError>> {
        wait(invocation).boxed()
    }
}

async fn wait(invocation: Invocation<'_>) -> Result<Done, ActionError> {
    let Invocation { step, mut input, journal, .. } = invocation;
    if let Some(kept) = journal.kept(step, DELIVERY).await? {
        let Delivery { body, content_type, at } = read(kept)?;
        return Ok(Done::Output(Map::from_iter([
            ("body".to_owned(), body),
            ("contentType".to_owned(), content_type.into()),
            ("at".to_owned(), clock::rfc3339(at).into()),
        ])));
    }
    let until_then: Option<i64> = match journal.kept(step, WAITS_UNTIL).await? {
        Some(kept) => read(kept)?,
        None => {
            let deadline = deadline(input.remove("timeout"))?;
            journal.keep(step, WAITS_UNTIL, json!(deadline)).await?;
            deadline
        }
    };
    let left = until(until_then);
    if left.is_some_and(|left| left.is_zero()) {
        return Err(ActionError::new(
            "Nothing was sent to the address of this step in time. See whether the other program got the address, and retry \
             the run: the address stays the same.",
        ));
    }
    Ok(Done::Wait(Wait { reason: "A request of another program".to_owned(), again_in: left }))
}

/// The action that tells the address.
pub(super) struct WebhookAddress {
    about: About,
    keyring: Keyring,
    base_url: String,
}

impl WebhookAddress {
    pub(super) fn new(keyring: Keyring, base_url: &str) -> Self {
        let about = About {
            id: "webhook:address".to_owned(),
            description: "Gives the address to which another program sends a request when a later step, a wait:webhook, is to go \
                          on. Who has the address can do that, so it is as secret as a password."
                .to_owned(),
            input: json!({
                "type": "object",
                "required": ["step"],
                "properties": {
                    "step": { "type": "string", "minLength": 1, "description": "The id of the step that waits." },
                },
            }),
            output: json!({
                "type": "object",
                "properties": { "url": { "type": "string", "format": "uri", "description": "The address." } },
            }),
            examples: vec![],
            dry_run: false,
            repeat: Repeat::Safe,
        };
        Self { about, keyring, base_url: base_url.trim_end_matches('/').to_owned() }
    }

    fn address(&self, invocation: &Invocation<'_>) -> Result<Done, ActionError> {
        let step = invocation.input.get("step").and_then(Value::as_str).unwrap_or_default();
        let task = invocation.journal.run();
        let token = token(&self.keyring, task, step).map_err(|error| ActionError::new(error.message()))?;
        invocation.journal.mask().add(&token);
        let unusable = || {
            ActionError::new(
                "The portal does not know under which address other programs reach it. Set backend.baseUrl in its \
                 configuration.",
            )
        };
        let mut url = Url::parse(&self.base_url).map_err(|_| unusable())?;
        url.path_segments_mut().map_err(|()| unusable())?.pop_if_empty().extend([
            "api",
            "portico",
            "scaffolder",
            "tasks",
            task,
            "steps",
            step,
            "webhook",
        ]);
        url.query_pairs_mut().append_pair("token", &token);
        Ok(Done::Output(Map::from_iter([("url".to_owned(), url.to_string().into())])))
    }
}

impl Action for WebhookAddress {
    fn about(&self) -> &About {
        &self.about
    }

    fn lacks(&self) -> Option<&str> {
        let is_known = Url::parse(&self.base_url).is_ok_and(|url| !url.cannot_be_a_base());
        (!is_known)
            .then_some("`backend.baseUrl` does not say under which address other programs reach the portal.")
    }

    fn run<'a>(&'a self, invocation: Invocation<'a>) -> BoxFuture<'a, Result<Done, ActionError>> {
        async move { self.address(&invocation) }.boxed()
    }
}
