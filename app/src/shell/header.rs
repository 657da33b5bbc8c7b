//! The top of every page: name, navigation, search, connection, colours.

use leptos::prelude::*;
use leptos_router::hooks::{use_location, use_navigate};
use model::{CatalogStatus, SearchQuery};

use super::commands::{self, SEARCH_FIELD as FIELD};
use super::palette::{Palette, PaletteButton};
use crate::access::AccountMenu;
use crate::browser;
use crate::live::{Connection, Live};
use crate::site::Site;
use crate::ui::{Icon, ThemeSwitch};
use crate::visitor::Visitor;

/// The page of notifications.
const NOTIFICATIONS: &str = "/notifications";

/// The header. On narrow screens everything but name and connection folds into a menu.
#[component]
pub(crate) fn Header(
    /// What the installation is called.
    site: Site,
    /// Who looks at it.
    visitor: Visitor,
    /// Feeds the number beside "Problems".
    status: Signal<Option<CatalogStatus>>,
    /// What its button opens.
    palette: Palette,
) -> impl IntoView {
    let path = use_location().pathname;
    let item = move |href: &'static str, title: &'static str, badge: Option<AnyView>| {
        let current = move || path.with(|path| is_current(href, path)).then_some("page");
        view! { <li><a href=href aria-current=current title=commands::hint(href)>{title}{badge}</a></li> }
            .into_any()
    };
    let problem_count = view! {
        <Transition fallback=|| ()>
            {move || status.get().filter(|status| status.problem_count > 0).map(|status| view! {
                <span class="nav-count">{status.problem_count}<span class="visually-hidden">" problems"</span></span>
            })}
        </Transition>
    };
    // Guests are not notified.
    let bell = (!visitor.name.is_empty()).then(|| bell(path, status));
    // To nobody every way is closed.
    let navigation = (!visitor.nobody).then(|| {
        view! {
            <nav aria-label="Main">
                <ul class="nav">
                    {item("/", "Home", None)}
                    {item("/catalog", "Catalog", None)}
                    {item("/catalog-graph", "Graph", None)}
                    {item("/create", "Create", None)}
                    {item("/problems", "Problems", Some(problem_count.into_any()))}
                    {item("/locations", "Locations", None)}
                </ul>
            </nav>
            <GlobalSearch/>
            <PaletteButton palette/>
        }
        .into_any()
    });
    view! {
        <header class="site-header">
            <div class="site-header__bar">
                <a class="brand" href="/">
                    <img src="/logo.svg" alt="" width="28" height="28"/>
                    <span>{site.title}</span>
                </a>
                <ConnectionState/>
                <details class="menu" id="menu">
                    <summary><Icon name="menu"/>"Menu"</summary>
                    <div class="menu__panel">
                        {navigation}
                        {bell}
                        <ThemeSwitch id="theme"/>
                        <AccountMenu visitor/>
                    </div>
                </details>
            </div>
        </header>
    }
    .into_any()
}

/// The way to what the reader was told, with the number of what is unread.
fn bell(path: Memo<String>, status: Signal<Option<CatalogStatus>>) -> AnyView {
    let current = move || path.with(|path| is_current(NOTIFICATIONS, path)).then_some("page");
    let count =
        move || {
            status.get().filter(|status| status.unread > 0).map(|status| view! {
            <span class="nav-count">{status.unread}<span class="visually-hidden">" unread"</span></span>
        })
        };
    view! {
        <a class="bell" href=NOTIFICATIONS aria-current=current title=commands::hint(NOTIFICATIONS)>
            <Icon name="bell"/>
            <span class="visually-hidden">"Notifications "</span>
            <Transition fallback=|| ()>{count}</Transition>
        </a>
    }
    .into_any()
}

/// Whether the page at `path` belongs to the navigation's `href`.
fn is_current(href: &str, path: &str) -> bool {
    match path.strip_prefix(href) {
        Some(rest) if href == "/" => rest.is_empty(),
        Some(rest) => rest.is_empty() || rest.starts_with('/'),
        None => false,
    }
}

/// Searches the catalog from any page.
#[component]
fn GlobalSearch() -> impl IntoView {
    let navigate = use_navigate();
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let term = browser::read_field(FIELD).trim().to_owned();
        let query = SearchQuery { term, ..SearchQuery::default() };
        navigate(&query.href(), leptos_router::NavigateOptions::default());
    };
    view! {
        <form class="global-search" role="search" method="get" action=SearchQuery::PATH on:submit=submit>
            <label for=FIELD class="visually-hidden">"Search the catalog"</label>
            <Icon name="search"/>
            <input id=FIELD type="search" name=SearchQuery::TERM maxlength="100" placeholder="Search" autocomplete="off" spellcheck="false"/>
        </form>
    }
    .into_any()
}

/// Whether changes reach this page, in words.
#[component]
fn ConnectionState() -> impl IntoView {
    let connection = Live::current().connection();
    let class = Signal::derive(move || match connection.get() {
        Connection::Still => "connection connection--still",
        Connection::Connecting => "connection",
        Connection::Live => "connection connection--live",
        Connection::Disconnected(_) => "connection connection--lost",
    });
    let words = Signal::derive(move || match connection.get() {
        Connection::Still => String::new(),
        Connection::Connecting => "connecting".to_owned(),
        Connection::Live => "live".to_owned(),
        Connection::Disconnected(since) => format!("disconnected since {since}"),
    });
    view! { <p class=class role="status"><span class="connection__dot"></span><span>{words}</span></p> }
        .into_any()
}

#[cfg(test)]
mod tests {
    use super::is_current;

    #[test]
    fn marks_the_section_of_the_page() {
        for (href, path, expected) in [
            ("/", "/", true),
            ("/", "/catalog", false),
            ("/catalog", "/catalog", true),
            ("/catalog", "/catalog/default/component/x", true),
            ("/catalog", "/catalog-graph", false),
            ("/problems", "/", false),
        ] {
            assert_eq!(is_current(href, path), expected, "{href} on {path}");
        }
    }
}
