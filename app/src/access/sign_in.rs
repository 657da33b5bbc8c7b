//! `/sign-in`: the ways in, and what went wrong.

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_location;
use model::SignIn;

use super::server_functions::load_sign_in;
use super::views::SignInView;
use crate::answer::{Answer, load};
use crate::site::Site;
use crate::ui::Loaded;

/// The sign-in page.
#[component]
pub(crate) fn SignInPage() -> impl IntoView {
    let search = use_location().search;
    let address = Signal::derive(move || search.get());
    let data = load(address, move || load_sign_in(search.get_untracked()));
    let site = Site::current().title;
    let draw = move |answer: &Answer| {
        let page: SignIn = answer.unpack()?;
        Ok(view! { <SignInView site=site.clone() page/> }.into_any())
    };
    view! {
        <Title text="Sign in"/>
        <Loaded data address draw=Box::new(draw)/>
    }
    .into_any()
}
