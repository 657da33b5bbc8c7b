//! What steps of templates write to, for tests: programs that others wrote, and one of ours where there is none.

pub(crate) mod git;
pub(crate) mod github;
pub(crate) mod gitlab;
pub(crate) mod people;
