//! `/`: what concerns the reader, and the whole catalog at a glance.

use leptos::prelude::*;
use leptos_meta::Title;
use model::HomeOverview;

use super::server_functions::load_home;
use super::views::HomeView;
use crate::answer::{Answer, load};
use crate::live::Live;
use crate::site::Site;
use crate::ui::Loaded;
use crate::visitor::Visitor;

/// The home page.
#[component]
pub(crate) fn HomePage() -> impl IntoView {
    let live = Live::current();
    let data = load(Signal::stored(String::new()), load_home);
    let can_sign_in = Visitor::current().can_sign_in;
    let owner = Site::current().owner().to_owned();
    let draw = move |answer: &Answer| {
        let home: HomeOverview = answer.unpack()?;
        live.showing(home.overview.seq);
        Ok(view! { <HomeView owner=owner.clone() home can_sign_in/> }.into_any())
    };
    view! {
        <Title text="Home"/>
        <Loaded data address="/".to_owned() draw=Box::new(draw)/>
    }
    .into_any()
}
