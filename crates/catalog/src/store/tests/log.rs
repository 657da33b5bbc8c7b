//! Reading the log: edges of the questions. Whole answers are compared with a naive log in `naive`.

use platform::database::Database;

use super::super::{
    at_seq, at_time, current, current_hashes, current_hashes_of, current_of, current_times_of, history,
    history_marks, history_until, newest_seq, refs_after, replaced_by, seq_at, versions_after,
};
use super::{append_changes, delete, lines, migrated, put};

/// `a` changes, `b` stays, `c` is deleted and comes back.
async fn example(db: Database) -> Database {
    let db = migrated(db).await;
    append_changes(&db, 100, vec![put("a", "1"), put("b", "1"), put("c", "1")]).await;
    append_changes(&db, 200, vec![put("a", "2"), delete("c")]).await;
    append_changes(&db, 300, vec![put("c", "2")]).await;
    db
}

testkit::on_both_engines! {
    async fn an_empty_log_answers(db: Database) {
        let db = migrated(db).await;
        assert_eq!(newest_seq(&db).await.unwrap(), 0);
        assert_eq!(seq_at(&db, i64::MAX).await.unwrap(), 0);
        assert_eq!(versions_after(&db, 0, 10).await.unwrap(), []);
        assert_eq!(current(&db, 0, 10).await.unwrap(), []);
        assert_eq!(at_time(&db, i64::MAX, 0, 10).await.unwrap(), []);
        assert_eq!(history(&db, "a", 10).await.unwrap(), []);
        assert_eq!(current_of(&db, &[]).await.unwrap(), []);
        assert_eq!(replaced_by(&db, &[]).await.unwrap(), []);
        assert_eq!(current_hashes(&db).await.unwrap().len(), 0);
    }

    async fn the_log_is_read_forwards_in_pages(db: Database) {
        let db = example(db).await;
        assert_eq!(newest_seq(&db).await.unwrap(), 6);
        let page = versions_after(&db, 1, 3).await.unwrap();
        assert_eq!(lines(&page), ["2 b 1 100..- -", "3 c 1 100..200 5", "4 a 2 200..- -"]);
        assert_eq!(lines(&versions_after(&db, 5, 3).await.unwrap()), ["6 c 2 300..- -"]);
        assert_eq!(versions_after(&db, 6, 3).await.unwrap(), []);
        let named = refs_after(&db, 3, 2).await.unwrap();
        assert_eq!(named, [(4, "a".to_owned()), (5, "c".to_owned())]);
    }

    async fn what_exists_is_read_in_pages(db: Database) {
        let db = example(db).await;
        assert_eq!(lines(&current(&db, 0, 2).await.unwrap()), ["2 b 1 100..- -", "4 a 2 200..- -"]);
        assert_eq!(lines(&current(&db, 4, 2).await.unwrap()), ["6 c 2 300..- -"]);
    }

    async fn a_past_moment_is_named_by_seq_or_by_time(db: Database) {
        let db = example(db).await;
        assert_eq!(lines(&at_seq(&db, 3, 0, 2).await.unwrap()), ["1 a 1 100..200 4", "2 b 1 100..- -"]);
        assert_eq!(lines(&at_seq(&db, 3, 2, 2).await.unwrap()), ["3 c 1 100..200 5"]);
        for (time, seq) in [(i64::MIN, 0), (99, 0), (100, 3), (199, 3), (200, 5), (300, 6), (i64::MAX, 6)] {
            assert_eq!(seq_at(&db, time).await.unwrap(), seq, "the newest seq at {time}");
        }
        assert_eq!(lines(&at_time(&db, 250, 0, 9).await.unwrap()), ["2 b 1 100..- -", "4 a 2 200..- -"]);
    }

    async fn an_entity_has_a_history_newest_first(db: Database) {
        let db = example(db).await;
        let all = ["6 c 2 300..- -", "5 c deleted 200..300 6", "3 c 1 100..200 5"];
        assert_eq!(lines(&history(&db, "c", 10).await.unwrap()), all);
        assert_eq!(lines(&history(&db, "c", 2).await.unwrap()), all[..2]);
        assert_eq!(history(&db, "C", 10).await.unwrap(), [], "references are canonical");
        for (seq, limit, expected) in [(6, 9, &all[..]), (5, 9, &all[1..]), (4, 9, &all[2..]), (5, 1, &all[1..2])] {
            let until = history_until(&db, "c", seq, limit).await.unwrap();
            assert_eq!(lines(&until), expected, "up to {seq}, {limit} at most");
        }
        assert_eq!(history_until(&db, "c", 2, 9).await.unwrap(), [], "before it was known");
        assert_eq!(history_until(&db, "c\0", 6, 9).await.unwrap(), []);
        let marks = history_marks(&db, "c", 10).await.unwrap();
        let marks: Vec<_> =
            marks.iter().map(|mark| (mark.seq, mark.valid_from, mark.hash.as_str())).collect();
        assert_eq!(marks, [(6, 300, "hash of 2"), (5, 200, ""), (3, 100, "hash of 1")]);
        assert_eq!(history_marks(&db, "c", 1).await.unwrap().len(), 1);
    }

    async fn versions_lead_to_what_they_replaced(db: Database) {
        let db = example(db).await;
        let mut replaced = replaced_by(&db, &[("a", 4), ("b", 2), ("c", 6)]).await.unwrap();
        replaced.sort_by_key(|version| version.seq);
        assert_eq!(lines(&replaced), ["1 a 1 100..200 4", "5 c deleted 200..300 6"]);
    }

    async fn entities_are_found_by_reference(db: Database) {
        let db = example(db).await;
        append_changes(&db, 400, vec![delete("b")]).await;
        let mut found = current_of(&db, &["a", "b", "c", "d"]).await.unwrap();
        found.sort_by_key(|version| version.seq);
        assert_eq!(lines(&found), ["4 a 2 200..- -", "6 c 2 300..- -"], "not the deleted, not the unknown");
        let mut hashes: Vec<_> = current_hashes(&db).await.unwrap().into_iter().collect();
        hashes.sort();
        let hash = |entity_ref: &str| (entity_ref.to_owned(), "hash of 2".to_owned());
        assert_eq!(hashes, [hash("a"), hash("c")]);
        let some = ["b", "c", "d", "a\0"].map(str::to_owned);
        let hashes: Vec<_> = current_hashes_of(&db, &some).await.unwrap().into_iter().collect();
        assert_eq!(hashes, [hash("c")], "not the deleted, not the unknown");
        let mut times: Vec<_> = current_times_of(&db, &["a", "c", "d", "a\0"]).await.unwrap().into_iter().collect();
        times.sort();
        assert_eq!(times, [("a".to_owned(), 200), ("c".to_owned(), 300)], "not the unknown");
    }
}
