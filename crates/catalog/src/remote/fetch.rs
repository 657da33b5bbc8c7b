//! Fetches the addresses whose time has come.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use futures::StreamExt as _;
use integrations::{Integrations, ReadError, Reading, is_pattern};
use parking_lot::Mutex;
use platform::database::Database;
use platform::error::Error;
use platform::feed::Feed;
use rustc_hash::FxHashMap;
use sha1::{Digest as _, Sha1};
use tracing::error;
use url::Url;

use super::{MISSING, Signals};
use crate::clock;
use crate::reading::RemoteListing;
use crate::store::{self, DueRemote, RemoteFile};

/// Addresses that are fetched in one round.
const ROUND: u64 = 64;
/// Requests at a time, as in Backstage.
const AT_A_TIME: usize = 5;
/// Pause before a reading that failed is tried again; doubled each time, up to [`LONGEST_PAUSE`].
const FIRST_PAUSE: i64 = 15_000;
const LONGEST_PAUSE: i64 = 15 * 60_000;
/// How long nothing is looked at: another process on the same database may want something.
const LONGEST_SLEEP: Duration = Duration::from_secs(60);
/// How often a pass is started while much is being fetched.
const BETWEEN_PASSES: Duration = Duration::from_secs(3);

/// Fetches addresses for the passes.
pub(crate) struct Fetcher {
    pub(crate) database: Database,
    pub(crate) feed: Feed,
    pub(crate) integrations: Integrations,
    pub(crate) signals: Signals,
    /// Pause between two looks at an address; nothing means only when somebody asks.
    pub(crate) interval: Option<Duration>,
}

/// What an address gave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Got {
    /// Text, or the files of a pattern as JSON.
    New {
        /// The text.
        content: String,
        /// For the next request.
        validator: Option<String>,
    },
    /// As it was.
    Unchanged,
}

impl Got {
    /// Asks a host for what an address holds.
    pub(crate) async fn from(
        integrations: &Integrations,
        address: &str,
        validator: Option<&str>,
    ) -> Result<Self, ReadError> {
        let (host, url) = integrations.host_of(address)?;
        if is_pattern(address) {
            return match host.list(&url, validator).await? {
                Reading::Unchanged => Ok(Self::Unchanged),
                Reading::New { value, validator } => {
                    let listing = RemoteListing { files: value.files, truncated: value.truncated };
                    let content = serde_json::to_string(&listing).unwrap_or_default();
                    Ok(Self::New { content, validator })
                }
            };
        }
        match host.read(&url, validator).await? {
            Reading::Unchanged => Ok(Self::Unchanged),
            Reading::New { value, validator } => {
                let refused = |why: &str| Err(ReadError::Refused(why.to_owned()));
                match String::from_utf8(value.into()) {
                    Ok(content) if content.contains('\0') => {
                        refused("it holds a NUL character, so it is no YAML")
                    }
                    Ok(content) => Ok(Self::New { content, validator }),
                    Err(_) => refused("it is not UTF-8 text"),
                }
            }
        }
    }
}

