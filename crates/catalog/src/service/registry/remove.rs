//! Unregistering locations, and removing entities that nothing describes.

use platform::access::{Caller, Permission};
use platform::error::Error;

use crate::service::Catalog;
use crate::store::{self, Change, Location};
use model::annotation::MANAGED_BY_LOCATION;

impl Catalog {
    /// Unregisters a location. What only it brought goes, or becomes orphans, as `catalog.orphanStrategy` says.
    ///
    /// # Errors
    /// The caller may not, `catalog.readonly` is set, or there is no such location.
    pub async fn delete_location(&self, caller: &Caller, id: &str) -> Result<Location, Error> {
        self.inner.policy.check(caller, Permission::CatalogLocationDelete)?;
        self.registry()?.check_writable()?;
        let missing = || Error::not_found(format!("Found no location with ID {id}"));
        let location = store::find_location(&self.inner.database, id).await?.ok_or_else(missing)?;
        if !store::delete_location(&self.inner.database, id).await? {
            return Err(missing());
        }
        self.read_again(Vec::new()).await?;
        Ok(location)
    }

    /// Removes an entity. If a file still describes it, that file is read again and brings it back, as in Backstage.
    /// Returns its reference.
    ///
    /// # Errors
    /// The caller may not, or there is no such entity.
    pub async fn delete_entity(&self, caller: &Caller, uid: &str) -> Result<String, Error> {
        self.inner.policy.check(caller, Permission::CatalogEntityDelete)?;
        let registry = self.registry()?;
        let (entity_ref, location) = {
            let view = self.inner.view.read();
            let missing = || Error::not_found(format!("Found no entity with uid {uid}"));
            let id = view.id_by_uid(uid).ok_or_else(missing)?;
            let entity: model::Entity = serde_json::from_slice(view.document(id)).map_err(Error::internal)?;
            (view.entity_ref(id).to_owned(), entity.annotation(MANAGED_BY_LOCATION).map(str::to_owned))
        };
        let gone = Change { entity_ref: entity_ref.clone(), content: None };
        if let Some(seq) = store::append(&self.inner.database, vec![gone], Vec::new(), Vec::new()).await? {
            registry.feed.publish(seq);
            self.wait_for(seq).await;
        }
        self.read_file_again(location).await?;
        Ok(entity_ref)
    }
}
