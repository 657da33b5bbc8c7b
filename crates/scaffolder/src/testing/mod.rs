//! Runs the tests of the catalog's templates in the background, and keeps what came of them for pages.
//!
//! A template is looked at when its entity changed, and now and then for the files beside it; its tests run when something
//! is other than it was. Each process does so for itself and keeps the results in memory, so that another version of the
//! portal, with other actions, judges all of them anew.

mod report;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use catalog::{Catalog, Paging, Selection};
use model::{Entity, EntityRef, Fields, Filter};
use parking_lot::RwLock;
use platform::access::Caller;
use platform::error::Error;
use serde_json::{Map, Value};
use sha2::{Digest as _, Sha256};
use tokio::time::MissedTickBehavior;
use tokio_util::sync::CancellationToken;

pub use self::report::TestReport;
use crate::action::{Base, Registry};
use crate::actions::{Reach, SourceContent, SourceFile};
use crate::dry_run::Content;
use crate::origin::base_of;
use crate::template_test::{self, Limits};

/// How often it is looked whether files changed that lie on this machine.
const LOCAL: Duration = Duration::from_secs(60);
/// How often for files of a Git host, which sends all of them each time.
const REMOTE: Duration = Duration::from_secs(30 * 60);
/// How long tests may take: one as long as a dry run of a person.
const LIMITS: Limits = Limits { each: Duration::from_secs(25), all: Duration::from_secs(120), most: 200 };
/// Templates whose tests are run.
const MOST_TEMPLATES: usize = 1_000;

/// What is known of the tests of templates, by the reference of the template.
#[derive(Debug, Default)]
pub(crate) struct Results(RwLock<BTreeMap<String, Known>>);

#[derive(Clone, Debug)]
struct Known {
    /// The version of the entity that was looked at.
    etag: String,
    looked: Instant,
    again_after: Duration,
    /// What the tests depend on; nothing while that could not be read.
    hash: Option<[u8; 32]>,
    /// Nothing for a template without tests.
    report: Option<Arc<TestReport>>,
}

impl Results {
    /// What came of the tests of a template; nothing if there are none, or they were not run yet.
    pub(crate) fn of(&self, entity_ref: &str) -> Option<Arc<TestReport>> {
        self.0.read().get(entity_ref)?.report.clone()
    }
}

/// What tests are run with.
pub(crate) struct Testing {
    pub(crate) catalog: Catalog,
    pub(crate) reach: Arc<Reach>,
    pub(crate) registry: Arc<Registry>,
    pub(crate) results: Arc<Results>,
}

impl Testing {
    /// Looks at templates until `stop`, one at a time.
    pub(crate) async fn run(self, stop: CancellationToken) {
        let work = async {
            let Ok(mut changes) = self.catalog.subscribe(&portal()) else { return };
            let mut looks = tokio::time::interval(LOCAL);
            looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
            loop {
                tokio::select! {
                    _ = looks.tick() => {}
                    changed = changes.changed() => if changed.is_err() { return },
                }
                if let Err(error) = self.round(Instant::now()).await {
                    tracing::warn!(error.cause = ?error.cause(), "tests of templates were not run: {error}");
                }
            }
        };
        tokio::select! {
            () = stop.cancelled() => {}
            () = work => {}
        }
    }

    /// Looks at every template that changed, or that was not looked at for long.
    pub(crate) async fn round(&self, now: Instant) -> Result<(), Error> {
        let templates = self.templates().await?;
        self.results.0.write().retain(|entity_ref, _| templates.contains_key(entity_ref));
        for (entity_ref, etag) in templates {
            let known = self.results.0.read().get(&entity_ref).cloned();
            let is_due = known.as_ref().is_none_or(|known| {
                known.etag != etag || now.saturating_duration_since(known.looked) >= known.again_after
            });
            if is_due {
                let looked = self.look(&entity_ref, etag, now, known).await;
                if let Some(looked) = looked {
                    self.results.0.write().insert(entity_ref, looked);
                }
            }
        }
        Ok(())
    }

