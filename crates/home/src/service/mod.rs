//! The one way to what people keep: pages and REST handlers call these functions.
//!
//! Each takes the [`Visitor`] and checks a named permission first. What concerns entities is asked of the catalog with the
//! same caller, so nobody learns here of what they may not see there.

mod address;
mod page;
mod stars;
#[cfg(test)]
mod tests;
mod views;
mod visits;

use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use catalog::Catalog;
use platform::access::{Permission, Policy};
use platform::database::Database;
use platform::error::Error;
use tokio::sync::Notify;

pub use self::views::ViewChange;
use self::visits::Waiting;
use crate::store::{Full, Room};
use crate::visitor::Visitor;

/// What the composition says.
#[derive(Clone, Copy, Debug, Default)]
pub struct Settings {
    /// Whether the portal is reached over TLS, so that its cookies shall never leave without.
    pub secure_cookies: bool,
}

/// What people keep, as a service. Cloning is cheap.
#[derive(Clone)]
pub struct Home {
    inner: Arc<Inner>,
}

struct Inner {
    database: Database,
    catalog: Catalog,
    policy: Policy,
    settings: Settings,
    waiting: Waiting,
    /// Wakes whoever writes the visits that wait.
    visited: Notify,
}

impl Home {
    /// Opens the service on a database whose tables are up to date, and begins to write visits in the background. That ends
    /// with the catalog.
    #[must_use]
    pub fn open(settings: Settings, database: Database, catalog: Catalog, policy: Policy) -> Self {
        let home = Self {
            inner: Arc::new(Inner {
                database,
                catalog,
                policy,
                settings,
                waiting: Waiting::default(),
                visited: Notify::new(),
            }),
        };
        tokio::spawn(visits::write_in_background(home.clone()));
        home
    }

    /// The `Set-Cookie` header that the answer to a change has to carry, if any.
    #[must_use]
    pub fn cookie(&self, visitor: &Visitor) -> Option<String> {
        visitor.new_cookie(self.inner.settings.secure_cookies)
    }

    /// Checks the permission to see one's things, and says under which key they are; nothing where there are none.
    fn reader(&self, visitor: &Visitor) -> Result<Option<String>, Error> {
        self.inner.policy.check(visitor.caller(), Permission::HomeRead)?;
        Ok(visitor.owner())
    }

    /// Checks the permission to change one's things, and gives the key that they have.
    fn writer(&self, visitor: &mut Visitor) -> Result<String, Error> {
        self.inner.policy.check(visitor.caller(), Permission::HomeUpdate)?;
        visitor.owner_of_change().ok_or_else(Error::unauthenticated)
    }
}

/// The refusal of what has no room any more.
fn no_room(full: Full, room: Room, what: &str) -> Error {
    Error::conflict(match full {
        Full::Owner => {
            let most = room.owner;
            format!(
                "You have {most} {what} already, and more are not kept. Remove one that you no longer need."
            )
        }
        Full::Guests => {
            format!("There are so many {what} of guests that no more are kept. Sign in to keep yours.")
        }
    })
}

/// Unix milliseconds; 0 for a clock before 1970.
fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}
