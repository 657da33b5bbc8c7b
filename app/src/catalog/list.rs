//! `/catalog`: the table. Its address is its state.

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_location, use_navigate};
use model::EntityListQuery;

use super::address::Address;
use super::list_page::{ListForm, ListState};
use super::peek::PeekDrawer;
use super::rows::Rows;
use super::server_functions::load_list;
use super::views::{ListShown, ListView, time_form};
use crate::answer::{Answer, IN_BROWSER, load};
use crate::browser;
use crate::home::ViewsMenu;
use crate::ui::Loaded;

/// The catalog page.
#[component]
pub(crate) fn ListPage() -> impl IntoView {
    let state = ListState::from_address(EntityListQuery::from_query_string);
    let query = state.query;
    let data = load(state.address, move || load_list(query.get_untracked(), IN_BROWSER));
    let rows = rows(query);
    let draw = move |answer: &Answer| {
        let mut list: ListShown = answer.unpack()?;
        if let Some(drawn) = answer.drawn() {
            list.drawn = drawn;
        }
        let query = query.get_untracked();
        Ok(view! { <ListView query list rows/> }.into_any())
    };
    let beside = view! { <ViewsMenu address=state.whole()/> }.into_any();
    view! {
        <Title text="Catalog"/>
        {move || query.with(|query| time_form(EntityListQuery::PATH.to_owned(), &query.to_query_string()))}
        <ListForm beside path=EntityListQuery::PATH title="Catalog" field="catalog-text" label="Search this list" text=move || query.with(|query| query.text.clone())>
            <Loaded data address=state.address below_heading=true draw=Box::new(draw)/>
        </ListForm>
        <PeekDrawer rows query closed=state.address/>
    }
    .into_any()
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
        let navigate = navigate.clone();
        browser::after_paint(move || {
            navigate(&address, NavigateOptions { replace, scroll: false, ..NavigateOptions::default() });
        });
    });
    let rows = Rows::new(peek.into(), look);
    // Effects run in the browser alone.
    Effect::new(move |_| {
        let listener = window_event_listener(leptos::ev::scroll, move |_| rows.on_scroll());
        on_cleanup(move || listener.remove());
        let listener = window_event_listener(leptos::ev::keydown, move |event| rows.on_key_outside(&event));
        on_cleanup(move || listener.remove());
    });
    Effect::new(move |before: Option<()>| {
        peek.track();
        if before.is_some() {
            request_animation_frame(move || rows.write_address());
        }
    });
    rows
}
