//! `/catalog-graph`: entities and their relations as a picture. Its address is its state, under Backstage's names.

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;
use model::GraphQuery;

use super::address::Address;
use super::list_page::{ListForm, ListState};
use super::server_functions::load_graph;
use super::stage::Stage;
use super::views::{GraphShown, GraphView, time_form};
use crate::answer::{Answer, IN_BROWSER, load};
use crate::home::ViewsMenu;
use crate::ui::Loaded;

/// The page of the graph.
#[component]
pub(crate) fn GraphPage() -> impl IntoView {
    let state = ListState::from_address(GraphQuery::from_query_string);
    let query = state.query;
    let data = load(state.address, move || load_graph(query.get_untracked(), IN_BROWSER));
    let navigate = use_navigate();
    // Outside of what new data replaces, so that nothing jumps.
    let stage = Stage::new(Callback::new(move |address: String| {
        // What stays within the page does not scroll it.
        let scroll = !address.starts_with(GraphQuery::PATH);
        navigate(&address, NavigateOptions { scroll, ..NavigateOptions::default() });
    }));
    let draw = move |answer: &Answer| {
        let mut page: GraphShown = answer.unpack()?;
        if let Some(drawn) = answer.drawn() {
            page.drawn = drawn;
        }
        let query = query.get_untracked();
        Ok(view! { <GraphView query page stage/> }.into_any())
    };
    let beside = view! { <ViewsMenu address=state.whole()/> }.into_any();
    view! {
        <Title text="Graph"/>
        {move || query.with(|query| time_form(GraphQuery::PATH.to_owned(), &query.to_query_string()))}
        <ListForm beside path=GraphQuery::PATH title="Graph" field="graph-text" label="Find an entity to start at" text=move || query.with(|query| query.text.clone())>
            <Loaded data address=state.address below_heading=true draw=Box::new(draw)/>
        </ListForm>
    }
    .into_any()
}
