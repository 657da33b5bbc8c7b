//! Tests of templates that are read from a folder, by a catalog with nothing else in it.

use platform::access::{Policy, PolicyConfig};
use platform::database::{Database, DatabaseConfig};
use platform::feed::Feed;
use tempfile::TempDir;
use testkit::eventually;

use super::*;
use crate::dry_run::tests::registry;

const PATIENCE: Duration = Duration::from_secs(20);
const TEMPLATE: &str = r"
apiVersion: scaffolder.backstage.io/v1beta3
kind: Template
metadata: { name: note }
spec:
  type: note
  parameters: { properties: { name: { type: string } } }
  steps:
    - { id: fetch, action: fetch:template, input: { url: ./skeleton, values: { name: '${{ parameters.name }}' } } }
";

struct Bench {
    testing: Testing,
    folder: TempDir,
}

impl Bench {
    /// A catalog of this folder, which looks at it when it is told to.
    async fn new(files: &[(&str, &str)]) -> Self {
        let folder = TempDir::new().unwrap();
        for (path, content) in files {
            write(&folder, path, content);
        }
        let database = Database::connect(&DatabaseConfig::SqliteMemory).await.unwrap();
        database.migrate(catalog::migrations()).await.unwrap();
        let settings = catalog::Settings {
            config: catalog::Config::default(),
            paths: vec![folder.path().to_owned()],
            base: folder.path().to_owned(),
            interval: None,
            network: integrations::Config::default(),
            checks: catalog::reading::Checks::default(),
        };
        let policy = Policy::new(PolicyConfig { permission_enabled: false });
        let catalog = Catalog::open(&settings, database.clone(), Feed::new(&database), policy).await.unwrap();
        eventually("the first pass", PATIENCE, || async { catalog.is_ready().then_some(()) }).await;
        let network = integrations::Integrations::new(&integrations::Config::default()).unwrap();
        let testing = Testing {
            catalog,
            reach: Arc::new(Reach::new(network, Vec::new())),
            registry: Arc::new(registry()),
            results: Arc::default(),
        };
        Self { testing, folder }
    }

    /// What is known after a look.
    async fn look(&self, at: Instant) -> Option<Arc<TestReport>> {
        self.testing.round(at).await.unwrap();
        self.testing.results.of("template:default/note")
    }
}

fn write(folder: &TempDir, path: &str, content: &str) {
    let path = folder.path().join(path);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, content).unwrap();
}

fn numbers(report: &Option<Arc<TestReport>>) -> Option<(usize, usize, usize)> {
    report.as_ref().map(|report| (report.total(), report.failed(), report.unreadable()))
}

const TESTS: &str = "name: Good\nvalues: { name: rail }\nexpect: { files: { a.txt: rail } }\n---\nname: Bad\nexpect: { files: { b.txt: '' } }\n";

#[tokio::test]
async fn what_lies_beside_a_template_is_tested_when_it_changed() {
    let bench = Bench::new(&[
        ("catalog-info.yaml", TEMPLATE),
        ("skeleton/a.txt", "${{ values.name }}"),
        ("tests/a.yaml", TESTS),
    ])
    .await;
    let start = Instant::now();
    let first = bench.look(start).await;
    assert_eq!(numbers(&first), Some((2, 1, 0)));
    let wrong = &first.as_ref().unwrap().files[0].tests.as_ref().unwrap()[1];
    assert!(wrong.name == "Bad" && wrong.wrong[0].contains("b.txt is not there"), "{wrong:?}");

    write(&bench.folder, "skeleton/a.txt", "never ${{ values.name }}");
    let soon = bench.look(start + LOCAL / 2).await;
    assert!(Arc::ptr_eq(&soon.unwrap(), first.as_ref().unwrap()), "files are not read at every change");
    let later = bench.look(start + LOCAL).await;
    assert_eq!(numbers(&later), Some((2, 2, 0)));
    let unchanged = bench.look(start + 3 * LOCAL).await;
    assert!(Arc::ptr_eq(&unchanged.unwrap(), &later.unwrap()), "what is as it was is not run again");

    std::fs::remove_dir_all(bench.folder.path().join("tests")).unwrap();
    assert_eq!(bench.look(start + 5 * LOCAL).await, None, "a template without tests has no result");
}

#[tokio::test]
async fn a_file_that_can_t_be_read_is_told_beside_what_the_others_say() {
    let bench = Bench::new(&[
        ("catalog-info.yaml", TEMPLATE),
        ("skeleton/a.txt", "${{ values.name }}"),
        ("tests/a.yaml", TESTS),
        ("tests/b.yaml", "name: [\n"),
        ("tests/c.yml", "expects: {}\n"),
        ("tests/d.yml", "name: Bare\nexpect: {}\n"),
    ])
    .await;
    let report = bench.look(Instant::now()).await;
    assert_eq!(numbers(&report), Some((3, 1, 2)));
    let told = format!("{:?}", report.unwrap().files[2].tests);
    assert!(told.contains("Is expect meant?"), "{told}");
}

#[tokio::test(flavor = "multi_thread")]
async fn another_entity_is_tested_at_once() {
    let bench = Bench::new(&[
        ("catalog-info.yaml", TEMPLATE),
        ("skeleton/a.txt", "${{ values.name }}"),
        ("tests/a.yaml", "name: Good\nvalues: { name: rail }\nexpect: { files: { a.txt: rail } }\n"),
    ])
    .await;
    let start = Instant::now();
    assert_eq!(numbers(&bench.look(start).await), Some((1, 0, 0)));
    write(&bench.folder, "catalog-info.yaml", &TEMPLATE.replace("./skeleton", "./elsewhere"));
    let note = EntityRef::parse("template:default/note").unwrap();
    bench.testing.catalog.refresh(&portal(), &note).await.unwrap();
    assert_eq!(numbers(&bench.look(start).await), Some((1, 1, 0)));

    std::fs::remove_file(bench.folder.path().join("catalog-info.yaml")).unwrap();
    bench.testing.catalog.refresh(&portal(), &note).await.unwrap();
    eventually("the template to be gone", PATIENCE, || async {
        bench.look(start).await.is_none().then_some(())
    })
    .await;
}
