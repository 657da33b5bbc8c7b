//! Sign-in and settings.

use app::access::views::{SettingsView, SignInView};
use leptos::prelude::*;
use model::{Account, AccountSession, SignIn};

use crate::drawn::{Drawn, draw};
use crate::samples::link;

fn sign_in(page: SignIn) -> Drawn {
    draw(|| view! { <SignInView site="Acme".to_owned() page/> })
}

#[test]
fn a_failed_sign_in_says_what_to_do() {
    let page = sign_in(SignIn {
        title: "You are not in the catalog".to_owned(),
        failed: true,
        texts: vec!["The catalog has no User that is clearly you.".to_owned(), "Ask for one.".to_owned()],
        details: vec!["It said: <b>no</b>".to_owned()],
        ways: vec![
            ("Sign in with id.example.com".to_owned(), "/api/auth/oidc/start".to_owned()),
            ("Continue as guest".to_owned(), "/".to_owned()),
        ],
    });
    insta::assert_snapshot!(page.text(), @r"
    Sign in to Acme
    You are not in the catalog
    The catalog has no User that is clearly you.
    Ask for one.
    It said: <b>no</b>
    Sign in with id.example.com
    Continue as guest
    ");
    assert_eq!(page.links(), ["/api/auth/oidc/start", "/"]);
    assert!(page.html().contains(r#"role="alert""#) && !page.html().contains("<b>"), "{}", page.html());
}

#[test]
fn a_person_sees_groups_and_sessions() {
    let session = |id: &str, browser: &str| AccountSession {
        id: id.to_owned(),
        browser: browser.to_owned(),
        since: "2026-11-24T03:15:09Z".to_owned(),
        seen: "2026-11-24T03:15:09Z".to_owned(),
    };
    let page = draw(|| {
        let account = Account {
            name: "Ada".to_owned(),
            facts: vec![("Entity".to_owned(), "user:default/ada".to_owned())],
            user: Some(link("user:default/ada")),
            groups: vec![link("group:default/berths")],
            sessions: vec![session("", "Firefox on Linux"), session("some-id", "Chrome on Android")],
        };
        view! { <SettingsView account/> }
    });
    let text = page.text();
    for expected in
        ["user:default/ada", "berths", "Firefox on Linux", "This browser", "Sign out everywhere else"]
    {
        assert!(text.contains(expected), "{expected} is missing in\n{text}");
    }
    assert!(page.html().contains(r#"aria-label="Sign out of Chrome on Android""#), "{}", page.html());
    assert!(!page.html().contains("Sign out of Firefox"), "{}", page.html());
}

#[test]
fn a_guest_has_colours_alone() {
    let page =
        draw(|| view! { <SettingsView account=Account { name: "Guest".to_owned(), ..Account::default() }/> });
    assert!(page.text().contains("as a guest") && !page.text().contains("Groups"), "{}", page.text());
}
