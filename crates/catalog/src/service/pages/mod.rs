//! What the pages show: overview, list, entity and its history, each from one call.
//!
//! Each begins with [`Catalog::reader`](super::Catalog::reader), which asks for the permission and gives what the rest is
//! made from.

mod api;
mod between;
mod changes;
mod comparison;
mod coverage;
mod diff;
mod entity;
mod export;
mod facets;
mod graph;
mod groups;
mod list;
mod marks;
mod mine;
mod moment;
mod overview;
mod peek;
mod people;
mod person;
mod reader;
mod recent;
mod selection;
mod short;
mod stamp;
mod summary;
#[cfg(test)]
mod tests;

use model::Filter;

pub(super) use self::between::Difference;
pub(super) use self::changes::moment;
pub use self::diff::{Diff, diff};
pub(crate) use self::export::ExportFormat;
pub use self::person::Person;

pub use self::graph::GraphTheme;
pub(super) use self::graph::Layouts;
pub(super) use self::mine::owned_by;
pub(super) use self::reader::Reader;
pub(super) use self::selection::narrow;
pub(super) use self::short::cut;
pub(super) use self::summary::summary;

/// Location entities stand for files, not for anything that a team runs: lists show them only when asked to.
const HIDDEN_KIND: &str = "location";

/// The entities of that kind.
fn hidden() -> Filter {
    Filter::key_in("kind", vec![HIDDEN_KIND.to_owned()])
}
