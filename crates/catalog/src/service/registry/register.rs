//! `POST /locations`.

use std::time::Duration;

use model::{LocationRef, Problem};
use platform::access::{Caller, Permission};
use platform::error::Error;
use serde_json::Value;

use super::Registry;
use crate::clock;
use crate::reading::ReadEntity;
use crate::remote::Draft;
use crate::service::Catalog;
use crate::store::{self, Location};

/// How long registering waits for the first reading.
const FIRST_READING: Duration = Duration::from_secs(8);

/// A location that was registered, or would be.
#[derive(Debug)]
pub struct Created {
    /// The location; its id counts only when it is registered.
    pub location: Location,
    /// What it would bring, the Location entity that stands for it first; nothing when it was registered.
    pub entities: Vec<Value>,
    /// Whether it is registered already; nothing when it was registered now.
    pub exists: Option<bool>,
}

impl Catalog {
    /// Registers a location, and has it read.
    ///
    /// # Errors
    /// The caller may not, `catalog.readonly` is set, the location is not an address that may be read, or it is registered
    /// already and `refresh_existing` is not set.
    pub async fn create_location(
        &self,
        caller: &Caller,
        location: LocationRef,
        refresh_existing: bool,
    ) -> Result<Created, Error> {
        self.inner.policy.check(caller, Permission::CatalogLocationCreate)?;
        let registry = self.registry()?;
        registry.check_writable()?;
        registry.check_target(&location)?;
        let origin = location.to_string();
        if let Some(location) = self.registered(&location).await? {
            if !refresh_existing {
                return Err(Error::conflict(format!("Location {origin} already exists")));
            }
            self.read_again(store::addresses_of(&self.inner.database, &origin).await?).await?;
            return Ok(Created { location, entities: Vec::new(), exists: None });
        }
        // What is fetched now need not be fetched by the first pass. A host that is away can be registered all the same.
        let look = Draft::of(&registry.integrations, &location.target, &registry.rules);
        if let Ok(draft) = tokio::time::timeout(FIRST_READING, look).await {
            registry.keep(&self.inner.database, draft).await?;
        }
        let (created, is_new) = store::create_location(&self.inner.database, location).await?;
        if !is_new && !refresh_existing {
            return Err(Error::conflict(format!("Location {origin} already exists")));
        }
        self.read_again(Vec::new()).await?;
        Ok(Created { location: created, entities: Vec::new(), exists: None })
    }

    /// What a location would bring, without registering it.
    ///
    /// # Errors
    /// The caller may not register locations, the location is not an address that may be read, or nothing good is there.
    pub async fn try_location(&self, caller: &Caller, location: LocationRef) -> Result<Created, Error> {
        self.inner.policy.check(caller, Permission::CatalogLocationCreate)?;
        let registry = self.registry()?;
        registry.check_target(&location)?;
        let known = self.registered(&location).await?;
        let draft = Draft::of(&registry.integrations, &location.target, &registry.rules).await;
        if draft.entities.is_empty() && !draft.problems.is_empty() {
            return Err(Error::input(in_words(&draft.problems)));
        }
        let own = ReadEntity::location(&location);
        let entities = std::iter::once(own).chain(draft.entities.into_iter().map(|(_, entity)| entity));
        let entities = entities.map(|entity| serde_json::to_value(&entity.entity).map_err(Error::internal));
        let exists = Some(known.is_some());
        let fresh = || Location {
            id: uuid::Uuid::new_v4().to_string(),
            kind: location.kind,
            target: location.target,
        };
        let location = known.unwrap_or_else(fresh);
        Ok(Created { location, entities: entities.collect::<Result<_, _>>()?, exists })
    }

    /// The registered location, if it is one.
    pub(super) async fn registered(&self, location: &LocationRef) -> Result<Option<Location>, Error> {
        let all = store::list_locations(&self.inner.database).await?;
        Ok(all.into_iter().find(|known| known.kind == location.kind && known.target == location.target))
    }
}

impl Registry {
    /// Refuses what may not be registered over the API: above all paths, which would let a caller from afar read files of
    /// this machine.
    pub(super) fn check_target(&self, location: &LocationRef) -> Result<(), Error> {
        if location.kind != "url" {
            return Err(Error::input(format!(
                "Registered locations must be of type url, and this one is of type {:?}. Files of this machine are named \
                 in catalog.locations of app-config.yaml.",
                location.kind
            )));
        }
        let check = self.integrations.host_of(&location.target);
        check.map(drop).map_err(|error| Error::input(format!("This address cannot be registered: {error}.")))
    }

    /// Keeps what a look fetched, as if it had been fetched for a pass.
    async fn keep(&self, database: &platform::database::Database, draft: Draft) -> Result<(), Error> {
        let now = clock::now();
        let pause =
            self.interval.map_or(i64::MAX, |pause| i64::try_from(pause.as_millis()).unwrap_or(i64::MAX));
        let mut files = draft.fetched;
        for file in &mut files {
            (file.checked_at, file.next_at) = (now, now.saturating_add(pause));
        }
        store::save_remote(database, files, true).await?;
        // They are due again some time, which whoever fetches does not know yet.
        self.signals.wanted.notify_one();
        Ok(())
    }
}

/// Problems as one sentence each.
fn in_words(problems: &[Problem]) -> String {
    const MOST: usize = 5;
    let words: Vec<String> = problems
        .iter()
        .take(MOST)
        .map(|problem| match &problem.position {
            Some(at) => format!("{} ({}:{}:{})", problem.message, at.file, at.line, at.column),
            None => problem.message.clone(),
        })
        .collect();
    words.join("; ")
}
