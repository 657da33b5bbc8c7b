//! What tests stand on: an empty database of each engine, a portal started from the built binary, and waiting for a
//! condition with a deadline.
//!
//! Only tests use this crate, so it may do what the product may not: panic, read the environment, start programs. It
//! knows no capability; a test that needs entities brings them.

#![expect(clippy::expect_used, reason = "a test kit that can't do its work has to fail the test")]

mod database;
mod engines;
mod plan;
mod portal;
mod random;
mod wait;

pub use database::TestDatabase;
pub use engines::run;
pub use plan::query_plan;
pub use platform::Engine;
pub use portal::{Portal, PortalBuilder};
pub use random::Random;
pub use wait::eventually;
