//! The list of notifications. All that others wrote is text.

use ::notifications::Notification;
use leptos::prelude::*;
use platform::notify::Severity;

use super::page::{ACT, ID, UNTIL};
use super::{NotificationListQuery, Show};
use crate::catalog::words;
use crate::ui::{Age, EmptyState, Pagination, Tab, Tabs};

/// What the service answered, and for whom.
#[derive(Debug)]
pub struct List {
    /// The part that is shown, the unread first.
    pub rows: Vec<Notification>,
    /// How many the whole list has.
    pub total: u64,
    /// How many parts it has.
    pub page_count: u32,
    /// How many are not read, whatever is shown.
    pub unread: u64,
    /// Topics to choose from.
    pub topics: Vec<String>,
    /// Whether the reader is somebody who can be notified.
    pub is_person: bool,
    /// Whether there is a way to become one.
    pub can_sign_in: bool,
    /// When this was asked, in Unix milliseconds.
    pub until: i64,
}

/// Notifications, with what can be done with them.
#[component]
pub fn NotificationsView(
    /// The state of the address.
    query: NotificationListQuery,
    /// What the service answered.
    list: List,
) -> impl IntoView {
    let List { rows, total, page_count, unread, topics, is_person, can_sign_in, until } = list;
    if !is_person {
        return nobody(can_sign_in);
    }
    let all_read = (unread > 0).then(|| {
        view! {
            <form method="post" action=query.href() data-wizard="">
                <input type="hidden" name=UNTIL value=until/>
                <button class="button" name=ACT value="read-all" data-command="Mark all notifications as read">"Mark all read"</button>
            </form>
        }
        .into_any()
    });
    let count = words::count(u32::try_from(total).unwrap_or(u32::MAX), "notification", "notifications");
    let body = if rows.is_empty() {
        empty(&query)
    } else {
        let rows = rows.into_iter().map(|row| one(&query, row)).collect_view();
        view! { <ol class="told-list" aria-label="Notifications, unread first">{rows}</ol> }.into_any()
    };
    let (page, of_page) = (query.page, query.clone());
    view! {
        <div class="page-head">
            <h1>"Notifications"</h1>
            {all_read}
        </div>
        {parts(&query, unread)}
        {filters(&query, topics)}
        <p class="result-count" role="status">{count}</p>
        {body}
        <Pagination page page_count href=move |page| NotificationListQuery { page, ..of_page.clone() }.href()/>
    }
    .into_any()
}

fn nobody(can_sign_in: bool) -> AnyView {
    let way = can_sign_in.then(|| {
        let address = model::sign_in_address(NotificationListQuery::PATH);
        view! { " " <a href=address rel="external">"Sign in"</a> }
    });
    view! {
        <div class="page-head"><h1>"Notifications"</h1></div>
        <EmptyState title="Guests are not notified">
            <p>"Notifications are for people who sign in."{way}</p>
        </EmptyState>
    }
    .into_any()
}

fn parts(query: &NotificationListQuery, unread: u64) -> AnyView {
    let tab = |title: &str, show: Show, count: Option<u64>| Tab {
        href: NotificationListQuery { show, page: 1, ..query.clone() }.href(),
        title: title.to_owned(),
        count: count.filter(|count| *count > 0).and_then(|count| u32::try_from(count).ok()),
        current: query.show == show,
    };
    let tabs = vec![
        tab("All", Show::All, None),
        tab("Unread", Show::Unread, Some(unread)),
        tab("Saved", Show::Saved, None),
    ];
    view! { <Tabs label="Which notifications" tabs/> }.into_any()
}

