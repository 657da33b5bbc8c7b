//! The actions of this portal as authors of templates look them up.

use platform::access::Caller;
use platform::error::Error;

use crate::action::known::{self, Known};
use crate::action::nearest;
use crate::service::{Installed, Scaffolder};

/// What actions are for, in the order in which they are listed.
const GROUPS: [&str; 7] = [
    "Declared by this portal",
    "Files and templates",
    "Repositories",
    "Catalog",
    "Waiting for people and programs",
    "Other services",
    "Logs and trying out",
];

/// The actions that a search leaves.
#[derive(Clone, Debug, Default)]
pub struct ActionList {
    /// Those that steps can use, by what they are for; no group is empty.
    pub groups: Vec<ActionGroup>,
    /// Those that Backstage has and this portal can't run.
    pub known: Vec<&'static Known>,
    /// How many there are to use.
    pub total: usize,
}

/// Actions for one thing.
#[derive(Clone, Debug)]
pub struct ActionGroup {
    /// What they are for.
    pub title: &'static str,
    /// They, by id.
    pub actions: Vec<Installed>,
}

/// All about one action.
#[derive(Clone, Debug)]
pub enum ActionPage {
    /// Steps can use it.
    Installed(Box<Installed>),
    /// Backstage has it, and this portal can't run it.
    Known(&'static Known),
    /// There is none of this id.
    Unknown {
        /// The id that is written most like it.
        nearest: Option<String>,
    },
}

impl Scaffolder {
    /// The actions in whose id or description all words of a text are.
    ///
    /// # Errors
    /// The caller may not see what templates are made of.
    pub fn action_list(&self, caller: &Caller, text: &str) -> Result<ActionList, Error> {
        let installed = self.actions(caller)?;
        let words: Vec<String> = text.split_whitespace().map(str::to_lowercase).collect();
        let fits = |id: &str, description: &str| {
            let all = format!("{id} {description}").to_lowercase();
            words.iter().all(|word| all.contains(word.as_str()))
        };
        let found: Vec<Installed> =
            installed.into_iter().filter(|one| fits(&one.about.id, &one.about.description)).collect();
        let total = found.len();
        let mut groups: Vec<ActionGroup> =
            GROUPS.iter().map(|&title| ActionGroup { title, actions: Vec::new() }).collect();
        for action in found {
            let title = purpose(&action);
            if let Some(group) = groups.iter_mut().find(|group| group.title == title) {
                group.actions.push(action);
            }
        }
        groups.retain(|group| !group.actions.is_empty());
        let known = known::all().filter(|known| fits(&known.id, &known.description)).collect();
        Ok(ActionList { groups, known, total })
    }

    /// The action of this id.
    ///
    /// # Errors
    /// The caller may not see what templates are made of.
    pub fn action_page(&self, caller: &Caller, id: &str) -> Result<ActionPage, Error> {
        let mut installed = self.actions(caller)?;
        if let Some(place) = installed.iter().position(|action| action.about.id == id) {
            return Ok(ActionPage::Installed(Box::new(installed.swap_remove(place))));
        }
        if let Some(known) = known::known(id) {
            return Ok(ActionPage::Known(known));
        }
        let ids = installed.iter().map(|action| action.about.id.as_str());
        let nearest = nearest(id, ids.chain(known::all().map(|known| known.id.as_str())));
        Ok(ActionPage::Unknown { nearest: nearest.map(str::to_owned) })
    }
}

/// What an action is for, by the begin of its id.
fn purpose(action: &Installed) -> &'static str {
    let [own, files, repositories, catalog, waiting, others, trying] = GROUPS;
    if action.is_own {
        return own;
    }
    let id = &action.about.id;
    match id.split(':').next().unwrap_or_default() {
        "fetch" | "fs" | "workspace" => files,
        "git" | "publish" | "github" | "gitlab" | "gitea" | "gerrit" | "azure" | "bitbucket"
        | "bitbucketCloud" => repositories,
        "catalog" => catalog,
        "wait" | "webhook" => waiting,
        "debug" => trying,
        _ => others,
    }
}
