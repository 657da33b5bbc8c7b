//! One process for each SQLite file. A second portal would compare the log with other files, find what the first brought
//! to be gone, and remove it; SQLite itself lets any number of processes write in turn.

use std::ffi::OsString;
use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::connect::NEXT_FOR_A_FILE;
use crate::error::{Error, Result};

/// How long to wait for the lock: a portal that was told to end, or killed, is gone in a moment.
const PATIENCE: Duration = Duration::from_secs(2);
const LOOK_EVERY: Duration = Duration::from_millis(20);

/// Holds the lock until the last clone is dropped, or the process ends in whatever way: the system gives it back then,
/// so the lock file may stay and means nothing by itself.
#[derive(Clone, Debug)]
pub(super) struct FileLock(Arc<File>);

impl FileLock {
    /// Takes the lock beside `path`, whose folder is there; a conflict names the lock.
    pub(super) async fn take(path: &Path) -> Result<Self> {
        let lock = beside(path);
        let (shown, lock_shown) = (path.display(), lock.display());
        let file = File::options().create(true).write(true).truncate(false).open(&lock).map_err(|cause| {
            let message = format!(
                "The file {lock_shown}, which locks the SQLite database, can't be opened: {cause}. {NEXT_FOR_A_FILE}"
            );
            Error::unavailable(message).with_cause(cause)
        })?;
        let started = Instant::now();
        loop {
            match file.try_lock() {
                Ok(()) => break,
                Err(TryLockError::WouldBlock) if started.elapsed() < PATIENCE => {
                    tokio::time::sleep(LOOK_EVERY).await;
                }
                Err(TryLockError::WouldBlock) => {
                    return Err(Error::conflict(format!(
                        "Another portal uses {shown}: it holds the lock on {lock_shown}. Two portals on one SQLite file \
                         would remove each other's entities."
                    )));
                }
                // Some network file systems know no locks; who chose one is better served by a warning than by no portal.
                Err(TryLockError::Error(error)) => {
                    tracing::warn!(%error, "{lock_shown} can't be locked; a second portal on {shown} would not be noticed: {error}");
                    break;
                }
            }
        }
        Ok(Self(Arc::new(file)))
    }

    /// Gives the lock back, for all clones.
    pub(super) fn release(&self) {
        if let Err(error) = self.0.unlock() {
            tracing::debug!(%error, "the lock of the database stays until the process ends: {error}");
        }
    }
}

/// `portico.sqlite.lock` beside `portico.sqlite`; of a link, beside the file that it leads to.
fn beside(path: &Path) -> PathBuf {
    let real = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let mut name = OsString::from(real);
    name.push(".lock");
    name.into()
}
