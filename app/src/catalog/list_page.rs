//! What the list pages have in common: the state in the address, and the form around search, filters and results.
//!
//! Without scripts the form is an ordinary GET form. With scripts each change becomes a navigation at once; the
//! search field lies outside of what new data replaces.

use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_location, use_navigate};

use super::query::Address;
use crate::browser;
use crate::ui::SearchField;

/// The state of a list page.
pub(crate) struct ListState<Q: Address> {
    /// What the address says.
    pub(crate) query: Memo<Q>,
    /// The address of the state.
    pub(crate) address: Signal<String>,
    /// Goes to another state.
    pub(crate) on_change: Callback<Q>,
    /// Whether scripts run.
    pub(crate) immediate: Signal<bool>,
    /// Goes to an address; the second value says whether the step back leads to before this one.
    go: Callback<(String, bool)>,
}

// Not derived: a derive would ask for `Q: Copy`.
impl<Q: Address> Clone for ListState<Q> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<Q: Address> Copy for ListState<Q> {}

impl<Q: Address> ListState<Q> {
    /// The state as the address holds it; `parse` makes the query from what follows the question mark.
    pub(crate) fn from_address(parse: fn(&str) -> Q) -> Self {
        // Not the router's parameters: it decodes those twice, so that a search for "%41" would find "A".
        let search = use_location().search;
        let query = Memo::new(move |_| search.with(|search| parse(search)));
        let running = RwSignal::new(false);
        // Effects run in the browser alone.
        Effect::new(move |_| running.set(true));
        let go = go();
        Self {
            query,
            address: Signal::derive(move || query.with(Address::href)),
            on_change: Callback::new(move |next: Q| go.run((next.href(), false))),
            immediate: running.into(),
            go,
        }
    }

    /// The address of the state on the first page: that of a view of it.
    pub(crate) fn whole(self) -> Signal<String> {
        let query = self.query;
        Signal::derive(move || query.with(|query| query.on_page(1).href()))
    }

    /// What the form around the list needs; `text` reads the searched words.
    pub(crate) fn form(self, text: fn(&Q) -> String) -> Form {
        let query = self.query;
        Form {
            path: Q::PATH,
            text: Signal::derive(move || query.with(text)),
            on_search: Callback::new(move |typed: String| {
                let (now, next) =
                    query.with_untracked(|query| (query.href(), query.searching(&typed).href()));
                if now != next {
                    self.go.run((next, true));
                }
            }),
        }
    }
}

/// Navigation within the page: it does not scroll.
fn go() -> Callback<(String, bool)> {
    let navigate = use_navigate();
    Callback::new(move |(address, replace): (String, bool)| {
        navigate(&address, NavigateOptions { replace, scroll: false, ..NavigateOptions::default() });
    })
}

/// What the form around a list needs, whatever the list.
#[derive(Clone, Copy)]
pub(crate) struct Form {
    pub(crate) path: &'static str,
    text: Signal<String>,
    on_search: Callback<String>,
}

/// The form around a list, with its heading and its search field.
#[component]
pub(crate) fn ListForm(
    /// The page's heading.
    title: &'static str,
    /// Id of the search field.
    field: &'static str,
    /// Names the search field.
    label: &'static str,
    /// Where it leads.
    form: Form,
    /// The list.
    children: Children,
) -> impl IntoView {
    let Form { path, text, on_search } = form;
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        on_search.run(browser::read_field(field));
    };
    view! {
        <form class="list-page" method="get" action=path on:submit=submit>
            <div class="page-head">
                <h1>{title}</h1>
                <SearchField id=field label=label text on_search/>
            </div>
            {children()}
        </form>
    }
    .into_any()
}
