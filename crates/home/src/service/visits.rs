//! Visits: remembered in memory, written together a moment later, so that a page waits for none of it.

use std::collections::HashMap;
use std::time::Duration;

use model::EntityRef;
use parking_lot::Mutex;
use platform::error::Error;

use super::{Home, now};
use crate::store::{self, Visit};
use crate::visitor::Visitor;

/// How long visits wait for others to be written with.
const GATHER: Duration = Duration::from_secs(1);
/// Pairs of visitor and entity that may wait; what comes on top is forgotten.
const ROOM: usize = 10_000;

/// Visits that are not written yet: the last moment and the number, by owner and entity.
#[derive(Default)]
pub(super) struct Waiting(Mutex<HashMap<(String, String), (i64, i64)>>);

impl Waiting {
    /// Remembers a visit.
    fn add(&self, owner: String, entity_ref: String, at: i64) {
        let mut waiting = self.0.lock();
        if waiting.len() < ROOM || waiting.contains_key(&(owner.clone(), entity_ref.clone())) {
            let (last, count) = waiting.entry((owner, entity_ref)).or_default();
            *last = at.max(*last);
            *count += 1;
        }
    }

    /// Hands out everything.
    fn take(&self) -> Vec<Visit> {
        let visits = std::mem::take(&mut *self.0.lock()).into_iter();
        let visit = |((owner, entity_ref), (at, count))| Visit { owner, entity_ref, at, count };
        let mut visits: Vec<Visit> = visits.map(visit).collect();
        // Writers that lock rows in one order do not wait for each other in a circle.
        visits.sort_by(|a, b| (&a.owner, &a.entity_ref).cmp(&(&b.owner, &b.entity_ref)));
        visits
    }
}

impl Home {
    /// Remembers that the visitor looked at an entity. A guest whose browser has no number is nobody to remember it for: who
    /// only reads gets no cookie.
    ///
    /// # Errors
    /// The visitor may not keep anything.
    pub fn visited(&self, visitor: &Visitor, entity_ref: &EntityRef) -> Result<(), Error> {
        self.inner.policy.check(visitor.caller(), platform::access::Permission::HomeUpdate)?;
        if let Some(owner) = visitor.owner() {
            self.inner.waiting.add(owner, entity_ref.to_string(), now());
            self.inner.visited.notify_one();
        }
        Ok(())
    }

    /// Writes the visits that wait. Those that can't be written are forgotten: they are not worth failing for.
    pub(super) async fn write_visits(&self) {
        let visits = self.inner.waiting.take();
        if visits.is_empty() {
            return;
        }
        if let Err(error) = store::add_visits(&self.inner.database, visits).await {
            tracing::warn!(%error, "visits were not written and are forgotten: {error}");
        }
    }
}

/// Writes visits as they come, until the catalog stops.
pub(super) async fn write_in_background(home: Home) {
    let stopped = home.inner.catalog.stopped();
    tokio::pin!(stopped);
    loop {
        tokio::select! {
            () = home.inner.visited.notified() => {}
            () = &mut stopped => break,
        }
        tokio::select! {
            () = tokio::time::sleep(GATHER) => {}
            () = &mut stopped => break,
        }
        home.write_visits().await;
    }
    home.write_visits().await;
}
