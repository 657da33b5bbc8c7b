//! A portal of templates and runs alone.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::extract::{OriginalUri, Request};
use axum::http::{HeaderMap, Method};
use axum::middleware::{self, Next};
use axum::response::Response;
use catalog::Catalog;
use futures::FutureExt as _;
use futures::future::BoxFuture;
use platform::access::{Caller, Policy, PolicyConfig};
use platform::database::Database;
use platform::feed::Feed;
use platform::http::complete_error;
use platform::keyring::Keyring;
use platform::notify::{NoNotifier, Notifier};
use reqwest::StatusCode;
use scaffolder::action::{About, Action, ActionError, Done, Invocation, Registry, Repeat};
use scaffolder::actions::Reach;
use scaffolder::expression::Failures;
use scaffolder::{Config, Parts, Scaffolder, Settings};
use sea_orm::{ConnectionTrait as _, Statement};
use serde_json::{Map, Value, json};
use tempfile::TempDir;
use testkit::eventually;
use tokio::net::TcpListener;

const CATALOG: &str = include_str!("catalog.yaml");

/// Longest that anything here may take.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);

/// What the actions of a test did.
#[derive(Default)]
pub(crate) struct World {
    pub(crate) seen: Mutex<Vec<String>>,
    pub(crate) open: tokio::sync::Notify,
}

struct TestAction {
    about: About,
    world: Arc<World>,
}

impl Action for TestAction {
    fn about(&self) -> &About {
        &self.about
    }

    fn run<'a>(&'a self, invocation: Invocation<'a>) -> BoxFuture<'a, Result<Done, ActionError>> {
        async move {
            let Invocation { step, input, journal, initiator, .. } = invocation;
            let mut output = input.clone();
            self.world
                .seen
                .lock()
                .expect("not poisoned")
                .push(format!("{step} {}", Value::Object(input.clone())));
            match self.about.id.as_str() {
                "test:hold" => self.world.open.notified().await,
                "test:fail" => return Err(ActionError::new("It broke. Mend it, and retry.")),
                // Fails the first time, and is done the second.
                "test:mend" => {
                    let failed = |error: platform::Error| ActionError::new(error.to_string());
                    if journal.kept(step, "failed").await.map_err(failed)?.is_none() {
                        journal.keep(step, "failed", true.into()).await.map_err(failed)?;
                        return Err(ActionError::new("It broke. Mend it, and retry."));
                    }
                }
                "test:talk" => {
                    for number in 1..=input["lines"].as_u64().unwrap_or_default() {
                        journal.log(Some(step), &format!("line {number}")).await.expect("it is written");
                    }
                }
                "test:who" => {
                    output = Map::from_iter([("who".to_owned(), json!(initiator.user))]);
                }
                _ => {}
            }
            Ok(Done::Output(output))
        }
        .boxed()
    }
}

/// What a test wants to be otherwise.
#[derive(Default)]
pub(crate) struct Options {
    pub(crate) permissions: bool,
    /// Whether who does not sign in may not even read.
    pub(crate) keeps_guests_out: bool,
    /// What becomes of expressions that fail.
    pub(crate) failures: Failures,
    pub(crate) config: Config,
    pub(crate) network: integrations::Config,
    /// Documents that the catalog has in addition.
    pub(crate) documents: &'static str,
}

pub(crate) struct Portal {
    address: String,
    client: reqwest::Client,
    pub(crate) scaffolder: Scaffolder,
    pub(crate) world: Arc<World>,
    pub(crate) keyring: Keyring,
    pub(crate) catalog: Catalog,
    pub(crate) database: Database,
    folder: TempDir,
}

impl Portal {
    pub(crate) async fn new(database: &Database) -> Self {
        Self::with(database, Options::default()).await
    }

