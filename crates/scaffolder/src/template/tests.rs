use std::path::Path;
use std::sync::Arc;

use futures::future::BoxFuture;
use model::Severity;
use proptest::prelude::*;
use serde_json::{Map, Value, json};

use super::*;
use crate::action::{About, Action, ActionError, Done, Invocation, Registry, Repeat};

struct Greet(About);

impl Action for Greet {
    fn about(&self) -> &About {
        &self.0
    }

    fn run<'a>(&'a self, _: Invocation<'a>) -> BoxFuture<'a, Result<Done, ActionError>> {
        Box::pin(std::future::ready(Ok(Done::Output(Map::new()))))
    }
}

fn registry() -> Registry {
    let about = |id: &str, input: Value| About {
        id: id.to_owned(),
        description: String::new(),
        input,
        output: json!({ "type": "object" }),
        examples: Vec::new(),
        dry_run: true,
        repeat: Repeat::Safe,
    };
    let open = json!({ "type": "object", "properties": { "message": { "type": "string" }, "loud": { "type": "boolean" } }, "required": ["message"] });
    let either = json!({ "anyOf": [
        { "type": "object", "properties": { "url": { "type": "string" } }, "required": ["url"], "additionalProperties": false },
        { "type": "object", "properties": { "path": { "type": "string" }, "optional": { "type": "boolean" } }, "required": ["path"], "additionalProperties": false },
    ] });
    let actions = [about("test:greet", open), about("test:either", either)];
    Registry::new(actions.map(|about| Arc::new(Greet(about)) as Arc<dyn Action>)).expect("a registry")
}

fn template(spec: &Value) -> Value {
    json!({ "apiVersion": API_VERSION, "kind": "Template", "metadata": { "name": "Service", "title": "A service" }, "spec": spec })
}

/// What is wrong with a template, a line for each.
fn problems(spec: &Value) -> String {
    let (template, mut problems) = Template::read(&template(spec));
    problems.extend(template.iter().flat_map(|template| check(template, &registry())));
    let line = |problem: &Problem| {
        let sign = if problem.severity == Severity::Error { "!" } else { "?" };
        let help = problem.help.as_ref().map(|help| format!(" {help}")).unwrap_or_default();
        format!("{sign} {}: {}{help}", problem.pointer, problem.message)
    };
    problems.iter().map(line).collect::<Vec<_>>().join("\n")
}

#[test]
fn a_template_is_read_with_its_defaults() {
    let (read, problems) = Template::read(&template(&json!({
        "type": "service",
        "parameters": { "properties": { "name": { "type": "string" } } },
        "steps": [
            { "action": "test:greet", "input": { "message": "Hello ${{ parameters.name }}" } },
            { "id": "second", "name": "Second", "action": "test:greet", "if": "${{ failure() }}", "each": ["a"],
              "backstage:permissions": { "tags": ["admin"] }, "input": { "message": "${{ each.value }}" } },
        ],
        "output": { "links": [{ "title": "x", "url": "https://example.com", "if": false }], "answer": "${{ steps.second.output.x }}" },
        "secrets": { "schema": { "type": "object", "required": ["token"] } },
        "presentation": { "buttonLabels": { "createButtonText": "Go" } },
        "EXPERIMENTAL_recovery": { "EXPERIMENTAL_strategy": "startOver" },
    })));
    assert_eq!(problems, []);
    let read = read.expect("a template");
    assert_eq!((read.entity_ref.as_str(), read.title.as_str()), ("template:default/service", "A service"));
    assert_eq!((read.steps[0].id.as_str(), read.steps[0].name.as_str()), ("step-1", "test:greet"));
    assert_eq!((read.steps[1].id.as_str(), read.steps[1].name.as_str()), ("second", "Second"));
    assert!(matches!(read.steps[1].condition, Condition::Computed { after_failure: true, .. }));
    assert_eq!((read.steps[1].tags.as_slice(), read.parameters.len()), (["admin".to_owned()].as_slice(), 1));
    assert_eq!((read.output.links.len(), read.output.has), (1, (true, false)));
    assert_eq!(read.recovery, Recovery::StartOver);
    assert_eq!(read.presentation["buttonLabels"]["createButtonText"], "Go");
}

