//! The store on both engines: every test here is one body that runs on SQLite and on PostgreSQL.

mod branches;
mod drafts;
mod fences;
mod interleave;
mod list;
mod made;
mod migrations;
mod outside;
mod plans;
mod schedules;
mod steps;
mod undo;
mod usage;

use platform::database::Database;

use super::*;

/// A lease of a minute, for tests in which none ends.
const LONG: i64 = 60_000;

async fn migrated(db: Database) -> Database {
    db.migrate(crate::migrations()).await.expect("the migrations apply");
    db
}

fn new(id: &str) -> NewTask {
    NewTask {
        id: id.to_owned(),
        template_ref: "template:default/service".to_owned(),
        template: "{}".to_owned(),
        parameters: "{}".to_owned(),
        initiator: "{}".to_owned(),
        created_by: "user:default/ada".to_owned(),
        secrets: None,
    }
}

fn event(text: &str) -> NewEvent {
    NewEvent { kind: EventKind::Log, step: None, body: text.to_owned() }
}

fn info(number: i64) -> StepInfo {
    StepInfo {
        id: format!("s{number}"),
        number,
        name: format!("Step {number}"),
        action: "debug:log".to_owned(),
    }
}

fn end(number: i64, state: &'static str) -> StepEnd {
    StepEnd {
        step: info(number),
        state,
        error: None,
        output: "{}".to_owned(),
        kind: LATEST.to_owned(),
        joined: Vec::new(),
    }
}

fn snapshot(content: &str) -> Option<Snapshot> {
    Some(Snapshot { hash: format!("hash of {content}"), content: content.as_bytes().to_vec() })
}

fn arrival(step: &str, is_awaited: bool) -> Arrival<'_> {
    Arrival { step, keeper: step, name: "answer", value: "1".to_owned(), is_awaited }
}

fn finished(state: TaskState) -> TaskEnd {
    TaskEnd::new(state)
}

/// A new task.
async fn added(db: &Database, id: &str) {
    create(db, new(id), event("created")).await.expect("created");
}

/// Takes whatever is due, for long.
async fn taken(db: &Database) -> Lease {
    let now = now(db).await.expect("the time");
    claim(db, "a worker", now, now + LONG).await.expect("asked").expect("a task is due").lease
}

/// A new task that a worker has.
async fn held(db: &Database, id: &str) -> Lease {
    added(db, id).await;
    let lease = taken(db).await;
    assert_eq!(lease.task, id);
    lease
}

async fn state(db: &Database, id: &str) -> TaskState {
    row(db, id).await.state().expect("a state")
}

async fn row(db: &Database, id: &str) -> TaskRow {
    task(db, id).await.expect("asked").expect("the task is there")
}

/// The texts of all events; fails when their numbers have gaps.
async fn texts(db: &Database, id: &str) -> Vec<String> {
    let events = events_after(db, id, 0, 100_000).await.expect("events");
    for (event, number) in events.iter().zip(1..) {
        assert_eq!(event.id, number, "ids have no gaps");
    }
    assert_eq!(row(db, id).await.last_event, events.last().map_or(0, |event| event.id));
    events.into_iter().map(|event| event.body).collect()
}

/// Steps in short: `s0 completed`.
async fn step_lines(db: &Database, id: &str) -> Vec<String> {
    let rows = steps(db, id).await.expect("steps");
    rows.into_iter().map(|row| format!("{} {}", row.id, row.state)).collect()
}

async fn files(db: &Database, id: &str) -> Option<String> {
    let found = workspace(db, id).await.expect("asked");
    found.map(|(hash, content)| {
        let content = String::from_utf8(content).expect("text");
        assert_eq!(hash, format!("hash of {content}"));
        content
    })
}
