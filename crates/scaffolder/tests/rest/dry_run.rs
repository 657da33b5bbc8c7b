//! Templates that are tried out.

use platform::database::Database;
use serde_json::{Value, json};

use crate::portal::Portal;

const PATH: &str = "/api/scaffolder/v2/dry-run";

fn body(steps: &Value) -> Value {
    json!({
        "template": {
            "apiVersion": "scaffolder.backstage.io/v1beta3",
            "kind": "Template",
            "metadata": { "name": "tried" },
            "spec": {
                "owner": "ada",
                "type": "service",
                "parameters": { "required": ["name"], "properties": { "name": { "type": "string" } } },
                "steps": steps,
                "output": { "text": [{ "title": "Name", "content": "${{ parameters.name }}" }] },
            },
        },
        "values": { "name": "shop" },
        "secrets": { "token": "hunter2" },
        "directoryContents": [{ "path": "a/b.txt", "base64Content": "aGVsbG8=" }],
    })
}

testkit::on_both_engines! {
    async fn a_template_is_tried_out(db: Database) {
        let portal = Portal::new(&db).await;
        let steps = json!([
            { "id": "one", "name": "One", "action": "test:echo", "if": "${{ true }}", "input": { "t": "${{ secrets.token }}" } },
        ]);
        let (status, report) = portal.post("ada", PATH, &body(&steps)).await;
        assert_eq!(status.as_u16(), 200, "{report}");
        insta::allow_duplicates! { insta::assert_json_snapshot!(report, @""); }
        assert!(portal.seen().is_empty(), "nothing was done");
        let (_, list) = portal.get("ada", "/api/scaffolder/v2/tasks").await;
        assert_eq!(list["totalTasks"], 0, "it is no run");
    }

    async fn what_can_not_be_tried_out_is_told(db: Database) {
        let portal = Portal::new(&db).await;
        let whole = || body(&json!([{ "id": "one", "action": "test:echo" }]));
        let with = |name: &str, value: Value| {
            let mut body = whole();
            body[name] = value;
            body
        };
        let mut told = String::new();
        for body in [
            with("values", json!({})),
            with("values", json!([])),
            with("template", json!({})),
            with("template", json!(5)),
            with("directoryContents", json!([{ "path": "x", "base64Content": "*" }])),
            with("directoryContents", json!([{ "path": "../x", "base64Content": "" }])),
            body(&json!([{ "action": "test:eko" }])),
            body(&json!([{ "action": "fetch:cookiecutter" }])),
            body(
                &json!([{ "id": "a", "action": "test:echo", "input": { "x": "${{ parameters.nobody.at.home }}" } }]),
            ),
            body(&json!([])),
        ] {
            let (status, answer) = portal.post("ada", PATH, &body).await;
            let words = answer["error"]["message"].as_str().or(answer["errors"][0]["stack"].as_str());
            told += &format!("{} {}\n", status.as_u16(), words.unwrap_or("-"));
        }
        insta::allow_duplicates! { insta::assert_snapshot!(told, @""); }
        for (who, expected) in [("nobody", 401), ("guest", 200)] {
            assert_eq!(portal.post(who, PATH, &whole()).await.0.as_u16(), expected, "{who}");
        }
    }
}
