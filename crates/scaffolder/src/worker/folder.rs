//! The folders of runs: one for each taking, gone with it.

use std::fs;
use std::io;
use std::path::Path;
use std::time::{Duration, SystemTime};

use platform::error::Error;
use tempfile::TempDir;

use crate::workspace::{Workspace, WorkspaceError};

/// What the names of these folders begin with.
const PREFIX: &str = "portico-run-";
/// What a killed process left behind is removed after this time. No run has a folder for longer without changing it.
const LEFTOVER_AFTER: Duration = Duration::from_secs(3 * 24 * 60 * 60);

/// The folder of a run, with what was kept of its workspace.
///
/// # Errors
/// The folder can't be made, or what was kept can't be put into it.
pub(super) async fn prepare(parent: &Path, kept: Option<Vec<u8>>) -> Result<(TempDir, Workspace), Error> {
    let parent = parent.to_owned();
    let prepared = tokio::task::spawn_blocking(move || {
        fs::create_dir_all(&parent).map_err(|cause| unusable(&parent, cause))?;
        // Nobody but this user may look into it.
        let folder = tempfile::Builder::new()
            .prefix(PREFIX)
            .tempdir_in(&parent)
            .map_err(|cause| unusable(&parent, cause))?;
        let workspace = Workspace::open(folder.path().join("workspace")).map_err(failed)?;
        if let Some(kept) = kept {
            workspace.unpack(&kept).map_err(failed)?;
        }
        Ok((folder, workspace))
    });
    prepared.await.map_err(Error::internal)?
}

/// Removes what processes that were killed left behind.
pub(super) async fn sweep(parent: &Path) {
    let parent = parent.to_owned();
    let swept = tokio::task::spawn_blocking(move || {
        for entry in fs::read_dir(parent)?.flatten() {
            let is_ours = entry.file_name().to_str().is_some_and(|name| name.starts_with(PREFIX));
            // Of a link this is the link itself.
            let metadata = entry.metadata()?;
            let age = metadata.modified().ok().and_then(|at| SystemTime::now().duration_since(at).ok());
            if is_ours && metadata.is_dir() && age.is_some_and(|age| age > LEFTOVER_AFTER) {
                fs::remove_dir_all(entry.path())?;
            }
        }
        Ok::<_, io::Error>(())
    });
    if let Ok(Err(error)) = swept.await {
        tracing::debug!(%error, "folders of runs that ended long ago were not removed: {error}");
    }
}

fn unusable(parent: &Path, cause: io::Error) -> Error {
    let shown = parent.display();
    let message =
        format!("The folder of a run can't be made in {shown}: {cause}. See backend.workingDirectory.");
    Error::unavailable(message).with_cause(cause)
}

fn failed(error: WorkspaceError) -> Error {
    Error::internal(error)
}
