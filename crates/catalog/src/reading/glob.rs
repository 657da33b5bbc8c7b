//! Paths with `*`, `**`, `?`, `{a,b}` and `[...]`.
//!
//! A star does not match a slash, nor the dot of a hidden name; links to folders are not followed. What `.gitignore`
//! names is found, as in Backstage: whoever writes a pattern says what they want.

use std::path::{Component, Path, PathBuf};

use globset::{GlobBuilder, GlobMatcher};
use ignore::WalkBuilder;
use model::ProblemCode;

use super::paths;
use super::problem::error;
use super::source::{Expansion, existing_folder};

/// Whether the path is a pattern. One that exists under just this name is not.
pub(super) fn is_glob(path: &Path) -> bool {
    reads_as_glob(&path.to_string_lossy()) && path.symlink_metadata().is_err()
}

/// Whether the text could be a pattern, whatever exists.
pub(super) fn reads_as_glob(text: &str) -> bool {
    text.contains(['*', '?', '{', '['])
}

/// The folder before the first part that is a pattern.
pub(super) fn fixed_part(pattern: &Path) -> PathBuf {
    let is_fixed = |part: &Component<'_>| !reads_as_glob(&part.as_os_str().to_string_lossy());
    pattern.components().take_while(is_fixed).collect()
}

/// The files that match an absolute pattern.
pub(super) fn expand(pattern: &Path) -> Expansion {
    let text = pattern.to_string_lossy();
    let glob = match GlobBuilder::new(&text).literal_separator(true).build() {
        Ok(glob) => glob.compile_matcher(),
        Err(cause) => {
            let message = format!("The pattern {text} cannot be read: {}", cause.kind());
            let help = "Close every { and [, or put the special character into brackets, as in [*].";
            return failed(pattern, message, help, true);
        }
    };
    let root = fixed_part(pattern);
    if !root.is_dir() {
        let message = format!("No file matches {text}: there is no folder {}", root.display());
        return failed(
            pattern,
            message,
            "Check the part of the pattern before its first *, or make that folder.",
            false,
        );
    }
    let mut expansion = search(pattern, &root, &glob);
    expansion.files.sort_unstable();
    expansion.leave_out_unnameable();
    if expansion.files.is_empty() && expansion.problems.is_empty() {
        expansion.problems.push(error(
            ProblemCode::File,
            format!("No file matches {text}"),
            "Check the pattern. A * stays within one folder, ** goes through all below, hidden names need their dot.",
        ));
    }
    expansion
}

fn search(pattern: &Path, root: &Path, glob: &GlobMatcher) -> Expansion {
    let rest = pattern.strip_prefix(root).unwrap_or(pattern).to_string_lossy();
    let names_hidden = rest.split('/').any(|part| part.starts_with('.'));
    // Braces may hide slashes, so only plain patterns have a known depth.
    let depth = (!rest.contains("**") && !rest.contains('{')).then(|| rest.split('/').count());
    let mut walk = WalkBuilder::new(root);
    walk.standard_filters(false).hidden(!names_hidden).max_depth(depth).follow_links(false);

    let mut expansion =
        Expansion { files: Vec::new(), problems: Vec::new(), folders: Vec::new(), complete: true };
    for entry in walk.build() {
        let entry = match entry {
            Ok(entry) => entry,
            Err(cause) => {
                let message =
                    format!("While looking for {}, a folder could not be listed: {cause}", pattern.display());
                let help =
                    "Let the user that runs this program read the folder, or make the pattern narrower.";
                expansion.problems.push(error(ProblemCode::File, message, help));
                expansion.complete = false;
                continue;
            }
        };
        let kind = entry.file_type();
        let depth_left = depth.is_none_or(|depth| entry.depth() < depth);
        if entry.depth() == 0 || kind.is_some_and(|kind| kind.is_dir()) {
            if depth_left {
                expansion.folders.push(entry.into_path());
            }
        } else if glob.is_match(entry.path())
            && (kind.is_some_and(|kind| kind.is_file()) || link_inside(&entry, root))
        {
            expansion.files.push(entry.into_path());
        }
    }
    expansion
}

fn link_inside(entry: &ignore::DirEntry, root: &Path) -> bool {
    matches!(paths::real_path_inside(entry.path(), root), Ok(Some(target)) if target.is_file())
}

fn failed(pattern: &Path, message: String, help: &str, complete: bool) -> Expansion {
    Expansion {
        files: Vec::new(),
        problems: vec![error(ProblemCode::File, message, help)],
        folders: vec![existing_folder(&fixed_part(pattern))],
        complete,
    }
}
