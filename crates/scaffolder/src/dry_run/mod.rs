//! What a template would do, tried out without an effect outside of a folder that is thrown away.

mod memory;

pub use self::memory::{LogLine, Memory};
