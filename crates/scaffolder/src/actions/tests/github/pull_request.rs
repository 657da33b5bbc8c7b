//! `publish:github:pull-request`.

use http::Method;

use super::*;

fn propose(peer: &Peer, name: &str, more: &Value) -> Value {
    let mut input = json!({
        "repoUrl": peer.repo_url(name), "branchName": "template/docs", "title": "Add docs", "description": "By a **template**.",
    });
    input.as_object_mut().unwrap().extend(more.as_object().cloned().unwrap());
    input
}

fn bench(peer: &Peer) -> Bench {
    let bench = Bench::at(peer);
    bench.workspace.write("docs/index.md", b"# Docs\n", false).unwrap();
    bench.workspace.write("docs/build.sh", b"#!/bin/sh\n", true).unwrap();
    bench
}

/// The paths of a branch with their modes.
async fn paths(peer: &Peer, name: &str, branch: &str) -> Vec<String> {
    let commit = peer.get(&format!("{name}/git/ref/heads/{branch}")).await["object"]["sha"].clone();
    let tree = peer.get(&format!("{name}/git/trees/{}?recursive=1", commit.as_str().unwrap())).await;
    let blobs = tree["tree"].as_array().unwrap().iter().filter(|entry| entry["type"] == "blob");
    blobs
        .map(|entry| format!("{} {}", entry["mode"].as_str().unwrap(), entry["path"].as_str().unwrap()))
        .collect()
}