    pub(crate) async fn with(database: &Database, options: Options) -> Self {
        let folder = TempDir::new().expect("a folder");
        let documents = [CATALOG, options.documents].concat();
        std::fs::write(folder.path().join("catalog-info.yaml"), documents).expect("written");
        let migrations = catalog::migrations().into_iter().chain(scaffolder::migrations());
        database.migrate(migrations.collect()).await.expect("the migrations apply");
        let settings = catalog::Settings {
            config: catalog::Config::default(),
            paths: vec![folder.path().to_owned()],
            base: folder.path().to_owned(),
            interval: None,
            network: integrations::Config::default(),
            checks: catalog::reading::Checks::default(),
        };
        let policy = Policy::new(PolicyConfig { permission_enabled: options.permissions });
        let feed = Feed::new(database);
        let catalog =
            Catalog::open(&settings, database.clone(), feed.clone(), policy).await.expect("a catalog");
        let log = database.clone();
        let followed = feed.clone();
        tokio::spawn(async move { followed.follow(|| catalog::store::newest_seq(&log)).await });
        eventually("the first pass", PATIENCE, || async { catalog.is_ready().then_some(()) }).await;
        let (world, keyring) = (Arc::default(), Keyring::random().expect("a key"));
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = format!("http://{}", listener.local_addr().expect("an address"));
        let parts = Parts {
            database: database.clone(),
            feed,
            catalog: catalog.clone(),
            policy,
            keyring: keyring.clone(),
            registry: registry(&world, &keyring, &address),
            reach: reach(&options.network),
            notifier: notifier(),
        };
        let settings = settings_of(options.config, &address, &folder);
        let lets_guests_in = !options.keeps_guests_out;
        let options = scaffolder::execution::Options { failures: options.failures, ..Default::default() };
        let settings = Settings { lets_guests_in, options, ..settings };
        let scaffolder = Scaffolder::open(settings, parts);
        serve(listener, scaffolder.clone());
        let client = reqwest::Client::builder().no_proxy().build().expect("a client");
        Self { address, client, scaffolder, world, keyring, catalog, database: database.clone(), folder }
    }

    /// Another process on the same database, which works as this one does and listens nowhere.
    pub(crate) fn another(&self, database: &Database) -> Scaffolder {
        let feed = Feed::new(database);
        let (log, followed) = (database.clone(), feed.clone());
        tokio::spawn(async move { followed.follow(|| catalog::store::newest_seq(&log)).await });
        let parts = Parts {
            database: database.clone(),
            feed,
            catalog: self.catalog.clone(),
            policy: Policy::default(),
            keyring: self.keyring.clone(),
            registry: registry(&self.world, &self.keyring, &self.address),
            reach: reach(&integrations::Config::default()),
            notifier: notifier(),
        };
        Scaffolder::open(settings_of(Config::default(), &self.address, &self.folder), parts)
    }

    /// Sends a request as somebody; status and JSON.
    pub(crate) async fn send(
        &self,
        who: &str,
        method: Method,
        path: &str,
        body: Option<&Value>,
    ) -> (StatusCode, Value) {
        let mut request =
            self.client.request(method, format!("{}{path}", self.address)).header("x-test-caller", who);
        if let Some(body) = body {
            request = request.json(body);
        }
        let response = request.send().await.expect("an answer");
        let status = response.status();
        let text = response.text().await.expect("a body");
        let body = if text.is_empty() {
            Value::Null
        } else {
            serde_json::from_str(&text).unwrap_or_else(|error| panic!("{path}: {error}: {text}"))
        };
        (status, body)
    }

    pub(crate) async fn get(&self, who: &str, path: &str) -> (StatusCode, Value) {
        self.send(who, Method::GET, path, None).await
    }

    pub(crate) async fn post(&self, who: &str, path: &str, body: &Value) -> (StatusCode, Value) {
        self.send(who, Method::POST, path, Some(body)).await
    }

    /// A request that is not of JSON.
    pub(crate) fn request(&self, who: &str, method: Method, path: &str) -> reqwest::RequestBuilder {
        self.client.request(method, format!("{}{path}", self.address)).header("x-test-caller", who)
    }

    pub(crate) fn address(&self) -> &str {
        &self.address
    }

