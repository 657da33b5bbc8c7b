//! Skeletons and inputs that try to get out, or to use everything up.

use axum::Router;
use axum::routing::get;
use integrations::{Config, GithubConfig, ReadingAllow};

use super::*;

/// The workspace's surroundings: nothing may come or go there.
fn around(bench: &Bench) -> Vec<String> {
    let mut names: Vec<_> = std::fs::read_dir(bench.folder.path())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .collect();
    names.sort_unstable();
    names
}

#[tokio::test]
async fn no_input_leads_out_of_the_workspace() {
    let bench = Bench::new().file("s/a.txt", "x").file("s/${{ values.out }}", "x");
    std::fs::write(bench.folder.path().join("victim"), "v").unwrap();
    bench.workspace.write("mine", b"m", false).unwrap();
    let before = around(&bench);
    let absolute = bench.folder.path().join("victim").to_str().unwrap().to_owned();
    for out in [
        "../victim",
        "a/../../victim",
        &absolute,
        "..\\victim",
        "../run/../victim",
        "nul",
        ".git/hooks/pre-commit",
        "a\0b",
    ] {
        let template = |values: &str, target: &str| json!({ "url": "./s", "values": { "out": values }, "targetPath": target, "replace": true });
        for (id, input) in [
            ("fetch:plain", json!({ "url": "./s", "targetPath": out })),
            ("fetch:plain:file", json!({ "url": "./s/a.txt", "targetPath": out })),
            ("fetch:template", template("ok", out)),
            ("fetch:template:file", json!({ "url": "./s/a.txt", "targetPath": out })),
            (
                "workspace:template",
                json!({ "sourcePath": out, "targetPath": "to", "copyWithoutTemplating": [] }),
            ),
            ("workspace:template:file", json!({ "sourcePath": "mine", "targetPath": out })),
            ("workspace:template:file", json!({ "sourcePath": out, "targetPath": "to" })),
            ("fs:delete", json!({ "files": [out] })),
            ("fs:rename", json!({ "files": [{ "from": "mine", "to": out }] })),
            ("fs:rename", json!({ "files": [{ "from": out, "to": "to" }] })),
            ("fs:readdir", json!({ "paths": [out] })),
            ("catalog:write", json!({ "entity": {}, "filePath": out })),
        ] {
            assert!(bench.run(id, input.clone()).await.is_err(), "{id} {input}");
        }
        // A leading slash is an empty part, which drops the file.
        let rendered = bench.run("fetch:template", template(out, "deep")).await;
        assert!(rendered.is_err() || out.starts_with('/'), "{out}");
    }
    assert_eq!(around(&bench), before);
    assert_eq!(std::fs::read_to_string(bench.folder.path().join("victim")).unwrap(), "v");
    assert_eq!(bench.workspace.read("mine").unwrap(), b"m");
}

#[cfg(unix)]
#[tokio::test]
async fn no_address_leads_out_of_what_may_be_read() {
    let bench = Bench::new().file("s/a.txt", "x");
    let outside = bench.folder.path().join("outside");
    std::fs::create_dir(&outside).unwrap();
    std::fs::write(outside.join("secret"), "s").unwrap();
    link(&outside, bench.beside().join("way"));
    link("../../../outside", bench.beside().join("s/way"));
    link("/etc/passwd", bench.beside().join("s/passwd"));
    for url in [
        "../../../outside",
        "./way",
        "s/way",
        "way/.",
        "/etc",
        "../../../../../../etc",
        "file:///etc",
        "\\etc",
        "s/../../../../outside",
    ] {
        assert!(bench.run("fetch:plain", json!({ "url": url })).await.is_err(), "{url}");
    }
    for url in [
        "../../../outside/secret",
        "way/secret",
        "s/way/secret",
        "s/passwd",
        "/etc/passwd",
        "file:///etc/passwd",
        "a\0b",
    ] {
        let input = json!({ "url": url, "targetPath": "x" });
        assert!(bench.run("fetch:plain:file", input).await.is_err(), "{url}");
    }
    assert_eq!(bench.shown(), "");
    // What a link says is copied, and what it leads to is not.
    bench.done("fetch:plain", json!({ "url": "./s" })).await;
    assert_eq!(bench.shown(), "a.txt = x\npasswd -> /etc/passwd\nway -> ../../../outside");
    for id in ["fetch:template", "fetch:plain"] {
        let through = bench.run(id, json!({ "url": "./s", "targetPath": "way" })).await;
        assert!(through.is_err(), "{id}");
    }
    let through = json!({ "sourcePath": "passwd", "targetPath": "copy" });
    assert!(bench.run("workspace:template:file", through).await.is_err());
    let listed = json!({ "listWorkspace": "with-contents" });
    bench.done("debug:log", listed).await;
    assert!(!bench.log().contains("root:"), "{}", bench.log());
    assert_eq!(std::fs::read_dir(&outside).unwrap().count(), 1);
}

