//! Names in a workspace.

use super::WorkspaceError;

/// Longest path, in bytes.
const LONGEST: usize = 1_024;
/// Longest name of a file or folder, in bytes: what file systems take.
const LONGEST_NAME: usize = 255;
/// How many folders may be in each other.
const DEEPEST: usize = 64;

/// Names that Windows takes for devices, with and without an extension.
const DEVICES: [&str; 6] = ["con", "prn", "aux", "nul", "conin$", "conout$"];

/// A path as a template writes it, in its simplest form: `./a//b/../c` is `a/c`, and the workspace itself is empty.
///
/// # Errors
/// It does not name a place in the workspace, or can't be a name on every system that a repository is cloned to.
pub fn simplify(path: &str) -> Result<String, WorkspaceError> {
    let refused = |why: &str| Err(WorkspaceError::Refused(format!("{path:?} is no path here: {why}.")));
    if path.len() > LONGEST {
        let start: String = path.chars().take(60).collect();
        return Err(WorkspaceError::Refused(format!(
            "The path {start:?}… has more than {LONGEST} bytes, the most that a path may have."
        )));
    }
    if path.starts_with(['/', '\\']) || is_drive(path) {
        return refused("it has to start from the workspace, without a slash or a drive in front");
    }
    let mut names: Vec<&str> = Vec::new();
    for name in path.split('/') {
        match name {
            "" | "." => {}
            ".." if names.pop().is_none() => return refused("it leads out of the workspace"),
            ".." => {}
            name => {
                if let Some(why) = fault(name) {
                    return refused(&why);
                }
                names.push(name);
            }
        }
    }
    if names.len() > DEEPEST {
        return refused(&format!("it is more than {DEEPEST} folders deep"));
    }
    Ok(names.join("/"))
}

/// Why a name can't be one.
fn fault(name: &str) -> Option<String> {
    if name.len() > LONGEST_NAME {
        return Some(format!("a name has at most {LONGEST_NAME} bytes"));
    }
    if name.chars().any(char::is_control) {
        return Some("it holds a control character".to_owned());
    }
    if name.contains('\\') {
        return Some("folders are separated by /, and \\ can't be in a name".to_owned());
    }
    if name.eq_ignore_ascii_case(".git") {
        // A hook in there would be a program that Git runs.
        return Some(format!("{name} belongs to Git alone"));
    }
    is_device(name).then(|| format!("{name:?} names a device on Windows"))
}

fn is_device(name: &str) -> bool {
    let stem = name.split(['.', ':']).next().unwrap_or_default().trim_end().to_lowercase();
    let numbered = |start: &str| {
        stem.strip_prefix(start).is_some_and(|rest| {
            let mut rest = rest.chars();
            matches!(rest.next(), Some('1'..='9' | '¹' | '²' | '³')) && rest.next().is_none()
        })
    };
    DEVICES.contains(&&*stem) || numbered("com") || numbered("lpt")
}

fn is_drive(path: &str) -> bool {
    matches!(path.as_bytes(), [letter, b':', ..] if letter.is_ascii_alphabetic())
}
