//! Files in a folder of their own, and what comes out of them.

use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use serde::Deserialize;
use serde_json::json;
use tempfile::TempDir;

use super::*;
use crate::secret::Secret;

struct Folder {
    folder: TempDir,
    environment: Environment,
}

impl Folder {
    fn new(files: &[(&str, &str)]) -> Self {
        let folder = TempDir::new().expect("a temporary folder");
        for (name, text) in files {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().expect("a folder")).expect("created");
            fs::write(path, text).expect("written");
        }
        Self { folder, environment: Environment::new() }
    }

    fn with(mut self, variables: &[(&str, &str)]) -> Self {
        self.environment
            .extend(variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        self
    }

    fn load(&self, files: &[&str]) -> Result<ConfigTree, ConfigError> {
        let files: Vec<PathBuf> = files.iter().map(|file| self.folder.path().join(file)).collect();
        ConfigTree::load(&files, &self.environment)
    }

    /// A text without the name of the folder, which differs each time.
    fn stable(&self, text: &impl ToString) -> String {
        text.to_string().replace(&format!("{}/", self.folder.path().display()), "")
    }
}

fn tree(text: &str, variables: &[(&str, &str)]) -> ConfigTree {
    Folder::new(&[("app-config.yaml", text)]).with(variables).load(&["app-config.yaml"]).expect(text)
}

#[test]
fn overlays() {
    let folder = Folder::new(&[
        (
            "base.yaml",
            "app: { title: Base, support: { url: u } }\ncatalog: { rules: [1, 2] }\nold: { a: 1 }\nlist: [1]",
        ),
        (
            "over.yaml",
            "app: { title: Over, baseUrl: b }\ncatalog: { rules: [3] }\nold: null\nlist: { now: object }",
        ),
        ("empty.yaml", "# nothing yet\n"),
        ("again.yaml", "old: { b: 2 }"),
    ])
    .with(&[
        ("APP_CONFIG_app_title", "\"From outside\""),
        ("APP_CONFIG_backend_listen", "{\"port\": 80}"),
        ("APP_CONFIG_backend_baseUrl", "http://not.json"),
        ("APP_CONFIGURED", "no"),
    ]);
    let tree = folder.load(&["base.yaml", "over.yaml", "empty.yaml"]).expect("loads");
    assert_eq!(
        tree.get(""),
        Some(json!({
            "app": { "title": "From outside", "support": { "url": "u" }, "baseUrl": "b" },
            "catalog": { "rules": [3] },
            "list": { "now": "object" },
            "backend": { "baseUrl": "http://not.json", "listen": { "port": 80 } },
        }))
    );
    assert_eq!(tree.get("old"), None, "null hides");
    assert_eq!(tree.get("catalog.rules[0]"), Some(json!(3)));
    let tree = folder.load(&["base.yaml", "over.yaml", "again.yaml"]).expect("loads");
    assert_eq!(tree.get("old"), Some(json!({ "b": 2 })), "what null hid stays hidden below a later overlay");
}

#[test]
fn variables_in_text() {
    let variables = [("HOST", "db.example.com"), ("EMPTY", ""), ("PORT", " 5432\n")];
    for (text, expected) in [
        ("plain", Some("plain")),
        ("${HOST}", Some("db.example.com")),
        ("${ HOST }:${PORT}", Some("db.example.com:5432")),
        ("a ${EMPTY} b", None),
        ("a ${UNSET} b", None),
        ("${UNSET:-fallback}", Some("fallback")),
        ("${EMPTY:- fall back }", Some("fall back")),
        ("${HOST:-fallback}", Some("db.example.com")),
        ("${UNSET:-}", None),
        ("$${HOST}", Some("${HOST}")),
        ("$HOST $ {HOST}", Some("$HOST $ {HOST}")),
        ("${HOST", Some("${HOST")),
        ("${${HOST}}", Some("${db.example.com}")),
    ] {
        let tree = tree(&format!("value: {}\nlist: [one, {0}]", json!(text)), &variables);
        assert_eq!(tree.get("value"), expected.map(Value::from), "{text}");
        let list = json!(["one"].into_iter().chain(expected).collect::<Vec<_>>());
        assert_eq!(tree.get("list"), Some(list), "an undefined element is left out of a list: {text}");
    }
}

