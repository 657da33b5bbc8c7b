use serde_json::json;

use super::*;
use crate::dry_run::tests::registry;

/// What is wrong with the first test of a text, run on a template that writes a file and registers it.
async fn wrong(test: &str) -> Vec<String> {
    let template = json!({
        "apiVersion": "scaffolder.backstage.io/v1beta3", "kind": "Template", "metadata": { "name": "note" },
        "spec": {
            "type": "note",
            "parameters": { "required": ["name"], "properties": { "name": { "type": "string", "pattern": "^[a-z]+$" } } },
            "steps": [
                { "id": "fetch", "action": "fetch:template", "input": { "url": "./skeleton", "values": { "name": "${{ parameters.name }}" } } },
                { "id": "note", "action": "debug:log", "input": { "message": "Made ${{ parameters.name }}" },
                  "compensate": { "action": "debug:log", "input": { "message": "no ${{ parameters.name }}" } } },
                { "id": "owner", "if": "${{ false }}", "action": "catalog:fetch", "input": { "entityRefs": ["user:default/jane"] } },
                { "id": "register", "action": "catalog:register", "input": { "catalogInfoUrl": "https://example.com/${{ parameters.name }}.yaml" } },
            ],
            "output": { "ref": "${{ steps.register.output.entityRef }}" },
        },
    });
    let contents =
        [Content { path: "skeleton/note.txt".to_owned(), bytes: b"one\n${{ values.name }}\n".to_vec() }];
    let cases = read(test).unwrap();
    run(&cases[0], &template, &contents, &registry()).await.unwrap()
}

#[tokio::test]
async fn what_comes_of_a_test_is_judged() {
    let start =
        "values: { name: rail }\nmocks: { register: { entityRef: 'component:default/rail' } }\nexpect:\n";
    for (expect, told) in [
        ("  files: { note.txt: \"one\\nrail\\n\" }", None),
        ("  files: { note.txt: { contains: [one, rail] }, other.txt: { absent: true } }", None),
        ("  files: { note.txt: \"one\\nroad\\n\" }", Some(" one\n-road\n+rail\n")),
        ("  files: { note.txt: { contains: road } }", Some("does not contain")),
        ("  files: { note.txt: { absent: true } }", Some("note.txt is there")),
        ("  files: { other.txt: \"\" }", Some("other.txt is not there")),
        (
            "  calls: [{ step: fetch }, { action: 'catalog:register', input: { catalogInfoUrl: https://example.com/rail.yaml } }]",
            None,
        ),
        ("  calls: [{ step: register }, { step: fetch }]", Some("fetch is not called")),
        ("  calls: [{ step: register, input: { catalogInfoUrl: nowhere } }]", Some("catalogInfoUrl differs")),
        ("  notCalled: [fetch]", Some("fetch is called")),
        ("  output: { ref: 'component:default/rail' }", None),
        ("  output: { ref: 'component:default/road' }", Some("ref differs")),
        ("  refused: /name", Some("takes the answers")),
    ] {
        let wrong = wrong(&format!("{start}{expect}\n")).await;
        match told {
            None => assert_eq!(wrong, Vec::<String>::new(), "{expect}"),
            Some(told) => assert!(wrong.len() == 1 && wrong[0].contains(told), "{expect}: {wrong:?}"),
        }
    }
}

#[tokio::test]
async fn refused_answers_and_wrong_mocks_are_told() {
    assert_eq!(wrong("values: { name: A B }\nexpect: { refused: /name }\n").await, Vec::<String>::new());
    let refused = wrong("values: { name: A B }\nexpect: {}\n").await;
    assert!(refused[0].contains("/name"), "{refused:?}");
    let mocked = wrong("values: { name: a }\nmocks: { owner: { entities: 7 } }\nexpect: {}\n").await;
    assert!(mocked[0].contains("/entities"), "{mocked:?}");
    let nobody = wrong("values: { name: a }\nmocks: { publish: {} }\nexpect: {}\n").await;
    assert!(nobody[0].contains("publish is neither"), "{nobody:?}");
}

#[tokio::test]
async fn what_a_failing_run_undoes_is_judged() {
    let start = "values: { name: rail }\nfailures: { 'catalog:register': The catalog is down. }\nexpect:\n";
    for (expect, told) in [
        (
            "  failed: The catalog is down\n  calls: [{ step: note }, { step: note.compensate, input: { message: no rail } }]",
            None,
        ),
        ("  failed: [register, down]", None),
        ("  failed: up", Some("\"up\" is not said of it: Step register failed: The catalog is down.")),
        ("  failed: down\n  notCalled: note.compensate", Some("note.compensate is called")),
        ("  calls: [{ step: note }]", Some("Step register failed: The catalog is down.")),
    ] {
        let wrong = wrong(&format!("{start}{expect}\n")).await;
        match told {
            None => assert_eq!(wrong, Vec::<String>::new(), "{expect}"),
            Some(told) => assert!(wrong.len() == 1 && wrong[0].contains(told), "{expect}: {wrong:?}"),
        }
    }
    let none = wrong("values: { name: rail }\nexpect: { failed: down }\n").await;
    assert_eq!(none, ["failed: no step fails, and one should."]);
    let nobody = wrong("values: { name: rail }\nfailures: { publish: x }\nexpect: {}\n").await;
    assert!(nobody[0].contains("publish is neither"), "{nobody:?}");
}

#[test]
fn what_is_wrong_with_a_file_has_a_place() {
    let told = |text: &str| read(text).unwrap_err().iter().map(ToString::to_string).collect::<Vec<_>>();
    assert_eq!(told("value: {}\nexpect: {}\n"), ["1:1: There is no key value here. Is values meant?"]);
    assert_eq!(
        told("expect: {}\n---\nname: two\nexpect:\n  file: {}\n"),
        ["5:3: There is no key file here. Is files meant?"]
    );
    assert_eq!(
        told("expect:\n  calls:\n    - input: {}\n"),
        ["3:7: A call names either a step or an action."]
    );
    assert_eq!(
        told("expect:\n  failed: x\n  output: {}\n"),
        ["3:3: A run that fails has no output to look at."]
    );
    assert_eq!(told("name: one\n"), ["1:1: A test says under expect what has to come of it."]);
}

#[test]
fn examples_of_the_guide_can_be_read() {
    let guide = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/templates.md");
    let guide = std::fs::read_to_string(guide).unwrap();
    let blocks = guide.split("```yaml\n").skip(1).map(|rest| rest.split("```").next().unwrap());
    // Templates are the other ones.
    let blocks: Vec<_> = blocks.filter(|block| !block.starts_with("apiVersion:")).collect();
    assert!(!blocks.is_empty());
    for block in blocks {
        assert!(read(block).is_ok_and(|cases| cases.len() == 1), "{block}: {:?}", read(block));
    }
}
