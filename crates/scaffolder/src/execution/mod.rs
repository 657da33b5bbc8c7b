//! Running the steps of a template, one after the other.

mod journal;
mod mask;

pub use self::journal::{Ended, Journal, Outcome, StepState};
pub use self::mask::Mask;
