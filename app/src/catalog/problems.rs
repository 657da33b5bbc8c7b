//! `/problems`: everything that is wrong with the files.

use leptos::prelude::*;
use leptos_meta::Title;
use model::{ProblemList, ProblemListQuery};

use super::list_page::{ListForm, ListState};
use super::server_functions::load_problems;
use super::views::ProblemsView;
use crate::answer::{Answer, load};
use crate::home::ViewsMenu;
use crate::live::Live;
use crate::ui::Loaded;

/// The problems page.
#[component]
pub(crate) fn ProblemsPage() -> impl IntoView {
    let live = Live::current();
    let state = ListState::from_address(ProblemListQuery::from_query_string);
    let query = state.query;
    let data = load(state.address, move || load_problems(query.get_untracked()));
    let draw = move |answer: &Answer| {
        let list: ProblemList = answer.unpack()?;
        live.showing(list.seq);
        let (query, immediate, on_change) = (query.get_untracked(), state.immediate, state.on_change);
        Ok(view! { <ProblemsView query list immediate on_change/> }.into_any())
    };
    view! {
        <Title text="Problems"/>
        <ViewsMenu address=state.whole()/>
        <ListForm title="Problems" field="problems-text" label="Search problems" form=state.form(|query| query.text.clone())>
            <Loaded data address=state.address below_heading=true draw=Box::new(draw)/>
        </ListForm>
    }
    .into_any()
}
