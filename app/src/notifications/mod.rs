//! What a person was told: the page, and the number beside the bell.
//!
//! The page is drawn on the server and acts by forms that are sent to its own address, which answers with the page as it is
//! then.

mod page;
mod query;
mod views;

use ::notifications::Notifications;
use leptos::prelude::use_context;
use platform::access::Caller;
use platform::error::Error;

pub(crate) use self::page::draw;
pub use self::query::{NotificationListQuery, Show};
pub use self::views::NotificationsView;

/// The service that the server put into the context, and who asks.
fn service() -> Result<(Notifications, Caller), Error> {
    let notifications = use_context::<Notifications>()
        .ok_or_else(|| Error::unavailable("Notifications are not ready yet. Try again in a moment."))?;
    Ok((notifications, use_context::<Caller>().unwrap_or(Caller::Nobody)))
}

/// How many notifications the caller has not read.
pub(crate) async fn unread() -> Result<u64, Error> {
    let (notifications, caller) = service()?;
    notifications.unread(&caller).await
}
