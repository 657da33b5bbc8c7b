//! Lists: adding, moving, removing.

use model::form::{Control, Field};
use serde_json::{Value, json};

use crate::browser::Page;

fn buttons(field: &Field) -> Vec<String> {
    let Control::Array { items, add, .. } = &field.control else { panic!("a list: {field:?}") };
    let item = items.iter().flat_map(|item| [&item.up, &item.down, &item.remove]);
    item.chain([add]).flatten().cloned().collect()
}

fn hosts(schema: &Value, values: &Value) -> Page {
    let mut whole = json!({ "type": "array", "items": {"type": "string"} });
    whole.as_object_mut().unwrap().extend(schema.as_object().unwrap().clone());
    Page::with(&json!({ "properties": { "hosts": whole } }), &json!({ "hosts": values }))
}

#[test]
fn what_is_offered() {
    for (schema, values, expected) in [
        (json!({}), json!([]), "add /hosts"),
        (json!({}), json!(["a"]), "remove /hosts/0, add /hosts"),
        (
            json!({}),
            json!(["a", "b"]),
            "down /hosts/0, remove /hosts/0, up /hosts/1, remove /hosts/1, add /hosts",
        ),
        (
            json!({"maxItems": 2}),
            json!(["a", "b"]),
            "down /hosts/0, remove /hosts/0, up /hosts/1, remove /hosts/1",
        ),
        (json!({"minItems": 2}), json!(["a", "b"]), "down /hosts/0, up /hosts/1, add /hosts"),
        (
            json!({"ui:options": {"addable": false, "removable": false, "orderable": false}}),
            json!(["a", "b"]),
            "",
        ),
        (json!({"ui:readonly": true}), json!(["a", "b"]), ""),
        (json!({"items": [{"type": "string"}, {"type": "string"}]}), json!(["a", "b"]), ""),
        (
            json!({"items": [{"type": "string"}], "additionalItems": {"type": "integer"}}),
            json!(["a", 1, 2]),
            "down /hosts/1, remove /hosts/1, up /hosts/2, remove /hosts/2, add /hosts",
        ),
    ] {
        let field = hosts(&schema, &values).field("/hosts");
        assert_eq!(buttons(&field).join(", "), expected, "{schema} {values}");
    }
}

#[test]
fn what_buttons_do() {
    let mut page = hosts(&json!({}), &json!(["a", "b", "c"]));
    for (operation, expected) in [
        ("up /hosts/1", json!(["b", "a", "c"])),
        ("down /hosts/1", json!(["b", "c", "a"])),
        ("up /hosts/0", json!(["b", "c", "a"])),
        ("remove /hosts/1", json!(["b", "a"])),
        ("remove /hosts/7", json!(["b", "a"])),
        ("remove /other/0", json!(["b", "a"])),
        ("explode /hosts/0", json!(["b", "a"])),
        ("add /hosts", json!(["b", "a", null])),
    ] {
        page.press(operation);
        assert_eq!(page.values()["hosts"], expected, "{operation}");
    }
    assert_eq!(page.told(), ["/hosts/2: Fill this in, or remove it"]);
    assert!(page.press("remove /hosts/2").is_changed);
    assert!(!page.press("remove /hosts/2").is_changed);
}

#[test]
fn what_is_typed_moves_along_with_the_button() {
    let mut page = hosts(&json!({}), &json!(["a", "b"]));
    let posted = page.send(&[("/hosts/0", "typed"), ("~do", "down /hosts/0")]);
    assert!(posted.is_changed);
    assert_eq!(page.values()["hosts"], json!(["b", "typed"]));
}

#[test]
fn a_page_that_was_drawn_before_is_read_as_it_was() {
    let mut page = hosts(&json!({}), &json!(["a", "b", "c"]));
    let old = crate::browser::inputs(&page.form());
    page.press("remove /hosts/0");
    page.send_all(&old);
    assert_eq!(page.values()["hosts"], json!(["a", "b", "c"]));
    // Without anything that was known before.
    page.answers = model::form::Answers::default();
    page.send_all(&old);
    assert_eq!(page.values()["hosts"], json!(["a", "b", "c"]));
}

