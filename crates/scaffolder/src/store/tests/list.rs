//! Lists of tasks.

use platform::database::Database;

use super::*;

async fn ids(db: &Database, listing: Listing) -> String {
    let rows = list(db, &Listing { limit: 100, ..listing.clone() }).await.unwrap();
    assert_eq!(count(db, &listing).await.unwrap(), rows.len() as u64 + listing.offset);
    rows.iter().map(|row| row.id.as_str()).collect()
}

testkit::on_both_engines! {
    async fn tasks_are_filtered_sorted_and_paged(db: Database) {
        let db = migrated(db).await;
        for (id, who) in
            [("a", "user:default/ada"), ("b", "user:default/bob"), ("c", ""), ("d", "user:default/ada")]
        {
            create(&db, NewTask { created_by: who.to_owned(), ..new(id) }, event("created")).await.unwrap();
        }
        // All of one moment, so that only the id can tell them apart.
        let txn = db.begin_write().await.unwrap();
        let sql = "UPDATE scaffolder_task SET created_at = 5, due_at = 5; UPDATE scaffolder_task SET created_at = 4 WHERE id = 'd'";
        sea_orm::ConnectionTrait::execute_unprepared(&txn, sql).await.unwrap();
        txn.commit().await.unwrap();
        let lease = taken(&db).await;
        finish(&db, &lease, finished(TaskState::Failed), &[]).await.unwrap();

        let of = |who: &[&str]| Listing {
            created_by: who.iter().map(|&who| who.to_owned()).collect(),
            ..Listing::default()
        };
        let by = |order: &[(OrderBy, bool)]| Listing { order: order.to_vec(), ..Listing::default() };
        let states = |states: &[TaskState]| Listing { states: states.to_vec(), ..Listing::default() };
        for (listing, expected) in [
            (Listing::default(), "cbad"),
            (by(&[(OrderBy::CreatedAt, false)]), "dabc"),
            (by(&[(OrderBy::CreatedBy, false)]), "cadb"),
            (by(&[(OrderBy::CreatedBy, true), (OrderBy::CreatedAt, false)]), "bdac"),
            (by(&[(OrderBy::State, false)]), "abcd"),
            (of(&["user:default/ada"]), "ad"),
            (of(&["user:default/bob", "user:default/eve"]), "b"),
            (of(&[""]), "c"),
            (of(&["\0"]), ""),
            (states(&[TaskState::Failed]), "a"),
            (states(&[TaskState::Failed, TaskState::Open]), "cbad"),
            (states(&[TaskState::Asking]), ""),
            (Listing { offset: 2, ..Listing::default() }, "ad"),
            (Listing { states: vec![TaskState::Open], ..of(&["user:default/ada"]) }, "d"),
        ] {
            let shown = format!("{listing:?}");
            assert_eq!(ids(&db, listing).await, expected, "{shown}");
        }
        let page = list(&db, &Listing { limit: 2, offset: 1, ..Listing::default() }).await.unwrap();
        assert_eq!(page.iter().map(|row| row.id.as_str()).collect::<String>(), "ba");
        assert!(list(&db, &Listing::default()).await.unwrap().is_empty(), "a page of none");
    }

    async fn lists_leave_out_what_is_wide(db: Database) {
        let db = migrated(db).await;
        for (id, length) in [("short", 65_000), ("wide", 66_000)] {
            let parameters = format!("{{\"a\":\"{}\"}}", "é".repeat(length));
            let secrets = Some(vec![1]);
            create(&db, NewTask { parameters, secrets, ..new(id) }, event("created")).await.unwrap();
        }
        let rows = list(&db, &Listing { limit: 10, ..Listing::default() }).await.unwrap();
        for row in rows {
            assert_eq!(row.secrets, None);
            let whole = task(&db, &row.id).await.unwrap().unwrap();
            let expected = if row.id == "wide" { "{}" } else { &whole.parameters };
            assert_eq!(row.parameters, expected);
        }
    }
}
