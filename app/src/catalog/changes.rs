//! `/catalog/compare`: what changed between two moments. Its address is its state.

use leptos::prelude::*;
use leptos_meta::Title;
use model::{ChangeList, EntityListQuery};

use super::list_page::{ListForm, ListState};
use super::server_functions::load_changes;
use super::views::{ChangesView, MomentsForm, moments_form};
use crate::answer::{Answer, load};
use crate::live::Live;
use crate::ui::Loaded;

/// The page of changes.
#[component]
pub(crate) fn ChangesPage() -> impl IntoView {
    let live = Live::current();
    let state = ListState::from_address(EntityListQuery::comparing);
    let query = state.query;
    let data = load(state.address, move || load_changes(query.get_untracked()));
    let draw = move |answer: &Answer| {
        let changes: ChangeList = answer.unpack()?;
        live.showing(changes.list.seq);
        let (query, immediate, on_change) = (query.get_untracked(), state.immediate, state.on_change);
        let (from, to) = (changes.from.clone(), changes.to.clone());
        let view = view! {
            <MomentsForm query=query.clone() from to/>
            <ChangesView query changes immediate on_change/>
        };
        Ok(view.into_any())
    };
    let mut form = state.form(|query| query.text.clone());
    form.path = EntityListQuery::COMPARE;
    view! {
        <Title text="Changes"/>
        {move || query.with(moments_form)}
        <ListForm title="Changes" field="changes-text" label="Search these changes" form>
            <Loaded data address=state.address below_heading=true draw=Box::new(draw)/>
        </ListForm>
    }
    .into_any()
}
