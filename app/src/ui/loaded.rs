//! Draws what a resource holds: data, a failure, or the shape of what will come.

use leptos::prelude::*;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::{ErrorState, Icon};
use crate::error::{UiError, UiErrorKind};

/// Data of a resource. A newer answer replaces the older one in place, so that focus and scrolling stay; when it can't
/// be had, the older one stays with a notice.
#[component]
pub(crate) fn Loaded<T>(
    /// Where the data comes from.
    resource: Resource<Result<T, UiError>>,
    /// The address that the data belongs to: older data of another address is never shown in its place.
    #[prop(into)]
    address: Signal<String>,
    /// Whether the page has its main heading already.
    #[prop(optional)]
    below_heading: bool,
    /// What to draw when there is no such thing, instead of the general failure.
    #[prop(optional)]
    missing: Option<Callback<(), AnyView>>,
    /// Draws the data.
    view: impl Fn(T) -> AnyView + Send + Sync + 'static,
) -> impl IntoView
where
    T: Clone + Send + Sync + Serialize + DeserializeOwned + 'static,
{
    let last = StoredValue::new(None::<(String, T)>);
    let draw = move || {
        resource.get().map(|answer| match answer {
            Ok(data) => {
                last.set_value(Some((address.get_untracked(), data.clone())));
                content(None, view(data))
            }
            Err(error) => {
                let older = last.get_value().filter(|(of, _)| error.is_passing() && *of == address.get_untracked());
                match (older, missing) {
                    (Some((_, data)), _) => content(Some(&error), view(data)),
                    (None, Some(missing)) if error.kind == UiErrorKind::NotFound => missing.run(()),
                    (None, _) => view! { <ErrorState error below_heading/> }.into_any(),
                }
            }
        })
    };
    view! { <Transition fallback=skeleton>{draw}</Transition> }
}

/// The drawn data, below a notice when it could not be brought up to date.
fn content(failure: Option<&UiError>, view: AnyView) -> AnyView {
    let notice = failure.map(|error| {
        view! {
            <p class="notice tone-warning" role="status">
                <Icon name="warning"/>
                <span>{format!("{} What you see may be out of date. ", error.message)}</span>
                <a href="" rel="external">"Reload"</a>
            </p>
        }
    });
    view! { {notice} {view} }.into_any()
}

/// The shape of a page whose data is on its way; visible only when that takes long.
fn skeleton() -> AnyView {
    view! {
        <div class="skeleton" role="status">
            <span class="visually-hidden">"Loading"</span>
            <div></div>
            <div></div>
            <div></div>
        </div>
    }
    .into_any()
}
