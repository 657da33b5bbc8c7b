//! Random orders of what workers with old and new leases and people do, against a model that is one struct.

use platform::database::Database;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use tokio::runtime::Handle;
use tokio::task::block_in_place;

use super::*;

/// The moment at which workers look for tasks. All that the store itself calls now is before.
const NOW: i64 = 4_000_000_000_000;

/// What is done. A number names one of the leases that were ever had.
#[derive(Clone, Debug)]
enum Op {
    Claim { is_over: bool },
    Renew { lease: usize, is_over: bool },
    Begin(usize),
    End { lease: usize, state: &'static str },
    Tell(usize),
    Keep(usize),
    GiveBack(usize),
    Wait { lease: usize, is_due: Option<bool> },
    Ask(usize),
    Finish { lease: usize, state: TaskState },
    Cancel,
    Retry,
    Arrive { begun: bool },
    Answer(u8),
}

fn op() -> impl Strategy<Value = Op> {
    let ends = prop::sample::select(vec![step_state::COMPLETED, step_state::FAILED, step_state::SKIPPED]);
    let finishes = prop::sample::select(vec![TaskState::Completed, TaskState::Failed, TaskState::Cancelled]);
    // Mostly the newest of them.
    let lease = || prop_oneof![3 => Just(0_usize), 1 => 1_usize..4];
    prop_oneof![
        6 => any::<bool>().prop_map(|is_over| Op::Claim { is_over }),
        1 => (lease(), any::<bool>()).prop_map(|(lease, is_over)| Op::Renew { lease, is_over }),
        3 => lease().prop_map(Op::Begin),
        2 => (lease(), ends).prop_map(|(lease, state)| Op::End { lease, state }),
        1 => lease().prop_map(Op::Tell),
        1 => lease().prop_map(Op::Keep),
        1 => lease().prop_map(Op::GiveBack),
        3 => (lease(), any::<Option<bool>>()).prop_map(|(lease, is_due)| Op::Wait { lease, is_due }),
        2 => lease().prop_map(Op::Ask),
        1 => (lease(), finishes).prop_map(|(lease, state)| Op::Finish { lease, state }),
        1 => Just(Op::Cancel),
        2 => Just(Op::Retry),
        2 => any::<bool>().prop_map(|begun| Op::Arrive { begun }),
        2 => (0_u8..3).prop_map(Op::Answer),
    ]
}

/// What the tables should say.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Model {
    state: TaskState,
    attempt: i64,
    is_due: Option<bool>,
    losses: i64,
    is_cancelling: bool,
    is_woken: bool,
    waits: bool,
    step: Option<&'static str>,
    has_answer: bool,
    has_files: bool,
    events: usize,
}

impl Model {
    const fn new() -> Self {
        Self {
            state: TaskState::Open,
            attempt: 0,
            is_due: Some(true),
            losses: 0,
            is_cancelling: false,
            is_woken: false,
            waits: false,
            step: None,
            has_answer: false,
            has_files: false,
            events: 1,
        }
    }

    fn is_had(&self, attempt: i64) -> bool {
        self.state == TaskState::Processing && self.attempt == attempt
    }

    fn end(&mut self, state: TaskState) {
        self.state = state;
        (self.is_due, self.is_cancelling, self.waits) = (None, false, false);
        if matches!(self.step, Some(step_state::PROCESSING | step_state::WAITING)) {
            self.step = Some(step_state::CANCELLED);
        }
        if state == TaskState::Completed {
            self.has_files = false;
        }
    }

    fn rest(&mut self, state: TaskState, is_due: Option<bool>) {
        (self.state, self.is_due) = (state, is_due);
        self.waits = state != TaskState::Open;
        self.events += 1;
    }