    /// The templates of the catalog with the versions of their entities.
    async fn templates(&self) -> Result<BTreeMap<String, String>, Error> {
        let filter = Some(Filter::key_in("kind", vec!["template".to_owned()]));
        let selection = Selection { filter, ..Selection::default() };
        let paging = Paging { order: None, start: catalog::view::Start::Offset(0), limit: MOST_TEMPLATES };
        let fields = Fields::parse(&["kind", "metadata.name", "metadata.namespace", "metadata.etag"]);
        let fields = fields.map_err(Error::internal)?;
        let mut bytes = Vec::new();
        self.catalog.query_entities(&portal(), &selection, &paging, Some(&fields), &mut bytes).await?;
        let documents: Vec<Map<String, Value>> = serde_json::from_slice(&bytes).map_err(Error::internal)?;
        let version = |document| {
            let entity = Entity::new(document);
            let etag = entity.as_map().get("metadata").and_then(|metadata| metadata["etag"].as_str());
            (entity.entity_ref().as_str().to_owned(), etag.unwrap_or_default().to_owned())
        };
        Ok(documents.into_iter().map(version).collect())
    }

    /// Looks at one template, and runs its tests if something is other than it was. Nothing if it is gone meanwhile.
    async fn look(
        &self,
        entity_ref: &str,
        etag: String,
        now: Instant,
        known: Option<Known>,
    ) -> Option<Known> {
        let parsed = EntityRef::parse(entity_ref).ok()?;
        let document = self.catalog.entity_by_ref(&portal(), &parsed, None).await.ok()?;
        let document: Value = serde_json::from_slice(&document).ok()?;
        let (known_hash, report) = known.map_or((None, None), |known| (known.hash, known.report));
        let mut looked = Known { etag, looked: now, again_after: LOCAL, hash: known_hash, report };
        let Ok(base) = base_of(&document) else { return Some(Known { hash: None, report: None, ..looked }) };
        looked.again_after = if matches!(base, Base::File(_)) { LOCAL } else { REMOTE };
        let contents = match self.contents(&base).await {
            Ok(contents) => contents,
            Err(error) => {
                // What was known still holds for what it was known of.
                tracing::debug!(template = entity_ref, "its tests can't be read: {error}");
                return Some(looked);
            }
        };
        if !template_test::has_tests(&contents) {
            return Some(Known { hash: None, report: None, ..looked });
        }
        let hash = hash(&document, &contents);
        if looked.hash == Some(hash) {
            return Some(looked);
        }
        match template_test::run_all(&document, &contents, &self.registry, Some(LIMITS)).await {
            Ok(files) => {
                looked.hash = Some(hash);
                looked.report = Some(Arc::new(TestReport::new(files)));
            }
            Err(error) => {
                tracing::warn!(template = entity_ref, error.cause = ?error.cause(), "its tests broke off: {error}");
                (looked.hash, looked.report) = (None, None);
            }
        }
        Some(looked)
    }

    /// What lies beside a template, as steps that fetch it would find it; nothing if there are no tests.
    async fn contents(&self, base: &Base) -> Result<Vec<Content>, crate::action::ActionError> {
        if let Base::File(_) = base {
            // Most templates have none, and may lie in a folder with much else.
            let tests = self.reach.folder(base, template_test::FOLDER, None).await.unwrap_or_default();
            let is_file = |file: &SourceFile| matches!(file.content, SourceContent::File { .. });
            if !tests.iter().any(is_file) {
                return Ok(Vec::new());
            }
        }
        let files = self.reach.folder(base, "./", None).await?;
        let contents = files.into_iter().filter_map(|file| match file.content {
            SourceContent::File { bytes, .. } => Some(Content { path: file.path, bytes: bytes.into() }),
            SourceContent::Folder | SourceContent::Link(_) => None,
        });
        Ok(contents.collect())
    }
}

/// What the outcome of tests depends on.
fn hash(document: &Value, contents: &[Content]) -> [u8; 32] {
    let mut hash = Sha256::new();
    let mut part = |bytes: &[u8]| {
        hash.update((bytes.len() as u64).to_le_bytes());
        hash.update(bytes);
    };
    // Relations come and go with other entities.
    for of_it in ["apiVersion", "metadata", "spec"] {
        part(document[of_it].to_string().as_bytes());
    }
    for content in contents {
        part(content.path.as_bytes());
        part(&content.bytes);
    }
    hash.finalize().into()
}

/// The portal itself, which looks at all templates.
fn portal() -> Caller {
    Caller::Service { subject: "portico:scaffolder".to_owned() }
}
