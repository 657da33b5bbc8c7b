//! What `config print` and errors show of a value, by its key, its form and its origin.

use serde_json::json;

use super::{Folder, tree};

/// How the value of a key is shown that holds `hunter2` in a file.
fn shown(key: &str, value: &str) -> String {
    let text = json!({ key: value }).to_string();
    tree(&text, &[]).entries().remove(0).value
}

#[test]
fn names_of_secrets() {
    let secret = [
        "password",
        "dbPasswd",
        "passphrase",
        "pass",
        "smtpPass",
        "SMTP_PASS",
        "pwd",
        "clientSecret",
        "GITHUB_TOKEN",
        "tokens",
        "Authorization",
        "proxy-authorization",
        "Cookie",
        "set-cookie",
        "key",
        "X-Api-Key",
        "apikey",
        "sshKey",
        "accountKey",
        "webhook",
        "webhookUrl",
        "slackWebhooks",
        "credentials",
        "googleCredentialsFile",
        "connectionString",
    ];
    for name in secret {
        assert_eq!(shown(name, "hunter2"), "******", "{name}");
    }
    let harmless = [
        "title",
        "baseUrl",
        "host",
        "user",
        "keyId",
        "tokenEndpoint",
        "publicKey",
        "projectKey",
        "compass",
        "bypass",
        "valkey",
        "monkey",
        "passive",
        "author",
        "cookieless",
        "target",
        "organization",
    ];
    for name in harmless {
        assert_eq!(shown(name, "hunter2"), "\"hunter2\"", "{name}");
    }
    let below = tree("webhook: { path: hunter2, port: 80 }\nkeys: [hunter2]", &[]).entries();
    assert!(below.iter().all(|entry| entry.value == "******"), "what lies below a secret is one: {below:?}");
}

#[test]
fn forms_of_secrets() {
    for (value, expected) in [
        ("postgres://ada:hunter2@db:5432/x", "postgres://ada:******@db:5432/x"),
        ("postgres://ada:hun/ter2@db/x", "postgres://ada:******@db/x"),
        ("redis://:hunter2@cache", "redis://:******@cache"),
        ("https://ada:hunter2@example.com/a@b", "https://******@example.com/a@b"),
        ("https://hunter2@github.com/acme/repo", "https://******@github.com/acme/repo"),
        ("https://hunter2:x-oauth-basic@github.com", "https://******@github.com"),
        ("ssh://git@example.com:22/repo", "ssh://git@example.com:22/repo"),
        ("https://example.com/@ada?tab=x", "https://example.com/@ada?tab=x"),
        ("https://example.com/?access_token=hunter2&a=b", "https://example.com/?access_token=******&a=b"),
        ("https://docs.blob.example/x?sv=1&sig=hunter2", "https://docs.blob.example/x?sv=1&sig=******"),
        ("AccountName=docs;AccountKey=hunter2==;Suffix=x", "AccountName=docs;AccountKey=******;Suffix=x"),
        ("host=db password=hunter2 user=ada", "host=db password=****** user=ada"),
        ("password='hunter2 hunter2' user=ada", "password=****** user=ada"),
        ("password='hunter2 hunter2", "password=******"),
        ("password= user=ada", "password= user=ada"),
        ("a=b", "a=b"),
        ("ü=ü key=hunter2", "ü=ü key=******"),
        ("Ring bearer of the year", "Ring bearer of the year"),
    ] {
        assert_eq!(shown("value", value), json!(expected).to_string(), "{value}");
    }
    for whole in [
        "Bearer hunter2",
        "  bearer hunter2",
        "Authorization: Bearer hunter2",
        "curl -H 'BEARER hunter2'",
        "https://hooks.slack.com/services/hunter2",
        "-----BEGIN PRIVATE KEY-----\nhunter2",
    ] {
        assert_eq!(shown("value", whole), "******", "{whole}");
    }
}

#[test]
fn what_is_brought_in_is_shown_under_harmless_keys_alone() {
    let text = "app: { title: { $env: X }, baseUrl: 'http://${X}', motto: { $env: X }, owner: 'by ${X}' }\n\
                plain: { motto: here, fallback: '${UNSET:-here}', escaped: '$${X}' }\n\
                list: [{ $file: x.txt }]\nhosts: { host: { $file: x.txt }, port: '${X}', token: { $env: X } }\n\
                included: { $include: other.yaml }\n";
    let folder =
        Folder::new(&[("app-config.yaml", text), ("x.txt", "hunter2"), ("other.yaml", "a: here\nb: '${X}'")])
            .with(&[
                ("X", "hunter2"),
                ("APP_CONFIG_custom_header", "hunter2"),
                ("APP_CONFIG_custom_host", "hunter2"),
            ]);
    let entries = folder.load(&["app-config.yaml"]).expect("loads").entries();
    let lines: Vec<String> = entries.iter().map(|entry| format!("{} = {}", entry.key, entry.value)).collect();
    insta::assert_snapshot!(lines.join("\n"), @r#"
    app.title = "hunter2"
    app.baseUrl = "http://hunter2"
    app.motto = ******
    app.owner = ******
    plain.motto = "here"
    plain.fallback = "here"
    plain.escaped = "${X}"
    list[0] = ******
    hosts.host = "hunter2"
    hosts.port = "hunter2"
    hosts.token = ******
    included.a = "here"
    included.b = ******
    custom.header = ******
    custom.host = "hunter2"
    "#);
}

#[test]
fn errors_do_not_quote_what_is_brought_in() {
    let text = "a:\n  level: { $env: X }\n  motto: { $env: X }\n";
    let folder = Folder::new(&[("app-config.yaml", text)]).with(&[("X", "hunter2")]);
    let tree = folder.load(&["app-config.yaml"]).expect("loads");
    let said = |key: &str| folder.stable(&tree.section::<u8>(key).expect_err("no number"));
    insta::assert_snapshot!(said("a.level"), @r#"
    app-config.yaml:2:10: a.level: found "hunter2", expected a whole number from 0 to 255
        2 |   level: { $env: X }
          |          ^
    "#);
    insta::assert_snapshot!(said("a.motto"), @r#"
    app-config.yaml:3:10: a.motto: found ******, expected a whole number from 0 to 255
        3 |   motto: { $env: X }
          |          ^
    "#);
}
