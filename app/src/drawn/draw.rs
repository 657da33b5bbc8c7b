//! Which page an address is, and how a view becomes HTML.

use leptos::prelude::*;
use percent_encoding::percent_decode_str;
use platform::error::Error;

use super::Page;
use crate::clock::Clock;
use crate::error::UiError;
use crate::{access, catalog, home, locations, notifications, scaffolder, search};

/// The page at this path with this query.
pub(super) async fn page(address: &str, visit: bool) -> Result<Page, UiError> {
    let (path, query) = address.split_once('?').unwrap_or((address, ""));
    let parts: Vec<String> = path.trim_matches('/').split('/').map(decoded).collect();
    let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
    match parts.as_slice() {
        [""] => home::draw_home().await,
        ["views"] => home::draw_views(query).await,
        ["notifications"] => notifications::draw(query).await,
        ["problems"] => catalog::draw_problems(query).await,
        ["search"] => search::draw(query).await,
        ["locations"] => locations::draw_list(query).await,
        ["catalog-import"] => locations::draw_import(query).await,
        ["create"] => scaffolder::draw_gallery(query).await,
        ["create", "edit"] => scaffolder::draw_editor(None).await,
        ["create", "edit", namespace, name] => scaffolder::draw_editor(Some((namespace, name))).await,
        ["create", "actions"] => scaffolder::draw_actions(query).await,
        ["create", "actions", id] => scaffolder::draw_action(id).await,
        ["create", "schedules"] => scaffolder::draw_schedules().await,
        ["create", "tasks"] => scaffolder::draw_tasks(query).await,
        ["create", "tasks", id] => scaffolder::draw_task(id, query).await,
        ["create", "templates", namespace, name] => scaffolder::draw_wizard(namespace, name, query).await,
        ["settings"] => access::draw_settings().await,
        ["sign-in"] => access::draw_sign_in(query).await,
        ["catalog", "compare"] => catalog::draw_changes(query).await,
        ["catalog", namespace, kind, name] => {
            catalog::draw_entity(&model::EntityRef::new(kind, namespace, name), query, visit).await
        }
        ["catalog", namespace, kind, name, "dependents"] => {
            catalog::draw_dependents(&model::EntityRef::new(kind, namespace, name), query).await
        }
        ["catalog", namespace, kind, name, "history"] => {
            catalog::draw_history(&model::EntityRef::new(kind, namespace, name), query).await
        }
        _ => Err(Error::not_found("Nothing lives at this address.").into()),
    }
}

/// A part of a path as it was meant.
fn decoded(part: &str) -> String {
    percent_decode_str(part).decode_utf8_lossy().into_owned()
}

/// The first value of a parameter.
pub(crate) fn parameter(query: &str, name: &str) -> String {
    let pairs = model::parameters(query);
    pairs.into_iter().find(|(key, _)| key == name).map(|(_, value)| value).unwrap_or_default()
}

/// A view as HTML.
pub(crate) fn html<V: IntoView>(view: impl FnOnce() -> V) -> String {
    Clock::provide();
    view().into_view().to_html()
}
