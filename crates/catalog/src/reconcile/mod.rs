//! Brings the log in line with the files: reads what changed, writes what differs.
//!
//! A pass takes no input but the sources: it compares what the files say with what the log holds, so it can be killed
//! at any moment and run again, on a timer and on a signal alike, and always ends at the same catalog.

mod claims;
mod keep;
mod known;
mod pass;
mod place;
mod schedule;
mod some_files;

use tokio::sync::oneshot;

pub(crate) use self::known::Stamp;
pub(crate) use self::schedule::{Schedule, run};

/// A wish to read again now, and who waits for it.
pub(crate) struct Refresh {
    /// The locations (`file:/path`) to read although they look unchanged; none means whatever changed. Those behind
    /// addresses are fetched first.
    pub locations: Vec<String>,
    /// Told the newest `seq` when the pass is done.
    pub done: oneshot::Sender<i64>,
}
