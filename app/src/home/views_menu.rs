//! The saved views of a list page: a menu to choose one, and a form to save the page as it is.
//!
//! Both are popovers, which browsers open and close without scripts. They stand outside of the form around the list.

use leptos::prelude::*;
use model::{SavedView, SavedViews};

use super::server_functions::load_views;
use crate::answer::load_once;
use crate::ui::Icon;

/// Id of the menu.
const MENU: &str = "views-menu";
/// Id of the form.
const FORM: &str = "save-view";

/// The menu on a page that lives in the browser.
#[component]
pub(crate) fn ViewsMenu(
    /// The address of the page as it is filtered, without the page of the results.
    address: Signal<String>,
) -> impl IntoView {
    let data = load_once(load_views);
    let menu = move || {
        let views = data.get().and_then(Result::ok).and_then(|answer| answer.unpack().ok());
        address.with(|address| views_menu(&views.unwrap_or_default(), address))
    };
    view! { <Transition fallback=|| ()>{menu}</Transition> }.into_any()
}

/// The line with the menu of saved views and the form to save one; `here` is the address of the page as it is filtered,
/// without the page of the results.
pub(crate) fn views_menu(views: &SavedViews, here: &str) -> AnyView {
    let active = views.views.iter().find(|view| view.address == here);
    let name = active.map_or_else(|| "Views".to_owned(), |view| view.title.clone());
    let told = active.map(told);
    let share = views.may_share.then(|| {
        view! {
            <button class="button" name="shared" value="true" title="Press Ctrl and Enter" data-ctrl-enter="">"Save and share"</button>
        }
        .into_any()
    });
    view! {
        <div class="views">
            <button type="button" class="button button--quiet" popovertarget=MENU>
                <Icon name="view"/>
                <span class="visually-hidden">"Saved views: "</span>
                <span>{name}</span>
            </button>
            <button type="button" class="button button--quiet" popovertarget=FORM data-key="v" data-command="Save this view" title="Press v">
                "Save view"
            </button>
            {told}
        </div>
        <nav id=MENU class="popover" popover="auto" aria-label="Saved views">{menu(&views.views, here)}</nav>
        <form id=FORM class="popover" popover="auto" method="post" action="/api/portico/ui/save-view" aria-label="Save view">
            <input type="hidden" name="address" value=here.to_owned()/>
            <label for="view-title">"Title of the view"</label>
            <input id="view-title" class="input" name="title" required=true maxlength="80" autocomplete="off" autofocus=true/>
            <p class="actions">
                <button class="button button--primary" name="shared" value="false">"Save"</button>
                {share}
            </p>
            <p class="muted small">"A view keeps filters, search and order. Everybody sees the ones that are shared."</p>
        </form>
    }
    .into_any()
}

/// What the page is saved as: for whom, and under which address it can be sent.
fn told(view: &SavedView) -> AnyView {
    let text = match &view.by {
        Some(by) => format!("Shared by {by}"),
        None if view.shared => "Saved and shared".to_owned(),
        None => "Saved for you alone".to_owned(),
    };
    let address = view.shared.then(|| {
        view! { ": "<a href=view.href() rel="external">"Address to send"</a> }
    });
    view! { <span class="muted small">{text}{address}</span> }.into_any()
}

/// The views of the page that `here` belongs to.
fn menu(views: &[SavedView], here: &str) -> AnyView {
    let page = here.split('?').next().unwrap_or_default();
    let of_page: Vec<&SavedView> = views.iter().filter(|view| view.page() == page).collect();
    let row = |view: &&SavedView| {
        let current = (view.address == here).then_some("page");
        let note = match &view.by {
            Some(by) => Some(format!("by {by}")),
            None => view.shared.then(|| "shared".to_owned()),
        };
        view! {
            <li>
                <a href=view.address.clone() aria-current=current data-noscroll="">
                    {view.title.clone()}
                </a>
                <span class="muted small">{note}</span>
            </li>
        }
        .into_any()
    };
    let list = if of_page.is_empty() {
        view! { <p class="muted">"No view is saved here yet. Filter the list, then save it under a name."</p> }
            .into_any()
    } else {
        view! { <ul class="rows">{of_page.iter().map(row).collect_view()}</ul> }.into_any()
    };
    view! {
        {list}
        <p class="card__foot small"><a href="/views">"Rename, share or delete views"</a></p>
    }
    .into_any()
}
