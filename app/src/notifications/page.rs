//! `/notifications`: what the reader was told.

use std::time::{SystemTime, UNIX_EPOCH};

use ::notifications::{Mark, Notifications, Query};
use leptos::prelude::*;
use platform::access::Caller;
use platform::error::Error;

use super::query::SHOWN;
use super::views::List;
use super::{NotificationListQuery, NotificationsView, service};
use crate::drawn::{Page, html};
use crate::error::UiError;
use crate::scaffolder::SentForm;
use crate::visitor::Visitor;

/// The input that says what a button does.
pub(super) const ACT: &str = "act";
/// The notification that it is about.
pub(super) const ID: &str = "id";
/// Until when all were seen that are marked together, in Unix milliseconds.
pub(super) const UNTIL: &str = "until";

/// What a button does.
#[derive(Debug, PartialEq, Eq)]
enum Act {
    Mark(String, Mark),
    ReadAll(i64),
}

/// The page, after what was sent to it is done.
pub(crate) async fn draw(query: &str) -> Result<Page, UiError> {
    let (notifications, caller) = service()?;
    let query = NotificationListQuery::from_query_string(query);
    if let Some(SentForm(sent)) = use_context::<SentForm>() {
        let asked = sent.map_err(Error::input).and_then(|inputs| act(&inputs));
        if asked.is_err() {
            // Who may not see the page is told no more than that.
            notifications.status(&caller).await?;
        }
        perform(&notifications, &caller, asked?).await?;
        leptos_axum::redirect(&query.href());
        return Ok(Page::default());
    }
    let (mut query, mut asked) = (query.clone(), query.asked());
    let (mut rows, total) = notifications.list(&caller, &asked).await?;
    let page_count = u32::try_from(total.div_ceil(SHOWN)).unwrap_or(u32::MAX).max(1);
    if query.page > page_count {
        // The last ones of a page may have been marked away.
        query.page = page_count;
        asked = query.asked();
        rows = notifications.list(&caller, &asked).await?.0;
    }
    let until = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_millis();
    let list = List {
        rows,
        total,
        page_count,
        unread: notifications.status(&caller).await?.unread,
        topics: notifications.topics(&caller, &Query::default()).await?,
        is_person: matches!(caller, Caller::User { .. }),
        can_sign_in: Visitor::current().can_sign_in,
        until: i64::try_from(until).unwrap_or(i64::MAX),
    };
    let html = html(|| view! { <NotificationsView query list/> });
    Ok(Page { title: "Notifications".to_owned(), html, entity: None })
}

async fn perform(notifications: &Notifications, caller: &Caller, act: Act) -> Result<(), Error> {
    match act {
        Act::Mark(id, mark) => notifications.mark(caller, &[id], mark).await.map(drop),
        Act::ReadAll(until) => notifications.mark_all_read(caller, until).await,
    }
}

/// What the inputs of a form ask for.
fn act(inputs: &[(String, String)]) -> Result<Act, Error> {
    let sent = |of: &str| {
        let found = inputs.iter().rev().find(|(name, _)| name == of);
        found.map(|(_, value)| value.clone()).unwrap_or_default()
    };
    let mark = |read, saved| Ok(Act::Mark(sent(ID), Mark { read, saved }));
    match (sent(ACT).as_str(), sent(UNTIL).parse()) {
        ("read", _) => mark(Some(true), None),
        ("unread", _) => mark(Some(false), None),
        ("save", _) => mark(None, Some(true)),
        ("forget", _) => mark(None, Some(false)),
        ("read-all", Ok(until)) => Ok(Act::ReadAll(until)),
        _ => Err(Error::input("The page asked for something that it has no button for. Reload it.")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn buttons_say_what_they_do() {
        let asked = |of: &[(&str, &str)]| {
            let inputs: Vec<_> =
                of.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
            act(&inputs).ok()
        };
        let saved = Mark { read: None, saved: Some(true) };
        assert_eq!(asked(&[(ID, "1"), (ACT, "save")]), Some(Act::Mark("1".to_owned(), saved)));
        assert_eq!(asked(&[(ACT, "read-all"), (UNTIL, "12")]), Some(Act::ReadAll(12)));
        for wrong in [&[(ACT, "launch")][..], &[(ACT, "read-all")], &[(ACT, "read-all"), (UNTIL, "x")], &[]] {
            assert_eq!(asked(wrong), None, "{wrong:?}");
        }
    }
}
