//! How a database would answer a statement.

use platform::Engine;
use platform::database::Database;
use sea_orm::{ConnectionTrait as _, DbBackend, Statement, StatementBuilder};

/// The engine's plan for a statement, as text.
pub async fn query_plan(db: &Database, statement: &impl StatementBuilder) -> String {
    let (backend, prefix, column) = match db.engine() {
        Engine::Sqlite => (DbBackend::Sqlite, "EXPLAIN QUERY PLAN", "detail"),
        Engine::Postgres => (DbBackend::Postgres, "EXPLAIN (COSTS OFF)", "QUERY PLAN"),
    };
    let Statement { sql, values, .. } = backend.build(statement);
    let txn = db.begin_write().await.expect("a transaction");
    if db.engine() == Engine::Postgres {
        // A test's table is so small that reading all of it is the best plan; asked is whether the index fits.
        txn.execute_unprepared("SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off")
            .await
            .expect("a setting of the planner");
    }
    let explain = Statement { sql: format!("{prefix} {sql}"), values, db_backend: backend };
    let rows = txn.query_all_raw(explain).await.expect("a plan");
    let lines = rows.iter().map(|row| row.try_get::<String>("", column).expect("a line of the plan"));
    lines.collect::<Vec<_>>().join("\n")
}