#[cfg(unix)]
#[tokio::test]
async fn a_pipe_in_a_skeleton_is_not_waited_for() {
    let bench = Bench::new().file("s/a.txt", "x");
    let made = std::process::Command::new("mkfifo").arg(bench.beside().join("s/pipe")).status();
    assert!(made.unwrap().success());
    let told = bench.run("fetch:plain", json!({ "url": "./s" })).await.unwrap_err();
    assert!(told.contains("neither a file nor a folder nor a link"), "{told}");
    let input = json!({ "url": "./s/pipe", "targetPath": "x" });
    assert!(bench.run("fetch:plain:file", input).await.is_err());
}

#[tokio::test]
async fn renderings_that_have_no_end_end() {
    for text in [
        "{% for a in range(1000000) %}{% for b in range(1000000) %}${{ a }}{% endfor %}{% endfor %}",
        "${{ 'x'.repeat(10000000000) }}",
        "{% macro m() %}${{ m() }}${{ m() }}{% endmacro %}${{ m() }}",
        "{% set l = [] %}{% for i in range(100000000) %}{% set x = l.push(l) %}{% endfor %}",
        "${{ /^(a+)+$/.test('aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab') }}${{ 'x'.padEnd(1e12) }}",
    ] {
        let bench = Bench::new().file("s/a.txt", text);
        assert!(bench.run("fetch:template", json!({ "url": "./s" })).await.is_err(), "{text}");
    }
    // Ten gigabytes, a file at a time, are no more than one file may have.
    let mut bench = Bench::new();
    for number in 0..200 {
        bench = bench.file(&format!("s/{number}"), "${{ 'x'.repeat(50000000) }}");
    }
    let told = bench.run("fetch:template", json!({ "url": "./s" })).await.unwrap_err();
    assert!(told.contains("bytes"), "{told}");
    assert!(bench.workspace.walk("").unwrap().len() < 4, "{told}");
    let small = Bench::reaching(&Config::default(), Limits { entries: 3, bytes: 1000 });
    let small = small.file("s/a", "${{ 'x'.repeat(2000) }}");
    assert!(small.run("fetch:template", json!({ "url": "./s" })).await.unwrap_err().contains("1000 bytes"));
    let many = small.file("t/a", "").file("t/b", "").file("t/c", "").file("t/d", "");
    assert!(many.run("fetch:plain", json!({ "url": "./t" })).await.unwrap_err().contains("3 files"));
}

