//! `notification:send`.

use std::sync::Arc;

use platform::notify::{Message, Notifier, Recipients, Severity};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::{Running, about, input, nothing, object};
use crate::action::{About, Action, ActionError, Done, Invocation};
use crate::notice::{ORIGIN, OWN};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Input {
    recipients: Kind,
    entity_refs: Option<Vec<String>>,
    title: String,
    info: Option<String>,
    link: Option<String>,
    severity: Option<Severity>,
    scope: Option<String>,
    topic: Option<String>,
    #[serde(default)]
    optional: bool,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Kind {
    Broadcast,
    Entity,
}

pub(super) fn action(notifier: Arc<dyn Notifier>) -> Arc<dyn Action> {
    let text = |description: &str| json!({ "type": "string", "description": description });
    let schema = object(
        &["recipients", "title"],
        json!({
            "recipients": {
                "type": "string",
                "enum": ["broadcast", "entity"],
                "description": "`broadcast` for everybody, `entity` for the people behind `entityRefs`.",
            },
            "entityRefs": {
                "type": "array",
                "items": { "type": "string" },
                "description": "References of entities: a person, a group for its members and those of the groups below it, anything else \
                                for its owners.",
            },
            "title": text("It in a line, at most 250 characters."),
            "info": text("More of it, as plain text."),
            "link": text("Where it leads: a path of the portal, or an address of http or https."),
            "severity": {
                "type": "string",
                "enum": ["low", "normal", "high", "critical"],
                "description": "How much it matters; `normal` if left out.",
            },
            "scope": text("What was notified under the same scope before is replaced and becomes unread again. If left out, each step of each run has one of its own."),
            "topic": text("What it belongs to: people can filter by it."),
            "optional": { "type": "boolean", "description": "Whether it is all right if nobody can be notified." },
        }),
    );
    let about = about(
        "notification:send",
        "Notifies people, or everybody. A step that is done again does not notify a second time: it renews its notification.",
        schema,
        &[(
            "Tell the team that owns a service what was changed.",
            "steps:\n  - id: tell\n    action: notification:send\n    input:\n      recipients: entity\n      entityRefs: [component:default/shop]\n      title: The certificates of the shop were renewed\n      link: /catalog/default/component/shop\n      severity: low\n",
        )],
    );
    Arc::new(NotificationSend { about: About { dry_run: false, ..about }, notifier })
}

struct NotificationSend {
    about: About,
    notifier: Arc<dyn Notifier>,
}

impl Action for NotificationSend {
    fn about(&self) -> &About {
        &self.about
    }

    fn would(&self, input: &Map<String, Value>) -> Option<String> {
        let asked: Input = super::input(input.clone()).ok()?;
        let whom = match (asked.recipients, asked.entity_refs) {
            (Kind::Broadcast, _) => "everybody".to_owned(),
            (Kind::Entity, references) => references.unwrap_or_default().join(", "),
        };
        Some(format!("Would notify {whom}: {}", asked.title))
    }

    fn run<'a>(&'a self, invocation: Invocation<'a>) -> Running<'a> {
        Box::pin(send(invocation, &*self.notifier))
    }
}

async fn send(invocation: Invocation<'_>, notifier: &dyn Notifier) -> Result<Done, ActionError> {
    let asked: Input = input(invocation.input)?;
    let (step, journal) = (invocation.step, invocation.journal);
    let optional = asked.optional;
    let told = match message(asked, journal.run(), step) {
        Ok(message) => {
            let to_all = message.recipients == Recipients::Everybody;
            let told = notifier.notify(message).await.map_err(ActionError::from);
            told.map(|number| match number {
                _ if to_all => "Everybody was notified.".to_owned(),
                0 => "Nobody was notified: no people are behind these entities.".to_owned(),
                1 => "One person was notified.".to_owned(),
                many => format!("{many} people were notified."),
            })
        }
        Err(error) => Err(error),
    };
    let line = match told {
        Ok(line) => line,
        Err(error) if optional => format!("Nobody was notified, which is optional: {error}"),
        Err(error) => return Err(error),
    };
    journal.log(Some(step), &line).await?;
    nothing()
}

fn message(asked: Input, run: &str, step: &str) -> Result<Message, ActionError> {
    let recipients = match (asked.recipients, asked.entity_refs) {
        (Kind::Broadcast, _) => Recipients::Everybody,
        (Kind::Entity, Some(references)) if !references.is_empty() => {
            Recipients::Entities { of: references, except: Vec::new() }
        }
        (Kind::Entity, _) => {
            return Err(ActionError::new(
                "Name by entityRefs who is to be notified, or use recipients: broadcast.",
            ));
        }
    };
    let scope = asked.scope.filter(|scope| !scope.trim().is_empty());
    if scope.as_ref().is_some_and(|scope| scope.trim_start().starts_with(OWN)) {
        return Err(ActionError::new(format!(
            "A scope that begins with {OWN} is one of the portal itself. Give the notification another scope."
        )));
    }
    // Ids of steps are as long as their authors like.
    let own = || Uuid::new_v5(&Uuid::NAMESPACE_OID, format!("{run} {step}").as_bytes());
    Ok(Message {
        origin: ORIGIN.to_owned(),
        recipients,
        title: asked.title,
        description: asked.info,
        link: asked.link,
        severity: asked.severity.unwrap_or_default(),
        topic: asked.topic,
        scope: scope.or_else(|| Some(format!("step:{}", own()))),
    })
}