#[test]
fn wrong_shapes_are_told_with_pointers() {
    for (spec, expected) in [
        (json!({}), "! /spec/steps: steps is missing. Add a list of steps, each with an action."),
        (json!({ "steps": "x" }), "! /spec/steps: steps has to be a list, but is text."),
        (json!({ "steps": ["x"] }), "! /spec/steps/0: This has to be an object, but is text."),
        (
            json!({ "steps": [{ "id": "a" }] }),
            "! /spec/steps/0/action: action is missing. Name the action that the step runs, such as fetch:template.",
        ),
        (
            json!({ "steps": [{ "id": 5, "action": "test:greet", "input": [], "if": 1, "each": 7 }] }),
            "! /spec/steps/0/id: id has to be text, but is a number.\n\
             ! /spec/steps/0/input: input has to be an object, but is a list.\n\
             ! /spec/steps/0/each: each has to be a list, an object or an expression that gives one, but is a number.\n\
             ! /spec/steps/0/if: if has to be true, false or an expression, but is a number.",
        ),
        (
            json!({ "steps": [], "parameters": [{ "type": "frog" }], "output": { "links": {} }, "secrets": [] }),
            "! /spec/output/links: links has to be a list, but is an object.\n\
             ! /spec/secrets: secrets has to be an object, but is a list.\n\
             ! /spec/parameters/0/type: This is not a type. Expected: string, number, integer, boolean, object, array, null.",
        ),
        (
            json!({ "steps": [{ "id": "a", "action": "test:greet", "input": { "message": "x" } }, { "id": "a", "action": "test:greet", "input": { "message": "x" } }] }),
            "! /spec/steps/1/id: Two steps are called \"a\"; the other one is /spec/steps/0. Give each step an id of its own: others read its output by it.",
        ),
        (
            json!({ "steps": [], "EXPERIMENTAL_recovery": { "EXPERIMENTAL_strategy": "never" } }),
            "! /spec/EXPERIMENTAL_recovery/EXPERIMENTAL_strategy: \"never\" is no strategy. There are none and startOver.",
        ),
    ] {
        assert_eq!(problems(&spec), expected, "{spec}");
    }
    let (read, wrong) = Template::read(
        &json!({ "apiVersion": "backstage.io/v1beta2", "kind": "Template", "spec": { "steps": [] } }),
    );
    assert!(read.is_some() && wrong[0].pointer == "/apiVersion", "{wrong:?}");
    assert!(Template::read(&json!([])).0.is_none());
}

#[test]
fn compensations_are_checked_as_steps_are() {
    let steps = |compensate: Value| {
        json!({ "steps": [
            { "id": "first", "action": "test:greet", "input": { "message": "x" }, "compensate": compensate },
            { "id": "last", "action": "test:greet", "input": { "message": "x" } },
        ] })
    };
    let greet = |message: &str| json!({ "action": "test:greet", "input": { "message": message } });
    for (compensate, expected) in [
        (greet("${{ steps.first.output.x }}${{ secrets.token }}"), ""),
        (
            json!({ "action": "test:greet", "each": ["x"], "name": "Undo", "input": { "message": "${{ each.value }}" } }),
            "",
        ),
        (Value::Null, ""),
        (json!("undo"), "! /spec/steps/0/compensate: compensate has to be an object, but is text."),
        (
            json!({}),
            "! /spec/steps/0/compensate/action: action is missing. Name the action that undoes the step, such as http:request.",
        ),
        (
            json!({ "action": "test:gret" }),
            "! /spec/steps/0/compensate/action: There is no action \"test:gret\" in this portal. Is test:greet meant?",
        ),
        (
            json!({ "action": "test:greet", "input": { "message": 5 } }),
            "! /spec/steps/0/compensate/input/message: test:greet does not take this: it is not of type \"string\".",
        ),
        (
            json!({ "action": "test:greet", "input": { "message": "x" }, "if": "${{ true }}" }),
            "! /spec/steps/0/compensate/if: compensate knows no \"if\". It has an action, and may have an input, a name and an each.",
        ),
        (
            greet("${{ steps.last.output.x }}"),
            "! /spec/steps/0/compensate/input/message: Step \"last\" has not run yet when this is computed. (line 1, column 5 of the text)",
        ),
        (
            greet("${{ each.value }}"),
            "? /spec/steps/0/compensate/input/message: each is not known here: it belongs to a step that has an each. (line 1, column 5 of the text)",
        ),
    ] {
        assert_eq!(problems(&steps(compensate.clone())), expected, "{compensate}");
    }
    let mut twice = steps(greet("x"));
    twice["steps"][1]["id"] = json!("first.compensate");
    assert!(problems(&twice).contains("Two steps are called \"first.compensate\""), "{}", problems(&twice));
    let reads = json!({ "steps": [
        { "id": "first", "action": "test:greet", "input": { "message": "x" }, "compensate": greet("x") },
        { "id": "last", "action": "test:greet", "input": { "message": "${{ steps['first.compensate'].output }}" } },
    ] });
    assert!(problems(&reads).contains("has not run yet"), "{}", problems(&reads));
}

