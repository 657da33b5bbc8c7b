//! Runs whose steps are undone, by processes that end at any moment.

use platform::database::Database;

use super::dying::dies_at_each_word;
use super::kill::{Result, killed_after_each_write, result};
use super::*;
use crate::store::{Arrival, Cancelled, Verdict};

fn undoable(id: &str, action: &str, undo: &str) -> Value {
    let mut step = step(id, action, &json!({ "name": id }));
    step["compensate"] = json!({ "action": format!("test:{undo}"), "input": { "name": format!("no-{id}") } });
    step
}

fn spec() -> Value {
    json!({ "steps": [
        undoable("one", "append", "append"),
        undoable("effect", "effect", "effect"),
        undoable("left", "effect", "fail"),
        undoable("again", "effect", "effect"),
        step("broken", "fail", &json!({ "name": "it" })),
        step("behind", "append", &json!({})),
    ] })
}

/// What a run comes to that nobody disturbs.
async fn undisturbed(db: &Database) -> Result {
    let bench = Bench::new(db.clone()).await;
    let id = bench.start(spec()).await;
    bench.work().await;
    let row = bench.row(&id).await;
    assert_eq!((row.failed_step.as_deref(), row.error.as_deref()), (Some("broken"), Some("it broke")));
    let result = result(&bench, &id).await;
    let steps: Vec<_> = result.steps.iter().map(|(id, state, _)| format!("{id} {state}")).collect();
    assert_eq!(
        steps.join(", "),
        "one completed, effect completed, left completed, again completed, broken failed, behind skipped, \
         again.compensate completed, left.compensate failed, effect.compensate completed, one.compensate completed"
    );
    let effects: Vec<_> = result.effects.iter().map(|(name, count)| (name.as_str(), *count)).collect();
    assert_eq!(effects, [("again", 1), ("effect", 1), ("left", 1), ("no-again", 1), ("no-effect", 1)]);
    assert_eq!(
        result.steps.last().unwrap().2.as_deref(),
        Some("{\"lines\":2}"),
        "it works on the same files"
    );
    assert_eq!((result.state, bench.folders()), (TaskState::Failed, 0));
    result
}

/// Works until the run is put away, or ends; then what its steps are.
async fn worked(bench: &Bench, id: &str) -> (TaskState, String) {
    bench.work().await;
    (bench.state(id).await, bench.steps(id).await)
}

async fn cancelled(bench: &Bench, id: &str, compensations: &[&str]) -> Cancelled {
    let compensations: Vec<String> = compensations.iter().map(|id| (*id).to_owned()).collect();
    let (asked, ended) = (line(None, "cancel"), line(None, "cancelled"));
    store::cancel(&bench.database, id, &compensations, asked, ended).await.unwrap().expect("a run")
}

