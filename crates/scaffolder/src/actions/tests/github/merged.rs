//! `wait:pull-request`, with pull requests at the program that others wrote.

use std::time::Duration;

use http::Method;
use integrations::GithubConfig;

use super::*;
use crate::action::Wait;
use crate::execution::Journal as _;
use crate::wait::pull_request;

const ID: &str = "wait:pull-request";

/// A pull request, and a bench that waits for it.
async fn proposed(peer: &Peer) -> (Bench, u64) {
    let bench = Bench::at(peer);
    bench.workspace.write("docs/index.md", b"# Docs\n", false).unwrap();
    let input = json!({ "repoUrl": peer.repo_url("shop"), "branchName": "docs", "title": "Docs", "description": "More." });
    let number =
        bench.given("publish:github:pull-request", input).await["pullRequestNumber"].as_u64().unwrap();
    (Bench::at(peer), number)
}

async fn waits(bench: &Bench, input: &Value) -> Wait {
    match bench.run(ID, input.clone()).await {
        Ok(Done::Wait(wait)) => wait,
        other => panic!("it does not wait, but {other:?}"),
    }
}

/// As if the time to the next look were over, and what of the memory is said here were so.
async fn later(bench: &Bench, more: Value) {
    let mut kept = bench.journal.kept("step", "pullRequest").await.unwrap().unwrap();
    kept["next"] = json!(0);
    kept.as_object_mut().unwrap().extend(more.as_object().cloned().unwrap());
    bench.journal.keep("step", "pullRequest", kept).await.unwrap();
}

#[tokio::test]
async fn a_merge_is_waited_for() {
    let peer = Peer::start(&["shop"]).await;
    let (bench, number) = proposed(&peer).await;
    let input = json!({ "url": format!("{}/pull/{number}", peer.page("shop")), "timeout": { "days": 2 } });
    peer.count_anew();
    let wait = waits(&bench, &input).await;
    assert_eq!(wait.reason, format!("{}/pull/{number} to be merged", peer.page("shop")));
    let first = wait.again_in.unwrap();
    assert!(first >= Duration::from_secs(15) && first <= Duration::from_secs(18), "{first:?}");
    // Taken up again too early, it asks nobody.
    waits(&bench, &input).await;
    assert_eq!(peer.requests(), 1);

    later(&bench, json!({})).await;
    let second = waits(&bench, &input).await.again_in.unwrap();
    assert!(second >= Duration::from_secs(18), "{second:?}");
    assert_eq!((peer.requests(), peer.unchanged()), (2, 1), "it is asked what changed");

    peer.ask(Method::PATCH, &format!("shop/pulls/{number}"), Some(json!({ "title": "More docs" }))).await;
    later(&bench, json!({ "looks": 100 })).await;
    waits(&bench, &input).await;
    let kept = bench.journal.kept("step", "pullRequest").await.unwrap().unwrap();
    assert_eq!(kept["looks"], 51, "after a change it is looked at sooner");

    let merged = peer.ask(Method::PUT, &format!("shop/pulls/{number}/merge"), Some(json!({}))).await;
    later(&bench, json!({})).await;
    let given = bench.given(ID, input).await;
    let told = peer.get(&format!("shop/pulls/{number}")).await;
    assert_eq!(
        given,
        json!({ "mergeCommitSha": merged["sha"], "mergedAt": told["merged_at"], "mergedBy": "octo-admin" })
    );
    assert_eq!(bench.log().lines().count(), 1, "{}", bench.log());

    // Named by repository and number, it is merged at the first look.
    let again =
        Bench::at(&peer).given(ID, json!({ "repoUrl": peer.repo_url("shop"), "number": number })).await;
    assert_eq!(again, given);
}

#[tokio::test]
async fn what_is_closed_or_late_fails() {
    let peer = Peer::start(&["shop"]).await;
    let (bench, number) = proposed(&peer).await;
    let input = json!({ "repoUrl": peer.repo_url("shop"), "number": number, "timeout": "1h" });
    let wait = waits(&bench, &input).await;
    assert!(wait.again_in.is_some());
    later(&bench, json!({ "deadline": 1 })).await;
    let late = bench.run(ID, input.clone()).await.unwrap_err();
    assert!(late.contains("was not merged in time"), "{late}");

    // What was merged at the last moment counts.
    let bench = Bench::at(&peer);
    let wait =
        waits(&bench, &json!({ "repoUrl": peer.repo_url("shop"), "number": number, "timeout": "2s" })).await;
    assert!(wait.again_in.unwrap() <= Duration::from_secs(2), "it looks again when the time is over");
    peer.ask(Method::PATCH, &format!("shop/pulls/{number}"), Some(json!({ "state": "closed" }))).await;
    later(&bench, json!({})).await;
    let closed = bench.run(ID, input.clone()).await.unwrap_err();
    assert!(closed.contains("was closed without being merged"), "{closed}");

    let missing = Bench::at(&peer)
        .run(ID, json!({ "repoUrl": peer.repo_url("shop"), "number": 99 }))
        .await
        .unwrap_err();
    assert!(missing.contains("404") && missing.contains("\"Pull requests: read\""), "{missing}");
    let elsewhere =
        Bench::at(&peer).run(ID, json!({ "url": "https://other.example.com/a/b/pull/1" })).await.unwrap_err();
    assert!(elsewhere.contains("other.example.com is not in integrations.github"), "{elsewhere}");
    let none = Bench::at(&peer).run(ID, json!({ "url": peer.page("shop") })).await.unwrap_err();
    assert!(none.contains("is no address of a pull request"), "{none}");
}

#[tokio::test]
async fn a_host_that_does_not_answer_is_asked_later() {
    let peer = Peer::start(&["shop"]).await;
    let (bench, number) = proposed(&peer).await;
    let input = json!({ "repoUrl": peer.repo_url("shop"), "number": number });
    peer.limit(Some(120));
    for round in 1..=2 {
        let wait = waits(&bench, &input).await.again_in.unwrap();
        assert!(wait > Duration::from_secs(100), "round {round}: {wait:?}");
        later(&bench, json!({})).await;
    }
    let log = bench.log();
    assert_eq!(log.matches("rate limit").count(), 1, "told once: {log}");
    peer.limit(None);

    // Nobody listens at this address.
    let nowhere = peer.integration();
    let config = Config {
        github: vec![GithubConfig {
            host: "127.0.0.1:9".to_owned(),
            api_base_url: Some("http://127.0.0.1:9".to_owned()),
            ..nowhere
        }],
        ..Config::default()
    };
    let bench = Bench::reaching(&config, Limits::default());
    let gone = json!({ "repoUrl": "127.0.0.1:9?owner=acme&repo=shop", "number": 1 });
    waits(&bench, &gone).await;
    assert!(bench.log().contains("could not be looked at"), "{}", bench.log());
    later(&bench, json!({ "deadline": 1 })).await;
    let late = bench.run(ID, gone).await.unwrap_err();
    assert!(late.contains("The last look failed"), "{late}");
}

#[tokio::test]
async fn a_dry_run_has_an_example() {
    let reach = Arc::new(Reach::new(Integrations::new(&Config::default()).unwrap(), Vec::new()));
    let about = pull_request(reach);
    assert!(!about.about().dry_run);
    let example = crate::execution::example(&about.about().output);
    assert_eq!(example["mergedBy"], "octocat");
    assert_eq!(example["mergeCommitSha"].as_str().map(str::len), Some(40));
}
