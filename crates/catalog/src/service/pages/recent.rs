//! The newest changes, in the words of a reader.

use model::RecentChange;
use platform::error::Error;

use super::Reader;
use super::changes::summarize;
use super::summary::{link_to, missing};
use crate::store::{self, Version};

/// Newest versions that are looked through for those that somebody asks for.
const LOOK_BACK: u64 = 500;

/// Number and entity reference of the newest versions, newest first, without the hidden kind.
pub(super) async fn newest(reader: Reader<'_>) -> Result<Vec<(i64, String)>, Error> {
    let mut newest = store::newest(reader.database(), LOOK_BACK).await?;
    newest.retain(|(_, entity_ref)| !entity_ref.starts_with("location:"));
    Ok(newest)
}

/// The versions with these numbers, newest first, each with what it changed.
pub(super) async fn recent_changes(reader: Reader<'_>, seqs: &[i64]) -> Result<Vec<RecentChange>, Error> {
    if seqs.is_empty() {
        return Ok(Vec::new());
    }
    let versions = store::numbered(reader.database(), seqs).await?;
    let ends: Vec<(&str, i64)> =
        versions.iter().map(|version| (version.entity_ref.as_str(), version.seq)).collect();
    let replaced = store::replaced_by(reader.database(), &ends).await?;
    let before = |version: &Version| replaced.iter().find(|old| old.until_seq == Some(version.seq));
    Ok(reader.view(|view| {
        let change = |version: &Version| {
            let link = match version.document {
                Some(_) => link_to(view, &version.entity_ref),
                None => missing(&version.entity_ref),
            };
            RecentChange { link, version: summarize(version, before(version)) }
        };
        versions.iter().map(change).collect()
    }))
}
