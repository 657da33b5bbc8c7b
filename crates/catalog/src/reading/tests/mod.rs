//! Reading seen from outside: files in temporary folders go in, entities and problems come out.

mod documents;
mod examples;
mod expand;
mod hostile;
mod limits;
mod lint;
mod placeholders;
mod remote;
mod targets;
mod watch;

use std::fs;
use std::path::{Path, PathBuf};

use model::{LocationRef, Problem};
use tempfile::TempDir;

use super::{FileReading, Rules, read_file};

/// A component that is valid as it stands.
fn component(name: &str) -> String {
    format!(
        "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata: {{ name: {name} }}\n\
         spec: {{ type: service, lifecycle: production, owner: platform }}\n"
    )
}

/// A folder with files, gone at the end of the test.
struct Tree {
    folder: TempDir,
}

impl Tree {
    fn new(files: &[(&str, &str)]) -> Self {
        let tree = Self { folder: tempfile::tempdir().expect("a folder") };
        for (path, content) in files {
            tree.write(path, content);
        }
        tree
    }

    /// The folder without symbolic links in its path.
    fn root(&self) -> PathBuf {
        self.folder.path().canonicalize().expect("the folder")
    }

    fn path(&self, path: &str) -> PathBuf {
        self.root().join(path)
    }

    fn write(&self, path: &str, content: impl AsRef<[u8]>) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().expect("a parent")).expect("folders");
        fs::write(path, content).expect("a file");
    }

    /// Paths below the folder, relative to it.
    fn relative(&self, paths: &[PathBuf]) -> Vec<String> {
        let root = self.root();
        paths.iter().map(|path| path.strip_prefix(&root).unwrap_or(path).display().to_string()).collect()
    }

    /// Reads a file with all kinds allowed.
    fn read(&self, path: &str) -> FileReading {
        self.read_with(path, &Rules::allow_all())
    }

    fn read_with(&self, path: &str, rules: &Rules) -> FileReading {
        let path = self.path(path);
        read_file(&path, &origin(&path), rules, &self.root())
    }

    /// Problems as text, with the folder taken out.
    fn show(&self, problems: &[Problem]) -> String {
        let shown: Vec<String> = problems.iter().map(show).collect();
        shown
            .join("\n\n")
            .replace(&format!("{}/", self.root().display()), "")
            .replace(&self.root().display().to_string(), "ROOT")
    }
}

fn origin(path: &Path) -> LocationRef {
    LocationRef { kind: "file".to_owned(), target: path.display().to_string() }
}

fn show(problem: &Problem) -> String {
    let place = problem
        .position
        .as_ref()
        .map_or_else(String::new, |at| format!("{}:{}:{}\n  | {}\n", at.file, at.line, at.column, at.text));
    let notes = [
        ("entity", &problem.entity_ref),
        ("found", &problem.found),
        ("allowed", &problem.allowed),
        ("help", &problem.help),
    ];
    let notes = notes.iter().filter_map(|(name, text)| Some(format!("\n  {name}: {}", text.as_ref()?)));
    let head = format!("{place}{}[{}] {}", problem.severity.as_str(), problem.code.as_str(), problem.message);
    std::iter::once(head).chain(notes).collect()
}

/// The references of the entities that were read.
fn refs(reading: &FileReading) -> Vec<String> {
    reading.entities.iter().map(|read| read.entity_ref.to_string()).collect()
}
