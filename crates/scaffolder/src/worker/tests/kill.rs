//! Processes that are killed, again and again: what a run does outside is done once, nothing of what was written is lost or
//! written twice, and the run ends as one that nobody disturbed.

use std::sync::atomic::AtomicBool;

use platform::database::Database;
use testkit::Random;

use super::*;

/// Kills of the test with random moments.
const KILLS: u32 = 60;

pub(super) fn spec() -> Value {
    json!({
        "steps": [
            step("one", "append", &json!({ "name": "a" })),
            step("effect", "effect", &json!({ "name": "repository" })),
            { "id": "each", "action": "test:effect", "each": ["x", "y"], "input": { "name": "${{ each.value }}" } },
            step("two", "append", &json!({ "name": "b" })),
            step("again", "effect", &json!({ "name": "entity" })),
            step("three", "append", &json!({ "name": "c" })),
        ],
        "output": { "lines": "${{ steps.three.output.lines }}" },
    })
}

/// What a run comes to.
#[derive(Debug, PartialEq)]
pub(super) struct Result {
    pub(super) state: TaskState,
    pub(super) output: Option<String>,
    pub(super) steps: Vec<(String, String, Option<String>)>,
    pub(super) effects: Vec<(String, u32)>,
}

pub(super) async fn result(bench: &Bench, id: &str) -> Result {
    let row = bench.row(id).await;
    let steps = store::steps(&bench.database, id).await.unwrap();
    assert!(steps.iter().all(|step| step.ended_at.is_some()), "{steps:?}");
    let effects = bench.world.effects().into_iter();
    let mut effects: Vec<(String, u32)> =
        effects.map(|(key, count)| (key.split(' ').next().unwrap_or_default().to_owned(), count)).collect();
    effects.sort();
    Result {
        state: row.state().unwrap(),
        output: row.output,
        steps: steps.into_iter().map(|step| (step.id, step.state, step.output)).collect(),
        effects,
    }
}

/// What a run comes to that nobody disturbs.
pub(super) async fn undisturbed(db: &Database) -> Result {
    let bench = Bench::new(db.clone()).await;
    let id = bench.start(spec()).await;
    bench.work().await;
    let result = result(&bench, &id).await;
    assert_eq!(result.state, TaskState::Completed);
    assert_eq!(result.output.as_deref(), Some("{\"lines\":3}"));
    let effects: Vec<&str> = result.effects.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(effects, ["entity", "repository", "x", "y"]);
    result
}

/// Works on a run and is killed at some moment; whether that came before the end of the attempt.
pub(super) async fn work_and_die(
    bench: &Bench,
    tools: Tools,
    claimed: store::Claimed,
    die: impl Future<Output = ()>,
) -> bool {
    let lease = claimed.lease.clone();
    let work = tokio::spawn(attempt(tools, claimed, Instant::now(), CancellationToken::new()));
    tokio::pin!(work);
    tokio::select! {
        ended = &mut work => {
            ended.unwrap();
            return false;
        }
        () = die => {}
    }
    work.abort();
    let was_killed = work.await.is_err();
    // What was sent to the server before is done before this; then others may take the run.
    match store::renew(&bench.database, &lease, 1, 1).await {
        Ok(_) => was_killed,
        Err(store::WriteError::Lost) => false,
        Err(store::WriteError::Database(error)) => panic!("{error}"),
    }
}

/// Kills the process of a run of these steps behind each event that is written, one run for each; how often it was killed.
pub(super) async fn killed_after_each_write(db: &Database, spec: &Value, expected: &Result) -> u32 {
    let mut kills = 0;
    for after in 1..100 {
        let bench = Bench::new(db.clone()).await;
        let id = bench.start(spec.clone()).await;
        let claimed = take(&bench.tools(), "killed").await.unwrap().expect("due");
        let seen = async {
            while store::standing(&bench.database, &id).await.unwrap().unwrap().1 <= after {
                tokio::task::yield_now().await;
            }
        };
        let was_killed = work_and_die(&bench, bench.tools(), claimed, seen).await;
        let before = bench.messages(&id).await;
        bench.work().await;
        let all = bench.messages(&id).await;
        assert_eq!(all[..before.len()], before, "what was told is told once, and stays");
        assert_eq!(&result(&bench, &id).await, expected, "killed after event {after}");
        if !was_killed {
            break;
        }
        kills += 1;
    }
    kills
}

