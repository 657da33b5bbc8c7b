//! Several writers at once, and a follower that must not miss anything.

use std::time::Duration;

use platform::database::Database;

use super::super::{append, versions_after};
use super::{append_changes, lines, log, migrated, put};
use crate::store::append::write_versions;

/// Appends per writer.
const APPENDS: i64 = 40;

/// Writes entities of its own and ones that all writers change; returns the last `seq` of each append.
async fn write(db: Database, writer: i64) -> Vec<i64> {
    let mut seqs = Vec::new();
    for number in 0..APPENDS {
        let content = format!("{writer} {number}");
        let mine = (0..number % 4).map(|n| put(&format!("of {writer}, {n}"), &content));
        let changes = mine.chain([put("of all 1", &content), put("of all 2", &content)]).collect();
        seqs.extend(append(&db, changes, vec![], vec![]).await.expect("writers wait for each other"));
    }
    seqs
}

/// Reads the log while it grows, always from the last `seq` seen, until `end` versions are there.
async fn follow(db: Database, end: i64) -> Vec<i64> {
    let mut seen = Vec::new();
    while seen.len() < usize::try_from(end).unwrap() {
        let page = versions_after(&db, seen.last().copied().unwrap_or(0), 7).await.unwrap();
        seen.extend(page.iter().map(|version| version.seq));
        tokio::task::yield_now().await;
    }
    seen
}

testkit::on_both_engines! {
    async fn a_follower_of_three_writers_misses_nothing(db: Database) {
        let db = migrated(db).await;
        let end = 3 * (0..APPENDS).map(|number| number % 4 + 2).sum::<i64>();
        let followers = [tokio::spawn(follow(db.clone(), end)), tokio::spawn(follow(db.clone(), end))];
        let writers = [1, 2, 3].map(|writer| tokio::spawn(write(db.clone(), writer)));
        let mut ends = Vec::new();
        for writer in writers {
            let seqs = writer.await.unwrap();
            assert!(seqs.is_sorted(), "what one writer writes stays in order");
            ends.extend(seqs);
        }
        ends.sort_unstable();
        ends.dedup();
        assert_eq!(ends.len(), 3 * usize::try_from(APPENDS).unwrap(), "no two appends share numbers");
        for follower in followers {
            let seen = tokio::time::timeout(Duration::from_secs(30), follower).await;
            let seen = seen.expect("the log is complete").unwrap();
            assert_eq!(seen, (1..=end).collect::<Vec<_>>(), "each version once and in order");
        }
    }

    async fn the_second_writer_waits_for_the_commit_of_the_first(db: Database) {
        let db = migrated(db).await;
        let first = db.begin_write().await.unwrap();
        db.lock_log(&first).await.unwrap();
        write_versions(&first, 1, [("a".to_owned(), put("a", "1").content)].into()).await.unwrap();

        let second = tokio::spawn({
            let db = db.clone();
            async move { append_changes(&db, 2, vec![put("a", "2"), put("b", "2")]).await }
        });
        tokio::pin!(second);
        // If it did not wait, it would be done long before.
        tokio::time::timeout(Duration::from_millis(200), &mut second).await.expect_err("the second waits");
        first.commit().await.unwrap();
        assert_eq!(second.await.unwrap(), Some(3));
        assert_eq!(lines(&log(&db).await), ["1 a 1 1..2 2", "2 a 2 2..- -", "3 b 2 2..- -"]);
    }

    async fn what_is_rolled_back_leaves_no_gap(db: Database) {
        let db = migrated(db).await;
        append_changes(&db, 1, vec![put("a", "1")]).await;
        let before = log(&db).await;
        let first = db.begin_write().await.unwrap();
        db.lock_log(&first).await.unwrap();
        write_versions(&first, 2, [("a".to_owned(), None), ("b".to_owned(), put("b", "2").content)].into())
            .await
            .unwrap();
        first.rollback().await.unwrap();
        assert_eq!(log(&db).await, before);
        let next = append_changes(&db, 3, vec![put("c", "3")]).await;
        assert_eq!(next, Some(2), "the numbers were not used up");
    }
}
