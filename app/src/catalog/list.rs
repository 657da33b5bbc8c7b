//! `/catalog`: the table. Its address is its state.

use leptos::prelude::*;
use leptos_meta::Title;
use model::{EntityList, EntityListQuery};

use super::list_page::{ListForm, ListState};
use super::server_functions::load_list;
use super::views::ListView;
use crate::live::Live;
use crate::ui::Loaded;

/// The catalog page.
#[component]
pub(crate) fn ListPage() -> impl IntoView {
    let live = Live::current();
    let state = ListState::from_address(|pairs| EntityListQuery::from_query_pairs(pairs.iter().copied()));
    let query = state.query;
    let data = Resource::new(move || (query.get(), live.track()), |(query, _)| load_list(query));
    let draw = move |list: EntityList| {
        live.showing(list.seq);
        let (query, on_change) = (query.get_untracked(), state.on_change);
        view! { <ListView query list immediate=state.immediate on_change/> }.into_any()
    };
    view! {
        <Title text="Catalog"/>
        <ListForm title="Catalog" field="catalog-text" label="Search this list" state text=|query| query.text.clone()>
            <Loaded resource=data address=state.address() below_heading=true view=draw/>
        </ListForm>
    }
    .into_any()
}
