//! What an append does to the log: a table of cases, and what they can't show.

use platform::database::Database;
use sea_orm::ConnectionTrait;

use super::super::append::append_at;
use super::super::{RefreshState, append, newest_seq, refresh_states};
use super::{append_changes, delete, lines, log, migrated, put};
use crate::store::Change;

struct Case {
    name: &'static str,
    /// What is appended at once, one millisecond after the other, beginning at 100.
    appends: Vec<Vec<Change>>,
    /// What the appends return.
    seqs: Vec<Option<i64>>,
    log: &'static [&'static str],
}

fn cases() -> Vec<Case> {
    vec![
        Case {
            name: "new entities are numbered in the order of their references",
            appends: vec![vec![put("c", "1"), put("a", "1"), put("b", "1")]],
            seqs: vec![Some(3)],
            log: &["1 a 1 100..- -", "2 b 1 100..- -", "3 c 1 100..- -"],
        },
        Case {
            name: "a change ends the version before it",
            appends: vec![vec![put("a", "1"), put("b", "1")], vec![put("a", "2")], vec![put("a", "1")]],
            seqs: vec![Some(2), Some(3), Some(4)],
            log: &["1 a 1 100..101 3", "2 b 1 100..- -", "3 a 2 101..102 4", "4 a 1 102..- -"],
        },
        Case {
            name: "several changes at once end each its own predecessor",
            appends: vec![
                vec![put("a", "1"), put("b", "1"), put("c", "1")],
                vec![put("c", "2"), put("a", "2")],
            ],
            seqs: vec![Some(3), Some(5)],
            log: &[
                "1 a 1 100..101 4",
                "2 b 1 100..- -",
                "3 c 1 100..101 5",
                "4 a 2 101..- -",
                "5 c 2 101..- -",
            ],
        },
        Case {
            name: "the same content again is nothing",
            appends: vec![vec![put("a", "1")], vec![put("a", "1")], vec![put("a", "1"), put("b", "1")]],
            seqs: vec![Some(1), None, Some(2)],
            log: &["1 a 1 100..- -", "2 b 1 102..- -"],
        },
        Case {
            name: "a deletion is a version without a document",
            appends: vec![vec![put("a", "1")], vec![delete("a")]],
            seqs: vec![Some(1), Some(2)],
            log: &["1 a 1 100..101 2", "2 a deleted 101..- -"],
        },
        Case {
            name: "deleting what is not there is nothing",
            appends: vec![vec![delete("a")], vec![put("a", "1")], vec![delete("a")], vec![delete("a")]],
            seqs: vec![None, Some(1), Some(2), None],
            log: &["1 a 1 101..102 2", "2 a deleted 102..- -"],
        },
        Case {
            name: "a deleted entity comes back with the content it had",
            appends: vec![vec![put("a", "1")], vec![delete("a")], vec![put("a", "1")]],
            seqs: vec![Some(1), Some(2), Some(3)],
            log: &["1 a 1 100..101 2", "2 a deleted 101..102 3", "3 a 1 102..- -"],
        },
        Case {
            name: "of two changes of one entity the last one counts",
            appends: vec![vec![put("a", "1"), put("a", "2")], vec![put("a", "3"), delete("a")]],
            seqs: vec![Some(1), Some(2)],
            log: &["1 a 2 100..101 2", "2 a deleted 101..- -"],
        },
        Case { name: "nothing is nothing", appends: vec![vec![]], seqs: vec![None], log: &[] },
    ]
}

testkit::on_both_engines! {
    async fn appends_make_the_log_of_the_table(db: Database) {
        let db = migrated(db).await;
        for case in cases() {
            let txn = db.begin_write().await.unwrap();
            txn.execute_unprepared("DELETE FROM entity_version").await.unwrap();
            txn.commit().await.unwrap();

            let mut seqs = Vec::new();
            for (now, changes) in (100..).zip(case.appends) {
                seqs.push(append_changes(&db, now, changes).await);
            }
            assert_eq!(seqs, case.seqs, "{}", case.name);
            assert_eq!(lines(&log(&db).await), case.log, "{}", case.name);
        }
    }

    async fn time_never_runs_backwards(db: Database) {
        let db = migrated(db).await;
        append_changes(&db, 500, vec![put("a", "1")]).await;
        append_changes(&db, 400, vec![put("a", "2")]).await;
        append_changes(&db, 600, vec![put("a", "3")]).await;
        assert_eq!(lines(&log(&db).await), ["1 a 1 500..500 2", "2 a 2 500..600 3", "3 a 3 600..- -"]);
    }

    async fn an_append_may_need_many_statements(db: Database) {
        let db = migrated(db).await;
        let all = |content: &str| (0..2_345).map(|n| put(&format!("e{n:04}"), content)).collect::<Vec<_>>();
        assert_eq!(append_changes(&db, 1, all("1")).await, Some(2_345));
        assert_eq!(append_changes(&db, 2, all("2")).await, Some(4_690));
        let log = log(&db).await;
        assert!(log.iter().zip(1..).all(|(version, seq)| version.seq == seq), "seq has no gaps");
        for (old, new) in log[..2_345].iter().zip(&log[2_345..]) {
            assert_eq!(old.entity_ref, new.entity_ref);
            assert_eq!((old.until_seq, old.valid_to), (Some(new.seq), Some(2)), "{} ends", old.entity_ref);
        }
    }

    async fn the_time_of_an_append_is_the_time_of_day(db: Database) {
        let db = migrated(db).await;
        let before = crate::clock::now();
        append(&db, vec![put("a", "1")], vec![], vec![]).await.unwrap();
        let written = log(&db).await[0].valid_from;
        assert!((before..=crate::clock::now()).contains(&written), "{written} is now");
    }

    async fn an_append_that_fails_half_way_leaves_nothing(db: Database) {
        let db = migrated(db).await;
        append_changes(&db, 1, vec![put("a", "1")]).await;
        let before = log(&db).await;
        // The versions are written before the refresh states: without their table the append fails after
        // them.
        let txn = db.begin_write().await.unwrap();
        txn.execute_unprepared("ALTER TABLE refresh_state RENAME TO elsewhere").await.unwrap();
        txn.commit().await.unwrap();
        let state = RefreshState { location_ref: "file:/a".to_owned(), ..RefreshState::default() };
        let changes = vec![put("a", "2"), put("b", "1")];
        append_at(&db, 2, changes.clone(), vec![state.clone()], vec![]).await.expect_err("there is no table");
        assert_eq!(log(&db).await, before);
        assert_eq!(newest_seq(&db).await.unwrap(), 1);

        let txn = db.begin_write().await.unwrap();
        txn.execute_unprepared("ALTER TABLE elsewhere RENAME TO refresh_state").await.unwrap();
        txn.commit().await.unwrap();
        let last = append_at(&db, 3, changes, vec![state], vec![]).await.expect("it succeeds later");
        assert_eq!(last, Some(3), "the failed one took no number");
        assert_eq!(refresh_states(&db).await.unwrap().len(), 1);
    }
}
