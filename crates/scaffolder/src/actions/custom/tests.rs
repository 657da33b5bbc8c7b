use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use axum::response::{IntoResponse as _, Response};
use integrations::{Config, Integrations, ReadingAllow};
use serde_json::{Map, Value, json};

use super::*;
use crate::action::{Base, Initiator, Registry, Repeat};
use crate::dry_run::{DryRun, Memory, dry_run};
use crate::execution::{Environment, Options};
use crate::template::{Template, check};
use crate::workspace::Workspace;

const EXAMPLE: &str = include_str!("../../../../../examples/actions/provision-cloud-account.yaml");
const TOKEN: &str = "hunter2hunter2";

/// An account service: it makes one account for each key, and tells its state when it is asked.
#[derive(Default)]
struct Service {
    /// The keys of requests in the order in which they came, each time.
    asked: Vec<String>,
    /// The keys for which there is an account.
    accounts: BTreeSet<String>,
    /// What was sent.
    bodies: Vec<Value>,
    /// What it says to the looks at an account, one after the other; `ready` behind that.
    says: Vec<&'static str>,
    /// Addresses that were looked at.
    looks: Vec<String>,
}

impl Service {
    fn answer(&mut self, method: &Method, uri: &Uri, headers: &HeaderMap, body: &Bytes) -> Response {
        let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
        if header("authorization") != format!("Bearer {TOKEN}") {
            return (StatusCode::UNAUTHORIZED, format!("not {}", header("authorization"))).into_response();
        }
        if method == Method::POST {
            let key = header("idempotency-key").to_owned();
            self.asked.push(key.clone());
            let sent: Value = serde_json::from_slice(body).unwrap();
            if sent["team"] == "poor" {
                return (StatusCode::PAYMENT_REQUIRED, format!("no budget, {TOKEN}")).into_response();
            }
            self.bodies.push(sent);
            self.accounts.insert(key);
            return (StatusCode::ACCEPTED, axum::Json(json!({ "id": "acc/1", "state": "pending" })))
                .into_response();
        }
        self.looks.push(uri.path().to_owned());
        let said = if self.says.is_empty() { "ready" } else { self.says.remove(0) };
        match said {
            "away" => StatusCode::SERVICE_UNAVAILABLE.into_response(),
            "nothing" => axum::Json(json!({ "state": "ready" })).into_response(),
            state => axum::Json(json!({
                "state": state, "accountId": "123456789012", "roleArn": "arn:aws:iam::123456789012:role/shop",
            }))
            .into_response(),
        }
    }
}

/// The example beside a service on this machine.
struct Bench {
    service: Arc<Mutex<Service>>,
    action: Arc<dyn Action>,
    workspace: Workspace,
    journal: Memory,
    _folder: tempfile::TempDir,
}

