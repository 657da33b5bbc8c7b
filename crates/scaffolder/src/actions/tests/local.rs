//! What `fs:*`, `fetch:plain*` and `debug:*` do.

use std::time::Duration;

use super::*;

#[tokio::test]
async fn folders_and_files_are_copied() {
    let bench = Bench::new()
        .file("skeleton/a.txt", "${{ values.x }}")
        .file("skeleton/deep/b.txt", "b")
        .file("skeleton/.git/hooks/post-commit", "#!")
        .file("../shared/LICENSE", "MIT");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let run = bench.beside().join("skeleton/run.sh");
        std::fs::write(&run, "#!").unwrap();
        std::fs::set_permissions(run, std::fs::Permissions::from_mode(0o4755)).unwrap();
        link("../../../secret", bench.beside().join("skeleton/link"));
    }
    bench.done("fetch:plain", json!({ "url": "./skeleton", "targetPath": "to" })).await;
    bench.done("fetch:plain:file", json!({ "url": "skeleton/deep/b.txt", "targetPath": "c/b.txt" })).await;
    bench.done("fetch:plain:file", json!({ "url": "../shared/LICENSE", "targetPath": "LICENSE" })).await;
    assert_eq!(
        bench.shown(),
        "LICENSE = MIT\nc/\nc/b.txt = b\nto/\nto/a.txt = ${{ values.x }}\nto/deep/\nto/deep/b.txt = b\n\
         to/link -> ../../../secret\nto/run.sh* = #!"
    );
    bench.done("fetch:plain", json!({ "url": "./skeleton/deep", "targetPath": "./" })).await;
    assert_eq!(bench.workspace.read("b.txt").unwrap(), b"b");
    for (url, expected) in [
        ("./nothing", "There is no \"templates/one/nothing\" in the folder"),
        ("./skeleton/a.txt", "a.txt"),
        (
            "https://example.com/x",
            "example.com is in none of integrations.github, integrations.gitlab and backend.reading.allow",
        ),
    ] {
        let told = bench.run("fetch:plain", json!({ "url": url })).await.unwrap_err();
        assert!(told.contains(expected) || told.contains("no \"nothing\""), "{url}: {told}");
    }
}

#[tokio::test]
async fn files_are_deleted_renamed_and_listed() {
    let bench = Bench::new();
    for path in ["a.txt", "b.txt", "dir/c.tmp", "dir/deep/d.tmp", "dir/deep/e.txt", "[x].txt"] {
        bench.workspace.write(path, path.as_bytes(), false).unwrap();
    }
    bench.done("fs:delete", json!({ "files": ["a.txt", "nothing", "**/*.tmp", "[x].txt"] })).await;
    assert_eq!(bench.shown(), "b.txt = b.txt\ndir/\ndir/deep/\ndir/deep/e.txt = dir/deep/e.txt");
    bench.workspace.write("c.txt", b"c", false).unwrap();
    let rename = |from: &str, to: &str, overwrite: bool| json!({ "files": [{ "from": from, "to": to, "overwrite": overwrite }] });
    let told = bench.run("fs:rename", rename("b.txt", "c.txt", false)).await.unwrap_err();
    assert_eq!(told, "There is a \"c.txt\" already.");
    bench.done("fs:rename", rename("b.txt", "c.txt", true)).await;
    bench.done("fs:rename", rename("c.txt", "./c.txt", true)).await;
    bench.done("fs:rename", rename("dir", "other/place", false)).await;
    assert_eq!(
        bench.shown(),
        "c.txt = b.txt\nother/\nother/place/\nother/place/deep/\nother/place/deep/e.txt = dir/deep/e.txt"
    );
    let told = bench.run("fs:rename", rename("nothing", "c.txt", true)).await.unwrap_err();
    assert_eq!(told, "There is no \"nothing\" in the workspace.");
    assert_eq!(bench.workspace.read("c.txt").unwrap(), b"b.txt", "nothing was overwritten by nothing");
    let Ok(Done::Output(listed)) =
        bench.run("fs:readdir", json!({ "paths": ["other"], "recursive": true })).await
    else {
        panic!("a listing")
    };
    let names = |key: &str| {
        let names = listed[key].as_array().unwrap().iter();
        names
            .map(|entry| format!("{} {}", entry["name"].as_str().unwrap(), entry["path"].as_str().unwrap()))
            .collect::<Vec<_>>()
    };
    assert_eq!(names("files"), ["e.txt other/place/deep/e.txt"]);
    assert_eq!(names("folders"), ["place other/place", "deep other/place/deep"]);
    let Ok(Done::Output(listed)) = bench.run("fs:readdir", json!({ "paths": ["."] })).await else {
        panic!("a listing")
    };
    assert_eq!(
        (listed["files"].as_array().unwrap().len(), listed["folders"].as_array().unwrap().len()),
        (1, 1)
    );
    let Found::Runs(readdir) = bench.registry.find("fs:readdir") else { panic!("an action") };
    let output = crate::schema::Schema::new(&readdir.action.about().output).unwrap();
    assert_eq!(output.faults(&Value::Object(listed)), []);
}

#[tokio::test]
async fn the_log_shows_messages_and_the_workspace() {
    let bench = Bench::new();
    bench.journal.mask().add("hunter2hunter2");
    bench.workspace.write("a/b.txt", b"the token is hunter2hunter2", false).unwrap();
    bench.workspace.write("image", &[0xff, 0xfe], false).unwrap();
    bench.done("debug:log", json!({ "message": "Hello hunter2hunter2", "listWorkspace": false })).await;
    bench.done("debug:log", json!({ "listWorkspace": true })).await;
    bench.done("debug:log", json!({ "listWorkspace": "with-contents" })).await;
    bench.done("debug:log", json!({})).await;
    assert_eq!(
        bench.log(),
        "Hello ******\nWorkspace:\n  - a/b.txt\n  - image\n\
         Workspace:\n  - a/b.txt:\n\nthe token is ******\n\n  - image: 2 bytes that are no text\n"
    );
}

#[tokio::test]
async fn a_short_wait_is_waited_and_a_long_one_put_away() {
    let bench = Bench::new();
    bench.done("debug:wait", json!({ "milliseconds": 1 })).await;
    let bench = Bench::new();
    for _ in 0..2 {
        // The second time it is the same wait, and not a new one.
        let Ok(Done::Wait(wait)) = bench.run("debug:wait", json!({ "minutes": 1, "seconds": 30 })).await
        else {
            panic!("a wait")
        };
        let again = wait.again_in.unwrap();
        assert!((Duration::from_secs(60)..=Duration::from_secs(90)).contains(&again), "{again:?}");
    }
    bench.journal.keep("step", "until", json!(0)).await.unwrap();
    bench.done("debug:wait", json!({ "minutes": 1 })).await;
    for input in [json!({ "minutes": 11 }), json!({ "seconds": -1 }), json!({ "minutes": 1e300 })] {
        let told = Bench::new().run("debug:wait", input.clone()).await.unwrap_err();
        assert_eq!(told, "debug:wait waits for 0 to 10 minutes.", "{input}");
    }
}
