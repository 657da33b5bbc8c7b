//! Tabs: each is a page with an address of its own, so they are links and no widget.

use leptos::prelude::*;

/// One tab.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tab {
    /// Where it leads.
    pub href: String,
    /// What is there.
    pub title: String,
    /// How many things are there, where that is worth saying.
    pub count: Option<u32>,
    /// Whether it is the one that is open.
    pub current: bool,
}

/// A row of tabs. What the open one holds follows below it.
#[component]
pub fn Tabs(
    /// Names the row for screen readers.
    #[prop(into)]
    label: String,
    /// The tabs, in their order.
    tabs: Vec<Tab>,
) -> impl IntoView {
    let tab = |tab: Tab| {
        let Tab { href, title, count, current } = tab;
        // The tabs of a page are commands of it; the one that is open needs none.
        let command = (!current).then(|| title.clone());
        let count = count.map(|count| view! { <span class="tabs__count">{count}</span> });
        view! { <li><a href=href aria-current=current.then_some("page") data-command=command data-noscroll="">{title}{count}</a></li> }
    };
    view! { <nav class="tabs" aria-label=label><ul>{tabs.into_iter().map(tab).collect_view()}</ul></nav> }
        .into_any()
}
