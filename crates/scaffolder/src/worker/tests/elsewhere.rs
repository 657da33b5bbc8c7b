//! A run that publishes to GitHub, pushes to a Git server, asks a service and registers, killed again and again: each of them
//! shows its effect once, and the same as a run that nobody disturbed.

use std::collections::BTreeSet;

use axum::Router;
use axum::http::HeaderMap;
use integrations::{Config as Network, Integrations, ReadingAllow};
use model::EntityRef;
use platform::database::Database;
use testkit::Random;

use super::kill::work_and_die;
use super::*;
use crate::action::Initiator;
use crate::actions::{Catalog, Reach, Registration, all};
use crate::peers::git::Server;
use crate::peers::github::Peer;

/// Kills of the test, on each engine.
const KILLS: u32 = 100;

/// What is written to.
struct Elsewhere {
    github: Peer,
    git: Server,
    service: String,
    /// Accounts by the key of the request that made them.
    accounts: Arc<Mutex<BTreeMap<String, String>>>,
    /// How often requests for accounts came.
    asked: Arc<AtomicU32>,
    registered: Arc<Registered>,
}

/// A catalog as a step knows it: addresses that are there once.
#[derive(Default)]
struct Registered(Mutex<BTreeSet<String>>);

impl Catalog for Registered {
    fn entities<'a>(
        &'a self,
        _: &'a Initiator,
        references: &'a [EntityRef],
    ) -> BoxFuture<'a, Result<Vec<Option<Value>>, ActionError>> {
        std::future::ready(Ok(vec![None; references.len()])).boxed()
    }

    fn register<'a>(
        &'a self,
        _: &'a Initiator,
        address: &'a str,
    ) -> BoxFuture<'a, Result<Registration, ActionError>> {
        let existed = !self.0.lock().insert(address.to_owned());
        let entities = EntityRef::parse("component:default/shop").into_iter().collect();
        std::future::ready(Ok(Registration { entities, existed })).boxed()
    }
}

impl Elsewhere {
    async fn start() -> Self {
        let (accounts, asked) =
            (Arc::<Mutex<BTreeMap<String, String>>>::default(), Arc::<AtomicU32>::default());
        let (kept, count) = (accounts.clone(), asked.clone());
        let open = move |headers: HeaderMap, body: String| {
            count.fetch_add(1, Ordering::SeqCst);
            let key = headers.get("idempotency-key").and_then(|key| key.to_str().ok()).expect("a key");
            let mut kept = kept.lock();
            let number = kept.len();
            let account = kept.entry(key.to_owned()).or_insert_with(|| format!("{body} {number}")).clone();
            std::future::ready(axum::Json(json!({ "account": account })))
        };
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let service = listener.local_addr().expect("an address").to_string();
        let router = Router::new().fallback(open);
        tokio::spawn(async move { axum::serve(listener, router).await });
        let (github, git) = (Peer::start(&[]).await, Server::start(&[]).await);
        Self { github, git, service, accounts, asked, registered: Arc::default() }
    }

    /// What one process has.
    fn tools(&self, bench: &Bench) -> Tools {
        let network = Network {
            github: vec![self.github.integration()],
            git: vec![self.git.allowed()],
            requests: vec![ReadingAllow { host: self.service.clone(), paths: None }],
            ..Network::default()
        };
        let reach = Arc::new(Reach::new(Integrations::new(&network).expect("a network"), Vec::new()));
        let catalog: Arc<dyn Catalog> = Arc::<Registered>::clone(&self.registered);
        Tools {
            registry: Arc::new(Registry::new(all(&reach, &catalog, &bench.notifier())).expect("actions")),
            ..bench.tools()
        }
    }

    fn spec(&self, name: &str) -> Value {
        let entity = json!({ "apiVersion": "backstage.io/v1alpha1", "kind": "Component", "metadata": { "name": "shop" } });
        json!({
            "steps": [
                { "id": "write", "action": "catalog:write", "input": { "entity": entity } },
                { "id": "publish", "action": "publish:github", "input": {
                    "repoUrl": self.github.repo_url(name), "defaultBranch": "main", "topics": ["shop"] } },
                { "id": "push", "action": "git:publish", "input": { "remoteUrl": self.git.remote(name) } },
                { "id": "account", "action": "http:request", "input": {
                    "method": "POST", "url": format!("http://{}/accounts", self.service), "body": name,
                    "headers": { "idempotency-key": "${{ context.task.id }}" } } },
                { "id": "register", "action": "catalog:register", "input": {
                    "repoContentsUrl": "${{ steps.publish.output.repoContentsUrl }}" } },
            ],
            "output": { "code": "${{ steps.account.output.code }}", "entity": "${{ steps.register.output.entityRef }}" },
        })
    }

