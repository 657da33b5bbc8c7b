//! What an operator registered, and the descriptor files that it stands for.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use model::{LocationRef, Problem, ProblemCode};

use super::problem::{error, warning};
use super::rules::Rules;
use super::{folder, glob, paths};

/// Where entities come from, as registered in the configuration or on the command line.
#[derive(Clone, Debug)]
pub struct Source {
    /// `file:` and the absolute path, folder or glob, or `url:` and an address. Entities carry it as their origin.
    pub location: LocationRef,
    /// The path itself. The text of the location is another one where the path is not text that can be stored.
    path: PathBuf,
    root: PathBuf,
    /// How the location is to be understood.
    pub kind: SourceKind,
    /// Which kinds it may bring.
    pub rules: Rules,
}

/// How a source finds its files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SourceKind {
    /// An entry of `catalog.locations`: one file, or a glob.
    Location,
    /// An argument of `--catalog`: one file, or a folder that is searched for `catalog-info.yaml`.
    Path,
}

/// The files of a source.
#[derive(Debug, Default, PartialEq)]
pub struct Expansion {
    /// Descriptor files, sorted. A file that was named outright is in here even when it does not exist: reading it then
    /// tells what is wrong, and what it held before is kept.
    pub files: Vec<PathBuf>,
    /// What went wrong while looking.
    pub problems: Vec<Problem>,
    /// The folders, each without those below it, in which a change can change this expansion or one of its files.
    pub folders: Vec<PathBuf>,
    /// False when something could not be listed, so that missing files are not proof of anything.
    pub complete: bool,
}

impl Source {
    /// An entry of `catalog.locations`, or a location registered while running. As in Backstage, a file is relative to
    /// the working folder of the process.
    pub fn registered(location: LocationRef, working_folder: &Path, rules: Rules) -> Self {
        if location.kind != "file" {
            let (path, root) = (PathBuf::from(&location.target), working_folder.to_owned());
            let location = LocationRef { kind: as_text(location.kind), target: as_text(location.target) };
            return Self { location, path, root, kind: SourceKind::Location, rules };
        }
        let path = paths::absolute(Path::new(&location.target), working_folder);
        let root =
            if glob::is_glob(&path) { glob::fixed_part(&path) } else { paths::folder_of(&path).to_owned() };
        Self { location: file_location(&path), path, root, kind: SourceKind::Location, rules }
    }

    /// An argument of `--catalog`.
    pub fn path(path: &Path, working_folder: &Path, rules: Rules) -> Self {
        let path = paths::absolute(path, working_folder);
        let root = if names_file(&path) { paths::folder_of(&path).to_owned() } else { path.clone() };
        Self { location: file_location(&path), path, root, kind: SourceKind::Path, rules }
    }

    /// The address, if it is one.
    pub fn address(&self) -> Option<&str> {
        (self.location.kind == "url").then_some(self.location.target.as_str())
    }

    /// The folder tree that placeholders and patterns in files of this source may read from.
    pub fn root(&self) -> &Path {
        &self.root
    }
}

/// Finds the descriptor files of a source.
pub fn expand(source: &Source) -> Expansion {
    let path = source.path.as_path();
    match source.kind {
        // What lies behind an address was not found by looking at this machine.
        SourceKind::Location if source.address().is_some() => {
            Expansion { complete: true, ..Expansion::default() }
        }
        SourceKind::Location if source.location.kind != "file" => not_a_file(&source.location),
        SourceKind::Location | SourceKind::Path if !is_nameable(path) => failed(path, unnameable(path)),
        SourceKind::Location if glob::is_glob(path) => glob::expand(path),
        SourceKind::Path if path.is_dir() => folder::expand(path),
        SourceKind::Path if !names_file(path) => missing(path),
        SourceKind::Location | SourceKind::Path => Expansion::of_file(path),
    }
}

impl Expansion {
    pub(super) fn of_file(path: &Path) -> Self {
        Self {
            files: vec![path.to_owned()],
            problems: Vec::new(),
            folders: vec![existing_folder(paths::folder_of(path))],
            complete: true,
        }
    }

    /// Leaves out files whose paths are not UTF-8: as text, two of them could have the same name. Their names say
    /// nothing about whether everything was found.
    pub(super) fn leave_out_unnameable(&mut self) {
        let problems = &mut self.problems;
        self.files.retain(|file| {
            let is_nameable = is_nameable(file);
            if !is_nameable {
                problems.push(unnameable(file));
            }
            is_nameable
        });
    }
}

/// `file:` and the path.
pub(super) fn file_location(path: &Path) -> LocationRef {
    LocationRef { kind: "file".to_owned(), target: as_text(path.to_string_lossy().into_owned()) }
}

/// The text as a database can hold it, without NUL.
fn as_text(text: String) -> String {
    if text.contains('\0') { text.replace('\0', "\u{fffd}") } else { text }
}

/// Whether the path is the same path when it comes back from the database.
fn is_nameable(path: &Path) -> bool {
    path.to_str().is_some_and(|text| !text.contains('\0'))
}

/// The folder itself, or the nearest one above it that exists: that is where its appearance can be seen.
pub(super) fn existing_folder(folder: &Path) -> PathBuf {
    folder.ancestors().find(|folder| folder.is_dir()).unwrap_or(folder).to_owned()
}

fn names_file(path: &Path) -> bool {
    path.is_file() || (paths::has_descriptor_ending(path) && !path.is_dir())
}

/// A path of the command line that names neither a file nor a folder.
fn missing(path: &Path) -> Expansion {
    let problem = match path.metadata() {
        Ok(_) => error(
            ProblemCode::File,
            format!("{} is neither a file nor a folder", path.display()),
            "Name a descriptor file, or a folder to search. Devices and pipes are not read.",
        ),
        Err(cause) if matches!(cause.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => error(
            ProblemCode::File,
            format!("There is no file or folder {}", path.display()),
            "Check the path. A relative path starts at the folder in which the command was run.",
        ),
        Err(cause) => error(
            ProblemCode::File,
            format!("{} cannot be looked at: {cause}", path.display()),
            "Let the user that runs this program read it, and enter the folders above it.",
        ),
    };
    failed(path, problem)
}

fn failed(path: &Path, problem: Problem) -> Expansion {
    Expansion {
        files: Vec::new(),
        problems: vec![problem],
        folders: vec![existing_folder(path)],
        complete: false,
    }
}

fn unnameable(path: &Path) -> Problem {
    error(
        ProblemCode::File,
        format!("The catalog cannot name {path:?}: this path is not UTF-8, or holds NUL"),
        "Rename the file or folder of which the name has these bytes; until then it is not read.",
    )
}

fn not_a_file(location: &LocationRef) -> Expansion {
    let problem = warning(
        ProblemCode::Location,
        format!("The location {location} has a type that this catalog does not know"),
        "Use type file with a path, or type url with an address.",
    );
    Expansion { files: Vec::new(), problems: vec![problem], folders: Vec::new(), complete: true }
}
