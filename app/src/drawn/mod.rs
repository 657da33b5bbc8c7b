//! Pages that the server draws whole. They are read, and they act by links and forms, so the browser carries none of their
//! code: it shows the HTML that it is given.
//!
//! `public/drawn.js` merges newer HTML into what is there, and `public/forms.js` lets the forms act at once.

#[cfg(feature = "ssr")]
mod draw;

use leptos::prelude::*;
use leptos::server_fn::codec::Json;
use leptos_meta::Title;
use leptos_router::hooks::{use_location, use_matched};
use model::EntityLink;
use serde::{Deserialize, Serialize};

#[cfg(feature = "ssr")]
use crate::answer::Drawn;
use crate::answer::{Answer, IN_BROWSER, load_following};
use crate::error::UiError;
use crate::live::Live;
use crate::shell::visited;
use crate::ui::{Loaded, server_page};

#[cfg(feature = "ssr")]
pub(crate) use draw::{html, parameter};

/// A page as the server draws it.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Page {
    /// What the document is called.
    pub(crate) title: String,
    /// What stands below the header.
    pub(crate) html: String,
    /// The entity that it is about.
    pub(crate) entity: Option<EntityLink>,
}

/// The page at an address: a [`Page`]; with its HTML inside if it is to be `whole`. An entity counts as visited where
/// somebody opens its page, and not where an open page brings itself up to date.
#[server(prefix = "/api/portico/ui", endpoint = "page", input = Json)]
pub(crate) async fn load_page(
    address: String,
    #[server(default)] visit: bool,
    whole: bool,
) -> Result<Answer, UiError> {
    let mut page = draw::page(&address, visit).await?;
    if whole {
        return Answer::pack(&page);
    }
    let drawn = Drawn { page: std::mem::take(&mut page.html), ..Drawn::default() };
    Answer::pack_beside(&page, drawn)
}

/// A page that follows the changes of the catalog.
#[component]
pub(crate) fn DrawnPage() -> impl IntoView {
    drawn_page(Some(Live::current()))
}

/// A page that stays as it is: to draw it again may take a request to another host.
#[component]
pub(crate) fn StillPage() -> impl IntoView {
    drawn_page(None)
}

fn drawn_page(live: Option<Live>) -> AnyView {
    let (location, matched) = (use_location(), use_matched());
    let address = Memo::new(move |before: Option<&String>| {
        let (path, search) = (location.pathname.get(), location.search.get());
        let is_here = matched.with(|matched| matched.trim_matches('/') == path.trim_matches('/'));
        match before {
            // Another page is taking the place of this one.
            Some(before) if !is_here => before.clone(),
            _ if search.is_empty() => path,
            _ => format!("{path}?{}", search.trim_start_matches('?')),
        }
    });
    let shown = StoredValue::new(String::new());
    let request = move || {
        let address = address.get_untracked();
        let visit = shown.with_value(|shown| *shown != path_of(&address));
        load_page(address, visit, IN_BROWSER)
    };
    let data = load_following(address.into(), live, request);
    let draw = move |answer: &Answer| {
        let mut page: Page = answer.unpack()?;
        if let Some(drawn) = answer.drawn() {
            page.html = drawn.page;
        }
        if let Some(entity) = &page.entity {
            visited(entity);
        }
        let path = address.with_untracked(|address| path_of(address).to_owned());
        shown.set_value(path.clone());
        let Page { title, html, .. } = page;
        let view = view! {
            <Title text=title/>
            {server_page(html, path)}
        };
        Ok(view.into_any())
    };
    view! { <Loaded data address draw=Box::new(draw)/> }.into_any()
}

/// An address without its query.
fn path_of(address: &str) -> &str {
    address.split('?').next().unwrap_or_default()
}
