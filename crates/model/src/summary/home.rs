//! What a person keeps, and the home page.

use serde::{Deserialize, Serialize};

use super::{EntityLink, Overview, RecentChange};
use crate::Problem;

/// How many entities of some kind say something about themselves.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Coverage {
    /// What they have, such as "Components with an owner".
    pub title: String,
    /// How many have it.
    pub have: u32,
    /// How many there are.
    pub of: u32,
    /// The address of the list of those that lack it, where the list can be asked for them.
    pub lacking: Option<String>,
}

/// What concerns a person: of what the person and the person's groups own.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mine {
    /// What the person is called.
    pub name: String,
    /// The person and the groups, as canonical references; of very many the first.
    pub owners: Vec<String>,
    /// How many entities they own.
    pub owned: u32,
    /// Problems of these.
    pub problem_count: u32,
    /// The first of the problems.
    pub problems: Vec<Problem>,
    /// The newest changes of these.
    pub recent: Vec<RecentChange>,
}

/// A page as it was filtered, under a name.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SavedView {
    /// Stays for as long as there is the view.
    pub id: String,
    /// At most 80 characters.
    pub title: String,
    /// The page with its parameters, such as `/catalog?kind=API`.
    pub address: String,
    /// Whether everybody who may read sees it.
    pub shared: bool,
    /// Who keeps it; nothing where that is the reader.
    pub by: Option<String>,
}

impl SavedView {
    /// The address that stays when its owner changes the view.
    #[must_use]
    pub fn href(&self) -> String {
        format!("/views/{}", self.id)
    }

    /// The page that it shows, without parameters.
    #[must_use]
    pub fn page(&self) -> &str {
        self.address.split('?').next().unwrap_or_default()
    }
}

/// The views that a reader can choose from.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SavedViews {
    /// The reader's own first, then those that others share; by title.
    pub views: Vec<SavedView>,
    /// Whether the reader may show views to everybody.
    pub may_share: bool,
}

/// The home page.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct HomeOverview {
    /// The whole catalog.
    pub overview: Overview,
    /// What concerns the reader; nothing for guests.
    pub mine: Option<Mine>,
    /// The newest stars.
    pub starred: Vec<EntityLink>,
    /// References of all that is starred.
    pub stars: Vec<String>,
    /// The last visited entities.
    pub visited: Vec<EntityLink>,
    /// The reader's own views.
    pub views: Vec<SavedView>,
    /// Moments to compare with now: what they are called, and as they stand in an address.
    pub moments: Vec<(String, String)>,
}
