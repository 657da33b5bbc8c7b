//! Schemas and values that mean harm: they cost little, and say what is wrong.

use std::io::ErrorKind;
use std::net::TcpListener;

use model::form::{Answers, Control, Step, StepError, TooLarge};
use proptest::prelude::*;
use scaffolder::form::{Forms, Mistake, flaws};
use serde_json::{Value, json};

use crate::browser::{Page, inputs};

fn refused(parameters: &Value) -> String {
    match Forms::compile(Some(parameters), None) {
        Ok(_) => panic!("compiles"),
        Err(wrong) => wrong[0].message.clone(),
    }
}

#[test]
fn schemas_that_are_too_much() {
    let deep = (0..90).fold(json!({"type": "string"}), |schema, _| json!({"properties": {"a": schema}}));
    assert_eq!(Step::new(deep), Err(StepError::TooLarge));
    let large = json!({ "enum": vec![0; 60_000] });
    assert_eq!(Step::new(large), Err(StepError::TooLarge));
    let deeper = (0..100_000).fold(json!(1), |value, _| Value::Array(vec![value]));
    assert_eq!(Step::new(json!({ "default": [] })).map(|_| ()), Ok(()));
    let Value::Array(_) = &deeper else { panic!("a list") };
    let mut object = serde_json::Map::new();
    object.insert("default".to_owned(), deeper);
    assert_eq!(Step::new(Value::Object(object)), Err(StepError::TooLarge));
}

#[test]
fn references_that_multiply() {
    let mut definitions = serde_json::Map::new();
    for level in 0..40 {
        let next = json!({ "$ref": format!("#/definitions/d{}", level + 1) });
        definitions.insert(format!("d{level}"), json!({ "anyOf": [next, next] }));
    }
    definitions.insert("d40".to_owned(), json!({ "const": 1 }));
    let bomb = json!({ "definitions": definitions, "properties": { "x": { "$ref": "#/definitions/d0" } } });
    assert!(refused(&bomb).contains("multiplies itself"));
    // Each level of the value doubles what has to be looked at.
    let twice = json!({
        "definitions": { "t": { "anyOf": [
            { "properties": { "n": { "$ref": "#/definitions/t" } }, "required": ["a"] },
            { "properties": { "n": { "$ref": "#/definitions/t" } }, "required": ["b"] },
        ] } },
        "properties": { "x": { "$ref": "#/definitions/t" } },
    });
    assert!(refused(&twice).contains("multiplies itself"));
    let lines = flaws(Some(&bomb), None);
    assert!(lines.iter().any(|flaw| flaw.violation.message.contains("multiplies itself")));
    // The form alone gives up as well.
    let step = Step::new(bomb).unwrap();
    let (flags, given) = Default::default();
    let setting = model::form::Setting { judge: &No, flags: &flags, given: &given };
    let form = step.form(&Answers::default(), &setting);
    assert!(form.field("/x").is_some());
}

struct No;

impl model::form::Judge for No {
    fn accepts(&self, _: &Value, _: &Value) -> bool {
        false
    }
}