#[test]
fn items_with_fields_take_what_belongs_to_them_along() {
    let schema = json!({ "properties": { "people": { "type": "array", "items": {
        "type": "object", "required": ["name"],
        "properties": {
            "name": {"type": "string"},
            "role": {"type": "string", "default": "dev"},
            "tags": {"type": "array", "items": {"type": "string"}},
        },
        "oneOf": [
            {"title": "Mail", "properties": {"mail": {"type": "string"}}},
            {"title": "Chat", "properties": {"chat": {"type": "string"}}},
        ],
    } } } });
    let mut page = Page::new(&schema);
    page.press("add /people");
    assert_eq!(page.values(), json!({"people": [{"role": "dev", "tags": []}]}));
    page.send(&[("/people/0/name", "ana"), ("/people/0/role", ""), ("/people/0~of0", "1")]);
    page.press("add /people");
    page.press("add /people/0/tags");
    page.send(&[("/people/0/tags/0", "x"), ("/people/1/name", "bob")]);
    page.press("down /people/0");
    assert_eq!(
        page.values(),
        json!({"people": [{"name": "bob", "role": "dev", "tags": []}, {"name": "ana", "tags": ["x"]}]})
    );
    let shown = page.pointers();
    assert!(
        shown.contains(&"/people/1/chat".to_owned()) && shown.contains(&"/people/0/mail".to_owned()),
        "{shown:?}"
    );
    page.press("remove /people/0");
    assert_eq!(page.values(), json!({"people": [{"name": "ana", "tags": ["x"]}]}));
    assert!(page.pointers().contains(&"/people/0/chat".to_owned()));
}

#[test]
fn files_are_added_and_removed() {
    let schema = json!({ "properties": {
        "one": {"type": "string", "format": "data-url"},
        "many": {"type": "array", "items": {"type": "string", "format": "data-url"}},
    } });
    let (first, second) =
        ("data:text/plain;name=a.txt;base64,YQ==", "data:text/plain;name=b.txt;base64,Yg==");
    let mut page = Page::new(&schema);
    page.send(&[("/one", first), ("/many", first)]);
    page.send(&[("/many", second), ("/many", "")]);
    assert_eq!(page.values(), json!({"one": first, "many": [first, second]}));
    assert_eq!(
        page.review(),
        [("One".to_owned(), json!("a.txt")), ("Many".to_owned(), json!(["a.txt", "b.txt"]))]
    );
    page.press("clear /one");
    page.press("clear /many");
    assert_eq!(page.values(), json!({"many": []}));
    page.send(&[("/one", "javascript:alert(1)")]);
    assert_eq!(page.values(), json!({"many": []}));
}

#[test]
fn entries_with_names_of_their_own() {
    let schema = json!({ "properties": { "env": {
        "type": "object",
        "properties": { "LOG": {"type": "string"} },
        "additionalProperties": {"type": "string"},
    } } });
    let mut page = Page::with(&schema, &json!({"env": {"LOG": "info", "HOST": "a"}}));
    page.send(&[]);
    assert_eq!(page.values(), json!({"env": {"LOG": "info", "HOST": "a"}}));
    page.send(&[("/env~rest", r#"{"PORT": "1", "LOG": "ignored"}"#)]);
    assert_eq!(page.values(), json!({"env": {"LOG": "info", "PORT": "1"}}));
    page.send(&[("/env~rest", "")]);
    assert_eq!(page.values(), json!({"env": {"LOG": "info"}}));
    page.send(&[("/env~rest", r#"{"PORT": 1}"#)]);
    assert_eq!(page.told(), ["/env/PORT: This has to be text"]);
}
