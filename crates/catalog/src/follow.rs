//! Keeps the view in step with the log, whoever writes to it.

use platform::error::Error;
use platform::feed::Feed;
use tracing::error;

use crate::service::Catalog;
use crate::{remote, store};

/// Versions fetched and applied at once; readers wait while they are applied.
const PAGE: u64 = 2_000;
/// Versions fetched at once while nobody reads yet.
const FIRST_PAGE: u64 = 1_000;

/// Fills the view from the log as it stands.
///
/// # Errors
/// The database failed.
pub(crate) async fn load(catalog: &Catalog) -> Result<(), Error> {
    let mut page = store::current(catalog.database(), 0, FIRST_PAGE).await?;
    while let Some(last) = page.last() {
        // The database reads the next page while this one is taken in.
        let next = store::current(catalog.database(), last.seq, FIRST_PAGE);
        let (next, applied) = tokio::join!(next, apply(catalog, page));
        applied?;
        page = next?;
    }
    catch_up(catalog).await?;
    tidy(catalog).await?;
    reload_problems(catalog).await
}

/// Follows the log until `stopped` resolves. A failed read is logged and tried again at the next change.
pub(crate) async fn run(catalog: Catalog, feed: Feed, stopped: impl Future<Output = ()>) {
    tokio::pin!(stopped);
    let mut changes = feed.subscribe();
    loop {
        tokio::select! {
            changed = changes.changed() => if changed.is_err() { return },
            () = &mut stopped => return,
        }
        if let Err(error) = follow(&catalog).await {
            error!(error.cause = ?error, "could not follow the log of the catalog");
        }
    }
}

async fn follow(catalog: &Catalog) -> Result<(), Error> {
    catch_up(catalog).await?;
    reload_problems(catalog).await
}

async fn catch_up(catalog: &Catalog) -> Result<(), Error> {
    loop {
        let versions = store::versions_after(catalog.database(), catalog.view_seq(), PAGE).await?;
        if versions.is_empty() {
            return Ok(());
        }
        apply(catalog, versions).await?;
    }
}

async fn apply(catalog: &Catalog, versions: Vec<store::Version>) -> Result<(), Error> {
    let catalog = catalog.clone();
    tokio::task::spawn_blocking(move || catalog.update(|view| view.apply(&versions)))
        .await
        .map_err(Error::internal)
}

/// Gives back memory that filling the view took.
async fn tidy(catalog: &Catalog) -> Result<(), Error> {
    let catalog = catalog.clone();
    tokio::task::spawn_blocking(move || catalog.tidy()).await.map_err(Error::internal)
}

/// Problems of files have no version of their own: any change of the log is the occasion to read them again.
pub(crate) async fn reload_problems(catalog: &Catalog) -> Result<(), Error> {
    let mut problems = store::file_problems(catalog.database()).await?;
    problems.extend(remote::problems(&store::remote_marks(catalog.database()).await?));
    catalog.set_file_problems(problems);
    Ok(())
}
