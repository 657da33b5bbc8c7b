//! `/catalog`: the table. Its address is its state.

use leptos::prelude::*;
use leptos_meta::Title;
use model::{EntityList, EntityListQuery};

use super::list_page::{ListForm, ListState};
use super::server_functions::load_list;
use super::views::ListView;
use crate::answer::{Answer, load};
use crate::live::Live;
use crate::ui::Loaded;

/// The catalog page.
#[component]
pub(crate) fn ListPage() -> impl IntoView {
    let live = Live::current();
    let state = ListState::from_address(EntityListQuery::from_query_string);
    let query = state.query;
    let data = load(state.address, move || load_list(query.get_untracked()));
    let draw = move |answer: &Answer| {
        let list: EntityList = answer.unpack()?;
        live.showing(list.seq);
        let (query, immediate, on_change) = (query.get_untracked(), state.immediate, state.on_change);
        Ok(view! { <ListView query list immediate on_change/> }.into_any())
    };
    view! {
        <Title text="Catalog"/>
        <ListForm title="Catalog" field="catalog-text" label="Search this list" form=state.form(|query| query.text.clone())>
            <Loaded data address=state.address below_heading=true draw=Box::new(draw)/>
        </ListForm>
    }
    .into_any()
}
