//! Which folders are skeletons: raw material from which a template makes new repositories.
//!
//! The rule: a folder is a skeleton when a step of a Template, of an action that starts with `fetch:`, names it by a
//! relative `url`. Descriptors in it hold gaps such as `${{ values.name }}` and are not entities yet. An address with a
//! gap in it means the folder before the gap. When the address is the template's own folder, or the template cannot be
//! read, all folders below the template's own one are skeletons.

use std::path::{Path, PathBuf};

use rustc_hash::FxHashSet;
use serde_json::Value;

use super::file::read_text;
use super::paths;

/// The skeletons below one root.
pub(super) struct Skeletons {
    root: PathBuf,
    /// Folders that are skeletons with all that lies in them.
    folders: FxHashSet<PathBuf>,
    /// Folders of templates, of which only the folders below are skeletons.
    parents: FxHashSet<PathBuf>,
    looked_into: FxHashSet<PathBuf>,
}

impl Skeletons {
    pub(super) fn new(root: &Path) -> Self {
        let empty = FxHashSet::default;
        Self { root: root.to_owned(), folders: empty(), parents: empty(), looked_into: empty() }
    }

    /// Whether this was asked before for the folder.
    pub(super) fn looked_into(&mut self, folder: &Path) -> bool {
        !self.looked_into.insert(folder.to_owned())
    }

    /// Learns from a file that may describe templates.
    pub(super) fn add_descriptor(&mut self, file: &Path) {
        let Ok(text) = read_text(file) else { return };
        if !text.contains("scaffolder.backstage.io/") {
            return;
        }
        let folder = paths::folder_of(file);
        for document in platform::yaml::parse_documents(&text) {
            match document {
                Ok(document) if document.value["kind"] == "Template" => {
                    urls(&document.value).for_each(|url| self.add(folder, url));
                }
                Ok(_) => {}
                Err(_) => self.add(folder, "."),
            }
        }
    }

    /// Whether the file is part of a skeleton.
    pub(super) fn holds(&self, file: &Path) -> bool {
        let folder = paths::folder_of(file);
        let folders = folder.ancestors().take_while(|folder| folder.starts_with(&self.root));
        folders.clone().any(|folder| self.folders.contains(folder))
            || folders.skip(1).any(|folder| self.parents.contains(folder))
    }

    fn add(&mut self, folder: &Path, url: &str) {
        let fixed = match url.find("${{") {
            // Of `./skeletons/${{ values.language }}` the part before the last slash in front of the gap.
            Some(gap) => url[..gap].rsplit_once('/').map_or(".", |(before, _)| before),
            None => url,
        };
        let target = paths::absolute(Path::new(fixed), folder);
        if folder.starts_with(&target) {
            self.parents.insert(folder.to_owned());
        } else if target.starts_with(&self.root) {
            self.folders.insert(target);
        }
    }
}

/// The relative addresses that the steps of a template fetch from.
fn urls(template: &Value) -> impl Iterator<Item = &str> {
    let steps = template["spec"]["steps"].as_array().into_iter().flatten();
    let steps = steps.flat_map(|step| {
        let branches = step["branches"].as_object().into_iter().flat_map(serde_json::Map::values);
        std::iter::once(step).chain(branches.filter_map(Value::as_array).flatten())
    });
    let fetching =
        steps.filter(|step| step["action"].as_str().is_some_and(|action| action.starts_with("fetch:")));
    let urls = fetching.filter_map(|step| step["input"]["url"].as_str());
    urls.filter(|url| !url.contains("://") && !url.starts_with("${{"))
}
