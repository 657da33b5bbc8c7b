//! Moments, as ages or in full.

use leptos::prelude::*;

use crate::clock::{self, Clock};

/// "3 minutes ago", with the full time on hover and for machines. The clock of the page keeps it true.
#[component]
pub fn Age(
    /// RFC 3339, UTC.
    at: String,
) -> impl IntoView {
    let (full, age) = (clock::moment(&at), clock::age(&at, Clock::now()));
    view! { <time datetime=at title=full data-age="">{age}</time> }
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
