//! Which rows are selected. Of a range that reaches over rows that are not drawn, the server says what they are.

use leptos::prelude::*;
use leptos::task::spawn_local;
use model::EntitySummary;

use super::{PAGE, Rows, Shown};
use crate::browser;
use crate::catalog::server_functions::load_rows;

/// Entities that can be selected: their references have to fit into an address.
const MOST_SELECTED: usize = 200;

impl Rows {
    /// Selects a row or no longer; as a range, all rows from the last one that was selected to this one.
    pub(super) fn pick(self, row: String, range: bool) {
        let place = self.place_in_list(&row);
        let anchor = self.anchor.get_value().filter(|_| range);
        // Whoever is quicker than the rows means the one that the focus is on its way to.
        if let (Some(from), Some(to)) = (anchor, self.awaited.get_value().or(place)) {
            return self.select_places(from.min(to), from.max(to));
        }
        self.anchor.set_value(place);
        self.selected.update(|selected| match selected.iter().position(|other| *other == row) {
            Some(place) => {
                selected.remove(place);
            }
            None if selected.len() < MOST_SELECTED => selected.push(row),
            None => {}
        });
    }

    /// The place of a row among all of the list, or in groups among those that are there to see.
    pub(super) fn place_in_list(self, row: &str) -> Option<u32> {
        if self.is_in_groups() {
            let place = browser::rows().iter().position(|other| other == row)?;
            return u32::try_from(place).ok();
        }
        self.place_of(row)
    }

    pub(super) fn is_in_groups(self) -> bool {
        self.shown.with_value(|shown| !shown.query.group.is_empty())
    }

    /// Selects also the rows between two places, both included. Those that are not drawn are asked for.
    fn select_places(self, from: u32, to: u32) {
        let many = (to - from) as usize + 1;
        if self.is_in_groups() {
            return self.select_more(browser::rows().into_iter().skip(from as usize).take(many).collect());
        }
        let query = self.shown.with_value(|shown| shown.query.clone());
        let limit = u32::try_from(many.min(MOST_SELECTED)).unwrap_or(PAGE);
        spawn_local(async move {
            let answer = load_rows(query.clone(), from, limit).await;
            let Ok(lines) = answer.and_then(|answer| answer.unpack::<Vec<EntitySummary>>()) else { return };
            if self.shown.try_with_value(|shown| shown.query == query) == Some(true) {
                self.select_more(lines.into_iter().map(|line| line.link.entity_ref).collect());
            }
        });
    }

    /// Selects all of the list, or as many as can be selected.
    pub(super) fn select_all(self) {
        let Shown { first, total, .. } = self.shown.get_value();
        let (from, to) = if self.is_in_groups() {
            (0, u32::try_from(browser::rows().len()).unwrap_or(u32::MAX))
        } else {
            ((first - 1) * PAGE, total)
        };
        self.select(Vec::new());
        if to > from {
            self.select_places(from, to - 1);
        }
    }

    fn select_more(self, rows: Vec<String>) {
        self.selected.update(|selected| {
            for row in rows {
                if selected.len() < MOST_SELECTED && !selected.contains(&row) {
                    selected.push(row);
                }
            }
        });
    }

    /// Selects these rows alone.
    pub(crate) fn select(self, rows: Vec<String>) {
        if rows.is_empty() {
            self.anchor.set_value(None);
        }
        self.selected.set(Vec::new());
        self.select_more(rows);
    }

    /// The references of the selected entities.
    pub(crate) fn selected(self) -> RwSignal<Vec<String>> {
        self.selected
    }

    /// Whether no more can be selected.
    pub(crate) fn is_full(self) -> bool {
        self.selected.with(|selected| selected.len() >= MOST_SELECTED)
    }
}
