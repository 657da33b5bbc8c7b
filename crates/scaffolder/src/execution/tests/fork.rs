//! Branches that run at the same time.

use super::*;

fn write(id: &str, path: &str, text: &str) -> Value {
    json!({ "id": id, "action": "test:write", "input": { "path": path, "text": text } })
}

fn fork(branches: &Value) -> Value {
    json!({ "id": "both", "branches": branches })
}

fn fails(id: &str) -> Value {
    json!({ "id": id, "action": "test:fail" })
}

fn undoable(id: &str) -> Value {
    with(echo(id, &json!({})), "compensate", json!({ "action": "test:echo" }))
}

fn file(bench: &Bench, path: &str) -> String {
    std::fs::read_to_string(bench.folder.path().join("workspace").join(path)).unwrap_or_default()
}

/// A bench whose workspace has a folder around it, as those of runs have.
async fn run(bench: &Bench) -> Outcome {
    bench.run_in("workspace").await
}

#[tokio::test]
async fn branches_run_on_copies_and_are_put_together() {
    let bench = Bench::new(&json!({ "steps": [
        write("base", "base.txt", "base"),
        fork(&json!({
            "code": [write("one", "code.txt", "code"), echo("two", &json!({ "x": "${{ parameters.name }}" }))],
            "docs": [write("three", "docs/index.md", "docs"), write("four", "base.txt", "changed")],
        })),
        echo("after", &json!({ "x": "${{ steps.two.output.x }}" })),
    ] }));
    assert!(matches!(run(&bench).await, Outcome::Completed(_)), "{}", bench.log());
    assert_eq!(bench.calls().last().unwrap(), r#"after {"x":"shop"}"#);
    let files = ["base.txt", "code.txt", "docs/index.md"].map(|path| file(&bench, path));
    assert_eq!(files, ["changed", "code", "docs"]);
    assert!(bench.states().ends_with("both completed, after completed"), "{}", bench.states());
    let left: Vec<_> = std::fs::read_dir(bench.folder.path()).unwrap().collect();
    assert_eq!(left.len(), 1, "the copies are gone: {left:?}");
}

#[tokio::test]
async fn branches_run_at_the_same_time() {
    // Each waits until the other is there.
    let bench = Bench::new(&json!({ "steps": [fork(&json!({
        "a": [{ "id": "one", "action": "test:meet" }], "b": [{ "id": "two", "action": "test:meet" }],
    }))] }));
    assert!(matches!(run(&bench).await, Outcome::Completed(_)), "{}", bench.log());
}

#[tokio::test]
async fn two_that_write_the_same_path_otherwise_fail_the_step() {
    let steps = |other: &str| {
        json!({ "steps": [
        fork(&json!({ "code": [write("one", "a.txt", "x")], "docs": [write("two", "a.txt", other)] })),
        write("after", "after.txt", "x"),
    ] })
    };
    let bench = Bench::new(&steps("x"));
    assert!(matches!(run(&bench).await, Outcome::Completed(_)), "the same is no conflict: {}", bench.log());
    let bench = Bench::new(&steps("y"));
    let Outcome::Failed { step, error } = run(&bench).await else { panic!("{}", bench.log()) };
    let expected = "The branches \"code\" and \"docs\" changed a.txt in different ways. Let each of them write files of its own.";
    assert_eq!((step.as_deref(), error.as_str()), (Some("both"), expected));
    assert_eq!(file(&bench, "a.txt"), "", "nothing is taken over");
    assert!(bench.states().ends_with("both failed, after skipped"), "{}", bench.states());
}

#[tokio::test]
async fn one_that_fails_ends_the_others_behind_their_step_and_what_was_done_is_undone() {
    let bench = Bench::new(&json!({ "steps": [
        undoable("before"),
        fork(&json!({
            "code": [undoable("one"), fails("broken"), undoable("left"), with(echo("tidy", &json!({})), "if", json!("${{ failure() }}"))],
            "docs": [with(undoable("slow"), "input", json!({ "after": "broken" })), undoable("more")],
        })),
        undoable("after"),
    ] }));
    let Outcome::Failed { step, error } = run(&bench).await else { panic!("{}", bench.log()) };
    assert_eq!((step.as_deref(), error.as_str()), (Some("broken"), "it broke with {}"));
    let states = bench.states();
    for state in
        ["broken failed", "left skipped", "tidy completed", "slow completed", "both failed", "after skipped"]
    {
        assert!(states.contains(state), "{state}: {states}");
    }
    assert!(!states.contains("more"), "the other branch does not go on: {states}");
    let undone = "slow.compensate completed, one.compensate completed, before.compensate completed";
    assert!(states.ends_with(undone), "{states}");
}

#[tokio::test]
async fn a_fork_goes_on_behind_what_ended_in_each_branch() {
    let spec = json!({ "steps": [
        fork(&json!({
            "a": [echo("one", &json!({})), echo("two", &json!({ "x": "${{ steps.one.output.x }}" }))],
            "b": [{ "id": "ask", "action": "test:ask" }, echo("three", &json!({}))],
        })),
        echo("after", &json!({ "x": "${{ steps.one.output.x }}" })),
    ] });
    let bench = Bench::new(&spec);
    let workspace = Workspace::open(bench.folder.path().join("workspace")).unwrap();
    let ended = Ended {
        state: StepState::Completed,
        output: Map::from_iter([("x".to_owned(), json!(7))]),
        error: None,
    };
    bench.journal.begin("both").await.unwrap();
    bench.journal.end("one", ended.clone(), &workspace).await.unwrap();
    bench.journal.begin("ask").await.unwrap();
    assert_eq!(
        run(&bench).await,
        Outcome::Asking { step: "ask".to_owned() },
        "the others are done meanwhile"
    );
    assert_eq!(bench.calls(), [r#"two {"x":7}"#]);
    bench.journal.end("ask", ended, &workspace).await.unwrap();
    assert!(matches!(run(&bench).await, Outcome::Completed(_)), "{}", bench.log());
    assert_eq!(bench.calls(), [r#"two {"x":7}"#, "three {}", r#"after {"x":7}"#]);
    assert!(matches!(run(&bench).await, Outcome::Completed(_)), "and once more, nothing is done");
    assert_eq!(bench.calls().len(), 3);
}

#[tokio::test]
async fn a_fork_is_cancelled_in_all_branches() {
    let bench = Bench::new(&json!({ "steps": [fork(&json!({
        "a": [undoable("one"), echo("two", &json!({ "forever": true }))],
        "b": [echo("three", &json!({ "forever": true })), echo("four", &json!({}))],
    }))] }));
    let begun = async {
        while !(bench.log().contains("step two") && bench.log().contains("step three")) {
            tokio::task::yield_now().await;
        }
        bench.journal.cancel();
    };
    let (outcome, ()) = tokio::join!(run(&bench), begun);
    assert_eq!(outcome, Outcome::Cancelled);
    let states = bench.states();
    for state in ["two cancelled", "three cancelled", "both cancelled, one.compensate completed"] {
        assert!(states.contains(state), "{state}: {states}");
    }
    assert_eq!(run(&bench).await, Outcome::Cancelled, "and stays so");
}

#[tokio::test]
async fn an_if_decides_about_all_branches() {
    let branches = json!({ "a": [echo("one", &json!({}))], "b": [echo("two", &json!({}))] });
    let bench = Bench::new(&json!({ "steps": [with(fork(&branches), "if", json!("${{ parameters.no }}"))] }));
    assert!(matches!(run(&bench).await, Outcome::Completed(_)));
    assert_eq!(bench.states(), "both skipped");
    // One that runs after a failure runs as any other does.
    let bench = Bench::new(
        &json!({ "steps": [fails("broken"), with(fork(&branches), "if", json!("${{ always() }}"))] }),
    );
    assert!(matches!(run(&bench).await, Outcome::Failed { .. }));
    assert!(
        bench.states().contains("one completed") && bench.states().contains("two completed"),
        "{}",
        bench.states()
    );
}

#[tokio::test]
async fn branches_wait_together() {
    let bench = Bench::new(&json!({ "steps": [fork(&json!({
        "a": [{ "id": "wait", "action": "test:wait" }], "b": [echo("one", &json!({}))],
    }))] }));
    let Outcome::Waiting { step, wait } = run(&bench).await else { panic!("{}", bench.log()) };
    assert_eq!((step.as_str(), wait.reason.as_str()), ("wait", "an answer"));
    assert_eq!(bench.states(), "one completed");
}

#[tokio::test]
async fn branches_have_the_size_of_outputs_together() {
    let large = |id: &str| echo(id, &json!({ "x": "${{ 'x'.repeat(600) }}" }));
    let spec = json!({ "steps": [fork(&json!({ "a": [large("one")], "b": [large("two")], "c": [large("three")] }))] });
    let mut bench = Bench::new(&spec);
    bench.options.all_output_bytes = 1_500;
    let Outcome::Failed { error, .. } = run(&bench).await else { panic!("{}", bench.log()) };
    assert!(error.contains("1500 bytes together"), "{error}");
}

#[tokio::test]
async fn a_dry_run_forks_as_well() {
    let mut bench = Bench::new(&json!({ "steps": [
        fork(&json!({ "a": [{ "id": "real", "action": "test:real" }], "b": [write("one", "b.txt", "x")] })),
        echo("after", &json!({ "x": "${{ steps.real.output.url }}" })),
    ] }));
    bench.dry_run = true;
    assert!(matches!(run(&bench).await, Outcome::Completed(_)), "{}", bench.log());
    assert_eq!(
        (bench.calls(), file(&bench, "b.txt")),
        (vec![r#"after {"x":"<example>"}"#.to_owned()], "x".to_owned())
    );
}