#[test]
fn values_from_elsewhere() {
    let folder = Folder::new(&[
        (
            "app-config.yaml",
            "a: { $env: NAME }\nb: { $env: UNSET }\nc: { $file: parts/secret.txt }\nd: { $include: 'parts/d.yaml#x.y' }\n\
             e: { $include: parts/e.json }\nf: { $include: '${PARTS}/d.yaml' }",
        ),
        ("parts/secret.txt", "\n two\nlines \n\n"),
        ("parts/d.yaml", "x:\n  y:\n    z: ${NAME}\n    more: { $file: secret.txt }\n"),
        ("parts/e.json", "{\"x\": [1, {\"$env\": \"NAME\"}]}"),
    ])
    .with(&[("NAME", "Ada"), ("PARTS", "parts")]);
    let tree = folder.load(&["app-config.yaml"]).expect("loads");
    assert_eq!(
        tree.get(""),
        Some(json!({
            "a": "Ada",
            "c": "two\nlines",
            "d": { "z": "Ada", "more": "two\nlines" },
            "e": { "x": [1, "Ada"] },
            "f": { "x": { "y": { "z": "Ada", "more": "two\nlines" } } },
        }))
    );
    let origin =
        tree.position("d.z").map(|position| (folder.stable(&position.file.display()), position.line));
    assert_eq!(origin, Some(("parts/d.yaml".to_owned(), 3)), "an included value stands where it was written");
}

