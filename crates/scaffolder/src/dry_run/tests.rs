use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use futures::future::BoxFuture;
use integrations::Integrations;
use model::EntityRef;
use platform::notify::{NoNotifier, Notifier};
use serde_json::{Value, json};

use super::*;
use crate::action::ActionError;
use crate::actions::{Catalog, Reach, Registration, all};

/// A catalog that a dry run does not ask.
struct Untouched;

impl Catalog for Untouched {
    fn entities<'a>(
        &'a self,
        _: &'a Initiator,
        _: &'a [EntityRef],
    ) -> BoxFuture<'a, Result<Vec<Option<Value>>, ActionError>> {
        panic!("the catalog was asked")
    }

    fn register<'a>(
        &'a self,
        _: &'a Initiator,
        _: &'a str,
    ) -> BoxFuture<'a, Result<Registration, ActionError>> {
        panic!("something was registered")
    }
}

/// The actions of a portal that reaches nothing.
pub(crate) fn registry() -> Registry {
    let reach = Reach::new(Integrations::new(&integrations::Config::default()).unwrap(), Vec::new());
    let catalog: Arc<dyn Catalog> = Arc::new(Untouched);
    let notifier: Arc<dyn Notifier> = Arc::new(NoNotifier);
    Registry::new(all(&Arc::new(reach), &catalog, &notifier)).unwrap()
}

fn asked(template: Value, values: &Value, contents: Vec<Content>) -> DryRun {
    DryRun {
        template,
        values: values.as_object().cloned().unwrap(),
        secrets: execution::Secrets::new(),
        contents,
        environment: Environment::default(),
        initiator: Initiator::default(),
        options: Options::default(),
    }
}

fn shared() -> Option<PathBuf> {
    let shared = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared");
    shared.join("oracle/scaffolder/dry-run.json").exists().then_some(shared)
}

/// Everything below a folder, with paths from there.
fn contents(folder: &Path) -> Vec<Content> {
    let (mut found, mut open) = (Vec::new(), vec![folder.to_path_buf()]);
    while let Some(at) = open.pop() {
        for entry in fs::read_dir(&at).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else {
                let name = path.strip_prefix(folder).unwrap().to_str().unwrap().to_owned();
                found.push(Content { path: name, bytes: fs::read(&path).unwrap() });
            }
        }
    }
    found
}

/// What is compared of a result: status, steps, output, what became of steps, and files.
fn comparable(result: &Result<Report, DryRunError>) -> Value {
    match result {
        Err(error) => json!({ "status": error.status() }),
        Ok(report) => {
            let steps = report.steps.iter().map(|step| {
                json!({ "id": step.id, "action": step.action, "if": step.condition, "input": step.input })
            });
            let states = report.log.iter().filter_map(|line| Some(json!([line.step, line.status?])));
            let files = report.files.iter().map(|file| {
                let text = String::from_utf8_lossy(&file.bytes).into_owned();
                (file.path.clone(), json!([file.executable, text]))
            });
            json!({
                "status": 200, "steps": steps.collect::<Vec<_>>(), "output": report.output,
                "states": states.collect::<Vec<_>>(), "files": files.collect::<BTreeMap<_, _>>(),
            })
        }
    }
}

fn recorded(result: &Value) -> Value {
    if result["status"] != 200 {
        return json!({ "status": result["status"] });
    }
    let list = |key: &str| result[key].as_array().cloned().unwrap();
    let states: Vec<Value> = list("log").iter().map(|line| json!([line["stepId"], line["status"]])).collect();
    let files: BTreeMap<String, Value> = list("files")
        .iter()
        .map(|file| (file["path"].as_str().unwrap().to_owned(), json!([file["executable"], file["text"]])))
        .collect();
    json!({ "status": 200, "steps": result["steps"], "output": result["output"], "states": states, "files": files })
}

#[tokio::test]
async fn dry_runs_of_backstage_agree() {
    let Some(shared) = shared() else { return };
    let cases = fs::read_to_string(shared.join("oracle/scaffolder/dry-run.json")).unwrap();
    let cases: Vec<Value> = serde_json::from_str(&cases).unwrap();
    let registry = registry();
    for case in &cases {
        let path = shared.join("backstage/examples").join(case["template"].as_str().unwrap());
        let template = platform::yaml::parse_one(&fs::read_to_string(&path).unwrap()).unwrap();
        let asked = asked(template, &case["values"], contents(path.parent().unwrap()));
        let result = dry_run(asked, &registry).await;
        let why = result.as_ref().err();
        similar_asserts(&case["template"], &comparable(&result), &recorded(&case["result"]), why);
    }
    assert_eq!(cases.len(), 13);
}

/// Compares part by part, so that a difference can be read.
fn similar_asserts(name: &Value, found: &Value, expected: &Value, why: Option<&DryRunError>) {
    for (key, expected) in expected.as_object().unwrap() {
        if let (Some(expected), Some(found)) = (expected.as_object(), found[key].as_object()) {
            for (part, expected) in expected {
                assert_eq!(found.get(part), Some(expected), "{name}: {key}: {part}");
            }
            assert_eq!(found.len(), expected.len(), "{name}: {key}: {:?}", found.keys());
        } else {
            assert_eq!(&found[key], expected, "{name}: {key}; {why:?}");
        }
    }
}