#[test]
fn schemas_that_contain_themselves() {
    let tree = json!({
        "definitions": { "node": {
            "type": "object", "title": "Node",
            "properties": {
                "name": {"type": "string", "default": "n"},
                "left": {"$ref": "#/definitions/node"},
                "right": {"$ref": "#/definitions/node"},
                "children": {"type": "array", "items": {"$ref": "#/definitions/node"}},
            },
        } },
        "properties": { "root": {"$ref": "#/definitions/node"} },
    });
    let mut page = Page::with(&tree, &json!({"root": {"left": {"name": "l"}, "children": [{}]}}));
    let left = page.field("/root/left/left");
    assert!(matches!(left.control, Control::Json), "{left:?}");
    assert!(left.note.unwrap().contains("contains itself"));
    assert!(matches!(page.field("/root/children/0").control, Control::Object { .. }));
    page.send(&[("/root/right~json", r#"{"name": "r"}"#)]);
    assert_eq!(page.values()["root"]["right"]["name"], json!("r"));
    assert!(matches!(page.field("/root/right").control, Control::Object { .. }));

    let endless = json!({ "allOf": [{ "$ref": "#" }], "properties": { "a": {"type": "string"} } });
    let step = Step::new(endless).unwrap();
    let (flags, given) = Default::default();
    let setting = model::form::Setting { judge: &No, flags: &flags, given: &given };
    assert!(step.form(&Answers::default(), &setting).field("/a").is_some());
}

#[test]
fn nothing_is_fetched() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let here = format!("http://{}/s", listener.local_addr().unwrap());
    for reference in ["https://example.com/s.json", &here, "file:///etc/passwd", "other.json", "//host/x"] {
        let parameters = json!({ "properties": { "x": { "$ref": reference } } });
        assert!(Forms::compile(Some(&parameters), None).is_err(), "{reference}");
        let identified =
            json!({ "$id": "https://example.com/", "properties": { "x": { "$ref": reference } } });
        assert!(Forms::compile(Some(&identified), None).is_err(), "{reference}");
        let condition = json!({ "properties": { "x": {"type": "string"} }, "if": { "$ref": reference } });
        assert!(Forms::compile(Some(&condition), None).is_err(), "{reference}");
        let asked = listener.accept().map(|_| ()).map_err(|error| error.kind());
        assert_eq!(asked, Err(ErrorKind::WouldBlock), "{reference} was asked for");
    }
    let meta = json!({ "$schema": "https://example.com/meta", "properties": { "x": {"type": "string"} } });
    assert!(Forms::compile(Some(&meta), None).is_ok());
}

#[test]
fn expressions_that_go_back_and_forth() {
    let text = "a".repeat(3_900);
    for (pattern, is_linear) in [
        ("^(a+)+$", true),
        ("^(a|a)*b$", true),
        ("(?=(a+))(a*)*\\1b$", false),
        ("^(?=.*x)(?=.*y)(?=.*z)", false),
        ("(?!.*(a*)*b).*c$", false),
        ("(a*)*(?<=b)", false),
        ("^(([a-z])+.)+[A-Z]([a-z])+$", true),
    ] {
        let schema = json!({ "properties": {
            "x": {"type": "string", "pattern": pattern},
            "l": {"type": "array", "items": {"type": "string", "pattern": pattern}},
        } });
        let page =
            Page::with(&schema, &json!({ "x": format!("{text}!"), "l": vec![format!("{text}!"); 200] }));
        let mistakes = page.mistakes();
        assert!(mistakes.iter().any(|mistake| mistake.pointer == "/l/0"), "{pattern}: {mistakes:?}");
        // The first text costs nearly all that one piece of work may; of the others nothing is read.
        let is_tried = |mistake: &&Mistake| !mistake.message.starts_with("This is too long to be checked");
        let tried = mistakes.iter().filter(is_tried).count();
        assert!(
            if is_linear { tried == mistakes.len() } else { tried <= 1 },
            "{pattern}: {tried} were tried"
        );
    }
    // One that does not is tried on long texts as well.
    let schema = json!({ "properties": { "x": {"type": "string", "pattern": "^(a+)+$"} } });
    assert!(Page::with(&schema, &json!({ "x": "a".repeat(1_000_000) })).told().is_empty());
    let schema = json!({ "properties": { "x": {"type": "string", "pattern": "^(?!b)a+$"} } });
    let told = Page::with(&schema, &json!({ "x": "a".repeat(20_000) })).told();
    assert_eq!(told, ["/x: This is too long to be checked with the template's pattern"]);
    let compiled =
        refused(&json!({ "properties": { "x": {"pattern": "((((a{1,100}){1,100}){1,100}){1,100})"} } }));
    assert!(compiled.contains("pattern"), "{compiled}");
}

#[test]
fn many_large_expressions() {
    const LARGE: &str = "^(a{1,500}){1,20}$";
    let fields = |pattern_of: &dyn Fn(usize) -> String| -> Value {
        let field = |n: usize| (format!("x{n}"), json!({ "type": "string", "pattern": pattern_of(n) }));
        json!({ "properties": (0..300).map(field).collect::<serde_json::Map<_, _>>() })
    };
    let page = Page::with(&fields(&|_| LARGE.to_owned()), &json!({ "x7": "b", "x8": "aa" }));
    assert_eq!(page.told(), [format!("/x7: This does not fit the pattern {LARGE}")]);

    let small = fields(&|n| format!("^[a-z][a-z0-9-]{{0,{}}}$", n % 60));
    assert!(flaws(Some(&small), None).is_empty());

    // Expressions that differ have a bound together, in one step and in many.
    let large = fields(&|n| LARGE.replace('a', &format!("a{n}")));
    let steps = large["properties"].as_object().unwrap().iter();
    let steps = steps.map(|(name, field)| json!({ "properties": { name: field } })).take(50).collect();
    let names = large["properties"].as_object().unwrap().values();
    let names: Vec<_> = names.map(|field| json!({ field["pattern"].as_str().unwrap(): {} })).collect();
    let of_names = json!({ "properties": {
        "x": { "type": "object", "allOf": names.iter().map(|names| json!({ "patternProperties": names })).collect::<Vec<_>>() },
    } });
    for parameters in [large.clone(), Value::Array(steps)] {
        let wrong = refused(&parameters);
        assert!(wrong.starts_with("The patterns of this form take too much together"), "{wrong}");
        let told = flaws(Some(&parameters), None);
        let places: Vec<_> = told.iter().map(|flaw| flaw.violation.pointer.as_str()).collect();
        assert!(places.iter().all(|place| place.ends_with("/pattern")), "{places:?}");
        assert!(told.iter().all(|flaw| flaw.violation.allowed.is_some()), "nothing says what to do");
    }
    let wrong = refused(&of_names);
    assert!(wrong.starts_with("This pattern can't be used: it takes more than 32 kB"), "{wrong}");
    let few = |n: usize| (format!("^([a-z]{{1,9}}{n}){{1,9}}$"), json!({}));
    let few = json!({ "properties": { "x": {
        "type": "object", "patternProperties": (0..100).map(few).collect::<serde_json::Map<_, _>>(),
    } } });
    assert!(refused(&few).starts_with("The patterns of this form take too much together"));
}

#[test]
fn conditions_with_such_expressions() {
    let schema = json!({
        "properties": { "x": {"type": "string"} },
        "allOf": (0..50).map(|n| json!({
            "if": { "properties": { "x": {"pattern": format!("^(?=(a+)+b{n}$)")} }, "required": ["x"] },
            "then": { "properties": { "y": {"type": "string"} } },
        })).collect::<Vec<_>>(),
    });
    let mut page = Page::with(&schema, &json!({ "x": "a".repeat(3_900) }));
    assert_eq!(page.pointers(), ["/x"]);
}

#[test]
fn many_choices_and_many_fields() {
    let choices: Vec<_> = (0..10_000).map(|n| format!("choice {n}")).collect();
    let mut page = Page::new(&json!({ "properties": { "x": {"type": "string", "enum": choices} } }));
    let field = page.field("/x");
    assert!(matches!(field.control, Control::Text { .. }));
    assert!(field.note.unwrap().contains("10000 choices"));
    page.send(&[("/x", "choice 7")]);
    assert_eq!(page.values(), json!({"x": "choice 7"}));
    page.send(&[("/x", "none of them")]);
    assert_eq!(page.values(), json!({}));

    let properties: serde_json::Map<_, _> =
        (0..3_000).map(|n| (format!("p{n}"), json!({"type": "string"}))).collect();
    let mut page = Page::new(&json!({ "properties": properties }));
    // What is too much is still there, as JSON.
    assert!(matches!(page.field("/p2999").control, Control::Json));
    assert_eq!(page.form().fields().len(), 3_001);
}

#[test]
fn many_items_and_much_input() {
    let schema = json!({ "properties": { "x": {"type": "array", "minItems": 4_000_000_000u64, "items": {"type": "string"}} } });
    let mut page = Page::new(&schema);
    assert_eq!(page.values()["x"].as_array().map_or(0, Vec::len), 0);
    page.form();
    assert_eq!(page.values()["x"].as_array().unwrap().len(), 500);
    page.send(&[("/x~count", "99999999999")]);
    assert_eq!(page.values()["x"].as_array().unwrap().len(), 500);
    page.send(&[("/x~count", "18446744073709551616")]);
    let long = Page::with(&schema, &json!({"x": vec!["a"; 600]})).field("/x");
    assert!(matches!(long.control, Control::Json) && long.note.unwrap().contains("500 entries"));

    let page = Page::new(&schema);
    let visitor = scaffolder::form::Visitor { flags: &page.flags, secrets: &page.secrets };
    let many = vec![("/x/0".to_owned(), String::new()); 10_001];
    assert_eq!(page.forms.read(0, &page.answers, &many, visitor).unwrap().unwrap_err(), TooLarge);
    let large = [("/x/0".to_owned(), "a".repeat(11 << 20))];
    assert!(page.forms.read(0, &page.answers, &large, visitor).unwrap().is_err());
    assert!(page.forms.read(7, &page.answers, &large, visitor).is_none());
}

#[test]
fn values_that_are_nested_deeply() {
    let deep = (0..100).fold(json!(1), |value, _| json!({ "a": value }));
    let page = Page::with(&json!({ "properties": { "x": {} } }), &json!({ "x": deep }));
    assert_eq!(page.told(), [": The answers are nested too deeply, or too many"]);
    let schema = json!({
        "definitions": {"n": {"type": "object", "properties": {"a": {"$ref": "#/definitions/n"}}}},
        "properties": {"x": {"$ref": "#/definitions/n"}},
    });
    let deep = (0..60).fold(json!({}), |value, _| json!({ "a": value }));
    let mut page = Page::with(&schema, &json!({ "x": deep }));
    assert!(page.form().fields().len() < 60);
    let before = page.answers.values.clone();
    page.send(&[]);
    assert_eq!(page.answers.values, before);
}

#[test]
fn a_large_schema_in_many_places() {
    let large: serde_json::Map<_, _> =
        (0..8_000).map(|n| (format!("p{n}"), json!({"type": "string"}))).collect();
    let many: serde_json::Map<_, _> =
        (0..1_500).map(|n| (format!("f{n}"), json!({"$ref": "#/definitions/large"}))).collect();
    let parameters = json!({ "definitions": { "large": {"properties": large} }, "properties": many });
    let step = Step::new(parameters).unwrap();
    let (flags, given) = Default::default();
    let setting = model::form::Setting { judge: &No, flags: &flags, given: &given };
    let mut answers = Answers::default();
    step.fill(&mut answers, &setting);
    let form = step.form(&answers, &setting);
    assert!(form.field("/f1499").unwrap().note.is_some());
}

#[test]
fn many_conditions() {
    let conditions: Vec<_> = (0..3_000)
        .map(|n| json!({ "if": {"properties": {"x": {"const": n}}, "required": ["x"]}, "then": {"properties": {format!("t{n}"): {"type": "string"}}} }))
        .collect();
    let schema = json!({ "properties": {"x": {"type": "integer"}}, "allOf": conditions });
    let mut page = Page::with(&schema, &json!({"x": 7}));
    assert_eq!(page.pointers(), ["/x", "/t7"]);
    page.send(&[]);
}

/// Schemas that may be anything, with a liking for what schemas are made of.
fn schema() -> impl Strategy<Value = Value> {
    const KEYS: &[&str] = &[
        "type",
        "properties",
        "items",
        "required",
        "enum",
        "enumNames",
        "const",
        "default",
        "oneOf",
        "anyOf",
        "allOf",
        "if",
        "then",
        "else",
        "dependencies",
        "dependentRequired",
        "dependentSchemas",
        "$ref",
        "definitions",
        "$defs",
        "title",
        "description",
        "format",
        "pattern",
        "minItems",
        "maxItems",
        "uniqueItems",
        "additionalProperties",
        "additionalItems",
        "prefixItems",
        "ui:field",
        "ui:widget",
        "ui:options",
        "ui:order",
        "ui:backstage",
        "ui:emptyValue",
        "ui:enumDisabled",
        "errorMessage",
        "a",
        "b",
        "not",
        "minimum",
    ];
    const TEXTS: &[&str] = &[
        "string",
        "integer",
        "number",
        "boolean",
        "object",
        "array",
        "null",
        "a",
        "b",
        "#",
        "#/definitions/a",
        "#/properties/a",
        "#/$defs/a",
        "#/x",
        "EntityPicker",
        "RepoUrlPicker",
        "EntityTagsPicker",
        "Secret",
        "textarea",
        "hidden",
        "radio",
        "checkboxes",
        "password",
        "date-time",
        "data-url",
        "*",
        "^(a+)+$",
    ];
    let text = proptest::sample::select(TEXTS).prop_map(|text| json!(text));
    let leaf = prop_oneof![4 => text, 1 => any::<bool>().prop_map(Value::from), 1 => (0..4i64).prop_map(Value::from), 1 => Just(Value::Null)];
    leaf.prop_recursive(5, 60, 6, |inner| {
        let key = proptest::sample::select(KEYS).prop_map(str::to_owned);
        let object = proptest::collection::vec((key, inner.clone()), 0..6)
            .prop_map(|members| Value::Object(members.into_iter().collect()));
        prop_oneof![3 => object, 1 => proptest::collection::vec(inner, 0..4).prop_map(Value::from)]
    })
}

proptest! {
    #[test]
    fn no_schema_breaks_anything(properties in schema(), more in schema(), values in schema(), more_values in schema()) {
        let mut step = json!({ "properties": { "a": properties, "b": {"type": "string"} }, "definitions": { "a": more.clone() } });
        if let (Value::Object(step), Value::Object(more)) = (&mut step, more) {
            step.extend(more.into_iter().filter(|(key, _)| key != "properties"));
        }
        let _ = flaws(Some(&step), None);
        let values = json!({ "a": values, "b": more_values });
        if Forms::compile(Some(&step), None).is_ok() {
            let mut page = Page::with(&step, &values);
            let form = page.form();
            page.send_all(&inputs(&form));
            for _ in 0..2 {
                page.send(&[]);
            }
            page.told();
            page.review();
            // What is settled is settled: the second time nothing changes any more.
            let before = page.values();
            page.send(&[]);
            prop_assert_eq!(page.values(), before);
        }
    }
}
