//! The drawer that the parameter `peek` of a list opens. It stays while one goes from entity to entity, so nothing jumps.

use leptos::prelude::*;
use model::EntityListQuery;

use super::rows::Rows;
use super::server_functions::load_peek;
use super::views::PEEK_TITLE;
use crate::answer::{Answer, load};
use crate::browser;
use crate::ui::{Icon, Loaded, server_html};

/// The drawer, if the address names an entity.
#[component]
pub(crate) fn PeekDrawer(
    /// The rows that it is opened from.
    rows: Rows,
    /// The list beside it.
    query: Memo<EntityListQuery>,
    /// The address without it.
    closed: Signal<String>,
) -> impl IntoView {
    let open = Memo::new(move |_| rows.peek().with(Option::is_some));
    let running = StoredValue::new(false);
    // Effects run in the browser alone, when the page is there.
    Effect::new(move |_| running.set_value(true));
    move || open.get().then(|| drawer(rows, query, closed, running.get_value()))
}

/// The drawer; `by_hand` says that it was opened on a page that was there, and not by a link to it.
fn drawer(rows: Rows, query: Memo<EntityListQuery>, closed: Signal<String>, by_hand: bool) -> AnyView {
    // While it closes, it shows what it showed.
    let looked_at = Memo::new(move |before: Option<&String>| {
        rows.peek().get().or_else(|| before.cloned()).unwrap_or_default()
    });
    let moment = Memo::new(move |_| query.with(|query| query.at.clone()));
    let address = Signal::derive(move || format!("{}@{}", looked_at.get(), moment.get()));
    let data = load(address, move || load_peek(looked_at.get_untracked(), moment.get_untracked()));
    // Who came by a link begins at the top of the page, as on any page. Who opens the drawer, or goes on to another entity,
    // goes on reading here.
    let read = StoredValue::new(if by_hand { String::new() } else { looked_at.get_untracked() });
    let draw = move |answer: &Answer| {
        let html: String = answer.unpack()?;
        let about = looked_at.get_untracked();
        Effect::new(move |_| {
            if read.with_value(|read| *read != about) {
                read.set_value(about.clone());
                browser::focus(PEEK_TITLE);
            }
        });
        Ok(server_html(html))
    };
    let close = move |event: leptos::ev::MouseEvent| {
        event.prevent_default();
        rows.close();
    };
    view! {
        <aside class="peek" aria-label="At a glance" on:keydown=move |event| rows.on_drawer_key(&event)>
            <a class="peek__close" href=closed aria-label="Close" data-noscroll="" on:click=close><Icon name="close"/></a>
            <div class="peek__body stack">
                <Loaded data address below_heading=true draw=Box::new(draw)/>
            </div>
        </aside>
    }
    .into_any()
}
