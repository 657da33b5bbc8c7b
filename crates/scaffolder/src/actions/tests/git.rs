//! `git:publish`, shown on Git's own server: `git http-backend`, which asks for a name and a password.

use std::path::Path;
use std::process::{Command, Stdio};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{OriginalUri, State};
use axum::http::{HeaderMap, HeaderName, Method, StatusCode};
use axum::response::Response;
use integrations::{Config, GitConfig};
use platform::Secret;
use tokio::io::AsyncWriteExt as _;

use super::*;

/// `octo:sesame`, as a browser sends it.
const BASIC: &str = "Basic b2N0bzpzZXNhbWU=";

/// A Git server with empty repositories.
struct Server {
    folder: tempfile::TempDir,
    url: String,
}

impl Server {
    async fn start(repositories: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        for name in repositories {
            git(folder.path(), &["init", "--quiet", "--bare", name]);
        }
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let router = Router::new().fallback(answer).with_state(folder.path().to_path_buf());
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { folder, url }
    }

    fn bench(&self) -> Bench {
        let allow = GitConfig {
            url: format!("{}/team/", self.url).parse().unwrap(),
            username: Some("octo".to_owned()),
            password: Some(Secret::new("sesame".to_owned())),
        };
        Bench::reaching(&Config { git: vec![allow], ..Config::default() }, Limits::default())
    }

    fn input(&self, name: &str) -> Value {
        json!({
            "remoteUrl": format!("{}/team/{name}", self.url), "gitCommitMessage": "Begin <the> shop\n\nWith \"all\".",
            "gitAuthorName": "Jane <Jane>\nDoe", "gitAuthorEmail": "jane@acme.test",
        })
    }

    /// What `git` says about a repository of the server.
    fn git(&self, name: &str, arguments: &[&str]) -> String {
        git(&self.folder.path().join("team").join(name), arguments)
    }
}

fn git(folder: &Path, arguments: &[&str]) -> String {
    let done =
        Command::new("git").args(arguments).current_dir(folder).stderr(Stdio::inherit()).output().unwrap();
    assert!(done.status.success(), "git {arguments:?}");
    String::from_utf8(done.stdout).unwrap()
}

