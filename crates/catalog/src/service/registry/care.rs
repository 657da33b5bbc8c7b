//! What can be done about an entity: for its page.

use model::annotation::{MANAGED_BY_ORIGIN_LOCATION, ORPHAN};
use model::{Entity, EntityDetail, EntityRef, LocationRef};
use platform::access::{Caller, Permission};
use platform::error::Error;

use super::of_origin;
use crate::service::Catalog;
use crate::service::entities::no_entity;
use crate::service::pages::cut;

/// What can be done about an entity that is orphaned, stale, or came from a registered location.
#[derive(Debug, Default)]
pub struct Care {
    /// Its uid.
    pub uid: String,
    /// No file describes it any more.
    pub is_orphan: bool,
    /// Why its file does not describe it well, so that this is an earlier state.
    pub stale: Option<String>,
    /// The registered location that led to it: id, address, and how many entities came from there.
    pub registered: Option<(String, String, usize)>,
    /// Whether the caller may remove the entity.
    pub may_delete: bool,
    /// Whether the caller may unregister the location.
    pub may_unregister: bool,
}

impl Catalog {
    /// Everything that the page of an entity shows at a moment, and what can be done about the entity now.
    ///
    /// # Errors
    /// The caller may not read entities, or there is no such entity.
    pub async fn entity_with_care(
        &self,
        caller: &Caller,
        entity_ref: &EntityRef,
        at: &str,
    ) -> Result<(EntityDetail, Option<Care>), Error> {
        let detail = self.entity(caller, entity_ref, at).await?;
        let care = if detail.time.is_now() { self.care(caller, entity_ref).await? } else { None };
        Ok((detail, care))
    }

    /// What can be done about an entity; nothing where all is well and its files belong to the operator.
    ///
    /// # Errors
    /// The caller may not read entities, or there is no such entity.
    async fn care(&self, caller: &Caller, entity_ref: &EntityRef) -> Result<Option<Care>, Error> {
        let policy = &self.inner.policy;
        policy.check(caller, Permission::CatalogEntityRead)?;
        let document = {
            let view = self.inner.view.read();
            let id = view.id(entity_ref).ok_or_else(|| no_entity(entity_ref))?;
            view.document(id).to_vec()
        };
        let entity: Entity = serde_json::from_slice(&document).map_err(Error::internal)?;
        let message = |status: &serde_json::Value| {
            Some(cut(status.get("items")?.get(0)?.get("message")?.as_str()?, 1_000))
        };
        let may = |permission| policy.check(caller, permission).is_ok();
        let mut care = Care {
            uid: entity.uid().unwrap_or_default().to_owned(),
            is_orphan: entity.annotation(ORPHAN) == Some("true"),
            stale: entity.as_map().get("status").and_then(message),
            may_delete: may(Permission::CatalogEntityDelete),
            ..Care::default()
        };
        let origin = entity.annotation(MANAGED_BY_ORIGIN_LOCATION).unwrap_or_default();
        if let Some(target) = origin.strip_prefix("url:").filter(|_| may(Permission::CatalogLocationRead)) {
            let location = LocationRef { kind: "url".to_owned(), target: target.to_owned() };
            if let Some(location) = self.registered(&location).await? {
                let count = of_origin(&self.inner.view.read(), origin).len().saturating_sub(1);
                care.registered = Some((location.id, location.target, count));
                let is_writable = self.registry().is_ok_and(|registry| registry.check_writable().is_ok());
                care.may_unregister = is_writable && may(Permission::CatalogLocationDelete);
            }
        }
        let is_of_use = care.is_orphan || care.stale.is_some() || care.registered.is_some();
        Ok(is_of_use.then_some(care))
    }
}
