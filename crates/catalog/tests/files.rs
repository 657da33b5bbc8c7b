//! Files change under a running catalog: what it shows follows them, whatever the steps in between were.

#![expect(clippy::expect_used, reason = "a test that cannot go on has failed")]

mod running;

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use catalog::{Catalog, Selection};
use model::{Problem, ProblemListQuery};
use platform::access::Caller;
use platform::{Database, DatabaseConfig};
use serde_json::Value;
use tempfile::TempDir;
use testkit::{Random, eventually};

use self::running::PATIENCE;

/// A catalog of one folder.
struct Running {
    catalog: Catalog,
}

/// Everything that a reader sees.
#[derive(Debug, PartialEq)]
struct Seen {
    entities: Vec<Value>,
    problems: Vec<Problem>,
}

impl Running {
    async fn start(database: &Database, folder: &Path) -> Self {
        Self { catalog: running::start(database, folder).await }
    }

    /// What a catalog shows that never saw anything but the files as they are now.
    async fn fresh(folder: &Path) -> Seen {
        let database = Database::connect(&DatabaseConfig::SqliteMemory).await.expect("a database");
        let running = Self::start(&database, folder).await;
        let seen = running.seen().await;
        running.catalog.stop();
        seen
    }

    async fn seen(&self) -> Seen {
        let mut bytes = b"[".to_vec();
        let everything = Selection::default();
        let ids = self.catalog.entity_ids(&Caller::Guest, &everything, &[]).await.expect("ids");
        self.catalog.write_entities(&Caller::Guest, None, &ids, None, &mut bytes).await.expect("entities");
        bytes.push(b']');
        Seen { entities: serde_json::from_slice(&bytes).expect("a list"), problems: self.problems().await }
    }

    async fn problems(&self) -> Vec<Problem> {
        let list =
            self.catalog.problems(&Caller::Guest, &ProblemListQuery::default()).await.expect("problems");
        list.problems
    }

    async fn entity(&self, name: &str) -> Option<Value> {
        let entity_ref = model::EntityRef::new("component", "default", name);
        let bytes = self.catalog.entity_by_ref(&Caller::Guest, &entity_ref, None).await.ok()?;
        Some(serde_json::from_slice(&bytes).expect("JSON"))
    }

