//! Where a page lies: the way back up, for every page below the first level.

use leptos::prelude::*;

/// The pages above, from the top, and this page.
#[component]
pub fn Breadcrumbs(
    /// Title and address of each page above; without an address where there is no such page any more.
    above: Vec<(String, String)>,
    /// The title of this page.
    #[prop(into)]
    here: String,
) -> impl IntoView {
    let step = |(title, href): (String, String)| {
        let step =
            if href.is_empty() { title.into_any() } else { view! { <a href=href>{title}</a> }.into_any() };
        view! { <li>{step}</li> }
    };
    view! {
        <nav class="breadcrumbs" aria-label="Breadcrumb">
            <ol>
                {above.into_iter().map(step).collect_view()}
                <li aria-current="page">{here}</li>
            </ol>
        </nav>
    }
    .into_any()
}
