//! `/catalog-graph`: entities and their relations as a picture. Its address is its state, under Backstage's names.

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;
use model::GraphQuery;

use super::list_page::{ListForm, ListState};
use super::query::Address;
use super::server_functions::load_graph;
use super::stage::Stage;
use super::views::{GraphShown, GraphView, TimeControl, TimeLinks, compared, time_form};
use crate::answer::{Answer, IN_BROWSER, load};
use crate::live::Live;
use crate::ui::Loaded;

/// The page of the graph.
#[component]
pub(crate) fn GraphPage() -> impl IntoView {
    let live = Live::current();
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
        live.showing(page.seq);
        let (query, immediate, on_change) = (query.get_untracked(), state.immediate, state.on_change);
        let (time, other, links) = (page.time.clone(), page.compared.clone(), links(&query));
        let stop = GraphQuery { compare: String::new(), ..query.clone() }.href();
        let view = view! {
            <TimeControl time links/>
            {compared(&other, stop)}
            <GraphView query page stage immediate on_change/>
        };
        Ok(view.into_any())
    };
    view! {
        <Title text="Graph"/>
        {move || query.with(|query| time_form(GraphQuery::PATH.to_owned(), &query.to_query_string()))}
        <ListForm title="Graph" field="graph-text" label="Find an entity to start at" form=state.form(|query| query.text.clone())>
            <Loaded data address=state.address below_heading=true draw=Box::new(draw)/>
        </ListForm>
    }
    .into_any()
}

/// Where other moments lead: the rest stays as it is.
fn links(query: &GraphQuery) -> TimeLinks {
    let (seen, compared) = (query.clone(), query.clone());
    let compare =
        move |at: &str| GraphQuery { compare: at.to_owned(), at: String::new(), ..compared.clone() }.href();
    // Without an entity there is no picture to compare.
    let somewhere = !query.roots.is_empty();
    TimeLinks {
        since: (somewhere && !query.at.is_empty()).then(|| compare(&query.at)),
        see: Box::new(move |at| GraphQuery { at: at.to_owned(), ..seen.clone() }.href()),
        compare: if somewhere { Some(Box::new(compare)) } else { None },
    }
}
