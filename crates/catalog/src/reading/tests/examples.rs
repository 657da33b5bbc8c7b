//! Files of real catalogs, straight from `../shared` when that folder is beside the checkout.

use std::path::{Path, PathBuf};

use model::ProblemCode;
use serde_json::json;

use super::{origin, refs};
use crate::reading::{Checks, FileReading, Rules, Source, expand, lint, read_file};

/// A folder of `../shared`, if it is there.
fn shared(folder: &str) -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared").join(folder).canonicalize().ok();
    if path.is_none() {
        println!("skipped: ../shared/{folder} is not beside the checkout");
    }
    path
}

fn read(folder: &Path, name: &str) -> FileReading {
    let path = folder.join(name);
    read_file(&path, &origin(&path), &Rules::allow_all(), folder)
}

#[test]
fn recorded_inputs_give_the_recorded_entities() {
    let Some(folder) = shared("oracle/catalog/input") else { return };
    for (file, entities, code) in [
        ("broken-annotation.yaml", 0, Some(ProblemCode::Field)),
        ("broken-depends.yaml", 0, Some(ProblemCode::Reference)),
        ("broken-kind.yaml", 0, Some(ProblemCode::Kind)),
        ("broken-name.yaml", 0, Some(ProblemCode::Field)),
        ("broken-owner.yaml", 0, Some(ProblemCode::Spec)),
        ("broken-root.yaml", 0, Some(ProblemCode::Envelope)),
        ("broken-syntax.yaml", 0, Some(ProblemCode::Syntax)),
        ("broken-tags.yaml", 1, Some(ProblemCode::Field)),
        ("broken-version.yaml", 0, Some(ProblemCode::Kind)),
        ("duplicate-a.yaml", 1, None),
        ("duplicate-b.yaml", 1, None),
        ("good.yaml", 11, None),
        ("people.yaml", 4, None),
        ("placeholders.yaml", 2, Some(ProblemCode::Placeholder)),
    ] {
        let reading = read(&folder, file);
        assert_eq!(reading.entities.len(), entities, "{file}: {:?}", reading.problems);
        assert_eq!(
            reading.problems.first().map(|problem| problem.code),
            code,
            "{file}: {:?}",
            reading.problems
        );
        assert!(reading.problems.iter().all(|problem| problem.position.is_some()), "{file}");
        // Of these three nobody knows which entity they mean.
        let is_nameless = ["broken-syntax.yaml", "broken-kind.yaml", "broken-name.yaml"].contains(&file);
        assert_eq!(reading.broken, is_nameless, "{file}");
    }
}

#[test]
fn recorded_placeholders_are_replaced() {
    let Some(folder) = shared("oracle/catalog/input") else { return };
    let reading = read(&folder, "placeholders.yaml");
    assert_eq!(refs(&reading), ["api:default/from-text", "component:default/from-json"]);
    let file = |name: &str| std::fs::read_to_string(folder.join("files").join(name)).expect("a file");
    let (from_text, from_json) = (&reading.entities[0].entity, &reading.entities[1].entity);
    assert_eq!(from_text.as_map()["spec"]["definition"], file("api.txt"));
    assert_eq!(from_json.description(), Some(file("words.txt").as_str()));
    let spec = &from_json.as_map()["spec"];
    assert_eq!(spec["extra"], json!({ "a": [1, 2, { "b": null }], "c": "d" }));
    assert_eq!(spec["more"], json!({ "a": [1, 2], "b": { "c": "yes", "d": 1, "e": 16 } }));
    assert_eq!(spec["untouched"], json!({ "$nope": "./x" }));
    let position = reading.problems[0].position.as_ref().expect("a position");
    assert_eq!(
        (position.line, &position.text[position.column as usize - 1..]),
        (14, "extra: { $text: ./files/none.txt } }")
    );
}

#[test]
fn skeletons_of_real_templates_are_left_out() {
    let Some(folder) = shared("backstage/examples") else { return };
    let found = expand(&Source::path(&folder, &folder, Rules::allow_all()));
    let files: Vec<String> = found
        .files
        .iter()
        .filter_map(|file| Some(file.strip_prefix(&folder).ok()?.display().to_string()))
        .collect();
    assert_eq!(files, ["demo/catalog-info.yaml", "techdocs/documented-component/catalog-info.yaml"]);
}

#[test]
fn the_example_catalog_of_backstage_is_read() {
    let Some(folder) = shared("backstage/examples/catalog-model") else { return };
    let report =
        lint(&[folder.join("all.yaml"), folder.join("acme-corp.yaml")], &[], &folder, &Checks::default());
    let errors: Vec<&str> = report
        .problems
        .iter()
        .filter(|problem| problem.severity == model::Severity::Error)
        .filter_map(|problem| problem.entity_ref.as_deref())
        .collect();
    assert_eq!(
        errors,
        ["api:default/spotify", "api:default/wayback-archive", "api:default/wayback-search"],
        "they read from the net"
    );
    assert!(report.entity_count > 40, "{}", report.entity_count);
}
