//! What a new repository is given beside its content: of the front, for the program behind it has none of it.

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
