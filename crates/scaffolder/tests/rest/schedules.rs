//! Runs that are started again and again.

use axum::http::Method;
use platform::database::Database;
use reqwest::StatusCode;
use sea_orm::{ConnectionTrait as _, Statement};
use serde_json::{Value, json};
use testkit::eventually;

use crate::portal::{Options, PATIENCE, Portal};

const SCHEDULES: &str = "/api/portico/scaffolder/schedules";

async fn added(portal: &Portal, who: &str, template: &str, values: Value) -> String {
    let body =
        json!({ "templateRef": template, "values": values, "cron": "@daily", "timeZone": "Europe/Berlin" });
    let (status, created) = portal.post(who, SCHEDULES, &body).await;
    assert_eq!(status, StatusCode::CREATED, "{created}");
    created["id"].as_str().unwrap().to_owned()
}

async fn shown(portal: &Portal, id: &str) -> Value {
    let (status, schedule) = portal.get("service", &format!("{SCHEDULES}/{id}")).await;
    assert_eq!(status, StatusCode::OK, "{schedule}");
    schedule
}

/// Lets a day and some hours pass, which a schedule would wait for; so it was due at another moment each time.
async fn a_day_later(portal: &Portal, id: &str, hours: i64) {
    let passed = (24 + hours) * 60 * 60 * 1_000;
    let txn = portal.database.begin_write().await.unwrap();
    let sql = format!("UPDATE scaffolder_schedule SET next_at = next_at - {passed} WHERE id = '{id}'");
    let statement = Statement::from_string(txn.get_database_backend(), sql);
    assert_eq!(txn.execute_raw(statement).await.unwrap().rows_affected(), 1);
    txn.commit().await.unwrap();
}

/// Lets it be somebody else's, as if that had been so from the beginning.
async fn given_to(portal: &Portal, id: &str, owner: &str) {
    let txn = portal.database.begin_write().await.unwrap();
    let sql = format!("UPDATE scaffolder_schedule SET created_by = '{owner}' WHERE id = '{id}'");
    let statement = Statement::from_string(txn.get_database_backend(), sql);
    assert_eq!(txn.execute_raw(statement).await.unwrap().rows_affected(), 1);
    txn.commit().await.unwrap();
}

/// The schedule once it was due.
async fn after_it_was_due(portal: &Portal, id: &str, hours: i64) -> Value {
    let before = shown(portal, id).await["lastAt"].clone();
    a_day_later(portal, id, hours).await;
    eventually("the schedule to have been due", PATIENCE, || async {
        let schedule = shown(portal, id).await;
        (schedule["lastAt"] != before).then_some(schedule)
    })
    .await
}

testkit::on_both_engines! {
    async fn a_schedule_starts_a_run_each_time_and_only_one(db: Database) {
        let portal = Portal::new(&db).await;
        let other = portal.another(&db);
        let id = added(&portal, "ada", "service", json!({ "name": "x" })).await;
        let before = shown(&portal, &id).await;
        assert_eq!(before["templateRef"], "template:default/service");
        assert_eq!((&before["createdBy"], &before["suspended"]), (&json!("user:default/ada"), &json!(false)));
        assert!(before["nextAt"].is_string() && before["lastTask"].is_null(), "{before}");

        let first = after_it_was_due(&portal, &id, 1).await;
        assert_eq!(first["nextAt"], before["nextAt"], "the next day is the same one again");
        let run = portal.reaches(first["lastTask"].as_str().unwrap(), "completed").await;
        assert_eq!(run["createdBy"], "user:default/ada");
        assert_eq!(run["output"]["text"][0]["content"], "user:default/ada");
        let task = run["id"].as_str().unwrap();
        let (_, events) = portal.get("ada", &format!("/api/scaffolder/v2/tasks/{task}/events")).await;
        let told = format!("Started by the schedule {id} of user:default/ada.");
        assert!(events.to_string().contains(&told), "{events}");

        let second = after_it_was_due(&portal, &id, 2).await;
        assert!(second["lastError"].is_null(), "{second}");
        portal.reaches(second["lastTask"].as_str().unwrap(), "completed").await;
        assert_eq!(portal.rows("SELECT id FROM scaffolder_task").await.len(), 2, "one for each time");
        other.stop();
        other.stopped().await;
    }
}

testkit::on_both_engines! {
    async fn what_keeps_a_run_from_being_started_is_told(db: Database) {
        let portal = Portal::new(&db).await;
        let id = added(&portal, "ada", "template:default/hold", json!({})).await;
        let first = after_it_was_due(&portal, &id, 1).await;
        let second = after_it_was_due(&portal, &id, 2).await;
        assert_eq!(second["lastError"], "The run before it had not ended, so none was started.");
        assert_eq!(second["lastTask"], first["lastTask"]);
        portal.world.open.notify_one();
        portal.reaches(first["lastTask"].as_str().unwrap(), "completed").await;
        portal.world.open.notify_one();
        let third = after_it_was_due(&portal, &id, 3).await;
        assert!(third["lastError"].is_null() && third["lastTask"] != first["lastTask"], "{third}");

        let gone = added(&portal, "ada", "service", json!({ "name": "x" })).await;
        given_to(&portal, &gone, "user:default/dora").await;
        let due = after_it_was_due(&portal, &gone, 1).await;
        assert!(due["lastError"].as_str().unwrap().starts_with("user:default/dora is not in the catalog"), "{due}");
        assert!(due["nextAt"].is_string(), "she may come back");
    }
}

