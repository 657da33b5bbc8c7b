//! `/`: the overview.

use leptos::prelude::*;
use leptos_meta::Title;

use super::server_functions::load_overview;
use super::views::HomeView;
use crate::live::Live;
use crate::site::Site;
use crate::ui::Loaded;

/// The home page.
#[component]
pub(crate) fn HomePage() -> impl IntoView {
    let live = Live::current();
    let data = Resource::new(move || live.track(), |_| load_overview());
    let owner = Site::current().owner().to_owned();
    let draw = move |overview: model::Overview| {
        live.showing(overview.seq);
        view! { <HomeView owner=owner.clone() overview/> }.into_any()
    };
    view! {
        <Title text="Home"/>
        <Loaded resource=data address="/".to_owned() view=draw/>
    }
    .into_any()
}