/// A form that asks: with scripts it acts when something is chosen.
fn filters(query: &NotificationListQuery, mut topics: Vec<String>) -> AnyView {
    if !query.topic.is_empty() && !topics.contains(&query.topic) {
        topics.push(query.topic.clone());
    }
    let show = match query.show {
        Show::All => None,
        Show::Unread => Some("unread"),
        Show::Saved => Some("saved"),
    };
    let show = show.map(|show| view! { <input type="hidden" name="show" value=show/> });
    let chosen = query.topic.clone();
    let topics = topics.into_iter().map(move |topic| {
        let selected = topic == chosen;
        let value = topic.clone();
        view! { <option value=value selected=selected>{topic}</option> }
    });
    let least = [Severity::Normal, Severity::High, Severity::Critical];
    let asked = query.severity;
    let severities = least.into_iter().map(move |severity| {
        let title = match severity {
            Severity::Low | Severity::Normal => "Normal and above",
            Severity::High => "High and above",
            Severity::Critical => "Critical",
        };
        view! { <option value=severity.name() selected=asked == Some(severity)>{title}</option> }
    });
    let clear = query.is_narrowed().then(|| {
        let all = NotificationListQuery { show: query.show, ..NotificationListQuery::from_query_string("") };
        view! { <a href=all.href()>"Clear filters"</a> }
    });
    view! {
        <form class="told-filters" role="search" method="get" action=NotificationListQuery::PATH data-live="">
            {show}
            <p class="field">
                <label for="told-text">"Search"</label>
                <input id="told-text" class="input" type="search" name="text" value=query.text.clone() maxlength="200" autocomplete="off"/>
            </p>
            <p class="field">
                <label for="told-topic">"Topic"</label>
                <select id="told-topic" class="input" name="topic">
                    <option value="">"Any topic"</option>
                    {topics.collect_view()}
                </select>
            </p>
            <p class="field">
                <label for="told-severity">"Severity"</label>
                <select id="told-severity" class="input" name="severity">
                    <option value="">"Any severity"</option>
                    {severities.collect_view()}
                </select>
            </p>
            <button class="button button--quiet">"Apply"</button>
            {clear}
        </form>
    }
    .into_any()
}

fn empty(query: &NotificationListQuery) -> AnyView {
    let all = NotificationListQuery::from_query_string("");
    let (title, text) = match query.show {
        _ if query.is_narrowed() => ("Nothing matches", "No notification matches these filters."),
        Show::All => {
            ("Nothing yet", "What concerns you, such as a run that waits for your approval, is told here.")
        }
        Show::Unread => ("All read", "There is nothing that you have not read."),
        Show::Saved => ("Nothing saved", "What you save stays here, and is not forgotten when it gets old."),
    };
    let way = (*query != all).then(|| view! { " " <a href=all.href()>"See all notifications"</a> });
    view! { <EmptyState title=title><p>{text}{way}</p></EmptyState> }.into_any()
}

fn one(query: &NotificationListQuery, notification: Notification) -> AnyView {
    let at = notification.told_at();
    let Notification { id, title, description, link, severity, topic, origin, read, saved, .. } =
        notification;
    let heading = format!("told-{id}");
    let labelled_by = heading.clone();
    let (is_unread, is_saved) = (read.is_none(), saved.is_some());
    let named = match link {
        // Pages of other hosts open as any link does, and learn nothing of where they were linked.
        Some(link) if !link.starts_with('/') => {
            view! { <a href=link rel="external noreferrer">{title.clone()}</a> }.into_any()
        }
        Some(link) => view! { <a href=link>{title.clone()}</a> }.into_any(),
        None => title.clone().into_any(),
    };
    let (words, tone) = severity_words(severity);
    let topic = topic.map(|topic| {
        let of_topic =
            NotificationListQuery { topic: topic.clone(), ..NotificationListQuery::from_query_string("") };
        view! { <a href=of_topic.href()>{topic}</a> }
    });
    let from = (!origin.starts_with("plugin:")).then(|| view! { <span>"from " {origin}</span> });

    let unread = is_unread.then(|| view! { <span class="told__unread">"Unread"</span> });
    let button = |act: &'static str, words: &'static str| {
        let label = format!("{words}: {title}");
        view! { <button class="button button--quiet" name=ACT value=act aria-label=label>{words}</button> }
    };
    let read = if is_unread { button("read", "Mark read") } else { button("unread", "Mark unread") };
    let save = if is_saved { button("forget", "Unsave") } else { button("save", "Save") };
    view! {
        <li class="told" data-unread=is_unread.then_some("") aria-labelledby=labelled_by>
            <div class="told__head">
                <h2 id=heading>{named}</h2>
                {unread}
            </div>
            <p class="told__about small muted">
                <span class=format!("told__severity {tone}")>{words}</span>
                <Age at/>
                {topic}
                {from}
            </p>
            {description.map(|text| view! { <p class="told__text">{text}</p> })}
            <form method="post" action=query.href() data-wizard="">
                <input type="hidden" name=ID value=id/>
                <p class="actions">{read} {save}</p>
            </form>
        </li>
    }
    .into_any()
}

/// A severity in words, and the class of its colour.
fn severity_words(severity: Severity) -> (&'static str, &'static str) {
    match severity {
        Severity::Low => ("Low severity", ""),
        Severity::Normal => ("Normal severity", ""),
        Severity::High => ("High severity", "tone-warning"),
        Severity::Critical => ("Critical severity", "tone-danger"),
    }
}
