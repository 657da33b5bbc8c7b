//! The palette: entities, pages and actions by a few letters, from any page.
//!
//! A combobox in a dialog. Commands are known here and answer at once; entities are asked for at every key, and an answer
//! that comes after a newer question is not shown.

use std::time::Duration;

use leptos::prelude::*;
use leptos::task::spawn_local;
use model::{Fragment, SearchHit, SearchQuery};

use super::commands::{COMMANDS, PALETTE_BUTTON, Run, SHORTCUTS, fit};
use super::recent::recent;
use crate::browser;
use crate::error::UiError;
use crate::search::load_palette;
use crate::search::views::fragments;
use crate::ui::{Icon, kind_icon};

/// Id of the dialog.
const DIALOG: &str = "palette";
/// Id of the text field.
const FIELD: &str = "palette-text";
/// What the ids of choices begin with; their number follows.
const OPTION: &str = "palette-option-";

/// How long the choices for what was typed before stay while the answer is on its way: as long as nobody sees it, so that each
/// key is painted once.
const MOMENT: Duration = Duration::from_millis(60);

/// What is said while an answer takes longer than a moment.
const SEARCHING: &str = "Searching…";
/// What is said when there was no answer.
const UNANSWERED: &str = "Entities cannot be searched right now. Pages and actions work.";

/// One choice.
#[derive(Clone)]
struct Item {
    group: &'static str,
    icon: String,
    title: Vec<Fragment>,
    detail: String,
    act: Act,
}

#[derive(Clone)]
enum Act {
    /// Opens a page.
    Go(String),
    /// Does what a command of the registry does.
    Do(fn()),
    /// Clicks what is on the page under this name.
    Click(String),
}

/// The state of the palette. Lies in the context.
#[derive(Clone, Copy)]
pub(crate) struct Palette {
    text: RwSignal<String>,
    items: RwSignal<Vec<Item>>,
    /// Number of the choice that Enter takes.
    chosen: RwSignal<usize>,
    /// Entities for `answered`.
    found: StoredValue<Vec<SearchHit>>,
    answered: StoredValue<String>,
    /// Why there are no entities among the choices; empty where that needs no words.
    note: RwSignal<&'static str>,
    /// What is on the page.
    here: StoredValue<Vec<String>>,
    /// Enter was pressed before the answer came.
    hurry: StoredValue<bool>,
}

impl Palette {
    /// Puts an empty palette into the context.
    pub(crate) fn provide() -> Self {
        let palette = Self {
            text: RwSignal::new(String::new()),
            items: RwSignal::new(Vec::new()),
            chosen: RwSignal::new(0),
            found: StoredValue::new(Vec::new()),
            answered: StoredValue::new(String::new()),
            note: RwSignal::new(""),
            here: StoredValue::new(Vec::new()),
            hurry: StoredValue::new(false),
        };
        provide_context(palette);
        palette
    }

    /// Shows it, empty; closes it if it is open.
    pub(crate) fn toggle(self) {
        if browser::close_dialog(DIALOG) {
            return;
        }
        browser::close_dialog(SHORTCUTS);
        self.here.set_value(browser::commands());
        browser::show_modal(DIALOG, true);
        browser::set_field(FIELD, "");
        self.text.set(String::new());
        self.items.set(Vec::new());
        // The field is there at once, and what can be chosen a moment later, unless somebody types by then.
        browser::after_paint(move || {
            if self.text.with_untracked(String::is_empty) {
                self.typed(String::new());
            }
        });
    }

    /// Somebody typed.
    fn typed(self, text: String) {
        self.hurry.set_value(false);
        self.text.set(text.clone());
        self.chosen.set(0);
        let text = text.trim().to_owned();
        if text.is_empty() {
            self.answer(text, Ok(Vec::new()));
            return;
        }
        let asked = text.clone();
        set_timeout(move || self.wait(&asked), MOMENT);
        spawn_local(async move {
            let hits = load_palette(text.clone()).await.and_then(|answer| answer.unpack::<Vec<SearchHit>>());
            self.answer(text, hits);
        });
    }

    /// Shows what is known without an answer, if there is none yet.
    fn wait(self, text: &str) {
        let answered = self.answered.with_value(|answered| answered == text);
        if !answered && self.text.with_untracked(|now| now.trim() == text) {
            self.note.set(SEARCHING);
            self.draw();
        }
    }

