//! Folders with all that is in them.

use bytes::Bytes;

/// Most files of a folder that is read.
pub const MAX_TREE_FILES: usize = 2_000;
/// Most bytes of its files together.
pub const MAX_TREE_BYTES: u64 = 64 * 1024 * 1024;

/// A file or a link of a folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TreeFile {
    /// Its path from the folder, parts divided by `/`. It is as the host gave it, so it may try to lead out.
    pub path: String,
    /// What it is.
    pub content: TreeContent,
}

/// What is in a folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TreeContent {
    /// A file.
    File {
        /// Its content.
        bytes: Bytes,
        /// Whether it can be run as a program.
        executable: bool,
    },
    /// A symbolic link, with what it says.
    Link(String),
}
