//! Which field is drawn for which schema.

use model::form::{Control, Picker, TextKind};
use serde_json::{Value, json};

use crate::browser::Page;

/// A control in a few words.
fn shown(control: &Control) -> String {
    let titles = |choices: &[model::form::Choice]| {
        choices.iter().map(|choice| choice.title.as_str()).collect::<Vec<_>>().join("|")
    };
    match control {
        Control::Text { kind } => format!("text {kind:?}"),
        Control::TextArea { rows } => format!("area {rows}"),
        Control::Hidden { json } => format!("hidden{}", if *json { " json" } else { "" }),
        Control::Number { integer, range } => {
            format!("{}{}", if *integer { "integer" } else { "number" }, if *range { " range" } else { "" })
        }
        Control::Checkbox { must_be_checked } => {
            format!("checkbox{}", if *must_be_checked { " must" } else { "" })
        }
        Control::Choice { choices, radio } => {
            format!("{} {}", if *radio { "radio" } else { "select" }, titles(choices))
        }
        Control::Choices { choices, checkboxes } => {
            format!("{} {}", if *checkboxes { "checkboxes" } else { "multiselect" }, titles(choices))
        }
        Control::File { many, accept, .. } => {
            format!("file{} {}", if *many { "s" } else { "" }, accept.clone().unwrap_or_default())
        }
        Control::Picker { picker, .. } => picker.as_str().to_owned(),
        Control::Secret { secret, given } => format!("secret {secret} {given}"),
        Control::Object { fields, rest } => {
            format!("object {}{}", fields.len(), if rest.is_some() { " rest" } else { "" })
        }
        Control::Array { items, add, .. } => {
            format!("array {}{}", items.len(), if add.is_some() { " add" } else { "" })
        }
        Control::Note => "note".to_owned(),
        Control::Json => "json".to_owned(),
    }
}

fn page(schema: &Value) -> Page {
    Page::new(&json!({ "properties": { "x": schema } }))
}

