//! Replays what a real Backstage 1.55 answered, over the same files, locations and rules.
//!
//! The recordings lie beside the checkout; without them there is nothing to compare with and the tests end at once.

#![expect(clippy::expect_used, reason = "a recording that cannot be read fails the test")]

mod recording;

use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use testkit::Portal;

use crate::recording::{Recording, compare, locations_that_never_processed, with_root};

fn shared() -> Option<PathBuf> {
    let shared = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared");
    shared.is_dir().then_some(shared)
}

#[tokio::test]
async fn answers_as_recorded_over_edge_cases() {
    let Some(shared) = shared() else { return };
    replay(&shared.join("oracle/catalog/edge.json"), &shared.join("oracle/catalog/input")).await;
}

#[tokio::test]
async fn answers_as_recorded_over_the_examples() {
    let Some(shared) = shared() else { return };
    replay(&shared.join("oracle/catalog/examples.json"), &shared.join("backstage/examples")).await;
}

/// Backstage kept each of these to itself; here each is a problem with its file and line.
#[tokio::test]
async fn tells_what_backstage_kept_to_itself() {
    let Some(shared) = shared() else { return };
    let root = copy_of(&shared.join("oracle/catalog/input"));
    let portal = Portal::builder(env!("CARGO_BIN_EXE_portico")).arg("--catalog").arg(root.path()).start();
    let portal = portal.await;
    let lint = portal.get_json("/api/portico/problems").await;
    assert_eq!(lint.0, 200);
    // A folder is searched for catalog-info.yaml alone, so these files are named one by one below.
    assert_eq!(lint.1["total"], 1, "an empty folder is told: {}", lint.1);

    let recording = Recording::load(&shared.join("oracle/catalog/edge.json"));
    let portal = start(&recording.locations, root.path()).await;
    let (_, list) = portal.get_json("/api/portico/problems").await;
    let problems = list["problems"].as_array().expect("a list of problems");
    for file in ["annotation", "depends", "kind", "name", "owner", "root", "syntax", "tags", "version"]
        .map(|name| format!("broken-{name}.yaml"))
    {
        let told = problems.iter().any(|problem| {
            let position = &problem["position"];
            position["file"].as_str().is_some_and(|path| path.ends_with(&file))
                && position["line"].as_u64().is_some_and(|line| line > 0)
                && position["column"].as_u64().is_some_and(|column| column > 0)
        });
        assert!(told, "nothing is said about {file}: {list:#}");
    }
    let duplicate =
        problems.iter().find(|problem| problem["code"] == "duplicate").expect("the duplicate is told");
    assert!(
        duplicate["message"].as_str().is_some_and(|text| text.contains("duplicate-a.yaml")),
        "{duplicate}"
    );
}

async fn replay(recording: &Path, files: &Path) {
    let recording = Recording::load(recording);
    let root = copy_of(files);
    let absent = locations_that_never_processed(&recording);
    let locations: Vec<String> =
        recording.locations.iter().filter(|location| !absent.contains(*location)).cloned().collect();
    let portal = start(&locations, root.path()).await;
    let mut differences = Vec::new();
    for exchange in &recording.exchanges {
        let path = with_root(&exchange.path, root.path());
        let response = match &exchange.body {
            None => portal.get(&path).await,
            Some(body) => {
                let body: Value =
                    serde_json::from_str(&with_root(&body.to_string(), root.path())).expect("JSON");
                portal.post(&path, &body).await
            }
        };
        let status = response.status().as_u16();
        let text = response.text().await.unwrap_or_default();
        let answer = serde_json::from_str(&text).unwrap_or(Value::Null);
        let expected = with_root(&exchange.answer.to_string(), root.path());
        let expected: Value = serde_json::from_str(&expected).expect("JSON");
        if let Err(difference) = compare(exchange, status, &answer, &expected) {
            differences.push(format!("{} {}\n{difference}", exchange.path, json!(exchange.body)));
        }
    }
    assert!(
        recording.exchanges.len() > 40,
        "the recording holds only {} exchanges",
        recording.exchanges.len()
    );
    assert!(differences.is_empty(), "{} differences:\n\n{}", differences.len(), differences.join("\n\n"));
}

async fn start(locations: &[String], root: &Path) -> Portal {
    let locations: Vec<Value> = locations
        .iter()
        .map(|location| json!({"type": "file", "target": with_root(location, root)}))
        .collect();
    let kinds = ["Component", "System", "API", "Resource", "Location", "Domain", "User", "Group", "Template"];
    let config = json!({
        "catalog": {
            "locations": locations,
            "rules": [{"allow": kinds}],
            "orphanStrategy": "keep",
        },
        "backend": {"database": {"client": "better-sqlite3", "connection": ":memory:"}},
    });
    let file = root.join("app-config.json");
    std::fs::write(&file, config.to_string()).expect("a configuration file");
    Portal::builder(env!("CARGO_BIN_EXE_portico")).arg("--config").arg(file).start().await
}

/// A copy that may be written beside, under a path without symbolic links.
fn copy_of(folder: &Path) -> tempfile::TempDir {
    let copy = tempfile::TempDir::new().expect("a temporary folder");
    copy_into(folder, copy.path());
    copy
}

fn copy_into(from: &Path, to: &Path) {
    for entry in std::fs::read_dir(from).expect("a folder") {
        let entry = entry.expect("an entry");
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            std::fs::create_dir_all(&target).expect("a folder");
            copy_into(&entry.path(), &target);
        } else {
            std::fs::write(&target, std::fs::read(entry.path()).expect("a file")).expect("a copy");
        }
    }
}
