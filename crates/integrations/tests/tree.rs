//! Folders of a repository, from a server that answers as GitHub documents it.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]
#![expect(clippy::disallowed_methods, reason = "a stranger's routes, not the portal's")]

mod acme;

use std::sync::{Arc, Mutex};

use axum::extract::{Path, RawQuery};
use axum::http::{HeaderMap, StatusCode};
use axum::response::IntoResponse as _;
use axum::routing::get;
use axum::{Json, Router};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use integrations::{Integrations, ReadError, TreeContent};
use platform::Secret;
use serde_json::{Value, json};

type Asked = Arc<Mutex<Vec<String>>>;

/// A repository with `skeletons/java` in it, as told by `files`: path, mode and content.
async fn host(
    files: &'static [(&'static str, &'static str, &'static str)],
    truncated: bool,
) -> (Integrations, String, Asked) {
    let asked: Asked = Arc::default();
    let (trees, blobs) = (Arc::clone(&asked), Arc::clone(&asked));
    let tree = move |Path(sha): Path<String>, RawQuery(query): RawQuery, headers: HeaderMap| async move {
        let token = headers["authorization"].to_str().unwrap().to_owned();
        trees.lock().unwrap().push(format!("tree {sha} {} {token}", query.unwrap_or_default()));
        let entry = |path: &str, kind: &str, sha: &str| json!({ "path": path, "type": kind, "sha": sha });
        let tree: Vec<Value> = match sha.as_str() {
            "main" => vec![entry("skeletons", "tree", "t1"), entry("README.md", "blob", "b1")],
            "t1" => vec![entry("java", "tree", "t2"), entry("go", "tree", "t3")],
            "t2" => {
                let files = files.iter().enumerate().map(|(number, (path, mode, content))| {
                    json!({ "path": path, "type": "blob", "mode": mode, "sha": format!("f{number}"), "size": content.len() })
                });
                files
                    .chain([
                        json!({ "path": "src", "type": "tree", "sha": "t9" }),
                        json!({ "path": "sub", "type": "commit", "sha": "c" }),
                    ])
                    .collect()
            }
            _ => return StatusCode::NOT_FOUND.into_response(),
        };
        Json(json!({ "tree": tree, "truncated": truncated })).into_response()
    };
    let blob = move |Path(sha): Path<String>| async move {
        blobs.lock().unwrap().push(format!("blob {sha}"));
        let (_, _, content) = files[sha[1..].parse::<usize>().unwrap()];
        // GitHub breaks lines of base64.
        let encoded = STANDARD.encode(content);
        let (start, end) = encoded.split_at(encoded.len().min(4));
        Json(json!({ "content": format!("{start}\n{end}\n"), "encoding": "base64" }))
    };
    let router = Router::new()
        .route("/api/v3/repos/acme/shop/git/trees/{sha}", get(tree))
        .route("/api/v3/repos/acme/shop/git/blobs/{sha}", get(blob));
    let (integrations, repository) = acme::host(router).await;
    (integrations, format!("{repository}/tree/main/"), asked)
}

const FILES: &[(&str, &str, &str)] = &[
    ("pom.xml", "100644", "<name>${{ values.name }}</name>"),
    ("mvnw", "100755", "#!/bin/sh\n"),
    ("src/empty", "100644", ""),
    ("link", "120000", "../../../etc/passwd"),
];

#[tokio::test]
async fn a_folder_comes_with_modes_and_links() {
    let (integrations, root, asked) = host(FILES, false).await;
    for (token, shown) in [(None, "Bearer t0ken"), (Some(Secret::new("mine".to_owned())), "Bearer mine")] {
        asked.lock().unwrap().clear();
        let (host, url) = integrations.host_of(&format!("{root}skeletons/java")).unwrap();
        let files = host.tree(&url, token.as_ref()).await.unwrap();
        let told: Vec<_> = files
            .iter()
            .map(|file| match &file.content {
                TreeContent::File { bytes, executable } => {
                    format!("{} {executable} {}", file.path, String::from_utf8_lossy(bytes))
                }
                TreeContent::Link(says) => format!("{} -> {says}", file.path),
            })
            .collect();
        assert_eq!(
            told,
            [
                "pom.xml false <name>${{ values.name }}</name>",
                "mvnw true #!/bin/sh\n",
                "src/empty false ",
                "link -> ../../../etc/passwd",
            ]
        );
        let asked = asked.lock().unwrap();
        assert_eq!(asked.len(), 3 + FILES.len(), "{asked:?}");
        assert_eq!(asked[0], format!("tree main  {shown}"));
        assert_eq!(asked[2], format!("tree t2 recursive=1 {shown}"));
    }
}

#[tokio::test]
async fn what_is_no_folder_or_too_large_is_told() {
    let (integrations, root, asked) = host(FILES, true).await;
    for (path, expected) in [
        ("skeletons/rust", "there is no folder rust"),
        ("README.md", "README.md is no folder"),
        ("skeletons/go", "no such file"),
        ("skeletons/java", "more than 2000 files"),
    ] {
        let (host, url) = integrations.host_of(&format!("{root}{path}")).unwrap();
        let error = host.tree(&url, None).await.unwrap_err();
        assert!(error.to_string().contains(expected), "{path}: {error}");
        assert!(matches!(error, ReadError::Missing(_) | ReadError::Refused(_)), "{path}");
    }
    assert!(!asked.lock().unwrap().iter().any(|asked| asked.starts_with("blob")), "nothing was read in vain");
}
