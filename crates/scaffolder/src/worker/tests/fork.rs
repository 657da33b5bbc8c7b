//! Runs whose steps have branches, by processes that end at any moment.

use platform::database::Database;

use super::dying::dies_at_each_word;
use super::kill::{Result, killed_after_each_write, result};
use super::*;
use crate::store::{Arrival, Cancelled, Plan, Retried, Verdict};

fn spec() -> Value {
    json!({
        "steps": [
            step("base", "append", &json!({ "name": "base" })),
            { "id": "both", "branches": {
                "code": [step("one", "write", &json!({ "name": "code" })), step("effect", "effect", &json!({ "name": "repository" }))],
                "docs": [
                    { "id": "each", "action": "test:effect", "each": ["x", "y"], "input": { "name": "${{ each.value }}" } },
                    step("two", "write", &json!({ "name": "docs" })),
                ],
            } },
            step("list", "list", &json!({ "name": "${{ steps.effect.output.name }}" })),
        ],
        "output": { "files": "${{ steps.list.output.files }}" },
    })
}

async fn undisturbed(db: &Database) -> Result {
    let bench = Bench::new(db.clone()).await;
    let id = bench.start(spec()).await;
    bench.work().await;
    let result = result(&bench, &id).await;
    assert_eq!(result.output.as_deref(), Some("{\"files\":[\"code\",\"docs\",\"log.txt\"]}"));
    let effects: Vec<_> = result.effects.iter().map(|(name, count)| (name.as_str(), *count)).collect();
    assert_eq!((effects, result.state), (vec![("repository", 1), ("x", 1), ("y", 1)], TaskState::Completed));
    assert_eq!(bench.folders(), 0, "the folders are gone");
    result
}

async fn worked(bench: &Bench, id: &str) -> (TaskState, String) {
    bench.work().await;
    (bench.state(id).await, bench.steps(id).await)
}

/// A run of two branches.
async fn forked(bench: &Bench, a: &[Value], b: &[Value]) -> String {
    let fork = json!({ "id": "both", "branches": { "a": a, "b": b } });
    bench.start(json!({ "steps": [fork, step("after", "append", &json!({}))] })).await
}

