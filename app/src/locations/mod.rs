//! The pages of locations: where entities are read from, and registering more. They are forms and tables that act by
//! plain requests, so the server draws them whole and the browser shows what it was given.

#[cfg(feature = "ssr")]
mod care;
#[cfg(feature = "ssr")]
mod import;
#[cfg(feature = "ssr")]
mod list;

use leptos::prelude::*;
use leptos::server_fn::codec::Json;
use leptos_meta::Title;
use leptos_router::hooks::use_location;

use crate::answer::Answer;
use crate::error::UiError;
use crate::ui::Loaded;

#[cfg(feature = "ssr")]
pub(crate) use care::draw as draw_care;

/// The HTML of a page of locations for the query of its address.
#[server(prefix = "/api/portico/ui", endpoint = "locations", input = Json)]
pub(crate) async fn load_drawn(import: bool, query: String) -> Result<Answer, UiError> {
    let (catalog, caller) = crate::catalog::service()?;
    let html = if import {
        import::draw(catalog.import_page(&caller, &parameter(&query, "url")).await?)
    } else {
        let page = parameter(&query, "page").parse().unwrap_or(1);
        let unregister = Some(parameter(&query, "unregister")).filter(|id| !id.is_empty());
        let found = catalog.locations_page(&caller, page, unregister.as_deref()).await?;
        let said = ["done", "url", "ref"].map(|name| parameter(&query, name));
        list::draw(found, said)
    };
    Answer::pack(&html)
}

/// `/locations`: where entities are read from.
#[component]
pub(crate) fn LocationsPage() -> impl IntoView {
    drawn_page(false, "Locations")
}

/// `/catalog-import`: what an address would bring, and registering it.
#[component]
pub(crate) fn ImportPage() -> impl IntoView {
    drawn_page(true, "Register a location")
}

/// A page that the server draws. It is not drawn again when the catalog changes: that would take the focus away, and
/// for an address it would ask its host again.
fn drawn_page(import: bool, title: &'static str) -> AnyView {
    let search = use_location().search;
    let address = Signal::derive(move || search.get());
    let data = Resource::new(move || address.get(), move |query| load_drawn(import, query));
    let draw = move |answer: &Answer| {
        let html: String = answer.unpack()?;
        // Drawn, and escaped, by the server function.
        Ok(view! { <div class="drawn" inner_html=html></div> }.into_any())
    };
    view! {
        <Title text=title/>
        <Loaded data address draw=Box::new(draw)/>
    }
    .into_any()
}

/// The first value of a parameter.
#[cfg(feature = "ssr")]
fn parameter(query: &str, name: &str) -> String {
    // Not the router's parameters: it decodes those twice.
    let pairs = model::parameters(query.trim_start_matches('?'));
    pairs.into_iter().find(|(key, _)| key == name).map(|(_, value)| value).unwrap_or_default()
}

/// A view as HTML.
#[cfg(feature = "ssr")]
fn html(view: impl IntoView) -> String {
    view.into_view().to_html()
}

/// What an address looks like where it is a link, and text where it is none that a browser should follow.
#[cfg(feature = "ssr")]
fn address(target: &str) -> AnyView {
    let text = target.to_owned();
    if target.starts_with("https://") || target.starts_with("http://") {
        view! { <a class="path" href=target.to_owned() rel="external noreferrer">{text}</a> }.into_any()
    } else {
        view! { <code class="path">{text}</code> }.into_any()
    }
}

/// A link to an entity by its reference.
#[cfg(feature = "ssr")]
fn entity(reference: &str, title: String) -> AnyView {
    match model::EntityRef::parse(reference) {
        Ok(parsed) => {
            let link = model::EntityLink {
                kind: parsed.kind().to_owned(),
                namespace: parsed.namespace().to_owned(),
                name: parsed.name().to_owned(),
                ..model::EntityLink::default()
            };
            view! { <a href=link.href()>{title}</a> }.into_any()
        }
        Err(_) => view! { <span>{title}</span> }.into_any(),
    }
}
