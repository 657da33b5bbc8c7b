//! Wakes whoever follows the log when it has grown.
//!
//! A follower gets the newest `seq`, never the change itself: it reads the log from where it stands, so a lost or doubled
//! wake-up costs time and never correctness. What followers read beside the log (what is wrong with files, say) has no
//! `seq`; a change of it wakes them all the same. And who waits for one thing (a run, say) hears its name alone, see
//! [`Feed::publish_name`]. This module does not know the log's table; whoever starts [`Feed::follow`] hands in how to ask
//! for the newest `seq`.

use std::collections::BTreeSet;
use std::fmt::Display;
use std::future::{Future, pending};
use std::sync::Arc;
use std::time::Duration;

use sea_orm::sqlx::postgres::{PgListener, PgNotification};
use sea_orm::{ConnectionTrait, DbBackend, DbErr, Statement};
use tokio::sync::broadcast::error::{RecvError, TryRecvError};
use tokio::sync::{broadcast, watch};
use tokio::time::{MissedTickBehavior, interval};

use crate::database::{Database, Engine};

/// The PostgreSQL channel on which processes tell each other the newest `seq`, and of changes beside the log.
pub const CHANNEL: &str = "portico_log";

/// What they tell each other when something beside the log changed.
const BESIDE: &str = "beside";

/// What stands before a name when they tell it each other.
const NAME: char = '=';
/// Names that may wait for a slow listener; what is older is told as [`Heard::Anything`].
const NAMES: usize = 1_024;

/// How often the database is asked in case a wake-up was lost, and how long a broken listener rests.
const POLL_EVERY: Duration = Duration::from_secs(2);

/// What there is to follow, as this process knows it; cloning shares it.
#[derive(Clone, Debug)]
pub struct Feed {
    database: Database,
    /// What followers in this process see, from whatever source.
    newest: Arc<watch::Sender<Newest>>,
    /// What this process itself wrote, and the others have to hear of.
    written: Arc<watch::Sender<Newest>>,
    /// Names that were told here or heard from others.
    names: broadcast::Sender<Name>,
}

/// A name on its way.
#[derive(Clone, Debug)]
struct Name {
    text: Arc<str>,
    /// Whether this process told it, so that the others have to hear of it.
    is_ours: bool,
}

/// Hears names; see [`Feed::names`].
#[derive(Debug)]
pub struct Names(broadcast::Receiver<Name>);

/// What was heard.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Heard {
    /// This name.
    Name(Arc<str>),
    /// More than could be kept: each name may have been among it.
    Anything,
}

impl Names {
    /// Waits for the next name. Nothing is heard any more when the feed is gone; that is waited for without end.
    pub async fn next(&mut self) -> Heard {
        match self.0.recv().await {
            Ok(name) => Heard::Name(name.text),
            Err(RecvError::Lagged(_)) => Heard::Anything,
            Err(RecvError::Closed) => pending().await,
        }
    }
}

/// How far things have come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Newest {
    /// The newest `seq` of the log.
    pub seq: i64,
    /// Counts the changes beside the log that this process heard of.
    pub beside: u64,
}

impl Feed {
    /// A feed that stands at 0, before the first entry of the log.
    pub fn new(database: &Database) -> Self {
        Self {
            database: database.clone(),
            newest: Arc::default(),
            written: Arc::default(),
            names: broadcast::Sender::new(NAMES),
        }
    }

    /// Says that the log was written up to `seq`. Call it after the commit: who wakes reads at once.
    pub fn publish(&self, seq: i64) {
        advance(&self.newest, seq);
        advance(&self.written, seq);
    }

    /// Says that something beside the log was written that followers read as well.
    pub fn publish_beside(&self) {
        self.newest.send_modify(|newest| newest.beside += 1);
        self.written.send_modify(|written| written.beside += 1);
    }

    /// Tells who listens, here and in other processes, that there is news of the thing with this name, such as
    /// `task:2f1c…`. Call it after the commit. It may be lost: who depends on it looks by itself now and then.
    pub fn publish_name(&self, name: &str) {
        // Without a listener there is nobody to tell.
        let _listeners = self.names.send(Name { text: name.into(), is_ours: true });
    }

    /// Hears the names that are told from now on.
    pub fn names(&self) -> Names {
        Names(self.names.subscribe())
    }

    /// The newest `seq` that this process knows.
    pub fn newest(&self) -> i64 {
        self.newest.borrow().seq
    }

    /// Wakes on every growth and every change beside the log; those that come fast are seen as one.
    pub fn subscribe(&self) -> watch::Receiver<Newest> {
        self.newest.subscribe()
    }