#[test]
fn branches_are_read_and_checked() {
    let greet = |id: &str, message: &str| json!({ "id": id, "action": "test:greet", "input": { "message": message } });
    let spec = |branches: Value| json!({ "steps": [greet("first", "x"), { "branches": branches }, greet("last", "${{ steps.one.output.x }}")] });
    let one = || json!([greet("one", "x")]);
    let none = "\n! /spec/steps/2/input/message: There is no step \"one\". (line 1, column 5 of the text)";
    let pointer = "/spec/steps/1/branches";
    for (branches, expected) in [
        (
            json!({ "a": one(), "b/c": [greet("two", "${{ steps.first.output.x }}"), greet("three", "${{ steps.two.output.x }}")] }),
            String::new(),
        ),
        (
            json!({ "a": one(), "b": [greet("two", "${{ steps.one.output.x }}")] }),
            format!(
                "! {pointer}/b/0/input/message: Step \"one\" is of another branch, which runs at the same time. (line 1, column 5 of the text) Read it in a step behind the branches, or do both in one branch."
            ),
        ),
        (
            json!({ "a": one(), "b": [greet("two", "${{ steps['step-2'].output.x }}")] }),
            format!(
                "! {pointer}/b/0/input/message: Step \"step-2\" has not run yet when this is computed. (line 1, column 5 of the text)"
            ),
        ),
        (
            json!({ "a": one(), "b": [greet("one", "x")] }),
            format!(
                "! {pointer}/b/0/id: Two steps are called \"one\"; the other one is {pointer}/a/0. Give each step an id of its own: others read its output by it."
            ),
        ),
        (
            json!({ "a": one(), "b~": [{ "id": "two" }] }),
            format!(
                "! {pointer}/b~0/0/action: action is missing. Name the action that the step runs, such as fetch:template."
            ),
        ),
        (
            json!({ "a": one(), "b": [{ "id": "two", "branches": {} }] }),
            format!(
                "! {pointer}/b/0/branches: A branch has no branches of its own. Give the first step more branches, or fork once more behind it."
            ),
        ),
        (
            json!({ "a": one(), "b": [] }),
            format!(
                "! {pointer}/b: The branch \"b\" has no steps. Add a list of steps, each with an action, or take the branch away."
            ),
        ),
        (json!({ "a": one(), "b": "x" }), format!("! {pointer}/b: b has to be a list, but is text.")),
        (json!({}), format!("! {pointer}: A step has one to 8 branches; these are 0.{}", "")),
        (json!([]), format!("! {pointer}: branches has to be an object, but is a list.")),
        (
            Value::Object(
                (0..9)
                    .map(|number| (number.to_string(), json!([greet(&format!("s{number}"), "x")])))
                    .collect(),
            ),
            format!("! {pointer}: A step has one to 8 branches; these are 9."),
        ),
    ] {
        let told = problems(&spec(branches.clone()));
        let told =
            told.strip_suffix(none.trim_start()).map_or(told.clone(), |told| told.trim_end().to_owned());
        assert_eq!(told, expected, "{branches}");
    }
    let (template, problems) =
        Template::read(&template(&spec(json!({ "a": one(), "b": [{ "action": "test:greet" }] }))));
    let template = template.unwrap_or_else(|| panic!("{problems:?}"));
    let ids: Vec<_> = template.in_order().map(|step| (step.id.as_str(), step.name.as_str())).collect();
    assert_eq!(
        ids,
        [
            ("first", "test:greet"),
            ("step-2", "a, b"),
            ("one", "test:greet"),
            ("step-2-2-1", "test:greet"),
            ("last", "test:greet")
        ]
    );
}

#[test]
fn what_a_step_with_branches_can_not_say_is_told() {
    let step = json!({ "id": "a", "action": "test:greet", "input": { "message": "x" } });
    let spec = json!({ "steps": [
        { "branches": { "a": [step] }, "action": "test:greet", "each": ["x"], "compensate": { "action": "test:greet" } },
        { "id": "again", "branches": { "a": [{ "branches": { "b": [step] } }] }, "if": "${{ steps.a.output and secrets.x }}" },
    ] });
    let told = problems(&spec);
    for (pointer, words) in [
        ("/spec/steps/0/action", "has no \"action\""),
        ("/spec/steps/0/each", "has no \"each\""),
        ("/spec/steps/0/compensate", "has no \"compensate\""),
        ("/spec/steps/1/branches/a/0/branches", "A branch has no branches of its own"),
    ] {
        let line = told.lines().find(|line| line.contains(&format!(" {pointer}: ")) && line.contains(words));
        assert!(line.is_some(), "{pointer}: {told}");
    }
}

