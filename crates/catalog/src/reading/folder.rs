//! Searches a folder for descriptor files.
//!
//! Found is every `catalog-info.yaml` and `catalog-info.yml`, except in hidden folders, in what a `.gitignore` names
//! (those in the folder and below, and in a Git checkout those above it), and in the skeletons of templates.
//! Links to folders are not followed; a link to a file counts when that file lies inside the folder.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use ignore::{DirEntry, WalkBuilder};
use model::ProblemCode;
use rustc_hash::FxHashSet;

use super::paths;
use super::problem::{error, warning};
use super::skeleton::Skeletons;
use super::source::Expansion;

/// Names of the files that are descriptors wherever they lie.
const DESCRIPTORS: [&str; 2] = ["catalog-info.yaml", "catalog-info.yml"];
/// Names of the files in which templates are usually described.
const TEMPLATES: [&str; 2] = ["template.yaml", "template.yml"];

/// The descriptor files below `root`.
pub(super) fn expand(root: &Path) -> Expansion {
    let mut found = Found::default();
    for entry in walk(root).build() {
        match entry {
            Ok(entry) => found.visit(entry),
            Err(error) => found.problems.push(unreadable(root, &error)),
        }
    }
    let complete = found.problems.is_empty();
    found.add_links(root);
    found.leave_out_skeletons(root);
    found.files.sort_unstable();
    let Found { files, problems, folders, .. } = found;
    let mut expansion = Expansion { files, problems, folders, complete };
    expansion.leave_out_unnameable();
    if expansion.files.is_empty() && expansion.problems.is_empty() {
        expansion.problems.push(warning(
            ProblemCode::File,
            format!("The folder {} holds no catalog-info.yaml", root.display()),
            "Add a file of that name to each repository in it. Hidden folders, what .gitignore names and the \
             skeletons of templates are not searched.",
        ));
    }
    expansion
}

fn walk(root: &Path) -> WalkBuilder {
    let in_checkout = root.ancestors().any(|folder| folder.join(".git").exists());
    let mut walk = WalkBuilder::new(root);
    walk.standard_filters(false)
        .hidden(true)
        .git_ignore(true)
        .git_exclude(true)
        .require_git(false)
        // Outside a checkout, a .gitignore further up is about something else, such as a home folder.
        .parents(in_checkout)
        .follow_links(false);
    walk
}

fn unreadable(root: &Path, cause: &ignore::Error) -> model::Problem {
    error(
        ProblemCode::File,
        format!("Below {}, something could not be listed: {cause}", root.display()),
        "Let the user that runs this program read the folder, or add it to .gitignore.",
    )
}

#[derive(Default)]
struct Found {
    files: Vec<PathBuf>,
    links: Vec<PathBuf>,
    templates: Vec<PathBuf>,
    folders: Vec<PathBuf>,
    problems: Vec<model::Problem>,
}

impl Found {
    fn visit(&mut self, entry: DirEntry) {
        let is = |names: [&str; 2]| names.iter().any(|name| entry.file_name() == OsStr::new(name));
        let kind = entry.file_type();
        // The root itself is a folder even when it is reached through a link.
        if entry.depth() == 0 || kind.is_some_and(|kind| kind.is_dir()) {
            self.folders.push(entry.into_path());
        } else if is(DESCRIPTORS) {
            let link = kind.is_some_and(|kind| kind.is_symlink());
            let list = if link { &mut self.links } else { &mut self.files };
            list.push(entry.into_path());
        } else if is(TEMPLATES) {
            self.templates.push(entry.into_path());
        }
    }

    /// Adds links to files inside the root, unless the search found the file itself.
    fn add_links(&mut self, root: &Path) {
        if self.links.is_empty() {
            return;
        }
        let real = |file: &PathBuf| file.canonicalize().unwrap_or_default();
        let mut known: FxHashSet<PathBuf> = self.files.iter().map(real).collect();
        self.links.sort_unstable();
        for link in std::mem::take(&mut self.links) {
            if let Ok(Some(target)) = paths::real_path_inside(&link, root)
                && target.is_file()
                && known.insert(target)
            {
                self.files.push(link);
            }
        }
    }

    fn leave_out_skeletons(&mut self, root: &Path) {
        let mut skeletons = Skeletons::new(root);
        for template in &self.templates {
            skeletons.add_descriptor(template);
        }
        let files = std::mem::take(&mut self.files);
        // A template can also stand in a catalog-info.yaml; only one above another can own that one as its skeleton.
        let names: FxHashSet<&PathBuf> = files.iter().collect();
        for file in &files {
            let above = file.ancestors().skip(2).take_while(|folder| folder.starts_with(root));
            for folder in above {
                if !skeletons.looked_into(folder) {
                    let candidates = DESCRIPTORS.iter().map(|name| folder.join(name));
                    for candidate in candidates.filter(|candidate| names.contains(candidate)) {
                        skeletons.add_descriptor(&candidate);
                    }
                }
            }
        }
        self.files = files.into_iter().filter(|file| !skeletons.holds(file)).collect();
    }
}
