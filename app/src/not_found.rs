//! The page for addresses that lead nowhere.

use leptos::prelude::*;
use leptos_meta::Title;

use crate::error::respond_with;

/// Says that there is no such page, and where to go on.
#[component]
pub(crate) fn NotFoundPage() -> impl IntoView {
    respond_with(404);
    view! {
        <Title text="Page not found"/>
        <div class="failure">
            <h1>"Page not found"</h1>
            <p>"Nothing lives at this address. A link may be out of date, or a letter is missing."</p>
            <p class="actions">
                <a class="button" href="/">"Go to the home page"</a>
                <a class="button" href="/catalog">"Open the catalog"</a>
            </p>
        </div>
    }
    .into_any()
}
