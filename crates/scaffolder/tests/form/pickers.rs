//! What the fields of Backstage ask of their values.

use serde_json::{Value, json};

use crate::browser::Page;

fn told(field: &str, options: &Value, value: &Value) -> Vec<String> {
    let page = Page::with(
        &json!({ "properties": { "x": { "ui:field": field, "ui:options": options } } }),
        &json!({ "x": value }),
    );
    page.told()
}

#[test]
fn values_that_fit_and_values_that_do_not() {
    let repositories = json!({
        "allowedHosts": ["github.com", "dev.azure.com", "bitbucket.org"], "allowedOwners": ["acme"],
        "allowedOrganizations": ["org"], "allowedProjects": ["proj"], "allowedRepos": ["shop"],
    });
    for (field, options, value, expected) in [
        ("EntityNamePicker", json!({}), json!("shop-api"), ""),
        ("EntityNamePicker", json!({}), json!("shop api"), "1 to 63 letters, digits, -, _ and ."),
        ("EntityNamePicker", json!({}), json!(""), ""),
        ("EntityTagsPicker", json!({}), json!(["java", "c++"]), ""),
        ("EntityTagsPicker", json!({}), json!(["java", "Not A Tag"]), "Not A Tag: This has to be"),
        ("OwnerPicker", json!({}), json!("team-a"), ""),
        ("OwnerPicker", json!({}), json!("group:default/team-a"), ""),
        ("OwnerPicker", json!({}), json!("group:/team-a"), "reference such as group:default/team-a"),
        ("EntityPicker", json!({}), json!("anything"), ""),
        ("EntityPicker", json!({"allowArbitraryValues": false}), json!("anything"), "names no kind"),
        (
            "EntityPicker",
            json!({"allowArbitraryValues": false, "defaultKind": "System"}),
            json!("anything"),
            "",
        ),
        ("EntityPicker", json!({}), json!("a//b"), ""),
        ("MultiEntityPicker", json!({}), json!(["component:a", ":b"]), "not an entity reference"),
        ("RepoUrlPicker", json!({}), json!("github.com?owner=acme&repo=shop"), ""),
        ("RepoUrlPicker", json!({}), json!("github.com?owner=acme"), "names no repository"),
        ("RepoUrlPicker", json!({}), json!("?owner=acme&repo=x"), "begins with a host"),
        ("RepoUrlPicker", repositories.clone(), json!("github.com?owner=acme&repo=shop"), ""),
        (
            "RepoUrlPicker",
            repositories.clone(),
            json!("gitlab.com?owner=acme&repo=shop"),
            "Choose one of github.com, dev.azure.com, bitbucket.org as host",
        ),
        (
            "RepoUrlPicker",
            repositories.clone(),
            json!("github.com?owner=other&repo=shop"),
            "Choose one of acme as owner",
        ),
        (
            "RepoUrlPicker",
            repositories.clone(),
            json!("bitbucket.org?workspace=other&project=proj&repo=shop"),
            "Choose one of acme as owner",
        ),
        (
            "RepoUrlPicker",
            repositories.clone(),
            json!("dev.azure.com?organization=other&project=proj&repo=shop"),
            "Choose one of org as organization",
        ),
        (
            "RepoUrlPicker",
            repositories.clone(),
            json!("dev.azure.com?organization=org&project=other&repo=shop"),
            "Choose one of proj as project",
        ),
        (
            "RepoUrlPicker",
            repositories,
            json!("github.com?owner=acme&repo=other"),
            "Choose one of shop as repository",
        ),
        ("RepoUrlPicker", json!({}), json!("github.com?repo=ok"), "Fill in the owner"),
        ("RepoUrlPicker", json!({}), json!("github.com?owner=&repo=ok"), "Fill in the owner"),
        ("RepoUrlPicker", json!({}), json!("gitlab.com?repo=ok"), "Fill in the owner"),
        ("RepoUrlPicker", json!({}), json!("gitlab.com?project=42"), ""),
        (
            "RepoUrlPicker",
            json!({"allowedOwners": ["acme"]}),
            json!("gitlab.com?project=42"),
            "Fill in the owner",
        ),
        (
            "RepoUrlPicker",
            json!({"allowedOwners": ["acme"]}),
            json!("git.example.com?repo=ok"),
            "Fill in the owner",
        ),
        ("RepoUrlPicker", json!({}), json!("git.example.com?repo=ok"), ""),
        ("RepoUrlPicker", json!({}), json!("bitbucket.org?workspace=w&project=p"), "repository"),
        ("RepoUrlPicker", json!({}), json!("bitbucket.org?workspace=w&repo=r"), "Fill in the project"),
        ("RepoUrlPicker", json!({}), json!("bitbucket.org?workspace=w&project=p&repo=r"), ""),
        ("RepoUrlPicker", json!({}), json!("dev.azure.com?project=p&repo=r"), "Fill in the organization"),
        ("RepoUrlPicker", json!({}), json!("dev.azure.com?organization=o&project=p&repo=r"), ""),
        ("RepoOwnerPicker", json!({"excludedOwners": ["root"]}), json!("root"), "other than root"),
        ("RepoOwnerPicker", json!({"excludedOwners": ["root"]}), json!("acme"), ""),
        ("RepoBranchPicker", json!({}), json!("main"), ""),
    ] {
        let told = told(field, &options, &value);
        let is_told =
            if expected.is_empty() { told.is_empty() } else { told.len() == 1 && told[0].contains(expected) };
        assert!(is_told, "{field} {options} {value}: {told:?}");
    }
}

