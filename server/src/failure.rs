//! How the program ends when it can't do what it was asked: what happened, why, what to do next, and an
//! exit code that a script can use.

use std::fmt;

/// The program did its work and found something to report (`lint`), or stopped while it ran.
pub(crate) const FOUND: u8 = 1;
/// The program could not start its work: wrong arguments, wrong configuration, a port in use.
pub(crate) const COULD_NOT_RUN: u8 = 2;

/// An end that the user has to know about.
#[derive(Debug)]
pub(crate) struct Failure {
    what: String,
    why: Option<String>,
    next: Option<String>,
    code: u8,
}

impl Failure {
    /// The work could not start; exit code 2.
    pub(crate) fn could_not_run(what: impl Into<String>) -> Self {
        Self { what: what.into(), why: None, next: None, code: COULD_NOT_RUN }
    }

    /// The work started and broke off; exit code 1.
    pub(crate) fn stopped(what: impl Into<String>) -> Self {
        Self { code: FOUND, ..Self::could_not_run(what) }
    }

    /// The cause, in words that the user can act on.
    pub(crate) fn because(mut self, why: impl fmt::Display) -> Self {
        self.why = Some(why.to_string());
        self
    }

    /// The one thing to do.
    pub(crate) fn next(mut self, next: impl Into<String>) -> Self {
        self.next = Some(next.into());
        self
    }

    /// The exit code of the process.
    pub(crate) fn code(&self) -> u8 {
        self.code
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "error: {}", self.what)?;
        if let Some(why) = &self.why {
            write!(f, "\n  why:  {}", why.trim_end().replace('\n', "\n        "))?;
        }
        if let Some(next) = &self.next {
            write!(f, "\n  next: {}", next.replace('\n', "\n        "))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_lines_that_line_up() {
        let failure = Failure::could_not_run("Cannot listen on 127.0.0.1:7007.")
            .because("another program uses the port\n(since noon)")
            .next("Choose another with --port.");
        assert_eq!(failure.code(), COULD_NOT_RUN);
        insta::assert_snapshot!(failure, @r"
        error: Cannot listen on 127.0.0.1:7007.
          why:  another program uses the port
                (since noon)
          next: Choose another with --port.
        ");
    }
}
