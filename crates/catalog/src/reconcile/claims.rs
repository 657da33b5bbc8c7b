//! Which file an entity belongs to: the first one that claims it, in the order of registration.

use model::{EntityRef, Problem, ProblemCode, Severity};
use rustc_hash::FxHashMap;

/// The owners of all entities seen so far in one pass.
///
/// Files are offered in the order of their registration, so that the same files give the same owners on every run and
/// on every replica.
#[derive(Default)]
pub(super) struct Claims {
    /// Entity reference to index of the location in `locations`.
    owners: FxHashMap<String, u32>,
    locations: Vec<String>,
}

impl Claims {
    /// Starts the claims of one more location.
    pub(super) fn start(&mut self, location: &str) {
        self.locations.push(location.to_owned());
    }

    /// Claims an entity for the location started last. `Err` holds the location that has it already.
    pub(super) fn claim(&mut self, entity_ref: &str) -> Result<(), &str> {
        let location = u32::try_from(self.locations.len()).unwrap_or(u32::MAX).saturating_sub(1);
        if let Some(owner) = self.owners.get(entity_ref) {
            return if *owner == location {
                Ok(())
            } else {
                Err(self.locations.get(*owner as usize).map_or("", String::as_str))
            };
        }
        self.owners.insert(entity_ref.to_owned(), location);
        Ok(())
    }

    /// Whether some location has the entity.
    pub(super) fn holds(&self, entity_ref: &str) -> bool {
        self.owners.contains_key(entity_ref)
    }
}

/// The problem of the file that came second.
pub(super) fn duplicate(entity_ref: &EntityRef, owner: &str, position: Option<model::Position>) -> Problem {
    let owner = owner.strip_prefix("file:").unwrap_or(owner);
    Problem {
        code: ProblemCode::Duplicate,
        severity: Severity::Error,
        message: format!("{entity_ref} is already described in {owner}, which keeps it"),
        found: None,
        allowed: None,
        help: Some("Remove one of the two, or give this one another name or namespace.".to_owned()),
        entity_ref: Some(entity_ref.to_string()),
        position,
    }
}
