//! `catalog:fetch`, `catalog:register` and `catalog:write`.

mod fetch;
mod portal;
mod register;
mod write;

use std::sync::Arc;

use futures::future::BoxFuture;
use model::EntityRef;
use serde_json::Value;

use super::Reach;
use crate::action::{Action, ActionError, Initiator};

/// The catalog, as actions need it. Whoever implements it asks it in the name of the person who started the run, so that
/// nobody reads or registers by a template what they otherwise may not.
pub trait Catalog: Send + Sync {
    /// Entities by their references, in the same order; nothing for one that there is not, or not for this person.
    fn entities<'a>(
        &'a self,
        initiator: &'a Initiator,
        references: &'a [EntityRef],
    ) -> BoxFuture<'a, Result<Vec<Option<Value>>, ActionError>>;

    /// Registers the location of a descriptor file. One that is registered already stays, and is told about.
    fn register<'a>(
        &'a self,
        initiator: &'a Initiator,
        address: &'a str,
    ) -> BoxFuture<'a, Result<Registration, ActionError>>;
}

/// A location that is registered now.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Registration {
    /// What it brings, in the order of the file.
    pub entities: Vec<EntityRef>,
    /// Whether it was registered before.
    pub existed: bool,
}

/// No catalog: for commands that run beside no portal.
#[derive(Clone, Copy, Debug)]
pub struct NoCatalog;

impl Catalog for NoCatalog {
    fn entities<'a>(
        &'a self,
        _: &'a Initiator,
        _: &'a [EntityRef],
    ) -> BoxFuture<'a, Result<Vec<Option<Value>>, ActionError>> {
        Box::pin(async {
            Err(ActionError::new("There is no catalog here. Try the template out in the portal."))
        })
    }

    fn register<'a>(
        &'a self,
        _: &'a Initiator,
        _: &'a str,
    ) -> BoxFuture<'a, Result<Registration, ActionError>> {
        Box::pin(async { Err(ActionError::new("There is no catalog here that could hold it.")) })
    }
}

pub(super) fn actions(reach: &Arc<Reach>, catalog: &Arc<dyn Catalog>) -> Vec<Arc<dyn Action>> {
    vec![
        fetch::action(Arc::clone(catalog)),
        register::action(Arc::clone(reach), Arc::clone(catalog)),
        write::action(),
    ]
}