testkit::on_both_engines! {
    async fn dead_at_each_word_a_run_is_undone_once(db: Database) {
        let expected = undisturbed(&db).await;
        let words = dies_at_each_word(&db, &spec(), &expected).await;
        assert!(words >= 30, "a run has only {words} words");
    }

    async fn killed_after_each_write_a_run_is_undone_once(db: Database) {
        let expected = undisturbed(&db).await;
        let kills = killed_after_each_write(&db, &spec(), &expected).await;
        assert!(kills >= 12, "only {kills} kills");
    }

    async fn a_run_that_is_cancelled_is_undone(db: Database) {
        let bench = Bench::new(db).await;
        let tools = bench.tools();
        let steps = [undoable("one", "append", "append"), undoable("hold", "hold", "append"), step("two", "append", &json!({}))];
        let id = bench.start(json!({ "steps": steps })).await;
        let stop = CancellationToken::new();
        let worker = tokio::spawn(run(tools.clone(), stop.clone()));
        testkit::eventually("the step to begin", Duration::from_secs(20), || async {
            (bench.steps(&id).await == "one completed, hold processing").then_some(())
        })
        .await;
        assert_eq!(cancelled(&bench, &id, &["one.compensate", "hold.compensate"]).await, Cancelled::Asked);
        tools.feed.publish_name(&cancel_name(&id));
        bench.eventually(&id, TaskState::Cancelled).await;
        assert_eq!(bench.steps(&id).await, "one completed, hold cancelled, one.compensate completed");
        assert_eq!(bench.messages(&id).await.last().unwrap(), "The run is cancelled.");
        stop.cancel();
        worker.await.unwrap();
    }

    async fn cancelling_what_waits_undoes_what_was_before(db: Database) {
        let bench = Bench::new(db).await;
        let steps = [undoable("one", "append", "append"), step("wait", "wait", &json!({})), step("two", "append", &json!({}))];
        let id = bench.start(json!({ "steps": steps })).await;
        assert_eq!(worked(&bench, &id).await, (TaskState::Waiting, "one completed, wait waiting".to_owned()));
        assert_eq!(cancelled(&bench, &id, &["one.compensate"]).await, Cancelled::Asked);
        let expected = "one completed, wait cancelled, one.compensate completed";
        assert_eq!(worked(&bench, &id).await, (TaskState::Cancelled, expected.to_owned()));
    }

    async fn cancelling_does_not_stop_the_undoing(db: Database) {
        let bench = Bench::new(db).await;
        let all = ["one.compensate", "hold.compensate"];
        let steps = [undoable("one", "append", "append"), undoable("hold", "append", "hold"), step("broken", "fail", &json!({}))];
        let id = bench.start(json!({ "steps": steps })).await;
        let tools = bench.tools();
        let stop = CancellationToken::new();
        let worker = tokio::spawn(run(tools.clone(), stop.clone()));
        testkit::eventually("the undoing to begin", Duration::from_secs(20), || async {
            bench.steps(&id).await.ends_with("hold.compensate processing").then_some(())
        })
        .await;
        assert_eq!(cancelled(&bench, &id, &all).await, Cancelled::Asked);
        tools.feed.publish_name(&cancel_name(&id));
        bench.world.open.notify_one();
        bench.eventually(&id, TaskState::Failed).await;
        assert!(
            bench.steps(&id).await.ends_with("hold.compensate completed, one.compensate completed"),
            "{}",
            bench.steps(&id).await
        );
        stop.cancel();
        worker.await.unwrap();
    }

    async fn a_run_that_is_undone_can_wait_and_ask(db: Database) {
        let bench = Bench::new(db).await;
        let steps = [
            undoable("one", "append", "append"), undoable("wait", "append", "wait"), undoable("ask", "append", "blind"),
            step("broken", "fail", &json!({})),
        ];
        let id = bench.start(json!({ "steps": steps })).await;
        let claimed = take(&bench.tools(), "killed").await.unwrap().expect("due");
        let begun = async {
            while !bench.steps(&id).await.ends_with("ask.compensate processing") {
                tokio::task::yield_now().await;
            }
        };
        if kill::work_and_die(&bench, bench.tools(), claimed, begun).await {
            let (state, _) = worked(&bench, &id).await;
            if state == TaskState::Asking {
                let event = line(Some("ask.compensate"), "again");
                let again = store::answer(&bench.database, &id, "ask.compensate", Verdict::Again, event).await;
                assert_eq!(again.unwrap(), Some(Ok(())));
            }
        }
        let (state, steps) = worked(&bench, &id).await;
        assert_eq!(state, TaskState::Waiting);
        assert!(steps.ends_with("ask.compensate completed, wait.compensate waiting"), "{steps}");
        let arrival = Arrival {
            step: "wait.compensate", keeper: "wait.compensate", name: "answer", value: "1".to_owned(), is_awaited: true,
        };
        store::arrive(&bench.database, &id, arrival, line(None, "arrived")).await.unwrap();
        let (state, steps) = worked(&bench, &id).await;
        assert_eq!(state, TaskState::Failed);
        assert!(steps.ends_with("wait.compensate completed, one.compensate completed"), "{steps}");
    }

    async fn a_process_that_ends_gives_back_what_it_undoes(db: Database) {
        let bench = Bench::new(db).await;
        let steps = [undoable("one", "append", "append"), undoable("hold", "append", "hold"), step("broken", "fail", &json!({}))];
        let id = bench.start(json!({ "steps": steps })).await;
        let stop = CancellationToken::new();
        let worker = tokio::spawn(run(bench.tools(), stop.clone()));
        testkit::eventually("the undoing to begin", Duration::from_secs(20), || async {
            bench.steps(&id).await.ends_with("hold.compensate processing").then_some(())
        })
        .await;
        stop.cancel();
        worker.await.unwrap();
        assert_eq!(bench.state(&id).await, TaskState::Open, "another one goes on");
        bench.world.open.notify_one();
        let (state, steps) = worked(&bench, &id).await;
        assert_eq!(state, TaskState::Failed);
        assert!(steps.ends_with("hold.compensate completed, one.compensate completed"), "{steps}");
    }

    async fn a_run_that_takes_too_long_is_undone(db: Database) {
        let bench = Bench::new(db).await;
        let steps = [undoable("one", "append", "append"), step("hold", "hold", &json!({})), step("two", "append", &json!({}))];
        let id = bench.start(json!({ "steps": steps })).await;
        let task_timeout = serde_json::from_value(json!({ "milliseconds": 400 })).unwrap();
        let tools = bench.tools_with(Config { task_timeout: Some(task_timeout), ..Config::default() });
        assert!(bench.attempt_once(&tools).await);
        let row = bench.row(&id).await;
        assert_eq!(row.state().unwrap(), TaskState::Failed);
        assert!(row.error.unwrap().contains("scaffolder.taskTimeout"));
        assert_eq!(bench.steps(&id).await, "one completed, hold failed, one.compensate completed");
    }

    async fn what_is_being_undone_does_not_begin_anew(db: Database) {
        let bench = Bench::new(db).await;
        let steps = [undoable("one", "append", "append"), undoable("hold", "append", "hold"), step("broken", "fail", &json!({}))];
        let spec = json!({ "steps": steps, "EXPERIMENTAL_recovery": { "EXPERIMENTAL_strategy": "startOver" } });
        let id = bench.start(spec).await;
        let claimed = take(&bench.tools(), "killed").await.unwrap().expect("due");
        let begun = async {
            while !bench.steps(&id).await.ends_with("hold.compensate processing") {
                tokio::task::yield_now().await;
            }
        };
        assert!(kill::work_and_die(&bench, bench.tools(), claimed, begun).await, "it holds until it is let go");
        bench.world.open.notify_one();
        let (state, steps) = worked(&bench, &id).await;
        assert_eq!(state, TaskState::Failed);
        assert!(steps.ends_with("hold.compensate completed, one.compensate completed"), "{steps}");
        let told = bench.messages(&id).await;
        let anew = told.iter().filter(|message| message.starts_with("test:fail begins.")).count();
        assert_eq!(anew, 1, "{told:?}");
    }
}
