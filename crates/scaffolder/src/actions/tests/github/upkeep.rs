//! What a repository that is there is given: links, pages, protection and labels.

use axum::http::Method;

use super::*;

/// Runs an action with a cut before and behind each of its requests in turn, and once more to its end. What `left` tells
/// of the repository has to be the same whichever request it was.
pub(super) async fn leaves(
    peer: &Peer,
    id: &str,
    input: impl Fn(&str) -> Value,
    left: impl AsyncFn(&str) -> Value,
) {
    let undisturbed = Bench::at(peer);
    peer.ask_for("undisturbed").await;
    peer.count_anew();
    undisturbed.given(id, input("undisturbed")).await;
    let requests = peer.requests();
    let expected = left("undisturbed").await;
    assert!(requests > 0 && !expected.is_null(), "{id}: {expected}");
    for number in 1..=requests {
        for answered in [false, true] {
            let name = format!("cut-{number}-{answered}");
            peer.ask_for(&name).await;
            let bench = Bench::at(peer);
            let cut = peer.cut(number, answered);
            tokio::select! {
                done = bench.run(id, input(&name)) => panic!("{id} {name}: not cut off, but {done:?}"),
                () = cut.notified() => {}
            }
            peer.mend();
            bench.given(id, input(&name)).await;
            assert_eq!(left(&name).await, expected, "{id} {name}");
        }
    }
}

impl Peer {
    /// Makes a repository with a first commit.
    async fn ask_for(&self, name: &str) {
        let bench = Bench::at(self);
        bench.given("github:repo:create", json!({ "repoUrl": self.repo_url(name), "autoInit": true })).await;
    }
}

#[tokio::test]
async fn an_autolink_is_made_once() {
    let peer = Peer::start(&[]).await;
    let input = |name: &str| json!({ "repoUrl": peer.repo_url(name), "keyPrefix": "SHOP-", "urlTemplate": "https://t.example.com/<num>" });
    let left = async |name: &str| peer.kept(&format!("{name}/autolinks"));
    leaves(&peer, "github:autolinks:create", input, left).await;
    assert_eq!(
        left("undisturbed").await,
        json!([{ "id": 1, "key_prefix": "SHOP-", "url_template": "https://t.example.com/<num>", "is_alphanumeric": true }])
    );
    let mut other = input("undisturbed");
    other["isAlphanumeric"] = json!(false);
    let refused = Bench::at(&peer).run("github:autolinks:create", other).await.unwrap_err();
    assert!(refused.contains("links SHOP- already"), "{refused}");
}

#[tokio::test]
async fn pages_are_turned_on_and_changed() {
    let peer = Peer::start(&[]).await;
    let input =
        |name: &str| json!({ "repoUrl": peer.repo_url(name), "buildType": "legacy", "sourcePath": "/docs" });
    let left = async |name: &str| peer.kept(&format!("{name}/pages"));
    leaves(&peer, "github:pages:enable", input, left).await;
    assert_eq!(
        left("undisturbed").await,
        json!({ "build_type": "legacy", "source": { "branch": "main", "path": "/docs" } })
    );
    let workflow = json!({ "repoUrl": peer.repo_url("undisturbed") });
    Bench::at(&peer).given("github:pages:enable", workflow).await;
    assert_eq!(left("undisturbed").await["build_type"], "workflow");
}

#[tokio::test]
async fn a_branch_is_protected() {
    let peer = Peer::start(&[]).await;
    let input = |name: &str| json!({ "repoUrl": peer.repo_url(name), "requiredApprovingReviewCount": 2, "enforceAdmins": false });
    let left = async |name: &str| {
        let state = peer.state(name).await;
        json!([state["branches"][0]["admins"], state["branches"][0]["reviews"]])
    };
    leaves(&peer, "github:branch-protection:create", input, left).await;
    assert_eq!(left("undisturbed").await, json!([false, 2]));
}

#[tokio::test]
async fn labels_are_added_to_those_that_are_there() {
    let peer = Peer::start(&["shop"]).await;
    let issue = json!({ "title": "One", "labels": ["old"] });
    assert_eq!(peer.ask(Method::POST, "shop/issues", Some(issue)).await["number"], 1);
    let input = json!({ "repoUrl": peer.repo_url("shop"), "number": 1, "labels": ["new"] });
    for _ in 0..2 {
        Bench::at(&peer).given("github:issues:label", input.clone()).await;
        let labels = peer.get("shop/issues/1/labels").await;
        let names: Vec<_> = labels.as_array().unwrap().iter().map(|label| label["name"].clone()).collect();
        assert_eq!(names, ["old", "new"]);
    }
    let wrong = json!({ "repoUrl": peer.repo_url("shop"), "number": 1.5, "labels": ["new"] });
    let refused = Bench::at(&peer).run("github:issues:label", wrong).await.unwrap_err();
    assert_eq!(refused, "1.5 is no number of an issue.");
    let missing = json!({ "repoUrl": peer.repo_url("shop"), "number": 99, "labels": ["new"] });
    let refused = Bench::at(&peer).run("github:issues:label", missing).await.unwrap_err();
    assert!(refused.contains("answered 404 to POST /repos/acme/shop/issues/99/labels"), "{refused}");
}
