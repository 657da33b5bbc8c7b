use proptest::prelude::*;
use serde_json::{Map, Value, json};

use super::*;

fn context() -> Map<String, Value> {
    let context = json!({
        "parameters": { "name": "shop", "tags": ["a", "b"], "count": 3, "on": true, "nothing": null, "empty": "" },
        "steps": { "fetch": { "output": { "url": "https://example.com", "list": [{ "x": 1 }] } } },
        "each": { "key": "0", "value": "a" },
    });
    context.as_object().cloned().unwrap()
}

fn render(value: &Value, functions: Functions, failures: Failures) -> Result<Option<Value>, String> {
    Prepared::new(value, "/spec/steps/0/input")
        .render(&context(), functions, failures, &Budget::new(LIMITS))
        .map_err(|error| error.to_string())
}

#[test]
fn values_keep_their_type_and_texts_are_texts() {
    for (value, expected) in [
        (json!("${{ parameters.tags }}"), Some(json!(["a", "b"]))),
        (json!("${{ parameters.count }}"), Some(json!(3))),
        (json!("${{ parameters.on }}"), Some(json!(true))),
        (json!("${{ parameters.nothing }}"), Some(json!(null))),
        (json!("${{ parameters.missing }}"), None),
        (json!("${{ parameters.missing or false }}"), Some(json!(false))),
        (json!("${{ steps.fetch.output.list[0] }}"), Some(json!({ "x": 1 }))),
        (json!("n=${{ parameters.count }} ${{ parameters.on }}"), Some(json!("n=3 true"))),
        (json!("${{ parameters.count }}\n"), Some(json!("3\n"))),
        (json!("{% if parameters.on %}yes{% endif %}"), Some(json!("yes"))),
        (json!("{{ parameters.count }} is no value"), Some(json!("{{ parameters.count }} is no value"))),
        (json!(5), Some(json!(5))),
        // A text that comes out empty counts as not given; a value that is empty is one.
        (json!(""), None),
        (json!("${{ parameters.empty }}"), Some(json!(""))),
        (json!("${{ parameters.empty }}${{ parameters.empty }}"), None),
        (
            json!({ "a": ["${{ parameters.name }}", { "b": "${{ each.value }}" }], "gone": "${{ x }}", "${{ k }}": 1 }),
            Some(json!({ "a": ["shop", { "b": "a" }], "${{ k }}": 1 })),
        ),
        (json!(["${{ parameters.missing }}", 1]), Some(json!([null, 1]))),
    ] {
        assert_eq!(render(&value, Functions::Plain, Failures::Errors), Ok(expected), "{value}");
    }
}

#[test]
fn a_failed_expression_is_an_error_with_its_place_or_its_text() {
    for (value, expected) in [
        (
            json!({ "values": [{ "a/b": "x\n ${{ parameters.name | shout }}" }] }),
            "There is no filter `shout`. (in /spec/steps/0/input/values/0/a~1b, line 2, column 24 of the text)",
        ),
        (
            json!("${{ parameters.name.frob() }}"),
            "`parameters.name.frob` can't be called: it is undefined. (in /spec/steps/0/input, line 1, column 25 of the text)",
        ),
        (
            json!("${{ always() }}"),
            "`always` can't be called: it is undefined. (in /spec/steps/0/input, line 1, column 11 of the text)",
        ),
    ] {
        assert_eq!(render(&value, Functions::Plain, Failures::Errors), Err(expected.to_owned()), "{value}");
        assert_eq!(
            render(&value, Functions::Plain, Failures::SourceText),
            Ok(Some(value.clone())),
            "{value}"
        );
    }
}

#[test]
fn conditions_can_ask_whether_something_failed() {
    for (text, well, failed) in [
        ("${{ always() }}", true, true),
        ("${{ failure() }}", false, true),
        ("${{ failure() and parameters.on }}", false, true),
        ("${{ not failure() }}", true, false),
        ("${{ parameters.tags }}", true, true),
        ("${{ [] }}", false, false),
        ("${{ 0 }}", false, false),
        ("${{ '' }}", false, false),
        ("${{ {} }}", true, true),
        ("${{ parameters.missing }}", false, false),
        ("${{ parameters.nothing }}", false, false),
        ("false", true, true),
        ("${{ 'false' }}", true, true),
    ] {
        let truth = |failed| {
            let value = render(&json!(text), Functions::Condition { failed }, Failures::Errors).unwrap();
            is_truthy(value.as_ref())
        };
        assert_eq!((truth(false), truth(true)), (well, failed), "{text}");
    }
}

#[test]
fn each_goes_over_lists_and_objects() {
    let pair = |key: &str, value: Value| (key.to_owned(), value);
    for (value, expected) in [
        (Some(json!(["a", 1])), Ok(vec![pair("0", json!("a")), pair("1", json!(1))])),
        (Some(json!({ "x": [], "y": null })), Ok(vec![pair("x", json!([])), pair("y", json!(null))])),
        (Some(json!([])), Ok(Vec::new())),
        (Some(json!("ab")), Err("each goes over a list or an object, but this is text.".to_owned())),
        (None, Err("each goes over a list or an object, but this is nothing.".to_owned())),
    ] {
        assert_eq!(items(value.clone()), expected, "{value:?}");
    }
}

#[test]
fn what_takes_too_much_ends() {
    let loops = "{% for a in range(100000) %}{% for b in range(100000) %}x{% endfor %}{% endfor %}";
    let large = "${{ 'x'.repeat(1000000000) }}";
    for text in [loops, large, "${{ 'x'.padEnd(10000000000) }}"] {
        assert!(render(&json!(text), Functions::Plain, Failures::Errors).is_err(), "{text}");
    }
    // Many values share what one may take.
    let many = json!(vec!["${{ 'x'.repeat(1000000) }}"; 1000]);
    let error = render(&many, Functions::Plain, Failures::Errors).unwrap_err();
    assert!(error.contains("bytes"), "{error}");
}

proptest! {
    #[test]
    fn text_without_expressions_stays(text in "[^{$]+") {
        prop_assert_eq!(render(&json!(text), Functions::Plain, Failures::Errors), Ok(Some(json!(text))));
    }

    #[test]
    fn values_come_back_as_they_are(
        list in prop::collection::vec(prop_oneof![any::<i32>().prop_map(Value::from), "[a-z]{0,4}".prop_map(Value::from), any::<bool>().prop_map(Value::from)], 0..6)
    ) {
        let mut context = Map::new();
        context.insert("parameters".to_owned(), json!({ "list": list }));
        let value = Prepared::new(&json!("${{ parameters.list }}"), "")
            .render(&context, Functions::Plain, Failures::Errors, &Budget::new(LIMITS));
        prop_assert_eq!(value, Ok(Some(json!(list))));
    }
}
