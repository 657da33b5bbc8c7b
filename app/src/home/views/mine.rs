//! What the reader keeps: stars, visits, saved views.

use leptos::prelude::*;
use model::{EntityLink, SavedView};

use crate::catalog::views::entity_link;
use crate::catalog::words;
use crate::home::StarButton;
use crate::ui::{Card, Icon, KindBadge};

/// What is starred; what stars are where nothing is.
pub(super) fn starred(links: Vec<EntityLink>, left_off: u32, is_guest: bool, can_sign_in: bool) -> AnyView {
    let sign_in = can_sign_in.then(|| {
        let address = model::sign_in_address("/");
        view! {
            <p class="card__foot small">
                <a href=address rel="external">"Sign in"</a>
                " to see what you and your groups own here, and to have your stars on every device."
            </p>
        }
        .into_any()
    });
    if links.is_empty() {
        let whose = if is_guest {
            "This browser then also remembers what you looked at last, and the views that you save."
        } else {
            "It is here on every device that you sign in on."
        };
        return view! {
            <Card id="starred" title="Starred">
                <p class="teach">
                    <Icon name="star"/>
                    <span>
                        "Nothing yet. Open what you come for often, such as "
                        <a href="/catalog?kind=Component">"a service"</a>
                        ", and press its star: it is here from then on. " {whose}
                    </span>
                </p>
                {sign_in}
            </Card>
        }
        .into_any();
    }
    let more = (left_off > 0).then(|| {
        view! { <p class="card__foot muted small">{format!("And {} more.", words::grouped(left_off))}</p> }
            .into_any()
    });
    view! { <Card id="starred" title="Starred">{rows(links)}{more}{sign_in}</Card> }.into_any()
}

/// What was visited last.
pub(super) fn visited(links: Vec<EntityLink>) -> Option<AnyView> {
    (!links.is_empty())
        .then(|| view! { <Card id="visited" title="Recently visited">{rows(links)}</Card> }.into_any())
}

fn rows(links: Vec<EntityLink>) -> AnyView {
    let row = |link: EntityLink| {
        view! {
            <li>
                <span class="rows__main">{entity_link(&link)}<KindBadge kind=words::kind(&link.kind)/></span>
                <StarButton entity_ref=link.entity_ref title=link.title/>
            </li>
        }
        .into_any()
    };
    view! { <ul class="rows rows--starred">{links.into_iter().map(row).collect_view()}</ul> }.into_any()
}

/// The reader's own views.
pub(super) fn saved_views(views: Vec<SavedView>) -> Option<AnyView> {
    (!views.is_empty()).then(|| {
        let row = |view: SavedView| {
            let page = match view.page() {
                "/problems" => "Problems",
                "/catalog-graph" => "Graph",
                _ => "Catalog",
            };
            let note = if view.shared { format!("{page}, shared") } else { page.to_owned() };
            view! { <li><a href=view.address>{view.title}</a><span class="muted small">{note}</span></li> }
                .into_any()
        };
        let aside = view! { <a href="/views">"All views"</a> }.into_any();
        view! {
            <Card id="saved-views" title="Saved views" aside>
                <ul class="rows">{views.into_iter().map(row).collect_view()}</ul>
            </Card>
        }
        .into_any()
    })
}