#[test]
fn controls_by_type_format_and_widget() {
    for (schema, expected) in [
        (json!({"type": "string"}), "text Plain"),
        (json!({"type": ["string", "null"]}), "text Plain"),
        (json!({"type": ["null", "string"]}), "text Plain"),
        (json!({"type": "string", "format": "email"}), "text Email"),
        (json!({"type": "string", "format": "uri"}), "text Url"),
        (json!({"type": "string", "format": "date"}), "text Date"),
        (json!({"type": "string", "format": "date-time"}), "text DateTime"),
        (json!({"type": "string", "format": "time"}), "text Time"),
        (json!({"type": "string", "format": "color"}), "text Color"),
        (json!({"type": "string", "format": "hostname"}), "text Plain"),
        (json!({"type": "string", "format": "whatever"}), "text Plain"),
        (json!({"type": "string", "format": "data-url"}), "file "),
        (json!({"type": "string", "format": "data-url", "ui:options": {"accept": ".md"}}), "file .md"),
        (json!({"type": "string", "ui:widget": "password"}), "text Password"),
        (json!({"type": "string", "ui:widget": "color"}), "text Color"),
        (json!({"type": "string", "ui:widget": "textarea"}), "area 5"),
        (json!({"type": "string", "ui:options": {"widget": "textarea", "rows": 8}}), "area 8"),
        (json!({"type": "string", "ui:widget": "textarea", "ui:options": {"rows": 100_000}}), "area 50"),
        (json!({"type": "string", "ui:widget": "hidden"}), "hidden"),
        (json!({"type": "integer", "ui:widget": "hidden"}), "hidden json"),
        (json!({"type": "string", "format": "email", "ui:widget": "text"}), "text Plain"),
        (json!({"type": "integer"}), "integer"),
        (json!({"type": "integer", "ui:widget": "updown"}), "integer"),
        (json!({"type": "number", "ui:widget": "range"}), "number range"),
        (json!({"type": "number", "enum": [1, 2.5]}), "select 1|2.5"),
        (json!({"type": "boolean"}), "checkbox"),
        (json!({"type": "boolean", "const": true}), "checkbox must"),
        (json!({"type": "boolean", "ui:widget": "radio"}), "radio Yes|No"),
        (json!({"type": "boolean", "ui:widget": "select", "enumNames": ["On", "Off"]}), "select On|Off"),
        (
            json!({"type": "boolean", "ui:widget": "radio",
                "oneOf": [{"const": true, "title": "I agree"}, {"const": false, "title": "Never"}]}),
            "radio I agree|Never",
        ),
        (json!({"enum": ["a", "b"]}), "select a|b"),
        (json!({"type": "string", "enum": ["a", "b"], "enumNames": ["A", "B"]}), "select A|B"),
        (
            json!({"type": "string", "enum": ["a", "b"], "ui:enumNames": ["1", "2"], "enumNames": ["A", "B"]}),
            "select 1|2",
        ),
        (
            json!({"type": "string", "enum": ["a", "b"], "enumNames": ["A"], "ui:widget": "radio"}),
            "radio A|b",
        ),
        (json!({"oneOf": [{"const": "a", "title": "A"}, {"enum": ["b"]}]}), "select A|b"),
        (json!({"type": "string", "anyOf": [{"const": "a", "title": "A"}]}), "select A"),
        (
            json!({"type": "array", "uniqueItems": true, "items": {"type": "string", "enum": ["a", "b"]}}),
            "multiselect a|b",
        ),
        (
            json!({"type": "array", "ui:widget": "checkboxes", "items": {"oneOf": [{"const": 1, "title": "One"}]}}),
            "checkboxes One",
        ),
        (json!({"type": "array", "items": {"type": "string", "enum": ["a"]}}), "array 0 add"),
        (json!({"type": "array", "items": {"type": "string", "format": "data-url"}}), "files "),
        (json!({"type": "array", "minItems": 2, "items": {"type": "string"}}), "array 2 add"),
        (json!({"type": "array", "items": [{"type": "string"}, {"type": "integer"}]}), "array 2"),
        (
            json!({"type": "array", "items": [{"type": "string"}], "additionalItems": {"type": "string"}}),
            "array 1 add",
        ),
        (
            json!({"type": "array", "prefixItems": [{"type": "string"}], "items": {"type": "integer"}}),
            "array 1 add",
        ),
        (json!({"type": "array"}), "json"),
        (json!({"type": "object", "properties": {"a": {"type": "string"}}}), "object 1"),
        (json!({"properties": {"a": {"type": "string"}}}), "object 1"),
        (json!({"type": "object"}), "object 0"),
        (json!({"type": "object", "additionalProperties": {"type": "string"}}), "object 0 rest"),
        (json!({"type": "object", "patternProperties": {"^x": {"type": "string"}}}), "object 0 rest"),
        (json!({"type": "object", "additionalProperties": false}), "object 0"),
        (
            json!({"type": "object", "enum": [{"a": 1}, {"a": 2}], "enumNames": ["One", "Two"]}),
            "select One|Two",
        ),
        (
            json!({"type": "array", "oneOf": [{"const": [1], "title": "One"}, {"const": [], "title": "None"}]}),
            "select One|None",
        ),
        (json!({"type": "null", "description": "Read **this**."}), "note"),
        (json!({}), "json"),
        (json!(true), "json"),
        (json!({"title": "No type"}), "json"),
        (json!({"type": "string", "ui:field": "Secret"}), "secret x false"),
        (json!({"type": "array", "ui:field": "EntityTagsPicker"}), "EntityTagsPicker"),
        (json!({"ui:field": "OwnerPicker"}), "OwnerPicker"),
        (json!({"type": "string", "ui:field": "MyOwnPicker"}), "text Plain"),
    ] {
        assert_eq!(shown(&page(&schema).field("/x").control), expected, "{schema}");
    }
}

#[test]
fn every_field_of_backstage_is_known() {
    for picker in Picker::ALL {
        let control = page(&json!({"type": "string", "ui:field": picker.as_str()})).field("/x").control;
        assert!(matches!(control, Control::Picker { picker: found, .. } if found == picker), "{control:?}");
        assert_eq!(Picker::of(picker.as_str()), Some(picker));
    }
}

