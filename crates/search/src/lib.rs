//! Ranked text search: what a person types, in any spelling that is near enough, to the entity that they mean.
//!
//! `words` cuts texts, `index` holds them in memory, `query` says what counts as found and how much, `follow` keeps the
//! index in step with the catalog, `service` answers pages and REST handlers (`routes`). The index knows which entity
//! holds which words and nothing else: what is shown of an entity, and whether it still exists, the catalog says.

mod fields;
mod follow;
mod fragments;
mod index;
mod query;
mod routes;
mod service;
mod words;

pub use self::routes::routes;
pub use self::service::Search;
