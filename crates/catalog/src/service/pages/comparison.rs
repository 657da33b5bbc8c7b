//! The page that compares two versions of an entity.

use model::{ChangeKind, Comparison, ComparisonQuery, Entity, EntityRef, VersionSummary};
use platform::access::Caller;
use platform::error::Error;

use super::Reader;
use super::changes::{moment, summarize};
use super::diff::diff;
use super::entity::yaml;
use super::short::head;
use super::summary::link_to;
use crate::service::Catalog;
use crate::service::entities::no_entity;
use crate::store::{self, Version, VersionMark};

/// Versions to choose from.
const VERSIONS: usize = 200;
/// Bytes of the YAML of each version that are compared.
const YAML: usize = 300_000;

impl Catalog {
    /// What differs between two versions of an entity.
    ///
    /// # Errors
    /// The caller may not read entities, or the entity has no such version.
    pub async fn compare(
        &self,
        caller: &Caller,
        entity_ref: &EntityRef,
        query: ComparisonQuery,
    ) -> Result<Comparison, Error> {
        let reader = self.reader(caller)?;
        let canonical = entity_ref.to_string();
        let marks = store::history_marks(reader.database(), &canonical, VERSIONS as u64 + 1).await?;
        let newest = marks.first().ok_or_else(|| no_entity(entity_ref))?.seq;
        let (to, before) = version(reader, entity_ref, query.to.unwrap_or(newest)).await?;
        let to_summary = summarize(&to, before.as_ref());
        let (from, from_summary) = match query.from.or(before.map(|before| before.seq)) {
            None => (None, None),
            Some(seq) => {
                let (from, older) = version(reader, entity_ref, seq).await?;
                let summary = summarize(&from, older.as_ref());
                (Some(from), Some(summary))
            }
        };
        let link = reader.view(|view| link_to(view, &canonical));
        let mut versions: Vec<VersionSummary> = listed(&marks);
        for asked in from_summary.iter().chain([&to_summary]) {
            if !versions.iter().any(|version| version.seq == asked.seq) {
                versions.push(VersionSummary { fields: Vec::new(), ..asked.clone() });
            }
        }
        versions.sort_by_key(|version| std::cmp::Reverse(version.seq));
        // Large documents take a while, and readers of other pages shall not wait for them.
        let compare = move || -> Result<_, Error> {
            let (old, new) = (text(from)?, text(Some(to))?);
            Ok((diff(&old.0, &new.0), old.1.max(new.1)))
        };
        let (difference, bytes_left_off) =
            tokio::task::spawn_blocking(compare).await.map_err(Error::internal)??;
        Ok(Comparison {
            link,
            from: from_summary,
            to: to_summary,
            has_older: marks.len() > VERSIONS,
            versions,
            added: difference.added,
            removed: difference.removed,
            parts: difference.parts,
            lines_left_off: difference.left_off,
            bytes_left_off,
        })
    }
}

/// One version of the entity, and the one before it.
async fn version(
    reader: Reader<'_>,
    entity_ref: &EntityRef,
    seq: i64,
) -> Result<(Version, Option<Version>), Error> {
    let mut found = store::history_until(reader.database(), entity_ref.as_str(), seq, 2).await?.into_iter();
    match found.next() {
        Some(version) if version.seq == seq => Ok((version, found.next())),
        _ => Err(Error::not_found(format!(
            "The log holds no version {seq} of {entity_ref}. It may have been thinned out, or it is of another entity."
        ))),
    }
}

/// The versions to choose from.
fn listed(marks: &[VersionMark]) -> Vec<VersionSummary> {
    let older = marks.iter().skip(1).map(Some).chain([None]);
    marks.iter().zip(older).take(VERSIONS).map(|(mark, older)| told(mark, older)).collect()
}

/// A version in words, without its fields.
fn told(mark: &VersionMark, older: Option<&VersionMark>) -> VersionSummary {
    let change = match older {
        _ if mark.hash.is_empty() => ChangeKind::Removed,
        Some(older) if !older.hash.is_empty() => ChangeKind::Changed,
        _ => ChangeKind::Added,
    };
    VersionSummary { seq: mark.seq, at: moment(mark.valid_from), change, fields: Vec::new() }
}

/// What a version says, in YAML, and how many bytes of that are left off. Nothing and a tombstone say nothing.
fn text(version: Option<Version>) -> Result<(String, u64), Error> {
    let Some(document) = version.and_then(|version| version.document) else { return Ok((String::new(), 0)) };
    let entity: Entity = serde_json::from_str(&document).map_err(Error::internal)?;
    Ok(head(yaml(entity)?, YAML))
}
