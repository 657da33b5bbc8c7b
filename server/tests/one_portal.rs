//! One SQLite file has one portal: a second would compare the log with other files, and take away what the first brought.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::path::Path;

use testkit::Portal;
use tokio::process::Command;

const PORTICO: &str = env!("CARGO_BIN_EXE_portico");

/// How a command that uses the file ends: its exit code and what it says.
async fn end(folder: &Path, arguments: &[&str]) -> (Option<i32>, String) {
    let mut command = Command::new(PORTICO);
    command.args(arguments).current_dir(folder).env_clear().env("PORTICO_LOG", "warn").kill_on_drop(true);
    // One that serves after all would never end.
    let ended = tokio::time::timeout(std::time::Duration::from_secs(30), command.output()).await;
    let output = ended.unwrap().unwrap();
    (output.status.code(), String::from_utf8(output.stderr).unwrap())
}

#[tokio::test]
async fn a_second_portal_on_one_file_is_refused() {
    let mut first = Portal::start(PORTICO, [""; 0]).await;
    let folder = first.folder().to_owned();
    let (code, serve) = end(&folder, &["serve", "--listen", "127.0.0.1:0"]).await;
    assert_eq!(code, Some(2), "{serve}");
    let (code, migrate) = end(&folder, &["migrate"]).await;
    assert_eq!(code, Some(2), "{migrate}");
    assert_eq!(serve, migrate);
    let folder_shown = format!("{}/", folder.canonicalize().unwrap().display());
    insta::assert_snapshot!(serve.replace(&folder_shown, ""), @r"
    error: Cannot open the database (the SQLite file portico-data/portico.sqlite).
      why:  Another portal uses portico-data/portico.sqlite: it holds the lock on portico-data/portico.sqlite.lock. Two portals on one SQLite file would remove each other's entities.
      next: Stop the other portal, or name another directory in backend.database.connection.
            Portals that share a catalog need PostgreSQL (backend.database.client: pg).
    ");

    // However the first ends, the file is free afterwards.
    first.kill().await;
    let (code, migrate) = end(&folder, &["migrate"]).await;
    assert_eq!(code, Some(0), "{migrate}");
}
