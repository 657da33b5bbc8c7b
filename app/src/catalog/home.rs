//! `/`: the overview.

use leptos::prelude::*;
use leptos_meta::Title;
use model::Overview;

use super::server_functions::load_overview;
use super::views::HomeView;
use crate::answer::{Answer, load};
use crate::live::Live;
use crate::site::Site;
use crate::ui::Loaded;

/// The home page.
#[component]
pub(crate) fn HomePage() -> impl IntoView {
    let live = Live::current();
    let data = load(Signal::stored(String::new()), load_overview);
    let owner = Site::current().owner().to_owned();
    let draw = move |answer: &Answer| {
        let overview: Overview = answer.unpack()?;
        live.showing(overview.seq);
        Ok(view! { <HomeView owner=owner.clone() overview/> }.into_any())
    };
    view! {
        <Title text="Home"/>
        <Loaded data address="/".to_owned() draw=Box::new(draw)/>
    }
    .into_any()
}
