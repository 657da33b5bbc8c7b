//! `/catalog`: the table. Its address is its state.

use leptos::prelude::*;
use leptos_meta::Title;
use model::{EntityList, EntityListQuery};

use super::list_page::{ListForm, ListState};
use super::query::Address;
use super::server_functions::load_list;
use super::views::{ListView, TimeControl, TimeLinks, time_form};
use crate::answer::{Answer, load};
use crate::home::ViewsMenu;
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
        let time = list.time.clone();
        let links = links(&query);
        let view = view! {
            <TimeControl time links/>
            <ListView query list immediate on_change/>
        };
        Ok(view.into_any())
    };
    view! {
        <Title text="Catalog"/>
        {move || query.with(|query| time_form(EntityListQuery::PATH.to_owned(), &query.to_query_string()))}
        <ViewsMenu address=state.whole()/>
        <ListForm title="Catalog" field="catalog-text" label="Search this list" form=state.form(|query| query.text.clone())>
            <Loaded data address=state.address below_heading=true draw=Box::new(draw)/>
        </ListForm>
    }
    .into_any()
}

/// Where other moments lead: the filters stay as they are.
fn links(query: &EntityListQuery) -> TimeLinks {
    let (seen, compared) = (query.on_page(1), query.on_page(1));
    let compare =
        move |at: &str| EntityListQuery { from: at.to_owned(), at: String::new(), ..compared.clone() }.href();
    TimeLinks {
        since: (!query.at.is_empty()).then(|| compare(&query.at)),
        see: Box::new(move |at| EntityListQuery { at: at.to_owned(), ..seen.clone() }.href()),
        compare: Some(Box::new(compare)),
    }
}
