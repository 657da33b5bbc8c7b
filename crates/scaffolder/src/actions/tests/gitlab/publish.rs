//! `publish:gitlab` and `gitlab:projectVariable:create`.

use super::*;
use crate::peers::gitlab::{JANE, READER, TOKEN};

const ID: &str = "publish:gitlab";

fn publish(peer: &Peer, name: &str) -> Value {
    json!({
        "repoUrl": peer.repo_url(name), "defaultBranch": "trunk", "gitCommitMessage": "begin", "gitAuthorName": "Jane",
        "gitAuthorEmail": "jane@acme.test", "ownerUsername": "jane", "topics": ["old"],
        "settings": {
            "name": "Läden 店 🛒", "description": "Shops", "visibility": "internal", "topics": ["java", "shop"],
            "merge_method": "ff", "squash_option": "always", "only_allow_merge_if_pipeline_succeeds": true,
        },
        "branches": [{ "name": "release/1", "create": true, "protect": true }, { "name": "trunk", "protect": true }],
        "projectVariables": [
            { "key": "REGION", "value": "eu", "environment_scope": "prod/*" },
            { "key": "KEY", "value": "hunter2hunter2", "masked": true, "masked_and_hidden": true },
        ],
    })
}

#[tokio::test]
async fn a_workspace_becomes_a_project() {
    let peer = Peer::start().await;
    let bench = Bench::on(&peer);
    bench.fill();
    let given = bench.given(ID, publish(&peer, "shop")).await;
    let page = peer.page("acme/shops/shop");
    assert_eq!(given["remoteUrl"], page);
    assert_eq!(given["repoContentsUrl"], format!("{page}/-/blob/trunk"));
    assert_eq!(given["commitHash"], peer.git("shop", &["rev-parse", "refs/heads/trunk"]).trim());
    let project = peer.project("shop");
    assert_eq!((&given["projectId"], &given["created"]), (&project["id"], &json!(true)));
    for (name, value) in publish(&peer, "shop")["settings"].as_object().unwrap() {
        assert_eq!(&project[name], value, "{name}");
    }
    assert_eq!((&project["path"], &project["default_branch"]), (&json!("shop"), &json!("trunk")));
    let said = peer.git("shop", &["log", "--format=%an|%ae|%P|%s", "trunk", "release/1"]);
    assert_eq!(said.trim(), "Jane|jane@acme.test||begin");
    let tree = peer.git("shop", &["ls-tree", "-r", "-z", "--format=%(objectmode) %(path)", "trunk"]);
    let tree: Vec<&str> = tree.split_terminator('\0').collect();
    let expected = [
        "100644 .gitignore",
        "100644 README.md",
        "100644 a b/+&#%?.txt",
        "100755 run.sh",
        "100644 src/empty",
        "100644 src/image.bin",
        "120000 src/way",
    ];
    assert_eq!(tree, expected);
    let state = peer.state("shop");
    let protected = state["lists"]["protected_branches"].as_array().unwrap().iter().map(|one| &one["name"]);
    assert_eq!(protected.collect::<Vec<_>>(), ["trunk", "release/1"]);
    let variables = state["lists"]["variables"].to_string();
    assert!(
        variables.contains(r#""environment_scope":"prod/*""#) && variables.contains(r#""hidden":true"#),
        "{variables}"
    );
    assert_eq!(state["lists"]["members"], json!([{ "username": "jane", "access_level": 50 }]));
    // The same step again, as after a crash behind its end: nothing happens.
    let again = bench.given(ID, publish(&peer, "shop")).await;
    assert_eq!((again, peer.state("shop")), (given, state));
    for token in [TOKEN, "hunter2"] {
        assert!(!bench.log().contains(token), "{}", bench.log());
    }
}

#[tokio::test]
async fn a_publication_that_is_cut_off_is_taken_up_again() {
    let peer = Peer::start().await;
    let prepare = |_: &str| {
        let bench = Bench::on(&peer);
        bench.fill();
        bench
    };
    survives_cuts(&peer, prepare, ID, |name| publish(&peer, name)).await;
}

#[tokio::test]
async fn what_others_made_is_left_alone() {
    let peer = Peer::start().await;
    let first = Bench::on(&peer);
    first.fill();
    first.given(ID, json!({ "repoUrl": peer.repo_url("shop"), "sourcePath": "src" })).await;
    let before = peer.state("shop");
    assert_eq!(before["project"]["default_branch"], "master");
    let other = Bench::on(&peer);
    other.fill();
    let refused = other.run(ID, publish(&peer, "shop")).await.unwrap_err();
    assert!(
        refused.contains("acme/shops/shop is there already") && refused.contains("skipExisting"),
        "{refused}"
    );
    let mut input = publish(&peer, "shop");
    input["skipExisting"] = json!(true);
    let given = other.given(ID, input).await;
    assert_eq!((&given["created"], &given["commitHash"]), (&json!(false), &json!("")));
    assert_eq!(peer.state("shop"), before);
    assert!(other.log().contains("stays as it is"), "{}", other.log());
}

#[tokio::test]
async fn what_another_run_made_at_the_same_moment_is_left_alone() {
    let peer = Peer::start().await;
    let filled = || {
        let bench = Bench::on(&peer);
        bench.fill();
        bench
    };
    let is_there = |refused: &str| refused.contains("is there already") && refused.contains("skipExisting");
    // It comes between the question and the request.
    let late = filled();
    peer.add_rival();
    for attempt in 1..=2 {
        let refused = late.run(ID, publish(&peer, "shop")).await.unwrap_err();
        assert!(is_there(&refused), "{attempt}: {refused}");
    }
    assert_eq!(peer.git("shop", &["for-each-ref"]), "", "nothing was pushed to it");
    // It comes between a request that was refused and the next attempt.
    let refused = filled();
    let mut input = publish(&peer, "other");
    input["token"] = json!(READER);
    assert!(refused.run(ID, input).await.unwrap_err().contains("403 Forbidden"));
    filled().given(ID, json!({ "repoUrl": peer.repo_url("other"), "sourcePath": "src" })).await;
    let before = peer.state("other");
    let again = refused.run(ID, publish(&peer, "other")).await.unwrap_err();
    assert!(is_there(&again), "{again}");
    assert_eq!(peer.state("other"), before);
}

#[tokio::test]
async fn a_project_can_be_made_without_content() {
    let peer = Peer::start().await;
    let bench = Bench::on(&peer);
    let nothing = bench.run(ID, json!({ "repoUrl": peer.repo_url("bare") })).await.unwrap_err();
    assert!(nothing.contains("holds no files that could be published"), "{nothing}");
    let given = bench.given(ID, json!({ "repoUrl": peer.repo_url("bare"), "sourcePath": false })).await;
    assert_eq!((&given["created"], &given["commitHash"]), (&json!(true), &json!("")));
    assert_eq!(peer.git("bare", &["for-each-ref"]), "");
    // A name that is no path becomes one, and a person may own the project as well as a group.
    let repo_url = format!("{}?owner=jane&repo=My%20Shop", peer.host());
    let given = bench.given(ID, json!({ "repoUrl": repo_url, "sourcePath": false })).await;
    assert_eq!(given["remoteUrl"], peer.page("jane/my-shop"));
    assert_eq!(peer.get("/projects/jane%2Fmy-shop")["name"], "My Shop");
}

#[tokio::test]
async fn addresses_that_lead_elsewhere_are_refused_before_anything_is_asked() {
    let peer = Peer::start().await;
    let bench = Bench::on(&peer);
    bench.fill();
    let at = |rest: &str| format!("{}?{rest}", peer.host());
    for (repo_url, expected) in [
        (at("owner=acme/..&repo=shop"), "needs owner=PATH"),
        (at("owner=..&repo=shop"), "needs owner=PATH"),
        (at("owner=acme%2F%2e%2e%2Fother&repo=shop"), "needs owner=PATH"),
        (at("owner=acme%252Fshops&repo=shop"), "needs owner=PATH"),
        (at("owner=/acme&repo=shop"), "needs owner=PATH"),
        (at("owner=acme/&repo=shop"), "needs owner=PATH"),
        (at("owner=ac%5Cme&repo=shop"), "needs owner=PATH"),
        (at("repo=shop"), "needs owner=PATH"),
        (at("owner=acme&repo=.."), "can't be the end of an address"),
        (at("owner=acme&repo=%2e%2e%2Fusers"), "can't be the end of an address"),
        (at("owner=acme&repo=a%2Fb"), "can't be the end of an address"),
        (at("owner=acme&repo=a%3Fb"), "can't be the end of an address"),
        (at("owner=acme&repo=shop.git"), "can't be the end of an address"),
        (at("owner=acme&repo=L%C3%A4den"), "say in settings.name what people read"),
        (at("owner=acme&repo=%E5%BA%97"), "say in settings.name what people read"),
        (at("owner=acme"), "names no repository"),
        ("gitlab.com?owner=acme&repo=x".to_owned(), "there is no token for gitlab.com"),
        ("git.test?owner=acme&repo=x".to_owned(), "git.test is not in integrations.gitlab"),
        (format!("{}/api?owner=acme&repo=x", peer.host()), "is no repoUrl"),
        (format!("octo@{}?owner=acme&repo=x", peer.host()), "is not in integrations.gitlab"),
    ] {
        let refused = bench.run(ID, json!({ "repoUrl": repo_url })).await.unwrap_err();
        assert!(refused.contains(expected), "{repo_url}: {refused}");
    }
    let climbs = json!({ "repoUrl": peer.repo_url("x"), "settings": { "path": "../../admin" } });
    assert!(bench.run(ID, climbs).await.unwrap_err().contains("can't be the end of an address"));
    let signed = json!({ "repoUrl": peer.repo_url("x"), "signCommit": true });
    assert!(bench.run(ID, signed).await.unwrap_err().contains("can't sign commits"));
    assert_eq!(peer.asked(), "");
    let stranger = json!({ "repoUrl": at("owner=nobody&repo=shop") });
    let refused = bench.run(ID, stranger).await.unwrap_err();
    assert!(
        refused.contains("no group or person nobody") && refused.contains("gitlab:group:ensureExists"),
        "{refused}"
    );
}

#[tokio::test]
async fn a_variable_is_set_once_for_each_scope() {
    let peer = Peer::start().await;
    Bench::on(&peer).given(ID, json!({ "repoUrl": peer.repo_url("shop"), "sourcePath": false })).await;
    let id = "gitlab:projectVariable:create";
    let bench = Bench::on(&peer);
    let mut input = json!({
        "repoUrl": peer.repo_url("shop"), "projectId": "acme/shops/shop", "key": "KEY", "value": "hunter2hunter2",
        "variableType": "env_var", "maskedAndHidden": true, "masked": true, "environmentScope": "prod/*",
    });
    for _ in 0..2 {
        bench.done(id, input.clone()).await;
    }
    input["environmentScope"] = json!("*");
    input["projectId"] = peer.project("shop")["id"].clone();
    input["value"] = json!("other");
    bench.done(id, input.clone()).await;
    let expected = json!([
        { "key": "KEY", "value": "hunter2hunter2", "variable_type": "env_var", "protected": false, "masked": true, "raw": false,
          "hidden": true, "environment_scope": "prod/*" },
        { "key": "KEY", "value": "other", "variable_type": "env_var", "protected": false, "masked": true, "raw": false,
          "hidden": true, "environment_scope": "*" },
    ]);
    assert_eq!(peer.state("shop")["lists"]["variables"], expected);
    for (project, expected) in
        [(json!("acme/shops/nothing"), "404"), (json!(".."), "is no path"), (json!("../../users"), "404")]
    {
        input["projectId"] = project.clone();
        let refused = bench.run(id, input.clone()).await.unwrap_err();
        assert!(refused.contains(expected) && !refused.contains("hunter2"), "{project}: {refused}");
    }
    assert!(!bench.log().contains("hunter2"), "{}", bench.log());
}

#[tokio::test]
async fn tokens_are_never_told() {
    let peer = Peer::start().await;
    let bench = Bench::on(&peer);
    bench.fill();
    let mut told = Vec::new();
    for (token, expected) in [
        // The peer says this one back.
        ("glpat-not-known-4", "does not accept the token of the step: 401 Unauthorized ******."),
        (READER, "does not let the token of the step do POST /projects: 403 Forbidden."),
        ("a\nb", "the token holds a character that no token has"),
    ] {
        let mut input = publish(&peer, "shop");
        input["token"] = json!(token);
        let refused = bench.run(ID, input).await.unwrap_err();
        assert!(refused.contains(expected) && !refused.contains(token), "{refused}");
        told.push(refused);
    }
    assert!(told[1].contains("the scope \"api\" and the role \"Maintainer\""), "{}", told[1]);
    // Owners are let in with the token of the configuration: that of the step may not do it.
    let mut input = publish(&peer, "shop");
    input["token"] = json!(JANE);
    input["setUserAsOwner"] = json!(true);
    input["ownerUsername"] = json!("reader");
    bench.given(ID, input.clone()).await;
    let members =
        json!([{ "username": "jane", "access_level": 50 }, { "username": "reader", "access_level": 50 }]);
    assert_eq!(peer.state("shop")["lists"]["members"], members);
    input["repoUrl"] = json!(peer.repo_url("other"));
    input["ownerUsername"] = json!("nobody");
    let refused = bench.run(ID, input).await.unwrap_err();
    assert!(refused.contains("has no user nobody"), "{refused}");
    for token in [TOKEN, JANE, READER, "glpat-not-known-4"] {
        assert!(!bench.log().contains(token), "{}", bench.log());
    }
}

#[tokio::test]
async fn a_limit_is_kept_by_the_token_that_met_it() {
    let peer = Peer::start().await;
    let bench = Bench::on(&peer);
    bench.fill();
    peer.limit(Some(30));
    let refused = bench.run(ID, publish(&peer, "shop")).await.unwrap_err();
    assert!(refused.contains("rate limit"), "{refused}");
    peer.limit(None);
    peer.count_anew();
    let refused = bench.run(ID, publish(&peer, "shop")).await.unwrap_err();
    assert!(refused.contains("rate limit") && peer.requests() == 0, "{refused}");
    let mut input = publish(&peer, "shop");
    input.as_object_mut().unwrap().remove("ownerUsername");
    input["token"] = json!(JANE);
    bench.given(ID, input).await;
}
