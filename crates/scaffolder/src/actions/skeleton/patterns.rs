//! Which files of a skeleton are copied as they are.

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};

use crate::action::ActionError;
use crate::actions::{SourceContent, SourceFile};

/// Most patterns of a step.
const MOST: usize = 200;

/// Patterns as globby takes them: `*` stays within a folder, a folder means all that is in it, `!` takes back.
pub(super) struct Patterns {
    meant: GlobSet,
    not_meant: GlobSet,
}

impl Patterns {
    pub(super) fn new(patterns: &[String], files: &[SourceFile]) -> Result<Self, ActionError> {
        if patterns.len() > MOST {
            return Err(ActionError::new(format!(
                "A step has at most {MOST} patterns; these are {}.",
                patterns.len()
            )));
        }
        let is_folder = |path: &str| {
            files.iter().any(|file| file.content == SourceContent::Folder && file.path == path)
                || files
                    .iter()
                    .any(|file| file.path.strip_prefix(path).is_some_and(|rest| rest.starts_with('/')))
        };
        let (mut meant, mut not_meant) = (GlobSetBuilder::new(), GlobSetBuilder::new());
        for pattern in patterns {
            let (set, glob) = match pattern.strip_prefix('!') {
                Some(glob) => (&mut not_meant, glob),
                None => (&mut meant, pattern.as_str()),
            };
            let glob = glob.trim_start_matches("./").trim_end_matches('/');
            let mut globs = vec![glob.to_owned()];
            if is_folder(glob) {
                globs.push(format!("{glob}/**"));
            }
            for glob in globs {
                let refused = |error: &globset::Error| {
                    ActionError::new(format!("{pattern:?} is no pattern: {}.", error.kind()))
                };
                set.add(
                    GlobBuilder::new(&glob)
                        .literal_separator(true)
                        .build()
                        .map_err(|error| refused(&error))?,
                );
            }
        }
        let built = |set: GlobSetBuilder| {
            set.build()
                .map_err(|error| ActionError::new(format!("The patterns can't be used: {}.", error.kind())))
        };
        Ok(Self { meant: built(meant)?, not_meant: built(not_meant)? })
    }

    /// Whether a file is copied.
    pub(super) fn hold(&self, file: &SourceFile) -> bool {
        self.meant.is_match(&file.path) && !self.not_meant.is_match(&file.path)
    }
}
