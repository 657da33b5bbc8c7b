//! Telling people something.

use model::EntityRef;
use platform::access::{Caller, Permission};
use platform::error::Error;
use platform::notify::{self, Message, Notifier, Recipients, Severity, Told};
use serde_json::Value;

use super::query::rank;
use super::text::{DESCRIPTION, METADATA, NAME, TITLE, line, link, optional};
use super::{Notification, Notifications, portal};
use crate::clock;
use crate::store::{self, EVERYBODY, New};

/// References that one message names.
const REFERENCES: usize = 1_000;
/// People whom one message reaches, unless it is for everybody.
const PEOPLE: usize = 10_000;
/// People whose pages are woken one by one; of more, the pages of all are.
const WOKEN: usize = 50;

/// A message with what only other programs say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewNotification {
    /// Whom it is for.
    pub recipients: Recipients,
    /// It in a line, at most 250 characters.
    pub title: String,
    /// More of it, as plain text, at most 10 000 characters.
    pub description: Option<String>,
    /// Where it leads: a path of the portal, or an address of `http` or `https`.
    pub link: Option<String>,
    /// How much it matters.
    pub severity: Severity,
    /// What it belongs to.
    pub topic: Option<String>,
    /// Under this name, what the sender told before is told anew instead of a second time.
    pub scope: Option<String>,
    /// The name of a picture.
    pub icon: Option<String>,
    /// An object with whatever else the sender says, at most 10 000 bytes.
    pub metadata: Option<Value>,
}

impl Notifications {
    /// Notifies people in the name of the caller, who is a program; what came of it. Nobody behind the references is no
    /// mistake: a group may have no members.
    ///
    /// # Errors
    /// The caller may not do this, something of it is no text or too long, or the database failed.
    pub async fn send(&self, caller: &Caller, new: NewNotification) -> Result<Vec<Notification>, Error> {
        self.inner.policy.check(caller, Permission::NotificationsSend)?;
        let told = self.tell_people(caller.subject(), new).await?;
        let ids: Vec<String> = told.into_iter().map(|(_, id)| id).collect();
        let rows = store::with_ids(&self.inner.database, &ids).await?;
        Ok(rows.into_iter().map(Notification::from).collect())
    }

    /// Whom each notification that came of it is for, and its id.
    async fn tell_people(&self, origin: &str, new: NewNotification) -> Result<Vec<(String, String)>, Error> {
        let NewNotification { recipients, title, description, link, severity, topic, scope, icon, metadata } =
            new;
        let metadata = metadata.map(|metadata| metadata.to_string());
        if metadata.as_ref().is_some_and(|text| text.len() > METADATA) {
            return Err(Error::input(format!(
                "The metadata of a notification has at most {METADATA} bytes."
            )));
        }
        let new = New {
            origin: line("origin", origin, NAME)?,
            scope: optional("scope", scope, NAME)?,
            title: line("title", &title, TITLE)?,
            description: optional("description", description, DESCRIPTION)?,
            link: self::link(link)?,
            severity: rank(severity),
            topic: optional("topic", topic, NAME)?.unwrap_or_default(),
            icon: optional("icon", icon, NAME)?,
            metadata,
        };
        let people = self.people(recipients)?;
        if people.is_empty() {
            return Ok(Vec::new());
        }
        let told = store::send(&self.inner.database, &new, &people, clock::now()).await?;
        self.wake(&people);
        Ok(told)
    }

    /// The people whom a message is for.
    fn people(&self, recipients: Recipients) -> Result<Vec<String>, Error> {
        let Recipients::Entities { of, except } = recipients else {
            return Ok(vec![EVERYBODY.to_owned()]);
        };
        if of.len() + except.len() > REFERENCES {
            return Err(Error::input(format!("A notification names at most {REFERENCES} entities.")));
        }
        let (of, except) = (parsed(&of)?, parsed(&except)?);
        let people = self.inner.catalog.people_behind(&portal(), &of, &except)?;
        if people.len() > PEOPLE {
            return Err(Error::input(format!(
                "{} people are behind these entities, and one notification reaches at most {PEOPLE}. Send it to everybody.",
                people.len()
            )));
        }
        Ok(people)
    }

    fn wake(&self, people: &[String]) {
        let is_for_many = people.len() > WOKEN || people.iter().any(|user| user == EVERYBODY);
        if is_for_many {
            self.publish(notify::NEWS_OF_ALL);
        } else {
            people.iter().for_each(|user| self.tell(user));
        }
    }
}

fn parsed(references: &[String]) -> Result<Vec<EntityRef>, Error> {
    let parse = |text: &String| {
        let parsed = EntityRef::parse(text.trim()).ok().filter(|_| !text.contains('\0'));
        parsed.ok_or_else(|| {
            Error::input(format!(
                "{text:?} is no reference of an entity. Write it as user:default/jane or group:default/platform."
            ))
        })
    };
    references.iter().map(parse).collect()
}

/// Other capabilities notify people in their own name.
impl Notifier for Notifications {
    fn notify(&self, message: Message) -> Told<'_> {
        let Message { origin, recipients, title, description, link, severity, topic, scope } = message;
        let new = NewNotification {
            recipients,
            title,
            description,
            link,
            severity,
            topic,
            scope,
            icon: None,
            metadata: None,
        };
        Box::pin(async move { Ok(self.tell_people(&origin, new).await?.len()) })
    }
}
