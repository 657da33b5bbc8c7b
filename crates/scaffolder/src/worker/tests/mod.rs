//! Workers with real steps, on both engines.

mod dying;
mod elsewhere;
mod fork;
mod gitlab;
mod kill;
mod notices;
mod runs;
mod undo;
mod writing;

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::Duration;

use futures::FutureExt as _;
use futures::future::BoxFuture;
use parking_lot::Mutex;
use serde_json::{Map, Value, json};
use tempfile::TempDir;

use super::*;
use crate::action::{About, Action, ActionError, Done, Invocation, Repeat, Wait};
use crate::config::{Config, RecoveryConfig};
use crate::journal::line;
use crate::peers::people::People;
use crate::store::{NewTask, TaskRow, TaskState};
use crate::workspace::WorkspaceError;

/// What the actions of a test did, which outlives every process of it.
#[derive(Default)]
struct World {
    /// Effects outside, by their keys.
    effects: Mutex<BTreeMap<String, u32>>,
    /// How often an action was called.
    calls: AtomicU32,
    /// Lets `test:hold` go on.
    open: tokio::sync::Notify,
    /// Lets `test:pass` go on.
    pass: tokio::sync::Notify,
    /// Whether `test:spin` was begun once.
    has_spun: AtomicBool,
}

impl World {
    fn effects(&self) -> BTreeMap<String, u32> {
        self.effects.lock().clone()
    }
}

struct TestAction {
    about: About,
    world: Arc<World>,
}

impl Action for TestAction {
    fn about(&self) -> &About {
        &self.about
    }

    fn run<'a>(&'a self, invocation: Invocation<'a>) -> BoxFuture<'a, Result<Done, ActionError>> {
        self.does(invocation).boxed()
    }
}

fn text(input: &Map<String, Value>, name: &str) -> String {
    input.get(name).and_then(Value::as_str).unwrap_or_default().to_owned()
}

fn failed(error: impl std::fmt::Display) -> ActionError {
    ActionError::new(error.to_string())
}

impl TestAction {
    async fn does(&self, invocation: Invocation<'_>) -> Result<Done, ActionError> {
        let Invocation { step, input, workspace, journal, .. } = invocation;
        self.world.calls.fetch_add(1, Ordering::SeqCst);
        let name = text(&input, "name");
        match self.about.id.as_str() {
            // Adds a line to a file, so that a step which is done twice on one workspace shows.
            "test:append" => {
                let mut content = workspace.read("log.txt").unwrap_or_default();
                content.extend_from_slice(format!("{step} {name}\n").as_bytes());
                workspace.write("log.txt", &content, false).map_err(failed)?;
                let lines = content.iter().filter(|byte| **byte == b'\n').count();
                journal.log(Some(step), &format!("wrote {name}")).await.map_err(failed)?;
                return Ok(Done::Output(Map::from_iter([("lines".to_owned(), lines.into())])));
            }
            // Has an effect outside once: what it did it finds by the key that it kept.
            "test:effect" => {
                let key = match journal.kept(step, "key").await.map_err(failed)? {
                    Some(key) => key.as_str().unwrap_or_default().to_owned(),
                    None => {
                        let key = format!("{name} {}", Uuid::new_v4());
                        journal.keep(step, "key", key.clone().into()).await.map_err(failed)?;
                        key
                    }
                };
                // As a host does that is sent a key with each request.
                self.world.effects.lock().entry(key).or_insert(1);
                journal.log(Some(step), "did it").await.map_err(failed)?;
            }
            // Has an effect outside that can't be found again.
            "test:blind" => {
                *self.world.effects.lock().entry(name).or_default() += 1;
                journal.log(Some(step), "did it").await.map_err(failed)?;
            }
            "test:fail" => return Err(ActionError::new(format!("{name} broke"))),
            "test:hold" => self.world.open.notified().await,
            "test:pass" => self.world.pass.notified().await,
            // Can't be repeated, and never ends.
            "test:blind-hold" => std::future::pending().await,
            // Writes a file of this name.
            "test:write" => workspace.write(&name, name.as_bytes(), false).map_err(failed)?,
            "test:list" => {
                let files = workspace.walk("").map_err(failed)?.into_iter().map(|entry| entry.path);
                return Ok(Done::Output(Map::from_iter([("files".to_owned(), files.collect())])));
            }
            // The first time it writes without end, on a thread of its own.
            "test:spin" => {
                let world = Arc::clone(&self.world);
                let spun = workspace.blocking(move |workspace| {
                    if world.has_spun.load(Ordering::SeqCst) {
                        return Ok(());
                    }
                    workspace.write("half", b"half", false)?;
                    world.has_spun.store(true, Ordering::SeqCst);
                    loop {
                        workspace.write("spins", b"spins", false)?;
                    }
                });
                spun.await.map_err(|error: WorkspaceError| failed(error))?;
            }
            // Fails the first time.
            "test:once" => {
                if journal.kept(step, "failed").await.map_err(failed)?.is_none() {
                    journal.keep(step, "failed", true.into()).await.map_err(failed)?;
                    return Err(ActionError::new("it broke once"));
                }
            }
            "test:wait" | "wait:test" => {
                if journal.kept(step, "answer").await.map_err(failed)?.is_none() {
                    let again_in = input.get("again").and_then(Value::as_u64).map(Duration::from_millis);
                    if again_in.is_none() || self.world.calls.load(Ordering::SeqCst) < 3 {
                        return Ok(Done::Wait(Wait { reason: "an answer".to_owned(), again_in }));
                    }
                }
            }
            "test:panic" => panic!("a bug"),
            other => panic!("{other}"),
        }
        Ok(Done::Output(input))
    }
}

