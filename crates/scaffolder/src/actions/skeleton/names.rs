//! What becomes of the name of a file.

use super::patterns::Patterns;
use crate::action::ActionError;
use crate::actions::{SourceContent, SourceFile};

pub(super) struct Names {
    /// Only files of this ending are templates, and lose it.
    pub(super) extension: Option<String>,
    /// Whether the names of files that are copied stay as they are.
    pub(super) keeps_copied: bool,
    /// What is copied.
    pub(super) patterns: Patterns,
}

/// Where a file goes.
pub(super) struct Name {
    pub(super) path: String,
    /// Whether its content is a template.
    pub(super) is_template: bool,
}

impl Names {
    /// Where a file goes; nothing if a part of its path comes out empty, which drops it.
    pub(super) fn of(
        &self,
        file: &SourceFile,
        render: impl Fn(&str) -> Result<String, ActionError>,
    ) -> Result<Option<Name>, ActionError> {
        let is_folder = file.content == SourceContent::Folder;
        let (name, is_template, renders) = match &self.extension {
            Some(extension) => match stem(&file.path, extension).filter(|_| !is_folder) {
                Some(stem) => (stem, true, true),
                None => (file.path.as_str(), false, true),
            },
            None => {
                let copied = self.patterns.hold(file);
                (file.path.as_str(), !copied, !(copied && self.keeps_copied))
            }
        };
        let path = if renders { render(name)? } else { name.to_owned() };
        let dropped = path.split('/').any(str::is_empty);
        Ok((!dropped).then_some(Name { path, is_template }))
    }
}

/// A path without the ending of its name, which has to be more than the ending.
fn stem<'a>(path: &'a str, extension: &str) -> Option<&'a str> {
    let stem = path.strip_suffix(extension)?;
    (!stem.is_empty() && !stem.ends_with('/')).then_some(stem)
}
