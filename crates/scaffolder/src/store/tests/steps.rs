//! What a worker writes.

use platform::database::Database;

use super::*;

testkit::on_both_engines! {
    async fn a_run_from_its_beginning_to_its_end(db: Database) {
        let db = migrated(db).await;
        create(&db, NewTask { secrets: Some(vec![1, 2]), ..new("a") }, event("created")).await.unwrap();
        let lease = taken(&db).await;
        assert!(!begin_step(&db, &lease, &info(0), &[event("begins")]).await.unwrap());
        assert_eq!(step_lines(&db, "a").await, ["s0 processing"]);
        assert!(!tell(&db, &lease, &[event("one"), event("two")]).await.unwrap());
        keep(&db, &lease, "s0", "note", "1".to_owned()).await.unwrap();
        keep(&db, &lease, "s0", "note", "2".to_owned()).await.unwrap();
        assert_eq!(kept(&db, "a", "s0", "note").await.unwrap().as_deref(), Some("2"));
        assert_eq!(kept(&db, "a", "s1", "note").await.unwrap(), None);
        end_step(&db, &lease, end(0, step_state::COMPLETED), snapshot("files"), event("ended"))
            .await
            .unwrap();
        end_step(&db, &lease, end(1, step_state::SKIPPED), None, event("skipped")).await.unwrap();
        assert_eq!(step_lines(&db, "a").await, ["s0 completed", "s1 skipped"]);
        assert_eq!(files(&db, "a").await.as_deref(), Some("files"), "nothing new is what was kept last");

        let output = Some("{\"x\":1}".to_owned());
        let completed = TaskEnd { output: output.clone(), ..finished(TaskState::Completed) };
        finish(&db, &lease, completed, &[event("done")]).await.unwrap();
        let row = row(&db, "a").await;
        assert_eq!((row.state().unwrap(), row.output, row.secrets), (TaskState::Completed, output, None));
        assert!(row.ended_at.is_some() && row.due_at.is_none() && row.lease_owner.is_none());
        assert_eq!(texts(&db, "a").await, ["created", "begins", "one", "two", "ended", "skipped", "done"]);
        assert_eq!(files(&db, "a").await, None, "nobody needs the files any more");
        assert!(claim(&db, "another", i64::MAX, i64::MAX).await.unwrap().is_none());
    }

    async fn what_is_interrupted_can_be_seen(db: Database) {
        let db = migrated(db).await;
        let lease = held(&db, "a").await;
        begin_step(&db, &lease, &info(0), &[event("begins")]).await.unwrap();
        put_away(&db, &lease, Rest::Open { due_at: 1 }, &[]).await.unwrap();
        assert_eq!(step_lines(&db, "a").await, ["s0 processing"], "it did not end");
        let again = claim(&db, "another", 1, LONG).await.unwrap().expect("it is due");
        assert_eq!((again.was, again.task.losses), (TaskState::Open, 0), "given back is not lost");

        let rest = Rest::Waiting { step: "s0".to_owned(), reason: "a person".to_owned(), due_at: Some(70), is_compensating: false };
        put_away(&db, &again.lease, rest, &[event("waits")]).await.unwrap();
        assert_eq!(step_lines(&db, "a").await, ["s0 waiting"], "it was not interrupted");
        let waiting = row(&db, "a").await;
        assert_eq!((waiting.state().unwrap(), waiting.due_at), (TaskState::Waiting, Some(70)));
        assert_eq!(waiting.wait_reason.as_deref(), Some("a person"));
        assert!(claim(&db, "early", 69, LONG).await.unwrap().is_none());
        let again = claim(&db, "in time", 70, 80).await.unwrap().expect("it is due");
        assert_eq!((again.was, again.task.attempt), (TaskState::Waiting, 3));
        begin_step(&db, &again.lease, &info(0), &[event("begins again")]).await.unwrap();

        let lost = claim(&db, "late", 80, 90).await.unwrap().expect("its lease is over");
        assert_eq!((lost.was, lost.task.losses), (TaskState::Processing, 1));
        let lost = claim(&db, "later", 90, 100).await.unwrap().expect("its lease is over");
        assert_eq!(lost.task.losses, 2);
        end_step(&db, &lost.lease, end(0, step_state::COMPLETED), snapshot("x"), event("ended"))
            .await
            .unwrap();
        assert_eq!(row(&db, "a").await.losses, 0, "it got on");
    }

    async fn what_ends_takes_along_what_is_under_way(db: Database) {
        let db = migrated(db).await;
        let lease = held(&db, "a").await;
        end_step(&db, &lease, end(0, step_state::COMPLETED), snapshot("x"), event("ended")).await.unwrap();
        begin_step(&db, &lease, &info(1), &[event("begins")]).await.unwrap();
        finish(&db, &lease, finished(TaskState::Cancelled), &[]).await.unwrap();
        assert_eq!(step_lines(&db, "a").await, ["s0 completed", "s1 cancelled"]);
        assert_eq!(files(&db, "a").await.as_deref(), Some("x"), "a retry needs them");
    }

    async fn text_of_any_kind_is_kept_or_refused(db: Database) {
        let db = migrated(db).await;
        let lease = held(&db, "a").await;
        tell(&db, &lease, &[event("a\0b \u{1f680} \u{202e}")]).await.unwrap();
        assert_eq!(texts(&db, "a").await[1], "a\u{fffd}b \u{1f680} \u{202e}");
        assert!(keep(&db, &lease, "s\0", "x", "1".to_owned()).await.is_err());
        assert!(create(&db, new("\0"), event("created")).await.is_err());
        for none in ["\0", "", "b"] {
            assert!(task(&db, none).await.unwrap().is_none(), "{none:?}");
            assert!(standing(&db, none).await.unwrap().is_none(), "{none:?}");
            assert!(events_after(&db, none, 0, 10).await.unwrap().is_empty(), "{none:?}");
            assert!(kept(&db, none, "s", "x").await.unwrap().is_none(), "{none:?}");
        }
        assert_eq!(kept(&db, "a", "s\0", "x").await.unwrap(), None);
        let failed = TaskEnd {
            error: Some("it\0".to_owned()),
            failed_step: Some("s".to_owned()),
            ..finished(TaskState::Failed)
        };
        finish(&db, &lease, failed, &[]).await.unwrap();
        assert_eq!(row(&db, "a").await.error.as_deref(), Some("it\u{fffd}"));
    }

    async fn events_come_by_pages(db: Database) {
        let db = migrated(db).await;
        let lease = held(&db, "a").await;
        tell(&db, &lease, &[event("2"), event("3"), event("4")]).await.unwrap();
        let ids = |events: Vec<EventRow>| events.into_iter().map(|event| event.id).collect::<Vec<_>>();
        assert_eq!(ids(events_after(&db, "a", 0, 2).await.unwrap()), [1, 2]);
        assert_eq!(ids(events_after(&db, "a", 2, 10).await.unwrap()), [3, 4]);
        assert_eq!(ids(events_after(&db, "a", 4, 10).await.unwrap()), Vec::<i64>::new());
        assert_eq!(ids(events_after(&db, "a", -5, 1).await.unwrap()), [1]);
        assert_eq!(standing(&db, "a").await.unwrap(), Some(("processing".to_owned(), 4, false)));
    }
}