#[test]
fn a_repository_without_scripts() {
    let schema = json!({ "properties": { "repoUrl": { "type": "string", "ui:field": "RepoUrlPicker" } } });
    let mut page = Page::new(&schema);
    page.send(&[]);
    assert_eq!(page.values(), json!({}));
    page.send(&[
        ("/repoUrl~host", "github.com"),
        ("/repoUrl~owner", " acme & co "),
        ("/repoUrl~repo", "shop"),
    ]);
    assert_eq!(page.values(), json!({"repoUrl": "github.com?owner=acme+%26+co&repo=shop"}));
    page.send(&[]);
    assert_eq!(page.values(), json!({"repoUrl": "github.com?owner=acme+%26+co&repo=shop"}));
    page.send(&[("/repoUrl~repo", "")]);
    assert_eq!(
        page.told(),
        [
            r#"/repoUrl: "github.com?owner=acme+%26+co" names no repository: it needs repo=NAME behind the question mark."#
        ]
    );
    // One input with the whole is as good.
    let inputs = [("/repoUrl".to_owned(), "gitlab.com?project=42".to_owned())];
    page.send_all(&inputs);
    assert_eq!(page.values(), json!({"repoUrl": "gitlab.com?project=42"}));
}

#[test]
fn what_the_page_chooses_itself_is_no_repository() {
    let of = |options: Value| {
        Page::new(
            &json!({ "properties": { "repoUrl": { "type": "string", "ui:field": "RepoUrlPicker", "ui:options": options } } }),
        )
    };
    let mut page = of(json!({ "allowedHosts": ["github.com"], "allowedOwners": ["acme"] }));
    page.send(&[("/repoUrl~host", "github.com"), ("/repoUrl~owner", "acme")]);
    assert_eq!(page.values(), json!({}));
    page.send(&[("/repoUrl~host", "github.com"), ("/repoUrl~owner", "acme"), ("/repoUrl~repo", "shop")]);
    assert_eq!(page.values(), json!({"repoUrl": "github.com?owner=acme&repo=shop"}));
    // What somebody chose is an answer, even if it is not complete.
    let mut page = of(json!({ "allowedHosts": ["github.com", "gitlab.com"] }));
    page.send(&[("/repoUrl~host", "gitlab.com")]);
    assert_eq!(page.values(), json!({"repoUrl": "gitlab.com"}));
    let mut page =
        of(json!({ "allowedHosts": ["github.com"], "allowedOwners": ["acme"], "allowedRepos": ["shop"] }));
    page.send(&[("/repoUrl~host", "github.com"), ("/repoUrl~owner", "acme"), ("/repoUrl~repo", "shop")]);
    assert_eq!(page.values(), json!({"repoUrl": "github.com?owner=acme&repo=shop"}));
}

#[test]
fn pickers_are_checked_wherever_they_are() {
    let schema = json!({
        "properties": {
            "list": {"type": "array", "items": {"type": "object", "properties": {"name": {"type": "string", "ui:field": "EntityNamePicker"}}}},
            "on": {"type": "boolean"},
        },
        "dependencies": {"on": {"oneOf": [{"properties": {"on": {"const": true}, "owner": {"type": "string", "ui:field": "OwnerPicker"}}}]}},
    });
    let page =
        Page::with(&schema, &json!({"list": [{"name": "ok"}, {"name": "not ok"}], "on": true, "owner": ":"}));
    let pointers: Vec<_> = page.mistakes().into_iter().map(|mistake| mistake.pointer).collect();
    assert_eq!(pointers, ["/list/1/name", "/owner"]);
}