/// A Git host whose folder holds what no file of a folder is called, and a file on another host.
#[tokio::test]
async fn what_comes_over_the_network_is_judged_too() {
    let tree = |entries: &str| format!(r#"{{ "tree": [{entries}] }}"#);
    let root = tree(r#"{ "path": "s", "type": "tree", "sha": "t" }"#);
    let hostile = ["../../victim", "/tmp/victim", "a/../../../victim", "x\\\\..\\\\y", ".git/config"];
    for path in hostile {
        let folder = tree(&format!(
            r#"{{ "path": "{path}", "type": "blob", "mode": "100644", "sha": "b", "size": 1 }}"#
        ));
        let root = root.clone();
        #[expect(clippy::disallowed_methods, reason = "a stranger's routes, not the portal's")]
        let router = Router::new()
            .route("/api/v3/repos/acme/shop/git/trees/main", get(move || async move { root }))
            .route("/api/v3/repos/acme/shop/git/trees/t", get(move || async move { folder }))
            .route(
                "/api/v3/repos/acme/shop/git/blobs/b",
                get(|| async { r#"{ "content": "eA==", "encoding": "base64" }"# }),
            )
            .route("/file", get(|| async { "x".repeat(17 << 20) }));
        let (host, github) = serve(router).await;
        let port = host.rsplit(':').next().unwrap();
        let allow = ReadingAllow { host: format!("localhost:{port}"), paths: None };
        let bench = Bench::reaching(
            &Config { github: vec![github], allow: vec![allow], ..Config::default() },
            Limits::default(),
        );
        let base = Base::Url(format!("http://{host}/acme/shop/blob/main/template.yaml").parse().unwrap());
        let before = around(&bench);
        for id in ["fetch:plain", "fetch:template"] {
            let _refused = bench.run_from(&base, id, json!({ "url": "./s", "targetPath": "to" })).await;
            let written = bench.shown();
            assert!(!written.contains(" = x"), "{id} {path}: {written}");
            assert_eq!(around(&bench), before, "{id} {path}");
        }
        let large = json!({ "url": format!("http://localhost:{port}/file"), "targetPath": "large" });
        let told = bench.run_from(&base, "fetch:plain:file", large).await.unwrap_err();
        assert!(told.contains("16777216 bytes"), "{told}");
        for url in [
            "http://169.254.169.254/latest/meta-data",
            "http://127.0.0.1:1/",
            "https://[::1]/",
            "http://localhost/",
            "ftp://x/y",
        ] {
            let input = json!({ "url": url, "targetPath": "x" });
            let told = bench.run_from(&base, "fetch:plain:file", input).await.unwrap_err();
            assert!(told.contains("is in none of") || told.contains("only http"), "{url}: {told}");
        }
        for url in ["../../../other/repo/blob/main/s", "/../../x"] {
            let told = bench.run_from(&base, "fetch:plain", json!({ "url": url })).await;
            assert!(told.is_err(), "{url}");
        }
    }
}

/// A host as GitHub is one, with these routes.
async fn serve(router: Router) -> (String, GithubConfig) {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let host = listener.local_addr().unwrap().to_string();
    tokio::spawn(async move { axum::serve(listener, router).await });
    let github = GithubConfig {
        api_base_url: Some(format!("http://{host}/api/v3")),
        raw_base_url: None,
        token: None,
        apps: Vec::new(),
        host: host.clone(),
    };
    (host, github)
}

#[tokio::test]
async fn a_folder_comes_from_the_network() {
    let tree = |entries: Value| json!({ "tree": entries }).to_string();
    let root = tree(json!([{ "path": "s", "type": "tree", "sha": "t" }]));
    let folder = tree(json!([
        { "path": "${{ values.name }}.sh", "type": "blob", "mode": "100755", "sha": "b", "size": 18 },
        { "path": "deep/link", "type": "blob", "mode": "120000", "sha": "l", "size": 4 },
    ]));
    let blob = |text: &str| {
        use base64::Engine as _;
        let content = base64::engine::general_purpose::STANDARD.encode(text);
        json!({ "content": content, "encoding": "base64" }).to_string()
    };
    let (script, way) = (blob("${{ values.name }}"), blob("../x"));
    #[expect(clippy::disallowed_methods, reason = "a stranger's routes, not the portal's")]
    let router = Router::new()
        .route("/api/v3/repos/acme/shop/git/trees/main", get(move || async move { root }))
        .route("/api/v3/repos/acme/shop/git/trees/t", get(move || async move { folder }))
        .route("/api/v3/repos/acme/shop/git/blobs/b", get(move || async move { script }))
        .route("/api/v3/repos/acme/shop/git/blobs/l", get(move || async move { way }))
        .route("/api/v3/repos/acme/shop/contents/README.md", get(|| async { "# ${{ values.name }}" }));
    let (host, github) = serve(router).await;
    let bench = Bench::reaching(&Config { github: vec![github], ..Config::default() }, Limits::default());
    let base = Base::Url(format!("http://{host}/acme/shop/blob/main/template.yaml").parse().unwrap());
    let values = json!({ "name": "shop" });
    let folder = json!({ "url": "./s", "values": values });
    assert!(bench.run_from(&base, "fetch:template", folder).await.is_ok(), "{}", bench.log());
    let file = json!({ "url": "./README.md", "targetPath": "README.md", "values": values });
    assert!(bench.run_from(&base, "fetch:template:file", file).await.is_ok());
    assert_eq!(bench.shown(), "README.md = # shop\ndeep/\ndeep/link -> ../x\nshop.sh* = shop");
}
