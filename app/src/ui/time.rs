//! Moments, as ages or in full.

use leptos::prelude::*;

use crate::clock::{self, Clock};

/// "3 minutes ago", with the full time on hover and for machines.
#[component]
pub fn Age(
    /// RFC 3339, UTC.
    at: String,
) -> impl IntoView {
    let full = clock::moment(&at);
    let machine = at.clone();
    let age = Signal::derive(move || clock::age(&at, Clock::now()));
    view! { <time datetime=machine title=full>{age}</time> }
}

/// "24 Nov 2026, 03:15 UTC".
#[component]
pub fn Moment(
    /// RFC 3339, UTC.
    at: String,
) -> impl IntoView {
    let full = clock::moment(&at);
    view! { <time datetime=at>{full}</time> }
}
