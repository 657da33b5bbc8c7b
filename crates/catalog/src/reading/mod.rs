//! From descriptor files to entities: finds the files of a source, reads each one, and says what is wrong where.
//!
//! A source is expanded to files ([`expand`]), each file is read on its own ([`read_file`]), and the `Location` entities
//! in it name further files ([`FileTarget`], [`expand_target`]). [`fingerprint()`] tells cheaply whether a file has to be read
//! again, [`Watcher`] when to look.
//!
//! Everything here but [`Watcher`] is synchronous and works on paths and values alone, so that the service, `portico lint`
//! and the tests read alike. It must not know the database, nor what the catalog held before.

mod check;
mod document;
mod file;
mod fingerprint;
mod folder;
mod glob;
mod identity;
mod lint;
mod lint_format;
mod locate;
mod paths;
mod placeholder;
mod problem;
mod remote;
mod rules;
mod skeleton;
mod source;
mod target;
mod watch;

pub use self::check::{Checks, EntityCheck, Finding};
pub use self::file::{FileReading, MAX_ENTITIES, MAX_ENTITY_BYTES, MAX_FILE_BYTES, ReadEntity, read_file};
pub use self::fingerprint::fingerprint;
pub use self::identity::{hash_of, uid_of};
pub use self::lint::{LintReport, lint};
pub use self::lint_format::{github, human, json};
pub use self::locate::locate;
pub use self::remote::{
    Remote, RemoteListing, RemoteText, address_of, listing_problems, read_draft, read_remote,
    remote_fingerprint, remote_problem, remote_sign,
};
pub use self::rules::{Allow, LocationMatch, Rule, RuleError, Rules};
pub use self::source::{Expansion, Source, SourceKind, expand};
pub use self::target::{FileTarget, expand_target};
pub use self::watch::{Changed, Watcher};

#[cfg(test)]
mod tests;
