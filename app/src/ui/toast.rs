//! Short messages after something was done, with the way back. They don't take the focus; F8 goes to them, and back to
//! where one was once they are dealt with.

use std::time::Duration;

use leptos::leptos_dom::helpers::TimeoutHandle;
use leptos::prelude::*;

use super::Icon;
use crate::browser;

/// How long a message stays. It stays longer while the pointer or the focus is on it.
const LIFE: Duration = Duration::from_secs(12);
/// So many messages are seen at once; one more replaces the oldest.
const SLOTS: usize = 3;
/// Id of the place where messages appear.
pub(crate) const REGION: &str = "toasts";

/// One message.
#[derive(Clone)]
struct Toast {
    message: String,
    undo: Option<Callback<()>>,
    /// Counts up, so that the oldest is known.
    number: u32,
}

/// A place for one message.
#[derive(Clone, Copy)]
struct Slot {
    toast: RwSignal<Option<Toast>>,
    timer: StoredValue<Option<TimeoutHandle>>,
}

/// The messages of this page. Lies in the context:
/// `Toasts::current().show("View removed", Some(Callback::new(move |()| restore())))`.
#[derive(Clone, Copy)]
pub struct Toasts {
    slots: [Slot; SLOTS],
    hovered: StoredValue<bool>,
}

impl Toasts {
    /// Puts itself into the context.
    pub(crate) fn provide() -> Self {
        let slot = || Slot { toast: RwSignal::new(None), timer: StoredValue::new(None) };
        let toasts = Self { slots: std::array::from_fn(|_| slot()), hovered: StoredValue::new(false) };
        provide_context(toasts);
        toasts
    }

    /// The messages of this page, for components below the app.
    #[must_use]
    pub fn current() -> Self {
        use_context().unwrap_or_else(Self::provide)
    }

    /// Says that something was done; `undo` takes it back.
    pub fn show(self, message: impl Into<String>, undo: Option<Callback<()>>) {
        let age =
            |slot: &Slot| slot.toast.with_untracked(|toast| toast.as_ref().map_or(0, |toast| toast.number));
        let newest = self.slots.iter().map(age).max().unwrap_or_default();
        let Some(slot) = self.slots.iter().min_by_key(|slot| age(slot)) else { return };
        slot.toast.set(Some(Toast { message: message.into(), undo, number: newest + 1 }));
        self.resume();
    }

    /// Nothing goes away while somebody reads it.
    fn pause(self) {
        for slot in self.slots {
            if let Some(timer) = slot.timer.get_value() {
                timer.clear();
            }
        }
    }

    /// Time runs again, from the beginning.
    fn resume(self) {
        self.pause();
        // Time is the browser's.
        if cfg!(feature = "ssr") || self.hovered.get_value() || browser::has_focus_within(REGION) {
            return;
        }
        for slot in self.slots {
            if slot.toast.with_untracked(Option::is_some) {
                slot.timer.set_value(set_timeout_with_handle(move || slot.toast.set(None), LIFE).ok());
            }
        }
    }

    fn hover(self, hovered: bool) {
        self.hovered.set_value(hovered);
        if hovered { self.pause() } else { self.resume() }
    }
}

/// The place where messages appear; a part of the frame around every page.
#[component]
pub fn ToastRegion() -> impl IntoView {
    let toasts = Toasts::current();
    let slot = move |Slot { toast, .. }: Slot| {
        let close = move || {
            // Before the button that has the focus goes away.
            browser::leave(REGION);
            toast.set(None);
        };
        move || {
            toast.get().map(|Toast { message, undo, .. }| {
                let undo = undo.map(|undo| {
                    let undo = move |_| {
                        close();
                        undo.run(());
                    };
                    view! { <button type="button" class="button button--quiet" on:click=undo>"Undo"</button> }
                });
                view! {
                    <div class="toast">
                        <p>{message}</p>
                        {undo}
                        <button type="button" class="button button--bare" aria-label="Dismiss" on:click=move |_| close()>
                            <Icon name="close"/>
                        </button>
                    </div>
                }
                .into_any()
            })
        }
    };
    view! {
        <section
            id=REGION
            class="toasts"
            aria-label="Messages (F8)"
            on:mouseenter=move |_| toasts.hover(true)
            on:mouseleave=move |_| toasts.hover(false)
            on:focusin=move |_| toasts.pause()
            on:focusout=move |_| toasts.resume()
        >
            <div role="status">{toasts.slots.map(slot).collect_view()}</div>
        </section>
    }
    .into_any()
}
