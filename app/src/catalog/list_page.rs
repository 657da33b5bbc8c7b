//! What the list pages have in common: the state in the address, and the form around search, filters and results.
//!
//! The form is an ordinary GET form. `public/forms.js` makes it live: each change becomes a navigation at once. The search
//! field lies outside of what new data replaces.

use leptos::prelude::*;
use leptos_router::hooks::use_location;

use super::address::Address;
use crate::ui::SearchField;

/// The state of a list page.
pub(crate) struct ListState<Q: Address> {
    /// What the address says.
    pub(crate) query: Memo<Q>,
    /// The address of the state.
    pub(crate) address: Signal<String>,
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
        Self { query, address: Signal::derive(move || query.with(Address::href)) }
    }

    /// The address of the state on the first page: that of a view of it.
    pub(crate) fn whole(self) -> Signal<String> {
        let query = self.query;
        Signal::derive(move || query.with(|query| query.on_page(1).href()))
    }
}

/// Id of the form around a list, which the search field above it belongs to.
const FORM: &str = "list-form";

/// The heading of a list page with its search field, and the form around filters and results.
#[component]
pub(crate) fn ListForm(
    /// Where it leads.
    path: &'static str,
    /// The page's heading.
    title: &'static str,
    /// Id of the search field.
    field: &'static str,
    /// Names the search field.
    label: &'static str,
    /// The text that the address holds.
    #[prop(into)]
    text: Signal<String>,
    /// What stands beside the heading. It may hold forms of its own.
    #[prop(optional)]
    beside: Option<AnyView>,
    /// The list.
    children: Children,
) -> impl IntoView {
    view! {
        <div class="page-head">
            <h1>{title}</h1>
            {beside}
            <SearchField id=field label text form=FORM/>
        </div>
        <form id=FORM class="list-page" method="get" action=path data-live="">
            {children()}
        </form>
    }
    .into_any()
}
