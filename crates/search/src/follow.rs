//! Keeps the index in step with the catalog, in the background.

use std::time::{Duration, Instant};

use catalog::Catalog;
use platform::access::Caller;
use platform::error::Error;
use tantivy::TantivyError;
use tokio::sync::watch;

use crate::fields::Document;
use crate::index::Writer;

/// Entities read at a time; writers of the catalog wait meanwhile.
const AT_ONCE: usize = 200;
/// How often to look whether the catalog is complete, which nothing announces.
const LOOK_AGAIN: Duration = Duration::from_millis(50);
/// How long to rest after a failure.
const REST: Duration = Duration::from_secs(5);

/// Fills the index, then follows the catalog until it stops. `held` says up to which `seq` the index holds all; nothing
/// before it holds what the catalog held when it was ready.
pub(crate) async fn run(catalog: Catalog, writer: Writer, held: watch::Sender<Option<i64>>) {
    let stopped = catalog.stopped();
    tokio::select! {
        result = follow(&catalog, writer, &held) => if let Err(error) = result {
            tracing::error!(error.cause = ?error.cause(), "the search index can't be kept: {error}");
        },
        () = stopped => {}
    }
}

/// Portico itself.
fn myself() -> Caller {
    Caller::Service { subject: "search".to_owned() }
}

async fn follow(
    catalog: &Catalog,
    mut writer: Writer,
    held: &watch::Sender<Option<i64>>,
) -> Result<(), Error> {
    let caller = myself();
    let mut changes = catalog.subscribe(&caller)?;
    let mut seq = 0;
    loop {
        let ready = catalog.is_ready();
        if seq == 0 && !ready {
            // What the first pass over the files brings comes at once.
            tokio::time::sleep(LOOK_AGAIN).await;
            continue;
        }
        let caught_up;
        (writer, caught_up) = advance(catalog, writer, seq).await?;
        match caught_up {
            Ok(newest) => {
                seq = newest;
                if ready {
                    held.send_replace(Some(seq));
                }
            }
            // The database is away; what was missed is read the next time.
            Err(error) => {
                tracing::warn!(error.cause = ?error.cause(), "the search index lags behind: {error}");
                tokio::time::sleep(REST).await;
                continue;
            }
        }
        let complete = held.borrow().is_some();
        tokio::select! {
            changed = changes.changed() => if changed.is_err() { return Ok(()) },
            () = tokio::time::sleep(LOOK_AGAIN), if !complete => {}
        }
    }
}

/// Takes in all that changed after `seq`, and says how far it came.
async fn advance(
    catalog: &Catalog,
    mut writer: Writer,
    mut seq: i64,
) -> Result<(Writer, Result<i64, Error>), Error> {
    let caller = myself();
    loop {
        let changed =
            if seq == 0 { catalog.all_entities(&caller) } else { catalog.changed_after(&caller, seq).await };
        let changed = match changed {
            Ok(changed) if changed.seq == seq => return Ok((writer, Ok(seq))),
            Ok(changed) => changed,
            Err(error) => return Ok((writer, Err(error))),
        };
        let (catalog, first) = (catalog.clone(), seq == 0);
        seq = changed.seq;
        let taken = tokio::task::spawn_blocking(move || {
            take_in(&catalog, &mut writer, &changed.ids, first).map(|()| writer)
        });
        writer = taken.await.map_err(Error::internal)??;
    }
}

fn take_in(catalog: &Catalog, writer: &mut Writer, ids: &[u32], first: bool) -> Result<(), Error> {
    let begun = Instant::now();
    for some in ids.chunks(AT_ONCE) {
        let mut failed: Result<(), TantivyError> = Ok(());
        catalog.read_documents(&myself(), some, |id, document| {
            let document = document.and_then(|bytes| serde_json::from_slice::<Document<'_>>(bytes).ok());
            let fields = document.map(|document| document.fields());
            let put = match (first, fields) {
                // Nothing to replace: the index is empty.
                (true, Some(fields)) => writer.add(id, fields),
                (true, None) => Ok(()),
                (false, fields) => writer.put(id, fields),
            };
            if let Err(error) = put {
                failed = Err(error);
            }
        })?;
        failed.map_err(Error::internal)?;
    }
    writer.commit().map_err(Error::internal)?;
    if first {
        writer.merge().map_err(Error::internal)?;
        let (entities, ms, bytes) = (ids.len(), begun.elapsed().as_millis(), writer.bytes());
        tracing::info!(entities, ms, bytes, "the search index holds {entities} entities after {ms} ms");
    }
    Ok(())
}
