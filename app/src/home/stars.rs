//! Stars: which entities the reader has starred, and the button that changes it.

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::server_functions::{load_stars, set_star};
use crate::answer::load_once;
use crate::ui::Icon;

/// What the reader has starred. Lies in the context.
#[derive(Clone, Copy)]
pub(crate) struct Stars {
    /// As the server said when the page was loaded.
    loaded: Signal<Vec<String>>,
    /// What was changed since, the newest last.
    changed: RwSignal<Vec<(String, bool)>>,
}

impl Stars {
    /// Asks for the stars, once, and puts them into the context.
    pub(crate) fn provide() {
        let data = load_once(load_stars);
        // Not a memo: whoever reads this has to wait for the data itself.
        let loaded = Signal::derive(move || {
            let stars = data.get().and_then(Result::ok).and_then(|answer| answer.unpack().ok());
            stars.unwrap_or_default()
        });
        provide_context(Self { loaded, changed: RwSignal::default() });
    }

    /// The stars of this page; none where nobody asked for them.
    fn current() -> Self {
        use_context()
            .unwrap_or_else(|| Self { loaded: Signal::stored(Vec::new()), changed: RwSignal::default() })
    }

    fn has(self, entity_ref: &str) -> bool {
        let changed = self.changed.with(|changed| {
            changed.iter().rev().find(|(changed, _)| changed == entity_ref).map(|(_, starred)| *starred)
        });
        // Always read, so that the page waits for it.
        let loaded = self.loaded.with(|stars| stars.iter().any(|star| star == entity_ref));
        changed.unwrap_or(loaded)
    }

    fn set(self, entity_ref: &str, starred: bool) {
        self.changed.update(|changed| changed.push((entity_ref.to_owned(), starred)));
    }
}

/// A button that stars an entity, pressed while it is starred. It acts at once; what the server refuses is taken back, and
/// said.
///
/// Without scripts it is the button of a form. Where it already stands inside of a form, such as that around a table
/// (forms can't be nested), say `within_form`: the button then posts that form to its own address. Place it behind the
/// form's own submit button, because the return key presses a form's first one.
#[component]
pub fn StarButton(
    /// Canonical reference of the entity.
    entity_ref: String,
    /// What people call it.
    title: String,
    /// Whether there is a form around it already.
    #[prop(optional)]
    within_form: bool,
) -> impl IntoView {
    let stars = Stars::current();
    let failed = RwSignal::new(false);
    let entity_ref = StoredValue::new(entity_ref);
    let starred = move || entity_ref.with_value(|entity_ref| stars.has(entity_ref));
    let toggle = move |event: leptos::ev::MouseEvent| {
        event.prevent_default();
        let (entity, next) = (entity_ref.get_value(), !untrack(starred));
        stars.set(&entity, next);
        failed.set(false);
        spawn_local(async move {
            if set_star(entity.clone(), next).await.is_err() {
                stars.set(&entity, !next);
                failed.set(true);
            }
        });
    };
    let button = view! {
        <button
            class="star"
            formmethod="post"
            formaction="/api/portico/ui/star"
            formnovalidate=true
            name=move || if starred() { "unstar" } else { "star" }
            value=entity_ref.get_value()
            aria-pressed=move || if starred() { "true" } else { "false" }
            aria-label=format!("Star {title}")
            title=move || if starred() { "Starred: it is on your home page" } else { "Star it, to have it on your home page" }
            on:click=toggle
        >
            <Icon name="star"/>
        </button>
        <span class="star__failed" role="status">{move || failed.get().then_some("Not saved. Try again.")}</span>
    }
    .into_any();
    if within_form {
        view! { <span class="star-form">{button}</span> }.into_any()
    } else {
        view! { <form class="star-form" method="post" action="/api/portico/ui/star">{button}</form> }
            .into_any()
    }
}
