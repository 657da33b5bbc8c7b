//! Looking at an address before it is registered: for the page, and for `POST /analyze-location`.

use model::{Entity, EntityRef, LocationRef, Problem};
use platform::access::{Caller, Permission};
use platform::error::Error;
use serde_json::{Value, json};

use super::Registry;
use crate::remote::Draft;
use crate::service::Catalog;
use crate::service::pages::cut;
use crate::store;
use crate::view::View;

/// Entities that the page lists.
const SHOWN: usize = 200;
/// The usual name of descriptor files.
const FILE_NAME: &str = "catalog-info.yaml";

/// What an address would bring, for the page.
#[derive(Debug, Default)]
pub struct ImportPage {
    /// What would be registered: the address as given, or what was found in a repository.
    pub target: String,
    /// Whether it is registered, or configured, already.
    pub is_known: bool,
    /// What it would bring.
    pub entities: Vec<Found>,
    /// Entities that are not listed.
    pub left_off: usize,
    /// What is wrong.
    pub problems: Vec<Problem>,
    /// Files that were read.
    pub file_count: usize,
    /// There is more than was looked at.
    pub is_cut: bool,
    /// Why it cannot be registered at all.
    pub refusal: Option<String>,
    /// Whether the caller may register it.
    pub may_register: bool,
}

/// An entity that an address would bring.
#[derive(Debug)]
pub struct Found {
    /// Its kind.
    pub kind: String,
    /// Its title, or its name.
    pub title: String,
    /// Its canonical reference.
    pub entity_ref: String,
    /// `spec.owner`, as written.
    pub owner: Option<String>,
    /// The address of its file.
    pub file: String,
    /// Whether the catalog has an entity of this reference.
    pub exists: bool,
    /// The location that the catalog has it from and will keep it from, if that is another file.
    pub conflict: Option<String>,
}

/// The answer to `POST /analyze-location`.
#[derive(Debug, Default)]
pub struct Analysis {
    /// Descriptors that are there: `location`, `isRegistered`, `entity`.
    pub existing: Vec<Value>,
    /// A descriptor that could be written: `entity` and `fields`.
    pub generate: Vec<Value>,
}

impl Catalog {
    /// What the page shows of an address that somebody wants to register. The address of a repository stands for the
    /// descriptor files in it.
    ///
    /// # Errors
    /// The caller may not register locations.
    pub async fn import_page(&self, caller: &Caller, address: &str) -> Result<ImportPage, Error> {
        self.inner.policy.check(caller, Permission::CatalogLocationCreate)?;
        let registry = self.registry()?;
        let address = address.trim();
        let mut page = ImportPage {
            target: cut(address, 2_000),
            may_register: registry.check_writable().is_ok(),
            ..ImportPage::default()
        };
        if address.is_empty() {
            return Ok(page);
        }
        let wanted = LocationRef { kind: "url".to_owned(), target: address.to_owned() };
        if let Err(error) = registry.check_target(&wanted) {
            page.refusal = Some(error.message().to_owned());
            return Ok(page);
        }
        let (target, draft) = match registry.look(address).await {
            Ok(found) => found,
            Err(why) => {
                page.refusal = Some(format!("{address} cannot be read: {why}."));
                return Ok(page);
            }
        };
        let wanted = LocationRef { kind: "url".to_owned(), target: target.clone() };
        let is_configured = registry.configured.iter().any(|(location, _)| *location == wanted);
        page.is_known = is_configured || self.registered(&wanted).await?.is_some();
        page.left_off = draft.entities.len().saturating_sub(SHOWN);
        let found = draft.entities.iter().take(SHOWN);
        page.entities = {
            let view = self.inner.view.read();
            found.map(|(file, read)| Found::new(&view, file, &read.entity, &read.entity_ref)).collect()
        };
        (page.target, page.problems) = (target, draft.problems);
        (page.file_count, page.is_cut) = (draft.file_count, draft.is_cut);
        Ok(page)
    }