#[test]
fn what_falls_back_says_so() {
    for (schema, note) in [
        (json!({"type": "string", "ui:field": "MyOwnPicker"}), "The field MyOwnPicker is not known here."),
        (json!({"type": "string", "ui:widget": "carousel"}), "The widget carousel is not known here."),
        (json!({"type": "boolean", "ui:widget": "carousel"}), "The widget carousel is not known here."),
        (
            json!({"type": "string", "enum": ["a"], "ui:widget": "carousel"}),
            "The widget carousel is not known here.",
        ),
        (json!({"title": "No type"}), "The schema names no type, so this is JSON."),
        (json!({"type": "array"}), "The schema says nothing of the items, so this is JSON."),
        (
            json!({"$ref": "#/definitions/gone"}),
            "The schema refers to #/definitions/gone, which is not in this step.",
        ),
    ] {
        // Some of these can't be compiled for the check, so the step alone is asked.
        let step = model::form::Step::new(json!({ "properties": { "x": schema } })).unwrap();
        let (flags, given) = Default::default();
        let setting = model::form::Setting { judge: &Everything, flags: &flags, given: &given };
        let form = step.form(&model::form::Answers::default(), &setting);
        let told = form.field("/x").unwrap().note.clone().unwrap_or_default();
        assert!(told.starts_with(note), "{schema}: {told}");
    }
}

struct Everything;

impl model::form::Judge for Everything {
    fn accepts(&self, _: &Value, _: &Value) -> bool {
        true
    }
}

#[test]
fn a_step_that_takes_names_of_its_own_says_what_it_can_not() {
    let mut page = Page::new(&json!({ "properties": {}, "additionalProperties": {"type": "string"} }));
    assert!(page.form().root.note.unwrap().starts_with("Entries with names of your own"));
}

#[test]
fn what_a_field_says_of_itself() {
    let mut page = Page::new(&json!({
        "required": ["name"],
        "properties": {
            "name": {
                "type": "string", "title": "Name", "description": "What it is **called**", "ui:help": "Be brief",
                "ui:placeholder": "shop", "ui:autofocus": true, "minLength": 3, "maxLength": 10,
            },
            "camelCase": { "type": "integer", "minimum": 1, "maximum": 9, "multipleOf": 2, "ui:title": "Of the form" },
            "off": { "type": "object", "ui:disabled": true, "properties": { "in": { "type": "string", "title": "" } } },
            "fixed": { "type": "string", "readOnly": true, "ui:description": "Of the form", "description": "Other" },
            "list": { "type": "array", "title": "Hosts", "minItems": 1, "items": { "type": "string" } },
        },
    }));
    let name = page.field("/name");
    assert_eq!((name.title.as_str(), name.required, name.autofocus), ("Name", true, true));
    assert_eq!(name.description.as_deref(), Some("What it is **called**"));
    assert_eq!((name.help.as_deref(), name.placeholder.as_deref()), (Some("Be brief"), Some("shop")));
    assert_eq!((name.limits.min_length, name.limits.max_length), (Some(3), Some(10)));
    let camel = page.field("/camelCase");
    assert_eq!((camel.title.as_str(), camel.required), ("Of the form", false));
    let numbers = [&camel.limits.minimum, &camel.limits.maximum, &camel.limits.step];
    assert_eq!(
        numbers.map(|number| number.as_ref().and_then(serde_json::Number::as_i64)),
        [Some(1), Some(9), Some(2)]
    );
    let within = page.field("/off/in");
    assert_eq!((within.title.as_str(), within.disabled), ("in", true));
    let fixed = page.field("/fixed");
    assert_eq!((fixed.readonly, fixed.description.as_deref()), (true, Some("Of the form")));
    assert_eq!(page.field("/list/0").title, "Hosts 1");
}

