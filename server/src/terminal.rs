//! The only place that writes to the terminal. Output goes to standard output and nothing else does, so
//! that it can be piped; everything said about the run goes to standard error.

use std::fmt::Display;
use std::io::{IsTerminal as _, Write as _};

use crate::environment;

/// Writes the result of a command. A reader that went away (`| head`) is not an error.
pub(crate) fn output(text: &str) {
    let mut out = std::io::stdout().lock();
    let _reader_gone = out.write_all(text.as_bytes()).and_then(|()| out.flush());
}

/// Says something about the run.
pub(crate) fn say(text: impl Display) {
    let _nobody_listens = writeln!(std::io::stderr().lock(), "{text}");
}

/// Whether output may carry colours: a person reads it, and has not asked for none (see no-color.org).
pub(crate) fn is_colored() -> bool {
    std::io::stdout().is_terminal() && !environment::variables().contains_key("NO_COLOR")
}
