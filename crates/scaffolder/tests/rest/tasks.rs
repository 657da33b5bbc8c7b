//! Starting, reading, listing, cancelling and retrying runs.

use axum::http::Method;
use platform::database::Database;
use reqwest::StatusCode;
use scaffolder::expression::Failures;
use serde_json::{Value, json};

use crate::portal::{Options, Portal};

const TASKS: &str = "/api/scaffolder/v2/tasks";

/// The same run at any time.
fn redacted(mut value: Value) -> Value {
    fn walk(value: &mut Value) {
        match value {
            Value::Object(fields) => {
                for (name, value) in fields {
                    match name.as_str() {
                        "createdAt" | "lastHeartbeatAt" | "startedAt" | "endedAt" | "until" | "deadline" => {
                            let text = value.as_str().unwrap_or_default();
                            assert!(text.len() == 24 && text.ends_with('Z'), "{name} is no time: {text}");
                            *value = "[time]".into();
                        }
                        "id" | "taskId" | "task" if value.as_str().is_some_and(|id| id.len() == 36) => {
                            *value = "[id]".into();
                        }
                        "annotations" | "uid" | "etag" | "baseUrl" => *value = "[…]".into(),
                        _ => walk(value),
                    }
                }
            }
            Value::Array(items) => items.iter_mut().for_each(walk),
            _ => {}
        }
    }
    walk(&mut value);
    value
}

