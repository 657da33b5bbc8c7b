//! What can be done about an entity that is orphaned, stale, or came from a registered location.

use catalog::Care;
use leptos::prelude::*;

use super::address;
use crate::drawn::html;
use crate::ui::{Icon, Prose};

/// The section as HTML.
pub(crate) fn draw(care: Care) -> String {
    let why = match (care.is_orphan, care.stale) {
        (true, _) => Some((
            "No file describes this entity any more. It stays because catalog.orphanStrategy is keep."
                .to_owned(),
            "Put its file back, or remove the entity. Its history stays in the log.",
        )),
        (false, Some(message)) => Some((
            format!("What you see is an earlier state, because its file is not in order: {message}"),
            "Mend the file, or remove the entity. A file that still describes it brings it back.",
        )),
        (false, None) => None,
    };
    let uid = care.uid;
    let notice = why.map(|(what, next)| {
        let remove = care.may_delete.then(|| {
            view! {
                <form method="post" action="/api/portico/forms/delete-entity">
                    <input type="hidden" name="uid" value=uid/>
                    <button class="button" type="submit">"Remove this entity"</button>
                </form>
            }
        });
        view! {
            <div class="notice tone-warning" role="note">
                <Icon name="warning"/>
                <div><p><Prose text=what/></p><p>{next}</p>{remove}</div>
            </div>
        }
    });
    let registered = care.registered.map(|(id, target, count)| {
        let others = if count > 1 { format!(" with {} others", count - 1) } else { String::new() };
        let unregister = care.may_unregister.then(|| {
            view! { <a class="button button--quiet" href=format!("/locations?unregister={id}")>"Unregister…"</a> }
        });
        view! { <p class="care__origin small">{format!("Came{others} from the registered location ")} {address(&target)} " " {unregister}</p> }
    });
    html(move || view! { {notice} {registered} })
}
