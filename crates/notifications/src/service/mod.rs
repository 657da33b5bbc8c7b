//! The one way to notifications: pages, REST handlers and other capabilities call these functions.
//!
//! Each takes the [`Caller`] and checks a named permission first. A person sees what is for them or for everybody, and
//! nothing else; who is no person (a guest, a program) has no notifications.

mod expiry;
mod query;
mod send;
#[cfg(test)]
mod tests;
mod text;
mod unread;

use std::sync::Arc;
use std::time::Duration;

use catalog::Catalog;
use platform::access::{Caller, Permission, Policy};
use platform::database::Database;
use platform::error::Error;
use platform::feed::Feed;
use platform::notify::{self, Severity};
use serde_json::Value;
use tokio_util::sync::CancellationToken;

pub use self::query::{OrderBy, Query};
pub use self::send::NewNotification;
use self::unread::Unread;
use crate::clock;
use crate::store::{self, Row};

/// How long notifications are kept, unless the configuration says otherwise.
pub const RETENTION: Duration = Duration::from_secs(365 * 24 * 60 * 60);
/// Most notifications that are marked at once.
const MARKED_AT_ONCE: usize = 1_000;

/// What the configuration says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settings {
    /// `notifications.retention`: how long notifications are kept; nothing for always.
    pub retention: Option<Duration>,
}

impl Default for Settings {
    fn default() -> Self {
        Self { retention: Some(RETENTION) }
    }
}

/// Something that a person was told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notification {
    /// A UUID.
    pub id: String,
    /// The reference of the person; nothing where it is for everybody.
    pub user: Option<String>,
    /// Who told it.
    pub origin: String,
    /// It in a line.
    pub title: String,
    /// More of it, as plain text.
    pub description: Option<String>,
    /// Where it leads: a path of the portal, or an address of `http` or `https`.
    pub link: Option<String>,
    /// How much it matters.
    pub severity: Severity,
    /// What it belongs to.
    pub topic: Option<String>,
    /// What its origin would tell anew instead of a second time.
    pub scope: Option<String>,
    /// The name of a picture, for clients that have one.
    pub icon: Option<String>,
    /// What else the sender said.
    pub metadata: Option<Value>,
    /// When it was told first, in Unix milliseconds.
    pub created: i64,
    /// When it was told anew.
    pub updated: Option<i64>,
    /// When the person read it.
    pub read: Option<i64>,
    /// When the person saved it.
    pub saved: Option<i64>,
}

impl Notification {
    /// When it was told last, in RFC 3339, UTC.
    #[must_use]
    pub fn told_at(&self) -> String {
        clock::rfc3339(self.updated.unwrap_or(self.created))
    }
}

/// How many notifications a person has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Status {
    /// Those not read yet.
    pub unread: u64,
    /// Those read.
    pub read: u64,
}

/// What becomes different in notifications; nothing stays as it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Mark {
    /// Whether they are read.
    pub read: Option<bool>,
    /// Whether they are saved.
    pub saved: Option<bool>,
}

/// Notifications as a service. Cloning is cheap.
#[derive(Clone)]
pub struct Notifications {
    inner: Arc<Inner>,
}

struct Inner {
    database: Database,
    feed: Feed,
    catalog: Catalog,
    policy: Policy,
    unread: Arc<Unread>,
    stopping: CancellationToken,
}

impl Notifications {
    /// Opens the service on a database whose tables are up to date, and begins to forget what is old. That ends with
    /// [`Self::stop`].
    #[must_use]
    pub fn open(
        settings: Settings,
        database: Database,
        feed: Feed,
        catalog: Catalog,
        policy: Policy,
    ) -> Self {
        let stopping = CancellationToken::new();
        if let Some(retention) = settings.retention {
            tokio::spawn(expiry::tidy(database.clone(), retention, stopping.clone()));
        }
        let unread = Arc::new(Unread::default());
        tokio::spawn(Arc::clone(&unread).follow(feed.names(), stopping.clone()));
        Self { inner: Arc::new(Inner { database, feed, catalog, policy, unread, stopping }) }
    }

    /// Ends the work in the background.
    pub fn stop(&self) {
        self.inner.stopping.cancel();
    }

    /// A part of the caller's notifications, and how many the whole has.
    ///
    /// # Errors
    /// The caller may not see this, or the database failed.
    pub async fn list(&self, caller: &Caller, query: &Query) -> Result<(Vec<Notification>, u64), Error> {
        let Some(user) = self.reader(caller)? else { return Ok((Vec::new(), 0)) };
        let Some(filter) = query.filter() else { return Ok((Vec::new(), 0)) };
        let (offset, limit) = query.part();
        let (rows, total) =
            store::list(&self.inner.database, user, &filter, &query.order, offset, limit).await?;
        Ok((rows.into_iter().map(Notification::from).collect(), total))
    }

    /// One of the caller's notifications.
    ///
    /// # Errors
    /// The caller may not see this, has no such notification, or the database failed.
    pub async fn one(&self, caller: &Caller, id: &str) -> Result<Notification, Error> {
        let found = match self.reader(caller)? {
            Some(user) => store::one(&self.inner.database, user, id).await?,
            None => None,
        };
        found.map(Notification::from).ok_or_else(|| {
            Error::not_found("You have no such notification. It may be so old that it was forgotten.")
        })
    }

