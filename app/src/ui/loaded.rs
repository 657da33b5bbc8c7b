//! Draws what a resource holds: data, a failure, or the shape of what will come.

use leptos::prelude::*;
use leptos_meta::Title;

use super::{ErrorState, Icon, Skeleton};
use crate::answer::{Answer, Data};
use crate::error::UiError;

/// Draws an answer.
pub(crate) type Draw = Box<dyn Fn(&Answer) -> Result<AnyView, UiError> + Send + Sync>;

/// Data of a resource. A newer answer replaces the older one in place, so that focus and scrolling stay; when it can't
/// be had, the older one stays with a notice.
#[component]
pub(crate) fn Loaded(
    /// Where the data comes from.
    data: Data,
    /// The address that the data belongs to: older data of another address is never shown in its place.
    #[prop(into)]
    address: Signal<String>,
    /// Whether the page has its main heading already.
    #[prop(optional)]
    below_heading: bool,
    /// Draws the data.
    draw: Draw,
) -> impl IntoView {
    let last = StoredValue::new(None::<(String, Answer)>);
    let failed = move |error: UiError| {
        view! {
            // A page that has its heading has its title as well.
            {(!below_heading).then(|| view! { <Title text=error.title.clone()/> })}
            <ErrorState error below_heading/>
        }
        .into_any()
    };
    let draw_outcome = move || {
        data.get().map(|outcome| match outcome {
            Ok(answer) => match draw(&answer) {
                Ok(view) => {
                    last.set_value(Some((address.get_untracked(), answer)));
                    content(None, view)
                }
                Err(error) => failed(error),
            },
            Err(error) => {
                let older =
                    last.get_value().filter(|(of, _)| error.is_passing() && *of == address.get_untracked());
                match older.and_then(|(_, answer)| draw(&answer).ok()) {
                    Some(view) => content(Some(&error), view),
                    None => failed(error),
                }
            }
        })
    };
    view! { <Transition fallback=|| view! { <Skeleton/> }>{draw_outcome}</Transition> }.into_any()
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
        .into_any()
    });
    view! {
        {notice}
        {view}
    }
    .into_any()
}
