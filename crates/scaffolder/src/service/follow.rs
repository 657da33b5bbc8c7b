//! Following what happens in a run.

use std::time::Duration;

use futures::{Stream, stream};
use platform::access::Caller;
use platform::error::Error;
use platform::feed::{Heard, Names};
use tokio_util::sync::CancellationToken;

use super::Scaffolder;
use super::task::TaskEvent;
use crate::journal::name_of;
use crate::store::{self, EventKind};

/// Events that are read at once.
const PAGE: u64 = 500;
/// How often it is looked for events, in case that news of them was lost.
const LOOK_EVERY: Duration = Duration::from_secs(2);

/// What a look at a run gave.
struct Look {
    events: Vec<TaskEvent>,
    /// Whether nothing more will happen by itself.
    is_over: bool,
}

impl Scaffolder {
    /// The events of a run after one, in their order, at most 500.
    ///
    /// # Errors
    /// There is no such run that the caller may see, or the database failed.
    pub async fn events(&self, caller: &Caller, id: &str, after: i64) -> Result<Vec<TaskEvent>, Error> {
        self.visible(caller, id).await?;
        Ok(self.look(id, after).await?.events)
    }

    /// As [`Self::events`]; where there are none yet, they are waited for, at most this long.
    ///
    /// # Errors
    /// As for [`Self::events`].
    pub async fn next_events(
        &self,
        caller: &Caller,
        id: &str,
        after: i64,
        patience: Duration,
    ) -> Result<Vec<TaskEvent>, Error> {
        self.visible(caller, id).await?;
        let mut names = self.inner.tools.feed.names();
        let until = tokio::time::Instant::now() + patience;
        loop {
            let look = self.look(id, after).await?;
            if !look.events.is_empty() || look.is_over {
                return Ok(look.events);
            }
            tokio::select! {
                () = tokio::time::sleep_until(until) => return Ok(Vec::new()),
                () = self.inner.stopping.cancelled() => return Ok(Vec::new()),
                () = news(&mut names, id) => {}
            }
        }
    }

    /// Whether a run has ended and nothing happened in it after this event.
    ///
    /// # Errors
    /// As for [`Self::events`].
    pub async fn is_over(&self, caller: &Caller, id: &str, after: i64) -> Result<bool, Error> {
        self.visible(caller, id).await?;
        let look = self.look(id, after).await?;
        Ok(look.is_over && look.events.is_empty())
    }

    /// The events of a run after one, as they come: a stream of some at a time, which ends when the run has. A failure ends
    /// it too; who follows begins again after the last event that came.
    ///
    /// # Errors
    /// There is no such run that the caller may see, or the database failed.
    pub async fn follow(
        &self,
        caller: &Caller,
        id: &str,
        after: i64,
    ) -> Result<impl Stream<Item = Vec<TaskEvent>> + Send + use<>, Error> {
        self.visible(caller, id).await?;
        let following = Following {
            scaffolder: self.clone(),
            names: self.inner.tools.feed.names(),
            id: id.to_owned(),
            after,
            is_over: false,
            stopping: self.inner.stopping.clone(),
        };
        Ok(stream::unfold(following, |mut following| async move {
            let events = following.next().await?;
            Some((events, following))
        }))
    }

    async fn look(&self, id: &str, after: i64) -> Result<Look, Error> {
        // Asked first: what is written meanwhile makes for one more look, never for one that is missing.
        let standing = store::standing(self.database(), id).await?;
        let rows = store::events_after(self.database(), id, after, PAGE).await?;
        let mut events = rows.into_iter().map(TaskEvent::read).collect::<Result<Vec<_>, _>>()?;
        let (state, last) = standing.map_or((String::new(), 0), |(state, last, _)| (state, last));
        let newest = events.last().map_or(after, |event| event.id);
        let is_full = events.len() as u64 >= PAGE;
        for event in &mut events {
            // A run that was retried had ended before. Clients stop at a completion, so only the last one is told as such.
            if event.kind == EventKind::Completion.name() && (event.id < newest || is_full || event.id < last)
            {
                event.kind = EventKind::Log.name().to_owned();
            }
        }
        let has_ended = store::TaskState::parse(&state).is_some_and(store::TaskState::has_ended);
        Ok(Look { events, is_over: has_ended && newest >= last })
    }
}

struct Following {
    scaffolder: Scaffolder,
    names: Names,
    id: String,
    after: i64,
    is_over: bool,
    stopping: CancellationToken,
}

impl Following {
    /// The next events; nothing when there won't be any.
    async fn next(&mut self) -> Option<Vec<TaskEvent>> {
        loop {
            if self.is_over || self.stopping.is_cancelled() {
                return None;
            }
            match self.scaffolder.look(&self.id, self.after).await {
                Ok(look) => {
                    self.is_over = look.is_over;
                    if let Some(last) = look.events.last() {
                        self.after = last.id;
                        return Some(look.events);
                    }
                }
                Err(error) => {
                    error.log(&self.id);
                    return None;
                }
            }
            if !self.is_over {
                tokio::select! {
                    () = self.stopping.cancelled() => return None,
                    () = news(&mut self.names, &self.id) => {}
                }
            }
        }
    }
}

/// Waits for news of a run, or until it is time to look all the same.
async fn news(names: &mut Names, id: &str) {
    let name = name_of(id);
    let told = async {
        loop {
            match names.next().await {
                Heard::Name(heard) if *heard != *name => {}
                _ => return,
            }
        }
    };
    let _late_is_fine = tokio::time::timeout(LOOK_EVERY, told).await;
}
