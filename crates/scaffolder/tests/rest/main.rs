//! Runs over HTTP: a real router on a real port, with workers behind it, on both engines.

#![expect(clippy::expect_used, clippy::unwrap_used, reason = "what a test relies on may fail it")]

mod actions;
mod answers;
mod autocomplete;
mod drafts;
mod dry_run;
mod entity;
mod events;
mod permissions;
mod portal;
mod schedules;
mod tasks;
mod undo;
mod waiting;
