//! The rows of the catalog table in the browser: which of very many are drawn, which are selected, and what keys do with
//! them.
//!
//! The page scrolls as any page does. Rows have one height, so what is not drawn is a gap of known height, and its lines
//! are asked for when the window comes near. The focus lies on the name of a row, which is a link, and never goes with
//! what is no longer drawn: the part that has it stays.

mod selection;

use std::collections::BTreeMap;
use std::time::Duration;

use leptos::ev::{KeyboardEvent, MouseEvent};
use leptos::prelude::*;
use leptos::task::spawn_local;
use model::{EntityListQuery, EntitySummary};

use super::address::Address as _;
use super::server_functions::load_rows;
use super::views::ListShown;
use crate::browser;

/// Lines of one page; as the service has it.
pub(crate) const PAGE: u32 = 50;
/// Pages that are asked for at once.
const AT_ONCE: u32 = 4;
/// Rows beside the window whose pages are drawn too. Each row that is drawn makes every change of the page slower.
const AHEAD: f64 = 20.0;
/// A gap is filled when the window has been over it so long.
const PAUSE: Duration = Duration::from_millis(60);
/// Height of the bar that stays at the top of the window, in pixels.
const BAR: f64 = 57.0;
/// How long a row stays marked that has changed while somebody looks on; as in `public/drawn.js`.
const MARKED_FOR: Duration = Duration::from_secs(4);
/// Rows that one step of a page key goes over.
const LEAP: i64 = 10;
/// The note of the row that was opened last, on the document's root element.
const OPENED: &str = "data-opened-row";

/// The lines of one page; nothing while they are on their way.
pub(crate) type Lines = ArcRwSignal<Option<Vec<EntitySummary>>>;

/// What the table shows; changes with each answer.
#[derive(Clone, Default)]
struct Shown {
    query: EntityListQuery,
    /// The first page that can be scrolled to: that of the address.
    first: u32,
    last: u32,
    total: u32,
}

/// The state of the rows. Outlives the answers that they are drawn from.
#[derive(Clone, Copy)]
pub struct Rows {
    shown: StoredValue<Shown>,
    lines: StoredValue<BTreeMap<u32, Lines>>,
    /// The pages that are drawn, in their order.
    drawn: RwSignal<Vec<u32>>,
    /// Height of a row in pixels; nothing without scripts.
    height: RwSignal<f64>,
    /// The page in the middle of the window.
    page: RwSignal<u32>,
    /// References, in the order in which they were selected.
    selected: RwSignal<Vec<String>>,
    /// The place from which a range reaches.
    anchor: StoredValue<Option<u32>>,
    /// The place of the row that gets the focus as soon as it is drawn.
    awaited: StoredValue<Option<u32>>,
    scrolling: StoredValue<bool>,
    /// The entity that is looked at.
    peek: Signal<Option<String>>,
    /// Looks at an entity or at none; the second value says whether the step back leads to before this one.
    look: Callback<(Option<String>, bool)>,
}

impl Rows {
    /// Rows without anything; `look` opens and closes the drawer that shows `peek`.
    #[must_use]
    pub fn new(peek: Signal<Option<String>>, look: Callback<(Option<String>, bool)>) -> Self {
        Self {
            shown: StoredValue::new(Shown::default()),
            lines: StoredValue::new(BTreeMap::new()),
            drawn: RwSignal::new(Vec::new()),
            height: RwSignal::new(0.0),
            page: RwSignal::new(1),
            selected: RwSignal::new(Vec::new()),
            anchor: StoredValue::new(None),
            awaited: StoredValue::new(None),
            scrolling: StoredValue::new(false),
            peek,
            look,
        }
    }

    /// Takes over an answer. Of the same list, what is drawn stays and is asked for again.
    pub(crate) fn take(self, query: &EntityListQuery, list: &ListShown) {
        let (same, alike) = self.shown.with_value(|shown| {
            let alike = shown.query.on_page(1) == query.on_page(1);
            (alike && shown.first == list.page, alike)
        });
        if !alike {
            self.select(Vec::new());
        }
        self.shown.set_value(Shown {
            query: query.clone(),
            first: list.page,
            last: list.page_count,
            total: list.total,
        });
        if !same {
            self.lines.set_value(BTreeMap::new());
            self.drawn.set(vec![list.page]);
            self.page.set(list.page);
        }
        let fresh = self.lines.with_value(|lines| lines.keys().copied().collect::<Vec<_>>());
        if same {
            self.mark_changes(list);
        }
        self.of_page(list.page).set(Some(list.items.clone()));
        for page in fresh.into_iter().filter(|page| *page != list.page) {
            self.ask(page, 1);
        }
    }

