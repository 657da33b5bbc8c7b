//! Names of inputs: whatever properties are called, what is sent comes back.

use proptest::prelude::*;
use serde_json::{Map, Value, json};

use crate::browser::{Page, inputs};

/// Names that mean something to somebody: JSON pointers, forms, JavaScript, percent-encoding.
fn name() -> impl Strategy<Value = String> {
    const SIGNS: &[&str] = &[
        "/",
        "~",
        "~0",
        "~1",
        ".",
        "[0]",
        "[]",
        "%",
        "%2F",
        "\r\n",
        "\n",
        "\r",
        "\0",
        "\u{1}",
        " ",
        "",
        "__proto__",
        "constructor",
        "name",
        "0",
        "-",
        "~do",
        "~count",
        "~json",
        "~rest",
        "~of0",
        "&",
        "=",
        "+",
        "ä",
        "💡",
        "\u{202e}",
        "a",
        "host",
        "*",
        "ui:order",
        "$ref",
    ];
    prop_oneof![
        3 => proptest::collection::vec(proptest::sample::select(SIGNS), 1..4).prop_map(|signs| signs.concat()),
        1 => any::<String>(),
    ]
}

/// A schema, with a value that it accepts.
fn field() -> impl Strategy<Value = (Value, Value)> {
    let leaf = prop_oneof![
        "[a-z äß,.]{1,8}".prop_map(|text| (json!({"type": "string"}), json!(text))),
        "[a-z]{1,5}(\n[a-z]{1,5}){0,2}"
            .prop_map(|text| (json!({"type": "string", "ui:widget": "textarea"}), json!(text))),
        any::<i64>().prop_map(|number| (json!({"type": "integer"}), json!(number))),
        (-1e9..1e9).prop_map(|number| (json!({"type": "number"}), json!(number))),
        any::<bool>().prop_map(|flag| (json!({"type": "boolean"}), json!(flag))),
        (0..3usize)
            .prop_map(|at| (json!({"enum": ["", "a", 5]}), [json!(""), json!("a"), json!(5)][at].clone())),
        proptest::sample::subsequence(vec!["x", "y", "z"], 0..3).prop_map(|chosen| (
            json!({"type": "array", "uniqueItems": true, "items": {"enum": ["x", "y", "z"]}}),
            json!(chosen)
        )),
        ("[a-z]{1,5}", "[a-z ]{0,5}[a-z]").prop_map(|(host, repo)| {
            let repo = repo.trim().replace(' ', "+");
            (json!({"type": "string", "ui:field": "RepoUrlPicker"}), json!(format!("{host}?repo={repo}")))
        }),
    ];
    leaf.prop_recursive(3, 24, 4, |inner| {
        let object = proptest::collection::btree_map(name(), inner.clone(), 1..4).prop_map(|members| {
            let (mut properties, mut values) = (Map::new(), Map::new());
            for (name, (schema, value)) in members {
                properties.insert(name.clone(), schema);
                values.insert(name, value);
            }
            let required: Vec<_> = properties.keys().cloned().collect();
            (json!({"type": "object", "properties": properties, "required": required}), Value::Object(values))
        });
        let list = (inner, 1..3usize).prop_map(|((schema, value), count)| {
            (json!({"type": "array", "items": schema}), Value::Array(vec![value; count]))
        });
        prop_oneof![2 => object, 1 => list]
    })
}

fn step() -> impl Strategy<Value = (Value, Value)> {
    proptest::collection::btree_map(name(), field(), 1..5).prop_map(|members| {
        let (mut properties, mut values) = (Map::new(), Map::new());
        for (name, (schema, value)) in members {
            properties.insert(name.clone(), schema);
            values.insert(name, value);
        }
        let required: Vec<_> = properties.keys().cloned().collect();
        (json!({ "properties": properties, "required": required }), Value::Object(values))
    })
}

proptest! {
    #[test]
    fn what_is_sent_comes_back((schema, values) in step()) {
        let mut page = Page::with(&schema, &values);
        let sent = inputs(&page.form());
        // A browser that kept nothing but the page.
        page.answers = model::form::Answers::default();
        page.send_all(&sent);
        prop_assert_eq!(page.values(), values.clone());
        prop_assert_eq!(page.told(), Vec::<String>::new());
        page.send(&[]);
        prop_assert_eq!(page.values(), values);
    }

    #[test]
    fn names_of_different_inputs_differ((schema, values) in step()) {
        let mut page = Page::with(&schema, &values);
        let mut names: Vec<_> = page.form().fields().iter().map(|field| field.name.clone()).collect();
        names.sort();
        let count = names.len();
        names.dedup();
        prop_assert_eq!(names.len(), count);
    }
}
