//! Programs that others wrote, for tests: what steps of templates write to.

pub(crate) mod git;
pub(crate) mod github;
