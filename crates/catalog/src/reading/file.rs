//! Reads one descriptor file.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use model::{Entity, EntityRef, LocationRef, Problem, ProblemCode};
use platform::yaml::Growth;

use super::document::Documents;
use super::problem::{Text, error};
use super::remote::Home;
use super::rules::Rules;
use super::target::FileTarget;
use super::{fingerprint, identity, paths};

/// Largest descriptor file that is read, in bytes.
pub const MAX_FILE_BYTES: u64 = 10 * 1024 * 1024;
/// Most entities that one file may hold.
pub const MAX_ENTITIES: usize = 10_000;
/// Largest entity, in bytes of JSON.
pub const MAX_ENTITY_BYTES: usize = 4 * 1024 * 1024;

/// What a descriptor file holds.
#[derive(Debug, Default, PartialEq)]
pub struct FileReading {
    /// As [`fingerprint`](super::fingerprint()) gives it for the file and its dependencies, taken before they were read.
    pub fingerprint: String,
    /// The good entities, in file order, each reference once.
    pub entities: Vec<ReadEntity>,
    /// Where its `Location` entities lead, in file order.
    pub targets: Vec<FileTarget>,
    /// The files that placeholders named, existing or not, each once; addresses when this one has an address.
    pub dependencies: Vec<PathBuf>,
    /// What is wrong in it. A problem names its entity if that could be told.
    pub problems: Vec<Problem>,
    /// Something could not even be attributed to an entity that can exist, or was not read at all: nobody knows which
    /// entities of an earlier reading are missing on purpose.
    pub broken: bool,
    /// There is no such file. It is broken as well, so that a file which is gone for a moment loses nothing.
    pub missing: bool,
    /// Something at an address has to be fetched first; what the file held before counts until then.
    pub pending: bool,
}

/// An entity that is ready for the catalog.
///
/// Its namespace is set, its reference arrays are sorted, and it carries `backstage.io/managed-by-location`,
/// `backstage.io/managed-by-origin-location`, `metadata.uid` and `metadata.etag`.
#[derive(Clone, Debug, PartialEq)]
pub struct ReadEntity {
    /// The entity.
    pub entity: Entity,
    /// Its reference.
    pub entity_ref: EntityRef,
    /// Its content hash, see [`hash_of`](super::hash_of).
    pub hash: String,
    /// The line on which its document starts, from 1. For the place of a value in it, see [`locate`](super::locate()).
    pub line: u32,
}

impl ReadEntity {
    /// The `Location` entity that stands for a registered location. It is in no file; its line is 0.
    pub fn location(location: &LocationRef) -> Self {
        let mut entity = model::location_entity(location);
        let entity_ref = entity.entity_ref();
        let hash = identity::sign(&mut entity, &entity_ref).hash;
        Self { entity, entity_ref, hash, line: 0 }
    }
}

/// Reads a descriptor file.
///
/// `origin` is the registered location that led here, which `rules` are about; `root` the folder tree of its source, which
/// is all that placeholders may read and patterns may search. When a `Location` led out of that tree, it is the folder of
/// the file instead, and what is no descriptor counts as nothing: the answer tells nobody what lies on this machine.
/// Never fails as a whole: whatever is wrong becomes a problem.
pub fn read_file(path: &Path, origin: &LocationRef, rules: &Rules, root: &Path) -> FileReading {
    let own = fingerprint::of_file(path);
    let read = read_text(path);
    let is_descriptor = read.as_ref().is_ok_and(|text| is_descriptor(text));
    if !is_descriptor && is_outside(path, origin, root) {
        let missing = matches!(read, Err(ReadError::Missing));
        let problems = vec![nothing_outside(path)];
        return FileReading { fingerprint: own, problems, broken: true, missing, ..FileReading::default() };
    }
    match read {
        Ok(text) => {
            let root = paths::root_for(path, root);
            let (text, growth) = (Text::new(path, &text), Growth::default());
            let (mut reading, seen) =
                Documents::new(&text, origin, rules, Home::Folder(root), &growth).read();
            let states = seen.iter().map(|(_, state)| state.as_str());
            reading.fingerprint = fingerprint::combine(own, states);
            reading.dependencies = seen.into_iter().map(|(path, _)| path).collect();
            reading
        }
        Err(cause) => {
            let missing = matches!(cause, ReadError::Missing);
            let problems = vec![unreadable(path, &cause)];
            FileReading { fingerprint: own, problems, broken: true, missing, ..FileReading::default() }
        }
    }
}

