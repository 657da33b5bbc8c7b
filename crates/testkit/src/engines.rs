//! One body, two tests: each engine runs what the other runs.

use std::future::Future;

use platform::{Database, Engine};

use crate::TestDatabase;

/// Writes the tests `name::sqlite` and `name::postgres` for each body; the body gets an empty database.
///
/// ```
/// use platform::Database;
///
/// testkit::on_both_engines! {
///     async fn the_database_answers(db: Database) {
///         db.ping().await.expect("it is there");
///     }
/// }
/// ```
#[macro_export]
macro_rules! on_both_engines {
    ($($(#[$attribute:meta])* async fn $name:ident($db:ident: $type:ty) $body:block)+) => {$(
        $(#[$attribute])*
        async fn $name($db: $type) $body

        mod $name {
            #[test]
            fn sqlite() {
                $crate::run($crate::Engine::Sqlite, super::$name);
            }

            #[test]
            fn postgres() {
                $crate::run($crate::Engine::Postgres, super::$name);
            }
        }
    )+};
}

/// Runs `body` on an empty database of `engine`, in a runtime with two threads, and clears up behind it.
pub fn run<Body, Done>(engine: Engine, body: Body)
where
    Body: FnOnce(Database) -> Done,
    Done: Future<Output = ()>,
{
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .expect("threads for the async runtime");
    runtime.block_on(async {
        let database = TestDatabase::new(engine).await;
        body(database.connection()).await;
    });
}
