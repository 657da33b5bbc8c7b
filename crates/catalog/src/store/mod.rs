//! The log of everything the catalog knew, and what the readers of files remember between two runs.
//!
//! Entities are append-only rows ([`Version`]) of `entity_version`, numbered by `seq`. [`append()`] is the only
//! writer; whoever follows the log with [`versions_after`] sees every version once and in order. This module
//! knows the database and nothing of files, HTTP or the meaning of a document: entity references arrive in
//! canonical lower-case form and documents as finished JSON text.

mod append;
mod batch;
mod locations;
mod read;
mod refresh;
mod remote;
mod statements;
mod tables;
mod text;
mod types;

#[cfg(test)]
mod tests;

pub use self::append::append;
pub use self::locations::{create_location, delete_location, find_location, list_locations};
pub use self::read::{
    at_seq, at_seq_of, at_time, began, current, current_hashes, current_hashes_of, current_of,
    current_times_of, history, history_marks, history_until, newest, newest_marks, newest_seq, numbered,
    refs_after, replaced_by, seq_at, time_of, touched, versions_after,
};
pub use self::refresh::{
    addresses_of, file_problems, led_by, problems_by_origin, refresh_marks, refresh_states, refresh_states_of,
};
pub use self::remote::{
    due_remote, forget_remote, hasten_remote, next_remote, remote_content, remote_marks, save_remote,
    want_remote,
};
pub use self::types::{
    Change, Content, DueRemote, FileEntity, Location, RefreshMark, RefreshState, RemoteFile, RemoteMark,
    Version, VersionMark,
};
