//! Registered locations: the rows that clients of the Backstage API see under `/locations`.

use model::{EntityRef, Filter};
use platform::access::{Caller, Permission};
use platform::error::Error;
use serde_json::{Value, json};

use super::Catalog;
use super::entities::no_entity;
use crate::store::{self, Location};

impl Catalog {
    /// All registered locations, by id. Those of the configuration are not among them.
    ///
    /// # Errors
    /// The caller may not read locations.
    pub async fn locations(&self, caller: &Caller) -> Result<Vec<Location>, Error> {
        self.inner.policy.check(caller, Permission::CatalogLocationRead)?;
        Ok(store::list_locations(&self.inner.database).await?)
    }

    /// Registered locations whose `id`, `type` and `target` satisfy a predicate.
    ///
    /// # Errors
    /// The caller may not read locations, or the predicate is wrong.
    pub async fn query_locations(
        &self,
        caller: &Caller,
        query: Option<&Value>,
    ) -> Result<Vec<Location>, Error> {
        let mut locations = self.locations(caller).await?;
        let Some(query) = query else { return Ok(locations) };
        let filter = Filter::from_predicate(query).map_err(|error| Error::input(error.to_string()))?;
        locations.retain(|location| {
            let fields = json!({"id": location.id, "type": location.kind, "target": location.target});
            filter.matches(&fields)
        });
        Ok(locations)
    }

    /// One registered location.
    ///
    /// # Errors
    /// The caller may not read locations, or there is no such location.
    pub async fn location(&self, caller: &Caller, id: &str) -> Result<Location, Error> {
        self.inner.policy.check(caller, Permission::CatalogLocationRead)?;
        store::find_location(&self.inner.database, id)
            .await?
            .ok_or_else(|| Error::not_found(format!("Found no location with ID {id}")))
    }

    /// The registered location that led to an entity.
    ///
    /// # Errors
    /// The caller may not read, there is no such entity, or it came from the configuration.
    pub async fn location_of_entity(
        &self,
        caller: &Caller,
        entity_ref: &EntityRef,
    ) -> Result<Location, Error> {
        let locations = self.locations(caller).await?;
        let origin = self
            .read(caller, None, |view| {
                let id = view.id(entity_ref)?;
                let entity: model::Entity = serde_json::from_slice(view.document(id)).ok()?;
                entity.annotation(model::annotation::MANAGED_BY_ORIGIN_LOCATION).map(str::to_owned)
            })
            .await?
            .ok_or_else(|| no_entity(entity_ref))?;
        locations
            .into_iter()
            .find(|location| format!("{}:{}", location.kind, location.target) == origin)
            .ok_or_else(|| {
                Error::not_found(format!("No registered location led to {entity_ref}: it came from {origin}"))
            })
    }
}