#[test]
fn actions_and_inputs_are_checked() {
    let step = |action: &str, input: Value| json!({ "steps": [{ "action": action, "input": input }] });
    for (spec, expected) in [
        (step("test:greet", json!({ "message": "x" })), ""),
        (
            step("test:gret", json!({})),
            "! /spec/steps/0/action: There is no action \"test:gret\" in this portal. Is test:greet meant?",
        ),
        (
            step("acme:deploy-everything", json!({})),
            "! /spec/steps/0/action: There is no action \"acme:deploy-everything\" in this portal. The page of installed actions, `/create/actions`, lists what there is.",
        ),
        (
            step("publish:azure", json!({ "repoUrl": "x", "allowedHosts": [] })),
            "! /spec/steps/0/action: This portal can't run publish:azure yet.\n\
             ? /spec/steps/0/input/allowedHosts: publish:azure knows no input \"allowedHosts\", and ignores it.",
        ),
        (
            step("fetch:rails", json!({ "url": "x", "values": {} })),
            "! /spec/steps/0/action: fetch:rails can't be offered by this portal: it runs Ruby and what the template brings, in \
             Docker or on the machine of the portal. Keep what it generates as a skeleton for `fetch:template`.",
        ),
        (
            step("test:greet", json!({ "mesage": "${{ user.ref }}", "loud": "yes" })),
            "! /spec/steps/0/input: test:greet does not take this: message is missing.\n\
             ! /spec/steps/0/input/loud: test:greet does not take this: it is not of type \"boolean\".\n\
             ? /spec/steps/0/input/mesage: test:greet knows no input \"mesage\", and ignores it. Is message meant?",
        ),
        (step("test:greet", json!({ "message": "${{ user.ref }}", "loud": "${{ user.ref }}" })), ""),
        (step("test:either", json!({ "path": "x", "optional": "${{ user.ref }}" })), ""),
        (
            step("test:either", json!({ "path": "x", "more": "${{ user.ref }}" })),
            "! /spec/steps/0/input: test:either does not take this: more can't be here.",
        ),
    ] {
        let mut told: Vec<_> = problems(&spec).lines().map(str::to_owned).collect();
        let mut expected: Vec<_> = expected.lines().map(str::to_owned).collect();
        told.sort_unstable();
        expected.sort_unstable();
        assert_eq!(told, expected, "{spec}");
    }
}

#[test]
fn expressions_and_what_they_refer_to_are_checked() {
    let text = json!({ "type": "string" });
    let greet = |id: &str, message: &str| json!({ "id": id, "action": "test:greet", "input": { "message": message } });
    let spec = |message: &str| {
        json!({
            "parameters": [{ "properties": { "name": text }, "dependencies": { "name": { "oneOf": [{ "properties": { "more": text } }] } } }],
            "steps": [greet("first", "x"), greet("second", message), greet("third", "x")],
        })
    };
    for (message, expected) in [
        ("${{ steps.first.output.x }}${{ steps['first'].output.y }}${{ parameters.more }}", ""),
        (
            "a\n${{ parameters.name | }}",
            "! /spec/steps/1/input/message: Expected the name of a filter, found }}. (line 2, column 23 of the text)",
        ),
        (
            "${{ steps.frist.output.x }}",
            "! /spec/steps/1/input/message: There is no step \"frist\". (line 1, column 5 of the text) Is first meant?",
        ),
        (
            "${{ steps['third'].output.x }}",
            "! /spec/steps/1/input/message: Step \"third\" has not run yet when this is computed. (line 1, column 5 of the text)",
        ),
        (
            "${{ steps.second.output.x }}",
            "! /spec/steps/1/input/message: Step \"second\" has not run yet when this is computed. (line 1, column 5 of the text)",
        ),
        (
            "${{ parameters.nme }}",
            "? /spec/steps/1/input/message: \"nme\" is in none of the forms of spec.parameters. (line 1, column 5 of the text) Is name meant?",
        ),
        (
            "${{ parameter.name }}",
            "? /spec/steps/1/input/message: Nothing is called \"parameter\" here, so it is undefined. (line 1, column 5 of the text) Is parameters meant?",
        ),
        (
            "${{ each.value }}",
            "? /spec/steps/1/input/message: each is not known here: it belongs to a step that has an each. (line 1, column 5 of the text)",
        ),
        (
            "${{ failure() }}",
            "! /spec/steps/1/input/message: failure() can be asked in the if of a step only. (line 1, column 5 of the text)",
        ),
        ("{% set parameter = 1 %}{% for each in [1] %}${{ parameter + each }}{% endfor %}", ""),
    ] {
        assert_eq!(problems(&spec(message)), expected, "{message}");
    }
    let mut spec = spec("x");
    spec["steps"][1]["if"] = json!("${{ secrets.token }}");
    spec["steps"][2]["if"] = json!("parameters.name");
    spec["output"] = json!({
        "links": [{ "url": "javascript:alert(1)" }, { "url": "${{ steps.fourth.output.x }}", "if": "${{ always() }}" }],
        "text": [{ "content": "${{ steps.third.output.x }" }],
        "name": "${{ secrets.token }}",
    });
    let told = problems(&spec);
    let pointers: Vec<_> = told.lines().filter_map(|line| line.split(": ").next()).collect();
    assert_eq!(
        pointers,
        [
            "? /spec/steps/2/if",
            "! /spec/output/text/0/content",
            "! /spec/output/links/0/url",
            "? /spec/steps/1/if",
            "! /spec/output/links/1/url",
            "! /spec/output/links/1/if",
            "? /spec/output/name",
        ],
        "{told}"
    );
}

