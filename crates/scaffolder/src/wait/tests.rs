//! Waits, step by step.

use std::collections::BTreeMap;

use platform::database::DatabaseConfig;
use platform::notify::{Recipients, Severity};
use serde_json::Map;

use super::*;
use crate::action::{Base, Done, Initiator, Invocation};
use crate::dry_run::Memory;
use crate::execution::Journal as _;
use crate::peers::people::People;
use crate::workspace::Workspace;

struct Bench {
    actions: BTreeMap<String, Arc<dyn Action>>,
    journal: Memory,
    people: Arc<People>,
    workspace: Workspace,
    _folder: tempfile::TempDir,
}

impl Bench {
    fn new(base_url: &str) -> Self {
        let keyring =
            Keyring::open(&["a secret of enough length".to_owned().into()], &DatabaseConfig::SqliteMemory);
        let people: Arc<People> = Arc::default();
        let notifier: Arc<dyn Notifier> = Arc::<People>::clone(&people);
        let actions = actions(&keyring.unwrap(), base_url, &notifier).into_iter();
        let folder = tempfile::tempdir().unwrap();
        Self {
            actions: actions.map(|action| (action.about().id.clone(), action)).collect(),
            journal: Memory::new("run-1"),
            people,
            workspace: Workspace::open(folder.path()).unwrap(),
            _folder: folder,
        }
    }

    async fn call(&self, action: &str, input: Value) -> Result<Done, String> {
        let invocation = Invocation {
            step: "wait",
            input: input.as_object().cloned().unwrap(),
            workspace: &self.workspace,
            journal: &self.journal,
            initiator: &Initiator { user: Some("user:default/jane".to_owned()), ..Initiator::default() },
            template: "template:default/x",
            base: &Base::File("/t.yaml".into()),
            dry_run: false,
        };
        self.actions[action].run(invocation).await.map_err(|error| error.message)
    }

    async fn arrived(&self, name: &str, value: Value) {
        self.journal.keep("wait", name, value).await.unwrap();
    }

    fn log(&self) -> Vec<String> {
        self.journal.log_lines().into_iter().map(|line| line.message).collect()
    }
}

fn output(done: Done) -> Map<String, Value> {
    match done {
        Done::Output(output) => output,
        Done::Wait(wait) => panic!("it waits for {}", wait.reason),
    }
}

fn decision(approved: bool, comment: &str) -> Value {
    json!(Decision { approved, by: "user:default/jane".to_owned(), comment: comment.to_owned(), at: 0 })
}

#[tokio::test]
async fn an_approval_is_waited_for_and_given() {
    let bench = Bench::new("");
    let input =
        json!({ "approvers": ["platform", "user:Jane", "group:ops/on-call"], "timeout": { "days": 2 } });
    let Done::Wait(wait) = bench.call("wait:approval", input).await.unwrap() else {
        panic!("it does not wait")
    };
    assert_eq!(wait.reason, "Approval by group:default/platform, user:default/jane, group:ops/on-call");
    let two_days = Duration::from_secs(2 * 24 * 60 * 60);
    assert!(wait.again_in.is_some_and(|left| left <= two_days && left > two_days / 2), "{:?}", wait.again_in);
    let asked: Approval =
        serde_json::from_value(bench.journal.kept("wait", APPROVAL).await.unwrap().unwrap()).unwrap();
    assert!(!asked.self_approval && asked.deadline.is_some());

    // What the input says by now is not asked again.
    let Done::Wait(again) = bench.call("wait:approval", json!({})).await.unwrap() else {
        panic!("it does not wait")
    };
    assert_eq!(again.reason, wait.reason);
    assert_eq!(bench.log().len(), 1, "it is asked once: {:?}", bench.log());

    bench.arrived(DECISION, decision(true, "go")).await;
    let output = output(bench.call("wait:approval", json!({})).await.unwrap());
    assert_eq!(
        Value::Object(output),
        json!({ "approved": true, "by": "user:default/jane", "comment": "go", "at": "1970-01-01T00:00:00.000Z" })
    );
}

#[tokio::test]
async fn who_may_approve_is_told_once_with_the_way_to_the_run() {
    for (own, except) in [(false, vec!["user:default/jane".to_owned()]), (true, vec![])] {
        let bench = Bench::new("");
        let input =
            json!({ "approvers": ["platform", "user:jane"], "title": "A cluster", "selfApproval": own });
        for _ in 0..2 {
            bench.call("wait:approval", input.clone()).await.unwrap();
        }
        let told = bench.people.told();
        assert_eq!(told.len(), 1, "{told:?}");
        let of = vec!["group:default/platform".to_owned(), "user:default/jane".to_owned()];
        assert_eq!(told[0].recipients, Recipients::Entities { of, except });
        assert_eq!(
            (told[0].title.as_str(), told[0].severity),
            ("Approval asked for: A cluster", Severity::High)
        );
        assert_eq!(told[0].link.as_deref(), Some("/create/tasks/run-1"));
        assert_eq!(told[0].scope.as_deref(), Some("portico:approval:run-1:wait"));
    }
}