#[tokio::test]
async fn a_workspace_is_proposed() {
    let peer = Peer::start(&["shop"]).await;
    peer.ask(Method::PUT, "shop/contents/site/old.md", Some(json!({ "message": "old", "content": "eA==" })))
        .await;
    let bench = bench(&peer);
    let input = propose(
        &peer,
        "shop",
        &json!({
            "sourcePath": "docs", "targetPath": "site", "filesToDelete": ["old.md", "never.md"], "commitMessage": "docs: begin",
            "draft": true, "reviewers": ["octo-dev"], "assignees": ["octo-dev"], "gitAuthorName": "Jane", "gitAuthorEmail": "jane@acme.test",
        }),
    );
    let given = bench.given("publish:github:pull-request", input.clone()).await;
    let number = given["pullRequestNumber"].as_u64().unwrap();
    assert_eq!(
        given,
        json!({
            "targetBranchName": "main", "pullRequestNumber": number, "remoteUrl": format!("{}/pull/{number}", peer.page("shop")),
        })
    );
    let pull = peer.get(&format!("shop/pulls/{number}")).await;
    assert_eq!(
        (&pull["title"], &pull["body"], &pull["draft"]),
        (&json!("Add docs"), &json!("By a **template**."), &json!(true))
    );
    assert_eq!((&pull["head"]["ref"], &pull["base"]["ref"]), (&json!("template/docs"), &json!("main")));
    assert_eq!(pull["requested_reviewers"][0]["login"], "octo-dev");
    assert_eq!(peer.kept(&format!("shop/issues/{number}/assignees")), json!({ "assignees": ["octo-dev"] }));
    assert_eq!(
        paths(&peer, "shop", "template/docs").await,
        ["100644 README.md", "100755 site/build.sh", "100644 site/index.md"]
    );
    let commit = peer.get(&format!("shop/commits/{}", pull["head"]["sha"].as_str().unwrap())).await;
    assert_eq!(
        (&commit["commit"]["message"], &commit["commit"]["author"]["name"]),
        (&json!("docs: begin"), &json!("Jane"))
    );
    assert_eq!(commit["parents"].as_array().unwrap().len(), 1);
    assert!(bench.log().contains("There is no site/never.md that could be deleted."), "{}", bench.log());
    // Again, as after a crash behind its end; even when it was merged meanwhile and its branch is gone.
    let state = peer.state("shop").await;
    assert_eq!(bench.given("publish:github:pull-request", input.clone()).await, given);
    assert_eq!(peer.state("shop").await, state);
    peer.ask(Method::PATCH, &format!("shop/pulls/{number}"), Some(json!({ "state": "closed" }))).await;
    peer.ask(Method::DELETE, "shop/git/refs/heads/template/docs", None).await;
    assert_eq!(bench.given("publish:github:pull-request", input).await, given);
    assert_eq!(peer.get("shop/pulls?state=all").await.as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_branch_that_is_there_is_overwritten_only_if_told_so() {
    let peer = Peer::start(&["shop"]).await;
    let first = bench(&peer);
    let given = first.given("publish:github:pull-request", propose(&peer, "shop", &json!({}))).await;
    let second = bench(&peer);
    second.workspace.write("docs/index.md", b"# Other docs\n", false).unwrap();
    let before = peer.state("shop").await;
    let told =
        second.run("publish:github:pull-request", propose(&peer, "shop", &json!({}))).await.unwrap_err();
    assert!(told.contains("There is a branch template/docs in") && told.contains("update: true"), "{told}");
    assert_eq!(peer.state("shop").await, before);
    let third = second.another_run("third");
    let update = propose(&peer, "shop", &json!({ "update": true, "title": "Add other docs" }));
    assert_eq!(third.given("publish:github:pull-request", update).await, given);
    let pull = peer.get(&format!("shop/pulls/{}", given["pullRequestNumber"])).await;
    assert_eq!(pull["title"], "Add other docs");
    let head = peer.get("shop/git/ref/heads/template/docs").await;
    let commit = peer.get(&format!("shop/commits/{}", head["object"]["sha"].as_str().unwrap())).await;
    assert_eq!(commit["commit"]["message"], "Add other docs");
    let missing = propose(&peer, "shop", &json!({ "targetBranchName": "nowhere", "branchName": "x" }));
    let told = third.another_run("fourth").run("publish:github:pull-request", missing).await.unwrap_err();
    assert!(told.contains("There is no branch nowhere"), "{told}");
}

#[tokio::test]
async fn nothing_that_differs_is_no_pull_request_if_told_so() {
    let peer = Peer::start(&["shop"]).await;
    let bench = Bench::at(&peer);
    let input = propose(&peer, "shop", &json!({ "createWhenEmpty": false }));
    let Found::Runs(registered) = bench.registry.find("publish:github:pull-request") else {
        panic!("an action")
    };
    let invocation = Invocation {
        step: "step",
        input: input.as_object().cloned().unwrap(),
        workspace: &bench.workspace,
        journal: &bench.journal,
        initiator: &Initiator::default(),
        template: "template:default/one",
        base: &Base::File("/".into()),
        dry_run: false,
    };
    assert_eq!(registered.action.run(invocation).await, Ok(Done::Output(Map::new())));
    assert!(bench.log().contains("Nothing differs"), "{}", bench.log());
    assert_eq!(peer.get("shop/branches").await.as_array().unwrap().len(), 1);
    let given = bench.given("publish:github:pull-request", propose(&peer, "shop", &json!({}))).await;
    assert_eq!(given["pullRequestNumber"], 1);
}

#[tokio::test]
async fn a_dry_run_asks_nobody() {
    let peer = Peer::start(&["shop"]).await;
    let bench = bench(&peer);
    let input = json!({ "repoUrl": "github.com?owner=acme&repo=shop", "branchName": "x", "title": "x", "description": "" });
    let Ok(Done::Output(given)) = bench.try_out("publish:github:pull-request", input).await else {
        panic!("it needs no token")
    };
    assert_eq!(given["remoteUrl"], "https://github.com/acme/shop/pull/1");
    assert!(bench.log().contains("Would propose 2 files on x of"), "{}", bench.log());
    bench.try_out("publish:github:pull-request", propose(&peer, "shop", &json!({}))).await.unwrap();
    assert_eq!(peer.requests(), 0);
}

#[tokio::test]
async fn a_fork_is_pushed_to() {
    let peer = Peer::start(&["shop"]).await;
    let bench = bench(&peer);
    let given = bench
        .given("publish:github:pull-request", propose(&peer, "shop", &json!({ "forceFork": true })))
        .await;
    assert_eq!(given["remoteUrl"], format!("{}/pull/1", peer.page("shop")));
    assert_eq!(peer.kept("fork"), "template/docs");
    assert!(bench.log().contains("Pushing to a fork."), "{}", bench.log());
}

#[tokio::test]
async fn a_proposal_that_is_cut_off_is_taken_up_again() {
    let peer = Peer::start(&[]).await;
    let prepare = async |name: &str| {
        let bench = bench(&peer);
        let create = json!({ "repoUrl": peer.repo_url(name), "autoInit": true });
        bench.given("github:repo:create", create).await;
        bench.another_run("proposal")
    };
    let input =
        |name: &str| propose(&peer, name, &json!({ "reviewers": ["octo-dev"], "assignees": ["octo-dev"] }));
    survives_cuts(&peer, prepare, "publish:github:pull-request", input).await;
}