    /// Keeps the feed level with other processes, for as long as the future is polled: listens and notifies on
    /// PostgreSQL, and on both engines asks `newest` at once and then every 2 s. Spawn it once per process.
    pub async fn follow<F, Answer, E>(&self, newest: F)
    where
        F: Fn() -> Answer,
        Answer: Future<Output = Result<i64, E>>,
        E: Display,
    {
        let mut written = self.written.subscribe();
        let mut told = *written.borrow();
        let mut names = self.names.subscribe();
        let mut listener = None;
        let mut polls = interval(POLL_EVERY);
        polls.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                _ = polls.tick() => {
                    if listener.is_none() {
                        listener = self.listen().await;
                    }
                    match newest().await {
                        Ok(seq) => advance(&self.newest, seq),
                        Err(error) => tracing::warn!(%error, "the newest entry of the log is not known: {error}"),
                    }
                }
                heard = next_notification(&mut listener) => match heard {
                    // A gap in the connection may have swallowed notifications: the next poll is due now.
                    Ok(None) => polls.reset_immediately(),
                    Ok(Some(notification)) => {
                        self.hear(notification.payload());
                    }
                    Err(error) => {
                        tracing::warn!(%error, "listening to other processes failed, asking every 2 s: {error}");
                        listener = None;
                    }
                },
                Ok(()) = written.changed() => {
                    let now = *written.borrow_and_update();
                    let seq = (now.seq > told.seq).then(|| now.seq.to_string());
                    let beside = (now.beside > told.beside).then(|| BESIDE.to_owned());
                    for news in seq.into_iter().chain(beside) {
                        if let Err(error) = self.notify(&news).await {
                            tracing::warn!(%error, "other processes were not told of {news}: {error}");
                        }
                    }
                    told = now;
                }
                name = names.recv() => {
                    // What is told fast is told together, each name once.
                    for name in ours(name, &mut names) {
                        if let Err(error) = self.notify(&format!("{NAME}{name}")).await {
                            tracing::warn!(%error, "other processes were not told of {name}: {error}");
                        }
                    }
                }
            }
        }
    }

    /// What another process told, or this one heard of itself.
    fn hear(&self, payload: &str) {
        if let Ok(seq) = payload.parse() {
            advance(&self.newest, seq);
        } else if let Some(name) = payload.strip_prefix(NAME) {
            let _listeners = self.names.send(Name { text: name.into(), is_ours: false });
        } else {
            self.newest.send_modify(|newest| newest.beside += 1);
        }
    }

    /// A connection that hears other processes; `None` where there are none or where it can't be had now.
    async fn listen(&self) -> Option<PgListener> {
        if self.database.engine() != Engine::Postgres {
            return None;
        }
        let pool = self.database.reader().get_postgres_connection_pool();
        let connected = async {
            let mut listener = PgListener::connect_with(pool).await?;
            listener.listen(CHANNEL).await?;
            Ok::<_, sea_orm::sqlx::Error>(listener)
        };
        match connected.await {
            Ok(listener) => Some(listener),
            Err(error) => {
                tracing::warn!(%error, "listening to other processes failed, asking every 2 s: {error}");
                None
            }
        }
    }

    async fn notify(&self, news: &str) -> Result<(), DbErr> {
        if self.database.engine() == Engine::Postgres {
            let told = [CHANNEL.into(), news.into()];
            let sql = "SELECT pg_notify($1, $2)";
            let statement = Statement::from_sql_and_values(DbBackend::Postgres, sql, told);
            self.database.reader().execute_raw(statement).await?;
        }
        Ok(())
    }
}

/// The names of this process among one and those that wait behind it.
fn ours(first: Result<Name, RecvError>, names: &mut broadcast::Receiver<Name>) -> BTreeSet<Arc<str>> {
    let mut ours = BTreeSet::new();
    let mut add = |name: Name| name.is_ours && ours.insert(name.text);
    if let Ok(name) = first {
        add(name);
    }
    loop {
        match names.try_recv() {
            Ok(name) => add(name),
            // What was missed here, others miss too; they look by themselves.
            Err(TryRecvError::Lagged(_)) => false,
            Err(TryRecvError::Empty | TryRecvError::Closed) => return ours,
        };
    }
}

/// Only ever forwards: wake-ups of several writers arrive in any order.
fn advance(sender: &watch::Sender<Newest>, seq: i64) {
    sender.send_if_modified(|newest| {
        let grown = seq > newest.seq;
        newest.seq = seq.max(newest.seq);
        grown
    });
}

/// The next notification; waits for ever without a listener.
async fn next_notification(
    listener: &mut Option<PgListener>,
) -> Result<Option<PgNotification>, sea_orm::sqlx::Error> {
    match listener {
        Some(listener) => listener.try_recv().await,
        None => pending().await,
    }
}
