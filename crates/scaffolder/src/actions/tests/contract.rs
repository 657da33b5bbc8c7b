//! The schemas of actions against those of Backstage, and the examples against the schemas.

use std::collections::BTreeMap;

use super::*;
use crate::action::known;
use crate::template::{API_VERSION, Template, check};

/// A schema without what is said about it to people.
fn meaning(schema: &Value) -> Value {
    let named = |fields: &Map<String, Value>| {
        fields.iter().map(|(name, schema)| (name.clone(), meaning(schema))).collect::<Value>()
    };
    match schema {
        Value::Null => json!({ "type": "object" }),
        Value::Array(items) => items.iter().map(meaning).collect(),
        Value::Object(fields) => {
            let mut kept = BTreeMap::new();
            for (key, value) in fields {
                match key.as_str() {
                    "description" | "$schema" | "title" => {}
                    // The list of events was not there when the schema was taken down: it would allow no event at all.
                    "enum" if value.as_array().is_some_and(Vec::is_empty) => {}
                    "properties" => {
                        kept.insert(key.clone(), value.as_object().map_or(Value::Null, named));
                    }
                    "required" => {
                        let mut names: Vec<_> = value.as_array().into_iter().flatten().cloned().collect();
                        names.sort_by_key(Value::to_string);
                        if !names.is_empty() {
                            kept.insert(key.clone(), Value::Array(names));
                        }
                    }
                    _ => {
                        kept.insert(key.clone(), meaning(value));
                    }
                }
            }
            kept.into_iter().collect()
        }
        value => value.clone(),
    }
}

/// Keys in one order, so that texts can be compared.
fn sorted(value: &Value) -> Value {
    match value {
        Value::Array(items) => items.iter().map(sorted).collect(),
        Value::Object(fields) => {
            let fields: BTreeMap<_, _> =
                fields.iter().map(|(key, value)| (key.clone(), sorted(value))).collect();
            fields.into_iter().collect()
        }
        value => value.clone(),
    }
}

fn meant(schema: &Value) -> String {
    format!("{:#}", sorted(&meaning(schema)))
}

#[tokio::test]
async fn schemas_mean_what_those_of_backstage_mean() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../../shared/backstage/schema/scaffolder-actions.json");
    let Ok(published) = std::fs::read_to_string(path) else { return };
    let published: Vec<Value> = serde_json::from_str(&published).unwrap();
    let bench = Bench::new();
    let mut built = 0;
    for action in &published {
        let id = action["id"].as_str().unwrap();
        let (input, output, dry_run) = match bench.registry.find(id) {
            Found::Runs(registered) => {
                built += 1;
                let about = registered.action.about();
                (about.input.clone(), about.output.clone(), about.dry_run)
            }
            Found::Known(known) => {
                (known.input.clone(), known.output.clone().unwrap_or_default(), known.dry_run)
            }
            Found::Unknown { .. } => panic!("{id} is unknown"),
        };
        assert_eq!(meant(&input), meant(&action["input"]), "input of {id}");
        assert_eq!(meant(&output), meant(&action["output"]), "output of {id}");
        assert_eq!(json!(dry_run), action["supportsDryRun"], "{id}");
    }
    assert_eq!((published.len(), built, bench.registry.all().count()), (58, 41, 44));
}

#[test]
fn what_is_known_is_said_in_full() {
    assert_eq!(known::all().count(), 17);
    for known in known::all() {
        assert!(known.description.ends_with('.') && known.refusal().ends_with('.'), "{}", known.id);
        assert!(crate::schema::Schema::new(&known.input).is_ok(), "{}", known.id);
    }
}

#[tokio::test]
async fn actions_are_described_and_their_examples_hold() {
    let bench = Bench::new();
    for about in bench.registry.all() {
        assert!(about.description.ends_with('.'), "{}", about.id);
        let properties = about.input["properties"].as_object().into_iter().flatten();
        for (name, property) in properties {
            assert!(
                property["description"].as_str().is_some_and(|text| text.ends_with('.')),
                "{} {name}",
                about.id
            );
        }
        assert!(!about.examples.is_empty(), "{}", about.id);
        for example in &about.examples {
            let spec = platform::yaml::parse_one(&example.example).unwrap();
            let entity = json!({ "apiVersion": API_VERSION, "kind": "Template", "metadata": { "name": "x" }, "spec": spec });
            let (template, mut problems) = Template::read(&entity);
            let template = template.unwrap();
            assert!(template.steps.iter().any(|step| step.action == about.id), "{}", about.id);
            problems.extend(check(&template, &bench.registry));
            problems.retain(|problem| problem.code != crate::template::Code::NotRunnable);
            assert_eq!(problems, [], "{}", about.id);
        }
    }
}

#[tokio::test]
async fn actions_say_what_the_configuration_lacks() {
    let lacking = |config: &integrations::Config| {
        let bench = Bench::reaching(config, Limits::default());
        let lacking = bench.registry.actions().filter_map(|action| {
            let key = action.lacks()?.split('`').nth(1)?;
            Some(format!("{}: {key}", action.about().id))
        });
        lacking.collect::<Vec<_>>()
    };
    let without = lacking(&integrations::Config::default());
    assert!(without.contains(&"publish:github: integrations.github".to_owned()), "{without:?}");
    assert!(without.contains(&"publish:gitlab: integrations.gitlab".to_owned()), "{without:?}");
    assert!(without.contains(&"git:publish: portico.scaffolder.gitPublish.allow".to_owned()), "{without:?}");
    assert!(
        without.contains(&"http:request: portico.scaffolder.httpRequest.allow".to_owned()),
        "{without:?}"
    );
    let host = json!({ "host": "git.acme.test", "token": "hunter2" });
    let config = integrations::Config {
        github: serde_json::from_value(json!([host])).unwrap(),
        gitlab: serde_json::from_value(json!([host])).unwrap(),
        git: serde_json::from_value(json!([{ "url": "https://git.acme.test/" }])).unwrap(),
        requests: serde_json::from_value(json!([host])).unwrap(),
        ..integrations::Config::default()
    };
    assert_eq!(lacking(&config), [""; 0]);
}
