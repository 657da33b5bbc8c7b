//! The journal of a run, over the rows of a database.

use platform::database::Database;
use platform::error::ErrorKind;
use platform::feed::Heard;
use serde_json::json;

use super::*;
use crate::store::{EventKind, NewTask, TaskState};

struct Bench {
    database: Database,
    feed: Feed,
    template: Template,
    _folder: tempfile::TempDir,
    workspace: Workspace,
}

impl Bench {
    async fn new(database: Database) -> Self {
        database.migrate(crate::migrations()).await.expect("the migrations apply");
        let entity = json!({
            "apiVersion": crate::template::API_VERSION,
            "kind": "Template",
            "metadata": { "name": "x" },
            "spec": { "steps": [
                { "id": "one", "name": "Step one", "action": "debug:log" },
                { "id": "two", "action": "debug:log" },
            ] },
        });
        let new = NewTask {
            id: "run-1".to_owned(),
            template_ref: "template:default/x".to_owned(),
            template: entity.to_string(),
            parameters: "{}".to_owned(),
            initiator: "{}".to_owned(),
            created_by: String::new(),
            secrets: None,
        };
        store::create(&database, new, line(None, "created")).await.expect("created");
        let folder = tempfile::tempdir().unwrap();
        let workspace = Workspace::open(folder.path()).unwrap();
        let feed = Feed::new(&database);
        Self { template: Template::read(&entity).0.unwrap(), feed, database, _folder: folder, workspace }
    }

    /// The journal of whoever takes the run next.
    async fn take(&self) -> TaskJournal {
        let claimed = store::claim(&self.database, "x", i64::MAX, i64::MAX - 1).await.unwrap().expect("due");
        let opening = Opening {
            lease: claimed.lease,
            template: &self.template,
            before: store::steps(&self.database, "run-1").await.unwrap(),
            workspace: store::workspace(&self.database, "run-1").await.unwrap().map(|(hash, _)| hash),
            events: claimed.task.last_event,
            mask: Mask::new(["hunter2"]),
            is_cancelling: claimed.task.is_cancelling,
            stopped: CancellationToken::new(),
        };
        TaskJournal::new(self.database.clone(), self.feed.clone(), opening)
    }

    async fn events(&self) -> Vec<String> {
        let events = store::events_after(&self.database, "run-1", 0, 100_000).await.unwrap();
        events.into_iter().map(|event| event.body).collect()
    }
}

fn ended(state: StepState) -> Ended {
    Ended { state, output: Map::from_iter([("x".to_owned(), json!(1))]), error: None }
}

