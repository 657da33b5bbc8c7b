//! Tasks with steps that have branches.

use platform::database::Database;

use super::*;

/// A step of a branch of `s1`, with the number that it has in the template.
fn of(branch: usize, number: i64, state: &'static str) -> StepEnd {
    StepEnd { kind: branch_kind("s1", branch), ..end(number, state) }
}

fn plan() -> Plan {
    let ids = |numbers: &[i64]| numbers.iter().map(|number| info(*number).id).collect();
    Plan {
        compensations: Vec::new(),
        groups: vec![Group { id: info(1).id, branches: vec![ids(&[2, 3, 4]), ids(&[5, 6])] }],
    }
}

async fn content(db: &Database, kind: &str) -> Option<String> {
    let kept = workspace_of(db, "a", kind).await.unwrap();
    kept.map(|(_, content)| String::from_utf8(content).unwrap())
}

testkit::on_both_engines! {
    async fn a_retry_goes_on_in_the_branch_that_failed(db: Database) {
        let db = migrated(db).await;
        let lease = held(&db, "a").await;
        end_step(&db, &lease, end(0, step_state::COMPLETED), snapshot("base"), event("0")).await.unwrap();
        begin_step(&db, &lease, &info(1), &[]).await.unwrap();
        for (end, content) in [
            (of(0, 2, step_state::COMPLETED), "one"),
            (of(1, 5, step_state::COMPLETED), "other"),
            (of(0, 3, step_state::FAILED), "half"),
            (of(0, 4, step_state::COMPLETED), "tidied"),
            (end(1, step_state::FAILED), "base"),
            (end(7, step_state::SKIPPED), "base"),
        ] {
            end_step(&db, &lease, end, snapshot(content), event("ended")).await.unwrap();
        }
        finish(&db, &lease, finished(TaskState::Failed), &[]).await.unwrap();
        let retried = retry(&db, "a", &plan(), None, |_| event("again")).await.unwrap();
        assert_eq!(retried, Some(Retried::From(Some("s1".to_owned()))));
        assert_eq!(step_lines(&db, "a").await, ["s0 completed", "s2 completed", "s5 completed"]);
        assert_eq!(files(&db, "a").await.as_deref(), Some("base"));
        let kinds = [0, 1].map(|branch| branch_kind("s1", branch));
        assert_eq!(content(&db, &kinds[0]).await.as_deref(), Some("one"), "as before the step that failed");
        assert_eq!(content(&db, &kinds[1]).await.as_deref(), Some("other"), "as it was left");

        // Once they are put together the branches have no files of their own.
        let lease = taken(&db).await;
        let joined = StepEnd { joined: kinds.to_vec(), ..end(1, step_state::COMPLETED) };
        end_step(&db, &lease, joined, snapshot("all"), event("joined")).await.unwrap();
        assert_eq!((content(&db, &kinds[0]).await, content(&db, &kinds[1]).await), (None, None));
        assert_eq!(files(&db, "a").await.as_deref(), Some("all"));
    }

    async fn a_branch_that_did_nothing_begins_anew(db: Database) {
        let db = migrated(db).await;
        let lease = held(&db, "a").await;
        begin_step(&db, &lease, &info(1), &[]).await.unwrap();
        end_step(&db, &lease, of(0, 2, step_state::FAILED), snapshot("half"), event("ended")).await.unwrap();
        end_step(&db, &lease, of(1, 5, step_state::COMPLETED), snapshot("other"), event("ended")).await.unwrap();
        end_step(&db, &lease, end(1, step_state::FAILED), snapshot(""), event("ended")).await.unwrap();
        finish(&db, &lease, finished(TaskState::Failed), &[]).await.unwrap();
        retry(&db, "a", &plan(), None, |_| event("again")).await.unwrap();
        assert_eq!(step_lines(&db, "a").await, ["s5 completed"]);
        let kinds = [0, 1].map(|branch| branch_kind("s1", branch));
        assert_eq!((content(&db, &kinds[0]).await, files(&db, "a").await), (None, None));
        assert_eq!(content(&db, &kinds[1]).await.as_deref(), Some("other"));
    }

    async fn a_step_of_a_branch_waits_while_others_go_on(db: Database) {
        let db = migrated(db).await;
        let lease = held(&db, "a").await;
        begin_step(&db, &lease, &info(2), &[]).await.unwrap();
        assert!(!pause_step(&db, &lease, "s2").await.unwrap());
        assert_eq!((state(&db, "a").await, step_lines(&db, "a").await), (TaskState::Processing, vec!["s2 waiting".to_owned()]));
        let arrival = Arrival { step: "s2", keeper: "s2", name: "answer", value: "1".to_owned(), is_awaited: true };
        assert_eq!(arrive(&db, "a", arrival, event("arrived")).await.unwrap(), Some(Arrived::Kept));
        let rest = Rest::Waiting { step: "s2".to_owned(), reason: "it".to_owned(), due_at: None, is_compensating: false };
        put_away(&db, &lease, rest, &[]).await.unwrap();
        assert_eq!(taken(&db).await.task, "a", "what arrived meanwhile is not overslept");
        assert!(matches!(pause_step(&db, &lease, "s2").await, Err(WriteError::Lost)));
    }
}