/// Whether a text means to be a descriptor, even a broken one.
fn is_descriptor(text: &str) -> bool {
    let names_version = |line: &str| {
        let line = line.trim_start();
        let is_in_flow = line.starts_with('{') && line.contains("apiVersion");
        is_in_flow || line.trim_start_matches(['"', '\'']).starts_with("apiVersion")
    };
    text.lines().any(names_version)
}

/// Whether a `Location` or a link in the tree led out of it. The operator may name a link outright.
fn is_outside(path: &Path, origin: &LocationRef, root: &Path) -> bool {
    path != Path::new(&origin.target) && paths::leads_outside(path, root)
}

/// The same for whatever is there, or is not.
fn nothing_outside(path: &Path) -> Problem {
    error(
        ProblemCode::File,
        format!(
            "{} lies outside of the folder that led to it, and no descriptor can be read there",
            path.display()
        ),
        "Check the target of the Location. What a descriptor holds begins with apiVersion.",
    )
}

fn unreadable(path: &Path, cause: &ReadError) -> Problem {
    let help = match cause {
        ReadError::Missing => "Check the path, or remove the location that names the file.",
        ReadError::NotAFile => "Name a file. To search a folder, give it to --catalog.",
        ReadError::TooLarge { .. } => {
            "Divide it into several files; a Location entity can lead to all of them."
        }
        ReadError::NotText { .. } => "Save the file as UTF-8.",
        ReadError::Io(_) => "Let the user that runs this program read the file.",
    };
    let mut problem = error(ProblemCode::File, format!("{} cannot be read: {cause}", path.display()), help);
    if let ReadError::NotText { line, column } = cause {
        problem.position = Some(Text::new(path, "").position(*line, *column));
    }
    problem
}

/// Why a file gives no text.
#[derive(Debug, thiserror::Error)]
pub(super) enum ReadError {
    #[error("there is no such file")]
    Missing,
    #[error("it is not a file")]
    NotAFile,
    #[error("it has {bytes} bytes, and the limit is {limit}")]
    TooLarge { bytes: u64, limit: u64 },
    #[error("it is not UTF-8 text (line {line}, byte {column})")]
    NotText { line: u32, column: u32 },
    #[error("{0}")]
    Io(io::Error),
}

impl From<io::Error> for ReadError {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => Self::Missing,
            _ => Self::Io(error),
        }
    }
}

/// The text of a descriptor file.
pub(super) fn read_text(path: &Path) -> Result<String, ReadError> {
    read_limited(path, MAX_FILE_BYTES)
}

/// The text of a file of at most `limit` bytes, without a byte order mark.
pub(super) fn read_limited(path: &Path, limit: u64) -> Result<String, ReadError> {
    let metadata = path.metadata()?;
    if !metadata.is_file() {
        // Also keeps from waiting forever on a named pipe.
        return Err(ReadError::NotAFile);
    }
    let mut bytes = Vec::with_capacity(usize::try_from(metadata.len().min(limit)).unwrap_or(0) + 1);
    // The length may be wrong by now, or a pretence as in /proc: what counts is what comes.
    File::open(path)?.take(limit + 1).read_to_end(&mut bytes)?;
    let length = bytes.len() as u64;
    if length > limit {
        return Err(ReadError::TooLarge { bytes: metadata.len().max(length), limit });
    }
    let mut text = String::from_utf8(bytes)
        .map_err(|error| not_text(error.as_bytes(), error.utf8_error().valid_up_to()))?;
    if text.starts_with('\u{feff}') {
        text.drain(..'\u{feff}'.len_utf8());
    }
    Ok(text)
}

fn not_text(bytes: &[u8], bad: usize) -> ReadError {
    let good = &bytes[..bad.min(bytes.len())];
    let line = good.iter().filter(|byte| **byte == b'\n').count() + 1;
    let column = good.iter().rev().take_while(|byte| **byte != b'\n').count() + 1;
    let number = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
    ReadError::NotText { line: number(line), column: number(column) }
}
