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
        insta::allow_duplicates! { insta::assert_json_snapshot!(report, @r#"
        {
          "log": [
            {
              "body": {
                "message": "Beginning step one",
                "stepId": "one",
                "status": "processing"
              }
            },
            {
              "body": {
                "message": "Skipped: a dry run does not do test:echo.",
                "stepId": "one"
              }
            },
            {
              "body": {
                "message": "Skipped step one",
                "stepId": "one",
                "status": "skipped"
              }
            }
          ],
          "steps": [
            {
              "id": "one",
              "name": "One",
              "action": "test:echo",
              "if": "${{ true }}",
              "input": {
                "t": "${{ secrets.token }}"
              }
            }
          ],
          "output": {
            "text": [
              {
                "title": "Name",
                "content": "shop"
              }
            ]
          },
          "directoryContents": []
        }
        "#); }
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
                &json!([{ "id": "a", "action": "test:echo", "input": { "x": "${{ parameters.name | pick }}" } }]),
            ),
        ] {
            let (status, answer) = portal.post("ada", PATH, &body).await;
            let words = answer["error"]["message"].as_str().or(answer["errors"][0]["stack"].as_str());
            told += &format!("{} {}\n", status.as_u16(), words.unwrap_or("-"));
        }
        insta::allow_duplicates! { insta::assert_snapshot!(told, @r#"
        400 instance.name: Fill this in
        400 The request body is not as expected: invalid type: sequence, expected a map at line 1 column 347.
        400 The template can't be run: apiVersion of a template that can be run is scaffolder.backstage.io/v1beta3. (/apiVersion) kind of a template is Template. (/kind) spec is missing. (/spec)
        400 The template can't be run: This has to be an object, but is a number. ()
        400 The content of "x" is not base64: Invalid symbol 42, offset 0..
        400 The folder of the template can't be made: "../x" is no path here: it leads out of the workspace.
        404 There is no action "test:eko" in this portal.
        404 fetch:cookiecutter can't be offered by this portal: it runs the cookiecutter program, in Docker or on the machine of the portal. `fetch:template` with `cookiecutterCompat: true` renders most such skeletons.
        400 Step a failed: pick needs the path of a part, such as 'metadata.name'. (in /spec/steps/0/input/x, line 1, column 21 of the text)
        "#); }
        for (who, expected) in [("nobody", 401), ("guest", 200)] {
            assert_eq!(portal.post(who, PATH, &whole()).await.0.as_u16(), expected, "{who}");
        }
    }
}
