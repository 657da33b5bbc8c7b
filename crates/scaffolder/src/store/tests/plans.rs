//! The hot statements: that each is answered by the index that was made for it.

use platform::database::{Database, Engine};
use sea_orm::{ConnectionTrait, DbBackend, QuerySelect, QueryTrait, Statement, StatementBuilder};

use super::*;

/// The engine's plan for a statement, as text.
async fn plan(db: &Database, statement: &impl StatementBuilder) -> String {
    let (backend, prefix) = match db.engine() {
        Engine::Sqlite => (DbBackend::Sqlite, "EXPLAIN QUERY PLAN"),
        Engine::Postgres => (DbBackend::Postgres, "EXPLAIN (COSTS OFF)"),
    };
    let Statement { sql, values, .. } = backend.build(statement);
    let txn = db.begin_write().await.unwrap();
    if db.engine() == Engine::Postgres {
        // A test's table is so small that reading all of it is the best plan; asked is whether the index fits.
        txn.execute_unprepared("SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off")
            .await
            .unwrap();
    }
    let explain = Statement { sql: format!("{prefix} {sql}"), values, db_backend: backend };
    let rows = txn.query_all_raw(explain).await.unwrap();
    let column = if db.engine() == Engine::Sqlite { "detail" } else { "QUERY PLAN" };
    rows.iter().map(|row| row.try_get::<String>("", column).unwrap()).collect::<Vec<_>>().join("\n")
}

/// Fails unless the plan uses `index` and neither sorts nor reads a whole table.
async fn assert_uses(db: &Database, index: &str, what: &str, statement: &impl StatementBuilder) {
    let plan = plan(db, statement).await;
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
        assert_uses(&db, "scaffolder_task", "a write", &write).await;
        let follow = events::after_id("t001", 1).limit(10);
        assert_uses(&db, "scaffolder_event_pkey", "following a task", follow.as_query()).await;

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
