//! `publish:gitlab:merge-request` and `gitlab:repo:push`.

use super::*;

const ID: &str = "publish:gitlab:merge-request";
const PUSH: &str = "gitlab:repo:push";

/// A project with a few files, some of which the workspace of [`Bench::fill`] has too.
fn begun(peer: &Peer, name: &str) {
    let acme = peer.get("/namespaces/acme%2Fshops");
    let project = json!({ "name": name, "path": name, "namespace_id": acme["id"] });
    let id = peer.ask("POST", "/projects", project)["id"].clone();
    let create =
        |path: &str, content: &str| json!({ "action": "create", "file_path": path, "content": content });
    let files = [
        create("run.sh", "#!/bin/sh\n"),
        create("src/empty", "no more"),
        create(".gitignore", "*.log\n"),
        create("kept", "x"),
    ];
    let commit = json!({ "branch": "main", "commit_message": "begin", "actions": files });
    peer.ask("POST", &format!("/projects/{id}/repository/commits"), commit);
}

fn filled(peer: &Peer) -> Bench {
    let bench = Bench::on(peer);
    bench.fill();
    bench
}

fn propose(peer: &Peer, name: &str) -> Value {
    json!({
        "repoUrl": peer.repo_url(name), "title": "Add \"docs\" für 店", "description": "Look.", "branchName": "add/docs",
        "sourcePath": ".", "assignee": "jane", "reviewers": ["reader", "nobody"], "labels": ["docs", "new"],
        "removeSourceBranch": true,
    })
}

fn tree(peer: &Peer, name: &str, branch: &str) -> Vec<String> {
    let format = "--format=%(objectmode) %(path)";
    let listed = peer.git(name, &["-c", "core.quotePath=false", "ls-tree", "-r", format, branch]);
    listed.lines().map(str::to_owned).collect()
}

#[tokio::test]
async fn a_workspace_becomes_a_merge_request() {
    let peer = Peer::start().await;
    begun(&peer, "shop");
    let bench = filled(&peer);
    let given = bench.given(ID, propose(&peer, "shop")).await;
    let expected = json!({
        "targetBranchName": "main", "projectid": "acme/shops/shop", "projectPath": "acme/shops/shop",
        "mergeRequestUrl": peer.page("acme/shops/shop/-/merge_requests/1"),
    });
    assert_eq!(given, expected);
    let expected = [
        "100644 .gitignore",
        "100644 README.md",
        "100644 a b/+&#%?.txt",
        "100644 kept",
        "100755 run.sh",
        "100644 src/empty",
        "100644 src/image.bin",
    ];
    assert_eq!(tree(&peer, "shop", "add/docs"), expected);
    let changed = peer.git(
        "shop",
        &["diff", "--name-status", "main", "add/docs", "--", "src/empty", ".gitignore", "run.sh"],
    );
    assert_eq!(changed, "M\trun.sh\nM\tsrc/empty\n", "what is the same is left out");
    assert_eq!(peer.git("shop", &["cat-file", "-s", "add/docs:src/image.bin"]).trim(), "5");
    assert!(
        bench.log().contains("src/way is a link") && bench.log().contains("no user nobody"),
        "{}",
        bench.log()
    );
    let requests = peer.state("shop")["lists"]["merge_requests"].clone();
    let request = &requests[0];
    let (jane, reader) = (peer.get("/users?username=jane"), peer.get("/users?username=reader"));
    for (name, expected) in [
        ("title", json!("Add \"docs\" für 店")),
        ("description", json!("Look.")),
        ("target_branch", json!("main")),
        ("assignees", json!([{ "id": jane[0]["id"] }])),
        ("reviewers", json!([{ "id": reader[0]["id"] }])),
        ("labels", json!(["docs", "new"])),
        ("force_remove_source_branch", json!(true)),
    ] {
        assert_eq!(request[name], expected, "{name}");
    }
    let state = peer.state("shop");
    assert_eq!(bench.given(ID, propose(&peer, "shop")).await, given);
    assert_eq!(peer.state("shop"), state);
    // Another run does not write on the branch of this one.
    let refused = filled(&peer);
    refused.workspace.write("more.txt", b"more", false).unwrap();
    let refused = refused.run(ID, propose(&peer, "shop")).await.unwrap_err();
    assert!(refused.contains("There is a branch add/docs already"), "{refused}");
    assert_eq!(peer.state("shop"), state);
}

