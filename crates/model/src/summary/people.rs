//! What groups and users have to do with others.

use serde::{Deserialize, Serialize};

use super::{EntityLink, Portion};

/// Members, hierarchy and possessions of a group or a user.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct People {
    /// Whether this is about a user.
    pub is_user: bool,
    /// The groups above a group, the highest first.
    pub above: Vec<EntityLink>,
    /// The groups right below a group.
    pub below: Portion<EntityLink>,
    /// The members of a group, without those of groups below.
    pub members: Portion<EntityLink>,
    /// The groups of a user.
    pub groups: Portion<EntityLink>,
    /// What they own.
    pub owned: Owned,
}

/// What a group or a user owns.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Owned {
    /// The first of what it owns itself, by name.
    pub direct: Portion<EntityLink>,
    /// What all owners together own, by kind, in the order of the kinds.
    pub kinds: Vec<OwnedKind>,
    /// All of it, each entity once.
    pub total: u32,
    /// It, and the groups through which it owns more (those below a group, those of a user), as canonical references.
    pub owners: Vec<String>,
    /// Groups further away that are not counted.
    pub owners_left_off: u32,
}

/// How much of one kind is owned.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnedKind {
    /// As written.
    pub kind: String,
    /// By the group or user itself.
    pub direct: u32,
    /// By all owners.
    pub total: u32,
}
