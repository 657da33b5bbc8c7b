//! What the list pages have in common: the state in the address, and the form around search, filters and results.
//!
//! Without scripts the form is an ordinary GET form. With scripts each change becomes a navigation at once; the
//! search field lies outside of what new data replaces.

use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_navigate, use_query_map};

use super::query::Address;
use crate::browser;
use crate::ui::SearchField;

/// The state of a list page.
pub(crate) struct ListState<Q: Address + Send + Sync> {
    /// What the address says.
    pub(crate) query: Memo<Q>,
    /// Goes to another state.
    pub(crate) on_change: Callback<Q>,
    /// Whether scripts run.
    pub(crate) immediate: Signal<bool>,
    /// Goes to another state as one types: a step back leads to before the typing.
    on_type: Callback<Q>,
}

// Not derived: a derive would ask for `Q: Copy`.
impl<Q: Address + Send + Sync> Clone for ListState<Q> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<Q: Address + Send + Sync> Copy for ListState<Q> {}

impl<Q: Address + Send + Sync + PartialEq> ListState<Q> {
    /// The state as the address holds it; `parse` makes the query from its parameters.
    pub(crate) fn from_address(parse: fn(&[(&str, &str)]) -> Q) -> Self {
        let parameters = use_query_map();
        let query = Memo::new(move |_| {
            let pairs: Vec<_> = parameters.get().into_iter().collect();
            parse(&pairs.iter().map(|(name, value)| (name.as_ref(), value.as_str())).collect::<Vec<_>>())
        });
        let navigate = use_navigate();
        let go = move |next: Q, replace: bool| {
            navigate(&next.href(), NavigateOptions { replace, scroll: false, ..NavigateOptions::default() });
        };
        let running = RwSignal::new(false);
        // Effects run in the browser alone.
        Effect::new(move |_| running.set(true));
        Self {
            query,
            on_change: Callback::new({
                let go = go.clone();
                move |next| go(next, false)
            }),
            on_type: Callback::new(move |next| go(next, true)),
            immediate: running.into(),
        }
    }

    /// The address of the state.
    pub(crate) fn address(self) -> Signal<String> {
        Signal::derive(move || self.query.with(Address::href))
    }
}

/// The form around a list, with its heading and its search field.
#[component]
pub(crate) fn ListForm<Q: Address + Send + Sync + PartialEq>(
    /// The page's heading.
    title: &'static str,
    /// Id of the search field.
    field: &'static str,
    /// Names the search field.
    label: &'static str,
    /// The state of the page.
    state: ListState<Q>,
    /// The searched words of a query.
    text: fn(&Q) -> String,
    /// The list.
    children: Children,
) -> impl IntoView {
    let searched = Signal::derive(move || state.query.with(text));
    let on_search = Callback::new(move |typed: String| {
        let next = state.query.get_untracked().searching(&typed);
        if next != state.query.get_untracked() {
            state.on_type.run(next);
        }
    });
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        on_search.run(browser::read_field(field));
    };
    view! {
        <form class="list-page" method="get" action=Q::PATH on:submit=submit>
            <div class="page-head">
                <h1>{title}</h1>
                <SearchField id=field label=label text=searched on_search/>
            </div>
            {children()}
        </form>
    }
    .into_any()
}
