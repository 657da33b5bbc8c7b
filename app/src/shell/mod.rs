//! The document, the frame around every page, and the list of pages.
//!
//! This is the composition of the browser side: each capability adds its pages to the routes of [`App`] and its name
//! to the navigation.

mod commands;
mod footer;
mod header;
mod palette;
mod recent;
mod shortcuts;
mod title;

use leptos::config::LeptosOptions;
use leptos::nonce::use_nonce;
use leptos::prelude::*;
use leptos_meta::{MetaTags, Title, provide_meta_context};
use leptos_router::components::{FlatRoutes, Route, Router};
use leptos_router::hooks::use_location;
use leptos_router::{SsrMode, path};
use model::CatalogStatus;

use self::footer::Footer;
use self::header::Header;
use self::palette::{Palette, PaletteDialog};
use self::shortcuts::Shortcuts;
use self::title::document_title;
use crate::answer::load;
use crate::browser;
use crate::catalog::{GraphPage, ListPage, load_status};
use crate::clock::Clock;
use crate::design::DesignPage;
use crate::drawn::{DrawnPage, StillPage};
use crate::home::{SavedViewPage, listen_to_stars};
use crate::keys;
use crate::live::Live;
use crate::not_found::NotFoundPage;
use crate::site::{ORGANIZATION_ATTRIBUTE, Site, TITLE_ATTRIBUTE};
use crate::ui::{Theme, ToastRegion, Toasts};
use crate::visitor::Visitor;

pub(crate) use self::recent::visited;

/// The whole document, as the server sends it.
pub fn shell(options: LeptosOptions) -> impl IntoView {
    let nonce = use_nonce();
    let site = Site::current();
    let visitor = Visitor::current();
    let root = leptos::html::html()
        .lang("en")
        .attr("data-theme", Theme::current().word())
        .attr(TITLE_ATTRIBUTE, site.title)
        .attr(ORGANIZATION_ATTRIBUTE, site.organization)
        .attr("data-who", visitor.word())
        .attr("data-who-name", visitor.name.clone())
        .attr("data-who-page", visitor.page.clone())
        .attr("data-who-picture", visitor.picture.clone())
        .attr("data-live", visitor.nobody.then_some("off"));
    // Nobody is told of changes, so nobody's page asks for them.
    let live = (!visitor.nobody)
        .then(|| view! { <script type="module" nonce=nonce.clone() src="/live.js"></script> });
    let head = view! {
        <head>
            <meta charset="utf-8"/>
            <meta name="viewport" content="width=device-width, initial-scale=1"/>
            <meta name="color-scheme" content="light dark"/>
            <link rel="stylesheet" href="/style/index.css"/>
            <link rel="icon" type="image/svg+xml" href="/favicon.svg"/>
            <HydrationScripts options/>
            <script type="module" nonce=nonce.clone() src="/theme.js"></script>
            {live}
            <script defer nonce=nonce.clone() src="/pkg/idiomorph.min.js"></script>
            <script type="module" nonce=nonce.clone() src="/forms.js"></script>
            <script type="module" nonce=nonce.clone() src="/drawn.js"></script>
            <script type="module" nonce=nonce.clone() src="/graph.js"></script>
            <script type="module" nonce=nonce.clone() src="/wizard.js"></script>
            <script type="module" nonce=nonce.clone() src="/editor.js"></script>
            <script type="module" nonce=nonce.clone() src="/task.js"></script>
            <MetaTags/>
        </head>
    };
    view! {
        <!DOCTYPE html>
        {root.child((head, view! { <body><App/></body> }))}
    }
}

/// Everything inside the document's body.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    Clock::provide();
    Live::provide();
    Toasts::provide();
    keys::listen();
    let palette = Palette::provide();
    let site = Site::current();
    let ending = site.title.clone();
    let visitor = Visitor::current();
    listen_to_stars(Toasts::current());
    let status = if visitor.nobody {
        Signal::stored(None)
    } else {
        let status = load(Signal::stored(String::new()), load_status);
        let live = Live::current();
        Signal::derive(move || {
            let status: CatalogStatus = status.get()?.ok()?.unpack().ok()?;
            live.drawn_at(status.change);
            Some(status)
        })
    };
    view! {
        <Title formatter=move |text: String| document_title(&text, &ending)/>
        <Router>
            <a class="skip-link" href="#main" rel="external">"Skip to content"</a>
            <Header site visitor status palette/>
            <main id="main" tabindex="-1">
                <FlatRoutes fallback=NotFoundPage>
                    <Route path=path!("/") view=DrawnPage ssr=SsrMode::Async/>
                    <Route path=path!("/catalog") view=ListPage ssr=SsrMode::Async/>
                    <Route path=path!("/catalog/compare") view=DrawnPage ssr=SsrMode::Async/>
                    <Route path=path!("/catalog/:namespace/:kind/:name") view=DrawnPage ssr=SsrMode::Async/>
                    <Route path=path!("/catalog/:namespace/:kind/:name/dependents") view=DrawnPage ssr=SsrMode::Async/>
                    <Route path=path!("/catalog/:namespace/:kind/:name/history") view=DrawnPage ssr=SsrMode::Async/>
                    <Route path=path!("/catalog-graph") view=GraphPage ssr=SsrMode::Async/>
                    <Route path=path!("/create") view=DrawnPage ssr=SsrMode::Async/>
                    <Route path=path!("/create/edit") view=StillPage ssr=SsrMode::Async/>
                    <Route path=path!("/create/edit/:namespace/:name") view=StillPage ssr=SsrMode::Async/>
                    <Route path=path!("/create/actions") view=DrawnPage ssr=SsrMode::Async/>
                    <Route path=path!("/create/actions/:id") view=DrawnPage ssr=SsrMode::Async/>
                    <Route path=path!("/create/schedules") view=StillPage ssr=SsrMode::Async/>
                    <Route path=path!("/create/tasks") view=StillPage ssr=SsrMode::Async/>
                    <Route path=path!("/create/tasks/:id") view=StillPage ssr=SsrMode::Async/>
                    <Route path=path!("/create/templates/:namespace/:name") view=StillPage ssr=SsrMode::Async/>
                    <Route path=path!("/notifications") view=DrawnPage ssr=SsrMode::Async/>
                    <Route path=path!("/problems") view=DrawnPage ssr=SsrMode::Async/>
                    <Route path=path!("/design") view=DesignPage ssr=SsrMode::Async/>
                    <Route path=path!("/locations") view=DrawnPage ssr=SsrMode::Async/>
                    <Route path=path!("/catalog-import") view=StillPage ssr=SsrMode::Async/>
                    <Route path=path!("/sign-in") view=DrawnPage ssr=SsrMode::Async/>
                    <Route path=path!("/settings") view=DrawnPage ssr=SsrMode::Async/>
                    <Route path=path!("/search") view=DrawnPage ssr=SsrMode::Async/>
                    <Route path=path!("/views") view=DrawnPage ssr=SsrMode::Async/>
                    <Route path=path!("/views/:id") view=SavedViewPage ssr=SsrMode::Async/>
                </FlatRoutes>
            </main>
            <ToastRegion/>
            <Footer status/>
            <PaletteDialog palette/>
            <Shortcuts palette/>
            <Arrivals/>
        </Router>
    }
}

/// Does what a page load does for people who don't see the page: moves the focus to the content of a new page.
/// A change of filters is not a new page.
#[component]
fn Arrivals() -> impl IntoView {
    let path = use_location().pathname;
    Effect::new(move |before: Option<String>| {
        let here = path.get();
        if before.is_some_and(|before| before != here) {
            browser::after_navigation();
        }
        here
    });
}
