//! The hot statements: that each is answered by the index that was made for it.

use platform::database::{Database, Engine};
use sea_orm::{ConnectionTrait, QuerySelect, QueryTrait, StatementBuilder};

use super::*;

/// Fails unless the plan uses `index` and neither sorts nor reads a whole table.
async fn assert_uses(db: &Database, index: &str, what: &str, statement: &impl StatementBuilder) {
    let plan = testkit::query_plan(db, statement).await;
    let index = match db.engine() {
        Engine::Sqlite => index.replace("scaffolder_event_pkey", "autoindex_scaffolder_event"),
        Engine::Postgres => index.to_owned(),
    };
    assert!(plan.contains(&index), "{what} uses {index}:\n{plan}");
    for waste in ["Sort", "Seq Scan", "TEMP B-TREE"] {
        assert!(!plan.contains(waste), "{what} does without {waste:?}:\n{plan}");
    }
}

testkit::on_both_engines! {
    async fn each_question_has_its_index(db: Database) {
        let db = migrated(db).await;
        for number in 0..300 {
            let who = format!("user:default/{}", number % 30);
            create(&db, NewTask { created_by: who, ..new(&format!("t{number:03}")) }, event("x"))
                .await
                .unwrap();
        }
        for number in 0..290 {
            let state = if number % 3 == 0 { TaskState::Failed } else { TaskState::Completed };
            let lease = taken(&db).await;
            tell(&db, &lease, &[event("y"), event("z")]).await.unwrap();
            finish(&db, &lease, finished(state), &[]).await.unwrap();
        }
        if db.engine() == Engine::Postgres {
            // What the server does by itself within a minute.
            let txn = db.begin_write().await.unwrap();
            txn.execute_unprepared("ANALYZE scaffolder_task; ANALYZE scaffolder_event").await.unwrap();
            txn.commit().await.unwrap();
        }
        let due = hold::due(1);
        assert_uses(&db, "scaffolder_task_due", "what is due", due.as_query()).await;
        let lease = Lease { task: "t000".to_owned(), attempt: 1 };
        let mut write = hold::held(&lease);
        write.value(tables::task::Column::LastEvent, 1);
        // By the id, or by the state where PostgreSQL knows that hardly any task is in it.
        let index = match db.engine() {
            Engine::Sqlite => "SEARCH scaffolder_task USING INDEX sqlite_autoindex_scaffolder_task_1",
            Engine::Postgres => "Index Scan using scaffolder_task_",
        };
        assert_uses(&db, index, "a write", &write).await;
        let follow = events::after_id("t001", 1).limit(10);
        assert_uses(&db, "scaffolder_event_pkey", "following a task", follow.as_query()).await;
        for step in [None, Some("fetch")] {
            let newest = events::newest("t001", step).limit(10);
            assert_uses(&db, "scaffolder_event_pkey", "the end of a log", newest.as_query()).await;
        }

        let all = read::ordered(&Listing::default()).limit(10);
        assert_uses(&db, "scaffolder_task_created", "the newest tasks", all.as_query()).await;
        let oldest = Listing { order: vec![(OrderBy::CreatedAt, false)], ..Listing::default() };
        let oldest = read::ordered(&oldest).limit(10);
        assert_uses(&db, "scaffolder_task_created", "the oldest tasks", oldest.as_query()).await;
        let mine = Listing { created_by: vec!["user:default/7".to_owned()], ..Listing::default() };
        let mine = read::ordered(&mine).limit(10);
        assert_uses(&db, "scaffolder_task_creator", "a person's tasks", mine.as_query()).await;
        let open = Listing { states: vec![TaskState::Open], ..Listing::default() };
        let open = read::ordered(&open).limit(10);
        assert_uses(&db, "scaffolder_task_state", "tasks in a state", open.as_query()).await;
    }
}
