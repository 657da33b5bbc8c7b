mod fork;
mod undo;

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};

use futures::future::BoxFuture;
use serde_json::{Map, Value, json};

use super::*;
use crate::action::{About, Action, ActionError, Done, Invocation, Wait};
use crate::dry_run::Memory;
use crate::template::{API_VERSION, Condition};

type Does = dyn Fn(&Invocation<'_>) -> Result<Done, ActionError> + Send + Sync;

/// An action that does what a test says.
struct Test {
    about: About,
    /// Where two calls wait for each other.
    meeting: Option<tokio::sync::Barrier>,
    does: Box<Does>,
}

impl Action for Test {
    fn about(&self) -> &About {
        &self.about
    }

    fn run<'a>(&'a self, invocation: Invocation<'a>) -> BoxFuture<'a, Result<Done, ActionError>> {
        Box::pin(async move {
            if invocation.input.contains_key("forever") {
                std::future::pending::<()>().await;
            }
            if let Some(step) = invocation.input.get("after").and_then(Value::as_str) {
                while invocation.journal.ended(step).is_none() {
                    tokio::task::yield_now().await;
                }
            }
            if let Some(meeting) = &self.meeting {
                meeting.wait().await;
            }
            (self.does)(&invocation)
        })
    }
}

fn action(
    id: &str,
    repeat: Repeat,
    does: impl Fn(&Invocation<'_>) -> Result<Done, ActionError> + Send + Sync + 'static,
) -> Arc<dyn Action> {
    let about = About {
        id: id.to_owned(),
        description: String::new(),
        input: json!({ "type": "object", "properties": { "count": { "type": "number" } } }),
        output: json!({ "type": "object", "properties": { "url": { "type": "string" }, "list": { "type": "array", "items": { "type": "number" } } } }),
        examples: Vec::new(),
        dry_run: id != "test:real",
        repeat,
    };
    let meeting = (id == "test:meet").then(|| tokio::sync::Barrier::new(2));
    Arc::new(Test { about, meeting, does: Box::new(does) })
}

/// A template of these steps, and a journal; what the actions were called with is written down.
struct Bench {
    template: Template,
    registry: Registry,
    journal: Memory,
    calls: Arc<Mutex<Vec<String>>>,
    folder: tempfile::TempDir,
    options: Options,
    secrets: Secrets,
    dry_run: bool,
}

impl Bench {
    fn new(spec: &Value) -> Self {
        let entity = json!({ "apiVersion": API_VERSION, "kind": "Template", "metadata": { "name": "x" }, "spec": spec });
        let (template, problems) = Template::read(&entity);
        let calls: Arc<Mutex<Vec<String>>> = Arc::default();
        let note = Arc::clone(&calls);
        let echo = move |invocation: &Invocation<'_>| {
            let input = Value::Object(invocation.input.clone());
            note.lock().unwrap().push(format!("{} {input}", invocation.step));
            Ok(Done::Output(invocation.input.clone()))
        };
        let waits = AtomicU32::new(2);
        let actions = [
            action("test:echo", Repeat::Safe, echo.clone()),
            action("test:ask", Repeat::Ask, echo.clone()),
            action("test:meet", Repeat::Safe, echo.clone()),
            action("test:real", Repeat::Safe, echo),
            action("test:fail", Repeat::Safe, |invocation| {
                Err(ActionError::new(format!("it broke with {}", Value::Object(invocation.input.clone()))))
            }),
            action("test:write", Repeat::Safe, |invocation| {
                let text =
                    |name: &str| invocation.input.get(name).and_then(Value::as_str).unwrap_or_default();
                let written = invocation.workspace.write(text("path"), text("text").as_bytes(), false);
                written.map_err(|error| ActionError::new(error.to_string()))?;
                Ok(Done::Output(Map::new()))
            }),
            action("test:panic", Repeat::Safe, |_| panic!("a bug")),
            action("test:wait", Repeat::Ask, move |_| {
                if waits.fetch_sub(1, Ordering::Relaxed) == 1 {
                    return Ok(Done::Output(Map::from_iter([("answer".to_owned(), json!(true))])));
                }
                Ok(Done::Wait(Wait { reason: "an answer".to_owned(), again_in: None }))
            }),
        ];
        Self {
            template: template.unwrap_or_else(|| panic!("{problems:?}")),
            registry: Registry::new(actions).unwrap(),
            journal: Memory::new("run-1"),
            calls,
            folder: tempfile::tempdir().unwrap(),
            options: Options::default(),
            secrets: Secrets::new(),
            dry_run: false,
        }
    }

    fn secret(mut self, name: &str, secret: &str) -> Self {
        self.secrets.insert(name.to_owned(), Secret::new(secret.to_owned()));
        self
    }

    async fn run(&self) -> Outcome {
        self.run_in("").await
    }

    /// Runs it in a folder below that of the test.
    async fn run_in(&self, folder: &str) -> Outcome {
        let run = Run {
            template: &self.template,
            registry: &self.registry,
            parameters: json!({ "name": "shop", "list": [1, 2], "map": { "a": "x", "b": "y" }, "no": false })
                .as_object()
                .cloned()
                .unwrap(),
            secrets: self.secrets.clone(),
            environment: Environment {
                parameters: Map::from_iter([("region".to_owned(), json!("eu"))]),
                secrets: Secrets::from_iter([("key".to_owned(), Secret::new("s3cret-of-all".to_owned()))]),
            },
            initiator: Initiator {
                user: Some("user:default/jane".to_owned()),
                entity: Some(json!({ "kind": "User" })),
                ..Initiator::default()
            },
            base: Base::File("/nowhere/template.yaml".into()),
            workspace: Workspace::open(self.folder.path().join(folder)).unwrap(),
            dry_run: self.dry_run,
            options: self.options,
        };
        execute(&run, &self.journal).await.unwrap()
    }

    fn calls(&self) -> Vec<String> {
        self.calls.lock().unwrap().clone()
    }

    /// The states that steps came into.
    fn states(&self) -> String {
        let lines = self.journal.log_lines();
        let states = lines.iter().filter_map(|line| match line.status {
            Some("processing") | None => None,
            Some(status) => Some(format!("{} {status}", line.step.clone().unwrap_or_default())),
        });
        states.collect::<Vec<_>>().join(", ")
    }

    fn log(&self) -> String {
        self.journal.log_lines().iter().map(|line| line.message.clone() + "\n").collect()
    }
}

fn echo(id: &str, input: &Value) -> Value {
    json!({ "id": id, "action": "test:echo", "input": input })
}

fn with(mut step: Value, key: &str, value: Value) -> Value {
    step[key] = value;
    step
}

#[tokio::test]
async fn steps_see_what_came_before() {
    let bench = Bench::new(&json!({
        "steps": [
            echo("first", &json!({ "url": "https://example.com/${{ parameters.name }}" })),
            echo("second", &json!({
                "seen": "${{ steps.first.output.url }}", "who": "${{ user.ref }} ${{ user.entity.kind }}",
                "run": "${{ context.task.id }}", "where": "${{ environment.parameters.region }}", "key": "${{ environment.secrets.key }}",
            })),
        ],
        "output": {
            "links": [
                { "title": "One", "url": "${{ steps.first.output.url }}" },
                { "title": "Two", "url": "https://example.com", "if": "${{ parameters.no }}" },
                { "title": "Three", "entityRef": "${{ steps.second.output.missing }}" },
            ],
            "text": [{ "title": "Hello", "content": "**${{ parameters.name }}**", "if": "${{ parameters.list }}" }],
            "list": "${{ parameters.list }}",
            "hidden": "x${{ environment.secrets.key }}x",
        },
    }));
    let Outcome::Completed(output) = bench.run().await else { panic!("{}", bench.log()) };
    assert_eq!(
        Value::Object(output),
        json!({
            "links": [{ "title": "One", "url": "https://example.com/shop" }, { "title": "Three" }],
            "text": [{ "title": "Hello", "content": "**shop**" }],
            "list": [1, 2],
            "hidden": "xx",
        })
    );
    assert_eq!(
        bench.calls()[1],
        r#"second {"seen":"https://example.com/shop","who":"user:default/jane User","run":"run-1","where":"eu","key":"s3cret-of-all"}"#
    );
    assert_eq!(bench.states(), "first completed, second completed");
}

#[tokio::test]
async fn an_if_decides() {
    let bench = Bench::new(&json!({ "steps": [
        with(echo("a", &json!({})), "if", json!(false)),
        with(echo("b", &json!({})), "if", json!(true)),
        with(echo("c", &json!({})), "if", json!("${{ parameters.no }}")),
        with(echo("d", &json!({})), "if", json!("${{ parameters.list }}")),
        with(echo("e", &json!({})), "if", json!("${{ steps.a.output }}")),
        with(echo("f", &json!({})), "if", json!("${{ secrets.token }}")),
        with(echo("g", &json!({})), "if", json!("${{ failure() }}")),
        with(echo("h", &json!({})), "if", json!("${{ always() }}")),
    ] }))
    .secret("token", "hunter2hunter2");
    assert!(matches!(bench.run().await, Outcome::Completed(_)));
    let expected =
        "a skipped, b completed, c skipped, d completed, e skipped, f skipped, g skipped, h completed";
    assert_eq!(bench.states(), expected);
}

#[tokio::test]
async fn each_runs_an_action_for_every_item() {
    let bench = Bench::new(&json!({
        "steps": [
            with(echo("list", &json!({ "n": "${{ each.value }}", "k": "${{ each.key }}" })), "each", json!("${{ parameters.list }}")),
            with(echo("map", &json!({ "v": "${{ each.value }}" })), "each", json!("${{ parameters.map }}")),
            with(with(echo("some", &json!({ "v": "${{ each.value }}" })), "each", json!(["x", "y"])), "if", json!("${{ each.value == 'y' }}")),
            with(with(echo("none", &json!({})), "each", json!("${{ parameters.list }}")), "if", json!("${{ each.value > 9 }}")),
            with(echo("empty", &json!({})), "each", json!("${{ [] }}")),
        ],
        "output": { "n": "${{ steps.list.output.n }}", "v": "${{ steps.map.output.v }}", "some": "${{ steps.some.output.v }}" },
    }));
    let Outcome::Completed(output) = bench.run().await else { panic!("{}", bench.log()) };
    assert_eq!(Value::Object(output), json!({ "n": [1, 2], "v": ["x", "y"], "some": ["y"] }));
    assert_eq!(
        bench.calls(),
        [
            r#"list[0] {"n":1,"k":"0"}"#,
            r#"list[1] {"n":2,"k":"1"}"#,
            r#"map[a] {"v":"x"}"#,
            r#"map[b] {"v":"y"}"#,
            r#"some[1] {"v":"y"}"#,
        ]
    );
    assert_eq!(
        bench.states(),
        "list completed, map completed, some completed, none skipped, empty completed"
    );
    let wrong = Bench::new(
        &json!({ "steps": [with(echo("a", &json!({})), "each", json!("${{ parameters.name }}"))] }),
    );
    let Outcome::Failed { error, .. } = wrong.run().await else { panic!("{}", wrong.log()) };
    assert_eq!(error, "each goes over a list or an object, but this is text.");
}

#[tokio::test]
async fn after_a_failure_only_those_run_that_ask() {
    let bench = Bench::new(&json!({
        "steps": [
            echo("before", &json!({ "x": 1 })),
            { "id": "broken", "action": "test:fail", "input": { "why": "${{ parameters.name }}" } },
            echo("plain", &json!({})),
            with(echo("yes", &json!({})), "if", json!("${{ true }}")),
            with(echo("tidy", &json!({ "x": "${{ steps.before.output.x }}" })), "if", json!("${{ always() }}")),
            with(echo("undo", &json!({})), "if", json!("${{ failure() and parameters.list }}")),
            with(echo("not", &json!({})), "if", json!("${{ failure() and parameters.no }}")),
            { "id": "again", "action": "test:fail", "if": "${{ failure() }}" },
        ],
        "output": { "never": "x" },
    }));
    let Outcome::Failed { step, error } = bench.run().await else { panic!("{}", bench.log()) };
    assert_eq!((step.as_deref(), error.as_str()), (Some("broken"), r#"it broke with {"why":"shop"}"#));
    let expected = "before completed, broken failed, plain skipped, yes skipped, tidy completed, undo completed, \
                    not skipped, again failed";
    assert_eq!(bench.states(), expected);
}

#[tokio::test]
async fn what_is_wrong_with_a_step_is_told() {
    for (step, expected) in [
        (
            echo("a", &json!({ "count": "${{ parameters.name }}" })),
            r#"test:echo does not take the input that was computed: count: it is not of type "number"."#,
        ),
        (
            echo("a", &json!({ "x": { "y": "z ${{ parameters.name.frob() }}" } })),
            "`parameters.name.frob` can't be called: it is undefined. (in /spec/steps/0/input/x/y, line 1, column 27 of the text)",
        ),
        (
            json!({ "id": "a", "action": "test:nothing" }),
            "There is no action \"test:nothing\" in this portal.",
        ),
        (json!({ "id": "a", "action": "publish:azure" }), "This portal can't run publish:azure yet."),
        (
            json!({ "id": "a", "action": "test:panic" }),
            "Something failed inside Portico; the log of the portal has the cause.",
        ),
        (
            echo("a", &json!({ "x": "${{ 'x'.repeat(2000000) }}" })),
            "The output of the step has more than 1048576 bytes, the most that a step may give on.",
        ),
        (
            with(echo("a", &json!({})), "each", json!("${{ range(1001) }}")),
            "each goes over 1001 items; at most 1000 are possible.",
        ),
    ] {
        let bench = Bench::new(&json!({ "steps": [step] }));
        let outcome = bench.run().await;
        assert_eq!(
            outcome,
            Outcome::Failed { step: Some("a".to_owned()), error: expected.to_owned() },
            "{step}"
        );
    }
}

#[tokio::test]
async fn outputs_have_a_size_together() {
    let large = |id: &str| echo(id, &json!({ "x": "${{ 'x'.repeat(600) }}" }));
    let mut bench = Bench::new(&json!({ "steps": [large("a"), large("b"), large("c")] }));
    bench.options.all_output_bytes = 1_500;
    let Outcome::Failed { step, error } = bench.run().await else { panic!("{}", bench.log()) };
    assert_eq!(step.as_deref(), Some("c"), "{error}");
    assert!(error.contains("1500 bytes together"), "{error}");
}

#[tokio::test]
async fn a_run_goes_on_behind_what_ended() {
    let bench = Bench::new(&json!({ "steps": [
        echo("a", &json!({ "x": 1 })),
        { "id": "wait", "action": "test:wait" },
        echo("b", &json!({ "x": "${{ steps.a.output.x }}", "answer": "${{ steps.wait.output.answer }}" })),
    ] }));
    let Outcome::Waiting { step, wait } = bench.run().await else { panic!("{}", bench.log()) };
    assert_eq!((step.as_str(), wait.reason.as_str()), ("wait", "an answer"));
    // Of a step that waits and can't be repeated the journal has to say that it was not interrupted; this one does not.
    assert_eq!(bench.run().await, Outcome::Asking { step: "wait".to_owned() });
    let ended = Ended {
        state: StepState::Completed,
        output: Map::from_iter([("answer".to_owned(), json!(true))]),
        error: None,
    };
    let workspace = Workspace::open(bench.folder.path()).unwrap();
    bench.journal.end("wait", ended, &workspace).await.unwrap();
    assert!(matches!(bench.run().await, Outcome::Completed(_)));
    assert_eq!(bench.calls(), [r#"a {"x":1}"#, r#"b {"x":1,"answer":true}"#], "nothing ran twice");
}

#[tokio::test]
async fn what_was_interrupted_is_asked_about_unless_it_can_be_repeated() {
    for (action, asks) in [("test:echo", false), ("test:ask", true)] {
        let bench = Bench::new(&json!({ "steps": [{ "id": "a", "action": action }] }));
        bench.journal.begin("a").await.unwrap();
        assert_eq!(matches!(bench.run().await, Outcome::Asking { .. }), asks, "{action}");
        assert_eq!(bench.calls().is_empty(), asks, "{action}");
    }
    // What does not run needs no answer.
    let bench =
        Bench::new(&json!({ "steps": [{ "id": "a", "action": "test:ask", "if": "${{ parameters.no }}" }] }));
    bench.journal.begin("a").await.unwrap();
    assert!(matches!(bench.run().await, Outcome::Completed(_)));
}

#[tokio::test]
async fn a_run_is_cancelled_between_steps_and_within_one() {
    let spec = json!({ "steps": [echo("a", &json!({ "forever": true })), echo("b", &json!({}))] });
    let bench = Bench::new(&spec);
    bench.journal.cancel();
    assert_eq!(bench.run().await, Outcome::Cancelled);
    assert_eq!(bench.log(), "");
    let bench = Bench::new(&spec);
    let begun = async {
        while bench.journal.log_lines().is_empty() {
            tokio::task::yield_now().await;
        }
        bench.journal.cancel();
    };
    let (outcome, ()) = tokio::join!(bench.run(), begun);
    assert_eq!((outcome, bench.states().as_str()), (Outcome::Cancelled, "a cancelled"));
    assert_eq!(bench.run().await, Outcome::Cancelled, "and stays so");
}

#[tokio::test]
async fn a_step_has_its_time() {
    let mut bench = Bench::new(&json!({ "steps": [echo("a", &json!({ "forever": true }))] }));
    bench.options.step_time = Duration::from_millis(20);
    let Outcome::Failed { error, .. } = bench.run().await else { panic!("{}", bench.log()) };
    assert_eq!(error, "The step took longer than 20 ms, the most that a step may.");
}

#[tokio::test]
async fn secrets_are_nowhere_to_be_read() {
    let bench = Bench::new(&json!({
        "steps": [
            echo("a", &json!({ "t": "${{ secrets.token }}", "u": "${{ secrets.token | upper }}", "v": "Bearer ${{ secrets.token.split('').reverse().join('') }}" })),
            { "id": "b", "action": "test:fail", "input": { "t": "${{ secrets.token }}", "u": "${{ steps.a.output.u }}" } },
            { "id": "c", "action": "test:fail", "if": "${{ always() }}", "input": { "v": "${{ steps.a.output.v }}" } },
        ],
    }))
    .secret("token", "hunter2hunter2");
    let outcome = bench.run().await;
    let told = format!("{outcome:?}{}", bench.log());
    for secret in ["hunter2", "HUNTER2", "2retnuh"] {
        assert!(!told.contains(secret), "{secret}: {told}");
        assert!(bench.calls()[0].contains(secret), "the action itself got it: {:?}", bench.calls());
    }
    assert!(told.contains("******"), "{told}");
    // Another process that goes on behind the first step knows its secrets as well.
    let mut resumed = Bench { journal: Memory::new("run-1"), ..bench };
    let ended = Ended {
        state: StepState::Completed,
        output: Map::from_iter([("v".to_owned(), json!("Bearer 2retnuh2retnuh"))]),
        error: None,
    };
    let workspace = Workspace::open(resumed.folder.path()).unwrap();
    resumed.journal.end("a", ended, &workspace).await.unwrap();
    resumed.template.steps.remove(1);
    resumed.template.steps[1] =
        Arc::new(Step { condition: Condition::Yes, ..(*resumed.template.steps[1]).clone() });
    let told = format!("{:?}{}", resumed.run().await, resumed.log());
    assert!(told.contains("it broke") && !told.contains("2retnuh"), "{told}");
}

#[tokio::test]
async fn scripts_are_left_out_of_links() {
    let bench = Bench::new(&json!({
        "steps": [],
        "output": {
            "links": [{ "url": "${{ 'javascript' }}:alert(1)" }, { "url": "https://example.com" }, { "url": "${{ parameters.list }}" }],
            "remoteUrl": "${{ 'data:text/html,x' }}",
            "broken": "${{ parameters.name.frob() }}",
        },
    }));
    let Outcome::Completed(output) = bench.run().await else { panic!("{}", bench.log()) };
    assert_eq!(Value::Object(output), json!({ "links": [{ "url": "https://example.com" }] }));
    let log = bench.log();
    assert_eq!(log.lines().filter(|line| line.starts_with("Left out of the output: ")).count(), 4, "{log}");
}

#[tokio::test]
async fn a_dry_run_passes_over_what_has_effects() {
    let mut bench = Bench::new(&json!({
        "steps": [
            { "id": "real", "action": "test:real" },
            { "id": "publish", "action": "publish:azure", "input": { "repoUrl": "x" } },
            echo("echo", &json!({ "seen": "${{ steps.real.output.url }} ${{ steps.publish.output.remoteUrl }}", "list": "${{ steps.real.output.list }}" })),
        ],
    }));
    bench.dry_run = true;
    assert!(matches!(bench.run().await, Outcome::Completed(_)), "{}", bench.log());
    assert_eq!(bench.calls(), [r#"echo {"seen":"<example> <example>","list":[0]}"#]);
    assert_eq!(bench.states(), "real skipped, publish skipped, echo completed");
    let never = Bench { dry_run: true, ..Bench::new(&json!({ "steps": [{ "action": "run:yeoman" }] })) };
    assert!(matches!(never.run().await, Outcome::Failed { .. }));
}

#[tokio::test]
async fn the_lenient_way_keeps_the_source_of_what_fails() {
    let spec =
        json!({ "steps": [echo("a", &json!({ "x": "${{ parameters.name.frob() }}", "y": "${{ 1 + }}" }))] });
    let mut bench = Bench::new(&spec);
    bench.options.failures = Failures::SourceText;
    assert!(matches!(bench.run().await, Outcome::Completed(_)), "{}", bench.log());
    assert_eq!(bench.calls(), [r#"a {"x":"${{ parameters.name.frob() }}","y":"${{ 1 + }}"}"#]);
}
