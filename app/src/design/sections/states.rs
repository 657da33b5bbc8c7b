//! What stands where data is missing: not yet, not at all, or not any more.

use leptos::prelude::*;

use super::super::Section;
use super::section;
use crate::error::{UiError, UiErrorKind};
use crate::ui::{EmptyState, ErrorState, Skeleton};

pub(super) fn all() -> Vec<Section> {
    let failed = UiError {
        request_id: Some("01J9Z3Q5".to_owned()),
        ..UiError::new(UiErrorKind::Unavailable, "The database does not answer.")
    };
    vec![
        section(
            "skeleton",
            "Skeleton",
            "The shape of what will come, so that nothing jumps. It is seen only when that takes longer than a moment.",
            view! { <Skeleton/> },
        ),
        section(
            "empty-state",
            "Empty state",
            "Why there is nothing, and the one thing that helps.",
            view! {
                <EmptyState title="No entity matches">
                    <p>"Three filters are set. " <a href="#empty-state">"Clear all filters"</a></p>
                </EmptyState>
            },
        ),
        section(
            "error-state",
            "Error state",
            "What failed, why, and what to do next; with the id by which the log knows it.",
            view! { <ErrorState error=failed below_heading=true/> },
        ),
    ]
}
