//! The people of the catalog, as sign-in and the frame of every page ask for them.

use std::collections::BTreeSet;

use model::{EntityLink, EntityRef, Filter};
use platform::access::Caller;
use platform::error::Error;
use serde_json::Value;

use super::summary::link_to;
use crate::service::Catalog;
use crate::view::{EntityId, View};

/// What the catalog knows of a person.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Person {
    /// The User entity.
    pub link: EntityLink,
    /// `spec.profile.email`.
    pub email: Option<String>,
    /// `spec.profile.picture`.
    pub picture: Option<String>,
    /// The groups that the User is a member of, by reference.
    pub groups: Vec<EntityLink>,
}

impl Catalog {
    /// The canonical references of the User entities whose `spec.profile.email` this is, in any case: one question to
    /// the index, however many users there are.
    ///
    /// # Errors
    /// The caller may not read entities.
    pub fn users_by_email(&self, caller: &Caller, email: &str) -> Result<Vec<String>, Error> {
        let is = |key: &str, value: String| Filter::In { key: key.to_owned(), values: vec![value] };
        let filter =
            Filter::All(vec![is("spec.profile.email", email.to_lowercase()), is("kind", "user".to_owned())]);
        self.reader(caller).map(|reader| {
            reader.view(|view| {
                view.evaluate(&filter).into_iter().map(|id| view.entity_ref(id).to_owned()).collect()
            })
        })
    }

    /// Whether there is such an entity.
    ///
    /// # Errors
    /// The caller may not read entities.
    pub fn is_known(&self, caller: &Caller, entity_ref: &EntityRef) -> Result<bool, Error> {
        self.reader(caller).map(|reader| reader.view(|view| view.id(entity_ref).is_some()))
    }

    /// The canonical references of the groups that a User (by canonical reference) is a member of; `None` when there
    /// is no such entity.
    ///
    /// # Errors
    /// The caller may not read entities.
    pub fn groups_of(&self, caller: &Caller, user: &str) -> Result<Option<Vec<String>>, Error> {
        let groups = |view: &View| {
            let id = view.id_of(user)?;
            Some(view.targets(id, "memberof").into_iter().map(str::to_owned).collect())
        };
        self.reader(caller).map(|reader| reader.view(groups))
    }

    /// The people behind references, by canonical reference, each once: a User stands for itself whether it is in the
    /// catalog or not, a Group for its members and those of the groups below it, anything else for its owners. `except`
    /// are references that are passed over, with whom they stand for.
    ///
    /// # Errors
    /// The caller may not read entities.
    pub fn people_behind(
        &self,
        caller: &Caller,
        references: &[EntityRef],
        except: &[EntityRef],
    ) -> Result<Vec<String>, Error> {
        self.reader(caller).map(|reader| reader.view(|view| people_behind(view, references, except)))
    }

    /// A person by the canonical reference of the User; `None` when there is no such entity.
    ///
    /// # Errors
    /// The caller may not read entities.
    pub fn person(&self, caller: &Caller, user: &str) -> Result<Option<Person>, Error> {
        self.reader(caller).map(|reader| reader.view(|view| view.id_of(user).map(|id| person(view, id))))
    }
}

/// Each reference is looked at once, so that groups which contain each other end.
fn people_behind(view: &View, references: &[EntityRef], except: &[EntityRef]) -> Vec<String> {
    let mut seen: BTreeSet<String> = except.iter().map(ToString::to_string).collect();
    let mut left: Vec<String> = references.iter().map(ToString::to_string).collect();
    let mut people = BTreeSet::new();
    while let Some(reference) = left.pop() {
        if !seen.insert(reference.clone()) {
            continue;
        }
        let leads_by: &[&str] = match reference.split(':').next() {
            Some("user") => {
                people.insert(reference);
                continue;
            }
            Some("group") => &["hasmember", "parentof"],
            _ => &["ownedby"],
        };
        let Some(id) = view.id_of(&reference) else { continue };
        left.extend(leads_by.iter().flat_map(|relation| view.targets(id, relation)).map(str::to_owned));
    }
    people.into_iter().collect()
}

fn person(view: &View, id: EntityId) -> Person {
    let document: Value = serde_json::from_slice(view.document(id)).unwrap_or_default();
    let profile = |key: &str| document["spec"]["profile"][key].as_str().map(str::to_owned);
    Person {
        link: link_to(view, view.entity_ref(id)),
        email: profile("email"),
        picture: profile("picture"),
        groups: view.targets(id, "memberof").into_iter().map(|group| link_to(view, group)).collect(),
    }
}
