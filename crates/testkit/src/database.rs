//! Empty databases that last as long as a test.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use platform::{Database, DatabaseConfig, Engine, Secret};
use sea_orm::{ConnectionTrait, DbBackend, Statement};
use tempfile::TempDir;
use uuid::Uuid;

/// The variable that names a PostgreSQL server on which databases may be created.
const SERVER: &str = "PORTICO_TEST_POSTGRES";
/// Test databases are named `portico_test_<unix seconds>_<random>`.
const PREFIX: &str = "portico_test_";
/// What a killed test left behind is dropped after this time by whichever test comes next.
const LEFTOVER_AFTER: Duration = Duration::from_secs(3600);

/// An empty database; dropped with this value.
#[derive(Debug)]
pub struct TestDatabase {
    connection: Database,
    config: DatabaseConfig,
    place: Place,
}

#[derive(Debug)]
enum Place {
    Folder { _kept_until_drop: TempDir },
    Server { url: String, name: String },
}

impl TestDatabase {
    /// An empty database of `engine`.
    pub async fn new(engine: Engine) -> Self {
        match engine {
            Engine::Sqlite => Self::sqlite().await,
            Engine::Postgres => Self::postgres().await,
        }
    }

    /// A SQLite file in a temporary folder.
    pub async fn sqlite() -> Self {
        let folder = TempDir::new().expect("a temporary folder");
        let config = DatabaseConfig::SqliteFile(folder.path().join("test.sqlite"));
        Self { connection: connect(&config).await, config, place: Place::Folder { _kept_until_drop: folder } }
    }

    /// A database of its own on the server that `PORTICO_TEST_POSTGRES` names: locks and notifications reach all of a
    /// database, so that tests which share one would hear each other.
    pub async fn postgres() -> Self {
        let url = server();
        let name = format!("{PREFIX}{}_{}", unix_seconds(), Uuid::new_v4().simple());
        let admin = connect(&DatabaseConfig::Postgres(Secret::new(url.clone()))).await;
        sweep(&admin).await;
        // The only template that nobody can be connected to, which would make this fail.
        execute(&admin, &format!("CREATE DATABASE {name} TEMPLATE template0")).await;
        admin.close().await.expect("closed");
        let config = DatabaseConfig::Postgres(Secret::new(with_database(&url, &name)));
        Self { connection: connect(&config).await, config, place: Place::Server { url, name } }
    }

    /// The connections of this database; clones share them.
    pub fn connection(&self) -> Database {
        self.connection.clone()
    }

    /// How to connect to it once more, as another process would.
    pub const fn config(&self) -> &DatabaseConfig {
        &self.config
    }

    /// The address of a PostgreSQL database or the path of a SQLite file, for a configuration file.
    pub fn address(&self) -> String {
        match &self.config {
            DatabaseConfig::SqliteMemory => ":memory:".to_owned(),
            DatabaseConfig::SqliteFile(path) => path.display().to_string(),
            DatabaseConfig::Postgres(url) => url.expose().clone(),
        }
    }
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        let Place::Server { url, name } = &self.place else { return };
        let (url, name) = (url.clone(), name.clone());
        // A thread with a runtime of its own: dropping happens in async code too, where waiting is not allowed.
        let dropping = std::thread::spawn(move || {
            let runtime =
                tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
            runtime.block_on(async {
                let admin = connect(&DatabaseConfig::Postgres(Secret::new(url))).await;
                execute(&admin, &format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")).await;
                admin.close().await.expect("closed");
            });
        });
        // A second panic while a failed test unwinds would hide the first; the sweep gets what stays.
        let _swept_later = dropping.join();
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "tests have no configuration file; a variable names the server"
)]
fn server() -> String {
    std::env::var(SERVER).unwrap_or_else(|_| {
        panic!(
            "This test needs a PostgreSQL server, and {SERVER} does not name one. Run `make test`, which starts one, \
             or: export \"$(scripts/postgres start)\""
        )
    })
}

async fn connect(config: &DatabaseConfig) -> Database {
    match Database::connect(config).await {
        Ok(database) => database,
        Err(error) => panic!("{error}"),
    }
}

async fn execute(database: &Database, sql: &str) {
    if let Err(error) = database.reader().execute_unprepared(sql).await {
        panic!("{sql}: {error}");
    }
}

/// Drops the databases of tests that could not do it themselves.
async fn sweep(admin: &Database) {
    let sql = format!("SELECT datname FROM pg_database WHERE datname LIKE '{PREFIX}%'");
    let rows = admin.reader().query_all_raw(Statement::from_string(DbBackend::Postgres, sql)).await;
    let oldest = unix_seconds().saturating_sub(LEFTOVER_AFTER.as_secs());
    for row in rows.expect("the names of all databases") {
        let name: String = row.try_get_by_index(0).expect("a name");
        let made = name[PREFIX.len()..].split('_').next().and_then(|seconds| seconds.parse::<u64>().ok());
        if made.is_some_and(|made| made < oldest) {
            execute(admin, &format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")).await;
        }
    }
}

fn unix_seconds() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs())
}

/// The address with another database in it.
fn with_database(url: &str, name: &str) -> String {
    let (address, options) =
        url.split_once('?').map_or((url, String::new()), |(url, rest)| (url, format!("?{rest}")));
    let authority = address.find("://").map_or(0, |scheme| scheme + 3);
    let end = address[authority..].find('/').map_or(address.len(), |slash| authority + slash);
    format!("{}/{name}{options}", &address[..end])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_database_of_an_address() {
        for (url, expected) in [
            ("postgres://portico@127.0.0.1:5499/postgres", "postgres://portico@127.0.0.1:5499/x"),
            ("postgres://portico@localhost", "postgres://portico@localhost/x"),
            ("postgres://a:b@host/db?sslmode=disable", "postgres://a:b@host/x?sslmode=disable"),
        ] {
            assert_eq!(with_database(url, "x"), expected, "{url}");
        }
    }

    #[tokio::test]
    async fn a_postgres_database_is_gone_after_the_test() {
        let database = TestDatabase::postgres().await;
        let Place::Server { url, name } = &database.place else { panic!("a server") };
        let (url, name) = (url.clone(), name.clone());
        let sql = format!("SELECT 1 FROM pg_database WHERE datname = '{name}'");
        let asked = Statement::from_string(DbBackend::Postgres, sql);
        let admin = connect(&DatabaseConfig::Postgres(Secret::new(url))).await;
        assert!(
            admin.reader().query_one_raw(asked.clone()).await.expect("asked").is_some(),
            "{name} was made"
        );
        drop(database);
        assert!(admin.reader().query_one_raw(asked).await.expect("asked").is_none(), "{name} was dropped");
    }
}
