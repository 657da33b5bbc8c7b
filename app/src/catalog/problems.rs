//! `/problems`: everything that is wrong with the files.

use leptos::prelude::*;
use leptos_meta::Title;
use model::{ProblemList, ProblemListQuery};

use super::list_page::{ListForm, ListState};
use super::server_functions::load_problems;
use super::views::ProblemsView;
use crate::live::Live;
use crate::ui::Loaded;

/// The problems page.
#[component]
pub(crate) fn ProblemsPage() -> impl IntoView {
    let live = Live::current();
    let state = ListState::from_address(|pairs| ProblemListQuery::from_query_pairs(pairs.iter().copied()));
    let query = state.query;
    let data = Resource::new(move || (query.get(), live.track()), |(query, _)| load_problems(query));
    let draw = move |list: ProblemList| {
        live.showing(list.seq);
        let (query, on_change) = (query.get_untracked(), state.on_change);
        view! { <ProblemsView query list immediate=state.immediate on_change/> }.into_any()
    };
    view! {
        <Title text="Problems"/>
        <ListForm title="Problems" field="problems-text" label="Search problems" state text=|query| query.text.clone()>
            <Loaded resource=data address=state.address() below_heading=true view=draw/>
        </ListForm>
    }
    .into_any()
}
