//! Steps that are ended while they write files on a thread of their own.

use platform::database::Database;

use super::*;

testkit::on_both_engines! {
    async fn a_step_that_is_cancelled_while_it_writes_leaves_nothing_behind(db: Database) {
        let bench = Bench::new(db).await;
        let steps = || json!([
            step("one", "write", &json!({ "name": "one" })), step("spin", "spin", &json!({})), step("list", "list", &json!({})),
        ]);
        let branches = json!([{ "id": "both", "branches": { "a": steps(), "b": [step("two", "write", &json!({ "name": "two" }))] } }]);
        for (steps, cancelled, branches) in [
            (steps(), "one completed, spin cancelled", Vec::new()),
            (branches, "both cancelled, one completed, spin cancelled, two completed", vec![vec!["one", "spin", "list"], vec!["two"]]),
        ] {
            let tools = bench.tools();
            let id = bench.start(json!({ "steps": steps })).await;
            let stop = CancellationToken::new();
            let worker = tokio::spawn(run(tools.clone(), stop.clone()));
            testkit::eventually("the step to write", Duration::from_secs(20), || async {
                let is_alone = branches.is_empty() || bench.steps(&id).await.contains("two completed");
                (is_alone && bench.world.has_spun.load(Ordering::SeqCst)).then_some(())
            })
            .await;
            store::cancel(&bench.database, &id, &[], line(None, "cancel"), line(None, "cancelled")).await.unwrap();
            tools.feed.publish_name(&cancel_name(&id));
            bench.eventually(&id, TaskState::Cancelled).await;
            assert_eq!(bench.steps(&id).await, cancelled);
            stop.cancel();
            worker.await.unwrap();
            assert_eq!(bench.folders(), 0, "nobody writes there any more");
            // A retry begins with the files that were there before the step.
            let groups = branches.iter().take(1).map(|_| store::Group {
                id: "both".to_owned(),
                branches: branches.iter().map(|steps| steps.iter().map(|id| (*id).to_owned()).collect()).collect(),
            });
            let plan = store::Plan { groups: groups.collect(), ..store::Plan::default() };
            store::retry(&bench.database, &id, &plan, None, |_| line(None, "again")).await.unwrap();
            bench.work().await;
            assert_eq!(bench.state(&id).await, TaskState::Completed, "{:?}", bench.messages(&id).await);
            let rows = store::steps(&bench.database, &id).await.unwrap();
            let list = rows.iter().find(|row| row.id == "list").unwrap();
            assert_eq!(list.output.as_deref(), Some(r#"{"files":["one"]}"#));
            bench.world.has_spun.store(false, Ordering::SeqCst);
        }
    }

    async fn a_step_that_takes_too_long_while_it_writes_is_ended(db: Database) {
        let bench = Bench::new(db).await;
        let id = bench.start(json!({ "steps": [step("spin", "spin", &json!({}))] })).await;
        let short = platform::config::ConfigDuration(Duration::from_millis(300));
        let tools = bench.tools_with(Config { task_timeout: Some(short), ..Config::default() });
        assert!(bench.attempt_once(&tools).await);
        assert_eq!(bench.state(&id).await, TaskState::Failed);
        assert_eq!(bench.folders(), 0);
    }
}