impl Bench {
    async fn new(says: &[&'static str]) -> Self {
        Self::of(EXAMPLE, says).await
    }

    async fn of(example: &str, says: &[&'static str]) -> Self {
        let service = Arc::new(Mutex::new(Service { says: says.to_vec(), ..Service::default() }));
        let host = serve(&service).await;
        let folder = tempfile::tempdir().unwrap();
        let text = example.replace("https://accounts.moonrail.example", &format!("http://{host}"));
        let file = folder.path().join("account.yaml");
        std::fs::write(&file, text).unwrap();
        let allow = vec![ReadingAllow { host, paths: Some(vec!["/v1/".to_owned()]) }];
        let action = load(&[folder.path().to_owned()], allow).unwrap().remove(0);
        let workspace = Workspace::open(folder.path().join("run")).unwrap();
        Self { service, action, workspace, journal: Memory::new("run-1"), _folder: folder }
    }

    async fn run(&self, input: Value) -> Result<Done, String> {
        self.run_in(&self.journal, input).await
    }

    async fn run_in(&self, journal: &Memory, input: Value) -> Result<Done, String> {
        let Value::Object(input) = input else { panic!("{input}") };
        let base = Base::File("template.yaml".into());
        let invocation = Invocation {
            step: "account",
            input,
            workspace: &self.workspace,
            journal,
            initiator: &Initiator::default(),
            template: "template:default/one",
            base: &base,
            dry_run: false,
        };
        self.action.run(invocation).await.map_err(|error| journal.mask().text(&error.message))
    }

    fn log(&self) -> String {
        self.journal.log_lines().iter().map(|line| line.message.clone() + "\n").collect()
    }
}

async fn serve(service: &Arc<Mutex<Service>>) -> String {
    let service = Arc::clone(service);
    let answer = move |method: Method, uri: Uri, headers: HeaderMap, body: Bytes| async move {
        service.lock().unwrap().answer(&method, &uri, &headers, &body)
    };
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let host = listener.local_addr().unwrap().to_string();
    tokio::spawn(async move { axum::serve(listener, Router::new().fallback(answer)).await });
    host
}

fn secrets() -> Secrets {
    Secrets::from([("accountsToken".to_owned(), TOKEN.to_owned().into())])
}

fn load(paths: &[PathBuf], requests: Vec<ReadingAllow>) -> Result<Vec<Arc<dyn Action>>, DocumentError> {
    let config = Config { requests, ..Config::default() };
    let reach = Arc::new(Reach::new(Integrations::new(&config).unwrap(), Vec::new()));
    custom(paths, &secrets(), &reach)
}

fn wanted() -> Value {
    json!({ "serviceName": "shop", "environment": "dev", "teamId": "payments" })
}

fn account() -> Map<String, Value> {
    let account = json!({ "accountId": "123456789012", "roleArn": "arn:aws:iam::123456789012:role/shop" });
    account.as_object().cloned().unwrap()
}

#[tokio::test]
async fn an_account_is_asked_for_once_and_waited_for() {
    let bench = Bench::new(&["pending", "away"]).await;
    assert_eq!(bench.action.repeat(&Map::new()), Repeat::Safe, "it sends a key");
    for look in 1..=2 {
        let done = bench.run(wanted()).await;
        let Ok(Done::Wait(wait)) = done else { panic!("look {look}: {done:?}") };
        assert_eq!(wait.again_in, Some(Duration::from_secs(5)));
        assert_eq!(wait.reason, "internal:provision-cloud-account to be done");
    }
    assert_eq!(bench.run(wanted()).await, Ok(Done::Output(account())));
    let service = bench.service.lock().unwrap();
    assert_eq!((service.asked.len(), service.accounts.len(), service.looks.len()), (1, 1, 3));
    assert_eq!(service.bodies, [json!({ "name": "shop-dev", "environment": "dev", "team": "payments" })]);
    assert!(service.looks.iter().all(|path| path == "/v1/accounts/acc%2F1"), "{:?}", service.looks);
    assert!(!bench.log().contains(TOKEN), "{}", bench.log());
    assert!(bench.log().contains("answered 202 Accepted"), "{}", bench.log());
}

#[tokio::test]
async fn a_step_that_was_interrupted_sends_the_same_key() {
    let bench = Bench::new(&["pending"]).await;
    bench.run(wanted()).await.unwrap();
    // The process ended before it wrote anything down: nothing is kept, and the run is the same one.
    let anew = Memory::new("run-1");
    assert_eq!(bench.run_in(&anew, wanted()).await, Ok(Done::Output(account())));
    // Another run is another account.
    let other = Memory::new("run-2");
    assert_eq!(bench.run_in(&other, wanted()).await, Ok(Done::Output(account())));
    let service = bench.service.lock().unwrap();
    assert_eq!((service.asked.len(), service.accounts.len()), (3, 2));
    assert_eq!(service.asked[0], service.asked[1]);
}

#[tokio::test]
async fn what_the_service_refuses_is_told() {
    let bench = Bench::new(&["failed"]).await;
    let told = bench.run(wanted()).await.unwrap_err();
    assert!(told.contains("the service says that it failed"), "{told}");
    // A retry of the run asks for it anew.
    assert_eq!(bench.run(wanted()).await, Ok(Done::Output(account())));
    assert_eq!(bench.service.lock().unwrap().accounts.len(), 2);

    let bench = Bench::new(&[]).await;
    let poor = json!({ "serviceName": "shop", "environment": "dev", "teamId": "poor" });
    let told = bench.run(poor).await.unwrap_err();
    assert_eq!(told, "127.0.0.1 answered 402 Payment Required to POST: no budget, ******.");

    let bench = Bench::new(&["nothing"]).await;
    let told = bench.run(wanted()).await.unwrap_err();
    assert!(told.contains("does not give what internal:provision-cloud-account promises"), "{told}");
    assert!(told.contains("accountId is missing"), "{told}");
}

#[tokio::test]
async fn what_failed_is_asked_for_anew_by_a_retry_alone() {
    let bench = Bench::new(&["failed"]).await;
    bench.journal.begin("account").await.unwrap();
    let told = bench.run(wanted()).await.unwrap_err();
    // The process ended before the step did: the next one has nothing else to say.
    assert_eq!(bench.run(wanted()).await.unwrap_err(), told);
    assert_eq!(bench.service.lock().unwrap().asked.len(), 1);
}

#[tokio::test]
async fn what_a_step_leaves_out_has_its_default() {
    let example = EXAMPLE
        .replace(
            "    required: [serviceName, environment, teamId]",
            "    required: [serviceName, environment]",
        )
        .replace(
            "        minLength: 1\n        description: The team",
            "        default: platform\n        description: The team",
        );
    let bench = Bench::of(&example, &[]).await;
    let without = json!({ "serviceName": "shop", "environment": "dev" });
    assert_eq!(bench.run(without).await, Ok(Done::Output(account())));
    assert_eq!(bench.service.lock().unwrap().bodies[0]["team"], "platform");
}

#[tokio::test]
async fn no_header_falls_away() {
    let example = EXAMPLE
        .replace(
            "    properties:\n      serviceName:",
            "    properties:\n      order: { type: integer }\n      serviceName:",
        )
        .replace("${{ idempotencyKey }}", "${{ input.order }}");
    let bench = Bench::of(&example, &[]).await;
    let told = bench.run(wanted()).await.unwrap_err();
    assert!(told.contains("Idempotency-Key"), "{told}");
    assert_eq!(bench.service.lock().unwrap().asked, Vec::<String>::new());
    let mut numbered = wanted();
    numbered["order"] = json!(7);
    assert_eq!(bench.run(numbered).await, Ok(Done::Output(account())));
    assert_eq!(bench.service.lock().unwrap().asked, ["7"]);
}

#[tokio::test]
async fn a_host_that_is_not_allowed_is_not_asked() {
    let bench = Bench::new(&[]).await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("account.yaml");
    std::fs::write(&file, EXAMPLE.replace("https://accounts.moonrail.example", "http://169.254.169.254"))
        .unwrap();
    let other = ReadingAllow { host: "*.example.com".to_owned(), paths: None };
    let action = load(&[file], vec![other]).unwrap().remove(0);
    let bench = Bench { action, ..bench };
    let told = bench.run(wanted()).await.unwrap_err();
    assert!(told.contains("169.254.169.254 is not in portico.scaffolder.httpRequest.allow"), "{told}");
}

#[tokio::test]
async fn a_dry_run_sends_nothing() {
    let bench = Bench::new(&[]).await;
    let registry = Registry::new([Arc::clone(&bench.action)]).unwrap();
    let template = |input: Value| {
        json!({
            "apiVersion": crate::template::API_VERSION, "kind": "Template", "metadata": { "name": "x" },
            "spec": { "steps": [{ "id": "account", "action": "internal:provision-cloud-account", "input": input }] },
        })
    };
    let run = |template: Value| {
        let asked = DryRun {
            template,
            values: Map::new(),
            secrets: Secrets::new(),
            contents: Vec::new(),
            environment: Environment::default(),
            initiator: Initiator::default(),
            options: Options::default(),
        };
        dry_run(asked, &registry)
    };
    let report = run(template(wanted())).await.unwrap();
    let log: Vec<_> = report.log.iter().map(|line| line.message.as_str()).collect();
    assert!(log.contains(&"Skipped: a dry run does not do internal:provision-cloud-account."), "{log:?}");
    let wrong = json!({ "serviceName": "shop", "environment": "test", "teamId": "payments" });
    let (read, _) = Template::read(&template(wrong));
    let problems = check(&read.unwrap(), &registry);
    let told = format!("{problems:?}");
    assert!(problems.len() == 1 && told.contains("/spec/steps/0/input/environment"), "{told}");
    assert_eq!(bench.service.lock().unwrap().asked, Vec::<String>::new());
}

#[test]
fn inputs_fill_one_part_of_an_address() {
    let values = json!({ "input": { "team": "a/../b?c=d#e", "up": ".." } });
    let url = Prepared::new(&json!("https://h/x/${{ input.team }}/${{ input.up }}"), "/url");
    let values = encoded(values.as_object().unwrap());
    let address =
        url.render(&values, Functions::Plain, Failures::Errors, &Budget::new(LIMITS)).unwrap().unwrap();
    assert_eq!(address, "https://h/x/a%2F..%2Fb%3Fc%3Dd%23e/..");
    for (address, is_fine) in [
        (address.as_str().unwrap(), false),
        ("https://h/x/%2e%2E/y", false),
        ("https://h/x/..%2fy", false),
        ("https://h/x/./y", false),
        ("https://h/x/..y/v1.2?next=../z", true),
    ] {
        assert_eq!(without_climbing(address).is_ok(), is_fine, "{address}");
    }
}

#[tokio::test]
async fn wrong_documents_say_where_and_what() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("account.yaml");
    for (right, wrong, expected) in [
        ("kind: Action", "kind: Actoin", ":5:7: kind: "),
        ("name: internal:provision-cloud-account", "name: account", ":7:9: metadata.name has to be the id"),
        ("  request:\n", "  requests: {}\n  request:\n", ": spec: requests can't be here."),
        ("enum: [dev, staging, prod]", "enum: dev", "This is no JSON Schema"),
        (
            "https://accounts.moonrail.example/v1/accounts\n",
            "https://${{ input.teamId }}/\n",
            "url has to begin with",
        ),
        ("team: ${{ input.teamId }}", "team: ${{ input.team }}", "spec.input names no \"team\""),
        ("team: ${{ input.teamId }}", "team: ${{ answer.body }}", "There is no answer yet"),
        (
            "team: ${{ input.teamId }}",
            "team: ${{ inputs.teamId }}",
            "Nothing is called \"inputs\" here; is input meant?",
        ),
        ("team: ${{ input.teamId }}", "team: ${{ input. }}", "of the text)."),
        ("secrets.accountsToken", "secrets.token", "portico.scaffolder.actions.secrets has no \"token\""),
        ("${{ answer.body.roleArn }}", "${{ secrets.accountsToken }}", "Secrets are known to requests only"),
        ("every: { seconds: 5 }", "every: { milliseconds: 5 }", "every has to be a time from a second"),
        (
            "until: ${{ answer.body.state == 'ready' }}",
            "until: answer.body.done",
            "until has to ask something of the answer",
        ),
        ("  result:\n", "  result\n", "This is no YAML"),
    ] {
        let text = EXAMPLE.replacen(right, wrong, 1);
        assert_ne!(text, EXAMPLE, "{right}");
        std::fs::write(&file, text).unwrap();
        let told = load(std::slice::from_ref(&file), Vec::new())
            .err()
            .map(|error| error.to_string())
            .unwrap_or_default();
        assert!(told.contains(expected) && told.contains("account.yaml:"), "{wrong}: {told}");
        assert!(!told.contains(TOKEN), "{told}");
    }
    std::fs::write(&file, EXAMPLE).unwrap();
    let twice = load(&[file.clone(), folder.path().to_owned()], Vec::new()).err().unwrap().to_string();
    assert!(twice.contains("declares the action internal:provision-cloud-account already"), "{twice}");
    std::fs::write(&file, "# nothing\n").unwrap();
    assert!(load(&[file], Vec::new()).err().unwrap().message.contains("no document"));
    let gone = load(&[folder.path().join("gone.yaml")], Vec::new()).err().unwrap();
    assert!(gone.message.contains("It can't be read"), "{gone}");
}
