//! Descriptor files behind addresses. What was fetched is asked for here, nothing is fetched.

use std::path::{Path, PathBuf};

use model::{LocationRef, Problem, ProblemCode};
use platform::yaml::Growth;
use serde::{Deserialize, Serialize};

use super::document::Documents;
use super::file::{FileReading, MAX_FILE_BYTES};
use super::fingerprint;
use super::problem::{Text, error, warning};
use super::rules::Rules;

/// The sign of an address that was never read.
const PENDING: &str = "pending";

/// What lies behind addresses, as far as this program has fetched it.
pub trait Remote: Send + Sync {
    /// A target, as the file at `base` writes it, as an address; or why it is none that may be read.
    fn resolve(&self, target: &str, base: &str) -> Result<String, String>;

    /// Whether both addresses lie in one repository.
    fn same_repository(&self, one: &str, other: &str) -> bool;

    /// Where a browser edits a file.
    fn edit_url(&self, address: &str) -> Option<String>;

    /// The folder of a file, as a browser shows it.
    fn folder_url(&self, address: &str) -> Option<String>;

    /// What was fetched from an address.
    fn text(&self, address: &str) -> RemoteText;
}

/// What is known of an address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RemoteText {
    /// Its text, with the sign that it has until it changes.
    Text {
        /// The text.
        text: String,
        /// For comparison only.
        fingerprint: String,
    },
    /// The host says that there is nothing, and how it said so.
    Missing(String),
    /// It could not be read so far, and why.
    Failed(String),
    /// Nobody has tried yet.
    Pending,
}

/// The files that a pattern in an address means, as the host listed them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RemoteListing {
    /// Their addresses, sorted.
    pub files: Vec<String>,
    /// The host left some out.
    pub truncated: bool,
}

impl RemoteText {
    /// The sign of this state, for comparison only.
    fn sign(&self) -> &str {
        match self {
            Self::Text { fingerprint, .. } => fingerprint,
            Self::Missing(_) => "missing",
            Self::Failed(_) => "failed",
            Self::Pending => PENDING,
        }
    }
}

/// Whether a location reference is an address.
pub fn address_of(location_ref: &str) -> Option<&str> {
    location_ref.strip_prefix("url:")
}

/// The sign of a file and of what its placeholders read; for comparison only.
pub fn remote_fingerprint(own: &str, dependencies: &[impl AsRef<str>]) -> String {
    if own == PENDING { own.to_owned() } else { fingerprint::combine(own.to_owned(), dependencies.iter()) }
}

/// The sign of an address of which only this is known: the sign of its text, and whether reading it failed.
pub fn remote_sign(fingerprint: Option<&str>, has_failed: bool) -> &str {
    fingerprint.unwrap_or(if has_failed { "failed" } else { PENDING })
}

/// Reads the descriptor file at an address, as [`read_file`](super::read_file) reads one on disk.
///
/// [`FileReading::pending`] says that something has to be fetched first: what the file held before counts until then.
pub fn read_remote(address: &str, origin: &LocationRef, rules: &Rules, remote: &dyn Remote) -> FileReading {
    let found = remote.text(address);
    let sign = found.sign().to_owned();
    let text = match found {
        RemoteText::Text { text, .. } => text,
        RemoteText::Missing(why) => {
            let problems = vec![missing(address, &why)];
            return FileReading {
                fingerprint: sign,
                problems,
                broken: true,
                missing: true,
                ..FileReading::default()
            };
        }
        RemoteText::Failed(_) | RemoteText::Pending => {
            return FileReading { fingerprint: sign, pending: true, ..FileReading::default() };
        }
    };
    if text.len() as u64 > MAX_FILE_BYTES {
        let problems = vec![error(
            ProblemCode::File,
            format!("{address} has {} bytes, and the limit is {MAX_FILE_BYTES}", text.len()),
            "Divide it into several files; a Location entity can lead to all of them.",
        )];
        return FileReading { fingerprint: sign, problems, broken: true, ..FileReading::default() };
    }
    let path = Path::new(address);
    let (text, growth) = (Text::new(path, text.trim_start_matches('\u{feff}')), Growth::default());
    let (mut reading, seen) =
        Documents::new(&text, origin, rules, Home::Address { address, remote }, &growth).read();
    let signs: Vec<&str> = seen.iter().map(|(_, sign)| sign.as_str()).collect();
    reading.pending = signs.contains(&PENDING);
    reading.fingerprint = remote_fingerprint(&sign, &signs);
    reading.dependencies = seen.into_iter().map(|(address, _)| address).collect();
    reading
}