testkit::on_both_engines! {
    async fn a_run_over_http(db: Database) {
        let portal = Portal::new(&db).await;
        let id = portal.start("ada", "service", json!({ "name": "shop", "size": 2 })).await;
        let run = portal.reaches(&id, "completed").await;
        insta::allow_duplicates! { insta::assert_json_snapshot!(redacted(run), @r#"
        {
          "id": "[id]",
          "templateRef": "template:default/service",
          "createdBy": "user:default/ada",
          "createdAt": "[time]",
          "state": "completed",
          "isCancelling": false,
          "endedAt": "[time]",
          "approvals": [],
          "steps": [
            {
              "id": "first",
              "name": "The first step",
              "action": "test:echo",
              "state": "completed",
              "startedAt": "[time]",
              "endedAt": "[time]"
            },
            {
              "id": "step-2",
              "name": "test:who",
              "action": "test:who",
              "state": "completed",
              "startedAt": "[time]",
              "endedAt": "[time]"
            }
          ],
          "output": {
            "links": [
              {
                "title": "shop",
                "url": "https://example.com/shop"
              }
            ],
            "text": [
              {
                "title": "Who",
                "content": "user:default/ada"
              }
            ]
          }
        }
        "#); }
        let (status, task) = portal.get("ada", &format!("{TASKS}/{id}")).await;
        assert_eq!(status, StatusCode::OK);
        insta::allow_duplicates! { insta::assert_json_snapshot!(redacted(task), @r#"
        {
          "id": "[id]",
          "spec": {
            "apiVersion": "scaffolder.backstage.io/v1beta3",
            "steps": [
              {
                "id": "first",
                "name": "The first step",
                "action": "test:echo",
                "input": {
                  "name": "${{ parameters.name }}"
                }
              },
              {
                "action": "test:who",
                "if": true,
                "id": "step-2",
                "name": "test:who"
              }
            ],
            "output": {
              "links": [
                {
                  "title": "${{ parameters.name }}",
                  "url": "https://example.com/${{ parameters.name }}"
                }
              ],
              "text": [
                {
                  "title": "Who",
                  "content": "${{ steps[\"step-2\"].output.who }}"
                }
              ]
            },
            "parameters": {
              "name": "shop",
              "size": 2
            },
            "user": {
              "ref": "user:default/ada",
              "entity": {
                "apiVersion": "backstage.io/v1alpha1",
                "kind": "User",
                "metadata": {
                  "name": "ada",
                  "namespace": "default",
                  "annotations": "[…]",
                  "uid": "[…]",
                  "etag": "[…]"
                },
                "spec": {
                  "profile": {
                    "displayName": "Ada Brandt"
                  },
                  "memberOf": []
                },
                "relations": []
              }
            },
            "templateInfo": {
              "entityRef": "template:default/service",
              "entity": {
                "metadata": {
                  "name": "service",
                  "title": "A service",
                  "description": "Makes a service.",
                  "annotations": "[…]",
                  "ui:options": {
                    "width": "wide"
                  },
                  "namespace": "default",
                  "uid": "[…]",
                  "etag": "[…]"
                }
              },
              "baseUrl": "[…]"
            }
          },
          "status": "completed",
          "createdAt": "[time]",
          "lastHeartbeatAt": "[time]",
          "createdBy": "user:default/ada"
        }
        "#); }
        assert_eq!(portal.seen(), [r#"first {"name":"shop"}"#, "step-2 {}"]);
    }

    async fn what_does_not_fit_is_told(db: Database) {
        let portal = Portal::new(&db).await;
        let mut told = String::new();
        for (template, values, secrets) in [
            ("template:default/service", json!({}), json!({})),
            ("template:default/service", json!({ "name": "much too long", "size": 0 }), json!({})),
            ("service", json!({ "name": 5 }), json!({})),
            ("template:default/secret", json!({}), json!({})),
            ("template:default/secret", json!({}), json!({ "token": "abc" })),
            ("template:default/unknown", json!({}), json!({})),
            ("template:default/nowhere", json!({}), json!({})),
            ("user:default/ada", json!({}), json!({})),
            ("template:", json!({}), json!({})),
        ] {
            let body = json!({ "templateRef": template, "values": values, "secrets": secrets });
            let (status, answer) = portal.post("ada", TASKS, &body).await;
            let errors = answer["errors"].as_array().cloned().unwrap_or_default();
            let mut lines: Vec<String> =
                errors.iter().map(|error| format!("{} {}", error["path"], error["stack"])).collect();
            lines.extend(answer["error"]["message"].as_str().map(str::to_owned));
            told += &format!("{template} {values}: {}\n", status.as_u16());
            lines.iter().for_each(|line| told += &format!("  {line}\n"));
            assert!(
                !answer.to_string().contains("much too long") && !answer.to_string().contains("abc"),
                "an answer is repeated"
            );
        }
        insta::allow_duplicates! { insta::assert_snapshot!(told, @r#"
        template:default/service {}: 400
          ["name"] "instance.name: Fill this in"
        template:default/service {"name":"much too long","size":0}: 400
          ["name"] "instance.name: At most 10 characters"
          ["size"] "instance.size: 1 or more"
        service {"name":5}: 400
          ["name"] "instance.name: This has to be text"
        template:default/secret {}: 400
          [] "secrets.token is required"
        template:default/secret {}: 400
          [] "secrets.token: At least 5 characters"
        template:default/unknown {}: 400
          template:default/unknown can't be run: There is no action "test:eko" in this portal. (/spec/steps/0/action)
        template:default/nowhere {}: 404
          No entity named 'nowhere' found, with kind 'template' in namespace 'default'
        user:default/ada {}: 400
          user:default/ada is no template.
        template: {}: 400
          templateRef is no reference of a template: "template:" is not an entity reference: expected [kind:][namespace/]name without empty parts.
        "#); }
        let (_, list) = portal.get("ada", TASKS).await;
        assert_eq!(list["totalTasks"], 0);
    }

    async fn bodies_that_are_none_are_refused(db: Database) {
        let portal = Portal::new(&db).await;
        let send = |body: &'static str, kind: &'static str| {
            let request = portal.request("ada", Method::POST, TASKS).header("content-type", kind);
            async move { request.body(body).send().await.unwrap().status().as_u16() }
        };
        for (body, kind, expected) in [
            ("", "application/json", 400),
            ("[]", "application/json", 400),
            (r#"{"templateRef": "template:default/service"}"#, "application/json", 400),
            (r#"{"templateRef": "template:default/service", "values": []}"#, "application/json", 400),
            (r#"{"templateRef": "template:default/service", "values": {}}"#, "text/plain", 400),
        ] {
            assert_eq!(send(body, kind).await, expected, "{body}");
        }
        let deep = format!(
            "{{\"templateRef\": \"x\", \"values\": {{\"a\": {}1{}}}}}",
            "[".repeat(10_000),
            "]".repeat(10_000)
        );
        let request = portal.request("ada", Method::POST, TASKS).header("content-type", "application/json");
        assert_eq!(request.body(deep).send().await.unwrap().status(), StatusCode::BAD_REQUEST);
        for (bytes, expected) in
            [(9 * 1024 * 1024, StatusCode::NOT_FOUND), (11 * 1024 * 1024, StatusCode::PAYLOAD_TOO_LARGE)]
        {
            let body =
                json!({ "templateRef": "template:default/nowhere", "values": { "file": "a".repeat(bytes) } });
            let (status, answer) = portal.post("ada", TASKS, &body).await;
            assert_eq!(status, expected, "{answer}");
        }
    }

    async fn runs_are_listed(db: Database) {
        let portal = Portal::new(&db).await;
        let mut ids = Vec::new();
        for (who, template) in
            [("ada", "service"), ("bob", "fail"), ("ada", "hold"), ("guest", "gate"), ("service", "service")]
        {
            let id = portal.start(who, template, json!({ "name": "x" })).await;
            let state = match template {
                "service" => "completed",
                "fail" => "failed",
                "gate" => "waiting",
                _ => "processing",
            };
            portal.reaches(&id, state).await;
            ids.push(id);
        }
        let mut told = String::new();
        for query in [
            "",
            "?order=asc:created_at",
            "?order=desc:status&order=asc:created_at",
            "?order=asc:created_by&order=asc:created_at",
            "?createdBy=user:default/ada&order=asc:created_at",
            "?createdBy=user:default/ada&createdBy=external:ci&status=completed&order=asc:created_at",
            "?status=processing&order=asc:created_at",
            "?status=waiting",
            "?status=skipped",
            "?limit=2&offset=1&order=asc:created_at",
            "?limit=0",
            "?offset=100",
        ] {
            let (status, list) = portal.get("ada", &format!("{TASKS}{query}")).await;
            assert_eq!(status, StatusCode::OK, "{query}: {list}");
            let number = |task: &Value| ids.iter().position(|id| *id == task["id"]).unwrap() + 1;
            let tasks = list["tasks"].as_array().unwrap();
            let tasks: Vec<String> = tasks
                .iter()
                .map(|task| {
                    format!(
                        "{} {} {}",
                        number(task),
                        task["createdBy"].as_str().unwrap_or("-"),
                        task["status"].as_str().unwrap()
                    )
                })
                .collect();
            told += &format!("{query} of {}: {}\n", list["totalTasks"], tasks.join(", "));
        }
        for query in [
            "?order=created_at",
            "?order=up:created_at",
            "?order=asc:spec",
            "?status=done",
            "?limit=-1",
            "?offset=x",
        ] {
            let (status, refused) = portal.get("ada", &format!("{TASKS}{query}")).await;
            told += &format!(
                "{query} {}: {}\n",
                status.as_u16(),
                refused["error"]["message"].as_str().unwrap_or_default()
            );
        }
        insta::allow_duplicates! { insta::assert_snapshot!(told, @r#"
         of 5: 5 external:ci completed, 4 - processing, 3 user:default/ada processing, 2 user:default/bob failed, 1 user:default/ada completed
        ?order=asc:created_at of 5: 1 user:default/ada completed, 2 user:default/bob failed, 3 user:default/ada processing, 4 - processing, 5 external:ci completed
        ?order=desc:status&order=asc:created_at of 5: 4 - processing, 3 user:default/ada processing, 2 user:default/bob failed, 1 user:default/ada completed, 5 external:ci completed
        ?order=asc:created_by&order=asc:created_at of 5: 4 - processing, 5 external:ci completed, 1 user:default/ada completed, 3 user:default/ada processing, 2 user:default/bob failed
        ?createdBy=user:default/ada&order=asc:created_at of 2: 1 user:default/ada completed, 3 user:default/ada processing
        ?createdBy=user:default/ada&createdBy=external:ci&status=completed&order=asc:created_at of 2: 1 user:default/ada completed, 5 external:ci completed
        ?status=processing&order=asc:created_at of 2: 3 user:default/ada processing, 4 - processing
        ?status=waiting of 1: 4 - processing
        ?status=skipped of 0: 
        ?limit=2&offset=1&order=asc:created_at of 5: 2 user:default/bob failed, 3 user:default/ada processing
        ?limit=0 of 5: 
        ?offset=100 of 5: 
        ?order=created_at 400: "created_at" is no order. Write asc: or desc: and created_at, created_by or status, such as desc:created_at.
        ?order=up:created_at 400: "up:created_at" is no order. Write asc: or desc: and created_at, created_by or status, such as desc:created_at.
        ?order=asc:spec 400: "asc:spec" is no order. Write asc: or desc: and created_at, created_by or status, such as desc:created_at.
        ?status=done 400: "done" is no status of a run. There are open, processing, waiting, asking, completed, failed, cancelled.
        ?limit=-1 400: limit must be a whole number of 0 or more, but is "-1"
        ?offset=x 400: offset must be a whole number of 0 or more, but is "x"
        "#); }
        portal.world.open.notify_one();
    }

    async fn a_run_is_cancelled(db: Database) {
        let portal = Portal::new(&db).await;
        let id = portal.start("ada", "hold", json!({})).await;
        portal.reaches(&id, "processing").await;
        let cancel = format!("{TASKS}/{id}/cancel");
        let (status, answer) = portal.post("ada", &cancel, &json!({})).await;
        assert_eq!((status, answer), (StatusCode::OK, json!({ "status": "cancelled" })));
        let run = portal.reaches(&id, "cancelled").await;
        assert_eq!(
            (&run["steps"][0]["state"], &run["steps"][1]["state"]),
            (&json!("cancelled"), &json!("open"))
        );
        let (status, _) = portal.post("ada", &cancel, &json!({})).await;
        assert_eq!(status, StatusCode::OK, "it is cancelled");
        let done = portal.start("ada", "service", json!({ "name": "x" })).await;
        portal.reaches(&done, "completed").await;
        let (status, refused) = portal.post("ada", &format!("{TASKS}/{done}/cancel"), &json!({})).await;
        assert_eq!(status, StatusCode::CONFLICT, "{refused}");
    }

    async fn a_run_is_retried_from_the_step_that_failed(db: Database) {
        let portal = Portal::new(&db).await;
        let id = portal.start("ada", "mend", json!({})).await;
        let failed = portal.reaches(&id, "failed").await;
        assert_eq!(
            (&failed["failedStep"], &failed["error"]),
            (&json!("mend"), &json!("It broke. Mend it, and retry."))
        );
        let request = portal.request("ada", Method::POST, &format!("{TASKS}/{id}/retry"));
        let answer = request.send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::CREATED, "a body may be left out");
        assert_eq!(answer.json::<Value>().await.unwrap(), json!({ "id": id }));
        portal.reaches(&id, "completed").await;
        assert_eq!(portal.seen(), ["before {}", "mend {}", "mend {}", "after {}"]);
        let (status, refused) = portal.post("ada", &format!("{TASKS}/{id}/retry"), &json!({})).await;
        assert_eq!(status, StatusCode::CONFLICT, "{refused}");
    }

    async fn secrets_are_given_again_and_never_told(db: Database) {
        let portal = Portal::new(&db).await;
        let body = json!({ "templateRef": "template:default/secret", "values": {}, "secrets": { "token": "hunter2" } });
        let (_, created) = portal.post("ada", TASKS, &body).await;
        let id = created["id"].as_str().unwrap();
        portal.reaches(id, "failed").await;
        let retry = format!("{TASKS}/{id}/retry");
        for (body, expected) in [
            (json!({}), 400),
            (json!({ "secrets": { "token": "abc" } }), 400),
            (json!({ "secrets": { "token": 5 } }), 400),
            (json!({ "secrets": { "token": "hunter3" } }), 201),
        ] {
            let (status, answer) = portal.post("ada", &retry, &body).await;
            assert_eq!(status.as_u16(), expected, "{answer}");
        }
        portal.reaches(id, "completed").await;
        assert_eq!(portal.seen(), [r#"use {"token":"hunter2"}"#, r#"use {"token":"hunter3"}"#]);
        for path in [
            format!("{TASKS}/{id}"),
            format!("{TASKS}/{id}/events"),
            format!("/api/portico/scaffolder/tasks/{id}"),
            TASKS.to_owned(),
        ] {
            let (_, told) = portal.get("ada", &path).await;
            assert!(!told.to_string().contains("hunter"), "{path}: {told}");
        }
    }

    async fn a_run_is_started_once_more(db: Database) {
        let portal = Portal::new(&db).await;
        let id = portal.start("ada", "service", json!({ "name": "shop" })).await;
        portal.reaches(&id, "completed").await;
        let (status, created) =
            portal.post("bob", &format!("/api/portico/scaffolder/tasks/{id}/rerun"), &json!({})).await;
        assert_eq!(status, StatusCode::CREATED, "{created}");
        let again = portal.reaches(created["id"].as_str().unwrap(), "completed").await;
        assert_eq!(again["createdBy"], "user:default/bob");
        assert_ne!(again["id"], id);
        assert_eq!(portal.seen().iter().filter(|seen| *seen == r#"first {"name":"shop"}"#).count(), 2);
    }

    async fn another_process_works_on_what_this_one_starts(db: Database) {
        let config = scaffolder::Config { concurrent_tasks_limit: Some(0), ..Default::default() };
        let portal = Portal::with(&db, Options { config, ..Default::default() }).await;
        let id = portal.start("ada", "service", json!({ "name": "shop" })).await;
        assert_eq!(portal.run(&id).await["state"], "open", "nobody works here");
        let another = portal.another(&portal.database);
        portal.reaches(&id, "completed").await;
        another.stop();
        another.stopped().await;
    }
}

testkit::on_both_engines! {
    async fn runs_that_completed_are_counted_for_their_templates(db: Database) {
        let portal = Portal::new(&db).await;
        for name in ["a", "b"] {
            let id = portal.start("ada", "service", json!({ "name": name })).await;
            portal.reaches(&id, "completed").await;
        }
        let failed = portal.start("ada", "mend", json!({})).await;
        portal.reaches(&failed, "failed").await;
        let (status, usage) = portal.get("guest", "/api/portico/scaffolder/usage").await;
        assert_eq!(status, StatusCode::OK);
        let counted = |of: &Value| (of["templateRef"].clone(), of["completedRuns"].clone(), of["savedSeconds"].clone());
        let counted: Vec<_> = usage.as_array().unwrap().iter().map(counted).collect();
        assert_eq!(counted, [(json!("template:default/service"), json!(2), json!(28_800))], "{usage}");
        assert!(usage[0]["lastAt"].is_string(), "{usage}");
        assert_eq!(portal.get("nobody", "/api/portico/scaffolder/usage").await.0, StatusCode::UNAUTHORIZED);
    }
}

testkit::on_both_engines! {
    async fn expressions_that_fail_are_left_as_they_stand_where_that_is_configured(db: Database) {
        let strict = Portal::new(&db).await;
        let (status, refused) = strict.post("ada", TASKS, &json!({ "templateRef": "template:default/loose", "values": {} })).await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{refused}");
        assert!(refused.to_string().contains("/spec/steps/0/input/none"), "{refused}");
        strict.scaffolder.stop();
        strict.scaffolder.stopped().await;
        let options = Options { failures: Failures::SourceText, ..Options::default() };
        let portal = Portal::with(&db, options).await;
        let id = portal.start("ada", "loose", json!({})).await;
        portal.reaches(&id, "completed").await;
        assert_eq!(portal.seen(), [r#"loose {"fails":"${{ parameters.a.b.c() }}","none":"${{ 1 + }}"}"#]);
    }
}
