mod catalog;
mod content;
mod contract;
mod git;
mod github;
mod gitlab;
mod hostile;
mod local;
mod notification;
mod request;
mod skeletons;

use std::path::Path;
use std::sync::{Arc, Mutex};

use futures::future::BoxFuture;
use integrations::Integrations;
use model::EntityRef;
use serde_json::{Map, Value, json};

use super::*;
use crate::action::{Base, Found, Initiator, Registry};
use crate::dry_run::Memory;
use crate::execution::Journal;
use crate::peers::people::People;
use crate::workspace::{Kind, Limits, Workspace};

/// A catalog with some entities, which remembers what was registered.
#[derive(Default)]
struct Shelf {
    registered: Mutex<Vec<String>>,
}

impl Catalog for Shelf {
    fn entities<'a>(
        &'a self,
        initiator: &'a Initiator,
        references: &'a [EntityRef],
    ) -> BoxFuture<'a, Result<Vec<Option<Value>>, ActionError>> {
        let found = references.iter().map(|reference| {
            let seen = reference.name() != "nobody" && initiator.user.is_some();
            let mut entity = json!({ "kind": reference.kind(), "name": reference.name() });
            if reference.name() == "named-otherwise" {
                entity["metadata"]["annotations"]["github.com/user-login"] = json!("octo-dev");
            }
            seen.then_some(entity)
        });
        Box::pin(std::future::ready(Ok(found.collect())))
    }

    fn register<'a>(
        &'a self,
        _: &'a Initiator,
        address: &'a str,
    ) -> BoxFuture<'a, Result<Registration, ActionError>> {
        let mut registered = self.registered.lock().unwrap();
        let existed = registered.iter().any(|known| known == address);
        registered.push(address.to_owned());
        let entities = ["location:default/generated-1", "api:default/shop-api", "component:default/shop"];
        let entities = entities.map(|reference| EntityRef::parse(reference).unwrap()).to_vec();
        let answer = if address.contains("missing") {
            Err(ActionError::new("there is no such file"))
        } else {
            Ok(Registration { entities, existed })
        };
        Box::pin(std::future::ready(answer))
    }
}

/// A template's folder, a workspace, and the actions.
struct Bench {
    folder: tempfile::TempDir,
    workspace: Workspace,
    registry: Registry,
    journal: Memory,
    catalog: Arc<Shelf>,
    people: Arc<People>,
}

impl Bench {
    fn new() -> Self {
        Self::reaching(&integrations::Config::default(), Limits::default())
    }

    fn reaching(config: &integrations::Config, limits: Limits) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let catalog: Arc<Shelf> = Arc::default();
        let roots = vec![folder.path().join("catalog")];
        let reach = Arc::new(Reach::new(Integrations::new(config).unwrap(), roots));
        let port: Arc<dyn Catalog> = Arc::<Shelf>::clone(&catalog);
        let people: Arc<People> = Arc::default();
        let notifier: Arc<dyn Notifier> = Arc::<People>::clone(&people);
        std::fs::create_dir_all(folder.path().join("catalog/templates/one")).unwrap();
        Self {
            workspace: Workspace::open_within(folder.path().join("run"), limits).unwrap(),
            registry: Registry::new(all(&reach, &port, &notifier)).unwrap(),
            journal: Memory::new("run-1"),
            folder,
            catalog,
            people,
        }
    }

    fn beside(&self) -> std::path::PathBuf {
        self.folder.path().join("catalog/templates/one")
    }

    /// Writes a file beside the template.
    fn file(self, path: &str, content: impl AsRef<[u8]>) -> Self {
        let path = self.beside().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, content).unwrap();
        self
    }

    /// Runs an action as a step would.
    async fn run(&self, id: &str, input: Value) -> Result<Done, String> {
        self.run_from(&Base::File(self.beside().join("template.yaml")), id, input).await
    }

    async fn run_from(&self, base: &Base, id: &str, input: Value) -> Result<Done, String> {
        self.call(base, id, input, false).await
    }

    /// Runs an action as a step of a dry run would.
    async fn try_out(&self, id: &str, input: Value) -> Result<Done, String> {
        self.call(&Base::File(self.beside().join("template.yaml")), id, input, true).await
    }

    async fn call(&self, base: &Base, id: &str, input: Value, dry_run: bool) -> Result<Done, String> {
        let Found::Runs(registered) = self.registry.find(id) else { panic!("{id} can't be run") };
        let faults = registered.input.faults(&input);
        assert_eq!(faults, [], "{id} {input}");
        let Value::Object(input) = input else { panic!("{input} is no input") };
        let invocation = Invocation {
            step: "step",
            input,
            workspace: &self.workspace,
            journal: &self.journal,
            initiator: &Initiator { user: Some("user:default/jane".to_owned()), ..Initiator::default() },
            template: "template:default/one",
            base,
            dry_run,
        };
        let done = registered.action.run(invocation).await.map_err(|error| error.message);
        if let Ok(Done::Output(output)) = &done {
            let schema = crate::schema::Schema::new(&registered.action.about().output).unwrap();
            assert_eq!(schema.faults(&Value::Object(output.clone())), [], "the output of {id}");
        }
        done
    }

    /// What an action gives.
    async fn given(&self, id: &str, input: Value) -> Value {
        match self.run(id, input).await {
            Ok(Done::Output(output)) => Value::Object(output),
            other => panic!("{id}: {other:?}"),
        }
    }

    /// Files that differ in what has to be kept of them.
    fn fill(&self) {
        let write =
            |path: &str, content: &[u8], executable| self.workspace.write(path, content, executable).unwrap();
        write(".gitignore", b"*.log\n", false);
        write("debug.log", b"", false);
        write("README.md", "# Ünïcode 🦀\r\n".as_bytes(), false);
        write("run.sh", b"#!/bin/sh\n", true);
        write("src/empty", b"", false);
        write("src/image.bin", &[0, 159, 146, 150, 255], false);
        write("a b/+&#%?.txt", b"odd name\n", false);
        #[cfg(unix)]
        self.workspace.link("src/way", "../../../etc/passwd").unwrap();
    }

    /// Runs an action that gives nothing.
    async fn done(&self, id: &str, input: Value) {
        let shown = input.to_string();
        assert_eq!(self.run(id, input).await, Ok(Done::Output(Map::new())), "{id} {shown}");
    }

    /// Everything in the workspace, a line for each.
    fn shown(&self) -> String {
        let line = |entry: &crate::workspace::Entry| match &entry.kind {
            Kind::Folder => format!("{}/", entry.path),
            Kind::Link(says) => format!("{} -> {says}", entry.path),
            Kind::File { executable, .. } => {
                let content =
                    String::from_utf8_lossy(&self.workspace.read(&entry.path).unwrap()).into_owned();
                format!("{}{} = {content}", entry.path, if *executable { "*" } else { "" })
            }
        };
        self.workspace.walk("").unwrap().iter().map(line).collect::<Vec<_>>().join("\n")
    }

    fn log(&self) -> String {
        self.journal.log_lines().iter().map(|line| line.message.clone() + "\n").collect()
    }
}

#[cfg(unix)]
fn link(target: impl AsRef<Path>, path: impl AsRef<Path>) {
    std::os::unix::fs::symlink(target, path).unwrap();
}
