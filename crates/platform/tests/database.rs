//! What store code relies on, on both engines.

#![expect(clippy::expect_used, reason = "what a test relies on may fail it")]

use std::time::Duration;

use platform::{Database, DatabaseConfig, Engine, ErrorKind, Secret};
use sea_orm::{ConnectionTrait, DbBackend, DbErr, Statement};
use sea_orm_migration::async_trait::async_trait;
use sea_orm_migration::{MigrationName, MigrationTrait, SchemaManager};
use tempfile::TempDir;
use testkit::TestDatabase;

/// A migration that runs SQL.
struct Sql(&'static str, &'static str);

impl MigrationName for Sql {
    fn name(&self) -> &str {
        self.0
    }
}

#[async_trait]
impl MigrationTrait for Sql {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.get_connection().execute_unprepared(self.1).await.map(|_| ())
    }
}

fn notes() -> Vec<Box<dyn MigrationTrait>> {
    vec![Box::new(Sql("m1_notes", "CREATE TABLE note (id INTEGER PRIMARY KEY, text TEXT)"))]
}

async fn number(connection: &impl ConnectionTrait, sql: &str) -> i64 {
    let asked = Statement::from_string(connection.get_database_backend(), sql);
    let row = connection.query_one_raw(asked).await.expect(sql).expect("a row");
    row.try_get_by_index::<i64>(0)
        .or_else(|_| row.try_get_by_index::<i32>(0).map(i64::from))
        .expect("a number")
}

async fn insert(db: &Database, id: i64) {
    let transaction = db.begin_write().await.expect("the only writer");
    transaction.execute_unprepared(&format!("INSERT INTO note VALUES ({id}, 'x')")).await.expect("inserted");
    transaction.commit().await.expect("committed");
}

testkit::on_both_engines! {
    async fn only_what_was_committed_is_read(db: Database) {
        db.migrate(notes()).await.expect("migrates");
        let transaction = db.begin_write().await.expect("begins");
        transaction.execute_unprepared("INSERT INTO note VALUES (1, 'x')").await.expect("inserted");
        assert_eq!(number(db.reader(), "SELECT count(*) FROM note").await, 0, "not before the commit");
        drop(transaction);
        insert(&db, 2).await;
        assert_eq!(number(db.reader(), "SELECT sum(id) FROM note").await, 2, "and what was dropped never");
    }

    async fn migrations_are_all_or_none(db: Database) {
        let mut broken = notes();
        broken.push(Box::new(Sql("m2_broken", "CREATE TABLE note (again INTEGER)")));
        db.migrate(broken).await.expect_err("the second fails");
        db.reader().execute_unprepared("SELECT * FROM note").await.expect_err("the first is undone");
        db.migrate(notes()).await.expect("the first alone");
        db.migrate(notes()).await.expect("twice changes nothing");
        insert(&db, 1).await;
        let mut more = notes();
        more.push(Box::new(Sql("m2_more", "ALTER TABLE note ADD COLUMN more TEXT")));
        db.migrate(more).await.expect("only the new one");
        assert_eq!(number(db.reader(), "SELECT count(*) FROM note WHERE more IS NULL").await, 1);
    }
}

#[tokio::test]
async fn processes_that_start_together_migrate_once() {
    let test = TestDatabase::postgres().await;
    let mut starting = Vec::new();
    for _ in 0..6 {
        let config = test.config().clone();
        starting.push(tokio::spawn(async move {
            let db = Database::connect(&config).await?;
            db.migrate(notes()).await.map_err(platform::Error::from)
        }));
    }
    for started in starting {
        started.await.expect("no panic").expect("each one starts");
    }
    insert(&test.connection(), 1).await;
}

#[tokio::test]
async fn a_sqlite_file_has_one_user() {
    let folder = TempDir::new().expect("a folder");
    let config = DatabaseConfig::SqliteFile(folder.path().join("portico.sqlite"));
    let first = Database::connect(&config).await.expect("opens");
    let clone = first.clone();
    drop(first);
    let link = folder.path().join("link.sqlite");
    std::os::unix::fs::symlink(folder.path().join("portico.sqlite"), &link).expect("a link");
    let linked = DatabaseConfig::SqliteFile(link);
    let (again, by_link) = tokio::join!(Database::connect(&config), Database::connect(&linked));
    for refused in [again.expect_err("a clone uses it"), by_link.expect_err("it is the same file")] {
        assert_eq!(refused.kind(), ErrorKind::Conflict, "{refused}");
        assert!(refused.message().contains("portico.sqlite.lock"), "{refused}");
    }
    drop(clone);
    let second = Database::connect(&config).await.expect("nobody uses it any more");
    second.close().await.expect("closes");
    let third = Database::connect(&config).await.expect("what is closed is free");
    third.migrate(notes()).await.expect("and works");
    insert(&third, 1).await;
}

