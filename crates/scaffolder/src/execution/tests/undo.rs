//! Compensations: what undoes steps once the run comes to nothing.

use super::*;

/// A step that says what it did, and one that says what it undid of it.
fn undoable(id: &str) -> Value {
    with(
        echo(id, &json!({ "made": id })),
        "compensate",
        json!({ "action": "test:echo", "input": { "removed": format!("${{{{ steps['{id}'].output.made }}}}") } }),
    )
}

fn fails(id: &str) -> Value {
    json!({ "id": id, "action": "test:fail" })
}

#[tokio::test]
async fn what_was_done_is_undone_last_first() {
    let bench = Bench::new(&json!({ "steps": [
        undoable("one"), undoable("two"), with(fails("three"), "compensate", json!({ "action": "test:echo" })), undoable("four"),
    ] }));
    let Outcome::Failed { step, error } = bench.run().await else { panic!("{}", bench.log()) };
    assert_eq!(
        (step.as_deref(), error.as_str()),
        (Some("three"), "it broke with {}"),
        "it is the step's error"
    );
    assert_eq!(
        bench.calls(),
        [
            r#"one {"made":"one"}"#,
            r#"two {"made":"two"}"#,
            r#"two.compensate {"removed":"two"}"#,
            r#"one.compensate {"removed":"one"}"#,
        ]
    );
    assert_eq!(
        bench.states(),
        "one completed, two completed, three failed, four skipped, two.compensate completed, one.compensate completed"
    );
    let log = bench.log();
    assert!(log.contains("The run failed. What its steps did is undone, the last step first.\n"), "{log}");
    assert!(log.ends_with("2 of 2 compensations are done.\n"), "{log}");
}

#[tokio::test]
async fn a_run_that_is_done_is_not_undone() {
    let bench = Bench::new(&json!({ "steps": [undoable("one")] }));
    assert!(matches!(bench.run().await, Outcome::Completed(_)));
    assert_eq!(bench.states(), "one completed");
}

#[tokio::test]
async fn what_ran_after_the_failure_is_undone_too_and_what_did_not_run_is_not() {
    let bench = Bench::new(&json!({ "steps": [
        with(undoable("no"), "if", json!(false)),
        fails("broken"),
        with(undoable("tidy"), "if", json!("${{ always() }}")),
    ] }));
    assert!(matches!(bench.run().await, Outcome::Failed { .. }));
    assert_eq!(bench.states(), "no skipped, broken failed, tidy completed, tidy.compensate completed");
}

#[tokio::test]
async fn one_that_fails_does_not_stop_the_others() {
    let bench = Bench::new(&json!({ "steps": [
        undoable("one"),
        with(echo("two", &json!({})), "compensate", json!({ "action": "test:fail", "name": "Remove two" })),
        with(echo("three", &json!({})), "compensate", json!({ "action": "test:panic" })),
        fails("broken"),
    ] }));
    let Outcome::Failed { step, .. } = bench.run().await else { panic!("{}", bench.log()) };
    assert_eq!(step.as_deref(), Some("broken"));
    assert!(
        bench.states().ends_with("three.compensate failed, two.compensate failed, one.compensate completed"),
        "{}",
        bench.states()
    );
    let last = "1 of 3 compensations are done. Look what is left of the steps that these should have undone: \
                Compensation of test:echo, Remove two.\n";
    assert!(bench.log().ends_with(last), "{}", bench.log());
}

