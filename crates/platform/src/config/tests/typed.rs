//! Sections read into types, and what is said about values that do not fit.

use std::time::Duration;

use serde::Deserialize;

use super::{Folder, tree};
use crate::config::ConfigDuration;
use crate::secret::Secret;

#[derive(Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Backend {
    base_url: Option<String>,
    listen: Listen,
    pool: Option<u8>,
    trust: bool,
    tags: Vec<String>,
    every: Option<ConfigDuration>,
    client: Client,
    password: Option<u16>,
}

#[derive(Debug, Default, PartialEq, Deserialize)]
struct Listen {
    port: u16,
    #[serde(default)]
    host: String,
}

#[derive(Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Client {
    #[default]
    BetterSqlite3,
    Pg,
    With(Listen),
}

#[test]
fn typed_sections() {
    let text = "backend:\n  baseUrl: http://localhost\n  listen: { port: '${PORT}' }\n  pool: 4.0\n  trust: 'on'\n  tags: [a]\n  \
                every: PT5M\n  client: pg\n  extra: 1\n";
    let backend: Backend = tree(text, &[("PORT", "7007")]).section("backend").expect("reads");
    assert_eq!(
        backend,
        Backend {
            base_url: Some("http://localhost".to_owned()),
            listen: Listen { port: 7007, host: String::new() },
            pool: Some(4),
            trust: true,
            tags: vec!["a".to_owned()],
            every: Some(ConfigDuration(Duration::from_secs(300))),
            client: Client::Pg,
            password: None,
        }
    );
    let empty = tree("backend: { pool: null }", &[]);
    assert_eq!(empty.section::<Backend>("backend"), Ok(Backend::default()), "null is as good as nothing");
    assert_eq!(empty.section::<Backend>("nowhere"), Ok(Backend::default()), "defaults need no file");
    assert_eq!(empty.section::<Option<Backend>>("nowhere"), Ok(None));
    assert_eq!(
        tree("a: { client: { with: { port: 1 } } }", &[]).section("a.client"),
        Ok(Client::With(Listen { port: 1, host: String::new() }))
    );
    let secret: Option<Secret<String>> =
        tree("a: { password: hunter2 }", &[]).section("a.password").expect("reads");
    assert_eq!(secret.map(|secret| secret.expose().clone()).as_deref(), Some("hunter2"));
}

