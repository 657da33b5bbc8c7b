//! Approvals, webhooks, and questions about interrupted steps.

use axum::http::Method;
use platform::database::Database;
use reqwest::StatusCode;
use serde_json::{Value, json};
use testkit::eventually;

use crate::portal::{PATIENCE, Portal};

async fn decide(portal: &Portal, who: &str, id: &str, step: &str, body: &Value) -> u16 {
    let (status, answer) =
        portal.post(who, &format!("/api/portico/scaffolder/tasks/{id}/steps/{step}/decision"), body).await;
    assert!(status.is_success() || answer["error"]["message"].is_string(), "{answer}");
    status.as_u16()
}

testkit::on_both_engines! {
    async fn who_may_decide_decides_once(db: Database) {
        let portal = Portal::new(&db).await;
        let id = portal.start("ada", "gate", json!({ "name": "shop" })).await;
        let run = portal.reaches(&id, "waiting").await;
        assert_eq!(run["waits"]["reason"], "Approval by group:default/platform, user:default/cleo");
        assert_eq!(run["approvals"][0]["title"], "A cluster for shop");
        let (_, task) = portal.get("ada", &format!("/api/scaffolder/v2/tasks/{id}")).await;
        assert_eq!(task["status"], "processing", "clients of Backstage know no run that waits");

        let approved = json!({ "approved": true, "comment": " all right " });
        for (who, step, body, expected) in [
            ("nobody", "gate", &approved, 401),
            ("guest", "gate", &approved, 403),
            ("service", "gate", &approved, 403),
            ("ada", "gate", &approved, 403),
            ("dora", "gate", &approved, 403),
            ("bob", "after", &approved, 409),
            ("bob", "gate[0]", &approved, 409),
            ("bob", "gate", &json!({ "approved": "yes" }), 400),
            ("bob", "gate", &json!({}), 400),
            ("bob", "gate", &json!({ "approved": true, "comment": "x".repeat(5_000) }), 400),
            ("bob", "gate", &approved, 204),
            ("cleo", "gate", &json!({ "approved": false }), 409),
        ] {
            assert_eq!(decide(&portal, who, &id, step, body).await, expected, "{who} {step}");
        }
        portal.reaches(&id, "completed").await;
        assert_eq!(portal.seen(), [r#"after {"by":"user:default/bob"}"#]);
        let (_, events) = portal.get("ada", &format!("/api/scaffolder/v2/tasks/{id}/events")).await;
        let told = events.to_string();
        assert!(told.contains("Approved by user:default/bob: all right"), "{told}");
        assert_eq!(decide(&portal, "bob", &id, "gate", &approved).await, 409, "it is over");
    }

    async fn a_rejection_fails_the_run_and_a_retry_asks_anew(db: Database) {
        let portal = Portal::new(&db).await;
        let id = portal.start("ada", "gate", json!({ "name": "shop" })).await;
        portal.reaches(&id, "waiting").await;
        assert_eq!(
            decide(&portal, "bob", &id, "gate", &json!({ "approved": false, "comment": "too dear" })).await,
            204
        );
        let failed = portal.reaches(&id, "failed").await;
        assert_eq!(failed["error"], "user:default/bob rejected this: too dear");
        let (status, _) =
            portal.post("ada", &format!("/api/scaffolder/v2/tasks/{id}/retry"), &json!({})).await;
        assert_eq!(status, StatusCode::CREATED);
        portal.reaches(&id, "waiting").await;
        assert_eq!(decide(&portal, "cleo", &id, "gate", &json!({ "approved": true })).await, 204);
        portal.reaches(&id, "completed").await;
    }

    async fn each_item_is_decided_by_itself(db: Database) {
        let portal = Portal::new(&db).await;
        let id = portal.start("bob", "gates", json!({})).await;
        for (item, comment) in [("0", "eu is fine"), ("1", "us too")] {
            let step = format!("gate[{item}]");
            eventually("the item to be asked for", PATIENCE, || async {
                (portal.run(&id).await["approvals"][0]["step"] == step).then_some(())
            })
            .await;
            assert_eq!(
                decide(&portal, "bob", &id, &step, &json!({ "approved": true })).await,
                400,
                "a comment is asked for"
            );
            assert_eq!(
                decide(&portal, "bob", &id, &step, &json!({ "approved": true, "comment": comment })).await,
                204,
                "one's own may be approved here"
            );
        }
        portal.reaches(&id, "completed").await;
        assert_eq!(portal.seen(), [r#"after {"by":["eu is fine","us too"]}"#]);
    }

    async fn branches_ask_at_the_same_time(db: Database) {
        let portal = Portal::new(&db).await;
        let id = portal.start("ada", "gates-at-once", json!({})).await;
        let run = portal.reaches(&id, "waiting").await;
        let asked = |run: &Value| {
            let approvals = run["approvals"].as_array().unwrap().iter();
            let mut steps: Vec<_> = approvals.map(|one| one["step"].as_str().unwrap().to_owned()).collect();
            steps.sort();
            steps
        };
        assert_eq!(asked(&run), ["pay[0]", "secure"]);
        let of_cleo = portal.get("cleo", "/api/portico/scaffolder/approvals").await.1;
        assert_eq!(of_cleo.as_array().unwrap().iter().map(|one| &one["step"]).collect::<Vec<_>>(), ["pay[0]"]);
        let yes = |comment: &str| json!({ "approved": true, "comment": comment });
        assert_eq!(decide(&portal, "bob", &id, "pay[0]", &yes("")).await, 403, "that is for Cleo");
        assert_eq!(decide(&portal, "cleo", &id, "pay[1]", &yes("")).await, 409, "not asked for yet");
        assert_eq!(decide(&portal, "bob", &id, "secure", &yes("")).await, 204);
        assert_eq!(decide(&portal, "bob", &id, "secure", &yes("")).await, 409);
        eventually("the branch to go on", PATIENCE, || async { (!portal.seen().is_empty()).then_some(()) }).await;
        let run = portal.reaches(&id, "waiting").await;
        assert_eq!(asked(&run), ["pay[0]"]);
        assert_eq!(decide(&portal, "cleo", &id, "pay[0]", &yes("a")).await, 204);
        eventually("the other item to be asked for", PATIENCE, || async {
            (asked(&portal.run(&id).await) == ["pay[1]"]).then_some(())
        })
        .await;
        assert_eq!(decide(&portal, "cleo", &id, "pay[1]", &yes("b")).await, 204);
        portal.reaches(&id, "completed").await;
        assert_eq!(portal.seen(), [r#"secured {"by":"user:default/bob"}"#, r#"after {"by":["a","b"]}"#]);
    }

    async fn a_rejection_in_a_branch_ends_what_the_others_wait_for(db: Database) {
        let portal = Portal::new(&db).await;
        let id = portal.start("ada", "gates-at-once", json!({})).await;
        portal.reaches(&id, "waiting").await;
        let no = json!({ "approved": false, "comment": "no money" });
        assert_eq!(decide(&portal, "cleo", &id, "pay[0]", &no).await, 204);
        let failed = portal.reaches(&id, "failed").await;
        assert_eq!(failed["approvals"], json!([]));
        assert!(failed["error"].as_str().unwrap().contains("no money"), "{failed}");
        assert_eq!(decide(&portal, "bob", &id, "secure", &json!({ "approved": true })).await, 409);
        portal.post("ada", &format!("/api/scaffolder/v2/tasks/{id}/retry"), &json!({})).await;
        let run = portal.reaches(&id, "waiting").await;
        assert_eq!(run["approvals"].as_array().unwrap().len(), 2, "a retry asks anew");
    }

    async fn what_one_is_asked_is_listed(db: Database) {
        let portal = Portal::new(&db).await;
        let list = |who: &'static str| {
            let portal = &portal;
            async move {
                let (status, list) = portal.get(who, "/api/portico/scaffolder/approvals").await;
                assert_eq!(status, StatusCode::OK, "{list}");
                let titles = list
                    .as_array()
                    .unwrap()
                    .iter()
                    .map(|approval| approval["title"].as_str().unwrap().to_owned());
                titles.collect::<Vec<_>>()
            }
        };
        for name in ["one", "two"] {
            let id = portal.start("ada", "gate", json!({ "name": name })).await;
            portal.reaches(&id, "waiting").await;
        }
        let of_bob = portal.start("bob", "gate", json!({ "name": "three" })).await;
        portal.reaches(&of_bob, "waiting").await;
        assert_eq!(list("bob").await, ["A cluster for one", "A cluster for two"], "not one's own");
        assert_eq!(list("cleo").await.len(), 3);
        assert!(list("ada").await.is_empty());
        portal.post("bob", &format!("/api/scaffolder/v2/tasks/{of_bob}/cancel"), &json!({})).await;
        assert_eq!(list("cleo").await.len(), 2);
    }

    async fn a_webhook_works_once_and_with_its_token_alone(db: Database) {
        let portal = Portal::new(&db).await;
        let id = portal.start("ada", "hook", json!({})).await;
        eventually("the address to be given", PATIENCE, || async {
            (portal.seen().len() >= 2).then_some(())
        })
        .await;
        let seen: Value = serde_json::from_str(portal.seen()[0].strip_prefix("send ").unwrap()).unwrap();
        let url = seen["url"].as_str().unwrap().to_owned();
        let path = url.strip_prefix(portal.address()).unwrap().to_owned();
        let (place, token) = path.split_once("?token=").unwrap();
        let send = |path: String, kind: &'static str, body: Vec<u8>| {
            let request = portal.request("nobody", Method::POST, &path).header("content-type", kind);
            async move { request.body(body).send().await.unwrap().status().as_u16() }
        };
        let json_body = || br#"{"built": true}"#.to_vec();
        let other_step = place.replace("/steps/wait/", "/steps/after/");
        let other_run = place.replace(&id, "00000000-0000-4000-8000-000000000000");
        for (path, kind, body, expected) in [
            (place.to_owned(), "application/json", json_body(), 400),
            (format!("{place}?token="), "application/json", json_body(), 404),
            (format!("{place}?token={}x", &token[1..]), "application/json", json_body(), 404),
            (format!("{other_step}?token={token}"), "application/json", json_body(), 404),
            (format!("{other_run}?token={token}"), "application/json", json_body(), 404),
            (path.clone(), "application/json", b"{".to_vec(), 400),
            (path.clone(), "text/plain", vec![0xff], 400),
            (path.clone(), "text/plain", vec![b'a'; 300_000], 413),
            // It comes before the step waits for it, and is not lost.
            (path.clone(), "application/json", json_body(), 204),
            (path.clone(), "application/json", json_body(), 409),
        ] {
            assert_eq!(send(path.clone(), kind, body).await, expected, "{path}");
        }
        portal.world.open.notify_one();
        portal.reaches(&id, "completed").await;
        assert_eq!(portal.seen().last().unwrap(), r#"after {"got":{"built":true}}"#);
        assert_eq!(send(path.clone(), "application/json", json_body()).await, 409, "the run is over");
        let (_, events) = portal.get("ada", &format!("/api/scaffolder/v2/tasks/{id}/events")).await;
        assert!(!events.to_string().contains(token), "{events}");
    }

    async fn a_webhook_wakes_a_run_that_waits(db: Database) {
        let portal = Portal::new(&db).await;
        let id = portal.start("ada", "hook", json!({})).await;
        portal.world.open.notify_one();
        portal.reaches(&id, "waiting").await;
        let seen: Value = serde_json::from_str(portal.seen()[0].strip_prefix("send ").unwrap()).unwrap();
        let path = seen["url"].as_str().unwrap().strip_prefix(portal.address()).unwrap().to_owned();
        let request =
            portal.request("nobody", Method::POST, &path).header("content-type", "text/plain; charset=utf-8");
        assert_eq!(request.body("fertig ü").send().await.unwrap().status(), StatusCode::NO_CONTENT);
        portal.reaches(&id, "completed").await;
        assert_eq!(portal.seen().last().unwrap(), r#"after {"got":"fertig ü"}"#);
    }

    async fn a_question_is_answered(db: Database) {
        let config = scaffolder::Config { concurrent_tasks_limit: Some(0), ..Default::default() };
        let portal = Portal::with(&db, crate::portal::Options { config, ..Default::default() }).await;
        for (answer, calls, state) in [
            (json!({ "answer": "again" }), 1, "completed"),
            (json!({ "answer": "done", "output": { "id": 7 } }), 0, "completed"),
            (json!({ "answer": "failed", "reason": "nothing arrived" }), 0, "failed"),
        ] {
            let id = portal.start("ada", "blind", json!({})).await;
            interrupt(&db, &id).await;
            let another = portal.another(&db);
            let run = portal.reaches(&id, "asking").await;
            assert_eq!(run["waits"]["step"], "blind");
            let path = format!("/api/portico/scaffolder/tasks/{id}/steps/blind/answer");
            for (who, body, expected) in [
                ("nobody", &answer, 401),
                ("ada", &json!({ "answer": "maybe" }), 400),
                ("ada", &json!({ "answer": "again", "output": {} }), 400),
                ("ada", &answer, 204),
            ] {
                let (status, told) = portal.post(who, &path, body).await;
                assert_eq!(status.as_u16(), expected, "{who} {body}: {told}");
            }
            let run = portal.reaches(&id, state).await;
            let seen: Vec<String> = std::mem::take(&mut *portal.world.seen.lock().unwrap());
            assert_eq!(seen.iter().filter(|seen| seen.starts_with("blind")).count(), calls, "{answer}");
            match answer["answer"].as_str() {
                Some("done") => assert_eq!(seen.last().unwrap(), r#"after {"id":7}"#),
                Some("failed") => assert_eq!(run["error"], "nothing arrived"),
                _ => {}
            }
            let (status, _) = portal.post("ada", &path, &answer).await;
            assert_eq!(status, StatusCode::CONFLICT);
            another.stop();
            another.stopped().await;
        }
    }
}

/// As a process leaves a run that is killed in its first step.
async fn interrupt(db: &Database, id: &str) {
    use sea_orm::ConnectionTrait as _;
    let txn = db.begin_write().await.unwrap();
    let step = format!(
        "INSERT INTO scaffolder_step (task_id, id, number, name, action, state, started_at) VALUES ('{id}', 'blind', 0, 'blind', \
         'test:blind', 'processing', 1)"
    );
    let task = format!(
        "UPDATE scaffolder_task SET state = 'processing', attempt = 1, due_at = 1, heartbeat_at = 4000000000000 WHERE id = '{id}'"
    );
    for statement in [step, task] {
        txn.execute_unprepared(&statement).await.unwrap();
    }
    txn.commit().await.unwrap();
}