    /// Starts a run of a template; its id.
    pub(crate) async fn start(&self, who: &str, template: &str, values: Value) -> String {
        let body = json!({ "templateRef": format!("template:default/{template}"), "values": values });
        let (status, created) = self.post(who, "/api/scaffolder/v2/tasks", &body).await;
        assert_eq!(status, StatusCode::CREATED, "{created}");
        created["id"].as_str().expect("an id").to_owned()
    }

    /// The run as we tell of it.
    pub(crate) async fn run(&self, id: &str) -> Value {
        let (status, run) = self.get("service", &format!("/api/portico/scaffolder/tasks/{id}")).await;
        assert_eq!(status, StatusCode::OK, "{run}");
        run
    }

    /// Waits until a run is in a state; the run then.
    pub(crate) async fn reaches(&self, id: &str, state: &str) -> Value {
        eventually(&format!("the run to be {state}"), PATIENCE, || async {
            let run = self.run(id).await;
            (run["state"] == state).then_some(run)
        })
        .await
    }

    /// The first column of what a query finds.
    pub(crate) async fn rows(&self, sql: &str) -> Vec<String> {
        let database = self.database.reader();
        let statement = Statement::from_string(database.get_database_backend(), sql);
        let rows = database.query_all_raw(statement).await.expect("rows");
        rows.iter().map(|row| row.try_get_by_index(0).expect("a text")).collect()
    }

    pub(crate) fn seen(&self) -> Vec<String> {
        self.world.seen.lock().expect("not poisoned").clone()
    }
}

fn settings_of(config: Config, address: &str, folder: &TempDir) -> Settings {
    let working_directory = Some(folder.path().join("work"));
    Settings { config, base_url: address.to_owned(), working_directory, ..Settings::default() }
}

/// Notifications are tested where they are made; a run goes on without them.
fn notifier() -> Arc<dyn Notifier> {
    Arc::new(NoNotifier)
}

fn reach(network: &integrations::Config) -> Arc<Reach> {
    let network = integrations::Integrations::new(network).expect("integrations");
    Arc::new(Reach::new(network, Vec::new()))
}

fn registry(world: &Arc<World>, keyring: &Keyring, address: &str) -> Registry {
    let action = |(id, repeat): (&str, Repeat)| {
        let about = About {
            id: if id.contains(':') { id.to_owned() } else { format!("test:{id}") },
            description: format!("Does {id}."),
            input: json!({ "type": "object" }),
            output: json!({ "type": "object" }),
            examples: Vec::new(),
            dry_run: false,
            repeat,
        };
        Arc::new(TestAction { about, world: world.clone() }) as Arc<dyn Action>
    };
    let safe =
        ["echo", "hold", "fail", "mend", "talk", "who", "catalog:register"].map(|id| (id, Repeat::Safe));
    let actions = safe.into_iter().chain([("blind", Repeat::Ask)]).map(action);
    Registry::new(actions.chain(scaffolder::wait::actions(keyring, address, &notifier()))).expect("actions")
}

fn serve(listener: TcpListener, scaffolder: Scaffolder) {
    let (router, _) = scaffolder::routes(scaffolder).split_for_parts();
    let router = router.layer(middleware::from_fn(edge));
    tokio::spawn(async move { axum::serve(listener, router).await });
}

/// What the edge of the server does: who asks, and errors.
async fn edge(OriginalUri(uri): OriginalUri, method: Method, mut request: Request, next: Next) -> Response {
    let caller = caller(request.headers());
    request.extensions_mut().insert(caller);
    complete_error(next.run(request).await, "a request", &method, &uri)
}

fn caller(headers: &HeaderMap) -> Caller {
    let who = headers.get("x-test-caller").and_then(|who| who.to_str().ok()).unwrap_or_default();
    let groups: BTreeMap<&str, &str> =
        [("bob", "group:default/platform"), ("ada", "group:default/shop")].into();
    match who {
        "" | "nobody" => Caller::Nobody,
        "guest" => Caller::Guest,
        "service" => Caller::Service { subject: "external:ci".to_owned() },
        name => Caller::User {
            entity_ref: format!("user:default/{name}"),
            groups: groups.get(name).map(|group| (*group).to_owned()).into_iter().collect(),
        },
    }
}
