//! Forms as a person meets them: drawn, sent, read, checked, told.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod alternatives;
mod authors;
mod browser;
mod conditions;
mod defaults;
mod examples;
mod fields;
mod hostile;
mod lists;
mod mistakes;
mod names;
mod pickers;
mod review;
