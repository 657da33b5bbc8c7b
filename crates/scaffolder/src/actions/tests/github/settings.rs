//! What a new repository is given beside its content: of the front, for the program behind it has none of it.

use super::upkeep::leaves;
use super::*;

#[tokio::test]
async fn variables_secrets_and_more_are_set() {
    let peer = Peer::start(&[]).await;
    let bench = Bench::at(&peer);
    let input = json!({
        "repoUrl": peer.repo_url("shop"), "repoVariables": { "REGION": "eu" }, "secrets": { "KEY": "hunter2 ü" },
        "oidcCustomization": { "useDefault": false, "includeClaimKeys": ["repo"] }, "subscribe": true,
        "workflowAccess": "organization", "access": "octo-dev",
    });
    for attempt in 1..=2 {
        bench.given("github:repo:create", input.clone()).await;
        assert_eq!(peer.kept("shop/actions/variables/REGION")["value"], "eu", "{attempt}");
        assert_eq!(peer.opened("shop/actions/secrets/KEY"), "hunter2 ü", "{attempt}");
    }
    assert_eq!(
        peer.kept("shop/actions/oidc/customization/sub"),
        json!({ "use_default": false, "include_claim_keys": ["repo"] })
    );
    assert_eq!(peer.kept("shop/subscription"), json!({ "subscribed": true, "ignored": false }));
    assert_eq!(peer.kept("shop/actions/permissions/access"), json!({ "access_level": "organization" }));
    assert!(!bench.log().contains("hunter2"));
}

#[tokio::test]
async fn an_environment_is_made_and_filled_once() {
    let peer = Peer::start(&[]).await;
    let input = |name: &str| {
        json!({
            "repoUrl": peer.repo_url(name), "name": "live/eu", "waitTimer": 5, "preventSelfReview": true,
            "deploymentBranchPolicy": { "protected_branches": false, "custom_branch_policies": true },
            "customBranchPolicyNames": ["main", "v1"], "customTagPolicyNames": ["v1"],
            "environmentVariables": { "REGION": "eu" }, "secrets": { "KEY": "hunter2" },
            "reviewers": ["user:default/octo-dev", "user:named-otherwise"],
        })
    };
    let left = async |name: &str| {
        let place = |rest: &str| peer.kept(&format!("{name}/environments/live%2Feu{rest}"));
        let secret = peer.opened(&format!("{name}/environments/live%2Feu/secrets/KEY"));
        json!([place(""), place("/deployment-branch-policies"), place("/variables/REGION")["value"], secret])
    };
    leaves(&peer, "github:environment:create", input, left).await;
    let mut left = left("undisturbed").await;
    let reviewers = left[0]["reviewers"].take();
    let reviewers = reviewers.as_array().unwrap();
    assert!(
        reviewers.len() == 2 && reviewers[0] == reviewers[1] && reviewers[0]["id"].is_u64(),
        "{reviewers:?}"
    );
    assert_eq!(reviewers[0]["type"], "User");
    assert_eq!(
        left,
        json!([
            {
                "wait_timer": 5, "prevent_self_review": true, "reviewers": null,
                "deployment_branch_policy": { "protected_branches": false, "custom_branch_policies": true },
            },
            [{ "name": "main", "type": "branch" }, { "name": "v1", "type": "branch" }, { "name": "v1", "type": "tag" }],
            "eu",
            "hunter2",
        ])
    );
    for (field, wrong, says) in [
        ("reviewers", json!(["component:shop"]), "can't review"),
        ("reviewers", json!(["user:nobody"]), "There is no user:default/nobody"),
        ("reviewers", json!(["group:no-such-team"]), "github.com/team-slug"),
        ("waitTimer", json!(0.5), "whole number of minutes"),
    ] {
        let mut input = input("undisturbed");
        input[field] = wrong;
        let refused = Bench::at(&peer).run("github:environment:create", input).await.unwrap_err();
        assert!(refused.contains(says), "{refused}");
    }
}

#[tokio::test]
async fn a_deploy_key_is_given_once() {
    let peer = Peer::start(&[]).await;
    let input = |name: &str| {
        json!({
            "repoUrl": peer.repo_url(name), "publicKey": "ssh-ed25519 AAAA jane@acme.test",
            "privateKey": "hunter2", "deployKeyName": "Push it",
        })
    };
    let left = async |name: &str| {
        let secret = peer.opened(&format!("{name}/actions/secrets/PUSH_IT_PRIVATE_KEY"));
        json!([peer.kept(&format!("{name}/keys")), secret])
    };
    leaves(&peer, "github:deployKey:create", input, left).await;
    assert_eq!(
        left("undisturbed").await,
        json!([[{ "id": 1, "key": "ssh-ed25519 AAAA", "title": "Push it" }], "hunter2"])
    );
    let mut wrong = input("undisturbed");
    wrong["publicKey"] = json!("AAAA");
    let refused = Bench::at(&peer).run("github:deployKey:create", wrong).await.unwrap_err();
    assert!(refused.contains("is no public key") && !refused.contains("hunter2"), "{refused}");
}
