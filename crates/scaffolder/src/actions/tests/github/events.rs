//! What a repository tells and is told: webhooks and issues at the program that others wrote, workflows at its front.

use super::upkeep::leaves;
use super::*;
use crate::action::{ANSWERED, Repeat};
use crate::execution::Journal as _;

#[tokio::test]
async fn a_webhook_is_made_once_and_then_changed() {
    let peer = Peer::start(&[]).await;
    let input = |name: &str| {
        json!({
            "repoUrl": peer.repo_url(name), "webhookUrl": "https://b.example.com/x", "webhookSecret": "hunter2",
            "events": ["push", "pull_request"], "contentType": "json",
        })
    };
    let left = async |name: &str| {
        let hooks = peer.get(&format!("{name}/hooks")).await;
        let told = |hook: &Value| {
            let config = &hook["config"];
            json!([
                config["url"],
                config["content_type"],
                config["insecure_ssl"],
                hook["events"],
                hook["active"]
            ])
        };
        hooks.as_array().unwrap().iter().map(told).collect()
    };
    leaves(&peer, "github:webhook", input, left).await;
    assert_eq!(
        left("undisturbed").await,
        json!([["https://b.example.com/x", "json", "0", ["push", "pull_request"], true]])
    );
    let bench = Bench::at(&peer);
    let all = json!({ "repoUrl": peer.repo_url("undisturbed"), "webhookUrl": "https://b.example.com/x", "events": ["*"], "active": false });
    bench.given("github:webhook", all).await;
    assert_eq!(left("undisturbed").await, json!([["https://b.example.com/x", "form", "0", ["*"], false]]));
    let refused = bench.run("github:webhook", input("nowhere")).await.unwrap_err();
    assert!(refused.contains("404") && refused.contains("\"Webhooks: write\""), "{refused}");
    peer.count_anew();
    assert_eq!(bench.try_out("github:webhook", input("undisturbed")).await, Ok(Done::Output(Map::new())));
    assert_eq!(peer.requests(), 0);
    assert!(bench.log().contains("Would let") && !bench.log().contains("hunter2"), "{}", bench.log());
}

#[tokio::test]
async fn an_issue_is_opened_once() {
    let peer = Peer::start(&[]).await;
    let input = |name: &str| json!({ "repoUrl": peer.repo_url(name), "title": "One", "body": "Look.", "labels": ["new"] });
    let left = async |name: &str| {
        let issues = peer.get(&format!("{name}/issues?state=all")).await;
        let told = |issue: &Value| {
            json!([issue["number"], issue["title"], issue["body"], issue["labels"][0]["name"]])
        };
        issues.as_array().unwrap().iter().map(told).collect()
    };
    leaves(&peer, "github:issues:create", input, left).await;
    // The mark is `run-1 step` in Base64.
    assert_eq!(
        left("undisturbed").await,
        json!([[1, "One", "Look.\n\n<!-- portico:cnVuLTEgc3RlcA== -->", "new"]])
    );
    let bench = Bench::at(&peer);
    let given = bench.given("github:issues:create", input("undisturbed")).await;
    assert_eq!(given["issueNumber"], 2, "a step that asked for none yet opens its own");
    let refused = Bench::at(&peer).run("github:issues:create", input("nowhere")).await.unwrap_err();
    assert!(refused.contains("404") && refused.contains("\"Issues: write\""), "{refused}");
    peer.count_anew();
    let Ok(Done::Output(seen)) = bench.try_out("github:issues:create", input("undisturbed")).await else {
        panic!("a dry run gives what an issue would")
    };
    assert!(seen["issueUrl"].as_str().unwrap().ends_with("/acme/undisturbed/issues/1"));
    assert_eq!(peer.requests(), 0);
}

#[tokio::test]
async fn a_workflow_is_started_once() {
    let peer = Peer::start(&["shop"]).await;
    let bench = Bench::at(&peer);
    let id = "github:actions:dispatch";
    let Found::Runs(registered) = bench.registry.find(id) else { panic!("{id}") };
    assert_eq!(registered.action.repeat(&Map::new()), Repeat::Ask);
    let mut input = json!({
        "repoUrl": peer.repo_url("shop"), "workflowId": "build.yml", "branchOrTagName": "main",
        "workflowInputs": { "environment": "test" }, "returnWorkflowRunDetails": true,
    });
    let expected = json!({
        "workflowRunId": 1, "workflowRunUrl": "https://api.test/runs/1", "workflowRunHtmlUrl": "https://pages.test/runs/1",
    });
    for attempt in 1..=2 {
        assert_eq!(bench.given(id, input.clone()).await, expected, "{attempt}");
    }
    let asked = json!({ "ref": "main", "inputs": { "environment": "test" }, "return_run_details": true });
    let place = "shop/actions/workflows/build.yml/dispatches";
    assert_eq!(peer.kept(place), json!([asked]));
    assert_eq!(bench.journal.kept("step", ANSWERED).await.unwrap(), Some(expected));

    input["returnWorkflowRunDetails"] = json!(false);
    Bench::at(&peer).done(id, input.clone()).await;
    input["workflowId"] = json!("missing.yml");
    let refused = Bench::at(&peer).run(id, input.clone()).await.unwrap_err();
    assert!(
        refused.contains("missing.yml and main is there") && refused.contains("\"Actions: write\""),
        "{refused}"
    );
    input["workflowInputs"] = (0..26).map(|number| (number.to_string(), json!("x"))).collect();
    let refused = Bench::at(&peer).run(id, input).await.unwrap_err();
    assert!(refused.starts_with("workflowInputs has 26 entries"), "{refused}");
    assert_eq!(peer.kept(place).as_array().unwrap().len(), 2);
}
