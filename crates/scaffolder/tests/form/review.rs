//! What is told before answers are sent.

use serde_json::json;

use crate::browser::Page;

#[test]
fn names_masks_and_order() {
    let parameters = json!([
        {
            "properties": {
                "plain": {"type": "string"},
                "camelCaseID2": {"type": "string"},
                "titled": {"type": "string", "title": "A title"},
                "named": {"type": "string", "title": "A title", "ui:backstage": {"review": {"name": "Of the review"}}},
                "hidden": {"type": "string", "ui:backstage": {"review": {"show": false}}},
                "masked": {"type": "string", "ui:backstage": {"review": {"show": false, "mask": "<hidden>"}}},
                "password": {"type": "string", "ui:widget": "password"},
                "choice": {"enum": ["a", "b"], "enumNames": ["Letter A", "Letter B"]},
                "consts": {"oneOf": [{"const": 1, "title": "One"}]},
                "several": {"type": "array", "uniqueItems": true, "items": {"enum": ["a", "b"], "enumNames": ["A", "B"]}},
                "note": {"type": "null", "description": "Only to read"},
                "empty": {"type": "string"},
            },
            "ui:order": ["titled", "*"],
        },
        { "properties": {
            "group": {
                "type": "object", "title": "Group",
                "properties": {
                    "inner": {"type": "string"},
                    "innerTitled": {"type": "string", "title": "Inner"},
                    "secret": {"type": "string", "ui:widget": "password"},
                    "deep": {"type": "object", "properties": {"deeper": {"type": "boolean"}}},
                },
            },
            "whole": {
                "type": "object", "ui:backstage": {"review": {"explode": false}},
                "properties": {
                    "a": {"type": "string"}, "b": {"type": "string", "ui:widget": "password"},
                    "c": {"type": "string", "ui:backstage": {"review": {"show": false}}},
                },
            },
            "list": {"type": "array", "items": {"type": "object", "properties": {
                "user": {"type": "string"}, "password": {"type": "string", "ui:widget": "password"},
            }}},
            "token": {"type": "string", "ui:field": "Secret"},
            "other": {"type": "string", "ui:field": "Secret"},
        } },
    ]);
    let mut page = Page::with(
        &parameters,
        &json!({
            "fromLink": {"a": 1},
            "plain": "p", "camelCaseID2": "c", "titled": "t", "named": "n", "hidden": "h", "masked": "m", "password": "w",
            "choice": "b", "consts": 1, "several": ["b"],
            "group": {"inner": "i", "innerTitled": "j", "secret": "s", "deep": {"deeper": true}, "unknown": 1},
            "whole": {"a": "1", "b": "2", "c": "3"},
            "list": [{"user": "u", "password": "x"}],
            "token": "stray", "other": "stray",
        }),
    );
    page.secrets.insert("token".to_owned(), "real".to_owned());
    page.form();
    page.step = 1;
    page.form();
    let told: Vec<_> = page.review().into_iter().map(|(name, value)| format!("{name}: {value}")).collect();
    assert_eq!(
        told,
        [
            r#"A title: "t""#,
            r#"Plain: "p""#,
            r#"Camel Case ID 2: "c""#,
            r#"Of the review: "n""#,
            r#"Masked: "<hidden>""#,
            r#"Password: "******""#,
            r#"Choice: "Letter B""#,
            r#"Consts: "One""#,
            r#"Several: ["B"]"#,
            r#"Group > Inner: "i""#,
            r#"Inner: "j""#,
            r#"Group > Secret: "******""#,
            "Group > Deep > Deeper: true",
            r#"Whole: {"a":"1","b":"******"}"#,
            r#"List: [{"user":"u","password":"******"}]"#,
            r#"Token: "******""#,
            r#"From Link: {"a":1}"#,
        ]
    );
}
