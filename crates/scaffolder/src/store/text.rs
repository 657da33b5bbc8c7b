//! Which text the tables take: PostgreSQL has no NUL.

use std::borrow::Cow;

use sea_orm::DbErr;

/// Whether a key can be one; what can't is in no table.
pub(super) fn is_storable(key: &str) -> bool {
    !key.contains('\0')
}

/// Refuses keys that only SQLite could hold, on both engines.
pub(super) fn check<'a>(keys: impl IntoIterator<Item = &'a str>) -> Result<(), DbErr> {
    match keys.into_iter().find(|key| !is_storable(key)) {
        Some(key) => Err(DbErr::Custom(format!("{key:?} is not stored: it contains a NUL character."))),
        None => Ok(()),
    }
}

/// A text for people as it is stored.
pub(super) fn clean(text: &str) -> String {
    match text.contains('\0') {
        true => Cow::from(text.replace('\0', "\u{fffd}")),
        false => Cow::from(text),
    }
    .into_owned()
}