    /// Marks the rows for a moment that are not as they were.
    fn mark_changes(self, list: &ListShown) {
        let changed = self.of_page(list.page).with_untracked(|before| {
            let before = before.iter().flatten().collect::<Vec<_>>();
            let is_new = |line: &&EntitySummary| !before.contains(line);
            list.items.iter().filter(is_new).map(|line| line.link.entity_ref.clone()).collect::<Vec<_>>()
        });
        if !changed.is_empty() {
            request_animation_frame(move || {
                browser::mark_rows(&changed, true);
                set_timeout(move || browser::mark_rows(&changed, false), MARKED_FOR);
            });
        }
    }

    /// The lines of a page, there or not.
    pub(crate) fn of_page(self, page: u32) -> Lines {
        let known = self.lines.with_value(|lines| lines.get(&page).cloned());
        known.unwrap_or_else(|| {
            let lines = Lines::new(None);
            self.lines.update_value(|all| {
                all.insert(page, lines.clone());
            });
            lines
        })
    }

    /// The pages that are drawn.
    pub(crate) fn drawn(self) -> RwSignal<Vec<u32>> {
        self.drawn
    }

    /// The page in the window.
    pub(crate) fn page(self) -> RwSignal<u32> {
        self.page
    }

    /// Height in pixels of what is not drawn before a page, or behind all of them; 0 without scripts.
    pub(crate) fn gap_before(self, page: Option<u32>) -> f64 {
        let Shown { first, last, total, .. } = self.shown.get_value();
        let pages = self.drawn.with(|drawn| match page {
            Some(page) => {
                let before = drawn.iter().rev().find(|other| **other < page);
                page - before.map_or(first, |before| before + 1).min(page)
            }
            None => last - drawn.last().map_or(last, |page| *page).min(last),
        });
        let mut rows = pages.saturating_mul(PAGE);
        if page.is_none() {
            // The last page is shorter.
            rows = rows.saturating_sub(last.saturating_mul(PAGE).saturating_sub(total));
        }
        f64::from(rows) * self.height.get()
    }

    /// The height of a page that is drawn and has no lines yet.
    pub(crate) fn height_of(self, page: u32) -> f64 {
        let total = self.shown.with_value(|shown| shown.total);
        f64::from(total.saturating_sub((page - 1) * PAGE).min(PAGE)) * self.height.get()
    }

    /// Scripts run: measures the rows, and follows the window from now on. Called when an answer was drawn.
    pub(crate) fn start(self) {
        if let Some((_, height, _)) = browser::row_measures()
            && (self.height.get_untracked() - height).abs() > 0.01
        {
            self.height.set(height);
        }
        self.follow();
        // Back from the page of an entity: on with its row.
        if let Some(opened) = browser::root_attribute(OPENED).filter(|opened| !opened.is_empty()) {
            browser::note(OPENED, "");
            browser::focus_row(&opened);
        }
    }

    /// The window moved.
    pub(crate) fn on_scroll(self) {
        if !self.scrolling.get_value() {
            self.scrolling.set_value(true);
            request_animation_frame(move || {
                self.scrolling.set_value(false);
                self.follow();
            });
        }
    }

    /// Draws what the window is over, and what is next to it.
    fn follow(self) {
        let Shown { query, first, last, .. } = self.shown.get_value();
        let height = self.height.get_untracked();
        if !query.group.is_empty() || height < 1.0 || last <= first {
            return;
        }
        let Some((top, _, window)) = browser::row_measures() else { return };
        let page_at = |y: f64| {
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped before")]
            let pages = (y.max(0.0) / (height * f64::from(PAGE))).min(f64::from(last)) as u32;
            (first + pages).min(last)
        };
        let ahead = AHEAD * height;
        let (from, to) = (page_at(-top - ahead), page_at(window - top + ahead));
        let with_focus = browser::focused_row().and_then(|focused| self.page_of(&focused));
        let mut drawn: Vec<u32> = (from..=to).collect();
        if let Some(page) = with_focus.filter(|page| !drawn.contains(page)) {
            drawn.push(page);
            drawn.sort_unstable();
        }
        if self.drawn.with_untracked(|before| *before != drawn) {
            self.drawn.set(drawn);
            set_timeout(move || self.fill(), PAUSE);
        }
        let page = page_at(window / 2.0 - top);
        if self.page.get_untracked() != page {
            self.page.set(page);
            self.write_address();
        }
    }

    /// Writes the page in the window into the address: the router knows only the one that the list begins with.
    pub(crate) fn write_address(self) {
        let query = self.shown.with_value(|shown| shown.query.clone()).on_page(self.page.get_untracked());
        browser::replace_address(&self.peek.get_untracked().map_or_else(
            || query.href(),
            |peek| format!("{}?{}", EntityListQuery::PATH, query.with_peek(&peek)),
        ));
    }

