//! Running the steps of a template, one after the other.

mod journal;

pub use self::journal::{Ended, Journal, Outcome, StepState};