#[test]
fn what_cannot_be_brought_in() {
    let mut refusals = String::new();
    for text in [
        "a:\n  b: { $file: missing.txt }",
        "a: [1, { $env: X, other: 1 }]",
        "a: { $env: [X] }",
        "a: { $file: '${UNSET}' }",
        "a: { $fetch: x }",
        "a: { $include: other.toml }",
        "a: { $include: missing.yaml }",
        "a: { $include: 'other.yaml#x.y' }",
        "a: { $include: app-config.yaml }",
        "a: { $include: 'app-config.yaml#a' }",
        "a: { $include: round.yaml }",
        "- a list",
        "a: 1\na: 2",
        "a: 'open",
    ] {
        let folder = Folder::new(&[
            ("app-config.yaml", text),
            ("other.yaml", "x: 1"),
            ("round.yaml", "{ $include: trip.yaml }"),
            ("trip.yaml", "x: { $include: round.yaml }"),
        ]);
        let refusal = folder
            .load(&["app-config.yaml"])
            .map_or_else(|error| error.to_string(), |tree| format!("{tree:?}"));
        refusals += &format!("{}\n", folder.stable(&refusal));
    }
    for (name, value) in [("APP_CONFIG_a", "null"), ("APP_CONFIG_a__b", "1"), ("APP_CONFIG_", "1")] {
        let refusal = Folder::new(&[]).with(&[(name, value)]).load(&[]).expect_err(name);
        refusals += &format!("{refusal}\n");
    }
    insta::assert_snapshot!(refusals, @r#"
    app-config.yaml:2:6: a.b: the file missing.txt can't be read: No such file or directory (os error 2)
        2 |   b: { $file: missing.txt }
          |      ^
    app-config.yaml:1:8: a[1]: $env has to be the only key of its object
        1 | a: [1, { $env: X, other: 1 }]
          |        ^
    app-config.yaml:1:4: a: $env needs a text that is not empty
        1 | a: { $env: [X] }
          |    ^
    app-config.yaml:1:4: a: $file needs a text that is not empty
        1 | a: { $file: '${UNSET}' }
          |    ^
    app-config.yaml:1:4: a: $fetch is not known; $env, $file and $include are
        1 | a: { $fetch: x }
          |    ^
    app-config.yaml:1:4: a: other.toml can't be included; .yaml, .yml and .json can
        1 | a: { $include: other.toml }
          |    ^
    app-config.yaml:1:4: a: the file missing.yaml is not there
        1 | a: { $include: missing.yaml }
          |    ^
    app-config.yaml:1:4: a: other.yaml has no key x.y
        1 | a: { $include: 'other.yaml#x.y' }
          |    ^
    app-config.yaml:1:4: a: app-config.yaml includes itself, or too many files include each other
        1 | a: { $include: app-config.yaml }
          |    ^
    app-config.yaml:1:4: a: app-config.yaml includes itself, or too many files include each other
        1 | a: { $include: 'app-config.yaml#a' }
          |    ^
    trip.yaml:1:4: a.x: round.yaml includes itself, or too many files include each other
        1 | x: { $include: round.yaml }
          |    ^
    app-config.yaml:1:1: found a list of 1, expected an object of keys and values
        1 | - a list
          | ^
    app-config.yaml:2:1: the key `a` stands twice in one mapping; remove one of them
    app-config.yaml:1:4: a quotation mark is not closed
    environment variable APP_CONFIG_a: null is not allowed here
    environment variable APP_CONFIG_a__b: `a__b` is not a key: join the keys of a path with underscores, such as backend_baseUrl
    environment variable APP_CONFIG_: `` is not a key: join the keys of a path with underscores, such as backend_baseUrl
    "#);
}

#[test]
fn files_that_count_when_none_is_named() {
    let all = [
        "app-config.yaml",
        "app-config.production.yaml",
        "app-config.local.yaml",
        "app-config.production.local.yaml",
    ];
    let folder = Folder::new(&all.map(|file| (file, "")));
    for (names, expected) in [
        (None, vec![all[0], all[2]]),
        (Some(""), vec![all[0], all[2]]),
        (Some("staging, production"), all.to_vec()),
    ] {
        let variables = names.map(|names| ("BACKSTAGE_ENV".to_owned(), names.to_owned()));
        let files = default_files(folder.folder.path(), &variables.into_iter().collect());
        let names_found: Vec<_> = files.iter().map(|file| folder.stable(&file.display())).collect();
        assert_eq!(names_found, expected, "BACKSTAGE_ENV={names:?}");
    }
}

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
    let outside = Folder::new(&[]).with(&[("APP_CONFIG_backend_pool", "\"many\"")]).load(&[]).expect("loads");
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
    environment variable APP_CONFIG_backend_pool: backend.pool: found "many", expected a whole number from 0 to 255
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
fn keys_that_nobody_knows() {
    let text = "app: { titel: x, baseUrl: y }\nbackend:\n  listen: { port: 1, hots: a }\ncatalog:\n  locations:\n    \
                - { type: file, traget: x }\n  rules: [{ allow: [A], anything: 1 }]\ntechdocs: { builder: local }\n";
    let folder = Folder::new(&[("app-config.yaml", text)]).with(&[("APP_CONFIG_foo_bar", "1")]);
    let unknown = folder.load(&["app-config.yaml"]).expect("loads").unknown_keys(&[
        "app.title",
        "app.baseUrl",
        "backend.listen.port",
        "backend.listen.host",
        "catalog.locations.*.type",
        "catalog.locations.*.target",
        "catalog.rules",
    ]);
    let lines: Vec<_> = unknown.iter().map(|unknown| folder.stable(unknown)).collect();
    insta::assert_snapshot!(lines.join("\n"), @r#"
    app-config.yaml:1:15: unknown key app.titel; did you mean title?
    app-config.yaml:3:28: unknown key backend.listen.hots; did you mean host?
    app-config.yaml:6:29: unknown key catalog.locations[0].traget; did you mean target?
    app-config.yaml:8:11: unknown key techdocs
    env APP_CONFIG_foo_bar: unknown key foo
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

#[test]
fn entries_name_their_source_and_hide_secrets() {
    let text = "app:\n  title: Portal\n  empty: {}\n  hidden: null\nbackend:\n  database:\n    connection: \
                postgres://ada:hunter2@db:5432/x\n    other: host=db password=hunter2 user=x\nintegrations:\n  github:\n    - host: \
                github.com\n      token: { $env: TOKEN }\n      privateKey: { $file: key.pem }\n      tokenEndpoint: \
                /token\nscaffolder:\n  secrets: { DEPLOY: hunter2 }\nhttps:\n  key: |\n    -----BEGIN PRIVATE KEY-----\n    hunter2\n";
    let folder = Folder::new(&[("app-config.yaml", text), ("key.pem", "hunter2")])
        .with(&[("TOKEN", "hunter2"), ("APP_CONFIG_app_title", "Ours")]);
    let entries = folder.load(&["app-config.yaml"]).expect("loads").entries();
    let lines: Vec<_> = entries
        .iter()
        .map(|entry| format!("{} = {}   # {}", entry.key, entry.value, folder.stable(&entry.source)))
        .collect();
    let text = lines.join("\n");
    assert!(!text.contains("hunter2"), "{text}");
    insta::assert_snapshot!(text, @r#"
    app.title = "Ours"   # env APP_CONFIG_app_title
    app.empty = {}   # app-config.yaml:3
    app.hidden = null   # app-config.yaml:4
    backend.database.connection = "postgres://ada:******@db:5432/x"   # app-config.yaml:7
    backend.database.other = "host=db password=****** user=x"   # app-config.yaml:8
    integrations.github[0].host = "github.com"   # app-config.yaml:11
    integrations.github[0].token = ******   # app-config.yaml:12
    integrations.github[0].privateKey = ******   # app-config.yaml:13
    integrations.github[0].tokenEndpoint = "/token"   # app-config.yaml:14
    scaffolder.secrets.DEPLOY = ******   # app-config.yaml:16
    https.key = ******   # app-config.yaml:19
    "#);
}