#[tokio::test]
async fn a_rejection_and_a_silence_fail() {
    for (comment, expected) in
        [("too late", "user:default/jane rejected this: too late"), ("", "user:default/jane rejected this")]
    {
        let bench = Bench::new("");
        bench.arrived(DECISION, decision(false, comment)).await;
        let rejected = bench.call("wait:approval", json!({ "approvers": "platform" })).await.unwrap_err();
        assert_eq!(rejected, expected);
    }
    let bench = Bench::new("");
    let input = json!({ "approvers": "platform", "timeout": { "milliseconds": 0 } });
    let silence = bench.call("wait:approval", input).await.unwrap_err();
    assert!(silence.contains("Nobody of group:default/platform decided in time"), "{silence}");
    // Who decided at the last moment is heard.
    bench.arrived(DECISION, decision(true, "")).await;
    assert!(bench.call("wait:approval", json!({})).await.is_ok());
}

#[tokio::test]
async fn what_is_no_approver_and_no_time_is_told() {
    for (input, expected) in [
        (json!({ "approvers": [] }), "1 to 100"),
        (json!({ "approvers": vec!["a"; 101] }), "1 to 100"),
        (json!({ "approvers": ["component:default/shop"] }), "is no approver"),
        (json!({ "approvers": ["user:"] }), "is no approver"),
        (json!({ "approvers": "a", "timeout": "soon" }), "is no length of time"),
        (json!({ "approvers": "a", "timeout": { "fortnights": 1 } }), "is no length of time"),
        (json!({ "approvers": "a", "timeout": { "years": 2 } }), "longer than a year"),
        (json!({ "approvers": 5 }), "not as expected"),
    ] {
        let bench = Bench::new("");
        let error = bench.call("wait:approval", input.clone()).await.unwrap_err();
        assert!(error.contains(expected), "{input}: {error}");
        assert!(bench.journal.kept("wait", APPROVAL).await.unwrap().is_none(), "{input}");
    }
}

#[tokio::test]
async fn a_request_of_another_program_is_waited_for() {
    let bench = Bench::new("");
    let Done::Wait(wait) = bench.call("wait:webhook", json!({ "timeout": "30m" })).await.unwrap() else {
        panic!()
    };
    assert!(wait.again_in.is_some_and(|left| left.as_secs() > 1_700));
    let Done::Wait(_) = bench.call("wait:webhook", json!({})).await.unwrap() else { panic!() };
    let delivery =
        Delivery { body: json!({ "ok": true }), content_type: "application/json".to_owned(), at: 0 };
    bench.arrived(DELIVERY, json!(delivery)).await;
    let output = output(bench.call("wait:webhook", json!({})).await.unwrap());
    assert_eq!(
        (&output["body"], &output["contentType"]),
        (&json!({ "ok": true }), &json!("application/json"))
    );

    let late = Bench::new("").call("wait:webhook", json!({ "timeout": "0s" })).await.unwrap_err();
    assert!(late.contains("in time"), "{late}");
    let Done::Wait(ever) = Bench::new("").call("wait:webhook", json!({})).await.unwrap() else { panic!() };
    assert_eq!(ever.again_in, None);
}

#[tokio::test]
async fn an_address_is_of_its_step_and_hidden_in_the_log() {
    let bench = Bench::new("https://portal.example.com/base/");
    let address = output(bench.call("webhook:address", json!({ "step": "built [1]/x" })).await.unwrap());
    let address = address["url"].as_str().unwrap().to_owned();
    let (start, token) = address.split_once("?token=").unwrap();
    let path =
        "https://portal.example.com/base/api/portico/scaffolder/tasks/run-1/steps/built%20[1]%2Fx/webhook";
    assert_eq!(start, path);
    bench.journal.log(None, &address).await.unwrap();
    assert!(!bench.log()[0].contains(token), "{:?}", bench.log());
    let again = output(bench.call("webhook:address", json!({ "step": "built [1]/x" })).await.unwrap());
    assert_eq!(again["url"], address, "it stays the same");
    let other = output(bench.call("webhook:address", json!({ "step": "other" })).await.unwrap());
    assert!(!other["url"].as_str().unwrap().contains(token));

    for base in ["", "mailto:x", "no address"] {
        let refused = Bench::new(base).call("webhook:address", json!({ "step": "x" })).await.unwrap_err();
        assert!(refused.contains("backend.baseUrl"), "{base}: {refused}");
    }
}

#[test]
fn schemas_can_be_used() {
    let keyring = Keyring::random().unwrap();
    let notifier: Arc<dyn Notifier> = Arc::new(People::default());
    let registry = crate::action::Registry::new(actions(&keyring, "https://x", &notifier)).unwrap();
    let ids: Vec<&str> = registry.all().map(|about| about.id.as_str()).collect();
    assert_eq!(ids, ["wait:approval", "wait:webhook", "webhook:address"]);
}
