//! Work away from the threads that serve requests, and turns at what only a few may do at once.
//!
//! A request can be given up, and so can a dry run; work on a thread of its own can't. A turn therefore lasts as long as the work
//! that was begun in it, and not as long as somebody waits for what comes of it.

use std::future::Future;
use std::sync::Arc;

use platform::error::Error;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::JoinHandle;

tokio::task_local! {
    /// The turn in which the task works.
    static TURN: Arc<OwnedSemaphorePermit>;
}

/// Does work on a thread of its own, which keeps the turn that its task has, if it has one.
pub(crate) fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> JoinHandle<T> {
    let turn = TURN.try_with(Arc::clone).ok();
    tokio::task::spawn_blocking(move || {
        let _turn = turn;
        work()
    })
}

/// Does something in a turn, which ends with it and all [`blocking`] work that it began.
pub(crate) async fn within<F: Future>(turn: OwnedSemaphorePermit, work: F) -> F::Output {
    TURN.scope(Arc::new(turn), work).await
}

/// Does work on a thread of its own, once it is its turn.
pub(crate) async fn one_of_few<T: Send + 'static>(
    turns: &Arc<Semaphore>,
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Error> {
    let turn = Arc::clone(turns).acquire_owned().await.map_err(Error::internal)?;
    within(turn, async { blocking(work).await }).await.map_err(Error::internal)
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;
    use crate::workspace::{Workspace, WorkspaceError};

    /// Work that has begun once the first end says so, and ends when the second one is dropped.
    fn work() -> (impl FnOnce() + Send, tokio::sync::oneshot::Receiver<()>, mpsc::Sender<()>) {
        let (begun, has_begun) = tokio::sync::oneshot::channel();
        let (end, may_end) = mpsc::channel::<()>();
        let work = move || {
            let _is_told = begun.send(());
            let _ended = may_end.recv();
        };
        (work, has_begun, end)
    }

    #[tokio::test]
    async fn a_turn_lasts_as_long_as_work_that_nobody_waits_for() {
        let turns = Arc::new(Semaphore::new(1));
        let (work, has_begun, end) = work();
        let request = tokio::spawn({
            let turns = Arc::clone(&turns);
            async move { one_of_few(&turns, work).await }
        });
        has_begun.await.expect("work that begins");
        request.abort();
        assert!(request.await.is_err_and(|error| error.is_cancelled()));
        assert_eq!(turns.available_permits(), 0, "the work goes on");
        drop(end);
        assert_eq!(one_of_few(&turns, || 7).await.ok(), Some(7));
    }

    #[tokio::test]
    async fn a_turn_lasts_as_long_as_work_with_files_that_was_begun_in_it() {
        let turns = Arc::new(Semaphore::new(1));
        let folder = tempfile::tempdir().expect("a folder");
        let workspace = Workspace::open(folder.path()).expect("a workspace");
        let (work, has_begun, end) = work();
        let turn = Arc::clone(&turns).try_acquire_owned().expect("a turn");
        let given_up = tokio::spawn(within(turn, async move {
            let work = |_: &Workspace| {
                work();
                Ok::<_, WorkspaceError>(())
            };
            workspace.blocking(work).await
        }));
        has_begun.await.expect("work that begins");
        given_up.abort();
        assert!(given_up.await.is_err());
        assert_eq!(turns.available_permits(), 0, "the work goes on");
        drop(end);
        assert!(turns.acquire().await.is_ok());
    }
}