    /// Finds the descriptors of a repository, or proposes one.
    ///
    /// # Errors
    /// The caller may not, or the address cannot be looked at.
    pub async fn analyze_location(
        &self,
        caller: &Caller,
        location: &LocationRef,
        file_name: Option<&str>,
    ) -> Result<Analysis, Error> {
        self.inner.policy.check(caller, Permission::CatalogLocationAnalyze)?;
        let registry = self.registry()?;
        registry.check_target(location)?;
        let file_name = file_name.unwrap_or(FILE_NAME);
        if file_name.contains(['/', '*', '\\']) || file_name.trim().is_empty() {
            return Err(Error::input("catalogFileName is the name of a file, such as catalog-info.yaml."));
        }
        let unreadable = |error: integrations::ReadError| {
            Error::input(format!("{} cannot be analyzed: {error}.", location.target))
        };
        let (host, url) = registry.integrations.host_of(&location.target).map_err(unreadable)?;
        let repository = host.lookup(&url).await.map_err(unreadable)?;
        let pattern = format!("{}**/{file_name}", repository.root);
        let draft = Draft::of(&registry.integrations, &pattern, &registry.rules).await;
        let registered = store::list_locations(&self.inner.database).await?;
        let known = store::remote_marks(&self.inner.database).await?;
        let existing = draft.entities.iter().map(|(file, read)| {
            let is_registered =
                known.contains_key(file) || registered.iter().any(|known| known.target == *file);
            json!({
                "location": {"type": "url", "target": file},
                "isRegistered": is_registered,
                "entity": read.entity,
            })
        });
        let existing: Vec<Value> = existing.collect();
        if !existing.is_empty() {
            return Ok(Analysis { existing, generate: Vec::new() });
        }
        let slug = format!("{}/{}", repository.owner, repository.name);
        let proposed = json!({
            "apiVersion": "backstage.io/v1alpha1",
            "kind": "Component",
            "metadata": {"name": repository.name, "annotations": {repository.slug_annotation: slug}},
            "spec": {"type": "other", "lifecycle": "unknown"},
        });
        Ok(Analysis { existing, generate: vec![json!({"entity": proposed, "fields": []})] })
    }
}

impl Registry {
    /// Looks behind an address; that of a repository becomes that of its descriptor files.
    async fn look(&self, address: &str) -> Result<(String, Draft), integrations::ReadError> {
        let (host, url) = self.integrations.host_of(address)?;
        if !host.is_repository(&url) {
            return Ok((address.to_owned(), Draft::of(&self.integrations, address, &self.rules).await));
        }
        let repository = host.lookup(&url).await?;
        let pattern = format!("{}**/{FILE_NAME}", repository.root);
        let draft = Draft::of(&self.integrations, &pattern, &self.rules).await;
        let mut files: Vec<&String> = draft.entities.iter().map(|(file, _)| file).collect();
        files.dedup();
        // One file is better named outright: registering it does not search the repository again and again.
        let target = match files.as_slice() {
            [only] => (*only).clone(),
            _ => pattern,
        };
        Ok((target, draft))
    }
}

impl Found {
    fn new(view: &View, file: &str, entity: &Entity, entity_ref: &EntityRef) -> Self {
        let known = view.id(entity_ref);
        let from = known.and_then(|id| {
            let known: Entity = serde_json::from_slice(view.document(id)).ok()?;
            known.annotation(model::annotation::MANAGED_BY_LOCATION).map(str::to_owned)
        });
        let metadata = entity.as_map().get("metadata");
        let text = |key: &str| metadata.and_then(|metadata| metadata.get(key)?.as_str());
        Self {
            kind: entity.kind().to_owned(),
            title: cut(text("title").or_else(|| text("name")).unwrap_or_default(), 200),
            entity_ref: entity_ref.to_string(),
            owner: entity.spec_str("owner").map(|owner| cut(owner, 200)),
            exists: known.is_some(),
            conflict: from.filter(|from| *from != format!("url:{file}")),
            file: file.to_owned(),
        }
    }
}