#[test]
fn templates_of_backstage_load() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/backstage/examples");
    let mut loaded = 0;
    let mut folders = vec![folder];
    while let Some(folder) = folders.pop() {
        let Ok(entries) = std::fs::read_dir(&folder) else { continue };
        for entry in entries.flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let Ok(text) = std::fs::read_to_string(&path) else { continue };
            if !text.contains("kind: Template") || path.extension().is_none_or(|ending| ending != "yaml") {
                continue;
            }
            for document in platform::yaml::parse_documents(&text).into_iter().flatten() {
                if document.value["kind"] != "Template" {
                    continue;
                }
                let (template, mut problems) = Template::read(&document.value);
                let template = template.unwrap_or_else(|| panic!("{}: {problems:?}", path.display()));
                problems.extend(check(&template, &Registry::default()));
                problems.retain(|problem| {
                    problem.severity == Severity::Error
                        && !matches!(problem.code, Code::UnknownAction | Code::NotRunnable)
                });
                assert_eq!(problems, [], "{}", path.display());
                loaded += 1;
            }
        }
    }
    assert!(loaded == 0 || loaded >= 15, "only {loaded} templates were found");
}

/// Documents that look a little like templates.
fn anything() -> impl Strategy<Value = Value> {
    let text = prop_oneof![
        Just("${{ parameters.x".to_owned()),
        Just("${{ steps['a'].output.x }}".to_owned()),
        Just("{% if x %}".to_owned()),
        Just("test:greet".to_owned()),
        Just("javascript:x".to_owned()),
        "[a-z{}$% ]{0,8}",
    ];
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i32>().prop_map(Value::from),
        text.prop_map(Value::from),
    ];
    let keys = [
        "spec",
        "steps",
        "id",
        "action",
        "input",
        "if",
        "each",
        "output",
        "links",
        "text",
        "url",
        "parameters",
        "properties",
        "$ref",
        "allOf",
        "secrets",
        "schema",
        "metadata",
        "name",
        "backstage:permissions",
        "tags",
        "message",
    ];
    leaf.prop_recursive(6, 64, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            prop::collection::vec((prop::sample::select(keys.to_vec()), inner), 0..6).prop_map(|fields| {
                fields.into_iter().map(|(key, value)| (key.to_owned(), value)).collect()
            }),
        ]
    })
}

proptest! {
    #[test]
    fn no_document_makes_reading_panic(spec in anything(), steps in anything(), output in anything()) {
        for document in [&spec, &template(&spec), &template(&json!({ "steps": [steps], "output": output, "parameters": spec }))] {
            let (read, mut problems) = Template::read(document);
            problems.extend(read.iter().flat_map(|read| check(read, &registry())));
            for problem in problems {
                prop_assert!(problem.pointer.is_empty() || problem.pointer.starts_with('/'), "{:?}", problem);
                prop_assert!(!problem.message.is_empty());
            }
        }
    }
}
