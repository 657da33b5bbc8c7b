//! The rows: stars, saved views, visits. Knows the database, and nothing of who may see or change what.

mod stars;
mod tables;
#[cfg(test)]
mod tests;
mod views;
mod visits;

pub(crate) use self::stars::{add_star, remove_star, stars};
pub(crate) use self::tables::saved_view::Model as ViewRow;
pub(crate) use self::views::{add_view, change_view, remove_view, shared_views, view, views_of};
pub(crate) use self::visits::{Visit, add_visits, visited};

/// The keys of guests: those from the first to before the second. A range finds them by the index on both engines.
const GUEST_KEYS: (&str, &str) = (crate::visitor::GUESTS, "browser;");

/// Why a row was not added.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Full {
    /// The owner has as many as one may have.
    Owner,
    /// All guests together have as many as guests may have.
    Guests,
}

/// What became of a row that was to be added.
pub(crate) type Added = Result<(), Full>;

/// How many rows there may be.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Room {
    /// Of one owner.
    pub(crate) owner: u64,
    /// Of all guests together: anybody can be as many guests as they like.
    pub(crate) guests: u64,
}