    /// Does it to the model; what the store should answer.
    fn apply(&mut self, op: &Op, attempt: Option<i64>) -> &'static str {
        let had = attempt.is_some_and(|attempt| self.is_had(attempt));
        let cancelling = if self.is_cancelling { "cancelling" } else { "written" };
        match op {
            Op::Claim { .. } if self.is_due != Some(true) => "nothing",
            Op::Claim { is_over } => {
                self.losses += i64::from(self.state == TaskState::Processing);
                self.state = TaskState::Processing;
                self.attempt += 1;
                self.is_due = Some(*is_over);
                (self.is_woken, self.waits) = (false, false);
                "claimed"
            }
            Op::Cancel => match self.state {
                state if state.has_ended() => "ended",
                TaskState::Processing => {
                    self.events += usize::from(!self.is_cancelling);
                    self.is_cancelling = true;
                    "asked"
                }
                _ => {
                    self.events += 1 + usize::from(!self.is_cancelling);
                    self.end(TaskState::Cancelled);
                    "cancelled"
                }
            },
            Op::Retry => {
                if !matches!(self.state, TaskState::Failed | TaskState::Cancelled) {
                    return "not";
                }
                if !matches!(self.step, Some(step_state::COMPLETED | step_state::SKIPPED)) {
                    (self.step, self.has_files) = (None, false);
                }
                (self.state, self.is_due, self.losses) = (TaskState::Open, Some(true), 0);
                self.events += 1;
                "retried"
            }
            Op::Arrive { begun } => {
                let takes = match self.step {
                    Some(step_state::PROCESSING | step_state::WAITING) => true,
                    Some(_) => false,
                    None => !begun,
                };
                if self.state.has_ended() || !takes {
                    return "unasked";
                }
                if self.has_answer {
                    return "second";
                }
                (self.has_answer, self.is_woken) = (true, true);
                self.events += 1;
                if self.state == TaskState::Waiting {
                    self.is_due = Some(true);
                }
                "kept"
            }
            Op::Answer(verdict) => {
                if self.state != TaskState::Asking {
                    return "not asking";
                }
                self.step = match (verdict, self.step) {
                    (0, _) | (_, None) => None,
                    (1, _) => Some(step_state::COMPLETED),
                    _ => Some(step_state::FAILED),
                };
                self.has_files |= *verdict != 0;
                (self.state, self.is_due, self.waits) = (TaskState::Open, Some(true), false);
                self.events += 1;
                "answered"
            }
            _ if !had => "lost",
            Op::Renew { is_over, .. } => {
                self.is_due = Some(*is_over);
                cancelling
            }
            Op::Begin(_) => {
                self.step = Some(step_state::PROCESSING);
                self.events += 1;
                cancelling
            }
            Op::End { state, .. } => {
                self.step = Some(state);
                (self.losses, self.has_files) = (0, true);
                self.events += 1;
                cancelling
            }
            Op::Tell(_) => {
                self.events += 1;
                cancelling
            }
            Op::Keep(_) => cancelling,
            Op::GiveBack(_) => {
                self.rest(TaskState::Open, Some(true));
                "put away"
            }
            Op::Wait { is_due, .. } => {
                let hurry = self.is_woken || self.is_cancelling;
                self.rest(TaskState::Waiting, if hurry { Some(true) } else { *is_due });
                if self.step.is_some() {
                    self.step = Some(step_state::WAITING);
                }
                "put away"
            }
            Op::Ask(_) => {
                let is_due = self.is_cancelling.then_some(true);
                self.rest(TaskState::Asking, is_due);
                "put away"
            }
            Op::Finish { state, .. } => {
                self.events += 1;
                self.end(*state);
                "finished"
            }
        }
    }
}

fn at(is_due: bool) -> i64 {
    if is_due { NOW - 1 } else { NOW + 1 }
}

fn said(outcome: Result<bool, WriteError>) -> &'static str {
    match outcome {
        Ok(true) => "cancelling",
        Ok(false) => "written",
        Err(WriteError::Lost) => "lost",
        Err(WriteError::Database(error)) => panic!("{error}"),
    }
}

