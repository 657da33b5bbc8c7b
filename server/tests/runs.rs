//! Runs of templates in the program as people run it: started over HTTP, followed to their end, and resumed by the process
//! that comes after the one that had them.

#![expect(clippy::expect_used, reason = "a test that cannot go on has failed")]

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tempfile::TempDir;
use testkit::{Portal, eventually};

/// Longest that anything here may take.
const PATIENCE: Duration = Duration::from_secs(60);
/// Longer than a process that ends waits for its steps.
const WAIT_SECONDS: u64 = 10;

const TEMPLATE: &str = r"
apiVersion: scaffolder.backstage.io/v1beta3
kind: Template
metadata: { name: service }
spec:
  type: service
  parameters:
    required: [name]
    properties:
      name: { type: string, maxLength: 20 }
      seconds: { type: number, default: 0 }
  steps:
    - id: fetch
      action: fetch:template
      input: { url: ./skeleton, values: { name: '${{ parameters.name }}' } }
    - id: rename
      action: fs:rename
      input: { files: [{ from: draft.md, to: docs/index.md }] }
    - { id: wait, action: debug:wait, input: { seconds: '${{ parameters.seconds or 0 }}' } }
    - id: write
      action: catalog:write
      input:
        entity: { apiVersion: backstage.io/v1alpha1, kind: Component, metadata: { name: '${{ parameters.name }}' } }
    - { id: log, action: debug:log, input: { message: 'made ${{ parameters.name }}', listWorkspace: with-contents } }
  output:
    text: [{ title: Name, content: '${{ parameters.name }}' }]
";

/// A catalog with one template, and the configuration of a portal that keeps its data.
struct Place {
    folder: TempDir,
}

impl Place {
    fn new() -> Self {
        let folder = TempDir::new().expect("a folder");
        let write = |path: &str, text: &str| {
            let path = folder.path().join(path);
            fs::create_dir_all(path.parent().expect("a folder")).expect("made");
            fs::write(path, text).expect("written");
        };
        write("catalog/catalog-info.yaml", TEMPLATE);
        write("catalog/skeleton/draft.md", "# ${{ values.name }}\n");
        let data = folder.path().join("data");
        let config = json!({
            "backend": { "database": { "connection": { "directory": data } }, "workingDirectory": folder.path().join("work") },
            "scaffolder": { "taskRecovery": { "staleTimeout": "2s" } },
        });
        write("app-config.yaml", &config.to_string());
        Self { folder }
    }

    fn path(&self, name: &str) -> std::path::PathBuf {
        self.folder.path().join(name)
    }

    async fn portal(&self) -> Portal {
        let portal =
            Portal::builder(env!("CARGO_BIN_EXE_portico")).arg("--config").arg(self.path("app-config.yaml"));
        portal.arg("--catalog").arg(self.path("catalog")).patience(PATIENCE).start().await
    }
}

async fn start(portal: &Portal, values: Value) -> String {
    let body = json!({ "templateRef": "template:default/service", "values": values });
    let (status, created) = portal.post_json("/api/scaffolder/v2/tasks", &body).await;
    assert_eq!(status, 201, "{created}");
    created["id"].as_str().expect("an id").to_owned()
}

/// Follows a run to its end: its events as `kind step status`, without lines in between, and all messages.
async fn follow(portal: &Portal, id: &str) -> (Vec<String>, String) {
    let response = portal.get(&format!("/api/scaffolder/v2/tasks/{id}/eventstream")).await;
    assert_eq!(response.status(), 200);
    let stream = tokio::time::timeout(PATIENCE, response.text()).await;
    let stream = stream.expect("the stream ends with the run").expect("a stream of text");
    let (mut told, mut messages) = (Vec::new(), String::new());
    for event in stream.lines().filter_map(|line| line.strip_prefix("data: ")) {
        let event: Value = serde_json::from_str(event).expect("an event in JSON");
        let (kind, body) = (event["type"].as_str().unwrap_or_default(), &event["body"]);
        messages += body["message"].as_str().unwrap_or_default();
        messages.push('\n');
        if kind != "log" || body["status"].is_string() {
            let word = |name: &str| body[name].as_str().unwrap_or("-").to_owned();
            told.push(format!("{kind} {} {}", word("stepId"), word("status")));
        }
    }
    (told, messages)
}

