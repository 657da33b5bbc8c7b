//! The tables come and go.

use platform::database::Database;
use sea_orm_migration::SchemaManager;

use crate::migrations;

const TABLES: [&str; 9] = [
    "scaffolder_task",
    "scaffolder_step",
    "scaffolder_event",
    "scaffolder_kept",
    "scaffolder_workspace",
    "scaffolder_draft",
    "scaffolder_task_entity",
    "scaffolder_schedule",
    "scaffolder_usage",
];

testkit::on_both_engines! {
    async fn migrations_go_up_and_down(db: Database) {
        for round in 1..=2 {
            let txn = db.begin_write().await.unwrap();
            let manager = SchemaManager::new(&txn);
            for migration in migrations() {
                migration.up(&manager).await.unwrap();
            }
            for table in TABLES {
                assert!(manager.has_table(table).await.unwrap(), "{table} exists in round {round}");
            }
            for migration in migrations().into_iter().rev() {
                migration.down(&manager).await.unwrap();
            }
            for table in TABLES {
                assert!(!manager.has_table(table).await.unwrap(), "{table} is gone in round {round}");
            }
            txn.commit().await.unwrap();
        }
    }
}
