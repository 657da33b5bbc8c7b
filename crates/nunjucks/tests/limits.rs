//! Templates that want too much fail, soon, and with a reason.

use nunjucks::{Environment, Limits, Syntax, Template};
use proptest::prelude::*;
use serde_json::{Map, json};

/// Less than usual, so that reaching them takes no time; what is counted is the same.
const LIMITS: Limits = Limits { steps: 200_000, bytes: 16 * 1024 * 1024, depth: 200 };

fn render(text: &str) -> Result<String, String> {
    let environment = Environment::default();
    let context = json!({ "list": [1, 2, 3], "name": "shop" });
    let template =
        Template::parse(text, Syntax::default(), &environment).map_err(|error| error.to_string())?;
    let context = context.as_object().cloned().unwrap_or_default();
    template.render(&environment, &context, LIMITS).map_err(|error| error.to_string())
}

#[test]
fn what_has_no_end_ends() {
    let doubled = |times: usize| {
        let more = "{% set x = [x, x] %}".repeat(times);
        format!("{{% set x = ['a', 'b'] %}}{more}")
    };
    for (name, template) in [
        (
            "a loop in loops",
            "{% for a in range(9999) %}{% for b in range(9999) %}x{% endfor %}{% endfor %}".to_owned(),
        ),
        ("a range", "${{ range(1e12) | length }}".replace("1e12", "999999999999")),
        ("a range that goes nowhere", "${{ range(0, 1, 0.0000000001) | length }}".to_owned()),
        ("a macro that calls itself", "{% macro m() %}${{ m() }}{% endmacro %}${{ m() }}".to_owned()),
        (
            "a caller that calls itself",
            "{% macro m() %}${{ caller() }}{% endmacro %}{% call m() %}${{ caller() }}{% endcall %}"
                .to_owned(),
        ),
        ("text repeated", "${{ 'x'.repeat(99999999999) }}".to_owned()),
        ("text padded", "${{ 'x'.padStart(99999999999, 'ab') }}".to_owned()),
        ("text in the middle", "${{ 'x' | center(99999999999) }}".to_owned()),
        ("text indented", "${{ 'x\ny' | indent(99999999999, true) }}".to_owned()),
        ("text that doubles", format!("{{% set x = 'abcdefgh' %}}{}", "{% set x = x + x %}".repeat(40))),
        (
            "text that is joined",
            "{% set x = 'abcdefgh'.repeat(9999999) %}${{ [x, x, x] | join(x) }}".to_owned(),
        ),
        ("letters replaced", "{% set x = 'a'.repeat(999999) %}${{ x | replace('a', x) }}".to_owned()),
        ("rows filled", "${{ [1] | batch(99999999999, 'x') | length }}".to_owned()),
        ("columns", "${{ [1] | slice(99999999999, 'x') | length }}".to_owned()),
        ("a list that contains itself", "{% set x = [] %}{% set _ = x.push(x) %}${{ x | dump }}".to_owned()),
        (
            "a list that contains itself, printed",
            "{% set x = [] %}{% set _ = x.push(x) %}${{ x }}".to_owned(),
        ),
        ("a list that doubles, printed", format!("{}${{{{ x }}}}", doubled(60))),
        ("a list that doubles, as JSON", format!("{}${{{{ x | dump }}}}", doubled(60))),
        ("a list that doubles, compared", format!("{}${{{{ x == 'a' }}}}", doubled(60))),
        ("a list that doubles, flattened", format!("{}${{{{ x.flat(99) | length }}}}", doubled(60))),
        (
            "a regular expression",
            "${{ r/^(a+)+$/.test('a'.repeat(5000) + 'b') }}${{ r/^(a|aa)+\\1$/.test('a'.repeat(60) + 'b') }}"
                .to_owned(),
        ),
        ("matches", "${{ 'a'.repeat(999999).replace(r/a/g, 'b') }}".to_owned()),
        (
            "searches",
            "{% for i in range(9999) %}{% if r/(?=a)b/.test('aaaa') %}{% endif %}{% endfor %}".to_owned(),
        ),
        (
            "a long text said again and again",
            format!("{{% for i in range(9999) %}}{{% set x = '{}' %}}{{% endfor %}}", "a".repeat(9_999)),
        ),
        ("parentheses", format!("${{{{ {}1{} }}}}", "(".repeat(100_000), ")".repeat(100_000))),
        ("signs", format!("${{{{ {}1 }}}}", "-".repeat(100_000))),
        ("lists", format!("${{{{ {}{} }}}}", "[".repeat(100_000), "]".repeat(100_000))),
        ("words", format!("${{{{ {} true }}}}", "not ".repeat(100_000))),
        ("blocks", format!("{}{}", "{% if true %}".repeat(100_000), "{% endif %}".repeat(100_000))),
        ("powers", format!("${{{{ {}1 }}}}", "2 ** (".repeat(100_000))),
    ] {
        let outcome = render(&template);
        assert!(outcome.is_err(), "{name} ends with {:?}", outcome.map(|text| text.len()));
    }
}

