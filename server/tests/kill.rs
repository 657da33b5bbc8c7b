//! Kills the portal at random moments while it reads its files: started again, it ends at the same catalog as a portal
//! that nobody disturbed.

#![expect(clippy::expect_used, reason = "a test that cannot go on has failed")]

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};

use platform::database::{Database, DatabaseConfig};
use serde_json::Value;
use tempfile::TempDir;
use testkit::{Portal, Random, eventually};
use tokio::process::Command;

/// Kills in all.
const KILLS: u32 = 200;
/// Portals that are killed side by side.
const LANES: u32 = 2;
/// Files of the catalog, with five entities each: enough for several commits.
const FILES: u32 = 300;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_killed_ingestion_ends_at_the_same_catalog() {
    let random = Random::from_variable("PORTICO_KILL_SEED");
    let seed = random.seed();
    println!("seed {seed}; PORTICO_KILL_SEED={seed} repeats this run");
    let catalog = catalog();
    let undisturbed = undisturbed(catalog.path()).await;
    let lanes: Vec<_> = (0..LANES)
        .map(|lane| {
            let (folder, expected) = (catalog.path().to_owned(), undisturbed.clone());
            let random = random.beside(u64::from(lane));
            tokio::spawn(async move { lane_of_kills(&folder, &expected, random).await })
        })
        .collect();
    let mut early = 0;
    for lane in lanes {
        early += lane.await.expect("a lane that ends");
    }
    assert!(early * 2 >= KILLS, "only {early} of {KILLS} kills came before the last commit (seed {seed})");
}

/// What a portal that nobody kills ends at, and how long it takes.
#[derive(Clone)]
struct Undisturbed {
    entities: Vec<String>,
    seq: i64,
    duration: Duration,
}

async fn undisturbed(catalog: &Path) -> Undisturbed {
    let data = TempDir::new().expect("a temporary folder");
    let started = Instant::now();
    let portal = start(catalog, &configuration(data.path())).await;
    let duration = started.elapsed();
    let entities = entities(&portal).await;
    assert_eq!(entities.len(), FILES as usize * 5 + 1, "every entity and the location is there");
    drop(portal);
    Undisturbed { entities, seq: newest_seq(data.path()).await, duration }
}

/// Kills one portal after the other and returns how many of them had not made their last commit.
async fn lane_of_kills(catalog: &Path, expected: &Undisturbed, mut random: Random) -> u32 {
    let mut early = 0;
    for kill in 0..KILLS / LANES {
        let data = TempDir::new().expect("a temporary folder");
        let configuration = configuration(data.path());
        let moment = expected.duration.mul_f64(random.fraction() * 0.9);
        kill_after(catalog, &configuration, moment).await;
        if newest_seq(data.path()).await < expected.seq {
            early += 1;
        }
        // The portal is ready with what it had; what it had not, comes as the files are read.
        let portal = start(catalog, &configuration).await;
        let what = format!("the undisturbed catalog after kill {kill} at {moment:?}");
        eventually(&what, Duration::from_secs(60), || async {
            (entities(&portal).await == expected.entities).then_some(())
        })
        .await;
    }
    early
}

async fn kill_after(catalog: &Path, configuration: &Path, moment: Duration) {
    let mut portal = Command::new(env!("CARGO_BIN_EXE_portico"))
        .args(["serve", "--listen", "127.0.0.1:0", "--config"])
        .arg(configuration)
        .arg("--catalog")
        .arg(catalog)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .expect("a portal that starts");
    // Not a wait for something to happen: the random moment is what is tested.
    tokio::time::sleep(moment).await;
    portal.kill().await.expect("a portal that can be killed");
}

async fn start(catalog: &Path, configuration: &Path) -> Portal {
    let portal = Portal::builder(env!("CARGO_BIN_EXE_portico")).arg("--config").arg(configuration);
    portal.arg("--catalog").arg(catalog).patience(Duration::from_secs(120)).start().await
}

/// All entities as text, in the order of their references. Uids and etags follow from the content, so they are equal too.
async fn entities(portal: &Portal) -> Vec<String> {
    let (status, body) = portal.get_json("/api/catalog/entities").await;
    assert_eq!(status, 200);
    let mut entities: Vec<String> = body.as_array().expect("a list").iter().map(Value::to_string).collect();
    entities.sort();
    entities
}

/// The newest version in the database; 0 before there is one.
async fn newest_seq(data: &Path) -> i64 {
    let file = data.join("portico.sqlite");
    if !file.exists() {
        return 0;
    }
    let database = Database::connect(&DatabaseConfig::SqliteFile(file)).await.expect("a database that opens");
    // Killed before the tables were made, there is no log yet.
    let seq = catalog::store::newest_seq(&database).await.unwrap_or_default();
    database.close().await.expect("a database that closes");
    seq
}

fn configuration(data: &Path) -> PathBuf {
    let file = data.join("app-config.yaml");
    let database = format!("{{ client: better-sqlite3, connection: {{ directory: {} }} }}", data.display());
    std::fs::write(&file, format!("backend:\n  database: {database}\n")).expect("a configuration file");
    file
}

fn catalog() -> TempDir {
    let folder = TempDir::new().expect("a temporary folder");
    for file in 0..FILES {
        let mut text = String::new();
        for entity in 0..5 {
            let number = file * 5 + entity;
            text.push_str(&format!(
                "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata:\n  name: component-{number}\nspec:\n  type: service\n  lifecycle: production\n  owner: group-{}\n  dependsOn: [component:component-{}]\n---\n",
                number % 7,
                (number * 31 + 1) % (FILES * 5),
            ));
        }
        let repository = folder.path().join(format!("repository-{file}"));
        std::fs::create_dir(&repository).expect("a folder");
        std::fs::write(repository.join("catalog-info.yaml"), text).expect("a descriptor");
    }
    folder
}