#[test]
fn wrong_values_say_where_and_what() {
    let mut refusals = String::new();
    for text in [
        "backend:\n  listen:\n    port: seven",
        "backend:\n\tlisten: 1",
        "backend: { listen: { port: 70000 } }",
        "backend:\n  listen: { host: ü, port: -1 }",
        "backend:\n  listen: localhost",
        "backend:\n  listen:\n    host: all\n",
        "backend: [1]",
        "backend: { trust: maybe }",
        "backend: { tags: [a, { b: 1 }] }",
        "backend: { tags: a }",
        "backend: { baseUrl: 12 }",
        "backend: { every: soon }",
        "backend: { every: { minutes: many } }",
        "backend: { every: { fortnights: 1 } }",
        "backend: { client: oracle }",
        "backend:\n  password: hunter2",
        "backend: { password: hunter2, pool: x }",
        "backend:\n  pool: postgres://ada:hunter2@db/x",
    ] {
        let folder = Folder::new(&[("app-config.yaml", text)]);
        let read = folder.load(&["app-config.yaml"]).and_then(|tree| tree.section::<Backend>("backend"));
        let refusal = folder.stable(&read.map_or_else(|error| error.to_string(), |read| format!("{read:?}")));
        assert!(!refusal.contains("hunter2"), "{refusal}");
        refusals += &format!("{refusal}\n");
    }
    let outside =
        Folder::new(&[]).with(&[("APP_CONFIG_backend_listen_port", "\"many\"")]).load(&[]).expect("loads");
    refusals += &format!("{}\n", outside.section::<Backend>("backend").expect_err("not a number"));
    insta::assert_snapshot!(refusals, @r#"
    app-config.yaml:3:11: backend.listen.port: found "seven", expected a whole number from 0 to 65535
        3 |     port: seven
          |           ^
    app-config.yaml:2:2: a tab can't indent YAML; use spaces
    app-config.yaml:1:28: backend.listen.port: found 70000, expected a whole number from 0 to 65535
        1 | backend: { listen: { port: 70000 } }
          |                            ^
    app-config.yaml:2:28: backend.listen.port: found -1, expected a whole number from 0 to 65535
        2 |   listen: { host: ü, port: -1 }
          |                            ^
    app-config.yaml:2:11: backend.listen: found "localhost", expected an object of keys and values
        2 |   listen: localhost
          |           ^
    app-config.yaml:3:5: backend.listen.port: this key is missing, and has no default
        3 |     host: all
          |     ^
    app-config.yaml:1:10: backend: found a list of 1, expected an object of keys and values
        1 | backend: [1]
          |          ^
    app-config.yaml:1:19: backend.trust: found "maybe", expected true or false
        1 | backend: { trust: maybe }
          |                   ^
    app-config.yaml:1:22: backend.tags[1]: found an object, expected a text
        1 | backend: { tags: [a, { b: 1 }] }
          |                      ^
    app-config.yaml:1:18: backend.tags: found "a", expected a list
        1 | backend: { tags: a }
          |                  ^
    app-config.yaml:1:21: backend.baseUrl: found 12, expected a text
        1 | backend: { baseUrl: 12 }
          |                     ^
    app-config.yaml:1:19: backend.every: found "soon", expected a duration: an object such as { minutes: 5 }, an ISO 8601 text such as PT5M, or a text such as 5m
        1 | backend: { every: soon }
          |                   ^
    app-config.yaml:1:30: backend.every.minutes: found "many", expected a number
        1 | backend: { every: { minutes: many } }
          |                              ^
    app-config.yaml:1:19: backend.every: found an object, expected only the keys years, months, weeks, days, hours, minutes, seconds, milliseconds, and not fortnights
        1 | backend: { every: { fortnights: 1 } }
          |                   ^
    app-config.yaml:1:20: backend.client: found "oracle", expected one of: better-sqlite3, pg, with
        1 | backend: { client: oracle }
          |                    ^
    app-config.yaml:2:13: backend.password: found ******, expected a whole number from 0 to 65535
    app-config.yaml:1:22: backend.password: found ******, expected a whole number from 0 to 65535
    app-config.yaml:2:9: backend.pool: found "postgres://ada:******@db/x", expected a whole number from 0 to 255
    environment variable APP_CONFIG_backend_listen_port: backend.listen.port: found "many", expected a whole number from 0 to 65535
    "#);
}

#[test]
fn a_rule_beyond_types_has_the_same_error() {
    let folder = Folder::new(&[("app-config.yaml", "catalog:\n  locations:\n    - type: ftp\n")]);
    let tree = folder.load(&["app-config.yaml"]).expect("loads");
    let error = tree.error("catalog.locations[0].type", "`file` or `url`");
    insta::assert_snapshot!(folder.stable(&error), @r#"
    app-config.yaml:3:13: catalog.locations[0].type: found "ftp", expected `file` or `url`
        3 |     - type: ftp
          |             ^
    "#);
}

#[test]
fn durations() {
    for (text, seconds) in [
        ("{ minutes: 5 }", Some(300.0)),
        ("{ hours: 1, seconds: 1.5 }", Some(3601.5)),
        ("{ milliseconds: 250 }", Some(0.25)),
        ("PT5M", Some(300.0)),
        ("P1DT2H", Some(93_600.0)),
        ("P2W", Some(1_209_600.0)),
        ("PT0.5S", Some(0.5)),
        ("5m", Some(300.0)),
        ("1.5 hours", Some(5400.0)),
        ("2 days", Some(172_800.0)),
        ("'100'", Some(0.1)),
        ("100", None),
        ("{}", None),
        ("P", None),
        ("PT", None),
        ("PT5M1H", None),
        ("5 fortnights", None),
        ("-5m", None),
        ("{ minutes: -5 }", None),
        ("PT1e30H", None),
    ] {
        let read = tree(&format!("every: {text}"), &[]).section::<ConfigDuration>("every");
        assert_eq!(read.ok().map(|duration| duration.0.as_secs_f64()), seconds, "{text}");
    }
}
