//! Files in a folder of their own, and what comes out of them.

mod masked;
mod typed;

use std::fs;
use std::path::PathBuf;

use serde_json::json;
use tempfile::TempDir;

use super::*;

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
             e: { $include: parts/e.json }\nf: { $include: '${PARTS}/d.yaml' }\ng: { $any: [{ kind: '${NAME}' }] }",
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
            "g": { "$any": [{ "kind": "Ada" }] },
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