testkit::on_both_engines! {
    async fn dead_at_each_word_branches_end_as_if_nobody_had(db: Database) {
        let expected = undisturbed(&db).await;
        let words = dies_at_each_word(&db, &spec(), &expected).await;
        assert!(words >= 20, "a run has only {words} words");
    }

    async fn killed_after_each_write_branches_end_as_if_nobody_had(db: Database) {
        let expected = undisturbed(&db).await;
        let kills = killed_after_each_write(&db, &spec(), &expected).await;
        assert!(kills >= 8, "only {kills} kills");
    }

    async fn a_retry_goes_on_in_the_branch_that_failed(db: Database) {
        let bench = Bench::new(db).await;
        let id = forked(
            &bench,
            &[step("one", "append", &json!({})), step("fixed", "effect", &json!({ "name": "a" })), step("broken", "once", &json!({}))],
            &[step("blind", "blind", &json!({ "name": "b" })), step("two", "write", &json!({ "name": "docs" }))],
        )
        .await;
        let (state, steps) = worked(&bench, &id).await;
        assert_eq!(state, TaskState::Failed, "{steps}");
        let plan = Plan {
            compensations: Vec::new(),
            groups: vec![store::Group {
                id: "both".to_owned(),
                branches: [&["one", "fixed", "broken"][..], &["blind", "two"]].map(|ids| ids.iter().map(|id| (*id).to_owned()).collect()).to_vec(),
            }],
        };
        let retried = store::retry(&bench.database, &id, &plan, None, |_| line(None, "again")).await.unwrap();
        assert_eq!(retried, Some(Retried::From(Some("both".to_owned()))));
        let (state, steps) = worked(&bench, &id).await;
        assert_eq!(state, TaskState::Completed, "{steps}");
        let effects = bench.world.effects();
        assert_eq!((effects.get("b"), effects.len()), (Some(&1), 2), "what was done is not done again");
        let lines = store::steps(&bench.database, &id).await.unwrap().pop().unwrap().output;
        assert_eq!(lines.as_deref(), Some("{\"lines\":2}"), "the files of the first attempt are there");
    }

    async fn branches_that_wait_hold_no_worker(db: Database) {
        let bench = Bench::new(db).await;
        let id = forked(
            &bench,
            &[step("first", "wait", &json!({})), step("one", "write", &json!({ "name": "one" }))],
            &[step("two", "write", &json!({ "name": "two" })), step("second", "wait", &json!({}))],
        )
        .await;
        let (state, steps) = worked(&bench, &id).await;
        assert_eq!((state, steps.as_str()), (TaskState::Waiting, "both waiting, first waiting, two completed, second waiting"));
        for step in ["second", "first"] {
            let arrival = Arrival { step, keeper: step, name: "answer", value: "1".to_owned(), is_awaited: true };
            store::arrive(&bench.database, &id, arrival, line(None, "arrived")).await.unwrap();
            let expected = if step == "second" { TaskState::Waiting } else { TaskState::Completed };
            let (state, steps) = worked(&bench, &id).await;
            assert_eq!(state, expected, "{steps}");
        }
        let messages = bench.messages(&id).await;
        let begins = |name: &str| messages.iter().filter(|message| *message == name).count();
        assert_eq!((begins("test:wait begins."), begins("a, b begins.")), (2, 1), "{messages:?}");
    }

    async fn one_branch_asks_and_the_others_go_on(db: Database) {
        let bench = Bench::new(db).await;
        let id = forked(
            &bench,
            &[step("hold", "hold", &json!({})), step("one", "append", &json!({}))],
            &[step("blind", "blind-hold", &json!({ "name": "b" }))],
        )
        .await;
        let claimed = take(&bench.tools(), "killed").await.unwrap().expect("due");
        let begun = async {
            while !bench.steps(&id).await.contains("hold processing, blind processing") {
                tokio::task::yield_now().await;
            }
        };
        assert!(kill::work_and_die(&bench, bench.tools(), claimed, begun).await, "both hold");
        bench.world.open.notify_one();
        let (state, steps) = worked(&bench, &id).await;
        assert_eq!((state, steps.as_str()), (TaskState::Asking, "both waiting, hold completed, one completed, blind processing"));
        let done = Verdict::Done("{}".to_owned());
        store::answer(&bench.database, &id, "blind", done, line(None, "done")).await.unwrap();
        let (state, steps) = worked(&bench, &id).await;
        assert_eq!(state, TaskState::Completed, "{steps}");
    }

    async fn branches_are_cancelled(db: Database) {
        let bench = Bench::new(db).await;
        let id = forked(&bench, &[step("hold", "hold", &json!({}))], &[step("one", "append", &json!({})), step("wait", "wait", &json!({}))]).await;
        let tools = bench.tools();
        let stop = CancellationToken::new();
        let worker = tokio::spawn(run(tools.clone(), stop.clone()));
        testkit::eventually("the branches to begin", Duration::from_secs(20), || async {
            bench.steps(&id).await.contains("hold processing, one completed, wait waiting").then_some(())
        })
        .await;
        let cancelled = store::cancel(&bench.database, &id, &[], line(None, "cancel"), line(None, "cancelled")).await.unwrap();
        assert_eq!(cancelled, Some(Cancelled::Asked));
        tools.feed.publish_name(&cancel_name(&id));
        bench.eventually(&id, TaskState::Cancelled).await;
        assert_eq!(bench.steps(&id).await, "both cancelled, hold cancelled, one completed, wait cancelled");
        stop.cancel();
        worker.await.unwrap();
    }

    async fn a_process_that_ends_lets_each_branch_end_its_step(db: Database) {
        let bench = Bench::new(db).await;
        let id = forked(
            &bench,
            &[step("hold", "hold", &json!({})), step("one", "append", &json!({}))],
            &[step("short", "pass", &json!({})), step("two", "write", &json!({ "name": "two" }))],
        )
        .await;
        let stop = CancellationToken::new();
        let worker = tokio::spawn(run(bench.tools(), stop.clone()));
        testkit::eventually("the branches to begin", Duration::from_secs(20), || async {
            bench.steps(&id).await.contains("hold processing, short processing").then_some(())
        })
        .await;
        stop.cancel();
        bench.world.pass.notify_one();
        testkit::eventually("the short step to end", Duration::from_secs(20), || async {
            bench.steps(&id).await.contains("short completed").then_some(())
        })
        .await;
        bench.world.open.notify_one();
        worker.await.unwrap();
        let steps = bench.steps(&id).await;
        assert_eq!(steps, "both processing, hold completed, short completed", "no further step is begun");
        assert_eq!(bench.state(&id).await, TaskState::Open);
        assert_eq!(worked(&bench, &id).await.0, TaskState::Completed);
    }
}