/// A request, answered by `git http-backend` over CGI.
async fn answer(
    State(root): State<std::path::PathBuf>,
    method: Method,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if header("authorization") != BASIC {
        let challenge =
            Response::builder().status(StatusCode::UNAUTHORIZED).header("www-authenticate", "Basic");
        return challenge.body(Body::empty()).unwrap();
    }
    let mut program = tokio::process::Command::new("git")
        .arg("http-backend")
        .env("GIT_PROJECT_ROOT", root)
        .env("GIT_HTTP_EXPORT_ALL", "1")
        .env("PATH_INFO", uri.path())
        .env("QUERY_STRING", uri.query().unwrap_or_default())
        .env("REQUEST_METHOD", method.as_str())
        .env("REMOTE_USER", "octo")
        .env("CONTENT_TYPE", header("content-type"))
        .env("HTTP_CONTENT_ENCODING", header("content-encoding"))
        .env("GIT_PROTOCOL", header("git-protocol"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = program.stdin.take().unwrap();
    // A program that does not read all of a request says so in its answer.
    tokio::spawn(async move { drop(stdin.write_all(&body).await) });
    let printed = program.wait_with_output().await.unwrap().stdout;
    let end = printed.windows(4).position(|four| four == b"\r\n\r\n").unwrap();
    let mut response = Response::new(Body::from(printed[end + 4..].to_vec()));
    for line in std::str::from_utf8(&printed[..end]).unwrap().lines() {
        let (name, value) = line.split_once(": ").unwrap();
        if name == "Status" {
            *response.status_mut() = value[..3].parse().unwrap();
        } else {
            response.headers_mut().append(name.parse::<HeaderName>().unwrap(), value.parse().unwrap());
        }
    }
    response
}

fn fill(bench: &Bench) {
    let write =
        |path: &str, content: &[u8], executable| bench.workspace.write(path, content, executable).unwrap();
    write(".gitignore", b"*.log\n", false);
    write("debug.log", b"", false);
    write("README.md", "# Ünïcode 🦀\r\n".as_bytes(), false);
    write("run.sh", b"#!/bin/sh\n", true);
    write("src/empty", b"", false);
    write("src/image.bin", &[0, 159, 146, 150, 255, 10, 100], false);
    write("a \"b\"/+&#%?.txt", b"odd name\n", false);
    #[cfg(unix)]
    bench.workspace.link("src/way", "../../../etc/passwd").unwrap();
}

#[tokio::test]
async fn a_workspace_becomes_the_first_commit_of_a_repository() {
    let server = Server::start(&["team/shop.git"]).await;
    let bench = server.bench();
    fill(&bench);
    let given = bench.given("git:publish", server.input("shop.git")).await;
    assert_eq!(given["remoteUrl"], format!("{}/team/shop.git", server.url));
    let head = server.git("shop.git", &["rev-parse", "refs/heads/main"]);
    assert_eq!(given["commitHash"], head.trim());
    let said = server.git("shop.git", &["log", "--format=%an|%ae|%P|%B", "main"]);
    assert_eq!(said.trim(), "Jane  Jane  Doe|jane@acme.test||Begin <the> shop\n\nWith \"all\".");
    let tree = server.git("shop.git", &["ls-tree", "-r", "-z", "main"]);
    let entry = |line: &str| {
        let (head, path) = line.split_once('\t').unwrap();
        format!("{} {path}", &head[..6])
    };
    let tree: Vec<String> = tree.split_terminator('\0').map(entry).collect();
    let expected = [
        "100644 .gitignore",
        "100644 README.md",
        "100644 a \"b\"/+&#%?.txt",
        "100755 run.sh",
        "100644 src/empty",
        "100644 src/image.bin",
        "120000 src/way",
    ];
    assert_eq!(tree, expected);
    let image = Command::new("git")
        .args(["cat-file", "blob", "main:src/image.bin"])
        .current_dir(server.folder.path().join("team/shop.git"))
        .output();
    assert_eq!(image.unwrap().stdout, [0, 159, 146, 150, 255, 10, 100]);
    assert!(!bench.log().contains("sesame"), "{}", bench.log());
    assert!(!bench.workspace.path().join(".git").exists(), "nothing of Git's own is left in the workspace");
}

#[tokio::test]
async fn a_second_attempt_finds_the_commit_of_the_first() {
    let server = Server::start(&["team/shop.git"]).await;
    let bench = server.bench();
    fill(&bench);
    let first = bench.given("git:publish", server.input("shop.git")).await;
    assert_eq!(bench.given("git:publish", server.input("shop.git")).await, first);
    // Somebody goes on from there.
    let clone = server.folder.path().join("clone");
    let bare = server.folder.path().join("team/shop.git");
    git(
        server.folder.path(),
        &["clone", "--quiet", "--branch", "main", bare.to_str().unwrap(), clone.to_str().unwrap()],
    );
    git(
        &clone,
        &["-c", "user.name=A", "-c", "user.email=a@b", "commit", "--quiet", "--allow-empty", "-m", "More"],
    );
    git(&clone, &["push", "--quiet", "origin", "main"]);
    assert_eq!(bench.given("git:publish", server.input("shop.git")).await, first);
    assert_eq!(server.git("shop.git", &["rev-list", "--count", "main"]).trim(), "2");
    // Another run has another time, or other files, and overwrites nothing.
    let other = Bench { journal: Memory::new("run-2"), ..bench };
    other.workspace.write("more.txt", b"more", false).unwrap();
    let refused = other.run("git:publish", server.input("shop.git")).await.unwrap_err();
    assert!(
        refused.contains("the branch main of") && refused.contains("nothing is overwritten"),
        "{refused}"
    );
    assert_eq!(server.git("shop.git", &["rev-list", "--count", "main"]).trim(), "2");
}

#[tokio::test]
async fn only_what_the_configuration_names_is_pushed_to() {
    let server = Server::start(&["team/shop.git", "other/shop.git"]).await;
    let bench = server.bench();
    fill(&bench);
    let elsewhere = [
        server.url.clone() + "/other/shop.git",
        server.url.clone() + "/team",
        server.url.clone() + "/team/../other/shop.git",
        server.url.clone() + "/team/%2e%2e/other/shop.git",
        server.url.clone() + "/team/x%2f..%2f..%2fother/shop.git",
        server.url.clone() + "/team-b/shop.git",
        server.url.replace("127.0.0.1", "localhost") + "/team/shop.git",
        server.url.replace("127.0.0.1", "octo:sesame@127.0.0.1") + "/team/shop.git",
        server.url.clone() + "/team/shop.git?service=git-upload-pack",
        "file:///tmp/shop.git".to_owned(),
        "ext::sh -c true".to_owned(),
        "ssh://git@127.0.0.1/team/shop.git".to_owned(),
        "--upload-pack=true".to_owned(),
    ];
    for address in elsewhere {
        let refused = bench.run("git:publish", json!({ "remoteUrl": address })).await.unwrap_err();
        let known = [
            "begins with nothing that",
            "is no address of a repository",
            "only http and https",
            "no address",
            "user name or password",
        ];
        assert!(known.iter().any(|known| refused.contains(known)), "{address}: {refused}");
    }
    for branch in ["", "-f", "a b", "a..b", "a:b", "refs/../x", "x.lock"] {
        let mut input = server.input("shop.git");
        input["defaultBranch"] = json!(branch);
        let refused = bench.run("git:publish", input).await.unwrap_err();
        assert!(refused.contains("is no name of a branch"), "{branch}: {refused}");
    }
}

#[tokio::test]
async fn what_a_server_says_is_told() {
    let server = Server::start(&["team/shop.git"]).await;
    let bench = server.bench();
    fill(&bench);
    let missing = bench.run("git:publish", server.input("missing.git")).await.unwrap_err();
    assert!(missing.contains("not found"), "{missing}");
    let mut input = server.input("shop.git");
    input["username"] = json!("octo");
    let half = bench.run("git:publish", input.clone()).await.unwrap_err();
    assert!(half.contains("belong together"), "{half}");
    input["password"] = json!("not-the-password");
    let refused = bench.run("git:publish", input).await.unwrap_err();
    assert!(
        refused.contains("could not read Username") || refused.contains("Authentication failed"),
        "{refused}"
    );
    assert!(!refused.contains("not-the-password"), "{refused}");
    assert_eq!(server.git("shop.git", &["branch", "--list"]), "");
}
