//! Tables of what is read, what is refused and where things stand.

use proptest::prelude::*;
use serde_json::json;

use super::*;

fn one(text: &str) -> Value {
    match parse_one(text) {
        Ok(value) => value,
        Err(error) => panic!("{text:?}: {error}"),
    }
}

#[test]
fn scalars_mean_what_they_mean_in_javascript() {
    for (text, expected) in [
        ("yes", json!("yes")),
        ("true", json!(true)),
        ("FALSE", json!(false)),
        ("~", json!(null)),
        ("Null", json!(null)),
        ("''", json!("")),
        ("12", json!(12)),
        ("'12'", json!("12")),
        ("+12", json!(12)),
        ("-0", json!(0)),
        ("007", json!(7)),
        ("0x10", json!(16)),
        ("0o17", json!(15)),
        ("0b11", json!("0b11")),
        ("0xyz", json!("0xyz")),
        ("1_000", json!("1_000")),
        ("1.0", json!(1)),
        ("1.50", json!(1.5)),
        (".5", json!(0.5)),
        ("1.", json!(1)),
        ("1e3", json!(1000)),
        ("1e", json!("1e")),
        (".", json!(".")),
        ("-", json!([null])),
        ("9007199254740993", json!(9_007_199_254_740_992_i64)),
        ("12345678901234567890", json!(12_345_678_901_234_567_000_u64)),
        ("1e400", json!(null)),
        (".inf", json!(null)),
        ("-.Inf", json!(null)),
        (".nan", json!(null)),
        ("+.nan", json!("+.nan")),
        ("1.2.3", json!("1.2.3")),
        ("2026-11-24", json!("2026-11-24")),
        ("2026-11-24T10:00:00Z", json!("2026-11-24T10:00:00Z")),
        ("12:30", json!("12:30")),
        ("!!str 12", json!("12")),
        ("!!int '12'", json!(12)),
        ("!!float 12", json!(12)),
        ("!!int abc", json!("abc")),
        ("!Ref name", json!("name")),
        ("! 12", json!("12")),
        ("héllo ☃ 🦀", json!("héllo ☃ 🦀")),
        (r#""\u263a \x41\n""#, json!("☺ A\n")),
    ] {
        assert_eq!(one(text), expected, "{text:?}");
    }
}

#[test]
fn collections_and_blocks() {
    for (text, expected) in [
        ("a:\n  b:\n  - 1\n  - c: 2\n    d: 3\n", json!({"a": {"b": [1, {"c": 2, "d": 3}]}})),
        ("{ a: [1, 2], b: { c: } }", json!({"a": [1, 2], "b": {"c": null}})),
        ("a: |\n  one\n  two\nb: >-\n  one\n  two\n", json!({"a": "one\ntwo\n", "b": "one two"})),
        ("a: |+\n  one\n\nb: |2\n    two", json!({"a": "one\n\n", "b": "  two\n"})),
        ("a: one\n  two\n\n  three", json!({"a": "one two\nthree"})),
        ("a: &x { b: 1 }\nc: *x", json!({"a": {"b": 1}, "c": {"b": 1}})),
        ("a: &x 1\nb: &x 2\nc: *x", json!({"a": 1, "b": 2, "c": 2})),
        ("a: &x { b: 1 }\nc:\n  <<: *x\n  d: 2", json!({"a": {"b": 1}, "c": {"<<": {"b": 1}, "d": 2}})),
        ("a:\r\n  - b\r\n  - |\r\n    c\r\n", json!({"a": ["b", "c\n"]})),
        ("\u{feff}a: 1", json!({"a": 1})),
        ("{\t\"a\":\t1\t}", json!({"a": 1})),
        ("# only\na: 1 # comment\nb: a#b", json!({"a": 1, "b": "a#b"})),
        ("a: !!set { x, y }", json!({"a": {"x": null, "y": null}})),
    ] {
        assert_eq!(one(text), expected, "{text:?}");
    }
    let keys: Vec<_> =
        one("z: 1\na: 2\nm: 3").as_object().map(|map| map.keys().cloned().collect()).unwrap_or_default();
    assert_eq!(keys, ["z", "a", "m"], "keys keep their order");
}

#[test]
fn keys_become_text() {
    for (text, expected) in [
        ("1: a", "1"),
        ("1.0: a", "1"),
        ("0x10: a", "16"),
        ("true: a", "true"),
        ("null: a", ""),
        (": a", ""),
        (".nan: a", "NaN"),
        ("-.inf: a", "-Infinity"),
        ("2026-11-24: a", "2026-11-24"),
        ("? [a, 1]\n: a", "[ a, 1 ]"),
        ("? { a: b }\n: a", "{ a: b }"),
        ("[&k key, { *k : a }]", "key"),
    ] {
        let value = one(text);
        let map = value.get(1).unwrap_or(&value).as_object().expect(text);
        assert_eq!(map.keys().collect::<Vec<_>>(), [expected], "{text:?}");
    }
}

#[test]
fn documents_of_a_file() {
    for (text, expected) in [
        ("", vec![]),
        ("\n# nothing\n", vec![]),
        ("---\n---\n", vec![]),
        ("a: 1", vec![(1, json!({"a": 1}))]),
        ("# text\n\n---\n# more\na: 1\n", vec![(5, json!({"a": 1}))]),
        (
            "a: 1\n---\nb: 2\n...\n---\nc: 3\n",
            vec![(1, json!({"a": 1})), (3, json!({"b": 2})), (6, json!({"c": 3}))],
        ),
        ("a: 1\n---\n# empty\n---\nb: 2", vec![(1, json!({"a": 1})), (5, json!({"b": 2}))]),
        ("--- null\n--- ~\n", vec![(1, json!(null)), (2, json!(null))]),
        ("--- a\n--- 'b'", vec![(1, json!("a")), (2, json!("b"))]),
    ] {
        let read: Vec<_> = parse_documents(text)
            .into_iter()
            .map(|document| document.map(|document| (document.line, document.value)).expect(text))
            .collect();
        assert_eq!(read, expected, "{text:?}");
    }
}

#[test]
fn what_is_refused_and_where() {
    let mut refusals = String::new();
    for text in [
        "a: 1\nb: 2\na: 3\n",
        "a:\n  b: { c: 1, c: 2 }",
        "a: b: c",
        "a:\n\t- b",
        "a: [1, 2",
        "a: 'open\nb: 1",
        "a: \"open\n---\nb: 1",
        "a: *nothing",
        "a: &x [ *x ]",
        "a: 1\n  b: 2",
        "a\nb: 1",
        "- a\nb: 1",
        "a: @home",
        "a: \"\\q\"",
        "%FOO\na",
        "{{ template }}",
    ] {
        let error = parse_documents(text).into_iter().find_map(Result::err);
        refusals += &format!("{text:?}: {}\n", error.map_or("read".to_owned(), |error| error.to_string()));
    }
    insta::assert_snapshot!(refusals, @r#"
    "a: 1\nb: 2\na: 3\n": the key `a` stands twice in one mapping; remove one of them (line 3, column 1)
    "a:\n  b: { c: 1, c: 2 }": the key `c` stands twice in one mapping; remove one of them (line 2, column 14)
    "a: b: c": a `:` can't make a key here; put text that contains `: ` in quotes, or check the indentation (line 1, column 5)
    "a:\n\t- b": a tab can't indent YAML; use spaces (line 2, column 2)
    "a: [1, 2": unclosed bracket '[' (line 1, column 4)
    "a: 'open\nb: 1": a quotation mark is not closed (line 1, column 4)
    "a: \"open\n---\nb: 1": while scanning a quoted scalar, found unexpected document indicator (line 1, column 4)
    "a: *nothing": this alias refers to an anchor (`&name`) that is not above it (line 1, column 4)
    "a: &x [ *x ]": this alias stands inside of the value that it refers to (line 1, column 9)
    "a: 1\n  b: 2": a `:` can't make a key here; put text that contains `: ` in quotes, or check the indentation (line 2, column 4)
    "a\nb: 1": a `:` can't make a key here; put text that contains `: ` in quotes, or check the indentation (line 2, column 2)
    "- a\nb: 1": while parsing a block collection, did not find expected '-' indicator (line 2, column 1)
    "a: @home": unexpected character: `@' (line 1, column 4)
    "a: \"\\q\"": while parsing a quoted scalar, found unknown escape character (line 1, column 4)
    "%FOO\na": did not find expected <document start> (line 2, column 1)
    "{{ template }}": read
    "#);
}

#[test]
fn a_broken_document_leaves_its_neighbours() {
    let read = parse_documents("a: 1\n---\nb: 1\nb: 2\n---\nc: 1\n---\n[\n");
    let outline: Vec<_> =
        read.iter().map(|document| document.as_ref().map(|document| document.line)).collect();
    assert!(
        matches!(outline[..], [Ok(1), Err(YamlError { line: 4, .. }), Ok(6), Err(_)]),
        "twice the same key spoils one document, bad syntax ends the list: {outline:?}"
    );
}

#[test]
fn bombs_are_refused() {
    let mut laughs = "a: &a [lol, lol, lol, lol, lol, lol, lol, lol, lol]\n".to_owned();
    for (name, before) in
        ["b", "c", "d", "e", "f", "g", "h", "i"].iter().zip(["a", "b", "c", "d", "e", "f", "g", "h"])
    {
        laughs += &format!("{name}: &{name} [{}]\n", vec![format!("*{before}"); 9].join(", "));
    }
    let quadratic = format!("a: &a {}\nb: [{}]", "x".repeat(100_000), vec!["*a"; 1000].join(", "));
    let nested =
        format!("{}{}", (0..99).map(|n| format!("&a{n} [")).collect::<String>(), "x, ".repeat(100_000));
    for (what, text) in [
        ("billion laughs", laughs),
        ("many aliases of one long text", quadratic),
        ("anchors inside of anchors", nested),
        ("deep flow sequence", "[".repeat(10_000)),
        ("deep flow mapping", "{a: ".repeat(10_000)),
        ("deep block sequence", "- ".repeat(10_000)),
        ("deep block mapping", (0..1000).map(|depth| format!("{}a:\n", " ".repeat(depth))).collect()),
        ("a large file", "x".repeat(MAX_BYTES + 1)),
    ] {
        let read = parse_documents(&text);
        assert!(matches!(read[..], [Err(_)]), "{what} was read");
    }
    assert!(
        parse_one(&format!("{}{}", "[".repeat(MAX_DEPTH), "]".repeat(MAX_DEPTH))).is_ok(),
        "as deep as allowed"
    );
}

/// A document of little text whose anchor and aliases add about 100 kB.
fn growing(name: &str) -> String {
    format!("name: {name}\na: &a {}\nb: [{}]\n", "x".repeat(10_000), ["*a"; 9].join(", "))
}

#[test]
fn all_documents_of_a_text_grow_out_of_one_budget() {
    let count = 2 * MAX_GROWTH / 100_000;
    let text: String = (0..count).map(|number| growing(&format!("n{number}")) + "---\n").collect();
    let read = parse_documents(&text);
    assert!(
        (count / 3..count / 2).contains(&(read.len() - 1)),
        "{} of {count} documents are kept",
        read.len()
    );
    let error = read.last().and_then(|last| last.as_ref().err()).expect("the last one is refused");
    assert_eq!(error.message, "anchors and aliases add more than the 16777216 bytes that they may add");
    let read = u32::try_from(read.len()).expect("few");
    assert!((read * 4 - 3..read * 4).contains(&error.line), "{error} in document {read}");
}

#[test]
fn a_budget_can_be_shared_and_gives_nothing_after_it_was_exceeded() {
    let growth = Growth::new(250_000);
    let read = |name| documents(&growing(name), &growth).map(|read| read.is_ok()).collect::<Vec<_>>();
    assert_eq!((read("one"), read("two"), read("three")), (vec![true], vec![true], vec![false]));
    assert!(growth.is_used_up() && !growth.take(0), "what failed took time, so nothing more is tried");
    assert_eq!(
        documents("a: 1", &growth).filter_map(Result::ok).count(),
        1,
        "what does not grow is read all the same"
    );
}

#[test]
fn a_value_is_as_heavy_as_its_texts_and_nodes() {
    let growth = Growth::new(1000);
    assert!(growth.take_value(&json!({"a": ["x".repeat(300)]})));
    assert!(!growth.take_value(&json!(["x".repeat(300), "y".repeat(300)])));
    assert!(!Growth::new(1000).take_value(&json!(vec![0; 100])), "numbers are not free");
}

#[test]
fn values_and_keys_stand_somewhere() {
    let text = "# first\n---\na: 1\n---\nkind: Component\nmetadata:\n  name: x\n  tags: [one, two]\n  empty:\n  a/b~c: |\n    \
                text\nspec: &s\n  list:\n    - é: { ü: 1 }\ncopy: *s\n";
    let positions = Positions::new(text, 1);
    for (pointer, value, key) in [
        ("", (5, 1), (5, 1)),
        ("/kind", (5, 7), (5, 1)),
        ("/metadata", (7, 3), (6, 1)),
        ("/metadata/name", (7, 9), (7, 3)),
        ("/metadata/tags/1", (8, 15), (8, 15)),
        ("/metadata/empty", (9, 3), (9, 3)),
        ("/metadata/a~1b~0c", (11, 5), (10, 3)),
        ("/metadata/missing", (7, 3), (7, 3)),
        ("/metadata/missing/deep", (7, 3), (7, 3)),
        ("/spec/list/0", (14, 7), (14, 7)),
        ("/spec/list/0/é/ü", (14, 15), (14, 12)),
        ("/copy", (15, 7), (15, 1)),
        ("/copy/list", (15, 7), (15, 7)),
        ("/nothing", (5, 1), (5, 1)),
    ] {
        assert_eq!((positions.of(pointer), positions.key_of(pointer)), (value, key), "{pointer:?}");
    }
    assert_eq!(Positions::new(text, 7).of("/kind"), (1, 1), "a document that is not there");
    assert_eq!(Positions::new("a: 1\nb: [", 0).of("/a"), (1, 4), "what stands above a syntax error");
}

proptest! {
    /// What JSON says, YAML says as well, and its positions lead to the text of the value.
    #[test]
    fn json_is_yaml(value in json_value()) {
        let text = value.to_string();
        prop_assert_eq!(parse_one(&text), Ok(value));
    }

    #[test]
    fn nothing_panics(text in "[-a-c :\\n\\t\\[\\]{},&*!|>'\"#%@.~0-9\u{feff}é?]{0,80}", pointer in "(/[a-c0-9]){0,3}") {
        for index in 0..parse_documents(&text).len() {
            let (line, column) = Positions::new(&text, index).of(&pointer);
            prop_assert!(line >= 1 && column >= 1);
        }
    }
}

fn json_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i32>().prop_map(Value::from),
        "[ -~é☃]{0,12}".prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 32, 5, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            prop::collection::vec(("[ -~é]{0,8}", inner), 0..5).prop_map(|pairs| pairs.into_iter().collect()),
        ]
    })
}
