//! What people and other programs do to a task.

use platform::database::Database;

use super::*;

async fn cancelled(db: &Database, id: &str) -> Option<Cancelled> {
    cancel(db, id, &[], event("cancel"), event("cancelled")).await.unwrap()
}

async fn retried(db: &Database, id: &str) -> Option<Retried> {
    retry(db, id, &Plan::default(), Some(vec![7]), |from| event(&format!("from {from:?}"))).await.unwrap()
}

async fn arrived(db: &Database, step: &str, is_awaited: bool) -> Option<Arrived> {
    arrive(db, "a", arrival(step, is_awaited), event("arrived")).await.unwrap()
}

fn waiting(step: &str) -> Rest {
    Rest::Waiting { step: step.to_owned(), reason: "it".to_owned(), due_at: None, is_compensating: false }
}

testkit::on_both_engines! {
    async fn what_no_worker_has_is_cancelled_at_once(db: Database) {
        let db = migrated(db).await;
        added(&db, "open").await;
        assert_eq!(cancelled(&db, "open").await, Some(Cancelled::Done));
        assert_eq!(cancelled(&db, "open").await, Some(Cancelled::Ended(TaskState::Cancelled)));
        assert_eq!(texts(&db, "open").await, ["created", "cancel", "cancelled"]);
        let lease = held(&db, "waits").await;
        begin_step(&db, &lease, &info(0), &[event("begins")]).await.unwrap();
        put_away(&db, &lease, waiting("s0"), &[]).await.unwrap();
        assert_eq!(cancelled(&db, "waits").await, Some(Cancelled::Done));
        assert_eq!(step_lines(&db, "waits").await, ["s0 cancelled"]);
        assert_eq!(cancelled(&db, "nothing").await, None);
        assert!(claim(&db, "a worker", i64::MAX, i64::MAX).await.unwrap().is_none());
    }

    async fn a_worker_is_told_to_cancel_once(db: Database) {
        let db = migrated(db).await;
        let lease = held(&db, "a").await;
        assert!(!renew(&db, &lease, 1, i64::MAX).await.unwrap());
        assert_eq!(cancelled(&db, "a").await, Some(Cancelled::Asked));
        assert_eq!(cancelled(&db, "a").await, Some(Cancelled::Asked));
        assert!(renew(&db, &lease, 2, i64::MAX).await.unwrap());
        assert!(tell(&db, &lease, &[event("still here")]).await.unwrap(), "each write tells it");
        finish(&db, &lease, finished(TaskState::Cancelled), &[event("cancelled")]).await.unwrap();
        assert_eq!(texts(&db, "a").await, ["created", "cancel", "still here", "cancelled"]);
        assert_eq!(state(&db, "a").await, TaskState::Cancelled);
    }

    async fn who_is_to_be_cancelled_is_not_left_waiting(db: Database) {
        let db = migrated(db).await;
        for rest in [waiting("s0"), Rest::Asking { step: "s0".to_owned(), reason: String::new(), is_compensating: false }] {
            let lease = held(&db, "a").await;
            cancelled(&db, "a").await;
            put_away(&db, &lease, rest, &[]).await.unwrap();
            let again = taken(&db).await;
            assert!(renew(&db, &again, 1, i64::MAX).await.unwrap());
            finish(&db, &again, finished(TaskState::Cancelled), &[]).await.unwrap();
            let txn = db.begin_write().await.unwrap();
            sea_orm::ConnectionTrait::execute_unprepared(
                &txn,
                "DELETE FROM scaffolder_task; DELETE FROM scaffolder_event",
            )
            .await
            .unwrap();
            txn.commit().await.unwrap();
        }
    }

    async fn what_arrives_wakes_and_is_kept_once(db: Database) {
        let db = migrated(db).await;
        let lease = held(&db, "a").await;
        assert_eq!(arrived(&db, "s0", true).await, Some(Arrived::Unasked), "it was not begun");
        begin_step(&db, &lease, &info(0), &[event("begins")]).await.unwrap();
        put_away(&db, &lease, waiting("s0"), &[]).await.unwrap();
        assert_eq!(row(&db, "a").await.due_at, None);
        assert_eq!(arrived(&db, "s0", true).await, Some(Arrived::Kept));
        assert_eq!(arrived(&db, "s0", true).await, Some(Arrived::Second));
        assert_eq!(kept(&db, "a", "s0", "answer").await.unwrap().as_deref(), Some("1"));
        let lease = taken(&db).await;
        assert_eq!(arrived(&db, "s1", false).await, Some(Arrived::Kept), "it may come before");
        put_away(&db, &lease, waiting("s0"), &[]).await.unwrap();
        let lease = taken(&db).await;
        // It was seen by now, and does not wake again.
        put_away(&db, &lease, waiting("s0"), &[]).await.unwrap();
        assert_eq!(row(&db, "a").await.due_at, None);

        cancelled(&db, "a").await;
        assert_eq!(arrived(&db, "s2", false).await, Some(Arrived::Unasked), "it has ended");
        for none in ["b", "\0"] {
            assert_eq!(arrive(&db, none, arrival("s", false), event("arrived")).await.unwrap(), None);
        }
    }

    async fn what_arrives_before_a_task_is_put_away_is_not_overslept(db: Database) {
        let db = migrated(db).await;
        let lease = held(&db, "a").await;
        begin_step(&db, &lease, &info(0), &[event("begins")]).await.unwrap();
        // The worker has looked, and found nothing.
        assert_eq!(kept(&db, "a", "s0", "answer").await.unwrap(), None);
        assert_eq!(arrived(&db, "s0", true).await, Some(Arrived::Kept));
        put_away(&db, &lease, waiting("s0"), &[]).await.unwrap();
        assert_eq!(taken(&db).await.task, "a", "it is due at once");
    }

    async fn items_of_a_step_keep_their_own(db: Database) {
        let db = migrated(db).await;
        let lease = held(&db, "a").await;
        begin_step(&db, &lease, &info(0), &[]).await.unwrap();
        let item = |keeper| Arrival { keeper, ..arrival("s0", true) };
        for (keeper, expected) in
            [("s0[x]", Arrived::Kept), ("s0[y]", Arrived::Kept), ("s0[x]", Arrived::Second)]
        {
            assert_eq!(
                arrive(&db, "a", item(keeper), event("arrived")).await.unwrap(),
                Some(expected),
                "{keeper}"
            );
        }
        assert_eq!(kept(&db, "a", "s0", "answer").await.unwrap(), None);
        assert!(kept(&db, "a", "s0[y]", "answer").await.unwrap().is_some());
    }

    async fn who_starts_over_has_nothing(db: Database) {
        let db = migrated(db).await;
        let lease = held(&db, "a").await;
        end_step(&db, &lease, end(0, step_state::COMPLETED), snapshot("x"), event("ended")).await.unwrap();
        keep(&db, &lease, "s0", "created", "1".to_owned()).await.unwrap();
        start_over(&db, &lease, &[event("over")]).await.unwrap();
        assert_eq!((step_lines(&db, "a").await.len(), files(&db, "a").await), (0, None));
        assert!(kept(&db, "a", "s0", "created").await.unwrap().is_some(), "it finds what it did");
    }

    async fn a_step_that_ended_takes_nothing_more(db: Database) {
        let db = migrated(db).await;
        let lease = held(&db, "a").await;
        end_step(&db, &lease, end(0, step_state::SKIPPED), snapshot("x"), event("skipped")).await.unwrap();
        for begun in [true, false] {
            assert_eq!(arrived(&db, "s0", begun).await, Some(Arrived::Unasked));
        }
    }

    async fn a_person_says_how_it_goes_on(db: Database) {
        let db = migrated(db).await;
        for (verdict, expected) in [
            (Verdict::Again, vec![]),
            (Verdict::Done("{\"id\":1}".to_owned()), vec!["s0 completed"]),
            (Verdict::Failed("not done".to_owned()), vec!["s0 failed"]),
        ] {
            let id = format!("{verdict:?}");
            let lease = held(&db, &id).await;
            begin_step(&db, &lease, &info(0), &[event("begins")]).await.unwrap();
            let said = |step: &'static str| answer(&db, &id, step, verdict.clone(), event("said"));
            assert_eq!(said("s0").await.unwrap(), Some(Err(TaskState::Processing)));
            let asks = Rest::Asking { step: "s0".to_owned(), reason: "it may be done".to_owned(), is_compensating: false };
            put_away(&db, &lease, asks, &[]).await.unwrap();
            assert!(
                claim(&db, "x", i64::MAX, i64::MAX).await.unwrap().is_none(),
                "it does not go on by itself"
            );
            assert_eq!(said("s1").await.unwrap(), Some(Err(TaskState::Asking)));
            assert_eq!(said("s0").await.unwrap(), Some(Ok(())));
            assert_eq!(said("s0").await.unwrap(), Some(Err(TaskState::Open)), "it is answered once");
            assert_eq!(step_lines(&db, &id).await, expected);
            let lease = taken(&db).await;
            finish(&db, &lease, finished(TaskState::Completed), &[]).await.unwrap();
        }
        assert_eq!(answer(&db, "none", "s0", Verdict::Again, event("said")).await.unwrap(), None);
    }

    async fn a_retry_goes_on_at_the_step_that_failed(db: Database) {
        let db = migrated(db).await;
        let lease = held(&db, "a").await;
        assert_eq!(retried(&db, "a").await, Some(Retried::Not(TaskState::Processing)));
        end_step(&db, &lease, end(0, step_state::COMPLETED), snapshot("good"), event("0")).await.unwrap();
        begin_step(&db, &lease, &info(1), &[event("begins")]).await.unwrap();
        keep(&db, &lease, "s1", "created", "true".to_owned()).await.unwrap();
        end_step(&db, &lease, end(1, step_state::FAILED), snapshot("half"), event("1")).await.unwrap();
        end_step(&db, &lease, end(2, step_state::SKIPPED), None, event("2")).await.unwrap();
        let waits = StepInfo { action: "wait:approval".to_owned(), ..info(3) };
        for keeper in ["s3", "s3[one]", "s3[", "s30", "s3\\"] {
            keep(&db, &lease, keeper, "approval", "{}".to_owned()).await.unwrap();
        }
        let rejected = StepEnd { step: waits, ..end(3, step_state::FAILED) };
        end_step(&db, &lease, rejected, snapshot("more"), event("3")).await.unwrap();
        let failed = TaskEnd {
            error: Some("no".to_owned()),
            failed_step: Some("s1".to_owned()),
            ..finished(TaskState::Failed)
        };
        finish(&db, &lease, failed, &[event("failed")]).await.unwrap();
        assert_eq!(files(&db, "a").await.as_deref(), Some("more"));

        assert_eq!(retried(&db, "a").await, Some(Retried::From(Some("s1".to_owned()))));
        assert_eq!(step_lines(&db, "a").await, ["s0 completed"]);
        assert_eq!(files(&db, "a").await.as_deref(), Some("good"), "as before the step that failed first");
        assert_eq!(
            kept(&db, "a", "s1", "created").await.unwrap().as_deref(),
            Some("true"),
            "it finds what it did"
        );
        for (keeper, stays) in
            [("s3", false), ("s3[one]", false), ("s3[", false), ("s30", true), ("s3\\", true)]
        {
            let kept = kept(&db, "a", keeper, "approval").await.unwrap();
            assert_eq!(kept.is_some(), stays, "{keeper} waits anew, and it alone");
        }
        let open = row(&db, "a").await;
        assert_eq!((open.state().unwrap(), open.error, open.secrets), (TaskState::Open, None, Some(vec![7])));
        assert_eq!(texts(&db, "a").await.last().unwrap(), "from Some(\"s1\")");

        let lease = taken(&db).await;
        assert_eq!(lease.attempt, 2);
        finish(&db, &lease, finished(TaskState::Completed), &[]).await.unwrap();
        assert_eq!(retried(&db, "a").await, Some(Retried::Not(TaskState::Completed)));
        assert_eq!(retried(&db, "none").await, None);
    }

    async fn a_first_step_is_retried_in_an_empty_folder(db: Database) {
        let db = migrated(db).await;
        let lease = held(&db, "a").await;
        end_step(&db, &lease, end(0, step_state::FAILED), snapshot("half"), event("0")).await.unwrap();
        finish(&db, &lease, finished(TaskState::Failed), &[]).await.unwrap();
        assert_eq!(retried(&db, "a").await, Some(Retried::From(Some("s0".to_owned()))));
        assert_eq!(files(&db, "a").await, None);
    }

    async fn what_was_cancelled_goes_on_where_it_was(db: Database) {
        let db = migrated(db).await;
        let lease = held(&db, "a").await;
        end_step(&db, &lease, end(0, step_state::COMPLETED), snapshot("good"), event("0")).await.unwrap();
        begin_step(&db, &lease, &info(1), &[event("1")]).await.unwrap();
        finish(&db, &lease, finished(TaskState::Cancelled), &[]).await.unwrap();
        assert_eq!(retried(&db, "a").await, Some(Retried::From(Some("s1".to_owned()))));
        assert_eq!(
            (step_lines(&db, "a").await, files(&db, "a").await.as_deref()),
            (vec!["s0 completed".to_owned()], Some("good"))
        );
        // Nothing of it was to be cancelled twice.
        assert!(!renew(&db, &taken(&db).await, 1, i64::MAX).await.unwrap());
    }

    async fn what_is_forgotten_can_not_be_retried(db: Database) {
        let db = migrated(db).await;
        for (id, state) in [("a", TaskState::Failed), ("b", TaskState::Failed)] {
            let lease = held(&db, id).await;
            end_step(&db, &lease, end(0, step_state::COMPLETED), snapshot("x"), event("0")).await.unwrap();
            keep(&db, &lease, "s1", "x", "1".to_owned()).await.unwrap();
            end_step(&db, &lease, end(1, step_state::FAILED), snapshot("y"), event("1")).await.unwrap();
            finish(&db, &lease, finished(state), &[]).await.unwrap();
            if id == "a" {
                forget_ended(&db, row(&db, "a").await.ended_at.unwrap() + 1).await.unwrap();
            }
        }
        let lease = held(&db, "c").await;
        end_step(&db, &lease, end(0, step_state::COMPLETED), snapshot("x"), event("0")).await.unwrap();
        forget_ended(&db, row(&db, "b").await.ended_at.unwrap()).await.unwrap();
        assert_eq!(retried(&db, "a").await, Some(Retried::TooLate));
        assert_eq!((files(&db, "a").await, kept(&db, "a", "s1", "x").await.unwrap()), (None, None));
        assert_eq!(state(&db, "a").await, TaskState::Failed, "nothing was changed");
        assert_eq!(retried(&db, "b").await, Some(Retried::From(Some("s1".to_owned()))));
        assert_eq!(files(&db, "c").await.as_deref(), Some("x"), "what has not ended is kept");
    }

    async fn who_is_gone_for_long_is_failed(db: Database) {
        let db = migrated(db).await;
        added(&db, "a").await;
        let lease =
            claim(&db, "x", 50_000_000_000_000, 60_000_000_000_000).await.unwrap().expect("due").lease;
        let failed = |before: i64| fail_stale(&db, "a", before, "nobody".to_owned(), event("failed"));
        assert_eq!(stale(&db, 50_000_000_000_000, 10).await.unwrap(), Vec::<String>::new());
        assert!(!failed(50_000_000_000_000).await.unwrap());
        assert_eq!(stale(&db, 50_000_000_000_001, 10).await.unwrap(), ["a"]);
        assert!(failed(50_000_000_000_001).await.unwrap());
        assert!(!failed(50_000_000_000_001).await.unwrap());
        assert!(matches!(tell(&db, &lease, &[]).await, Err(WriteError::Lost)));
        assert_eq!((state(&db, "a").await, texts(&db, "a").await.len()), (TaskState::Failed, 2));
    }

    async fn who_waits_is_found_with_what_for(db: Database) {
        let db = migrated(db).await;
        for id in ["a", "b", "c"] {
            let lease = held(&db, id).await;
            begin_step(&db, &lease, &info(0), &[event("begins")]).await.unwrap();
            for keeper in ["s0", "s0[x]", "s0[y]", "s01", "s0\\", "s1"] {
                keep(&db, &lease, keeper, "approval", format!("\"{keeper}\"")).await.unwrap();
            }
            keep(&db, &lease, "s0[y]", "decision", "1".to_owned()).await.unwrap();
            put_away(&db, &lease, waiting("s0"), &[]).await.unwrap();
        }
        cancelled(&db, "b").await;
        let found = asked(&db, None, &["approval", "decision"], 100).await.unwrap();
        let of = |id: &str| {
            let of_task = found.iter().filter(|asked| asked.task_id == id);
            of_task.map(|asked| format!("{} {}", asked.step, asked.name)).collect::<Vec<_>>()
        };
        let expected = ["s0 approval", "s0[x] approval", "s0[y] approval", "s0[y] decision"];
        let sorted = |mut list: Vec<String>| {
            list.sort();
            list
        };
        assert_eq!(sorted(of("a")), expected, "what does not wait is not asked about");
        assert_eq!((of("b"), sorted(of("c"))), (Vec::new(), expected.map(str::to_owned).to_vec()));
        assert_eq!((found[0].waits.as_str(), found[0].created_by.as_str()), ("s0", "user:default/ada"));
        assert_eq!(asked(&db, None, &["decision"], 1).await.unwrap().len(), 1);
        assert_eq!(asked(&db, Some("c"), &["decision"], 9).await.unwrap()[0].task_id, "c");
        assert!(asked(&db, Some("b"), &["decision"], 9).await.unwrap().is_empty());
        // Of a task with branches, several steps may wait, and go on waiting while a worker has it.
        let lease = held(&db, "d").await;
        for number in 0..2 {
            begin_step(&db, &lease, &info(number), &[event("begins")]).await.unwrap();
            pause_step(&db, &lease, &format!("s{number}")).await.unwrap();
            keep(&db, &lease, &format!("s{number}"), "approval", "1".to_owned()).await.unwrap();
        }
        let found = asked(&db, Some("d"), &["approval"], 9).await.unwrap();
        assert_eq!(found.iter().map(|asked| &*asked.step).collect::<Vec<_>>(), ["s0", "s1"]);
        assert_eq!(kept_named(&db, "a", "approval").await.unwrap().len(), 6);
        assert_eq!(kept_named(&db, "a", "decision").await.unwrap(), ["1"]);
    }
}
