//! What the program says and how it ends, seen from a shell.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use tempfile::TempDir;

const PORTICO: &str = env!("CARGO_BIN_EXE_portico");

const GOOD: &str = "\
apiVersion: backstage.io/v1alpha1
kind: Component
metadata:
  name: shop
spec:
  type: service
  lifecycle: production
  owner: team-a
---
apiVersion: backstage.io/v1alpha1
kind: Group
metadata:
  name: team-a
spec:
  type: team
  children: []
";

/// A folder that holds these files.
fn folder(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        fs::write(folder.path().join(name), text).unwrap();
    }
    folder
}

fn portico(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(PORTICO).args(arguments).current_dir(folder).env_clear().output().unwrap()
}

fn stdout(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn exit_codes_are_for_scripts() {
    let here = folder(&[
        ("catalog-info.yaml", GOOD),
        ("broken.yaml", "kind: Component\n"),
        ("wrong.yaml", "backend: { listen: 7x }\n"),
        ("open.yaml", "backend: { listen: ':0' }\n"),
    ]);
    fs::create_dir(here.path().join("notes")).unwrap();
    for (arguments, code) in [
        (vec!["--version"], 0),
        (vec!["help"], 0),
        (vec!["lint", "catalog-info.yaml"], 0),
        (vec!["lint", "."], 0),
        (vec!["lint", "broken.yaml"], 1),
        (vec!["lint", "broken.yaml", "--format", "json"], 1),
        (vec!["lint", "broken.yaml", "--format", "github"], 1),
        (vec!["lint", "nowhere.yaml"], 2),
        (vec!["lint"], 2),
        (vec!["lint", "notes"], 1),
        (vec!["frobnicate"], 2),
        (vec!["config", "print"], 0),
        (vec!["config", "print", "--config", "nowhere.yaml"], 2),
        (vec!["serve", "--config", "wrong.yaml"], 2),
        (vec!["serve", "--config", "open.yaml"], 2),
        (vec!["serve", "--listen", "nonsense"], 2),
        (vec!["serve", "--listen", "127.0.0.1:0", "--catalog", "nowhere"], 2),
        (vec!["migrate"], 0),
    ] {
        let output = portico(here.path(), &arguments);
        assert_eq!(output.status.code(), Some(code), "{arguments:?}\n{}{}", stdout(&output), stderr(&output));
    }
    assert!(here.path().join("portico-data/portico.sqlite").is_file(), "migrate made the default database");
}

#[test]
fn every_command_explains_itself() {
    let here = folder(&[]);
    for command in [
        vec!["serve"],
        vec!["lint"],
        vec!["config", "print"],
        vec!["migrate"],
        vec!["openapi"],
        vec!["template", "render"],
    ] {
        let help = portico(here.path(), &[&command[..], &["--help"]].concat());
        let text = stdout(&help);
        assert!(help.status.success() && text.contains("Usage: portico"), "{command:?}: {text}");
    }
}

#[test]
fn lint_shows_the_line() {
    let here = folder(&[("catalog-info.yaml", &GOOD.replace("lifecycle: production", "lifecycle: [1]"))]);
    let human = portico(here.path(), &["lint", "catalog-info.yaml"]);
    assert_eq!(human.status.code(), Some(1));
    assert!(stdout(&human).contains("lifecycle: [1]"), "{}", stdout(&human));
    assert!(!stdout(&human).contains('\u{1b}'), "colours are for terminals: {:?}", stdout(&human));
    let json = portico(here.path(), &["lint", "catalog-info.yaml", "--format", "json"]);
    let report: serde_json::Value = serde_json::from_slice(&json.stdout).unwrap();
    assert_eq!(report["problems"][0]["position"]["line"], 7, "{report}");
    let github = portico(here.path(), &["lint", "catalog-info.yaml", "--format", "github"]);
    assert!(stdout(&github).starts_with("::error file=catalog-info.yaml,line=7"), "{}", stdout(&github));
}

/// One repository refers to what others describe.
#[test]
fn lint_of_one_repository_ends_well() {
    let here = folder(&[
        ("shop.yaml", &GOOD.replace("owner: ", "dependsOn: [component:elsewhere]\n  owner: ")),
        ("elsewhere.yaml", &GOOD.replace("name: shop", "name: elsewhere")),
        (
            "other.yaml",
            &GOOD.replace("name: shop", "name: elsewhere").replace("lifecycle: production", "lifecycle: [1]"),
        ),
    ]);
    let code = |arguments: &[&str]| portico(here.path(), arguments).status.code();
    let lint = portico(here.path(), &["lint", "shop.yaml"]);
    assert!(stdout(&lint).contains("component:default/elsewhere"), "it is told: {}", stdout(&lint));
    assert_eq!(lint.status.code(), Some(0));
    assert_eq!(code(&["lint", "shop.yaml", "--strict"]), Some(1));
    assert_eq!(code(&["lint", "other.yaml"]), Some(1), "errors count");
    assert_eq!(code(&["lint", "shop.yaml", "--catalog", "nowhere"]), Some(2));
    let looked_up = portico(here.path(), &["lint", "shop.yaml", "--catalog", "elsewhere.yaml"]);
    assert!(!stdout(&looked_up).contains("elsewhere"), "{}", stdout(&looked_up));
}

#[test]
fn a_wrong_value_stops_the_start() {
    let here = folder(&[("app-config.yaml", "app:\n  title: Shop\npermission:\n  enabled: perhaps\n")]);
    let output = portico(here.path(), &["serve"]);
    assert_eq!(output.status.code(), Some(2));
    insta::assert_snapshot!(stderr(&output), @r#"
    error: The configuration can't be used.
      why:  app-config.yaml:4:12: permission.enabled: found "perhaps", expected true or false
                4 |   enabled: perhaps
                  |            ^
      next: Correct it and start again. `portico config print` shows each value and where it comes from.
    "#);
}

#[test]
fn other_machines_need_a_decision() {
    let here = folder(&[]);
    let output = portico(here.path(), &["serve", "--listen", "0.0.0.0:7007"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(!here.path().join("portico-data").exists(), "nothing was touched");
    insta::assert_snapshot!(stderr(&output), @r#"
    error: Portico does not listen on 0.0.0.0:7007, which other machines can reach.
      why:  No sign-in provider is configured, so everybody who can reach this address could read the whole catalog.
      next: Configure auth.providers.oidc, so that people sign in.
            Or listen on this machine alone with --listen 127.0.0.1:7007, and put a proxy that knows your people in front.
            If everybody who can reach the address may read the catalog, say so in the configuration:
            auth.providers.guest.dangerouslyAllowOutsideDevelopment: true
    "#);
}

#[test]
fn a_port_in_use_is_named() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let here = folder(&[]);
    let output = portico(here.path(), &["serve", "--port", &port]);
    assert_eq!(output.status.code(), Some(2));
    insta::assert_snapshot!(stderr(&output).replace(&port, "PORT"), @r"
    error: Cannot listen on 127.0.0.1:PORT.
      why:  Another program uses this port already.
      next: Stop that program, or choose another port: --port 0 takes a free one.
    ");
    assert!(!here.path().join("portico-data").exists(), "the data of the first portal was not touched");
}

#[test]
fn config_print_masks_secrets_and_names_sources() {
    let here = folder(&[
        (
            "app-config.yaml",
            "backend:\n  database:\n    client: pg\n    connection: { user: u, password: hunter2 }\n",
        ),
        ("app-config.local.yaml", "app:\n  title: Local\n"),
    ]);
    let output = portico(here.path(), &["config", "print"]);
    insta::assert_snapshot!(stdout(&output), @r#"
    backend.database.client               "pg"     app-config.yaml:3
    backend.database.connection.user      "u"      app-config.yaml:4
    backend.database.connection.password  ******   app-config.yaml:4
    app.title                             "Local"  app-config.local.yaml:2
    "#);
    let json = portico(here.path(), &["config", "print", "--json"]);
    let entries: serde_json::Value = serde_json::from_slice(&json.stdout).unwrap();
    assert_eq!(entries[3]["key"], "app.title", "{entries}");
}

/// Each of these was once shown in full.
#[test]
fn config_print_shows_no_secret_under_any_name() {
    let config = "\
proxy:
  endpoints:
    /ci:
      target: https://ada:hunter2@ci.example.com
      headers: { Authorization: Bearer hunter2, Cookie: session=hunter2, X-Other: { $env: OTHER }, X-Api: '${OTHER}' }
smtp: { host: { $env: MAIL }, auth: { user: mailer, pass: hunter2 } }
techdocs: { publisher: 'DefaultEndpointsProtocol=https;AccountName=docs;AccountKey=hunter2==;EndpointSuffix=x' }
slack: { webhookUrl: 'https://hooks.slack.com/services/hunter2', channel: { $file: channel.txt } }
signing: { key: hunter2 }
app: { title: { $env: TITLE }, baseUrl: 'http://${MAIL}' }
";
    let here = folder(&[("app-config.yaml", config), ("channel.txt", "hunter2")]);
    let variables = [("OTHER", "hunter2"), ("MAIL", "mail.example.com"), ("TITLE", "Ours")];
    for form in [&["config", "print"][..], &["config", "print", "--json"]] {
        let mut command = Command::new(PORTICO);
        let output =
            command.args(form).current_dir(here.path()).env_clear().envs(variables).output().unwrap();
        let text = stdout(&output);
        assert!(output.status.success() && !text.contains("hunter2"), "{text}{}", stderr(&output));
        for plain in ["mail.example.com", "http://mail.example.com", "Ours", "mailer", "AccountName=docs"] {
            assert!(text.contains(plain), "{plain} is no secret:\n{text}");
        }
    }
}

/// The document that clients are generated from changes only on purpose.
#[test]
fn the_openapi_document_is_the_committed_one() {
    let here = folder(&[]);
    let output = portico(here.path(), &["openapi"]);
    assert!(output.status.success(), "{}", stderr(&output));
    let committed = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/openapi.json");
    let expected = fs::read_to_string(&committed).unwrap_or_default();
    assert!(
        stdout(&output) == expected,
        "the document changed. If that was meant: cargo run -p server -- openapi > server/tests/openapi.json"
    );
}
