//! `publish:github`, `github:repo:create` and `github:repo:push`.

use http::Method;

use super::*;

fn publish(peer: &Peer, name: &str) -> Value {
    json!({
        "repoUrl": peer.repo_url(name), "description": "The shop", "homepage": "https://shop.test", "defaultBranch": "trunk",
        "topics": ["Java", "shop"], "repoVisibility": "private", "gitCommitMessage": "begin", "gitAuthorName": "Jane",
        "collaborators": [{ "user": "user:default/octo-dev", "access": "push" }, { "team": "nobody", "access": "push" }],
        "requiredApprovingReviewCount": 2, "protectEnforceAdmins": false, "allowedHosts": ["github.com"],
    })
}

#[tokio::test]
async fn a_workspace_becomes_a_repository() {
    let peer = Peer::start(&["taken"]).await;
    let bench = Bench::at(&peer);
    bench.fill();
    let given = bench.given("publish:github", publish(&peer, "shop")).await;
    let page = peer.page("shop");
    assert_eq!(given["remoteUrl"], format!("{page}.git"));
    assert_eq!(given["repoContentsUrl"], format!("{page}/blob/trunk"));
    let head = peer.get("shop/git/ref/heads/trunk").await;
    assert_eq!(given["commitHash"], head["object"]["sha"]);
    let state = peer.state("shop").await;
    assert_eq!(state["branches"].as_array().unwrap().len(), 1, "{state:#}");
    let branch = &state["branches"][0];
    assert_eq!(branch["commits"], json!([["begin", "Jane", 0]]));
    assert_eq!((&branch["admins"], &branch["reviews"]), (&json!(false), &json!(2)));
    let tree = peer.get("shop/git/trees/trunk?recursive=1").await;
    let blobs = tree["tree"].as_array().unwrap().iter().filter(|entry| entry["type"] == "blob");
    let mut files = Vec::new();
    for entry in blobs {
        let blob = peer.get(&format!("shop/git/blobs/{}", entry["sha"].as_str().unwrap())).await;
        let bytes = base64::Engine::decode(
            &base64::engine::general_purpose::STANDARD,
            blob["content"].as_str().unwrap(),
        );
        files.push(format!(
            "{} {} {:?}",
            entry["mode"].as_str().unwrap(),
            entry["path"].as_str().unwrap(),
            bytes.unwrap().escape_ascii().to_string()
        ));
    }
    files.sort_unstable();
    let mut expected = vec![
        r#"100644 .gitignore "*.log\\n""#,
        r##"100644 README.md "# \\xc3\\x9cn\\xc3\\xafcode \\xf0\\x9f\\xa6\\x80\\r\\n""##,
        r#"100644 a b/+&#%?.txt "odd name\\n""#,
        r#"100644 src/empty """#,
        r#"100644 src/image.bin "\\x00\\x9f\\x92\\x96\\xff""#,
        r##"100755 run.sh "#!/bin/sh\\n""##,
    ];
    if cfg!(unix) {
        expected.push(r#"120000 src/way "../../../etc/passwd""#);
    }
    assert_eq!(files, expected);
    assert_eq!(state["topics"], json!(["java", "shop"]));
    assert_eq!((&state["private"], &state["default_branch"]), (&json!(true), &json!("trunk")));
    assert_eq!(
        (&state["description"], &state["homepage"]),
        (&json!("The shop"), &json!("https://shop.test"))
    );
    assert!(state["collaborators"].to_string().contains("octo-dev"), "{state:#}");
    assert!(bench.log().contains("nobody does not get the access push"), "{}", bench.log());
    // The same step again, as after a crash behind its end: nothing happens.
    let again = bench.given("publish:github", publish(&peer, "shop")).await;
    assert_eq!((again, peer.state("shop").await), (given, state));
}

#[tokio::test]
async fn what_others_made_is_left_alone() {
    let peer = Peer::start(&["taken"]).await;
    let before = peer.state("taken").await;
    let bench = Bench::at(&peer);
    bench.fill();
    for id in ["publish:github", "github:repo:create"] {
        let told = bench.run(id, json!({ "repoUrl": peer.repo_url("taken") })).await.unwrap_err();
        assert!(told.contains("a repository acme/taken at 127.0.0.1") && told.contains("already"), "{told}");
    }
    // A branch with commits is not overwritten, whoever made the repository.
    let readme = json!({ "message": "work", "content": "eA==" });
    peer.ask(Method::PUT, "taken/contents/work.txt", Some(readme)).await;
    let before_push = peer.state("taken").await;
    assert_ne!(before_push, before);
    let push = json!({ "repoUrl": peer.repo_url("taken"), "defaultBranch": "main" });
    let told = bench.run("github:repo:push", push).await.unwrap_err();
    assert!(told.contains("The branch main of") && told.contains("overwrites nothing"), "{told}");
    assert_eq!(peer.state("taken").await, before_push);
    for (repo_url, expected) in [
        (peer.repo_url("missing"), "there is no repository acme/missing"),
        ("github.com?owner=acme&repo=x".to_owned(), "there is no token for github.com"),
        ("git.test?owner=acme&repo=x".to_owned(), "git.test is not in integrations.github"),
        ("github.com".to_owned(), "names no repository"),
        (peer.repo_url("..%2F..%2Fuser"), "needs repo=NAME"),
        (peer.repo_url("a b"), "needs repo=NAME"),
        (peer.repo_url("x").replace("owner=acme&", ""), "needs owner=NAME"),
    ] {
        let told = bench.run("github:repo:push", json!({ "repoUrl": repo_url })).await.unwrap_err();
        assert!(told.contains(expected), "{repo_url}: {told}");
    }
    let stranger = json!({ "repoUrl": peer.repo_url("x").replace("acme", "octo-dev") });
    let told = bench.run("publish:github", stranger).await.unwrap_err();
    assert!(told.contains("octo-dev is no organization that the token may see"), "{told}");
}

#[tokio::test]
async fn an_empty_repository_is_made_and_filled() {
    let peer = Peer::start(&[]).await;
    for (name, auto_init) in [("bare", false), ("begun", true)] {
        let bench = Bench::at(&peer);
        bench.fill();
        let create =
            json!({ "repoUrl": peer.repo_url(name), "autoInit": auto_init, "repoVisibility": "public" });
        bench.given("github:repo:create", create).await;
        if !auto_init {
            let empty = peer.get(&format!("{name}/git/ref/heads/main")).await;
            assert_eq!(empty["message"], "Git Repository is empty.");
        }
        let bench = bench.another_run("push");
        let push =
            json!({ "repoUrl": peer.repo_url(name), "sourcePath": "src", "protectDefaultBranch": false });
        let given = bench.given("github:repo:push", push).await;
        assert_eq!(given["repoContentsUrl"], format!("{}/blob/master", peer.page(name)));
        let state = peer.state(name).await;
        let names: Vec<_> =
            state["branches"].as_array().unwrap().iter().map(|branch| &branch["name"]).collect();
        // The first branch of a repository that somebody else began is theirs.
        let expected = if auto_init { vec!["main", "master"] } else { vec!["master"] };
        assert_eq!(names, expected, "{state:#}");
        let branch = state["branches"].as_array().unwrap().last().unwrap();
        assert_eq!(branch["commits"], json!([["initial commit", "Scaffolder", 0]]));
        assert_eq!((&branch["admins"], &state["default_branch"]), (&Value::Null, &json!("master")));
        assert!(branch["tree"].to_string().contains("image.bin"), "{state:#}");
    }
    let nothing = Bench::at(&peer).run("github:repo:push", json!({ "repoUrl": peer.repo_url("bare") })).await;
    assert!(nothing.unwrap_err().contains("holds no files that could be published"));
}

#[tokio::test]
async fn a_publication_that_is_cut_off_is_taken_up_again() {
    let peer = Peer::start(&[]).await;
    let prepare = async |_: &str| {
        let bench = Bench::at(&peer);
        bench.fill();
        bench
    };
    survives_cuts(&peer, prepare, "publish:github", |name| publish(&peer, name)).await;
}

#[tokio::test]
async fn a_push_that_is_cut_off_is_taken_up_again() {
    let peer = Peer::start(&[]).await;
    let prepare = async |name: &str| {
        let bench = Bench::at(&peer);
        bench.fill();
        bench.given("github:repo:create", json!({ "repoUrl": peer.repo_url(name) })).await;
        bench.another_run("push")
    };
    survives_cuts(&peer, prepare, "github:repo:push", |name| json!({ "repoUrl": peer.repo_url(name) })).await;
}