    /// Starts a run for something of this name.
    async fn run(&self, bench: &Bench, name: &str) -> String {
        self.git.add(&format!("team/{name}"));
        bench.start(self.spec(name)).await
    }

    /// Works until nothing is due any more.
    async fn work(&self, bench: &Bench) {
        let tools = self.tools(bench);
        while bench.attempt_once(&tools).await {}
    }

    /// What a run left, without what differs from one to the other.
    async fn left(&self, bench: &Bench, id: &str, name: &str) -> Value {
        let row = bench.row(id).await;
        let registered =
            self.registered.0.lock().iter().filter(|address| address.contains(&format!("/{name}/"))).count();
        let accounts =
            self.accounts.lock().values().filter(|account| account.starts_with(&format!("{name} "))).count();
        let branches = self.git.git(name, &["for-each-ref", "--format=%(refname)"]);
        // Where a run made no branch, what it says of itself tells why.
        let tree = (!branches.is_empty()).then(|| self.git.git(name, &["ls-tree", "-r", "main"]));
        json!({
            "state": row.state().expect("a state").name(),
            "error": row.error,
            "output": row.output,
            "steps": bench.steps(id).await,
            "github": self.github.state(name).await,
            "commits": self.git.git(name, &["log", "--all", "--format=%an %s %P"]),
            "tree": tree,
            "branches": branches,
            "accounts": accounts,
            "registered": registered,
        })
    }
}

/// Waits until an event of this number is written.
pub(super) async fn written(bench: &Bench, id: &str, event: i64) {
    while store::standing(&bench.database, id).await.unwrap().unwrap().1 <= event {
        tokio::task::yield_now().await;
    }
}

testkit::on_both_engines! {
    async fn what_a_killed_run_does_elsewhere_is_done_once(db: Database) {
        let mut random = Random::from_variable("PORTICO_KILL_SEED");
        let seed = random.seed();
        println!("seed {seed}; PORTICO_KILL_SEED={seed} repeats this run");
        let elsewhere = Elsewhere::start().await;
        let bench = Bench::new(db.clone()).await;
        let begun = Instant::now();
        let id = elsewhere.run(&bench, "undisturbed").await;
        elsewhere.work(&bench).await;
        let micros = |begun: Instant| u64::try_from(begun.elapsed().as_micros()).expect("not so long");
        let mut whole = micros(begun);
        let expected = elsewhere.left(&bench, &id, "undisturbed").await;
        assert_eq!((&expected["state"], &expected["accounts"], &expected["registered"]), (&json!("completed"), &json!(1), &json!(1)), "{expected:#}");
        let (mut kills, mut runs, mut interrupted) = (0, 0, BTreeMap::<String, u32>::new());
        // One kill behind each event that is written, steps that begin and end among them; then at any moment.
        let mut event = Some(1);
        while kills < KILLS {
            runs += 1;
            assert!(runs < 3 * KILLS, "{kills} kills in {runs} runs (seed {seed})");
            let name = format!("run-{runs}");
            let bench = Bench::new(db.clone()).await;
            let id = elsewhere.run(&bench, &name).await;
            // Fewer processes are killed than make the run count as what ends them.
            for process in 0..if event.is_some() { 1 } else { 5 } {
                let tools = elsewhere.tools(&bench);
                let Some(claimed) = take(&tools, "killed").await.unwrap() else { break };
                let die = async {
                    match event {
                        Some(event) => written(&bench, &id, event).await,
                        None => tokio::time::sleep(Duration::from_micros(random.below(whole))).await,
                    }
                };
                let begun = Instant::now();
                if work_and_die(&bench, tools, claimed, die).await {
                    kills += 1;
                    let steps = store::steps(&bench.database, &id).await.unwrap();
                    let at = steps.iter().find(|step| step.ended_at.is_none());
                    *interrupted.entry(at.map_or("between steps", |step| &step.id).to_owned()).or_default() += 1;
                    event = event.map(|event| event + 1);
                } else {
                    event = None;
                    // The machine may have less to do than at first: later kills shall still meet runs.
                    whole = if process == 0 { micros(begun) } else { whole };
                }
            }
            elsewhere.work(&bench).await;
            assert_eq!(elsewhere.left(&bench, &id, &name).await, expected, "{name} after {kills} kills (seed {seed})");
        }
        let asked = elsewhere.asked.load(Ordering::SeqCst);
        println!("{kills} kills in {runs} runs: {interrupted:?}; {asked} requests for accounts");
    }
}
