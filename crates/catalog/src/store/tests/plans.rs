//! The hot statements: their text, and that each is answered by the index that was made for it.

use insta::assert_snapshot;
use platform::database::{Database, Engine};
use sea_orm::sea_query::{PostgresQueryBuilder, SqliteQueryBuilder};
use sea_orm::{ConnectionTrait, QuerySelect, QueryTrait, StatementBuilder};

use super::super::{refresh, statements};
use super::{append_changes, migrated, put};

/// Fails unless the plan uses `index` and neither sorts nor reads a whole table.
async fn assert_uses(db: &Database, index: &str, what: &str, statement: &impl StatementBuilder) {
    let plan = testkit::query_plan(db, statement).await;
    // SQLite does not name the index of the primary key, because the table itself is that index.
    let index = match (db.engine(), index) {
        (Engine::Sqlite, "entity_version_pkey") => "INTEGER PRIMARY KEY",
        _ => index,
    };
    assert!(plan.contains(index), "{what} uses {index}:\n{plan}");
    for waste in ["Sort", "Seq Scan", "TEMP B-TREE", "SCAN entity_version\n"] {
        assert!(!format!("{plan}\n").contains(waste), "{what} does without {waste:?}:\n{plan}");
    }
}

testkit::on_both_engines! {
    async fn each_question_has_its_index(db: Database) {
        let db = migrated(db).await;
        let all = |content: &str| (0..1_500).map(|n| put(&format!("e{n:04}"), content)).collect::<Vec<_>>();
        append_changes(&db, 1, all("1")).await;
        append_changes(&db, 2, all("2")).await;
        if db.engine() == Engine::Postgres {
            // What the server does by itself within a minute.
            let txn = db.begin_write().await.unwrap();
            txn.execute_unprepared("ANALYZE entity_version").await.unwrap();
            txn.commit().await.unwrap();
        }
        // SQLite looks at how many references are asked for, PostgreSQL at how many there are: for a part of
        // so small a table it rightly reads everything.
        let many = if db.engine() == Engine::Sqlite { 1_000 } else { 5 };
        let names: Vec<String> = (0..many).map(|n| format!("e{n:04}")).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();

        let newest = "entity_version_newest";
        let one = statements::newest_of(&names[..1]);
        assert_uses(&db, newest, "the writer's look at one entity", one.as_query()).await;
        let newest_of = statements::newest_of(&names);
        assert_uses(&db, newest, "the writer's look at many", newest_of.as_query()).await;
        let current_of = statements::current_of(&names);
        assert_uses(&db, newest, "entities by reference", current_of.as_query()).await;
        let times_of = statements::times_of(&names);
        assert_uses(&db, newest, "times of entities", times_of.as_query()).await;
        let pairs: Vec<(i64, i64)> = (1..=10).map(|seq| (seq, 3_000 + seq)).collect();
        assert_uses(&db, "entity_version_pkey", "closing versions", &statements::close(&pairs, 3)).await;
        let replaced = [("e0001", 1_502), ("e0002", 1_503)];
        let replaced_by = statements::replaced_by(&replaced);
        assert_uses(&db, "entity_version_history", "what was replaced", replaced_by.as_query()).await;

        let current = statements::current(0).limit(10);
        assert_uses(&db, "entity_version_current", "loading the view", current.as_query()).await;
        let after = statements::versions_after(5).limit(10);
        assert_uses(&db, "entity_version_pkey", "following the log", after.as_query()).await;
        let newest = statements::newest().limit(10);
        assert_uses(&db, "entity_version_pkey", "what changed last", newest.as_query()).await;
        let numbered = statements::numbered(&[9, 5, 7]);
        assert_uses(&db, "entity_version_pkey", "versions by number", numbered.as_query()).await;
        let at_seq = statements::at_seq(9, 0).limit(10);
        assert_uses(&db, "entity_version_pkey", "a past view", at_seq.as_query()).await;
        let seq_at = statements::seq_at(5).limit(1);
        assert_uses(&db, "entity_version_time", "a time in the log", seq_at.as_query()).await;
        let history = statements::history("e0001").limit(10);
        assert_uses(&db, "entity_version_history", "a history", history.as_query()).await;
        let until = statements::history_until("e0001", 9).limit(2);
        assert_uses(&db, "entity_version_history", "versions up to one", until.as_query()).await;
        let marks = statements::history_marks("e0001").limit(10);
        assert_uses(&db, "entity_version_history", "versions to choose from", marks.as_query()).await;
        let touched = statements::touched(5, 9).limit(10);
        assert_uses(&db, "entity_version_pkey", "what two moments differ in", touched.as_query()).await;
        // Near the end of the log: of its first few versions the numbers alone are the shorter way.
        let then = statements::at_seq_of(&names[..3], 2_900);
        assert_uses(&db, "entity_version_history", "some entities at a moment", then.as_query()).await;
        let problems = refresh::with_problems();
        assert_uses(&db, "refresh_state_problems", "files with problems", problems.as_query()).await;
    }
}

#[test]
fn the_hot_statements_are_these() {
    let sqlite = statements::newest_of(&["a", "b"]).as_query().to_string(SqliteQueryBuilder);
    assert_snapshot!(sqlite, @r#"SELECT "entity_version"."entity_ref", "entity_version"."seq", "entity_version"."hash" FROM "entity_version" WHERE "entity_version"."until_seq" IS NULL AND "entity_version"."entity_ref" IN ('a', 'b')"#);
    let sqlite = statements::current(5).limit(9).as_query().to_string(SqliteQueryBuilder);
    assert_snapshot!(sqlite, @r#"SELECT "entity_version"."seq", "entity_version"."entity_ref", "entity_version"."valid_from", "entity_version"."valid_to", "entity_version"."until_seq", "entity_version"."hash", "entity_version"."document" FROM "entity_version" WHERE "entity_version"."until_seq" IS NULL AND "entity_version"."seq" > 5 AND "entity_version"."document" IS NOT NULL ORDER BY "entity_version"."seq" ASC LIMIT 9"#);
    let sqlite = statements::close(&[(1, 3), (2, 4)], 9).to_string(SqliteQueryBuilder);
    assert_snapshot!(sqlite, @r#"UPDATE "entity_version" SET "valid_to" = 9, "until_seq" = "pair"."column2" FROM (VALUES (1, 3), (2, 4)) AS "pair" WHERE "entity_version"."seq" = "pair"."column1""#);
    let postgres = statements::close(&[(1, 3), (2, 4)], 9).to_string(PostgresQueryBuilder);
    assert_eq!(postgres, sqlite, "both engines read the same text");
}
