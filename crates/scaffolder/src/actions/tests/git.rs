//! `git:publish`, shown on Git's own server.

use std::process::Command;

use integrations::Config;

use super::*;
use crate::peers::git::{Server, git};

impl Bench {
    /// A bench that may push to a server.
    fn pushing_to(server: &Server) -> Self {
        Self::reaching(&Config { git: vec![server.allowed()], ..Config::default() }, Limits::default())
    }
}

fn wanted(server: &Server, name: &str) -> Value {
    json!({
        "remoteUrl": server.remote(name), "gitCommitMessage": "Begin <the> shop\n\nWith \"all\".",
        "gitAuthorName": "Jane <Jane>\nDoe", "gitAuthorEmail": "jane@acme.test",
    })
}

#[tokio::test]
async fn a_workspace_becomes_the_first_commit_of_a_repository() {
    let server = Server::start(&["team/shop.git"]).await;
    let bench = Bench::pushing_to(&server);
    bench.fill();
    bench.workspace.write("a \"b\".txt", b"quoted", false).unwrap();
    let given = bench.given("git:publish", wanted(&server, "shop.git")).await;
    assert_eq!(given["remoteUrl"], server.remote("shop.git"));
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
        "100644 a \"b\".txt",
        "100644 a b/+&#%?.txt",
        "100755 run.sh",
        "100644 src/empty",
        "100644 src/image.bin",
        "120000 src/way",
    ];
    assert_eq!(tree, expected);
    let image = Command::new("git")
        .args(["cat-file", "blob", "main:src/image.bin"])
        .current_dir(server.path().join("team/shop.git"))
        .output();
    assert_eq!(image.unwrap().stdout, [0, 159, 146, 150, 255]);
    assert!(!bench.log().contains("sesame"), "{}", bench.log());
    assert!(!bench.workspace.path().join(".git").exists(), "nothing of Git's own is left in the workspace");
}

#[tokio::test]
async fn a_branch_that_another_push_still_holds_is_waited_for() {
    let server = Server::start(&["team/shop.git"]).await;
    let bench = Bench::pushing_to(&server);
    bench.fill();
    let lock = server.path().join("team/shop.git/refs/heads/main.lock");
    std::fs::write(&lock, "").unwrap();
    let released = async {
        while server.pushes() == 0 {
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
        std::fs::remove_file(&lock).unwrap();
    };
    let (given, ()) = tokio::join!(bench.given("git:publish", wanted(&server, "shop.git")), released);
    assert_eq!(given["commitHash"], server.git("shop.git", &["rev-parse", "refs/heads/main"]).trim());
    assert_eq!(server.pushes(), 2, "the first one was refused");
}

#[tokio::test]
async fn a_second_attempt_finds_the_commit_of_the_first() {
    let server = Server::start(&["team/shop.git"]).await;
    let bench = Bench::pushing_to(&server);
    bench.fill();
    let first = bench.given("git:publish", wanted(&server, "shop.git")).await;
    assert_eq!(bench.given("git:publish", wanted(&server, "shop.git")).await, first);
    // Somebody goes on from there.
    let clone = server.path().join("clone");
    let bare = server.path().join("team/shop.git");
    git(
        server.path(),
        &["clone", "--quiet", "--branch", "main", bare.to_str().unwrap(), clone.to_str().unwrap()],
    );
    git(
        &clone,
        &["-c", "user.name=A", "-c", "user.email=a@b", "commit", "--quiet", "--allow-empty", "-m", "More"],
    );
    git(&clone, &["push", "--quiet", "origin", "main"]);
    assert_eq!(bench.given("git:publish", wanted(&server, "shop.git")).await, first);
    assert_eq!(server.git("shop.git", &["rev-list", "--count", "main"]).trim(), "2");
    // Another run has another time, or other files, and overwrites nothing.
    let other = Bench { journal: Memory::new("run-2"), ..bench };
    other.workspace.write("more.txt", b"more", false).unwrap();
    let refused = other.run("git:publish", wanted(&server, "shop.git")).await.unwrap_err();
    assert!(
        refused.contains("the branch main of") && refused.contains("nothing is overwritten"),
        "{refused}"
    );
    assert_eq!(server.git("shop.git", &["rev-list", "--count", "main"]).trim(), "2");
}

#[tokio::test]
async fn only_what_the_configuration_names_is_pushed_to() {
    let server = Server::start(&["team/shop.git", "other/shop.git"]).await;
    let bench = Bench::pushing_to(&server);
    bench.fill();
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
        let mut input = wanted(&server, "shop.git");
        input["defaultBranch"] = json!(branch);
        let refused = bench.run("git:publish", input).await.unwrap_err();
        assert!(refused.contains("is no name of a branch"), "{branch}: {refused}");
    }
}

#[tokio::test]
async fn what_a_server_says_is_told() {
    let server = Server::start(&["team/shop.git"]).await;
    let bench = Bench::pushing_to(&server);
    bench.fill();
    let missing = bench.run("git:publish", wanted(&server, "missing.git")).await.unwrap_err();
    assert!(missing.contains("not found"), "{missing}");
    let mut input = wanted(&server, "shop.git");
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
