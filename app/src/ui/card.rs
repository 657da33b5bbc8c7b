//! A framed section with a heading.

use leptos::prelude::*;

/// A section of a page. The heading names it for screen readers as well.
#[component]
pub fn Card(
    /// Unique on the page; names the heading.
    id: &'static str,
    /// The heading.
    #[prop(into)]
    title: String,
    /// Small text or a link at the end of the heading's line.
    #[prop(optional, into)]
    aside: Option<AnyView>,
    /// What the section holds.
    children: Children,
) -> impl IntoView {
    view! {
        <section class="card" aria-labelledby=id>
            <div class="card__head">
                <h2 id=id>{title}</h2>
                {aside.map(|aside| view! { <div class="card__aside">{aside}</div> })}
            </div>
            {children()}
        </section>
    }
    .into_any()
}
