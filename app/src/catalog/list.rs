//! `/catalog`: the table. Its address is its state.

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_location, use_navigate};
use model::{EntityList, EntityListQuery};

use super::list_page::{ListForm, ListState};
use super::peek::PeekDrawer;
use super::query::Address;
use super::rows::Rows;
use super::server_functions::load_list;
use super::views::{ListView, TimeControl, TimeLinks, time_form};
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
    let rows = rows(query);
    let draw = move |answer: &Answer| {
        let list: EntityList = answer.unpack()?;
        live.showing(list.seq);
        let (query, immediate, on_change) = (query.get_untracked(), state.immediate, state.on_change);
        let time = list.time.clone();
        let links = links(&query);
        let view = view! {
            <TimeControl time links/>
            <ListView query list rows immediate on_change/>
        };
        Ok(view.into_any())
    };
    view! {
        <Title text="Catalog"/>
        {move || query.with(|query| time_form(EntityListQuery::PATH.to_owned(), &query.to_query_string()))}
        <ListForm title="Catalog" field="catalog-text" label="Search this list" form=state.form(|query| query.text.clone())>
            <Loaded data address=state.address below_heading=true draw=Box::new(draw)/>
        </ListForm>
        <PeekDrawer rows query closed=state.address immediate=state.immediate/>
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

/// The state of the rows, which follow the window as long as the page is there.
fn rows(query: Memo<EntityListQuery>) -> Rows {
    let search = use_location().search;
    let peek = Memo::new(move |_| search.with(|search| EntityListQuery::peek_of(search)));
    let navigate = use_navigate();
    let look = Callback::new(move |(peek, replace): (Option<String>, bool)| {
        let address = query.with_untracked(|query| match peek {
            Some(peek) => format!("{}?{}", EntityListQuery::PATH, query.with_peek(&peek)),
            None => query.href(),
        });
        navigate(&address, NavigateOptions { replace, scroll: false, ..NavigateOptions::default() });
    });
    let rows = Rows::new(peek.into(), look);
    // Effects run in the browser alone.
    Effect::new(move |_| {
        let listener = window_event_listener(leptos::ev::scroll, move |_| rows.on_scroll());
        on_cleanup(move || listener.remove());
    });
    rows
}
