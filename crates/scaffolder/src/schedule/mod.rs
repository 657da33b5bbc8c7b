//! Runs that are started again and again: when they are due, and the work in the background that starts them.

mod recurrence;
mod starter;

pub(crate) use self::recurrence::{Recurrence, UTC};
pub(crate) use self::starter::run;