    /// The entities for a text have come.
    fn answer(self, text: String, hits: Result<Vec<SearchHit>, UiError>) {
        if self.text.with_untracked(|now| now.trim() != text) {
            return;
        }
        // Pages and actions are there all the same.
        self.note.set(if hits.is_ok() { "" } else { UNANSWERED });
        self.found.set_value(hits.unwrap_or_default());
        self.answered.set_value(text);
        self.draw();
        if self.hurry.get_value() {
            // What is taken is clicked, so it has to be there.
            browser::after_paint(move || self.take(false));
        }
    }

    /// Puts the choices together.
    fn draw(self) {
        let text = self.text.get_untracked();
        let text = text.trim();
        let mut items = Vec::new();
        if text.is_empty() {
            let here = browser::address();
            let elsewhere = recent().into_iter().filter(|one| !here.ends_with(&one.href));
            items.extend(elsewhere.map(|one| Item {
                group: "Recent",
                icon: kind_icon(&one.kind),
                title: vec![(one.title, false)],
                detail: one.kind,
                act: Act::Go(one.href),
            }));
        }
        let mut commands = self.commands(text);
        // Who writes the whole name of a command means it.
        let named = commands.first().is_some_and(|(fit, _)| *fit == 0) && !text.is_empty();
        items.extend(named.then(|| commands.remove(0).1));
        self.found.with_value(|found| items.extend(found.iter().map(entity)));
        items.extend(commands.into_iter().map(|(_, item)| item));
        if !text.is_empty() {
            let query = SearchQuery { term: text.to_owned(), ..SearchQuery::default() };
            items.push(Item {
                group: "More",
                icon: "search".to_owned(),
                title: vec![(format!("All results for “{text}”"), false)],
                detail: String::new(),
                act: Act::Go(query.href()),
            });
        }
        self.items.set(items);
    }

    /// The commands that fit, the best first, pages before actions.
    fn commands(self, text: &str) -> Vec<(u8, Item)> {
        let known = COMMANDS.iter().map(|command| {
            let (group, act) = match command.run {
                Run::Go(page) => ("Pages", Act::Go(page.to_owned())),
                Run::Do(run) => ("Actions", Act::Do(run)),
            };
            (command.title.to_owned(), group, command.icon, command.keys, act)
        });
        let here = self.here.get_value().into_iter();
        let here = here.map(|title| (title.clone(), "Actions", "command", "", Act::Click(title)));
        let mut all: Vec<(u8, Item)> = known
            .chain(here)
            .filter_map(|(title, group, icon, keys, act)| {
                let fit = fit(&title, text)?;
                let (icon, detail) = (icon.to_owned(), keys.to_owned());
                Some((fit, Item { group, icon, title: vec![(title, false)], detail, act }))
            })
            .collect();
        // Stable: within a group the order of the registry stays.
        all.sort_by_key(|(fit, item)| (*fit > 0, item.group == "Actions", *fit));
        all
    }

    /// Does what is chosen.
    fn take(self, in_new_tab: bool) {
        if self.answered.with_value(|answered| self.text.with_untracked(|text| text.trim() != answered)) {
            // What was typed may mean something that is still on its way.
            self.hurry.set_value(true);
            return;
        }
        let chosen = self.chosen.get_untracked();
        let act = self.items.with_untracked(|items| items.get(chosen).map(|item| item.act.clone()));
        match act {
            Some(Act::Go(href)) if in_new_tab => browser::open_beside(&href),
            Some(_) => browser::click(&format!("{OPTION}{chosen}")),
            None => {}
        }
    }

    fn on_key(self, event: &leptos::ev::KeyboardEvent) {
        if event.is_composing() {
            return;
        }
        let last = self.items.with_untracked(Vec::len).saturating_sub(1);
        let chosen = self.chosen.get_untracked();
        let next = match event.key().as_str() {
            "ArrowDown" => {
                if chosen < last {
                    chosen + 1
                } else {
                    0
                }
            }
            "ArrowUp" => {
                if chosen > 0 {
                    chosen - 1
                } else {
                    last
                }
            }
            "Home" => 0,
            "End" => last,
            "Enter" => {
                event.prevent_default();
                self.take(event.ctrl_key() || event.meta_key());
                return;
            }
            _ => return,
        };
        event.prevent_default();
        self.chosen.set(next);
        browser::reveal(&format!("{OPTION}{next}"));
    }
}

fn entity(hit: &SearchHit) -> Item {
    let owner = hit.owner.as_ref().map(|owner| format!(" · {}", owner.title));
    Item {
        group: "Entities",
        icon: kind_icon(&hit.link.kind),
        title: hit.title.clone(),
        detail: hit.facts.clone() + owner.as_deref().unwrap_or_default(),
        act: Act::Go(hit.link.href()),
    }
}

