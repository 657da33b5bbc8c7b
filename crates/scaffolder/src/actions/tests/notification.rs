use platform::notify::{Recipients, Severity};

use super::*;

const SEND: &str = "notification:send";

#[tokio::test]
async fn people_are_told() {
    let bench = Bench::new();
    let input = json!({
        "recipients": "entity", "entityRefs": ["user:default/jane", "group:shop"], "title": "It is there", "info": "Look.",
        "link": "/catalog", "severity": "high", "scope": "mine", "topic": "services",
    });
    bench.done(SEND, input).await;
    let told = bench.people.told().pop().unwrap();
    let of = vec!["user:default/jane".to_owned(), "group:shop".to_owned()];
    assert_eq!(
        told,
        platform::notify::Message {
            origin: "plugin:scaffolder".to_owned(),
            recipients: Recipients::Entities { of, except: Vec::new() },
            title: "It is there".to_owned(),
            description: Some("Look.".to_owned()),
            link: Some("/catalog".to_owned()),
            severity: Severity::High,
            topic: Some("services".to_owned()),
            scope: Some("mine".to_owned()),
        }
    );
    bench.done(SEND, json!({ "recipients": "broadcast", "title": "Hello" })).await;
    let told = bench.people.told().pop().unwrap();
    assert_eq!((told.recipients, told.severity), (Recipients::Everybody, Severity::Normal));
    let to = |reference: &str| json!({ "recipients": "entity", "entityRefs": [reference], "title": "x" });
    bench.done(SEND, to("group:empty")).await;
    bench.done(SEND, to("user:jane")).await;
    assert_eq!(
        bench.log(),
        "2 people were notified.\nEverybody was notified.\nNobody was notified: no people are behind these entities.\n\
         One person was notified.\n"
    );
}

#[tokio::test]
async fn a_step_that_is_done_again_renews_its_notification() {
    let (bench, other) = (Bench::new(), Bench { journal: Memory::new("run-2"), ..Bench::new() });
    let hello = json!({ "recipients": "broadcast", "title": "Hello" });
    for bench in [&bench, &bench, &other] {
        bench.done(SEND, hello.clone()).await;
    }
    let blank = json!({ "recipients": "broadcast", "title": "Hello", "scope": " \t" });
    bench.done(SEND, blank).await;
    let scopes: Vec<_> = bench.people.told().iter().map(|told| told.scope.clone()).collect();
    assert!(scopes[0].is_some() && scopes[0] == scopes[1], "{scopes:?}");
    assert_eq!(scopes[2], scopes[0], "a blank scope is none");
    assert_ne!(other.people.told()[0].scope, scopes[0], "another run has notifications of its own");
}

#[tokio::test]
async fn a_failure_fails_the_step_unless_it_is_optional() {
    for (input, says) in [
        (json!({ "recipients": "entity", "title": "x" }), "entityRefs"),
        (json!({ "recipients": "entity", "entityRefs": [], "title": "x" }), "entityRefs"),
        (json!({ "recipients": "entity", "entityRefs": ["nobody"], "title": "x" }), "no reference"),
        (
            json!({ "recipients": "broadcast", "title": "x", "scope": " portico:approval:1:gate" }),
            "another scope",
        ),
    ] {
        let bench = Bench::new();
        let error = bench.run(SEND, input.clone()).await.unwrap_err();
        assert!(error.contains(says), "{error}");
        let mut optional = input;
        optional["optional"] = json!(true);
        bench.done(SEND, optional).await;
        let log = bench.log();
        assert!(log.starts_with("Nobody was notified, which is optional: ") && log.contains(says), "{log}");
        assert_eq!(*bench.people.told(), []);
    }
}

#[tokio::test]
async fn a_dry_run_says_whom_it_would_tell_what() {
    let bench = Bench::new();
    let Found::Runs(registered) = bench.registry.find(SEND) else { panic!("it can't be run") };
    for (input, expected) in [
        (json!({ "recipients": "broadcast", "title": "Hello" }), Some("Would notify everybody: Hello")),
        (
            json!({ "recipients": "entity", "entityRefs": ["user:a", "group:b"], "title": "Hello" }),
            Some("Would notify user:a, group:b: Hello"),
        ),
        (json!({ "recipients": "somebody" }), None),
    ] {
        let Value::Object(input) = input else { panic!("no input") };
        assert_eq!(registered.action.would(&input).as_deref(), expected);
    }
    assert!(!registered.action.about().dry_run);
}
