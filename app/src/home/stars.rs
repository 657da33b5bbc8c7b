//! Stars: which entities the reader has starred, and the button that changes it.

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::server_functions::set_star;
use crate::browser;
#[cfg(feature = "ssr")]
use crate::ui::Icon;
use crate::ui::Toasts;

/// What the reader has starred, for a page that the server draws. Lies in the context.
#[cfg(feature = "ssr")]
#[derive(Clone)]
pub(crate) struct Stars(std::collections::HashSet<String>);

#[cfg(feature = "ssr")]
impl Stars {
    /// The stars of whoever asks for the page that is being made.
    pub(crate) async fn of_visitor() -> Result<Self, platform::error::Error> {
        let (home, visitor) = super::server_functions::context::service()?;
        Ok(Self::of(home.stars(&visitor).await?))
    }

    /// These, as references of entities.
    pub(crate) fn of(entity_refs: impl IntoIterator<Item = String>) -> Self {
        Self(entity_refs.into_iter().collect())
    }
}

/// Lets the stars of all pages act at once. What the server refuses is taken back, and said.
pub(crate) fn listen(toasts: Toasts) {
    // Effects run in the browser alone.
    Effect::new(move |_| {
        let toggle = move |event: leptos::ev::MouseEvent| {
            let Some((entity_ref, starred)) = browser::star_of(&event) else { return };
            event.prevent_default();
            browser::show_star(&entity_ref, words(!starred));
            spawn_local(async move {
                if set_star(entity_ref.clone(), !starred).await.is_err() {
                    browser::show_star(&entity_ref, words(starred));
                    toasts.show("The star was not saved. Try again.", None);
                }
            });
        };
        let _listens_as_long_as_the_page = window_event_listener(leptos::ev::click, toggle);
    });
}

/// Name of the button for its form, whether it is pressed, and what a pointer is told.
fn words(starred: bool) -> [(&'static str, &'static str); 3] {
    if starred {
        [("name", "unstar"), ("aria-pressed", "true"), ("title", "Starred: it is on your home page")]
    } else {
        [("name", "star"), ("aria-pressed", "false"), ("title", "Star it, to have it on your home page")]
    }
}

/// A button that stars an entity, pressed while it is starred. Without scripts it sends a form; with them [`listen`] makes it
/// act at once.
#[cfg(feature = "ssr")]
#[component]
pub fn StarButton(
    /// Canonical reference of the entity.
    entity_ref: String,
    /// What people call it.
    title: String,
) -> impl IntoView {
    let starred = use_context::<Stars>().is_some_and(|stars| stars.0.contains(&entity_ref));
    let [(_, name), (_, pressed), (_, hint)] = words(starred);
    view! {
        <form class="star-form" method="post" action="/api/portico/ui/star">
            <button
                class="star"
                name=name
                value=entity_ref
                aria-pressed=pressed
                aria-label=format!("Star {title}")
                title=hint
                data-command=format!("Star {title}, or take the star away")
            >
                <Icon name="star"/>
            </button>
        </form>
    }
    .into_any()
}
