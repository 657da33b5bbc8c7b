//! A portal with the actions that it comes with, and a folder around everything that a run may touch.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use catalog::Catalog;
use integrations::Integrations;
use model::EntityRef;
use platform::access::{Caller, Policy, PolicyConfig};
use platform::database::Database;
use platform::feed::Feed;
use platform::keyring::Keyring;
use platform::notify::{NoNotifier, Notifier};
use scaffolder::action::Registry;
use scaffolder::actions::{NoCatalog, Reach, all, custom};
use scaffolder::execution::Secrets;
use scaffolder::{NewRun, Parts, Scaffolder, Settings};
use serde_json::{Map, Value, json};
use tempfile::TempDir;
use testkit::eventually;

/// What actions of documents show to their service.
pub(crate) const TOKEN: &str = "c0mpany-t0ken";
/// Longest that a run here may take, on a busy machine too.
const PATIENCE: Duration = Duration::from_secs(120);

/// What a run came to.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) state: String,
    /// Why it failed, or was not started.
    pub(crate) error: String,
    pub(crate) output: Value,
    /// All that people can read of it.
    pub(crate) shown: String,
}

pub(crate) struct Portal {
    scaffolder: Scaffolder,
    pub(crate) catalog: Catalog,
    folder: TempDir,
    before: BTreeMap<PathBuf, Vec<u8>>,
}

/// A template of these steps; `more` is what else its `spec` says.
#[expect(clippy::needless_pass_by_value, reason = "they are written where they are used")]
pub(crate) fn template(name: &str, steps: Value, more: Value) -> Value {
    let mut spec = json!({ "owner": "mallory", "type": "service", "steps": steps });
    if let (Value::Object(spec), Value::Object(more)) = (&mut spec, more) {
        spec.extend(more);
    }
    json!({
        "apiVersion": "scaffolder.backstage.io/v1beta3", "kind": "Template",
        "metadata": { "name": name }, "spec": spec,
    })
}

/// A folder with what is beside the templates, in `catalog`, and what no run may see or change.
pub(crate) struct Around(TempDir);