fn registry(world: &Arc<World>) -> Registry {
    let action = |(id, repeat): (&str, Repeat)| {
        let about = About {
            id: id.to_owned(),
            description: String::new(),
            input: json!({ "type": "object" }),
            output: json!({ "type": "object" }),
            examples: Vec::new(),
            dry_run: false,
            repeat,
        };
        Arc::new(TestAction { about, world: world.clone() }) as Arc<dyn Action>
    };
    let safe = ["append", "effect", "fail", "hold", "pass", "write", "list", "spin", "once", "wait", "panic"];
    let ids = safe.map(|id| (format!("test:{id}"), Repeat::Safe));
    let blind = ["blind", "blind-hold"].map(|id| (format!("test:{id}"), Repeat::Ask));
    let waits = [("wait:test".to_owned(), Repeat::Safe)];
    let actions = ids.into_iter().chain(blind).chain(waits).map(|(id, repeat)| action((&id, repeat)));
    Registry::new(actions).expect("actions")
}

/// A portal without a front: what several processes on one database share, and their world.
struct Bench {
    database: Database,
    world: Arc<World>,
    keyring: Keyring,
    people: Arc<People>,
    folder: TempDir,
}

impl Bench {
    async fn new(database: Database) -> Self {
        database.migrate(crate::migrations()).await.expect("the migrations apply");
        let folder = TempDir::new().expect("a folder");
        let keyring = Keyring::random().expect("a key");
        Self { database, world: Arc::default(), keyring, people: Arc::default(), folder }
    }

    /// What one process has.
    fn tools(&self) -> Tools {
        self.tools_with(Config::default())
    }

    fn tools_with(&self, config: Config) -> Tools {
        let working_directory = Some(self.folder.path().join("work"));
        Tools {
            settings: Settings { config, working_directory, ..Settings::default() },
            database: self.database.clone(),
            feed: Feed::new(&self.database),
            keyring: self.keyring.clone(),
            registry: Arc::new(registry(&self.world)),
            notifier: self.notifier(),
        }
    }

    fn notifier(&self) -> Arc<dyn Notifier> {
        Arc::<People>::clone(&self.people)
    }

    /// A run of these steps that is due.
    async fn start(&self, spec: Value) -> String {
        self.start_with(spec, &[]).await
    }

    async fn start_with(&self, spec: Value, secrets: &[(&str, &str)]) -> String {
        self.start_by("", spec, secrets).await
    }

    async fn start_by(&self, by: &str, spec: Value, secrets: &[(&str, &str)]) -> String {
        let id = Uuid::new_v4().to_string();
        let entity = json!({
            "apiVersion": crate::template::API_VERSION,
            "kind": "Template",
            "metadata": { "name": "x", "annotations": { "backstage.io/managed-by-location": "file:/t/template.yaml" } },
            "spec": spec,
        });
        let secrets: BTreeMap<&str, &str> = secrets.iter().copied().collect();
        let plain = json!(secrets).to_string();
        let new = NewTask {
            id: id.clone(),
            template_ref: "template:default/x".to_owned(),
            template: entity.to_string(),
            parameters: json!({ "name": "shop" }).to_string(),
            initiator: "{}".to_owned(),
            created_by: by.to_owned(),
            secrets: Some(self.keyring.seal(&secrets_context(&id), plain.as_bytes()).expect("sealed")),
        };
        store::create(&self.database, new, line(None, "created")).await.expect("created");
        id
    }

    /// Works in one process until nothing is due any more.
    async fn work(&self) {
        let tools = self.tools();
        while self.attempt_once(&tools).await {}
    }

    /// Works on one run that is due, if there is one.
    async fn attempt_once(&self, tools: &Tools) -> bool {
        let taken = Instant::now();
        match take(tools, "a process").await.expect("taken") {
            Some(claimed) => {
                attempt(tools.clone(), claimed, taken, CancellationToken::new()).await;
                true
            }
            None => false,
        }
    }

    async fn row(&self, id: &str) -> TaskRow {
        store::task(&self.database, id).await.expect("asked").expect("a run")
    }

    async fn state(&self, id: &str) -> TaskState {
        self.row(id).await.state().expect("a state")
    }

    /// The messages of all events; fails when their numbers have gaps.
    async fn messages(&self, id: &str) -> Vec<String> {
        let events = store::events_after(&self.database, id, 0, 100_000).await.expect("events");
        for (event, number) in events.iter().zip(1..) {
            assert_eq!(event.id, number, "ids have no gaps");
        }
        let message = |body: &str| {
            let body: Value = serde_json::from_str(body).expect("JSON");
            body["message"].as_str().expect("a message").to_owned()
        };
        events.iter().map(|event| message(&event.body)).collect()
    }

    async fn steps(&self, id: &str) -> String {
        let rows = store::steps(&self.database, id).await.expect("steps");
        rows.iter().map(|row| format!("{} {}", row.id, row.state)).collect::<Vec<_>>().join(", ")
    }

    async fn eventually(&self, id: &str, expected: TaskState) {
        let what = format!("the run to be {}", expected.name());
        testkit::eventually(&what, Duration::from_secs(20), || async {
            (self.state(id).await == expected).then_some(())
        })
        .await;
    }

    /// Folders of runs that are left.
    fn folders(&self) -> usize {
        std::fs::read_dir(self.folder.path().join("work")).map_or(0, Iterator::count)
    }
}

fn step(id: &str, action: &str, input: &Value) -> Value {
    json!({ "id": id, "action": format!("test:{action}"), "input": input })
}

fn recovery(enabled: bool) -> Config {
    Config {
        task_recovery: RecoveryConfig { enabled: Some(enabled), stale_timeout: None },
        ..Config::default()
    }
}