testkit::on_both_engines! {
    async fn what_was_written_is_there_in_the_next_attempt(db: Database) {
        let bench = Bench::new(db).await;
        let journal = bench.take().await;
        assert_eq!(journal.run(), "run-1");
        assert_eq!((journal.ended("one"), journal.interrupted("one")), (None, false));
        journal.begin("one").await.unwrap();
        journal.keep("one", "note", json!({ "a": null })).await.unwrap();
        assert_eq!(journal.kept("one", "note").await.unwrap(), Some(json!({ "a": null })));
        bench.workspace.write("a.txt", b"a", false).unwrap();
        journal.end("one", ended(StepState::Completed), &bench.workspace).await.unwrap();
        journal.begin("two").await.unwrap();

        let next = bench.take().await;
        assert_eq!(next.ended("one"), Some(ended(StepState::Completed)));
        assert_eq!(
            (next.interrupted("one"), next.interrupted("two"), next.ended("two")),
            (false, true, None)
        );
        assert_eq!(next.kept("one", "note").await.unwrap(), Some(json!({ "a": null })));
        assert!(!next.cancelled() && !next.stopped().is_cancelled());
        let error = Some("token hunter2".to_owned());
        next.end("two", Ended { error, ..ended(StepState::Failed) }, &bench.workspace).await.unwrap();
        let row = store::steps(&bench.database, "run-1").await.unwrap().pop().unwrap();
        assert_eq!(row.error.as_deref(), Some("token ******"));
        assert_eq!(bench.take().await.ended("two").unwrap().state, StepState::Failed);
    }

    async fn who_lost_the_run_is_stopped_and_writes_nothing(db: Database) {
        let bench = Bench::new(db).await;
        let first = bench.take().await;
        let second = bench.take().await;
        let before = bench.events().await;
        let lost = [
            first.begin("one").await,
            first.log(None, "x").await,
            first.keep("one", "x", json!(1)).await,
            first.end("one", ended(StepState::Completed), &bench.workspace).await,
        ];
        for error in lost {
            assert_eq!(error.unwrap_err().kind(), ErrorKind::Conflict);
        }
        assert!(first.is_lost() && first.stopped().is_cancelled() && !first.cancelled());
        assert_eq!(bench.events().await, before);
        second.begin("one").await.unwrap();
        assert!(!second.is_lost());
    }

    async fn who_is_to_be_cancelled_hears_it_with_the_next_word(db: Database) {
        let bench = Bench::new(db).await;
        let journal = bench.take().await;
        let (asked, done) = (line(None, "cancel"), line(None, "cancelled"));
        store::cancel(&bench.database, "run-1", &[], asked, done).await.unwrap();
        assert!(!journal.cancelled());
        journal.log(None, "still here").await.unwrap();
        assert!(journal.cancelled() && journal.stopped().is_cancelled() && !journal.is_lost());
        assert!(bench.take().await.cancelled(), "and whoever takes it next");
    }

    async fn lines_are_cut_hidden_and_counted(db: Database) {
        let bench = Bench::new(db).await;
        let journal = bench.take().await;
        journal.log(Some("one"), "the token is hunter2").await.unwrap();
        assert_eq!(bench.events().await[1], r#"{"message":"the token is ******","stepId":"one"}"#);
        journal.log(None, &"é".repeat(20_000)).await.unwrap();
        let long: Value = serde_json::from_str(&bench.events().await[2]).unwrap();
        assert_eq!(long["message"].as_str().unwrap().len(), 16 * 1024);

        journal.events.store(MOST_EVENTS - 3, Ordering::Relaxed);
        for number in 0..10 {
            journal.log(None, &format!("line {number}")).await.unwrap();
        }
        let events = bench.events().await;
        assert_eq!(events.len(), 3 + 3, "two lines, and that there are no more");
        assert!(events[5].contains("The log of this run is full"), "{}", events[5]);
        journal.begin("one").await.unwrap();
        assert_eq!(bench.events().await.len(), 7, "what happens to steps is told all the same");
    }

    async fn who_follows_is_told(db: Database) {
        let bench = Bench::new(db).await;
        let journal = bench.take().await;
        let mut names = bench.feed.names();
        journal.begin("one").await.unwrap();
        assert_eq!(names.next().await, Heard::Name("task:run-1".into()));
        journal.keep("one", "x", json!(1)).await.unwrap();
        journal.end("one", ended(StepState::Completed), &bench.workspace).await.unwrap();
        assert_eq!(names.next().await, Heard::Name("task:run-1".into()));
        let states: Vec<Value> =
            bench.events().await[1..].iter().map(|body| serde_json::from_str(body).unwrap()).collect();
        assert_eq!(
            states,
            [
                json!({ "message": "Step one begins.", "stepId": "one", "status": "processing" }),
                json!({ "message": "Step one is done.", "stepId": "one", "status": "completed" }),
            ]
        );
    }

    async fn what_is_too_much_to_keep_is_refused(db: Database) {
        let bench = Bench::new(db).await;
        let journal = bench.take().await;
        let error = journal.keep("one", "x", json!("a".repeat(LONGEST_KEPT))).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::PayloadTooLarge);
        assert_eq!(journal.kept("one", "x").await.unwrap(), None);
    }

    async fn a_workspace_that_did_not_change_is_not_written_again(db: Database) {
        let bench = Bench::new(db).await;
        let journal = bench.take().await;
        bench.workspace.write("a.txt", b"a", false).unwrap();
        journal.end("one", ended(StepState::Completed), &bench.workspace).await.unwrap();
        assert!(journal.snapshot(LATEST, &bench.workspace).await.unwrap().is_none());
        assert!(
            bench.take().await.snapshot(LATEST, &bench.workspace).await.unwrap().is_none(),
            "nor in the next attempt"
        );
        bench.workspace.write("a.txt", b"b", false).unwrap();
        assert!(journal.snapshot(LATEST, &bench.workspace).await.unwrap().is_some());
    }
}

#[test]
fn a_completion_tells_what_clients_read() {
    let output = json!({ "links": [] });
    for (state, output, error, expected) in [
        (
            TaskState::Completed,
            Some(&output),
            None,
            json!({ "message": "The run is completed.", "status": "completed", "output": { "links": [] } }),
        ),
        (
            TaskState::Cancelled,
            None,
            None,
            json!({ "message": "The run is cancelled.", "status": "cancelled" }),
        ),
        (
            TaskState::Failed,
            None,
            Some(("it broke", Some("one"))),
            json!({
                "message": "The run failed: it broke", "stepId": "one", "status": "failed",
                "error": { "name": "Error", "message": "it broke", "stepId": "one" },
            }),
        ),
    ] {
        let event = completion(state, output, error);
        assert_eq!(event.kind, EventKind::Completion);
        assert_eq!(serde_json::from_str::<Value>(&event.body).unwrap(), expected);
    }
}
