//! The people of the catalog, as sign-in and the frame of every page ask for them.

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

    /// A person by the canonical reference of the User; `None` when there is no such entity.
    ///
    /// # Errors
    /// The caller may not read entities.
    pub fn person(&self, caller: &Caller, user: &str) -> Result<Option<Person>, Error> {
        self.reader(caller).map(|reader| reader.view(|view| view.id_of(user).map(|id| person(view, id))))
    }
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
