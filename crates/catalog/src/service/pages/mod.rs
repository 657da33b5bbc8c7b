//! What the pages show: overview, list and entity, each from one call.

mod changes;
mod entity;
mod list;
mod overview;
mod summary;

/// Location entities stand for files, not for anything that a team runs: lists show them only when asked to.
const HIDDEN_KIND: &str = "location";
