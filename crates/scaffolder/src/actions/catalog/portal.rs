//! The catalog of the portal that runs a template.

use futures::FutureExt as _;
use futures::future::BoxFuture;
use model::{Entity, EntityRef, LocationRef};
use platform::error::Error;
use serde_json::{Map, Value};

use super::{Catalog, Registration};
use crate::action::{ActionError, Initiator};

impl Catalog for catalog::Catalog {
    fn entities<'a>(
        &'a self,
        initiator: &'a Initiator,
        references: &'a [EntityRef],
    ) -> BoxFuture<'a, Result<Vec<Option<Value>>, ActionError>> {
        async move {
            let references: Vec<String> = references.iter().map(ToString::to_string).collect();
            let found = self.entities_by_refs(&initiator.caller, &references, None, None, None).await;
            let mut found: Value = serde_json::from_slice(&found?).map_err(unreadable)?;
            serde_json::from_value(found["items"].take()).map_err(unreadable)
        }
        .boxed()
    }

    fn register<'a>(
        &'a self,
        initiator: &'a Initiator,
        address: &'a str,
    ) -> BoxFuture<'a, Result<Registration, ActionError>> {
        async move {
            let location = LocationRef { kind: "url".to_owned(), target: address.to_owned() };
            // A look first: what is registered for nothing would have to be found and removed by somebody.
            let looked = self.try_location(&initiator.caller, location.clone()).await?;
            self.create_location(&initiator.caller, location, true).await?;
            let entities = looked.entities.into_iter().filter_map(|entity| {
                let entity: Map<String, Value> = serde_json::from_value(entity).ok()?;
                Some(Entity::new(entity).entity_ref())
            });
            Ok(Registration { entities: entities.collect(), existed: looked.exists == Some(true) })
        }
        .boxed()
    }
}

fn unreadable(error: serde_json::Error) -> ActionError {
    Error::internal(error).into()
}