#[tokio::test]
async fn a_compensation_is_repeated_as_its_each_says() {
    let each = json!({ "action": "test:echo", "each": "${{ steps.one.output.list }}", "input": { "removed": "${{ each.value }}" } });
    let bench = Bench::new(&json!({ "steps": [
        with(echo("one", &json!({ "list": ["a", "b"] })), "compensate", each),
        fails("broken"),
    ] }));
    bench.run().await;
    let undone = [r#"one.compensate[0] {"removed":"a"}"#, r#"one.compensate[1] {"removed":"b"}"#];
    assert_eq!(bench.calls()[1..], undone);
}

#[tokio::test]
async fn a_run_that_is_cancelled_is_undone_and_stays_so() {
    let spec =
        json!({ "steps": [undoable("one"), with(undoable("two"), "input", json!({ "forever": true }))] });
    let bench = Bench::new(&spec);
    let begun = async {
        while !bench.log().contains("step two") {
            tokio::task::yield_now().await;
        }
        bench.journal.cancel();
    };
    let (outcome, ()) = tokio::join!(bench.run(), begun);
    assert_eq!(outcome, Outcome::Cancelled);
    assert_eq!(bench.states(), "one completed, two cancelled, one.compensate completed");
    assert_eq!(bench.run().await, Outcome::Cancelled);
    assert_eq!(bench.calls().len(), 2, "nothing is undone twice");
    // One that was cancelled while nobody had it: the step that was under way has an end.
    let bench = Bench::new(&spec);
    let workspace = Workspace::open(bench.folder.path()).unwrap();
    let ended = Ended { state: StepState::Completed, output: Map::new(), error: None };
    bench.journal.end("one", ended, &workspace).await.unwrap();
    bench.journal.begin("two").await.unwrap();
    bench.journal.cancel();
    assert_eq!(bench.run().await, Outcome::Cancelled);
    assert_eq!(bench.states(), "one completed, two cancelled, one.compensate completed");
}

#[tokio::test]
async fn undoing_goes_on_behind_what_ended_and_asks_where_it_must() {
    let ask = with(echo("two", &json!({})), "compensate", json!({ "action": "test:ask" }));
    let spec = json!({ "steps": [undoable("one"), ask, undoable("three"), fails("broken")] });
    let bench = Bench::new(&spec);
    // What another process wrote before it ended: all up to the second compensation, in the middle of it.
    let workspace = Workspace::open(bench.folder.path()).unwrap();
    let ended = |state, error: Option<&str>| Ended {
        state,
        output: Map::from_iter([("made".to_owned(), json!("x"))]),
        error: error.map(str::to_owned),
    };
    for (step, state, error) in [
        ("one", StepState::Completed, None),
        ("two", StepState::Completed, None),
        ("three", StepState::Completed, None),
        ("broken", StepState::Failed, Some("it broke")),
        ("three.compensate", StepState::Completed, None),
    ] {
        bench.journal.end(step, ended(state, error), &workspace).await.unwrap();
    }
    bench.journal.begin("two.compensate").await.unwrap();
    assert_eq!(bench.run().await, Outcome::Asking { step: "two.compensate".to_owned() });
    assert_eq!(bench.calls(), Vec::<String>::new());
    bench.journal.end("two.compensate", ended(StepState::Failed, Some("no")), &workspace).await.unwrap();
    let Outcome::Failed { step, error } = bench.run().await else { panic!("{}", bench.log()) };
    assert_eq!((step.as_deref(), error.as_str()), (Some("broken"), "it broke"));
    assert_eq!(bench.calls(), [r#"one.compensate {"removed":"x"}"#]);
    assert!(!bench.log().contains("The run failed."), "that it is undone was told before: {}", bench.log());
}

#[tokio::test]
async fn undoing_waits_where_it_must() {
    let bench = Bench::new(&json!({ "steps": [
        undoable("one"),
        with(echo("two", &json!({})), "compensate", json!({ "action": "test:wait" })),
        fails("broken"),
    ] }));
    let Outcome::Waiting { step, .. } = bench.run().await else { panic!("{}", bench.log()) };
    assert_eq!(step, "two.compensate");
    assert!(!bench.states().contains("one.compensate"), "{}", bench.states());
}

#[tokio::test]
async fn a_dry_run_computes_what_it_does_not_need() {
    let real = json!({ "action": "test:real", "input": { "removed": "${{ steps.one.output.url }}" } });
    let spec = |compensate: &Value, last: Value| {
        json!({ "steps": [
        with(json!({ "id": "one", "action": "test:real" }), "compensate", compensate.clone()), last,
    ] })
    };
    let dry = |spec| Bench { dry_run: true, ..Bench::new(&spec) };
    let bench = dry(spec(&real, echo("two", &json!({}))));
    assert!(matches!(bench.run().await, Outcome::Completed(_)), "{}", bench.log());
    let line = "Not needed. Where the run fails, test:real gets: {\"removed\":\"<example>\"}\n";
    assert!(bench.log().ends_with(line), "{}", bench.log());
    assert_eq!(bench.states(), "one skipped, two completed");

    let wrong = json!({ "action": "test:real", "input": { "removed": "${{ parameters.name.frob() }}" } });
    let bench = dry(spec(&wrong, echo("two", &json!({}))));
    let Outcome::Failed { step, error } = bench.run().await else { panic!("{}", bench.log()) };
    assert_eq!(step.as_deref(), Some("one.compensate"));
    assert!(error.contains("/spec/steps/0/compensate/input/removed"), "{error}");

    // One that fails is undone as it was done: nothing happens elsewhere.
    let bench = dry(spec(&real, fails("two")));
    assert!(matches!(bench.run().await, Outcome::Failed { .. }));
    assert_eq!(bench.states(), "one skipped, two failed, one.compensate skipped");
    assert_eq!(bench.calls(), Vec::<String>::new());
}