#[tokio::test]
async fn memory_is_everybodys_own() {
    let first = Database::connect(&DatabaseConfig::SqliteMemory).await.expect("opens");
    let second = Database::connect(&DatabaseConfig::SqliteMemory).await.expect("opens beside the first");
    first.migrate(notes()).await.expect("migrates");
    second.reader().execute_unprepared("SELECT * FROM note").await.expect_err("another database");
}

#[tokio::test]
async fn the_log_has_one_writer_at_a_time() {
    let test = TestDatabase::postgres().await;
    let other = Database::connect(test.config()).await.expect("a second process");
    let db = test.connection();
    let first = db.begin_write().await.expect("begins");
    db.lock_log(&first).await.expect("locked");
    let mut second = tokio::spawn(async move {
        let second = other.begin_write().await.expect("begins");
        other.lock_log(&second).await.expect("locked");
    });
    tokio::time::timeout(Duration::from_millis(200), &mut second).await.expect_err("the second waits");
    first.commit().await.expect("committed");
    second.await.expect("then it has the lock");
}

async fn sqlite_settings(connection: &impl ConnectionTrait) -> String {
    let asked = Statement::from_string(DbBackend::Sqlite, "PRAGMA journal_mode");
    let row = connection.query_one_raw(asked).await.expect("asked").expect("a row");
    let mut settings = row.try_get_by_index::<String>(0).expect("a mode");
    for name in ["synchronous", "foreign_keys", "busy_timeout", "cache_size", "mmap_size"] {
        settings += &format!(" {name}={}", number(connection, &format!("PRAGMA {name}")).await);
    }
    settings
}

#[tokio::test]
async fn sqlite_is_set_up_as_the_store_expects() {
    let folder = TempDir::new().expect("a folder");
    let config = DatabaseConfig::SqliteFile(folder.path().join("deep/er/portico.sqlite"));
    let db = Database::connect(&config).await.expect("folders and file are created");
    db.migrate(notes()).await.expect("migrates");
    let writer = db.begin_write().await.expect("begins");
    for (settings, cache) in
        [(sqlite_settings(db.reader()).await, 2048), (sqlite_settings(&writer).await, 8192)]
    {
        assert_eq!(
            settings,
            format!("wal synchronous=1 foreign_keys=1 busy_timeout=10000 cache_size=-{cache} mmap_size=0")
        );
    }
    let refused = db.reader().execute_unprepared("INSERT INTO note VALUES (1, 'x')").await;
    assert!(refused.is_err_and(|error| error.to_string().contains("readonly")), "readers can't write");
}

#[tokio::test]
async fn in_memory_reader_and_writer_see_the_same_data() {
    let db = Database::connect(&DatabaseConfig::SqliteMemory).await.expect("opens");
    db.migrate(notes()).await.expect("migrates");
    let transaction = db.begin_write().await.expect("begins");
    transaction.execute_unprepared("INSERT INTO note VALUES (1, 'x')").await.expect("inserted");
    let mut reading = tokio::spawn({
        let db = db.clone();
        async move { number(db.reader(), "SELECT count(*) FROM note").await }
    });
    tokio::time::timeout(Duration::from_millis(100), &mut reading)
        .await
        .expect_err("a read waits for the writer");
    transaction.commit().await.expect("committed");
    assert_eq!(reading.await.expect("no panic"), 1, "and then sees what it wrote");
    assert_eq!(db.engine(), Engine::Sqlite);
}

#[tokio::test]
async fn what_cannot_be_opened_is_named_without_the_password() {
    let folder = TempDir::new().expect("a folder");
    let file = folder.path().join("file");
    std::fs::write(&file, "this is not a database, and longer than its header would be.".repeat(3))
        .expect("written");
    let postgres = |url: &str| DatabaseConfig::Postgres(Secret::new(url.to_owned()));
    for (config, parts) in [
        (
            DatabaseConfig::SqliteFile(file.join("below")),
            vec!["can't be created", "backend.database.connection"],
        ),
        (DatabaseConfig::SqliteFile(file), vec!["can't be opened", "not a database"]),
        (
            postgres("postgres://ada:hunter2@127.0.0.1:1/portal"),
            vec!["portal on 127.0.0.1:1 as ada", "refused"],
        ),
        (postgres("postgres://ada:hunter2@[/portal"), vec!["can't be read", "postgres://user:password@host"]),
    ] {
        let error = Database::connect(&config).await.expect_err("it can't be opened");
        assert_eq!(error.kind(), ErrorKind::Unavailable);
        for part in parts {
            assert!(error.message().contains(part), "{part:?} in {error}");
        }
        assert!(!error.message().contains("hunter2"), "{error}");
    }
}
