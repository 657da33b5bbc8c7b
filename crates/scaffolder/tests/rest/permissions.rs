//! Who may see, start and change runs.

use axum::http::Method;
use platform::database::Database;
use serde_json::{Value, json};

use crate::portal::{Options, Portal};

/// Every request there is, about one run.
fn requests(id: &str) -> Vec<(Method, String, Option<Value>)> {
    let v2 = |path: &str| format!("/api/scaffolder/v2{path}");
    let ours = |path: &str| format!("/api/portico/scaffolder{path}");
    let new = json!({ "templateRef": "template:default/service", "values": { "name": "x" } });
    let tried = json!({
        "template": {
            "apiVersion": "scaffolder.backstage.io/v1beta3",
            "kind": "Template",
            "metadata": { "name": "x" },
            "spec": { "steps": [] },
        },
        "values": {},
        "directoryContents": [],
    });
    vec![
        (Method::GET, v2("/templates/default/template/service/parameter-schema"), None),
        (Method::GET, v2("/actions"), None),
        (Method::GET, v2("/templating-extensions"), None),
        (Method::POST, v2("/dry-run"), Some(tried)),
        (Method::GET, v2("/tasks"), None),
        (Method::POST, v2("/tasks"), Some(new)),
        (Method::GET, v2(&format!("/tasks/{id}")), None),
        (Method::GET, v2(&format!("/tasks/{id}/events")), None),
        (Method::GET, ours(&format!("/tasks/{id}")), None),
        (Method::GET, ours("/approvals"), None),
        (Method::POST, ours(&format!("/tasks/{id}/rerun")), Some(json!({}))),
        (Method::POST, ours(&format!("/tasks/{id}/steps/gate/answer")), Some(json!({ "answer": "again" }))),
        (Method::POST, v2(&format!("/tasks/{id}/cancel")), Some(json!({}))),
        (Method::POST, v2(&format!("/tasks/{id}/retry")), Some(json!({}))),
    ]
}

/// How each request is answered to each caller: ada starts the run that it is about, bob is asked by it, dora has nothing to
/// do with it.
async fn matrix(db: &Database, permissions: bool) -> String {
    let portal = Portal::with(db, Options { permissions, ..Options::default() }).await;
    let mut lines: Vec<String> = Vec::new();
    for who in ["nobody", "guest", "dora", "bob", "service", "ada"] {
        let id = portal.start("ada", "gate", json!({ "name": "x" })).await;
        portal.reaches(&id, "waiting").await;
        for (number, (method, path, body)) in requests(&id).into_iter().enumerate() {
            let (status, answer) = portal.send(who, method.clone(), &path, body.as_ref()).await;
            if status.as_u16() >= 400 {
                assert!(answer["error"]["message"].is_string(), "{path}: {answer}");
            }
            if lines.len() <= number {
                let shown = path.replace(&id, "ID");
                let shown = shown.trim_start_matches("/api/").trim_end_matches("/parameter-schema");
                lines.push(format!("{:4} {shown:50}", method.as_str()));
            }
            lines[number] += &format!(" {who}={}", status.as_u16());
        }
    }
    lines.join("\n")
}

