//! Who started a run is told how it ended.

use platform::notify::{Recipients, Severity};

use super::*;
use crate::store::Arrival;

/// A run of these steps that somebody started, worked on until nothing is due any more.
async fn run(bench: &Bench, by: &str, steps: Value) -> String {
    let id = bench.start_by(by, json!({ "steps": steps }), &[]).await;
    bench.work().await;
    id
}

testkit::on_both_engines! {
    async fn a_failure_is_told_to_who_started_the_run(db: Database) {
        let bench = Bench::new(db).await;
        let breaks = json!([step("one", "fail", &json!({ "name": "it" }))]);
        for by in ["", "external:ci"] {
            run(&bench, by, breaks.clone()).await;
        }
        assert_eq!(*bench.people.told(), [], "guests have no notifications, and programs look by themselves");
        let id = run(&bench, "user:default/jane", breaks).await;
        let told = bench.people.told();
        assert_eq!(told.len(), 1, "{told:?}");
        let of = vec!["user:default/jane".to_owned()];
        assert_eq!(told[0].recipients, Recipients::Entities { of, except: vec![] });
        assert_eq!((told[0].title.as_str(), told[0].severity), ("x: the run failed", Severity::High));
        assert_eq!(told[0].description.as_deref(), Some("it broke"));
        assert_eq!(told[0].link, Some(format!("/create/tasks/{id}")));
        assert_eq!(told[0].scope, Some(format!("portico:end:{id}")), "a second failure renews the first notification");
    }

    async fn an_end_is_told_where_the_run_had_to_wait(db: Database) {
        let bench = Bench::new(db).await;
        run(&bench, "user:default/jane", json!([step("one", "append", &json!({}))])).await;
        run(&bench, "user:default/jane", json!([{ "id": "wait", "action": "wait:test", "if": false }])).await;
        assert_eq!(*bench.people.told(), [], "who started a run that did not wait has watched it");

        let id = run(&bench, "user:default/jane", json!([{ "id": "wait", "action": "wait:test" }])).await;
        assert_eq!((bench.state(&id).await, bench.people.told().len()), (TaskState::Waiting, 0));
        let arrival = Arrival {
            step: "wait",
            keeper: "wait",
            name: "answer",
            value: "1".to_owned(),
            is_awaited: true,
        };
        store::arrive(&bench.database, &id, arrival, line(None, "it came")).await.unwrap();
        bench.work().await;
        assert_eq!(bench.state(&id).await, TaskState::Completed);
        let told = bench.people.told();
        let words: Vec<_> = told.iter().map(|told| (told.title.as_str(), told.severity)).collect();
        assert_eq!(words, [("x: the run is completed", Severity::Normal)]);
    }
}
