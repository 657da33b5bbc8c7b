//! Short facts in a frame: kinds, severities, tags.

use leptos::prelude::*;
use model::{Severity, kind_icon};

use super::Icon;

/// What a badge's colour adds to its words.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tone {
    /// A plain fact.
    #[default]
    Neutral,
    /// Good news.
    Good,
    /// Worth a look.
    Warning,
    /// Broken.
    Danger,
}

impl Tone {
    /// The class that colours an element.
    #[must_use]
    pub fn class(self) -> &'static str {
        match self {
            Self::Neutral => "tone-neutral",
            Self::Good => "tone-good",
            Self::Warning => "tone-warning",
            Self::Danger => "tone-danger",
        }
    }
}

/// A word in a frame.
#[component]
pub fn Badge(
    /// The word.
    #[prop(into)]
    text: String,
    /// What its colour adds.
    #[prop(optional)]
    tone: Tone,
) -> impl IntoView {
    view! { <span class=format!("badge {}", tone.class())>{text}</span> }.into_any()
}

/// The kind of an entity with its icon.
#[component]
pub fn KindBadge(
    /// The kind as written in the file ("Component").
    #[prop(into)]
    kind: String,
) -> impl IntoView {
    let icon = kind_icon(&kind);
    view! { <span class="kind"><Icon name=icon/><span>{kind}</span></span> }.into_any()
}

/// How bad a problem is, with its sign.
#[component]
pub fn SeverityBadge(
    /// How bad it is.
    severity: Severity,
) -> impl IntoView {
    let (icon, text, tone) = match severity {
        Severity::Error => ("error", "Error", Tone::Danger),
        Severity::Warning => ("warning", "Warning", Tone::Warning),
    };
    view! { <span class=format!("badge {}", tone.class())><Icon name=icon/>{text}</span> }.into_any()
}

/// A tag as a link to everything that carries it.
#[component]
pub fn Tag(
    /// The tag.
    text: String,
    /// Where the link leads.
    href: String,
) -> impl IntoView {
    view! { <a class="tag" href=href>{text}</a> }
}