testkit::on_both_engines! {
    async fn a_guest_has_no_runs_where_guests_are_not_let_in(db: Database) {
        for keeps_guests_out in [false, true] {
            let portal = Portal::with(&db, Options { keeps_guests_out, ..Options::default() }).await;
            let id = added(&portal, "ada", "service", json!({ "name": "x" })).await;
            given_to(&portal, &id, "").await;
            let due = after_it_was_due(&portal, &id, 1).await;
            assert_eq!(due["lastTask"].is_null(), keeps_guests_out, "{due}");
            let told = due["lastError"].as_str().unwrap_or_default();
            assert_eq!(told.starts_with("Guests are not let in any more."), keeps_guests_out, "{told}");
            portal.scaffolder.stop();
            portal.scaffolder.stopped().await;
        }
    }
}

testkit::on_both_engines! {
    async fn schedules_are_changed_suspended_and_removed(db: Database) {
        let portal = Portal::new(&db).await;
        let id = added(&portal, "ada", "service", json!({ "name": "x" })).await;
        let path = format!("{SCHEDULES}/{id}");
        let change = |body: Value| {
            let (portal, path) = (&portal, path.clone());
            async move { portal.send("ada", Method::PATCH, &path, Some(&body)).await }
        };
        assert_eq!(change(json!({ "suspended": true })).await.0, StatusCode::NO_CONTENT);
        assert!(shown(&portal, &id).await["nextAt"].is_null());
        assert_eq!(change(json!({ "cron": "0 12 * * *", "timeZone": "UTC" })).await.0, StatusCode::NO_CONTENT);
        let suspended = shown(&portal, &id).await;
        assert_eq!((&suspended["suspended"], &suspended["nextAt"]), (&json!(true), &Value::Null));
        assert_eq!(change(json!({ "suspended": false })).await.0, StatusCode::NO_CONTENT);
        assert!(shown(&portal, &id).await["nextAt"].as_str().unwrap().ends_with("T12:00:00.000Z"));
        let (status, refused) = change(json!({ "cron": "at noon" })).await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{refused}");
        assert_eq!(shown(&portal, &id).await["cron"], "0 12 * * *");

        assert_eq!(portal.send("ada", Method::DELETE, &path, None).await.0, StatusCode::NO_CONTENT);
        assert_eq!(portal.send("ada", Method::DELETE, &path, None).await.0, StatusCode::NOT_FOUND);
        assert_eq!(portal.get("ada", SCHEDULES).await.1, json!([]));
    }
}

testkit::on_both_engines! {
    async fn what_could_not_be_started_is_no_schedule(db: Database) {
        let portal = Portal::new(&db).await;
        for (body, told) in [
            (json!({ "templateRef": "service", "values": {}, "cron": "@daily" }), "name"),
            (json!({ "templateRef": "service", "values": { "name": "x" }, "cron": "0 0 30 2 *" }), "never be due"),
            (json!({ "templateRef": "service", "values": { "name": "x" }, "cron": "* * * * * *" }), "cron"),
            (json!({ "templateRef": "service", "values": { "name": "x" }, "cron": "@daily", "timeZone": "X" }), "timeZone"),
            // Secrets are not kept for so long.
            (json!({ "templateRef": "secret", "values": {}, "cron": "@daily" }), "token"),
            (json!({ "templateRef": "secret-if-wanted", "values": {}, "cron": "@daily" }), "takes secrets (token)"),
            (json!({ "templateRef": "service", "values": { "name": "x" }, "cron": "*/4 * * * *" }), "less often"),
            (json!({ "templateRef": "service", "values": { "name": "x" }, "cron": "*/7 */5 31W 2,4,6,9,11 +MON#5" }), "never be due"),
            (json!({ "templateRef": "component:default/x", "values": {}, "cron": "@daily" }), "no template"),
        ] {
            let (status, refused) = portal.post("ada", SCHEDULES, &body).await;
            assert_eq!(status, StatusCode::BAD_REQUEST, "{body}: {refused}");
            assert!(refused.to_string().contains(told), "{body}: {refused}");
        }
        // Whose groups are not known can't have anything started.
        let new = json!({ "templateRef": "service", "values": { "name": "x" }, "cron": "@daily" });
        let (status, refused) = portal.post("dora", SCHEDULES, &new).await;
        assert_eq!(status, StatusCode::FORBIDDEN, "{refused}");
        let nowhere = json!({ "templateRef": "nowhere", "values": {}, "cron": "@daily" });
        assert_eq!(portal.post("ada", SCHEDULES, &nowhere).await.0, StatusCode::NOT_FOUND);
        assert_eq!(portal.get("ada", SCHEDULES).await.1, json!([]));
    }
}

testkit::on_both_engines! {
    async fn schedules_are_ones_own_where_permissions_are_on(db: Database) {
        let portal = Portal::with(&db, Options { permissions: true, ..Options::default() }).await;
        let id = added(&portal, "ada", "service", json!({ "name": "x" })).await;
        let path = format!("{SCHEDULES}/{id}");
        let change = json!({ "suspended": true });
        for (who, read, changed, removed, listed) in
            [("nobody", 401, 401, 401, None), ("guest", 404, 403, 403, Some(0)), ("dora", 404, 404, 404, Some(0)), ("service", 200, 204, 204, Some(1))]
        {
            assert_eq!(portal.get(who, &path).await.0, read, "{who}");
            assert_eq!(portal.send(who, Method::PATCH, &path, Some(&change)).await.0, changed, "{who}");
            let list = portal.get(who, SCHEDULES).await.1;
            assert_eq!(list.as_array().map(Vec::len), listed, "{who}");
            assert_eq!(portal.send(who, Method::DELETE, &path, None).await.0, removed, "{who}");
        }
        let new = json!({ "templateRef": "service", "values": { "name": "x" }, "cron": "@daily" });
        assert_eq!(portal.post("guest", SCHEDULES, &new).await.0, 403);
    }
}
