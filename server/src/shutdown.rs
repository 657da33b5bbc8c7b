//! The orderly end: a signal stops new connections, ends event streams, and gives requests that are under
//! way a few seconds to finish.

use std::time::Duration;

use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;

/// How long requests that are under way may take after the signal.
pub(crate) const GRACE: Duration = Duration::from_secs(10);

/// Tells every part of the server that the end has begun.
#[derive(Clone, Debug)]
pub(crate) struct Shutdown(watch::Receiver<bool>);

impl Shutdown {
    /// Watches for SIGTERM and SIGINT from now on.
    ///
    /// # Errors
    /// The system does not let the process handle signals.
    pub(crate) fn on_signal() -> std::io::Result<Self> {
        let (begin, begun) = watch::channel(false);
        let (mut terminate, mut interrupt) =
            (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
        tokio::spawn(async move {
            let name = tokio::select! {
                _ = terminate.recv() => "SIGTERM",
                _ = interrupt.recv() => "SIGINT",
            };
            tracing::info!(signal = name, "stopping: {name} received");
            begin.send_replace(true);
        });
        Ok(Self(begun))
    }

    /// Returns when the end has begun.
    pub(crate) async fn begun(mut self) {
        // A closed channel means that the task which held it is gone, and with it the runtime.
        let _gone_is_begun = self.0.wait_for(|begun| *begun).await;
    }
}
