//! What the pages show: overview, list, entity and its history, each from one call.
//!
//! Each begins with [`Catalog::reader`](super::Catalog::reader), which asks for the permission and gives what the rest is
//! made from.

mod api;
mod between;
mod changes;
mod comparison;
mod diff;
mod entity;
mod export;
mod graph;
mod list;
mod marks;
mod moment;
mod overview;
mod people;
mod person;
mod reader;
mod short;
mod stamp;
mod summary;
#[cfg(test)]
mod tests;

use model::Filter;

pub(crate) use self::export::ExportFormat;
pub use self::person::Person;

pub use self::graph::GraphTheme;
pub(super) use self::graph::Layouts;
pub(super) use self::list::narrow;
pub(super) use self::reader::Reader;
pub(super) use self::short::cut;
pub(super) use self::summary::summary;

/// Location entities stand for files, not for anything that a team runs: lists show them only when asked to.
const HIDDEN_KIND: &str = "location";

/// Entities that should have an owner and have none.
fn without_owner() -> Filter {
    const OWNED_KINDS: [&str; 6] = ["component", "api", "resource", "system", "domain", "template"];
    Filter::All(vec![
        Filter::In { key: "kind".to_owned(), values: OWNED_KINDS.map(str::to_owned).into() },
        Filter::Not(Box::new(Filter::Exists("relations.ownedby".to_owned()))),
    ])
}