#[test]
fn order_of_properties() {
    let properties = json!({
        "b": {"type": "string"}, "a": {"type": "string"}, "d": {"type": "string"}, "c": {"type": "string"},
    });
    for (order, expected) in [
        (json!(null), "/b /a /d /c"),
        (json!(["c", "*", "b"]), "/c /a /d /b"),
        (json!(["*", "b"]), "/a /d /c /b"),
        (json!(["d"]), "/d /b /a /c"),
        (json!(["gone", "c", "c", "*", "*"]), "/c /b /a /d"),
        (json!("c"), "/b /a /d /c"),
    ] {
        let mut page = Page::new(&json!({ "properties": properties, "ui:order": order }));
        assert_eq!(page.pointers().join(" "), expected, "{order}");
    }
}

#[test]
fn choices_as_they_are_sent() {
    let posted = |schema: Value| match page(&schema).field("/x").control {
        Control::Choice { choices, .. } => {
            choices.iter().map(|choice| choice.posted.clone()).collect::<Vec<_>>()
        }
        other => panic!("{other:?}"),
    };
    assert_eq!(posted(json!({"enum": ["a b", "ä"]})), ["a b", "ä"]);
    // An empty value stands for nothing, so texts are told apart from it by quotes.
    assert_eq!(posted(json!({"enum": ["", "a"]})), [r#""""#, r#""a""#]);
    assert_eq!(posted(json!({"enum": [1, "1", null, {"a": 1}]})), ["1", r#""1""#, "null", r#"{"a":1}"#]);
    let field = page(&json!({"enum": ["a", "b"], "ui:enumDisabled": ["b"], "default": "a"})).field("/x");
    let Control::Choice { choices, .. } = field.control else { panic!("a choice") };
    assert_eq!(
        choices.iter().map(|choice| (choice.disabled, choice.selected)).collect::<Vec<_>>(),
        [(false, true), (true, false)]
    );
}

#[test]
fn moments_that_an_input_can_not_show_are_text() {
    for (format, value, kind) in [
        ("date-time", "2026-11-17T09:30:00Z", TextKind::DateTime),
        ("date-time", "2026-11-17T09:30:00.123Z", TextKind::DateTime),
        ("date-time", "2026-11-17T09:30:00+02:00", TextKind::Plain),
        ("date-time", "soon", TextKind::Plain),
        ("time", "09:30:00", TextKind::Time),
        ("time", "09:30:00Z", TextKind::Plain),
    ] {
        let mut page = Page::with(
            &json!({ "properties": { "x": { "type": "string", "format": format } } }),
            &json!({ "x": value }),
        );
        let field = page.field("/x");
        assert_eq!(field.control, Control::Text { kind }, "{value}");
        page.send(&[]);
        assert_eq!(page.values(), json!({ "x": value }), "{value} is sent as {:?}", field.text());
    }
}

#[test]
fn feature_flags_hide_steps_and_properties() {
    let parameters = json!([
        {
            "required": ["old", "new"],
            "properties": {
                "old": {"type": "string"},
                "new": {"type": "string", "backstage:featureFlag": "beta", "default": "x"},
                "newer": {"type": "string", "ui:backstage": {"featureFlag": "gamma"}},
            },
        },
        { "backstage:featureFlag": "beta", "required": ["extra"], "properties": {"extra": {"type": "string"}} },
    ]);
    let mut page = Page::new(&parameters);
    assert_eq!(page.pointers(), ["/old"]);
    assert_eq!(page.forms.visible(&page.flags), [0]);
    page.send(&[("/old", "a"), ("/new", "b")]);
    assert_eq!(page.values(), json!({"old": "a"}));
    assert_eq!(page.told(), Vec::<String>::new());
    page.flags.insert("beta".to_owned());
    assert_eq!(page.pointers(), ["/old", "/new"]);
    assert_eq!(page.forms.visible(&page.flags), [0, 1]);
    let all = page.forms.check(
        page.values().as_object().unwrap(),
        scaffolder::form::Visitor { flags: &page.flags, secrets: &page.secrets },
    );
    assert_eq!(
        all.iter().map(|mistake| (mistake.step, mistake.pointer.as_str())).collect::<Vec<_>>(),
        [(1, "/extra")]
    );
}