testkit::on_both_engines! {
    async fn without_permissions_whoever_comes_in_may_do_everything(db: Database) {
        let matrix = matrix(&db, false).await;
        insta::allow_duplicates! { insta::assert_snapshot!(matrix, @r#"
        GET  scaffolder/v2/templates/default/template/service   nobody=401 guest=200 dora=200 bob=200 service=200 ada=200
        GET  scaffolder/v2/actions                              nobody=401 guest=200 dora=200 bob=200 service=200 ada=200
        GET  scaffolder/v2/templating-extensions                nobody=401 guest=200 dora=200 bob=200 service=200 ada=200
        POST scaffolder/v2/dry-run                              nobody=401 guest=200 dora=200 bob=200 service=200 ada=200
        GET  scaffolder/v2/tasks                                nobody=401 guest=200 dora=200 bob=200 service=200 ada=200
        POST scaffolder/v2/tasks                                nobody=401 guest=201 dora=201 bob=201 service=201 ada=201
        GET  scaffolder/v2/tasks/ID                             nobody=401 guest=200 dora=200 bob=200 service=200 ada=200
        GET  scaffolder/v2/tasks/ID/events                      nobody=401 guest=200 dora=200 bob=200 service=200 ada=200
        GET  portico/scaffolder/tasks/ID                        nobody=401 guest=200 dora=200 bob=200 service=200 ada=200
        GET  portico/scaffolder/approvals                       nobody=401 guest=200 dora=200 bob=200 service=200 ada=200
        POST portico/scaffolder/tasks/ID/rerun                  nobody=401 guest=201 dora=201 bob=201 service=201 ada=201
        POST portico/scaffolder/tasks/ID/steps/gate/answer      nobody=401 guest=409 dora=409 bob=409 service=409 ada=409
        POST scaffolder/v2/tasks/ID/cancel                      nobody=401 guest=200 dora=200 bob=200 service=200 ada=200
        POST scaffolder/v2/tasks/ID/retry                       nobody=401 guest=201 dora=201 bob=201 service=201 ada=201
        "#); }
    }

    async fn with_permissions_runs_are_ones_own(db: Database) {
        let matrix = matrix(&db, true).await;
        insta::allow_duplicates! { insta::assert_snapshot!(matrix, @r#"
        GET  scaffolder/v2/templates/default/template/service   nobody=401 guest=200 dora=200 bob=200 service=200 ada=200
        GET  scaffolder/v2/actions                              nobody=401 guest=200 dora=200 bob=200 service=200 ada=200
        GET  scaffolder/v2/templating-extensions                nobody=401 guest=200 dora=200 bob=200 service=200 ada=200
        POST scaffolder/v2/dry-run                              nobody=401 guest=403 dora=200 bob=200 service=200 ada=200
        GET  scaffolder/v2/tasks                                nobody=401 guest=200 dora=200 bob=200 service=200 ada=200
        POST scaffolder/v2/tasks                                nobody=401 guest=403 dora=201 bob=201 service=201 ada=201
        GET  scaffolder/v2/tasks/ID                             nobody=401 guest=404 dora=404 bob=200 service=200 ada=200
        GET  scaffolder/v2/tasks/ID/events                      nobody=401 guest=404 dora=404 bob=200 service=200 ada=200
        GET  portico/scaffolder/tasks/ID                        nobody=401 guest=404 dora=404 bob=200 service=200 ada=200
        GET  portico/scaffolder/approvals                       nobody=401 guest=403 dora=200 bob=200 service=200 ada=200
        POST portico/scaffolder/tasks/ID/rerun                  nobody=401 guest=403 dora=404 bob=201 service=201 ada=201
        POST portico/scaffolder/tasks/ID/steps/gate/answer      nobody=401 guest=403 dora=404 bob=403 service=409 ada=409
        POST scaffolder/v2/tasks/ID/cancel                      nobody=401 guest=403 dora=404 bob=403 service=200 ada=200
        POST scaffolder/v2/tasks/ID/retry                       nobody=401 guest=403 dora=404 bob=403 service=201 ada=201
        "#); }
    }

    async fn one_sees_ones_own_where_permissions_are_on(db: Database) {
        let portal = Portal::with(&db, Options { permissions: true, ..Options::default() }).await;
        for who in ["ada", "bob", "ada"] {
            let id = portal.start(who, "service", json!({ "name": "x" })).await;
            portal.reaches(&id, "completed").await;
        }
        for (who, query, expected) in [
            ("ada", "", 2),
            ("bob", "", 1),
            ("dora", "", 0),
            ("guest", "", 0),
            ("service", "", 3),
            ("ada", "?createdBy=user:default/ada&createdBy=user:default/bob", 2),
            ("ada", "?createdBy=user:default/bob", 0),
            ("service", "?createdBy=user:default/bob", 1),
        ] {
            let (_, list) = portal.get(who, &format!("/api/scaffolder/v2/tasks{query}")).await;
            assert_eq!(
                (&list["totalTasks"], list["tasks"].as_array().unwrap().len()),
                (&json!(expected), expected),
                "{who} {query}"
            );
        }
    }
}
