//! Forms without a judge: what needs no condition. The rest is tested where schemas are compiled, in `scaffolder`.

use std::collections::BTreeSet;

use model::form::{Answers, Control, Judge, OPERATION, Secrets, Setting, Step, review, shown};
use serde_json::{Value, json};

/// Accepts nothing, so that no condition holds.
struct Nobody;

impl Judge for Nobody {
    fn accepts(&self, _: &Value, _: &Value) -> bool {
        false
    }
}

#[test]
fn a_step_from_its_schema_to_what_is_sent() {
    let schema = json!({
        "title": "Service", "description": "What to build",
        "required": ["name"],
        "properties": {
            "name": {"type": "string", "title": "Name"},
            "port": {"type": "integer", "default": 8080},
            "hosts": {"type": "array", "items": {"type": "string"}},
            "token": {"type": "string", "ui:field": "Secret"},
        },
        "ui:order": ["port", "*"],
    });
    let step = Step::new(schema.clone()).unwrap();
    assert_eq!((step.title(), step.description()), (Some("Service"), Some("What to build")));
    assert_eq!(step.schema(), &schema);
    let (flags, given) = (BTreeSet::new(), Secrets::default());
    let setting = Setting { judge: &Nobody, flags: &flags, given: &given };
    let mut answers = Answers::default();
    step.fill(&mut answers, &setting);
    assert_eq!(json!(answers.values), json!({"port": 8080, "hosts": []}));
    let form = step.form(&answers, &setting);
    let pointers: Vec<_> = form.fields().iter().map(|field| field.pointer.as_str()).collect();
    assert_eq!(pointers, ["", "/port", "/name", "/hosts", "/token"]);
    let Control::Array { add: Some(add), .. } = &form.field("/hosts").unwrap().control else {
        panic!("a list")
    };

    let inputs = [("/port", "9090"), ("/name", "shop"), ("/token", "hush"), (OPERATION, add)];
    let inputs = inputs.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let posted = step.read(&answers, &inputs, &setting).unwrap();
    assert!(posted.is_changed);
    assert_eq!(posted.secrets.expose("token"), Some("hush"));
    let steps = [(&step, setting)];
    assert_eq!(json!(shown(&steps, &posted.answers)), json!({"port": 9090, "hosts": [null], "name": "shop"}));
    let rows: Vec<_> = review(&steps, &posted.answers).into_iter().map(|row| row.name).collect();
    assert_eq!(rows, ["Port", "Name", "Hosts"]);
}

#[test]
fn answers_are_kept_as_they_are() {
    let answers = Answers::prefilled(r#"{"b": 1, "a": {"c": [true]}}"#).unwrap();
    let text = serde_json::to_string(&answers).unwrap();
    assert_eq!(text, r#"{"values":{"b":1,"a":{"c":[true]}},"choices":{},"cleared":[]}"#);
    assert_eq!(serde_json::from_str::<Answers>(&text).unwrap(), answers);
    assert_eq!(serde_json::from_str::<Answers>("{}").unwrap(), Answers::default());
}
