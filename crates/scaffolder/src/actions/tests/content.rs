//! What of a workspace goes into a repository.

use integrations::{TreeContent, TreeFile};

use super::*;
use crate::actions::content::{content, some_content};

fn shown(files: &[TreeFile]) -> Vec<String> {
    let line = |file: &TreeFile| match &file.content {
        TreeContent::Link(says) => format!("{} -> {says}", file.path),
        TreeContent::File { bytes, executable } => {
            let mark = if *executable { "*" } else { "" };
            format!("{}{mark} = {}", file.path, String::from_utf8_lossy(bytes))
        }
    };
    files.iter().map(line).collect()
}

#[tokio::test]
async fn what_gitignore_names_stays_out() {
    let bench = Bench::new();
    for (path, text) in [
        (".gitignore", "*.log\n/target\n!keep.log\nbuild/\n\n# [a comment\n[broken\n"),
        ("a.log", ""),
        ("keep.log", "k"),
        ("target/x", ""),
        ("src/target/x", "x"),
        ("src/build/x", ""),
        ("src/build.txt", "b"),
        ("src/.gitignore", "!a.log\nsecret*\n"),
        ("src/a.log", "a"),
        ("src/deep/secrets.txt", ""),
        ("src/deep/b.log", ""),
        ("not.gitignore", "src\n"),
    ] {
        bench.workspace.write(path, text.as_bytes(), false).unwrap();
    }
    let files = content(&bench.workspace, None).await.unwrap();
    let paths: Vec<_> = files.iter().map(|file| file.path.as_str()).collect();
    assert_eq!(
        paths,
        [
            ".gitignore",
            "keep.log",
            "not.gitignore",
            "src/.gitignore",
            "src/a.log",
            "src/build.txt",
            "src/target/x"
        ]
    );
    let below = content(&bench.workspace, Some("./src/target")).await.unwrap();
    assert_eq!(shown(&below), ["x = x"]);
}

#[cfg(unix)]
#[tokio::test]
async fn links_are_taken_as_they_are() {
    let bench = Bench::new();
    std::fs::write(bench.folder.path().join("secret"), "s").unwrap();
    bench.workspace.write("out/run.sh", b"#!", true).unwrap();
    bench.workspace.link("out/way", "../../secret").unwrap();
    bench.workspace.link("out/up", "..").unwrap();
    bench.workspace.link("outside", "..").unwrap();
    assert_eq!(
        shown(&content(&bench.workspace, Some("out")).await.unwrap()),
        ["run.sh* = #!", "up -> ..", "way -> ../../secret"]
    );
    for folder in ["..", "../run", "/etc", "outside", "outside/run", "nowhere", "out/run.sh", "out/../.."] {
        assert!(content(&bench.workspace, Some(folder)).await.is_err(), "{folder}");
    }
    bench.workspace.make_folder("empty").unwrap();
    let told = some_content(&bench.workspace, Some("empty")).await.unwrap_err();
    assert!(told.message.contains("\"empty\" holds no files"), "{told}");
}
