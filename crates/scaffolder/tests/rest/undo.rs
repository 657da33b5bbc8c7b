//! Runs that are undone, as the API tells of them.

use axum::http::Method;
use platform::database::Database;
use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::portal::Portal;

const TASKS: &str = "/api/scaffolder/v2/tasks";

/// The steps of a run in short.
fn steps(run: &Value) -> Vec<String> {
    let steps = run["steps"].as_array().expect("steps").iter();
    let text = |step: &Value, key: &str| step[key].as_str().unwrap_or("-").to_owned();
    steps
        .map(|step| format!("{} {} {}", text(step, "id"), text(step, "state"), text(step, "compensates")))
        .collect()
}

testkit::on_both_engines! {
    async fn what_a_run_undid_is_told_and_it_is_not_retried(db: Database) {
        let portal = Portal::new(&db).await;
        let id = portal.start("ada", "undo", json!({})).await;
        let run = portal.reaches(&id, "failed").await;
        assert_eq!(run["failedStep"], "broken");
        let expected = [
            "made completed -", "held completed -", "broken failed -", "after skipped -",
            "held.compensate failed held", "made.compensate completed made",
        ];
        assert_eq!(steps(&run), expected);
        assert_eq!(run["steps"][4]["error"], "It broke. Mend it, and retry.");
        assert_eq!(run["steps"][5]["name"], "Remove it");
        let seen = portal.seen();
        assert_eq!(seen[seen.len() - 1], r#"made.compensate {"removed":"it"}"#, "{seen:?}");
        let log = format!("{TASKS}/{id}/events");
        let (_, log) = portal.get("ada", &log).await;
        assert!(log.to_string().contains("1 of 2 compensations are done."), "{log}");

        let (status, refused) = portal.post("ada", &format!("{TASKS}/{id}/retry"), &json!({})).await;
        assert_eq!(status, StatusCode::CONFLICT, "{refused}");
        let why = refused["error"]["message"].as_str().unwrap_or_default();
        assert!(why.contains("undone") && why.contains("Start another run"), "{why}");
        let rerun = format!("/api/portico/scaffolder/tasks/{id}/rerun");
        let (status, again) = portal.post("ada", &rerun, &json!({})).await;
        assert_eq!(status, StatusCode::CREATED, "{again}");
        portal.reaches(again["id"].as_str().unwrap(), "failed").await;
    }

    async fn a_run_without_anything_to_undo_is_retried(db: Database) {
        let portal = Portal::new(&db).await;
        let id = portal.start("ada", "undo-nothing", json!({})).await;
        let run = portal.reaches(&id, "failed").await;
        assert_eq!(steps(&run), ["mend failed -", "after skipped -"]);
        let retry = portal.request("ada", Method::POST, &format!("{TASKS}/{id}/retry"));
        assert_eq!(retry.send().await.unwrap().status(), StatusCode::CREATED);
        let run = portal.reaches(&id, "completed").await;
        assert_eq!(steps(&run), ["mend completed -", "after completed -"]);
    }

    async fn cancelling_undoes(db: Database) {
        let portal = Portal::new(&db).await;
        let id = portal.start("ada", "undo-hold", json!({})).await;
        portal.reaches(&id, "processing").await;
        testkit::eventually("the step to begin", crate::portal::PATIENCE, || async {
            portal.seen().iter().any(|seen| seen.starts_with("hold")).then_some(())
        })
        .await;
        let (status, answer) = portal.post("ada", &format!("{TASKS}/{id}/cancel"), &json!({})).await;
        assert_eq!(status, StatusCode::OK, "{answer}");
        let run = portal.reaches(&id, "cancelled").await;
        assert_eq!(steps(&run), ["made completed -", "hold cancelled -", "made.compensate completed made"]);
    }

    async fn branches_are_told_and_their_steps_are_retried(db: Database) {
        let portal = Portal::new(&db).await;
        let id = portal.start("ada", "branches", json!({})).await;
        let run = portal.reaches(&id, "failed").await;
        assert_eq!((&run["failedStep"], &run["steps"][0]["name"]), (&json!("mend"), &json!("a, b")));
        let shown: Vec<String> = run["steps"].as_array().unwrap().iter()
            .map(|step| format!("{} {} {}", step["id"], step["state"], step["branch"]).replace('"', ""))
            .collect();
        let expected = [
            "both failed null", "one completed {of:both,name:a}", "mend failed {of:both,name:b}",
            "more skipped {of:both,name:b}", "after skipped null",
        ];
        assert_eq!(shown, expected);
        let (_, task) = portal.get("ada", &format!("{TASKS}/{id}")).await;
        assert_eq!(task["spec"]["steps"][0]["name"], "a, b", "{task}");
        let (status, refused) = portal.post("ada", &format!("{TASKS}/{id}/retry"), &json!({})).await;
        assert_eq!(status, StatusCode::CREATED, "{refused}");
        portal.reaches(&id, "completed").await;
        let mut seen = portal.seen();
        seen[..2].sort();
        assert_eq!(seen, ["mend {}", "one {}", "mend {}", "more {}", "after {}"], "what was done is not done again");
    }
}
