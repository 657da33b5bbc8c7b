//! `/settings`: who one is, where one is signed in, and how pages look.

use leptos::prelude::*;
use leptos_meta::Title;
use model::Account;

use super::server_functions::load_account;
use super::views::SettingsView;
use crate::answer::{Answer, load};
use crate::ui::Loaded;

/// The settings page.
#[component]
pub(crate) fn SettingsPage() -> impl IntoView {
    let data = load(Signal::stored(String::new()), load_account);
    let draw = move |answer: &Answer| {
        let account: Account = answer.unpack()?;
        Ok(view! { <SettingsView account/> }.into_any())
    };
    view! {
        <Title text="Settings"/>
        <Loaded data address="/settings".to_owned() draw=Box::new(draw)/>
    }
    .into_any()
}