    /// Asks for the lines that are drawn and not there, and forgets those far away.
    fn fill(self) {
        let drawn = self.drawn.get_untracked();
        self.lines.update_value(|lines| lines.retain(|page, _| drawn.contains(page)));
        let missing: Vec<u32> =
            drawn.into_iter().filter(|page| self.of_page(*page).with_untracked(Option::is_none)).collect();
        for run in missing.chunk_by(|page, next| page + 1 == *next) {
            for part in run.chunks(AT_ONCE as usize) {
                #[expect(clippy::cast_possible_truncation, reason = "at most four")]
                self.ask(part[0], part.len() as u32);
            }
        }
    }

    /// Asks for the lines of some pages.
    fn ask(self, page: u32, pages: u32) {
        let Shown { query, .. } = self.shown.get_value();
        spawn_local(async move {
            let answer = load_rows(query.clone(), (page - 1) * PAGE, pages * PAGE).await;
            // What could not be had is asked for again when the window comes there again.
            let Ok(lines) = answer.and_then(|answer| answer.unpack::<Vec<EntitySummary>>()) else { return };
            if self.shown.try_with_value(|shown| shown.query == query) != Some(true) {
                return;
            }
            let mut items = lines.into_iter();
            for page in page..page + pages {
                self.of_page(page).set(Some(items.by_ref().take(PAGE as usize).collect()));
            }
            if let Some(place) = self.awaited.get_value() {
                request_animation_frame(move || self.focus_place(place));
            }
        });
    }

    /// The page that has the row of this entity.
    fn page_of(self, entity_ref: &str) -> Option<u32> {
        self.place_of(entity_ref).map(|place| place / PAGE + 1)
    }

    /// The place of an entity in the list, from 0, as far as it is drawn.
    fn place_of(self, entity_ref: &str) -> Option<u32> {
        self.lines.with_value(|pages| {
            pages.iter().find_map(|(page, lines)| {
                let place = lines.with_untracked(|lines| {
                    lines.as_ref()?.iter().position(|line| line.link.entity_ref == entity_ref)
                })?;
                Some((page - 1) * PAGE + u32::try_from(place).ok()?)
            })
        })
    }

    /// The entity at a place of the list, from 0, as far as its line is there.
    fn reference_at(self, place: u32) -> Option<String> {
        let lines = self.lines.with_value(|lines| lines.get(&(place / PAGE + 1)).cloned())?;
        lines.with_untracked(|lines| {
            let line = lines.as_ref()?.get((place % PAGE) as usize)?;
            Some(line.link.entity_ref.clone())
        })
    }

    /// Gives the focus to the row at a place, as soon as it is there.
    fn focus_place(self, place: u32) {
        self.awaited.set_value(None);
        if self.reference_at(place).is_some_and(|line| browser::focus_row(&line)) {
            return;
        }
        self.awaited.set_value(Some(place));
        let first = self.shown.with_value(|shown| shown.first);
        if let Some((top, height, window)) = browser::row_measures() {
            browser::scroll_by(top + height * f64::from(place - (first - 1) * PAGE) - window / 2.0);
        }
    }

    /// Scrolls to a page that can be scrolled to; nothing where it can't.
    pub(crate) fn scroll_to_page(self, page: u32) -> Option<()> {
        let Shown { first, last, .. } = self.shown.get_value();
        let (top, height, _) = browser::row_measures().filter(|_| (first..=last).contains(&page))?;
        browser::scroll_by(top + height * f64::from((page - first) * PAGE) - height);
        Some(())
    }

    /// Goes over rows, from the one of this entity; says where it arrived. Nothing where the next row is not drawn yet: the
    /// focus follows as soon as it is.
    fn step(self, from: &str, by: i64) -> Option<String> {
        let Shown { query, first, total, .. } = self.shown.get_value();
        if let Some(place) = self.place_of(from).filter(|_| query.group.is_empty() && total > 0) {
            let first = i64::from((first - 1) * PAGE);
            let there = (i64::from(place) + by).clamp(first, i64::from(total) - 1);
            let there = u32::try_from(there).ok()?;
            let line = self.reference_at(there);
            if line.is_none() {
                self.focus_place(there);
            }
            return line;
        }
        let rows = browser::rows();
        let here = rows.iter().position(|row| row == from)?;
        let there =
            i64::try_from(here).ok()?.saturating_add(by).clamp(0, i64::try_from(rows.len()).ok()? - 1);
        rows.into_iter().nth(usize::try_from(there).ok()?)
    }

