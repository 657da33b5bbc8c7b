//! What the model promises, through its public face only.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod conditions;
mod entity;
mod fields;
mod filter;
mod flatten;
mod form;
mod graph;
mod location;
mod reference;
mod relation;
mod search;
mod strategy;
mod summary;
mod validate;