/// Reads a descriptor that somebody is writing, and that lies nowhere yet; its problems call it `name`. There is nothing beside
/// it that placeholders could bring in.
pub fn read_draft(text: &str, name: &str, rules: &Rules) -> FileReading {
    let origin = LocationRef { kind: "url".to_owned(), target: name.to_owned() };
    let (text, growth) = (Text::new(Path::new(name), text.trim_start_matches('\u{feff}')), Growth::default());
    let home = Home::Address { address: name, remote: &Nowhere };
    Documents::new(&text, &origin, rules, home, &growth).read().0
}

/// What lies beside a draft.
struct Nowhere;

impl Remote for Nowhere {
    fn resolve(&self, target: &str, _base: &str) -> Result<String, String> {
        Err(format!("{target} is another file, and a draft lies beside none"))
    }

    fn same_repository(&self, _one: &str, _other: &str) -> bool {
        false
    }

    fn edit_url(&self, _address: &str) -> Option<String> {
        None
    }

    fn folder_url(&self, _address: &str) -> Option<String> {
        None
    }

    fn text(&self, address: &str) -> RemoteText {
        RemoteText::Missing(format!("{address} is another file, and a draft lies beside none"))
    }
}

/// Where a descriptor lives, which decides what it may lead to.
#[derive(Clone, Copy)]
pub(super) enum Home<'a> {
    /// On disk; placeholders and patterns stay below this folder.
    Folder(&'a Path),
    /// Behind an address.
    Address {
        /// Its own address.
        address: &'a str,
        /// What was fetched.
        remote: &'a dyn Remote,
    },
}

/// A placeholder's file at an address, with the sign of what is known of it.
pub(super) type Seen = (PathBuf, String);

/// The sign of a text that a placeholder asked for.
pub(super) fn sign_of(found: &RemoteText) -> String {
    found.sign().to_owned()
}

/// What a state of an address means to somebody who wants to read it; nothing for a text.
pub fn remote_problem(address: &str, state: &RemoteText) -> Option<Problem> {
    let help = "Check the address, the token of integrations.github or integrations.gitlab, and whether the host can be reached from here.";
    match state {
        RemoteText::Text { .. } => None,
        RemoteText::Missing(why) => Some(missing(address, why)),
        RemoteText::Failed(why) => {
            Some(error(ProblemCode::Location, format!("{address} cannot be read: {why}"), help))
        }
        RemoteText::Pending => {
            Some(error(ProblemCode::Location, format!("{address} was not read in time"), help))
        }
    }
}

/// What is to be said of the files that a pattern means.
pub fn listing_problems(address: &str, listing: &RemoteListing) -> Vec<Problem> {
    let mut problems = Vec::new();
    if listing.truncated {
        problems.push(warning(
            ProblemCode::Location,
            format!(
                "The host did not list all files of the repository of {address}, because there are too many"
            ),
            "Name each descriptor by its address, or use a Location entity that does.",
        ));
    } else if listing.files.is_empty() {
        problems.push(error(
            ProblemCode::Location,
            format!("No file matches {address}"),
            "Check the pattern and the branch. A * stays within one folder, ** goes through all below.",
        ));
    }
    problems
}

fn missing(address: &str, why: &str) -> Problem {
    error(
        ProblemCode::File,
        format!("{address} cannot be read: {why}"),
        "Put the file back, correct the address, or unregister the location. What it brought before is kept until then.",
    )
}