impl Around {
    pub(crate) fn new() -> Self {
        let around = Self(TempDir::new().expect("a folder"));
        around.file("outside/victim", b"hands off").file("catalog/skeleton/a.txt", b"a")
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub(crate) fn file(self, name: &str, content: &[u8]) -> Self {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("made");
        std::fs::write(path, content).expect("written");
        self
    }

    /// A portal that reads these templates.
    pub(crate) async fn portal(
        self,
        database: &Database,
        network: &integrations::Config,
        templates: &[Value],
    ) -> Portal {
        let documents: Vec<_> = templates.iter().map(Value::to_string).collect();
        let around = self.file("catalog/catalog-info.yaml", documents.join("\n---\n").as_bytes());
        let base = around.path("catalog");
        let migrations = catalog::migrations().into_iter().chain(scaffolder::migrations());
        database.migrate(migrations.collect()).await.expect("the migrations apply");
        let settings = catalog::Settings {
            config: catalog::Config::default(),
            paths: vec![base.clone()],
            base: base.clone(),
            interval: None,
            network: integrations::Config::default(),
            checks: catalog::reading::Checks::default(),
        };
        let policy = Policy::new(PolicyConfig { permission_enabled: false });
        let feed = Feed::new(database);
        let catalog =
            Catalog::open(&settings, database.clone(), feed.clone(), policy).await.expect("a catalog");
        let (log, followed) = (database.clone(), feed.clone());
        tokio::spawn(async move { followed.follow(|| catalog::store::newest_seq(&log)).await });
        eventually("the first pass", PATIENCE, || async { catalog.is_ready().then_some(()) }).await;
        let keyring = Keyring::random().expect("a key");
        let reach = Arc::new(Reach::new(Integrations::new(network).expect("a network"), vec![base]));
        let port: Arc<dyn scaffolder::actions::Catalog> = Arc::new(NoCatalog);
        let notifier: Arc<dyn Notifier> = Arc::new(NoNotifier);
        let waits = scaffolder::wait::actions(&keyring, "", &notifier);
        // Those of documents, if there are some.
        let documents = Some(around.path("actions")).filter(|folder| folder.is_dir());
        let secrets = Secrets::from([("token".to_owned(), TOKEN.to_owned().into())]);
        let own = custom(documents.as_slice(), &secrets, &reach).expect("actions of documents");
        let actions = all(&reach, &port, &notifier).into_iter().chain(waits).chain(own);
        let parts = Parts {
            database: database.clone(),
            feed,
            catalog: catalog.clone(),
            policy,
            keyring,
            registry: Registry::new(actions).expect("actions"),
            reach,
            notifier,
        };
        let working_directory = Some(around.path("work"));
        let scaffolder = Scaffolder::open(Settings { working_directory, ..Settings::default() }, parts);
        let before = content(around.0.path());
        Portal { scaffolder, catalog, folder: around.0, before }
    }
}

impl Portal {
    /// Runs a template to its end.
    pub(crate) async fn run(&self, template: &str, values: Value, secrets: &[(&str, &str)]) -> Ended {
        let Value::Object(values) = values else { panic!("{values} are no answers") };
        let secrets =
            secrets.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned().into())).collect();
        let template_ref = format!("template:default/{template}");
        let mallory = Caller::User { entity_ref: "user:default/mallory".to_owned(), groups: Vec::new() };
        let run = NewRun { template_ref, values, secrets, ..NewRun::default() };
        let id = match self.scaffolder.create(&mallory, run).await {
            Ok(id) => id,
            Err(refusal) => {
                return Ended {
                    state: "refused".to_owned(),
                    error: format!("{refusal:?}"),
                    output: Value::Null,
                    shown: String::new(),
                };
            }
        };
        let task = eventually(&format!("the run of {template} to end"), PATIENCE, || async {
            let task = self.scaffolder.task(&mallory, &id).await.expect("the portal answers");
            task.ended_at.is_some().then_some(task)
        })
        .await;
        let (mut shown, mut after) = (format!("{task:?}"), 0);
        loop {
            let events = self.scaffolder.events(&mallory, &id, after).await.expect("the portal answers");
            let Some(last) = events.last() else { break };
            after = last.id;
            for event in events {
                shown.push_str(&event.body.to_string());
            }
        }
        shown.push_str(&format!("{:?}", self.scaffolder.steps(&mallory, &id).await.expect("steps")));
        Ended {
            state: task.state.name().to_owned(),
            error: task.error.unwrap_or_default(),
            output: task.output.unwrap_or(Value::Object(Map::new())),
            shown,
        }
    }

    /// Runs a template that has to fail with a sentence that has this in it.
    pub(crate) async fn fails(&self, template: &str, expected: &str) -> Ended {
        let ended = self.run(template, json!({}), &[]).await;
        assert!(ended.state == "failed", "{template}: {ended:?}");
        assert!(ended.error.contains(expected), "{template}: {expected:?} is not in {}", ended.error);
        self.is_unharmed(template);
        ended
    }

    /// Nothing around the runs differs from what it was, and no folder of a run is left.
    pub(crate) fn is_unharmed(&self, what: &str) {
        let now = content(self.folder.path());
        assert!(now == self.before, "{what}: {:?}", now.keys().collect::<Vec<_>>());
        let left = std::fs::read_dir(self.folder.path().join("work")).map_or(0, Iterator::count);
        assert_eq!(left, 0, "{what}: folders of runs are left");
    }

    /// Whether the catalog has a template of this name.
    pub(crate) async fn has(&self, name: &str) -> bool {
        let reference = EntityRef::parse(&format!("template:default/{name}")).expect("a reference");
        let mallory = Caller::User { entity_ref: "user:default/mallory".to_owned(), groups: Vec::new() };
        self.catalog.entity_by_ref(&mallory, &reference, None).await.is_ok()
    }
}

/// All files and links below a folder, except the folders of runs.
fn content(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let (mut found, mut folders) = (BTreeMap::new(), vec![folder.to_owned()]);
    while let Some(next) = folders.pop() {
        for entry in std::fs::read_dir(next).expect("a folder") {
            let path = entry.expect("an entry").path();
            let kind = path.symlink_metadata().expect("it is there").file_type();
            if kind.is_symlink() {
                let says = std::fs::read_link(&path).expect("a link");
                found.insert(path, says.to_string_lossy().into_owned().into_bytes());
            } else if kind.is_dir() {
                if path != folder.join("work") {
                    folders.push(path);
                }
            } else if kind.is_file() {
                let bytes = std::fs::read(&path).expect("a file");
                found.insert(path, bytes);
            }
        }
    }
    found
}
