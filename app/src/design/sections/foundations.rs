//! Colours, type, distances, corners, movement, icons: the tokens of `style/tokens.css`.

use leptos::prelude::*;

use super::super::Section;
use super::section;
use crate::ui::Icon;

/// Colours and what they are for.
const COLOURS: [(&str, &str); 18] = [
    ("ground", "Behind everything"),
    ("surface", "Cards, tables, fields"),
    ("sunken", "Code, heads of tables"),
    ("hover", "Under the pointer"),
    ("line", "Between things"),
    ("line-control", "Frames of controls"),
    ("text", "Text"),
    ("text-muted", "Less important text"),
    ("accent", "Act here"),
    ("accent-strong", "Act here, on its soft ground"),
    ("accent-soft", "Chosen"),
    ("on-accent", "Text on accent"),
    ("good", "Good news"),
    ("good-soft", "Ground of good news"),
    ("warning", "Worth a look"),
    ("warning-soft", "Ground of warnings"),
    ("danger", "Broken, or takes away"),
    ("danger-soft", "Ground of errors"),
];

/// Inks and the grounds on which pages write with them.
const PAIRS: [(&str, &[&str]); 9] = [
    ("text", &["ground", "surface", "sunken", "hover", "accent-soft"]),
    ("text-muted", &["ground", "surface", "sunken", "hover"]),
    ("accent", &["ground", "surface", "sunken", "hover"]),
    ("accent-strong", &["surface", "accent-soft"]),
    ("on-accent", &["accent", "accent-strong"]),
    ("good", &["surface", "good-soft"]),
    ("warning", &["surface", "warning-soft"]),
    ("danger", &["surface", "danger-soft"]),
    // No ink, but a frame that has to be seen.
    ("line-control", &["ground", "surface", "sunken"]),
];

const SIZES: [(&str, &str); 5] = [
    ("size-xxl", "Title of a page"),
    ("size-xl", "A number that matters"),
    ("size-l", "Title of a card"),
    ("size-m", "Text"),
    ("size-s", "Facts beside the text"),
];

const ICONS: [&str; 21] = [
    "kind-component",
    "kind-api",
    "kind-resource",
    "kind-system",
    "kind-domain",
    "kind-group",
    "kind-user",
    "kind-location",
    "kind-template",
    "kind-airesource",
    "error",
    "warning",
    "ok",
    "info",
    "empty",
    "missing",
    "copy",
    "close",
    "search",
    "more",
    "outside",
];

pub(super) fn all() -> Vec<Section> {
    let swatch = |(name, purpose): (&'static str, &'static str)| {
        view! {
            <li class="swatch">
                <span class=format!("swatch__colour paper--{name}")></span>
                <code>{name}</code>
                <span class="muted small">{purpose}</span>
            </li>
        }
    };
    let pair = |(ink, papers): (&'static str, &'static [&'static str])| {
        let sample = |paper: &&'static str| {
            let line = ink == "line-control";
            let class = format!("pair ink--{ink} paper--{paper}");
            let measured = if line { "frame" } else { "text" };
            view! { <li class=class data-contrast=measured>{format!("{ink} on {paper}")}</li> }
        };
        papers.iter().map(sample).collect_view()
    };
    let size = |(name, purpose): (&'static str, &'static str)| {
        view! { <li><span class=name>{purpose}</span><code class="muted">{name}</code></li> }
    };
    let space = |number: u32| view! { <li><span class=format!("measure space-{number}")></span><code>{format!("space-{number}")}</code></li> };
    let corner = |name: &'static str| view! { <li><span class=format!("corner {name}")></span><code>{name}</code></li> };
    let motion = |(name, purpose): (&'static str, &'static str)| {
        view! { <li><span class=format!("motion motion--{name}")></span><code>{name}</code><span class="muted small">{purpose}</span></li> }
    };
    let icon = |name: &'static str| view! { <li><Icon name/><code>{name}</code></li> };
    vec![
        section(
            "colour",
            "Colour",
            "Each colour has one meaning, and a value for light, dark and high contrast. Nothing is said by colour alone.",
            view! { <ul class="swatches">{COLOURS.map(swatch).collect_view()}</ul> },
        ),
        section(
            "contrast",
            "Text on its grounds",
            "Text reaches 4.5:1, and 7:1 in high contrast; frames and signs reach 3:1. A test measures what stands here.",
            view! { <ul class="pairs-shown">{PAIRS.map(pair).collect_view()}</ul> },
        ),
        section(
            "type",
            "Type",
            "The typeface of the reader's system, so that nothing is loaded and nothing jumps.",
            view! {
                <ul class="type-shown">{SIZES.map(size).collect_view()}</ul>
                <p><code>"component:default/payments"</code><span class="muted small">" names and text of files"</span></p>
            },
        ),
        section(
            "space",
            "Space and corners",
            "Distances are steps of 4 pixels. Corners grow with what they enclose.",
            view! {
                <ul class="measures">{(1..=7).map(space).collect_view()}</ul>
                <ul class="corners">{["radius-s", "radius", "radius-l"].map(corner).collect_view()}</ul>
            },
        ),
        section(
            "motion",
            "Motion",
            "Answers are quick, what comes and goes is calm. Who asks the system for less motion gets none. Point at a square.",
            view! {
                <ul class="motions">
                    {[("quick", "120 ms: hover, folding"), ("calm", "200 ms: dialogs, messages")].map(motion).collect_view()}
                </ul>
            },
        ),
        section(
            "icon",
            "Icons",
            "They take the colour of the text beside them, and never stand for words that nobody can read.",
            view! { <ul class="icons-shown">{ICONS.map(icon).collect_view()}</ul> },
        ),
    ]
}