    /// How many notifications the caller has.
    ///
    /// # Errors
    /// The caller may not see this, or the database failed.
    pub async fn status(&self, caller: &Caller) -> Result<Status, Error> {
        let Some(user) = self.reader(caller)? else { return Ok(Status::default()) };
        let (unread, read) = store::counts(&self.inner.database, user).await?;
        Ok(Status { unread, read })
    }

    /// How many of the caller's notifications are unread, for a page that asks often.
    ///
    /// # Errors
    /// The caller may not see this, or the database failed.
    pub async fn unread(&self, caller: &Caller) -> Result<u64, Error> {
        let Some(user) = self.reader(caller)? else { return Ok(0) };
        match self.inner.unread.of(user) {
            Ok(count) => Ok(count),
            Err(begun) => {
                let (count, _) = store::counts(&self.inner.database, user).await?;
                self.inner.unread.keep(user, begun, count);
                Ok(count)
            }
        }
    }

    /// The topics of those of the caller's notifications that a query lets through, in their order.
    ///
    /// # Errors
    /// The caller may not see this, or the database failed.
    pub async fn topics(&self, caller: &Caller, query: &Query) -> Result<Vec<String>, Error> {
        let Some(user) = self.reader(caller)? else { return Ok(Vec::new()) };
        let Some(filter) = query.filter() else { return Ok(Vec::new()) };
        Ok(store::topics(&self.inner.database, user, &filter).await?)
    }

    /// Marks notifications of the caller; as they are then. Ids that are none of the caller's are passed over.
    ///
    /// # Errors
    /// The caller may not do this, names too many, or the database failed.
    pub async fn mark(
        &self,
        caller: &Caller,
        ids: &[String],
        mark: Mark,
    ) -> Result<Vec<Notification>, Error> {
        self.inner.policy.check(caller, Permission::NotificationsUpdate)?;
        if ids.len() > MARKED_AT_ONCE {
            return Err(Error::input(format!("At most {MARKED_AT_ONCE} notifications are marked at once.")));
        }
        let Some(user) = person(caller) else { return Ok(Vec::new()) };
        let database = &self.inner.database;
        let filter = store::Filter { ids: Some(ids.to_vec()), ..store::Filter::default() };
        let all = ids.len() as u64;
        let (own, _) = store::list(database, user, &filter, &[], 0, all).await?;
        let own: Vec<String> = own.into_iter().map(|row| row.id).collect();
        if own.is_empty() {
            return Ok(Vec::new());
        }
        store::mark(database, user, &own, mark.read, mark.saved, clock::now()).await?;
        self.tell(user);
        let (rows, _) = store::list(database, user, &filter, &[], 0, all).await?;
        Ok(rows.into_iter().map(Notification::from).collect())
    }

    /// Marks as read all that the caller was told until a moment in Unix milliseconds: what came later, nobody has seen yet.
    ///
    /// # Errors
    /// The caller may not do this, or the database failed.
    pub async fn mark_all_read(&self, caller: &Caller, until: i64) -> Result<(), Error> {
        self.inner.policy.check(caller, Permission::NotificationsUpdate)?;
        let Some(user) = person(caller) else { return Ok(()) };
        store::read_all(&self.inner.database, user, until, clock::now()).await?;
        self.tell(user);
        Ok(())
    }

    /// Checks the permission to see notifications, and says whose; nothing for who has none.
    fn reader<'c>(&self, caller: &'c Caller) -> Result<Option<&'c str>, Error> {
        self.inner.policy.check(caller, Permission::NotificationsRead)?;
        Ok(person(caller))
    }

    /// Wakes the person's open pages.
    fn tell(&self, user: &str) {
        self.publish(&notify::news_of(user));
    }

    /// Tells of news, here before anybody asks what it is.
    fn publish(&self, name: &str) {
        self.inner.unread.forget(name);
        self.inner.feed.publish_name(name);
    }
}

/// The reference of the person who asks.
fn person(caller: &Caller) -> Option<&str> {
    match caller {
        Caller::User { entity_ref, .. } => Some(entity_ref),
        Caller::Nobody | Caller::Guest | Caller::Service { .. } => None,
    }
}

/// The portal itself, for what it has to know to find whom a message reaches.
fn portal() -> Caller {
    Caller::Service { subject: "portico:notifications".to_owned() }
}

impl From<Row> for Notification {
    fn from(row: Row) -> Self {
        let some = |text: String| Some(text).filter(|text| !text.is_empty());
        Self {
            id: row.id,
            user: some(row.user_ref),
            origin: row.origin,
            title: row.title,
            description: row.description,
            link: row.link,
            severity: query::severity(row.severity),
            topic: some(row.topic),
            scope: row.scope,
            icon: row.icon,
            metadata: row.metadata.and_then(|text| serde_json::from_str(&text).ok()),
            created: row.created,
            updated: row.updated,
            read: row.read_at,
            saved: row.saved_at,
        }
    }
}
