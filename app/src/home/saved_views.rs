//! `/views`: all saved views, with what can be done with them.

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;
use model::SavedViews;

use super::server_functions::load_views;
use super::views::SavedViewsView;
use crate::answer::{Answer, load};
use crate::ui::Loaded;

/// The page of saved views.
#[component]
pub(crate) fn SavedViewsPage() -> impl IntoView {
    let query = use_query_map();
    let failed = Signal::derive(move || query.with(|query| query.get("failed")));
    let data = load(Signal::stored(String::new()), load_views);
    let draw = move |answer: &Answer| {
        let SavedViews { views, may_share } = answer.unpack()?;
        let failed = failed.get_untracked();
        Ok(view! { <SavedViewsView views may_share failed/> }.into_any())
    };
    view! {
        <Title text="Saved views"/>
        <div class="page-head"><h1>"Saved views"</h1></div>
        <Loaded data address="/views".to_owned() below_heading=true draw=Box::new(draw)/>
    }
    .into_any()
}