/// The sign of a content.
pub(crate) fn sign(content: &str) -> String {
    Sha1::digest(content).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Fetches until `stopped` resolves.
pub(crate) async fn run(fetcher: Fetcher, stopped: impl Future<Output = ()>) {
    tokio::pin!(stopped);
    let mut news = false;
    let mut last_pass: Option<Instant> = None;
    loop {
        let round = tokio::select! {
            round = fetcher.round() => round,
            () = &mut stopped => return,
        };
        let pause = match round {
            Ok(Round { changed, next }) => {
                news |= changed;
                next
            }
            Err(error) => {
                error!(error.cause = ?error, "could not keep what was fetched");
                Duration::from_millis(FIRST_PAUSE.unsigned_abs())
            }
        };
        let is_idle = !pause.is_zero();
        if news && (is_idle || last_pass.is_none_or(|last| last.elapsed() > BETWEEN_PASSES)) {
            fetcher.signals.changed.notify_one();
            (news, last_pass) = (false, Some(Instant::now()));
        }
        fetcher.signals.rounds.send_modify(|rounds| *rounds += 1);
        if !is_idle {
            continue;
        }
        tokio::select! {
            () = fetcher.signals.wanted.notified() => {}
            () = tokio::time::sleep(pause) => {}
            () = &mut stopped => return,
        }
    }
}

/// What a round came to.
struct Round {
    /// Whether an address holds something else than before.
    changed: bool,
    /// How long to wait for the next one.
    next: Duration,
}

impl Fetcher {
    async fn round(&self) -> Result<Round, Error> {
        let due = store::due_remote(&self.database, clock::now(), ROUND).await?;
        if due.is_empty() {
            let next = store::next_remote(&self.database).await?.filter(|at| *at != i64::MAX);
            let wait = |at: i64| Duration::from_millis((at - clock::now()).max(1).unsigned_abs());
            let next = next.map_or(LONGEST_SLEEP, wait).min(LONGEST_SLEEP);
            return Ok(Round { changed: false, next });
        }
        // A host that does not answer is asked once in a round, so that the others do not wait for it.
        let away: Mutex<FxHashMap<String, ReadError>> = Mutex::default();
        let known: FxHashMap<String, DueRemote> =
            due.iter().map(|due| (due.url.clone(), due.clone())).collect();
        let files: Vec<RemoteFile> = futures::stream::iter(due)
            .map(|due| self.fetch(due, &away))
            .buffer_unordered(AT_A_TIME)
            .collect()
            .await;
        let is_new = |file: &RemoteFile| {
            let before = known.get(&file.url);
            file.change && before.is_none_or(|before| before.fingerprint != file.fingerprint)
        };
        // What was never read and fails has a say too: its file stands in a placeholder, perhaps.
        let first_failure = |file: &RemoteFile| {
            let before = known.get(&file.url);
            file.failure.is_some() && before.is_some_and(|before| before.failure.is_none())
        };
        let changed = files.iter().any(|file| is_new(file) || first_failure(file));
        let told =
            |file: &RemoteFile| known.get(&file.url).map(|before| &before.failure) != Some(&file.failure);
        let tells = files.iter().any(told) || files.iter().any(|file| file.failure.is_some());
        store::save_remote(&self.database, files, false).await?;
        if tells {
            self.feed.publish_beside();
        }
        Ok(Round { changed, next: Duration::ZERO })
    }

    async fn fetch(&self, due: DueRemote, away: &Mutex<FxHashMap<String, ReadError>>) -> RemoteFile {
        let host =
            Url::parse(&due.url).ok().and_then(|url| Some(url.host_str()?.to_owned())).unwrap_or_default();
        let known = away.lock().get(&host).cloned();
        let got = match known {
            Some(error) => Err(error),
            None => Got::from(&self.integrations, &due.url, due.validator.as_deref()).await,
        };
        if let Err(error @ ReadError::Later { .. }) = &got {
            away.lock().insert(host, error.clone());
        }
        self.judge(due, got)
    }

    /// What to keep of an answer.
    pub(crate) fn judge(&self, due: DueRemote, got: Result<Got, ReadError>) -> RemoteFile {
        let checked_at = clock::now();
        let regular = self.interval.map_or(i64::MAX, |interval| {
            checked_at.saturating_add(i64::try_from(interval.as_millis()).unwrap_or(i64::MAX))
        });
        let file = RemoteFile { url: due.url, checked_at, next_at: regular, ..RemoteFile::default() };
        match got {
            Ok(Got::Unchanged) => file,
            Ok(Got::New { content, validator }) => RemoteFile {
                change: true,
                fingerprint: Some(sign(&content)),
                validator,
                content: Some(content),
                ..file
            },
            Err(ReadError::Missing(why)) => {
                RemoteFile { change: true, fingerprint: Some(MISSING.to_owned()), failure: Some(why), ..file }
            }
            Err(ReadError::Refused(why)) => RemoteFile { failure: Some(why), attempts: due.attempts, ..file },
            Err(ReadError::Later { why, at }) => {
                let pause = (FIRST_PAUSE << due.attempts.clamp(0, 10)).min(LONGEST_PAUSE);
                let wanted = at.map_or(checked_at + pause, milliseconds);
                RemoteFile {
                    failure: Some(why),
                    attempts: due.attempts.saturating_add(1),
                    next_at: wanted,
                    ..file
                }
            }
        }
    }
}

fn milliseconds(time: SystemTime) -> i64 {
    let since = time.duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}