    /// Waits until exactly these problems are listed, each told by a part of its message.
    async fn expect_problems(&self, expected: &[&str]) {
        let fits = |(problem, part): (&Problem, &&str)| problem.message.contains(*part);
        let mut problems = Vec::new();
        let all_fit = async {
            loop {
                problems = self.problems().await;
                if problems.len() == expected.len() && problems.iter().zip(expected).all(fits) {
                    return;
                }
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        let in_time = tokio::time::timeout(PATIENCE, all_fit).await.is_ok();
        assert!(in_time, "the problems should be {expected:?}, but are {problems:#?}");
    }

    async fn expect_owner(&self, name: &str, owner: Option<&str>) {
        eventually(&format!("{name} to be owned by {owner:?}"), PATIENCE, || async {
            let entity = self.entity(name).await;
            (entity.as_ref().and_then(|entity| entity["spec"]["owner"].as_str()) == owner).then_some(())
        })
        .await;
    }
}

/// A folder with one group, so that owners exist.
fn folder() -> TempDir {
    let folder = TempDir::new().expect("a folder");
    let groups = ["one", "two", "three"].map(|name| {
        format!("---\napiVersion: backstage.io/v1alpha1\nkind: Group\nmetadata: {{ name: {name} }}\nspec: {{ type: team, children: [] }}\n")
    });
    write(folder.path(), "groups", &groups.concat());
    folder
}

fn descriptor(folder: &Path, name: &str) -> PathBuf {
    folder.join(name).join("catalog-info.yaml")
}

fn write(folder: &Path, name: &str, text: &str) {
    let path = descriptor(folder, name);
    std::fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
    std::fs::write(path, text).expect("written");
}

fn component(name: &str, owner: &str) -> String {
    format!(
        "---\napiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata:\n  name: {name}\nspec:\n  type: service\n  \
         lifecycle: production\n  owner: {owner}\n"
    )
}

testkit::on_both_engines! {
    async fn problems_that_change_no_entity_come_and_go(db: Database) {
        let folder = folder();
        let folder = folder.path();
        write(folder, "a", &component("a", "one"));
        let running = Running::start(&db, folder).await;
        running.expect_problems(&[]).await;

        write(folder, "broken", "kind: [\n");
        running.expect_problems(&["not valid YAML"]).await;
        std::fs::remove_dir_all(folder.join("broken")).expect("removed");
        running.expect_problems(&[]).await;

        write(folder, "b", &component("a", "two"));
        running.expect_problems(&["is already described in"]).await;
        running.expect_owner("a", Some("one")).await;
        // The first gives the entity up; the second has waited for it.
        write(folder, "a", &component("other", "three"));
        running.expect_owner("a", Some("two")).await;
        running.expect_owner("other", Some("three")).await;
        running.expect_problems(&[]).await;
    }

    async fn a_broken_file_keeps_what_it_brought_until_it_is_mended(db: Database) {
        let folder = folder();
        let folder = folder.path();
        let good = component("a", "one") + &component("b", "one");
        write(folder, "x", &good);
        let running = Running::start(&db, folder).await;

        write(folder, "x", &good.replace("owner: one", "owner: [one]"));
        let marked = |name: &'static str| {
            let running = &running;
            async move {
                let entity = running.entity(name).await?;
                entity["status"]["items"].as_array().map(|items| items.len())
            }
        };
        for name in ["a", "b"] {
            let items = eventually("a mark", PATIENCE, || marked(name)).await;
            assert_eq!(items, 1, "{name} has its own problem, not that of the other");
        }
        write(folder, "x", &good.replace("owner: one", "owner: two"));
        for name in ["a", "b"] {
            running.expect_owner(name, Some("two")).await;
            let mended = || async { marked(name).await.is_none().then_some(()) };
            eventually("no mark", PATIENCE, mended).await;
        }
        std::fs::remove_dir_all(folder.join("x")).expect("removed");
        running.expect_owner("a", None).await;
    }

    async fn any_steps_lead_to_the_catalog_of_the_files(db: Database) {
        const STEPS: u32 = 40;
        let mut random = Random::from_variable("PORTICO_FILES_SEED");
        let seed = random.seed();
        let folder = folder();
        let folder = folder.path();
        let running = Running::start(&db, folder).await;
        for step in 0..STEPS {
            let edits = 1 + random.below(3);
            for _ in 0..edits {
                edit(folder, &mut random);
            }
            let expected = Running::fresh(folder).await;
            let mut last = None;
            let same = async {
                loop {
                    let seen = running.seen().await;
                    if seen == expected {
                        return;
                    }
                    last = Some(seen);
                    tokio::time::sleep(Duration::from_millis(20)).await;
                }
            };
            if tokio::time::timeout(PATIENCE, same).await.is_err() {
                panic!("after step {step} (repeat with PORTICO_FILES_SEED={seed}) the catalog is\n{last:#?}\nbut the files say\n{expected:#?}");
            }
        }
    }
}

/// Writes, rewrites, renames or removes a file that describes some of eight components.
fn edit(folder: &Path, random: &mut Random) {
    let file = format!("f{}", random.below(5));
    let path = folder.join(&file);
    match random.below(10) {
        0 if path.exists() => std::fs::remove_dir_all(path).expect("removed"),
        1 if path.exists() => {
            let to = folder.join(format!("f{}", random.below(5)));
            if !to.exists() {
                std::fs::rename(path, to).expect("renamed");
            }
        }
        _ => {
            let mut text = String::new();
            for _ in 0..=random.below(3) {
                let owner = ["one", "two", "three", "nobody"][random.below(4) as usize];
                // Of one name twice in a file the first counts, which is a problem of its own.
                let _always_ok = write!(text, "{}", component(&format!("c{}", random.below(8)), owner));
            }
            // As editors do it, or in place.
            if random.below(2) == 0 && path.exists() {
                let beside = path.join("catalog-info.yaml~");
                std::fs::write(&beside, text).expect("written");
                std::fs::rename(beside, path.join("catalog-info.yaml")).expect("replaced");
            } else {
                write(folder, &file, &text);
            }
        }
    }
}
