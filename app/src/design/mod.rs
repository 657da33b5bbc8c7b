//! `/design`: the design system, each part in all its states.
//!
//! The parts are drawn by the very components that pages use. What needs no signals is drawn on the server alone and
//! comes as HTML, so that the page costs the browser's bundle little; [`samples`] holds what must be tried out.

mod samples;
#[cfg(feature = "ssr")]
mod sections;

use leptos::prelude::*;
use leptos::server_fn::codec::Json;
use leptos_meta::Title;

use self::samples::sample;
use crate::answer::{Answer, load};
use crate::error::UiError;
use crate::ui::Loaded;

/// Id, title, explanation and HTML of a section.
type Section = (String, String, String, String);

/// The sections of the page, for whoever may see the frame around it.
#[server(prefix = "/api/portico/ui", endpoint = "design", input = Json)]
pub(crate) async fn load_design() -> Result<Answer, UiError> {
    crate::catalog::load_status().await?;
    Answer::pack(&sections::all())
}

/// The page.
#[component]
pub(crate) fn DesignPage() -> impl IntoView {
    let address = Signal::stored("/design".to_owned());
    let data = load(address, load_design);
    let draw = move |answer: &Answer| answer.unpack().map(draw);
    view! {
        <Title text="Design system"/>
        <Loaded data address draw=Box::new(draw)/>
    }
    .into_any()
}

/// The sections, below links to each of them.
fn draw(sections: Vec<Section>) -> AnyView {
    let link = |(id, title, ..): &Section| view! { <li><a href=format!("#{id}")>{title.clone()}</a></li> };
    let links = sections.iter().map(link).collect_view();
    let section = |(id, title, text, html): Section| {
        let heading = format!("{id}-heading");
        let live = sample(&id);
        view! {
            <section id=id class="specimen" aria-labelledby=heading>
                <h2 id=heading.clone()>{title}</h2>
                <p class="specimen__text">{text}</p>
                <div class="specimen__body" inner_html=html></div>
                {live}
            </section>
        }
    };
    view! {
        <div class="page-head">
            <h1>"Design system"</h1>
            <p class="page-head__lead">"What pages are made of, in all its states"</p>
        </div>
        <div class="specimens">
            <nav class="specimens__nav" aria-label="Sections"><ul>{links}</ul></nav>
            <div class="specimens__main">{sections.into_iter().map(section).collect_view()}</div>
        </div>
    }
    .into_any()
}
