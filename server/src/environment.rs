//! The only reader of the environment. Everything else gets what it needs as a value.

use platform::config::Environment;

/// Filter of the log, in the form `info,catalog=debug`.
pub(crate) const LOG: &str = "PORTICO_LOG";
/// Form of the log: `text` or `json`.
pub(crate) const LOG_FORMAT: &str = "PORTICO_LOG_FORMAT";

/// All variables, as the process was started with them. Values that are not text are left out.
pub(crate) fn variables() -> Environment {
    std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
        .collect()
}