/// What a run tells that nobody disturbs.
fn undisturbed() -> Vec<String> {
    let steps = ["fetch", "rename", "wait", "write", "log"].into_iter();
    let lines = steps.flat_map(|step| ["processing", "completed"].map(|state| format!("log {step} {state}")));
    lines.chain(["completion - completed".to_owned()]).collect()
}

async fn run(portal: &Portal, id: &str) -> Value {
    let (status, run) = portal.get_json(&format!("/api/portico/scaffolder/tasks/{id}")).await;
    assert_eq!(status, 200, "{run}");
    run
}

/// Waits until the run is in the step that waits.
async fn until_it_waits(portal: &Portal, id: &str) {
    eventually("the wait", PATIENCE, || async {
        let run = run(portal, id).await;
        (run["steps"][2]["state"] == "processing").then_some(())
    })
    .await;
}

fn is_empty(folder: &Path) -> bool {
    fs::read_dir(folder).expect("a folder").next().is_none()
}

#[tokio::test]
async fn a_run_is_started_and_followed_over_http() {
    let place = Place::new();
    let portal = place.portal().await;
    let id = start(&portal, json!({ "name": "shop" })).await;
    let (told, messages) = follow(&portal, &id).await;
    assert_eq!(told, undisturbed(), "{messages}");
    assert!(messages.contains("made shop") && messages.contains("docs/index.md:\n\n# shop\n"), "{messages}");
    assert!(messages.contains("catalog-info.yaml:\n\n") && messages.contains("name: shop"), "{messages}");
    let (_, task) = portal.get_json(&format!("/api/scaffolder/v2/tasks/{id}")).await;
    assert_eq!((&task["status"], &task["spec"]["parameters"]["name"]), (&json!("completed"), &json!("shop")));
    assert_eq!(
        run(&portal, &id).await["output"],
        json!({ "text": [{ "title": "Name", "content": "shop" }] })
    );
    assert!(is_empty(&place.path("work")), "the folder of a run is gone with it");
}

#[tokio::test]
async fn a_process_that_ends_in_order_leaves_its_runs_to_the_next() {
    let place = Place::new();
    let mut portal = place.portal().await;
    let started = Instant::now();
    let id = start(&portal, json!({ "name": "shop", "seconds": WAIT_SECONDS })).await;
    until_it_waits(&portal, &id).await;
    assert!(portal.terminate().await, "{}", portal.output());
    assert!(is_empty(&place.path("work")), "the folder is put away");
    let next = place.portal().await;
    assert_ne!(run(&next, &id).await["steps"][2]["state"], "completed", "it was ended within the wait");
    let (mut told, messages) = follow(&next, &id).await;
    // The wait is gone on with, and no other step is done twice.
    told.dedup();
    assert_eq!(told, undisturbed(), "{messages}");
    assert!(messages.contains("docs/index.md:\n\n# shop\n"), "its files are there: {messages}");
    assert!(started.elapsed() >= Duration::from_secs(WAIT_SECONDS), "it waited as long as it should");
}

#[tokio::test]
async fn a_run_whose_process_is_killed_goes_on_in_the_next() {
    let place = Place::new();
    let mut portal = place.portal().await;
    let id = start(&portal, json!({ "name": "shop", "seconds": WAIT_SECONDS })).await;
    until_it_waits(&portal, &id).await;
    portal.kill().await;
    let next = place.portal().await;
    let (mut told, messages) = follow(&next, &id).await;
    let recovered = told.iter().position(|event| event.starts_with("recovered")).expect("it says so");
    told.remove(recovered);
    told.dedup();
    assert_eq!(told, undisturbed(), "{messages}");
    assert!(messages.contains("docs/index.md:\n\n# shop\n"), "its files are there: {messages}");
}