/// The dialog.
#[component]
pub(crate) fn PaletteDialog(palette: Palette) -> impl IntoView {
    let Palette { items, chosen, note, .. } = palette;
    let options = move || {
        items.with(|items| {
            let mut number = 0;
            let groups = items.chunk_by(|one, other| one.group == other.group).map(|group| {
                let options = group.iter().map(|item| {
                    number += 1;
                    option(number - 1, item, chosen)
                });
                let options = options.collect_view();
                let title = group[0].group;
                view! {
                    <div role="group" aria-label=title>
                        <p class="palette__group" aria-hidden="true">{title}</p>
                        {options}
                    </div>
                }
                .into_any()
            });
            groups.collect_view()
        })
    };
    let count = move || match items.with(Vec::len) {
        0 => String::new(),
        1 => "1 choice".to_owned(),
        count => format!("{count} choices"),
    };
    // What was chosen leaves the palette; with Ctrl a link opens beside it.
    let leave = move |event: leptos::ev::MouseEvent| {
        if !event.ctrl_key() && !event.meta_key() {
            browser::close_dialog(DIALOG);
        }
    };
    view! {
        <dialog id=DIALOG class="palette" aria-label="Go to anything">
            <div class="palette__field">
                <Icon name="search"/>
                <input
                    id=FIELD
                    type="text"
                    role="combobox"
                    aria-label="An entity, a page or an action"
                    aria-expanded="true"
                    aria-controls="palette-list"
                    aria-autocomplete="list"
                    aria-activedescendant=move || format!("{OPTION}{}", chosen.get())
                    placeholder="An entity, a page or an action"
                    autocomplete="off"
                    spellcheck="false"
                    maxlength="100"
                    on:input=move |event| palette.typed(event_target_value(&event))
                    on:keydown=move |event| palette.on_key(&event)
                />
            </div>
            <p class="palette__note" role="status" hidden=move || note.with(|note| note.is_empty())>{note}</p>
            <div id="palette-list" class="palette__list" role="listbox" aria-label="Choices" on:click=leave>
                {options}
            </div>
            <p class="visually-hidden" role="status">{count}</p>
            <p class="palette__foot" aria-hidden="true">
                <span><kbd>"↑"</kbd><kbd>"↓"</kbd>" choose"</span>
                <span><kbd>"Enter"</kbd>" open"</span>
                <span><kbd>"Ctrl Enter"</kbd>" in a new tab"</span>
                <span><kbd>"Esc"</kbd>" close"</span>
            </p>
        </dialog>
    }
    .into_any()
}

/// One choice: a link where it leads somewhere, so that a pointer can do with it what it does with links.
fn option(number: usize, item: &Item, chosen: RwSignal<usize>) -> AnyView {
    let id = format!("{OPTION}{number}");
    let selected = move || if chosen.get() == number { "true" } else { "false" };
    let (act, href) = match item.act.clone() {
        Act::Go(href) => (None, Some(href)),
        act => (Some(act), None),
    };
    let run = move |_| match &act {
        Some(Act::Do(run)) => {
            // The palette is in front of what the command shows.
            browser::close_dialog(DIALOG);
            run();
        }
        Some(Act::Click(name)) => {
            browser::close_dialog(DIALOG);
            browser::run_command(name);
        }
        Some(Act::Go(_)) | None => {}
    };
    let content = view! {
        <Icon name=item.icon.clone()/>
        <span class="palette__title">{fragments(&item.title)}</span>
        <span class="palette__detail">{item.detail.clone()}</span>
    }
    .into_any();
    match href {
        Some(href) => view! {
            <a class="palette__option" role="option" id=id aria-selected=selected tabindex="-1" href=href>{content}</a>
        }
        .into_any(),
        None => view! {
            <button type="button" class="palette__option" role="option" id=id aria-selected=selected tabindex="-1" on:click=run>
                {content}
            </button>
        }
        .into_any(),
    }
}

/// Opens the palette. There without scripts, and not seen: its place stays the same.
#[component]
pub(crate) fn PaletteButton(palette: Palette) -> impl IntoView {
    let running = RwSignal::new(false);
    // Effects run in the browser alone.
    Effect::new(move |_| running.set(true));
    let class = move || if running.get() { "palette-button" } else { "palette-button palette-button--still" };
    view! {
        <button type="button" id=PALETTE_BUTTON class=class aria-keyshortcuts="Control+K Meta+K" on:click=move |_| palette.toggle()>
            <Icon name="command"/>
            <span>"Go to"</span>
            <kbd aria-hidden="true">"Ctrl K"</kbd>
        </button>
    }
    .into_any()
}
