//! The migrations go up, down without a trace, and up again.

use platform::database::Database;
use sea_orm::ConnectionTrait;
use sea_orm_migration::SchemaManager;

use super::{append_changes, log, put};
use crate::migration::migrations;

testkit::on_both_engines! {
    async fn migrations_go_up_and_down(db: Database) {
        for round in 1..=2 {
            let txn = db.begin_write().await.unwrap();
            let manager = SchemaManager::new(&txn);
            for migration in migrations() {
                migration.up(&manager).await.unwrap();
            }
            for table in ["entity_version", "refresh_state", "location"] {
                assert!(manager.has_table(table).await.unwrap(), "{table} exists in round {round}");
            }
            txn.commit().await.unwrap();
            append_changes(&db, 1, vec![put("a", "1")]).await;
            assert_eq!(log(&db).await.len(), 1, "round {round} begins with an empty log");

            let txn = db.begin_write().await.unwrap();
            let manager = SchemaManager::new(&txn);
            for migration in migrations().into_iter().rev() {
                migration.down(&manager).await.unwrap();
            }
            for table in ["entity_version", "refresh_state", "location"] {
                assert!(!manager.has_table(table).await.unwrap(), "{table} is gone in round {round}");
            }
            txn.commit().await.unwrap();
        }
    }

    async fn migrating_twice_changes_nothing(db: Database) {
        db.migrate(migrations()).await.unwrap();
        append_changes(&db, 1, vec![put("a", "1")]).await;
        db.migrate(migrations()).await.unwrap();
        assert_eq!(log(&db).await.len(), 1);
    }

    async fn an_entity_has_one_newest_version_whoever_writes(db: Database) {
        db.migrate(migrations()).await.unwrap();
        append_changes(&db, 1, vec![put("a", "1")]).await;
        let txn = db.begin_write().await.unwrap();
        let second = "INSERT INTO entity_version (seq, entity_ref, valid_from, hash) VALUES (2, 'a', 1, '')";
        txn.execute_unprepared(second).await.expect_err("the index forbids a second open version");
    }
}

#[test]
fn names_say_whose_migrations_they_are() {
    for migration in migrations() {
        assert!(migration.name().contains("_catalog_"), "{} names its capability", migration.name());
    }
}
