//! The moment that a page shows, and the way to others.

use leptos::prelude::*;
use model::{ChangeKind, Moment};

use super::changes::mark;
use crate::browser;
use crate::ui::Icon;

/// The form that a moment is typed into. It stands beside the form of a list, because forms can't be nested; its fields
/// name it.
pub const TIME_FORM: &str = "time-form";
/// What unfolds the moments.
const MENU: &str = "time-menu";
/// What the focus returns to when the moments fold.
const SUMMARY: &str = "time-summary";

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
    let TimeLinks { see, compare, since } = links;
    let name = if time.is_now() { "Now".to_owned() } else { time.words.clone() };
    let choices = time.choices.iter().map(|(name, at)| {
        let compare = compare.as_ref().map(|compare| {
            let label = format!("{name}: compare with now");
            view! { <a class="time__compare" href=compare(at) aria-label=label data-noscroll="">"Compare"</a> }
        });
        view! { <li><a href=see(at) data-noscroll="">{name.clone()}</a>{compare}</li> }
    });
    let fold = |event: leptos::ev::MouseEvent| {
        if browser::link_of(&event).is_some() {
            browser::fold(MENU, SUMMARY);
        }
    };
    let panel = view! {
        <div class="time__panel" on:click=fold>
            <p class="time__field">
                <label for="time-at">"Date and time (UTC)"</label>
                <input id="time-at" type="datetime-local" name="at" form=TIME_FORM value=time.field.clone() required=true/>
                <button type="submit" class="button" form=TIME_FORM>"Show"</button>
            </p>
            <ul class="time__choices">{choices.collect_view()}</ul>
        </div>
    };
    let band = (!time.is_now()).then(|| band(&time, see(""), since));
    view! {
        <div class="time">
            {band}
            <details
                class="time__menu"
                id=MENU
                on:keydown=move |event| if event.key() == "Escape" { browser::fold(MENU, SUMMARY) }
            >
                <summary id=SUMMARY><Icon name="clock"/><span class="visually-hidden">"Moment: "</span>{name}</summary>
                {panel}
            </details>
        </div>
    }
    .into_any()
}

/// Says that the page is about the past, and leads back.
fn band(time: &Moment, now: String, since: Option<String>) -> AnyView {
    let what = format!("You see the catalog as of {}. ", time.words);
    let note = if time.note.is_empty() {
        "What is wrong with files is known of now alone, and left out."
    } else {
        &time.note
    };
    let since = since.map(|since| view! { <a href=since data-noscroll="">"Compare with now"</a> });
    view! {
        <div class="notice tone-warning time__band" role="note" on:click=|event| {
            if browser::link_of(&event).is_some() {
                browser::fold(MENU, SUMMARY);
            }
        }>
            <Icon name="clock"/>
            <span><strong>{what}</strong>{note.to_owned()}</span>
            <a href=now data-noscroll="">"Back to now"</a>
            {since}
        </div>
    }
    .into_any()
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

/// The form that the field of the control belongs to; `parameters` (as in an address) is what stays as it is.
pub(crate) fn time_form(path: String, parameters: &str) -> AnyView {
    view! {
        <form id=TIME_FORM method="get" action=path hidden=true>{hidden(parameters, &["at", "to", "page"])}</form>
    }
    .into_any()
}

/// The parameters of an address as fields of a form, without these.
pub(crate) fn hidden(parameters: &str, without: &[&str]) -> AnyView {
    let fields =
        model::parameters(parameters).into_iter().filter(|(name, _)| !without.contains(&name.as_str()));
    fields
        .map(|(name, value)| view! { <input type="hidden" name=name value=value/> })
        .collect_view()
        .into_any()
}