testkit::on_both_engines! {
    async fn killed_after_each_write_a_run_ends_as_if_nobody_had(db: Database) {
        let expected = undisturbed(&db).await;
        let kills = killed_after_each_write(&db, &spec(), &expected).await;
        assert!(kills >= 8, "only {kills} kills");
    }

    async fn killed_at_any_moment_a_run_ends_as_if_nobody_had(db: Database) {
        let mut random = Random::from_variable("PORTICO_KILL_SEED");
        let seed = random.seed();
        println!("seed {seed}; PORTICO_KILL_SEED={seed} repeats this run");
        let expected = undisturbed(&db).await;
        let (mut kills, mut runs) = (0, 0);
        while kills < KILLS {
            let bench = Bench::new(db.clone()).await;
            let id = bench.start(spec()).await;
            runs += 1;
            // Each process of a run is killed, until one is faster; but fewer than make it count as what ends them.
            for _ in 0..10 {
                let Some(claimed) = take(&bench.tools(), "killed").await.unwrap() else { break };
                let moment = Duration::from_micros(random.below(40_000));
                if work_and_die(&bench, bench.tools(), claimed, tokio::time::sleep(moment)).await {
                    kills += 1;
                }
                assert!(runs < 2 * KILLS, "{kills} kills in {runs} runs (seed {seed})");
            }
            bench.work().await;
            bench.messages(&id).await;
            assert_eq!(result(&bench, &id).await, expected, "after {kills} kills (seed {seed})");
        }
        println!("{kills} kills in {runs} runs");
    }

    async fn a_killed_step_that_can_not_be_repeated_is_done_once_or_asked_about(db: Database) {
        let mut random = Random::from_variable("PORTICO_KILL_SEED");
        println!("seed {}", random.seed());
        let (mut asked, mut runs) = (0, 0);
        while asked < 5 {
            runs += 1;
            assert!(runs < 500, "only {asked} of {runs} kills came while the step was under way");
            let bench = Bench::new(db.clone()).await;
            let steps =
                [step("mail", "blind", &json!({ "name": "mail" })), step("two", "append", &json!({}))];
            let id = bench.start(json!({ "steps": steps })).await;
            let claimed = take(&bench.tools(), "killed").await.unwrap().expect("due");
            let moment = Duration::from_micros(random.below(10_000));
            work_and_die(&bench, bench.tools(), claimed, tokio::time::sleep(moment)).await;
            bench.work().await;
            let effects = bench.world.effects().get("mail").copied().unwrap_or_default();
            match bench.state(&id).await {
                TaskState::Completed => assert_eq!(effects, 1),
                TaskState::Asking => {
                    asked += 1;
                    assert!(effects <= 1, "{effects}");
                }
                other => panic!("{other:?}"),
            }
        }
        println!("{asked} of {runs} asked");
    }

    async fn two_processes_that_take_a_run_from_each_other_do_its_effects_once(db: Database) {
        let bench = Bench::new(db.clone()).await;
        let expected = undisturbed(&db).await;
        let id = bench.start(spec()).await;
        let done = AtomicBool::new(false);
        // Leases end all the time, so that several work on the run at once, and only one may write.
        let thief = async {
            while !done.load(Ordering::SeqCst) {
                let row = bench.row(&id).await;
                if row.state().unwrap() == TaskState::Processing && row.losses < 10 {
                    let lease = store::Lease { task: id.clone(), attempt: row.attempt };
                    let _it_may_be_late = store::renew(&bench.database, &lease, 1, 1).await;
                }
                tokio::time::sleep(Duration::from_millis(3)).await;
            }
        };
        let workers = async {
            let work = || async {
                while !bench.state(&id).await.has_ended() {
                    if !bench.attempt_once(&bench.tools()).await {
                        tokio::time::sleep(Duration::from_millis(2)).await;
                    }
                }
            };
            tokio::join!(work(), work(), work());
            done.store(true, Ordering::SeqCst);
        };
        tokio::join!(thief, workers);
        let attempts = bench.row(&id).await.attempt;
        assert!(attempts > 2, "the run changed hands {attempts} times");
        assert_eq!(result(&bench, &id).await, expected);
        bench.messages(&id).await;
    }
}
