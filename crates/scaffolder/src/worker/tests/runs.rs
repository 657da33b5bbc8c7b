//! What becomes of runs.

use platform::database::Database;

use super::*;
use crate::store::{Arrival, Arrived, Cancelled, EventKind, Verdict};

testkit::on_both_engines! {
    async fn a_run_is_done_from_its_first_step_to_its_output(db: Database) {
        let bench = Bench::new(db).await;
        let id = bench
            .start_with(
                json!({
                    "steps": [
                        step("one", "append", &json!({ "name": "${{ parameters.name }}" })),
                        { "id": "no", "action": "test:fail", "if": false },
                        step("two", "append", &json!({ "name": "${{ secrets.token }}" })),
                    ],
                    "output": { "lines": "${{ steps.two.output.lines }}" },
                }),
                &[("token", "hunter2")],
            )
            .await;
        bench.work().await;
        let row = bench.row(&id).await;
        assert_eq!((row.state().unwrap(), row.secrets), (TaskState::Completed, None));
        assert_eq!(row.output.as_deref(), Some("{\"lines\":2}"));
        assert_eq!(bench.steps(&id).await, "one completed, no skipped, two completed");
        assert_eq!(
            bench.messages(&id).await,
            [
                "created",
                "test:append begins.",
                "wrote shop",
                "test:append is done.",
                "test:fail begins.",
                "Skipped, because its if says no.",
                "test:fail is left out.",
                "test:append begins.",
                "wrote ******",
                "test:append is done.",
                "The run is completed.",
            ]
        );
        assert_eq!(bench.folders(), 0, "the folder is gone");
    }

    async fn what_fails_says_why_and_hides_secrets(db: Database) {
        let bench = Bench::new(db).await;
        let id = bench
            .start_with(
                json!({ "steps": [
            step("one", "append", &json!({ "name": "x" })),
            step("bad", "fail", &json!({ "name": "the token ${{ secrets.token }}" })),
            step("left", "append", &json!({ "name": "y" })),
            { "id": "always", "action": "test:append", "input": { "name": "z" }, "if": "${{ always() }}" },
        ] }),
                &[("token", "hunter2")],
            )
            .await;
        bench.work().await;
        let row = bench.row(&id).await;
        assert_eq!((row.state().unwrap(), row.failed_step.as_deref()), (TaskState::Failed, Some("bad")));
        assert_eq!(row.error.as_deref(), Some("****** broke"), "what is made with a secret is one");
        assert_eq!(bench.steps(&id).await, "one completed, bad failed, left skipped, always completed");
        let all = format!(
            "{:?} {:?}",
            bench.messages(&id).await,
            store::steps(&bench.database, &id).await.unwrap()
        );
        assert!(!all.contains("hunter2"), "{all}");

        // The second time the file has what it had before the step that failed.
        store::retry(&bench.database, &id, &store::Plan::default(), None, |_| line(None, "again")).await.unwrap();
        bench.work().await;
        assert_eq!(bench.state(&id).await, TaskState::Failed);
        let output = store::steps(&bench.database, &id).await.unwrap().pop().unwrap().output;
        assert_eq!(output.as_deref(), Some("{\"lines\":2}"));
    }

    async fn a_template_that_can_not_be_run_any_more_fails(db: Database) {
        let bench = Bench::new(db).await;
        let id = bench.start(json!({ "steps": [{ "action": "test:gone" }] })).await;
        bench.work().await;
        let row = bench.row(&id).await;
        assert_eq!(row.state().unwrap(), TaskState::Failed);
        assert!(row.error.unwrap().contains("There is no action \"test:gone\""));
    }

    async fn secrets_of_another_key_are_told(db: Database) {
        let mut bench = Bench::new(db).await;
        let id = bench.start(json!({ "steps": [step("one", "append", &json!({}))] })).await;
        bench.keyring = Keyring::random().unwrap();
        bench.work().await;
        assert!(bench.row(&id).await.error.unwrap().contains("backend.auth.keys"));
    }

    async fn a_wait_holds_no_worker_and_is_woken(db: Database) {
        let bench = Bench::new(db).await;
        let id = bench.start(json!({ "steps": [
            step("one", "append", &json!({})), step("wait", "wait", &json!({})), step("two", "append", &json!({})),
        ] })).await;
        bench.work().await;
        let row = bench.row(&id).await;
        assert_eq!(
            (row.state().unwrap(), row.wait_step.as_deref(), row.due_at),
            (TaskState::Waiting, Some("wait"), None)
        );
        assert_eq!(bench.steps(&id).await, "one completed, wait waiting");
        let arrival =
            Arrival { step: "wait", keeper: "wait", name: "answer", value: "1".to_owned(), is_awaited: true };
        let arrived = store::arrive(&bench.database, &id, arrival, line(None, "arrived")).await.unwrap();
        assert_eq!(arrived, Some(Arrived::Kept));
        bench.work().await;
        assert_eq!(bench.state(&id).await, TaskState::Completed);
        let begins =
            bench.messages(&id).await.iter().filter(|message| *message == "test:wait begins.").count();
        assert_eq!(begins, 1, "looking again is not told");
        let lines = store::steps(&bench.database, &id).await.unwrap().pop().unwrap().output;
        assert_eq!(lines.as_deref(), Some("{\"lines\":2}"), "the files were kept meanwhile");
    }

    async fn a_wait_ends_by_itself_in_time(db: Database) {
        let bench = Bench::new(db).await;
        let id = bench.start(json!({ "steps": [step("wait", "wait", &json!({ "again": 30 }))] })).await;
        let stop = CancellationToken::new();
        let worker = tokio::spawn(run(bench.tools(), stop.clone()));
        bench.eventually(&id, TaskState::Completed).await;
        assert_eq!(bench.world.calls.load(Ordering::SeqCst), 3);
        stop.cancel();
        worker.await.unwrap();
    }

    async fn a_run_is_cancelled_while_a_step_is_under_way(db: Database) {
        let bench = Bench::new(db).await;
        let tools = bench.tools();
        let id = bench.start(json!({ "steps": [
            step("one", "append", &json!({})), step("hold", "hold", &json!({})), step("two", "append", &json!({})),
        ] })).await;
        let stop = CancellationToken::new();
        let worker = tokio::spawn(run(tools.clone(), stop.clone()));
        testkit::eventually("the step to begin", Duration::from_secs(20), || async {
            (bench.steps(&id).await == "one completed, hold processing").then_some(())
        })
        .await;
        let cancelled =
            store::cancel(&bench.database, &id, &[], line(None, "cancel"), line(None, "cancelled")).await.unwrap();
        assert_eq!(cancelled, Some(Cancelled::Asked));
        let asked = Instant::now();
        tools.feed.publish_name(&cancel_name(&id));
        bench.eventually(&id, TaskState::Cancelled).await;
        assert!(asked.elapsed() < Duration::from_secs(5), "it is heard of at once");
        assert_eq!(bench.steps(&id).await, "one completed, hold cancelled");
        assert_eq!(bench.messages(&id).await.last().unwrap(), "The run is cancelled.");
        stop.cancel();
        worker.await.unwrap();
        assert_eq!(bench.folders(), 0);
    }

    async fn a_process_that_ends_gives_its_runs_back(db: Database) {
        let bench = Bench::new(db).await;
        let id = bench.start(json!({ "steps": [
            step("one", "append", &json!({})), step("hold", "hold", &json!({})), step("two", "append", &json!({})),
        ] })).await;
        let stop = CancellationToken::new();
        let worker = tokio::spawn(run(bench.tools(), stop.clone()));
        testkit::eventually("the step to begin", Duration::from_secs(20), || async {
            (bench.steps(&id).await == "one completed, hold processing").then_some(())
        })
        .await;
        stop.cancel();
        worker.await.unwrap();
        let row = bench.row(&id).await;
        assert_eq!((row.state().unwrap(), row.losses, row.lease_owner), (TaskState::Open, 0, None));
        assert_eq!(bench.folders(), 0);

        bench.world.open.notify_one();
        bench.work().await;
        assert_eq!(bench.state(&id).await, TaskState::Completed);
        assert_eq!(bench.steps(&id).await, "one completed, hold completed, two completed");
        let told = bench.messages(&id).await;
        assert!(!told.iter().any(|message| message.contains("process")), "it ended in order: {told:?}");
    }

    async fn a_step_under_way_is_ended_before_the_process_is(db: Database) {
        let bench = Bench::new(db).await;
        let id = bench
            .start(json!({ "steps": [
                step("hold", "hold", &json!({})), step("blind", "blind", &json!({ "name": "mail" })),
            ] }))
            .await;
        let stop = CancellationToken::new();
        let worker = tokio::spawn(run(bench.tools(), stop.clone()));
        testkit::eventually("the step to begin", Duration::from_secs(20), || async {
            (bench.steps(&id).await == "hold processing").then_some(())
        })
        .await;
        stop.cancel();
        bench.world.open.notify_one();
        worker.await.unwrap();
        assert_eq!(
            (bench.state(&id).await, bench.steps(&id).await.as_str()),
            (TaskState::Open, "hold completed")
        );
        bench.work().await;
        assert_eq!(
            bench.state(&id).await,
            TaskState::Completed,
            "the next one was not begun, so nobody is asked"
        );
        assert_eq!(bench.world.effects()["mail"], 1);
    }

    async fn a_step_that_can_not_be_repeated_asks(db: Database) {
        for (verdict, effects, state) in [
            (Verdict::Again, 2, TaskState::Completed),
            (Verdict::Done("{}".to_owned()), 1, TaskState::Completed),
            (Verdict::Failed("it did not".to_owned()), 1, TaskState::Failed),
        ] {
            let bench = Bench::new(db.clone()).await;
            let id = bench
                .start(json!({ "steps": [
                step("blind", "blind", &json!({ "name": "mail" })), step("two", "append", &json!({})),
            ] }))
                .await;
            // The process is gone between the effect and the word of it.
            let lease = take(&bench.tools(), "gone").await.unwrap().expect("due").lease;
            let info = store::StepInfo {
                id: "blind".to_owned(),
                number: 0,
                name: "blind".to_owned(),
                action: "test:blind".to_owned(),
            };
            store::begin_step(&bench.database, &lease, &info, &[line(None, "begins")]).await.unwrap();
            *bench.world.effects.lock().entry("mail".to_owned()).or_default() += 1;
            lose(&bench, &lease).await;

            bench.work().await;
            let row = bench.row(&id).await;
            assert_eq!((row.state().unwrap(), row.wait_step.as_deref()), (TaskState::Asking, Some("blind")));
            assert!(row.wait_reason.unwrap().contains("may have had its effect"));
            store::answer(&bench.database, &id, "blind", verdict.clone(), line(None, "said"))
                .await
                .unwrap()
                .unwrap()
                .unwrap();
            bench.work().await;
            assert_eq!(bench.state(&id).await, state, "{verdict:?}");
            assert_eq!(bench.world.effects()["mail"], effects, "{verdict:?}");
        }
    }

    async fn a_lost_run_goes_on_and_says_so(db: Database) {
        let bench = Bench::new(db).await;
        let spec =
            || json!({ "steps": [step("one", "append", &json!({})), step("two", "append", &json!({}))] });
        let again = |recovers: bool| (bench.start(spec()), recovers);
        for (start, recovers) in [again(true), again(false)] {
            let id = start.await;
            let lease = take(&bench.tools(), "gone").await.unwrap().expect("due").lease;
            lose(&bench, &lease).await;
            let tools = bench.tools_with(recovery(recovers));
            assert!(bench.attempt_once(&tools).await);
            let row = bench.row(&id).await;
            if recovers {
                assert_eq!(row.state().unwrap(), TaskState::Completed);
                let events = store::events_after(&bench.database, &id, 0, 100).await.unwrap();
                assert_eq!(events[1].kind, EventKind::Recovered.name());
            } else {
                assert!(row.error.unwrap().contains("scaffolder.taskRecovery.enabled"));
            }
        }
    }

    async fn what_ends_process_after_process_is_failed(db: Database) {
        let bench = Bench::new(db).await;
        let id = bench.start(json!({ "steps": [step("hold", "hold", &json!({}))] })).await;
        let tools = bench.tools();
        for round in 1.. {
            let claimed = take(&tools, "gone").await.unwrap().expect("due");
            let lease = claimed.lease.clone();
            if claimed.task.losses > 20 {
                attempt(tools.clone(), claimed, Instant::now(), CancellationToken::new()).await;
                assert_eq!(round, 22);
                break;
            }
            lose(&bench, &lease).await;
        }
        let row = bench.row(&id).await;
        assert_eq!(row.state().unwrap(), TaskState::Failed);
        assert!(row.error.unwrap().contains("ended 21 times"));
    }

    async fn who_starts_over_begins_with_the_first_step(db: Database) {
        let bench = Bench::new(db).await;
        let id = bench.start(json!({
            "EXPERIMENTAL_recovery": { "EXPERIMENTAL_strategy": "startOver" },
            "steps": [step("one", "append", &json!({})), step("hold", "hold", &json!({})), step("two", "append", &json!({}))],
        })).await;
        let tools = bench.tools();
        let claimed = take(&tools, "gone").await.unwrap().expect("due");
        let lease = claimed.lease.clone();
        let gone = tokio::spawn(attempt(tools.clone(), claimed, Instant::now(), CancellationToken::new()));
        testkit::eventually("the step to begin", Duration::from_secs(20), || async {
            (bench.steps(&id).await == "one completed, hold processing").then_some(())
        })
        .await;
        gone.abort();
        let _aborted = gone.await;
        lose(&bench, &lease).await;
        bench.world.open.notify_one();
        bench.work().await;
        assert_eq!(bench.state(&id).await, TaskState::Completed);
        assert_eq!(bench.world.calls.load(Ordering::SeqCst), 5, "the first step was done again");
        let lines = store::steps(&bench.database, &id).await.unwrap().pop().unwrap().output;
        assert_eq!(lines.as_deref(), Some("{\"lines\":2}"), "in an empty folder");
    }

    async fn a_run_may_not_take_for_ever(db: Database) {
        let bench = Bench::new(db).await;
        let id = bench.start(json!({ "steps": [step("hold", "hold", &json!({}))] })).await;
        let short = platform::config::ConfigDuration(Duration::from_millis(300));
        let tools = bench.tools_with(Config { task_timeout: Some(short), ..Config::default() });
        assert!(bench.attempt_once(&tools).await);
        let row = bench.row(&id).await;
        assert_eq!(row.state().unwrap(), TaskState::Failed);
        assert!(row.error.unwrap().contains("scaffolder.taskTimeout"));
        assert_eq!(bench.steps(&id).await, "hold cancelled");
    }

    async fn who_loses_a_run_stops_and_says_nothing(db: Database) {
        let bench = Bench::new(db).await;
        let id = bench
            .start(json!({ "steps": [step("hold", "hold", &json!({})), step("two", "append", &json!({}))] }))
            .await;
        let short = platform::config::ConfigDuration(Duration::from_millis(400));
        let config = Config {
            task_recovery: RecoveryConfig { enabled: None, stale_timeout: Some(short) },
            ..Config::default()
        };
        let tools = bench.tools_with(config);
        let (taken, claimed) = (Instant::now(), take(&tools, "first").await.unwrap().expect("due"));
        let lease = claimed.lease.clone();
        let first = tokio::spawn(attempt(tools.clone(), claimed, taken, CancellationToken::new()));
        testkit::eventually("the step to begin", Duration::from_secs(20), || async {
            (bench.steps(&id).await == "hold processing").then_some(())
        })
        .await;
        lose(&bench, &lease).await;
        let (taken, claimed) = (Instant::now(), take(&bench.tools(), "second").await.unwrap().expect("due"));
        let second = tokio::spawn(attempt(bench.tools(), claimed, taken, CancellationToken::new()));
        first.await.unwrap();
        assert_eq!(bench.state(&id).await, TaskState::Processing, "it is the second's");
        bench.world.open.notify_one();
        second.await.unwrap();
        assert_eq!(bench.state(&id).await, TaskState::Completed);
    }

    async fn a_lease_is_kept_while_a_step_takes_long(db: Database) {
        let bench = Bench::new(db).await;
        let id = bench.start(json!({ "steps": [step("hold", "hold", &json!({}))] })).await;
        let short = platform::config::ConfigDuration(Duration::from_secs(1));
        let config = Config {
            task_recovery: RecoveryConfig { enabled: None, stale_timeout: Some(short) },
            ..Config::default()
        };
        let tools = bench.tools_with(config);
        let (taken, claimed) = (Instant::now(), take(&tools, "first").await.unwrap().expect("due"));
        let first = tokio::spawn(attempt(tools.clone(), claimed, taken, CancellationToken::new()));
        testkit::eventually("twice the length of the lease to pass", Duration::from_secs(20), || async {
            (taken.elapsed() > Duration::from_secs(2)).then_some(())
        })
        .await;
        assert!(take(&tools, "second").await.unwrap().is_none(), "nobody else gets it");
        bench.world.open.notify_one();
        first.await.unwrap();
        assert_eq!((bench.state(&id).await, bench.row(&id).await.attempt), (TaskState::Completed, 1));
    }

    async fn no_more_runs_than_allowed_are_under_way(db: Database) {
        let bench = Bench::new(db).await;
        for _ in 0..5 {
            bench.start(json!({ "steps": [step("hold", "hold", &json!({}))] })).await;
        }
        let tools = bench.tools_with(Config { concurrent_tasks_limit: Some(2), ..Config::default() });
        let stop = CancellationToken::new();
        let worker = tokio::spawn(run(tools, stop.clone()));
        let in_state = |state| store::Listing { states: vec![state], ..store::Listing::default() };
        for ended in 0..=5 {
            testkit::eventually("a run to end", Duration::from_secs(20), || async {
                let counts = (
                    store::count(&bench.database, &in_state(TaskState::Completed)).await.unwrap(),
                    store::count(&bench.database, &in_state(TaskState::Processing)).await.unwrap(),
                );
                assert!(counts.1 <= 2, "{} at once", counts.1);
                (counts == (ended, 2.min(5 - ended))
                    && bench.world.calls.load(Ordering::SeqCst) as u64 == ended + counts.1)
                    .then_some(())
            })
            .await;
            bench.world.open.notify_one();
        }
        stop.cancel();
        worker.await.unwrap();
        let none = bench.tools_with(Config { concurrent_tasks_limit: Some(0), ..Config::default() });
        tokio::time::timeout(Duration::from_secs(5), run(none, CancellationToken::new()))
            .await
            .expect("there is no worker");
    }

    async fn a_panic_is_a_failure_of_its_step(db: Database) {
        let bench = Bench::new(db).await;
        let id = bench.start(json!({ "steps": [step("bug", "panic", &json!({}))] })).await;
        bench.work().await;
        assert_eq!(
            (bench.state(&id).await, bench.steps(&id).await.as_str()),
            (TaskState::Failed, "bug failed")
        );
    }

    async fn the_janitor_fails_what_nobody_works_on(db: Database) {
        let bench = Bench::new(db).await;
        let id = bench.start(json!({ "steps": [step("hold", "hold", &json!({}))] })).await;
        let lease = take(&bench.tools(), "gone").await.unwrap().expect("due").lease;
        janitor::round(&bench.tools()).await.unwrap();
        assert_eq!(bench.state(&id).await, TaskState::Processing, "it may go on");
        let long_ago = store::now(&bench.database).await.unwrap() - 25 * 60 * 60 * 1_000;
        store::renew(&bench.database, &lease, long_ago, long_ago).await.unwrap();
        janitor::round(&bench.tools()).await.unwrap();
        let row = bench.row(&id).await;
        assert_eq!(row.state().unwrap(), TaskState::Failed);
        assert!(row.error.unwrap().contains("24 hours"));
    }
}

#[tokio::test]
async fn a_database_in_memory_will_do() {
    let memory = platform::DatabaseConfig::SqliteMemory;
    let bench = Bench::new(Database::connect(&memory).await.unwrap()).await;
    let steps = json!([
        step("one", "append", &json!({})),
        step("wait", "wait", &json!({ "again": 1 })),
        step("two", "effect", &json!({})),
    ]);
    let id = bench.start(json!({ "steps": steps })).await;
    let stop = CancellationToken::new();
    let worker = tokio::spawn(run(bench.tools(), stop.clone()));
    bench.eventually(&id, TaskState::Completed).await;
    stop.cancel();
    worker.await.unwrap();
}

/// The lease is over, as if its process were gone.
pub(super) async fn lose(bench: &Bench, lease: &store::Lease) {
    store::renew(&bench.database, lease, 1, 1).await.expect("the lease is had");
}
