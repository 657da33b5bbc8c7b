//! The moment that a page shows, and the way to others.

use leptos::prelude::*;
use model::{ChangeKind, Moment};

use super::changes::mark;
use super::time_form::TIME_FORM;
use crate::ui::Icon;

/// The address that shows a moment, or compares it with now.
type Href = Box<dyn Fn(&str) -> String>;

/// Where the moments lead.
pub struct TimeLinks {
    /// The same page at a moment; the empty text is now.
    pub see: Href,
    /// What changed since a moment until now.
    pub compare: Option<Href>,
    /// What changed between the moment of the page and now.
    pub since: Option<String>,
}

/// Which moment the page shows, and others to choose from.
#[component]
pub fn TimeControl(
    /// What the service answered.
    time: Moment,
    /// Where others lead.
    links: TimeLinks,
) -> impl IntoView {
    view! {
        {band(&time, &links)}
        <div class="time">{menu(&time, &links)}</div>
    }
    .into_any()
}

/// The moments to choose from.
pub(super) fn menu(time: &Moment, links: &TimeLinks) -> AnyView {
    let TimeLinks { see, compare, .. } = links;
    let name = if time.is_now() { "Now".to_owned() } else { time.words.clone() };
    let choices = time.choices.iter().map(|(name, at)| {
        let compare = compare.as_ref().map(|compare| {
            let label = format!("{name}: compare with now");
            view! { <a class="time__compare" href=compare(at) aria-label=label data-noscroll="">"Compare"</a> }
        });
        view! { <li><a href=see(at) data-noscroll="">{name.clone()}</a>{compare}</li> }
    });
    view! {
        <details class="time__menu" data-pop="one">
            <summary id="time-summary"><Icon name="clock"/><span class="visually-hidden">"Moment: "</span>{name}</summary>
            <div class="time__panel">
                // Sent by its own button, to a form of its own.
                <p class="time__field" data-later="">
                    <label for="time-at">"Date and time (UTC)"</label>
                    <input id="time-at" type="datetime-local" name="at" form=TIME_FORM value=time.field.clone() required=true/>
                    <button type="submit" class="button" form=TIME_FORM>"Show"</button>
                </p>
                <ul class="time__choices">{choices.collect_view()}</ul>
            </div>
        </details>
    }
    .into_any()
}

/// Says that the page is about the past, and leads back; nothing where it is about now.
pub(super) fn band(time: &Moment, links: &TimeLinks) -> Option<AnyView> {
    if time.is_now() {
        return None;
    }
    let (now, since) = ((links.see)(""), links.since.clone());
    let what = format!("You see the catalog as of {}. ", time.words);
    let note = if time.note.is_empty() {
        "What is wrong with files is known of now alone, and left out."
    } else {
        &time.note
    };
    let since = since.map(|since| view! { <a href=since data-noscroll="">"Compare with now"</a> });
    let band = view! {
        <div class="notice tone-warning time__band" role="note">
            <Icon name="clock"/>
            <span><strong>{what}</strong>{note.to_owned()}</span>
            <a href=now data-noscroll="">"Back to now"</a>
            {since}
        </div>
    };
    Some(band.into_any())
}

/// Which moment the picture is compared with, and what its marks mean; nothing where it is not compared.
pub(crate) fn compared(other: &Moment, stop: String) -> Option<AnyView> {
    (!other.is_now()).then(|| {
        let marks = [ChangeKind::Added, ChangeKind::Changed, ChangeKind::Removed].map(mark);
        view! {
            <p class="notice time__legend" role="note">
                <span>{format!("Compared with {}: ", other.words)}</span>
                {marks.collect_view()}
                <span>{other.note.clone()}</span>
                <a href=stop data-noscroll="">"Stop comparing"</a>
            </p>
        }
        .into_any()
    })
}