    /// Goes to the row at the beginning or the end of the list.
    fn go_to_end(self, end: bool) {
        let Shown { query, first, total, .. } = self.shown.get_value();
        if query.group.is_empty() {
            self.focus_place(if end { total.saturating_sub(1) } else { (first - 1) * PAGE });
        } else if let Some(row) = if end { browser::rows().pop() } else { browser::rows().into_iter().next() }
        {
            browser::focus_row(&row);
        }
    }

    /// Keys while nothing has the focus: they begin at the first row in the window.
    pub(crate) fn on_key_outside(self, event: &KeyboardEvent) {
        let plain = !(event.ctrl_key() || event.meta_key() || event.alt_key() || event.default_prevented());
        if !plain || browser::is_busy(event) || !browser::is_unfocused() || !browser::single_keys() {
            return;
        }
        if matches!(event.key().as_str(), "j" | "k")
            && let Some((top, height, _)) = browser::row_measures()
        {
            event.prevent_default();
            if self.is_in_groups() {
                return self.go_to_end(false);
            }
            let Shown { first, total, .. } = self.shown.get_value();
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "rows above the window"
            )]
            let above = ((BAR - top).max(0.0) / height.max(1.0)).ceil() as u32;
            self.focus_place(((first - 1) * PAGE + above).min(total.saturating_sub(1)));
        }
    }

    /// Keys on a row.
    pub(crate) fn on_key(self, event: &KeyboardEvent) {
        let Some(row) = browser::row_of(event) else { return };
        let key = event.key();
        let control = event.ctrl_key() || event.meta_key();
        if event.alt_key() || (control && !key.eq_ignore_ascii_case("a")) {
            return;
        }
        let on_box = browser::is_within(event, "input");
        let moved = match key.as_str() {
            "a" | "A" if control => {
                event.prevent_default();
                return self.select_all();
            }
            "ArrowDown" => 1,
            "ArrowUp" => -1,
            "j" | "J" if browser::single_keys() => 1,
            "k" | "K" if browser::single_keys() => -1,
            "PageDown" => LEAP,
            "PageUp" => -LEAP,
            "Home" | "End" => {
                event.prevent_default();
                return self.go_to_end(key == "End");
            }
            "x" | "X" if browser::single_keys() => return self.pick(row, event.shift_key()),
            " " if !on_box => {
                event.prevent_default();
                let open = self.peek.get_untracked();
                return self.look.run((Some(row).filter(|row| open.as_ref() != Some(row)), false));
            }
            "Escape" => return self.select(Vec::new()),
            _ => return,
        };
        event.prevent_default();
        if let Some(there) = self.step(&row, moved) {
            self.awaited.set_value(None);
            browser::focus_row(&there);
            if event.shift_key() && key.len() > 1 {
                if self.anchor.with_value(Option::is_none) {
                    self.anchor.set_value(self.place_in_list(&row));
                }
                self.pick(there, true);
            }
        }
    }

    /// Keys in the drawer: on to the entity beside, and back to the row.
    pub(crate) fn on_drawer_key(self, event: &KeyboardEvent) {
        let Some(open) = self.peek.get_untracked() else { return };
        let by = match event.key().as_str() {
            "Escape" => return self.close(),
            " " if !browser::is_within(event, "a, button, summary") => {
                event.prevent_default();
                return self.close();
            }
            "ArrowDown" => 1,
            "ArrowUp" => -1,
            "j" if browser::single_keys() => 1,
            "k" if browser::single_keys() => -1,
            _ => return,
        };
        if let Some(there) = self.step(&open, by).filter(|there| *there != open) {
            event.prevent_default();
            self.look.run((Some(there), true));
        }
    }

    /// Closes the drawer; the focus goes back to the row.
    pub(crate) fn close(self) {
        let open = self.peek.get_untracked();
        self.look.run((None, false));
        if let Some(open) = open {
            browser::focus_row(&open);
        }
    }

    /// A click on rows: boxes select, and so does the control key; links are noted.
    pub(crate) fn on_click(self, event: &MouseEvent) {
        if browser::is_within(event, "[data-all]") {
            let rows = browser::rows();
            let all = self.selected.with_untracked(|selected| rows.iter().all(|row| selected.contains(row)));
            return if all { self.select(Vec::new()) } else { self.select_all() };
        }
        let Some(row) = browser::row_of(event) else { return };
        let on_box = browser::is_within(event, "input");
        if on_box
            || (!browser::is_within(event, "a, button")
                && (event.ctrl_key() || event.meta_key() || event.shift_key()))
        {
            self.pick(row, event.shift_key());
        } else if browser::is_within(event, ".table__name > a") {
            browser::note(OPENED, &row);
        }
    }

    /// The entity that is looked at.
    pub(crate) fn peek(self) -> Signal<Option<String>> {
        self.peek
    }
}
