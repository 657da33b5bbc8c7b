//! The rows: notifications, and what each person made of them. Knows the database, and nothing of who may see or send what.

mod expiry;
mod marks;
mod read;
mod send;
mod tables;
#[cfg(test)]
mod tests;

pub(crate) use self::expiry::forget_before;
pub(crate) use self::marks::{mark, read_all};
pub(crate) use self::read::{Filter, Row, counts, list, one, topics, with_ids};
pub(crate) use self::send::{New, send};

/// Whom a row is for that is for everybody.
pub(crate) const EVERYBODY: &str = "";

/// Whether a key can be one: PostgreSQL has no NUL, so no key has.
fn is_storable(key: &str) -> bool {
    !key.contains('\0')
}
