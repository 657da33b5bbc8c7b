//! How often templates were used.

use platform::database::Database;

use super::*;

async fn ran(db: &Database, id: &str, template: &str, state: TaskState, saved_ms: i64) {
    let task = NewTask { template_ref: format!("template:default/{template}"), ..new(id) };
    create(db, task, event("created")).await.unwrap();
    let lease = taken(db).await;
    finish(db, &lease, TaskEnd { saved_ms, ..finished(state) }, &[]).await.unwrap();
}

async fn told(db: &Database) -> Vec<(String, i64, i64)> {
    let rows = usage(db, 10).await.unwrap();
    rows.into_iter().map(|row| (row.template_ref, row.completed, row.saved_ms)).collect()
}

testkit::on_both_engines! {
    async fn runs_that_completed_are_counted_with_what_they_saved(db: Database) {
        let db = migrated(db).await;
        ran(&db, "a", "service", TaskState::Completed, 500).await;
        ran(&db, "b", "library", TaskState::Completed, 0).await;
        ran(&db, "c", "service", TaskState::Failed, 500).await;
        ran(&db, "d", "service", TaskState::Completed, 700).await;
        ran(&db, "e", "site", TaskState::Cancelled, 500).await;
        let (service, library) = ("template:default/service".to_owned(), "template:default/library".to_owned());
        assert_eq!(told(&db).await, [(service.clone(), 2, 1200), (library, 1, 0)]);
        let of = usage_of(&db, vec![service.clone(), "template:default/site".to_owned()]).await.unwrap();
        assert_eq!(of.into_iter().map(|row| row.template_ref).collect::<Vec<_>>(), [service]);
    }
}

testkit::on_both_engines! {
    async fn runs_from_before_it_was_counted_are_found(db: Database) {
        let db = migrated(db).await;
        ran(&db, "a", "service", TaskState::Completed, 500).await;
        ran(&db, "b", "service", TaskState::Completed, 500).await;
        ran(&db, "c", "library", TaskState::Failed, 500).await;
        let txn = db.begin_write().await.unwrap();
        let manager = sea_orm_migration::SchemaManager::new(&txn);
        let migration = crate::migrations().pop().expect("the newest one");
        migration.down(&manager).await.unwrap();
        migration.up(&manager).await.unwrap();
        txn.commit().await.unwrap();
        assert_eq!(told(&db).await, [("template:default/service".to_owned(), 2, 0)]);
    }
}