#[test]
fn lists_very_deep_are_freed() {
    let template = "{% set x = [] %}{% for i in range(30000) %}{% set x = [x] %}{% endfor %}done";
    assert_eq!(render(template).as_deref(), Ok("done"));
    let methods = "{% set x = [] %}{% for i in range(30000) %}{% set x = [x.push] %}{% endfor %}done";
    assert_eq!(render(methods).as_deref(), Ok("done"));
}

#[test]
fn long_chains_are_no_nesting() {
    let sum = format!("${{{{ 0{} }}}}", " + 1".repeat(90));
    assert_eq!(render(&sum).as_deref(), Ok("90"));
    let all = "{% if true %}x{% endif %}${{ [1, 2] | join }}".repeat(2_000);
    assert_eq!(render(&all).as_deref(), Ok("x12".repeat(2_000).as_str()));
    let longer = format!("${{{{ 0{} }}}}", " + 1".repeat(100_000));
    assert!(render(&longer).is_err_and(|error| error.contains("within each other")));
}

proptest! {
    #[test]
    fn no_text_makes_it_panic(text in "(\\$\\{\\{|\\}\\}|\\{%|%\\}|\\{#|#\\}|-|if|for|in|set|endif|endfor|else|x|y|\\.|\\||\\(|\\)|\\[|\\]|'|\"|1|,|:|=|==|r/|/|\\\\|é|\u{1f680}| |\n){0,40}") {
        let _any_outcome_is_fine = render(&text);
    }

    #[test]
    fn expressions_of_words_do_not_panic(
        words in proptest::collection::vec(
            proptest::sample::select(vec![
                "list", "name", "1", "-3", "'é🚀x'", "[1, 'a']", "{a: 1}", "null", "r/x/g", "|", "upper", "sort", "dump",
                "join", "slice", "batch", ".", "slice", "split", "replace", "(", ")", "[", "]", "+", "-", "*", "**",
                "==", "in", "is", "odd", "not", "and", "or", "if", "else", ",", "length", "padEnd", "toFixed", "9999",
            ]),
            1..12,
        ),
    ) {
        let _any_outcome_is_fine = render(&format!("${{{{ {} }}}}", words.join(" ")));
    }

    #[test]
    fn text_without_tags_stays_as_it_is(text in "[^{$]{0,60}") {
        prop_assert_eq!(render(&text), Ok(text));
    }

    #[test]
    fn values_survive(value in json_values()) {
        let environment = Environment::default();
        let template = Template::parse("${{ value }}", Syntax::default(), &environment).map_err(|error| TestCaseError::fail(error.to_string()))?;
        let context = Map::from_iter([("value".to_owned(), value.clone())]);
        let evaluated = template.evaluate(&environment, &context, LIMITS);
        prop_assert_eq!(evaluated, Ok(Some(value)));
    }
}

fn json_values() -> impl Strategy<Value = serde_json::Value> {
    let leaf = prop_oneof![
        Just(serde_json::Value::Null),
        any::<bool>().prop_map(|value| json!(value)),
        any::<i32>().prop_map(|value| json!(value)),
        (-1.0e6..1.0e6)
            .prop_filter("with a fraction", |value: &f64| value.fract() != 0.0)
            .prop_map(|value| json!(value)),
        ".{0,12}".prop_map(|value| json!(value)),
    ];
    leaf.prop_recursive(4, 24, 6, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..5).prop_map(|items| json!(items)),
            proptest::collection::btree_map("[a-z]{1,4}", inner, 0..5).prop_map(|fields| json!(fields)),
        ]
    })
}

#[test]
fn a_large_context_counts_where_it_is_used() {
    let environment = Environment::default();
    let mut context = Map::new();
    context.insert("large".to_owned(), json!(vec![0; 10_000]));
    context.insert("small".to_owned(), json!(1));
    let limits = Limits { steps: 5_000, ..Limits::default() };
    let rendered = |text: &str| {
        let template = Template::parse(text, Syntax::default(), &environment)?;
        template.render(&environment, &context, limits)
    };
    assert_eq!(rendered("${{ small }}"), Ok("1".to_owned()));
    assert!(rendered("${{ large.length }}").is_err());
}