fn done(outcome: Result<(), WriteError>, done: &'static str) -> &'static str {
    outcome.map_or_else(|error| said(Err(error)), |()| done)
}

/// Does it to the store; what it answered.
async fn act(db: &Database, id: &str, op: &Op, lease: Option<&Lease>) -> (&'static str, Option<Lease>) {
    let x = || event("x");
    let lost = Lease { task: id.to_owned(), attempt: -1 };
    let lease = lease.unwrap_or(&lost);
    let answer = match op {
        Op::Claim { is_over } => {
            let claimed = claim(db, "x", NOW, at(*is_over)).await.unwrap();
            let lease = claimed.map(|claimed| claimed.lease);
            return (lease.as_ref().map_or("nothing", |_| "claimed"), lease);
        }
        Op::Renew { is_over, .. } => said(renew(db, lease, NOW, at(*is_over)).await),
        Op::Begin(_) => said(begin_step(db, lease, &info(0), &[x()]).await),
        Op::End { state, .. } => said(end_step(db, lease, end(0, state), snapshot("x"), x()).await),
        Op::Tell(_) => said(tell(db, lease, &[x()]).await),
        Op::Keep(_) => said(keep(db, lease, "s0", "note", "1".to_owned()).await),
        Op::GiveBack(_) => done(put_away(db, lease, Rest::Open { due_at: 1 }, &[x()]).await, "put away"),
        Op::Wait { is_due, .. } => {
            let (step, reason) = ("s0".to_owned(), String::new());
            let rest = Rest::Waiting { step, reason, due_at: is_due.map(at), is_compensating: false };
            done(put_away(db, lease, rest, &[x()]).await, "put away")
        }
        Op::Ask(_) => {
            let rest = Rest::Asking { step: "s0".to_owned(), reason: String::new(), is_compensating: false };
            done(put_away(db, lease, rest, &[x()]).await, "put away")
        }
        Op::Finish { state, .. } => done(finish(db, lease, finished(*state), &[x()]).await, "finished"),
        Op::Cancel => match cancel(db, id, &[], x(), x()).await.unwrap().expect("a task") {
            Cancelled::Done => "cancelled",
            Cancelled::Asked => "asked",
            Cancelled::Ended(_) => "ended",
        },
        Op::Retry => match retry(db, id, &Plan::default(), None, |_| x()).await.unwrap().expect("a task") {
            Retried::From(_) => "retried",
            Retried::Not(_) => "not",
            Retried::Undone => "undone",
            Retried::TooLate => "too late",
        },
        Op::Arrive { begun } => {
            let arrived = arrive(db, id, arrival("s0", *begun), x()).await.unwrap();
            match arrived.expect("a task") {
                Arrived::Kept => "kept",
                Arrived::Second => "second",
                Arrived::Unasked => "unasked",
            }
        }
        Op::Answer(verdict) => {
            let verdict = match verdict {
                0 => Verdict::Again,
                1 => Verdict::Done("{}".to_owned()),
                _ => Verdict::Failed("no".to_owned()),
            };
            match answer(db, id, "s0", verdict, x()).await.unwrap().expect("a task") {
                Ok(()) => "answered",
                Err(_) => "not asking",
            }
        }
    };
    (answer, None)
}

/// What the tables say.
async fn seen(db: &Database, id: &str) -> Model {
    let row = row(db, id).await;
    let known = [
        step_state::PROCESSING,
        step_state::WAITING,
        step_state::COMPLETED,
        step_state::FAILED,
        step_state::SKIPPED,
        step_state::CANCELLED,
    ];
    let steps = steps(db, id).await.unwrap();
    Model {
        state: row.state().unwrap(),
        attempt: row.attempt,
        is_due: row.due_at.map(|due| due <= NOW),
        losses: row.losses,
        is_cancelling: row.is_cancelling,
        is_woken: row.is_woken,
        waits: row.wait_step.is_some(),
        step: steps.first().and_then(|step| known.into_iter().find(|state| *state == step.state)),
        has_answer: kept(db, id, "s0", "answer").await.unwrap().is_some(),
        has_files: workspace_row(db, id).await,
        events: texts(db, id).await.len(),
    }
}

async fn workspace_row(db: &Database, id: &str) -> bool {
    use sea_orm::EntityTrait as _;
    let key = (id.to_owned(), LATEST.to_owned());
    tables::workspace::Entity::find_by_id(key).one(db.reader()).await.unwrap().is_some()
}

async fn run(db: &Database, id: &str, ops: Vec<Op>) -> Result<(), TestCaseError> {
    added(db, id).await;
    let (mut model, mut leases): (Model, Vec<Lease>) = (Model::new(), Vec::new());
    for op in ops {
        let lease = match op {
            Op::Renew { lease, .. }
            | Op::Begin(lease)
            | Op::End { lease, .. }
            | Op::Tell(lease)
            | Op::Keep(lease)
            | Op::GiveBack(lease)
            | Op::Wait { lease, .. }
            | Op::Ask(lease)
            | Op::Finish { lease, .. } => leases.iter().rev().nth(lease),
            _ => None,
        };
        let expected = model.apply(&op, lease.map(|lease| lease.attempt));
        let (answer, taken) = act(db, id, &op, lease).await;
        prop_assert_eq!(answer, expected, "{:?}", op);
        leases.extend(taken);
        prop_assert_eq!(&seen(db, id).await, &model, "after {:?}", op);
    }
    Ok(())
}

/// As [`run`]; nothing of it is in the way of the next.
async fn run_and_clear(db: &Database, id: &str, ops: Vec<Op>) -> Result<(), TestCaseError> {
    let outcome = run(db, id, ops).await;
    cancel(db, id, &[], event("x"), event("x")).await.unwrap();
    while let Some(left) = claim(db, "x", i64::MAX, i64::MAX).await.unwrap() {
        finish(db, &left.lease, finished(TaskState::Cancelled), &[]).await.unwrap();
    }
    outcome
}

testkit::on_both_engines! {
    async fn any_order_ends_where_the_model_does(db: Database) {
        let db = migrated(db).await;
        let cases = std::cell::Cell::new(0);
        let config = Config { cases: 150, failure_persistence: None, ..Config::default() };
        let outcome = TestRunner::new(config).run(&vec(op(), 1..25), |ops| {
            cases.set(cases.get() + 1);
            let id = format!("case {}", cases.get());
            block_in_place(|| Handle::current().block_on(run_and_clear(&db, &id, ops)))
        });
        outcome.unwrap_or_else(|failure| panic!("{failure}"));
    }
}