#[tokio::test]
async fn a_proposal_that_is_cut_off_is_taken_up_again() {
    let peer = Peer::start().await;
    let prepare = |name: &str| {
        begun(&peer, name);
        filled(&peer)
    };
    let input = |name: &str| {
        let mut input = propose(&peer, name);
        input["assignReviewersFromApprovalRules"] = json!(true);
        input["autoMerge"] = json!(true);
        input
    };
    survives_cuts(&peer, prepare, ID, input).await;
    let request = peer.state("undisturbed")["lists"]["merge_requests"][0].clone();
    assert_eq!(request["merge_when_pipeline_succeeds"], true);
    // The author, who may approve as well, is not asked.
    let reader = peer.get("/users?username=reader");
    assert_eq!(request["reviewers"], json!([{ "id": reader[0]["id"] }]));
}

#[tokio::test]
async fn files_are_made_changed_or_deleted() {
    let peer = Peer::start().await;
    begun(&peer, "shop");
    let bench = Bench::on(&peer);
    bench.workspace.write("out/kept", b"y", true).unwrap();
    let input = |action: &str, branch: &str| {
        json!({
            "repoUrl": format!("{}?project=acme/shops/shop", peer.host()), "title": "Change", "branchName": branch,
            "sourcePath": "out", "commitAction": action, "labels": "one,two",
        })
    };
    for (action, branch, expected) in
        [("update", "a", "100755 kept"), ("auto", "b", "100755 kept"), ("delete", "c", "")]
    {
        let bench =
            Bench { journal: Memory::new(branch), workspace: bench.workspace.clone(), ..Bench::on(&peer) };
        bench.given(ID, input(action, branch)).await;
        let kept = tree(&peer, "shop", branch).into_iter().find(|line| line.ends_with(" kept"));
        assert_eq!(kept.unwrap_or_default(), expected, "{action}");
    }
    let refused = bench.run(ID, input("create", "d")).await.unwrap_err();
    assert!(
        refused.contains("answered 400") && refused.contains("A file with this name already exists"),
        "{refused}"
    );
    let bench = Bench { journal: Memory::new("skip"), ..bench };
    let given = bench.given(ID, input("skip", "e")).await;
    assert!(given["mergeRequestUrl"].as_str().unwrap().ends_with("/merge_requests/4"), "{given}");
    assert_eq!(peer.git("shop", &["rev-parse", "e"]), peer.git("shop", &["rev-parse", "main"]));
    // A merge request that is open is brought up to date.
    let mut again = input("skip", "e");
    again["title"] = json!("A conflict");
    again["autoMerge"] = json!(true);
    again["projectid"] = json!(peer.project("shop")["id"].to_string());
    let bench = Bench { journal: Memory::new("again"), ..bench };
    let told = bench.given(ID, again).await;
    assert_eq!(told["mergeRequestUrl"], given["mergeRequestUrl"]);
    assert!(
        bench.log().contains("up to date") && bench.log().contains("not merged by itself"),
        "{}",
        bench.log()
    );
    assert_eq!(peer.state("shop")["lists"]["merge_requests"][3]["title"], "A conflict");
}

#[tokio::test]
async fn only_folders_that_are_committed_to_are_listed() {
    let peer = Peer::start().await;
    begun(&peer, "shop");
    let id = peer.project("shop")["id"].clone();
    let create = |path: &str| json!({ "action": "create", "file_path": path, "content": path });
    let files = [create("docs/a/one.md"), create("docs/a/b/two.md"), create("other/huge/three.md")];
    let commit = json!({ "branch": "main", "commit_message": "more", "actions": files });
    peer.ask("POST", &format!("/projects/{id}/repository/commits"), commit);
    let bench = Bench::on(&peer);
    for path in ["kept", "docs/a/one.md", "docs/new/deep/four.md", "new/five.md"] {
        bench.workspace.write(path, b"changed", false).unwrap();
    }
    bench.given(ID, propose(&peer, "shop")).await;
    let asked = peer.asked();
    let asked = asked.lines().filter(|line| line.contains("/repository/tree"));
    let listed: Vec<&str> = asked.filter_map(|line| line.split("path=").nth(1)?.split('&').next()).collect();
    assert_eq!(listed, ["", "docs", "docs%2Fa"]);
    let changed = peer.git("shop", &["diff", "--name-status", "main", "add/docs"]);
    assert_eq!(changed, "M\tdocs/a/one.md\nA\tdocs/new/deep/four.md\nM\tkept\nA\tnew/five.md\n");
}

