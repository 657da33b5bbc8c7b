//! `Location` entities: which further files they lead to.

use std::path::Path;

use model::{Entity, EntityRef, LocationRef, Position, Problem, ProblemCode};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::problem::{Place, clip, error, warning};
use super::remote::{Home, Remote, address_of};
use super::source::{Expansion, file_location};
use super::{glob, locate, paths};

/// Where a `Location` entity leads.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FileTarget {
    /// `file:` and an absolute path or glob, to give to [`expand_target`]; or `url:` and an address.
    pub location_ref: String,
    /// Canonical reference of the `Location` entity.
    pub parent: String,
    /// `spec.presence: optional`: it is no mistake when nothing is there.
    pub optional: bool,
}

/// The targets of one `Location` entity.
#[derive(Default)]
pub(super) struct Targets {
    pub targets: Vec<FileTarget>,
    pub problems: Vec<Problem>,
}

/// The files that a target stands for, as [`expand`](super::expand()) gives them for a source.
///
/// A target that is a plain path is returned whether it exists or not; reading it then tells.
pub fn expand_target(location_ref: &str) -> Expansion {
    let target = Path::new(location_ref.strip_prefix("file:").unwrap_or(location_ref));
    if glob::is_glob(target) { glob::expand(target) } else { Expansion::of_file(target) }
}

/// Where the target stands in the file of its `Location` entity. Reads that file: for problems only.
pub(super) fn position_of(file: &Path, target: &FileTarget) -> Option<Position> {
    let parent = EntityRef::parse(&target.parent).ok()?;
    let document = locate::Written::read(file)?;
    let is_it = |text: &str| {
        let is_address = address_of(&target.location_ref) == Some(text.trim());
        is_address || resolve(text, file).to_string() == target.location_ref
    };
    let pointer = written(document.value(&parent)?.get("spec")?).find(|(_, text)| is_it(text))?.0;
    document.position(&parent, &pointer)
}

/// The targets that a `Location` entity from `file` names. On disk, patterns search below the folder of its home only, so
/// that nobody makes this program walk through the whole disk, and plain paths may lead anywhere. Behind an address nothing
/// leads to this machine.
pub(super) fn of_entity(
    entity: &Entity,
    entity_ref: &EntityRef,
    file: &Path,
    home: Home<'_>,
    place: &Place<'_>,
) -> Targets {
    let Some(spec) = entity.as_map().get("spec") else { return Targets::default() };
    let own_type = match home {
        Home::Folder(_) => "file",
        Home::Address { .. } => "url",
    };
    let location_type = entity.spec_str("type").unwrap_or(own_type);
    let optional = entity.spec_str("presence") == Some("optional");
    let mut found = Targets::default();
    for (pointer, text) in written(spec) {
        let target = match home {
            _ if text.contains(char::is_control) => Err(Box::new(not_a_path(text))),
            Home::Address { address, remote } => at_address(location_type, text, address, remote),
            Home::Folder(_) if is_address(location_type, text) => Ok(format!("url:{}", text.trim())),
            Home::Folder(_) if location_type != "file" => {
                Err(Box::new(unknown_type(location_type, text, own_type)))
            }
            Home::Folder(root) if leads_outside(text, file, root) => Err(Box::new(outside(text, root))),
            Home::Folder(_) => Ok(resolve(text, file).to_string()),
        };
        match target {
            Ok(location_ref) => {
                found.targets.push(FileTarget { location_ref, parent: entity_ref.to_string(), optional });
            }
            Err(problem) => {
                let (entity_ref, position) = (Some(entity_ref.to_string()), Some(place.of(&pointer)));
                found.problems.push(Problem { entity_ref, position, ..*problem });
            }
        }
    }
    found
}

/// Whether a target in a file on disk is an address: that of a type `url`, or one that says so itself.
fn is_address(location_type: &str, target: &str) -> bool {
    let is_known = location_type == "url" || location_type == "file";
    is_known && (target.starts_with("https://") || target.starts_with("http://"))
}

/// A target in a file behind an address.
fn at_address(
    location_type: &str,
    target: &str,
    base: &str,
    remote: &dyn Remote,
) -> Result<String, Box<Problem>> {
    if location_type != "url" {
        return Err(Box::new(unknown_type(location_type, target, "url")));
    }
    remote.resolve(target, base).map(|address| format!("url:{address}")).map_err(|why| Box::new(Problem {
        found: Some(clip(target)),
        ..error(
            ProblemCode::Location,
            format!("This target cannot be read: {why}"),
            "Write an address, a path beside this file, or a path from the root of the repository with a slash in front.",
        )
    }))
}

/// Whether a target is a pattern that would search outside of `root`. Judged by its text, so that nobody learns from the
/// answer what exists there, and by where links in the tree lead.
fn leads_outside(target: &str, file: &Path, root: &Path) -> bool {
    // As written: what the folders above are called makes no pattern of a plain path.
    let pattern =
        glob::reads_as_glob(target).then(|| paths::absolute(Path::new(target), paths::folder_of(file)));
    pattern.is_some_and(|pattern| paths::leads_outside(&glob::fixed_part(&pattern), root))
}

fn resolve(target: &str, file: &Path) -> LocationRef {
    file_location(&paths::absolute(Path::new(target), paths::folder_of(file)))
}

/// `target` and `targets` as they are written, each with its JSON pointer.
fn written(spec: &Value) -> impl Iterator<Item = (String, &str)> {
    let one = spec["target"].as_str().map(|text| ("/spec/target".to_owned(), text));
    let many = spec["targets"].as_array().into_iter().flatten().enumerate();
    one.into_iter()
        .chain(many.filter_map(|(index, text)| Some((format!("/spec/targets/{index}"), text.as_str()?))))
}

fn not_a_path(target: &str) -> Problem {
    Problem {
        found: Some(clip(&format!("{target:?}"))),
        allowed: Some("a path without control characters, or a pattern".to_owned()),
        ..error(
            ProblemCode::Location,
            "This target holds a control character, which no path in a catalog may hold; what it names is not read",
            "Remove the character. In double quotes a backslash begins an escape; in single quotes it does not.",
        )
    }
}

fn outside(target: &str, root: &Path) -> Problem {
    Problem {
        found: Some(clip(target)),
        allowed: Some(format!("patterns below {}; plain paths to any file", root.display())),
        ..error(
            ProblemCode::Location,
            "This pattern searches outside of the folder tree of its source; what it names is not read",
            "Name each file by its path, or register a folder that holds both.",
        )
    }
}

fn unknown_type(location_type: &str, target: &str, own_type: &str) -> Problem {
    let allowed = match own_type {
        "url" => "type url: addresses, or paths relative to this descriptor",
        _ => "type file with paths relative to this descriptor, or type url with addresses",
    };
    Problem {
        found: Some(format!("{location_type}: {}", clip(target))),
        allowed: Some(allowed.to_owned()),
        ..warning(
            ProblemCode::Location,
            format!(
                "This target of type {} cannot be read from here; what it names is not in the catalog",
                clip(location_type)
            ),
            "Correct the type or the target, or remove it.",
        )
    }
}
