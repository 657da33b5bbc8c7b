//! The pages of locations: where entities are read from, and registering more. They are forms and tables that act by
//! plain requests.

mod care;
mod import;
mod list;

use leptos::prelude::*;

use crate::drawn::{Page, parameter};
use crate::error::UiError;

pub(crate) use care::draw as draw_care;

/// `/locations`: where entities are read from.
pub(crate) async fn draw_list(query: &str) -> Result<Page, UiError> {
    let (catalog, caller) = crate::catalog::service()?;
    let page = parameter(query, "page").parse().unwrap_or(1);
    let unregister = Some(parameter(query, "unregister")).filter(|id| !id.is_empty());
    let found = catalog.locations_page(&caller, page, unregister.as_deref()).await?;
    let html = list::draw(found, ["done", "url", "ref"].map(|name| parameter(query, name)));
    Ok(Page { title: "Locations".to_owned(), html, ..Page::default() })
}

/// `/catalog-import`: what an address would bring, and registering it.
pub(crate) async fn draw_import(query: &str) -> Result<Page, UiError> {
    let (catalog, caller) = crate::catalog::service()?;
    let html = import::draw(catalog.import_page(&caller, &parameter(query, "url")).await?);
    Ok(Page { title: "Register a location".to_owned(), html, ..Page::default() })
}

/// What an address looks like where it is a link, and text where it is none that a browser should follow.
fn address(target: &str) -> AnyView {
    let text = target.to_owned();
    if target.starts_with("https://") || target.starts_with("http://") {
        view! { <a class="path" href=target.to_owned() rel="external noreferrer">{text}</a> }.into_any()
    } else {
        view! { <code class="path">{text}</code> }.into_any()
    }
}

/// A link to an entity by its reference.
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
