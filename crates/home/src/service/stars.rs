//! Stars.

use model::EntityRef;
use platform::error::Error;

use super::{Home, no_room, now};
use crate::store::{self, Room};
use crate::visitor::Visitor;

/// Stars that are kept.
const ROOM: Room = Room { owner: 500, guests: 100_000 };

impl Home {
    /// What the visitor has starred, as canonical references, the newest first.
    ///
    /// # Errors
    /// The visitor may not see this, or the database failed.
    pub async fn stars(&self, visitor: &Visitor) -> Result<Vec<String>, Error> {
        match self.reader(visitor)? {
            Some(owner) => Ok(store::stars(&self.inner.database, &owner).await?),
            None => Ok(Vec::new()),
        }
    }

    /// Gives an entity a star, or takes it away. Both are fine when that is so already.
    ///
    /// # Errors
    /// The visitor may not change this, has too many stars, there is no such entity to give a star to, or the database
    /// failed.
    pub async fn set_star(
        &self,
        visitor: &mut Visitor,
        entity_ref: &EntityRef,
        starred: bool,
    ) -> Result<(), Error> {
        let database = &self.inner.database;
        if !starred {
            let owner = self.writer(visitor)?;
            return Ok(store::remove_star(database, &owner, entity_ref.as_str()).await?);
        }
        // Before the visitor gets a number for nothing.
        if !self.inner.catalog.has(visitor.caller(), entity_ref)? {
            return Err(Error::not_found(format!("Entity {entity_ref} not found")));
        }
        let owner = self.writer(visitor)?;
        let added = store::add_star(database, &owner, entity_ref.as_str(), now(), ROOM).await?;
        added.map_err(|full| no_room(full, ROOM, "stars"))
    }
}
