//! Which text a database takes.

use sea_orm::DbErr;

use super::types::{Change, RefreshState};

/// Whether PostgreSQL can hold the text: it takes every character but NUL.
pub(super) fn is_storable(text: &str) -> bool {
    !text.contains('\0')
}

/// Refuses what only SQLite could hold, on both engines.
///
/// Nothing honest has a NUL character: JSON writes it as `\u0000`, which is stored and comes back, and
/// neither entity names nor paths may contain it. The empty hash is refused too; it stands for "deleted".
///
/// # Errors
/// Names the entity or the file.
pub(super) fn check(changes: &[Change], states: &[RefreshState]) -> Result<(), DbErr> {
    for Change { entity_ref, content } in changes {
        let (hash, document) =
            content.as_ref().map_or(("-", ""), |content| (&content.hash, &content.document));
        if ![entity_ref, hash, document].into_iter().all(is_storable) {
            return Err(refused(entity_ref));
        }
        if hash.is_empty() {
            return Err(DbErr::Custom(format!("The version of {entity_ref:?} has no hash.")));
        }
    }
    for RefreshState { location_ref, origin, parent, fingerprint, .. } in states {
        let parent = parent.as_deref().unwrap_or_default();
        if ![location_ref, origin, parent, fingerprint].into_iter().all(is_storable) {
            return Err(refused(location_ref));
        }
    }
    Ok(())
}

/// The error for text with a NUL character.
pub(super) fn refused(name: &str) -> DbErr {
    DbErr::Custom(format!("{name:?} is not stored: it contains a NUL character."))
}