#[tokio::test]
async fn what_can_t_be_proposed_is_refused() {
    let peer = Peer::start().await;
    begun(&peer, "shop");
    let bench = filled(&peer);
    let mut input = propose(&peer, "shop");
    for (name, value, expected) in [
        ("branchName", "main", "can't be proposed to itself"),
        ("targetBranchName", "nowhere", "There is no branch nowhere"),
        ("targetPath", "../..", "it leads out of the workspace"),
        ("targetPath", "/etc", "is no path here"),
        ("sourcePath", "../..", "it leads out of the workspace"),
        ("projectid", "acme/shops/nothing", "404 Project Not Found"),
        ("projectid", "..", "is no path of the API"),
        ("branchName", "..", "is no path of the API"),
    ] {
        let before = input.clone();
        input[name] = json!(value);
        let refused = bench.run(ID, input).await.unwrap_err();
        assert!(refused.contains(expected), "{name} {value}: {refused}");
        input = before;
    }
    let acme = peer.get("/namespaces/acme%2Fshops");
    peer.ask("POST", "/projects", json!({ "name": "bare", "path": "bare", "namespace_id": acme["id"] }));
    let refused = bench.run(ID, propose(&peer, "bare")).await.unwrap_err();
    assert!(refused.contains("is empty, so that nothing can be proposed to it"), "{refused}");
    assert_eq!(peer.state("shop")["lists"]["merge_requests"], Value::Null);
}

fn push(peer: &Peer, name: &str, branch: &str) -> Value {
    json!({
        "repoUrl": peer.repo_url(name), "branchName": branch, "commitMessage": "Add docs\n\nAll of them.",
        "targetPath": "docs/über", "commitAction": "auto",
    })
}

#[tokio::test]
async fn a_workspace_is_added_to_a_branch() {
    let peer = Peer::start().await;
    begun(&peer, "shop");
    for (branch, parents) in [("main", "2"), ("new", "3")] {
        let bench = filled(&peer);
        bench.workspace.write(&format!("{branch}.txt"), b"", false).unwrap();
        let given = bench.given(PUSH, push(&peer, "shop", branch)).await;
        assert_eq!(given["commitHash"], peer.git("shop", &["rev-parse", branch]).trim());
        assert_eq!(peer.git("shop", &["rev-list", "--count", branch]).trim(), parents);
        assert!(tree(&peer, "shop", branch).contains(&"100755 docs/über/run.sh".to_owned()));
        assert_eq!(bench.given(PUSH, push(&peer, "shop", branch)).await, given);
    }
    // Nothing differs any more.
    let bench = filled(&peer);
    let given = bench.given(PUSH, push(&peer, "shop", "main")).await;
    assert_eq!(given, json!({ "projectid": "acme/shops/shop", "projectPath": "acme/shops/shop" }));
    let mut empty = push(&peer, "shop", "main");
    empty["allowEmpty"] = json!(true);
    assert!(filled(&peer).given(PUSH, empty).await["commitHash"].is_string());
    assert_eq!(peer.git("shop", &["rev-list", "--count", "main"]).trim(), "3");
    let mut create = push(&peer, "shop", "main");
    create.as_object_mut().unwrap().remove("commitAction");
    let refused = filled(&peer).run(PUSH, create).await.unwrap_err();
    assert!(refused.contains("A file with this name already exists"), "{refused}");
}

#[tokio::test]
async fn a_push_that_is_cut_off_is_taken_up_again() {
    for branch in ["main", "new"] {
        let peer = Peer::start().await;
        let prepare = |name: &str| {
            begun(&peer, name);
            filled(&peer)
        };
        survives_cuts(&peer, prepare, PUSH, |name| push(&peer, name, branch)).await;
    }
}

#[tokio::test]
async fn an_empty_project_gets_its_first_commit() {
    let peer = Peer::start().await;
    let prepare = |name: &str| {
        let acme = peer.get("/namespaces/acme%2Fshops");
        peer.ask("POST", "/projects", json!({ "name": name, "path": name, "namespace_id": acme["id"] }));
        filled(&peer)
    };
    survives_cuts(&peer, prepare, PUSH, |name| push(&peer, name, "trunk")).await;
    assert_eq!(peer.project("undisturbed")["default_branch"], "trunk");
}
