//! Reading from a server that answers as GitLab's documentation of its REST API says.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use flate2::Compression;
use flate2::write::GzEncoder;
use integrations::{Config, GitlabConfig, Integrations, Listing, ReadError, Reading, TreeContent};
use platform::Secret;
use serde_json::{Value, json};

type Asked = Arc<Mutex<Vec<String>>>;

/// A host below `/gitlab`: how it answers a path with a query, given the sign that was shown. Gives what reads from there, the
/// address of its project `acme/shops/shop`, and what it is asked.
async fn host(
    token: Option<&str>,
    answer: impl Fn(&str, Option<&str>) -> Response + Clone + Send + Sync + 'static,
) -> (Integrations, String, Asked) {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let host = listener.local_addr().unwrap().to_string();
    let asked = Asked::default();
    let seen = Arc::clone(&asked);
    let all = move |request: Request<Body>| async move {
        let header = |name: &str| request.headers().get(name).and_then(|value| value.to_str().ok());
        let path = request.uri().path_and_query().unwrap().as_str().to_owned();
        let path = path.strip_prefix("/gitlab/api/v4").unwrap_or("outside of the API").to_owned();
        seen.lock().unwrap().push(format!("{path} {}", header("authorization").unwrap_or("-")));
        answer(&path, header("if-none-match"))
    };
    tokio::spawn(async move { axum::serve(listener, Router::new().fallback(all)).await });
    let gitlab = GitlabConfig {
        api_base_url: None,
        base_url: Some(format!("http://{host}/gitlab/")),
        token: token.map(|token| Secret::new(token.to_owned())),
        host: host.clone(),
    };
    let config = Config { gitlab: vec![gitlab], ..Config::default() };
    (Integrations::new(&config).unwrap(), format!("http://{host}/gitlab/acme/shops/shop"), asked)
}

fn not_found() -> Response {
    (StatusCode::NOT_FOUND, axum::Json(json!({ "message": "404 File Not Found" }))).into_response()
}

async fn read(
    integrations: &Integrations,
    address: &str,
    validator: Option<&str>,
) -> Result<Reading<bytes::Bytes>, ReadError> {
    let (host, url) = integrations.host_of(address).unwrap();
    host.read(&url, validator).await
}

#[tokio::test]
async fn a_file_is_read_and_costs_no_content_while_it_is_unchanged() {
    let answer = |path: &str, sign: Option<&str>| match (path, sign) {
        ("/projects/acme%2Fshops%2Fshop/repository/files/a%2Fb%20c.yaml/raw?ref=feature%2Fnew", sign) => {
            if sign == Some("W/\"one\"") {
                return StatusCode::NOT_MODIFIED.into_response();
            }
            ([("etag", "W/\"one\"")], "kind: Component").into_response()
        }
        _ => not_found(),
    };
    let (integrations, project, asked) = host(Some("glpat-1"), answer).await;
    let old = project.clone();
    for address in [
        format!("{project}/-/blob/feature%2Fnew/a/b%20c.yaml?ref_type=heads"),
        format!("{project}.git/-/raw/feature%2Fnew/a/b%20c.yaml?inline=false"),
        format!("{project}/-/edit/feature%2Fnew/a/b%20c.yaml"),
        format!("{old}/blob/feature%2Fnew/a/b%20c.yaml"),
    ] {
        let Reading::New { value, validator } = read(&integrations, &address, None).await.unwrap() else {
            panic!("new")
        };
        assert_eq!(
            (value.as_ref(), validator.as_deref()),
            (b"kind: Component".as_slice(), Some("W/\"one\""))
        );
        assert_eq!(read(&integrations, &address, validator.as_deref()).await, Ok(Reading::Unchanged));
    }
    let asked = std::mem::take(&mut *asked.lock().unwrap());
    assert!(asked.iter().all(|line| line.ends_with(" Bearer glpat-1")), "{asked:?}");
    let missing = read(&integrations, &format!("{project}/-/blob/main/x"), None).await.unwrap_err();
    let expected = "there is no such file, or the token of integrations.gitlab may not see it";
    assert_eq!(missing, ReadError::Missing(expected.to_owned()));
    for folder in [format!("{project}/-/tree/main"), project] {
        let told = read(&integrations, &folder, None).await.unwrap_err();
        assert!(matches!(&told, ReadError::Missing(why) if why.contains("this is a folder")), "{told}");
    }
}

#[tokio::test]
async fn whose_token_is_shown_and_what_a_status_means_then() {
    for (configured, own, shown, name) in [
        (None, None, "-", "the public"),
        (Some("conf"), None, "Bearer conf", "the token of integrations.gitlab"),
        (None, Some("mine"), "Bearer mine", "the token that was given"),
        (Some("conf"), Some("mine"), "Bearer mine", "the token that was given"),
    ] {
        let answer = |path: &str, _: Option<&str>| {
            let named = path.split(['/', '=', '&']).find_map(|part| part.strip_prefix("answer-"));
            StatusCode::from_u16(named.unwrap().parse().unwrap()).unwrap().into_response()
        };
        let (integrations, project, asked) = host(configured, answer).await;
        let own = own.map(|own| Secret::new(own.to_owned()));
        for code in [404, 410, 401, 403, 500, 503] {
            let (host, url) = integrations.host_of(&format!("{project}/-/blob/main/answer-{code}")).unwrap();
            let error = host.file(&url, own.as_ref()).await.unwrap_err();
            assert_eq!(matches!(error, ReadError::Missing(_)), matches!(code, 404 | 410), "{code}: {error}");
            assert!(code >= 500 || error.to_string().contains(name), "{code}: {error}");
            let tree = host.tree(&url, own.as_ref()).await.unwrap_err();
            assert_eq!(tree, error, "{code}");
            let asked = asked.lock().unwrap();
            assert!(asked.iter().all(|line| line.ends_with(&format!(" {shown}"))), "{asked:?}");
        }
    }
}

#[tokio::test]
async fn a_limit_is_respected_by_whoever_it_is_about() {
    let limited = |_: &str, _: Option<&str>| {
        (StatusCode::TOO_MANY_REQUESTS, [("retry-after", "120")], "Retry later").into_response()
    };
    let (integrations, project, asked) = host(Some("conf"), limited).await;
    let address = format!("{project}/-/blob/main/x");
    for _ in 0..3 {
        let Err(ReadError::Later { at: Some(at), why }) = read(&integrations, &address, None).await else {
            panic!("a refusal with a time");
        };
        assert!(why.contains("rate limit"), "{why}");
        let pause = at.duration_since(SystemTime::now()).unwrap();
        assert!((Duration::from_secs(100)..=Duration::from_secs(121)).contains(&pause), "{pause:?}");
    }
    assert_eq!(asked.lock().unwrap().len(), 1, "the host was asked although it wants to be left alone");
    let (host, url) = integrations.host_of(&address).unwrap();
    host.file(&url, Some(&Secret::new("mine".to_owned()))).await.unwrap_err();
    assert_eq!(asked.lock().unwrap().len(), 2, "the limit is one of another token");
}

/// A list of so many pages, each of which names the next at an address that nobody here can reach.
fn listed(path: &str, pages: usize) -> Response {
    if path == "/projects/acme%2Fshops%2Fshop/repository/commits/main?stats=false" {
        return axum::Json(json!({ "id": "c0ffee" })).into_response();
    }
    let of = "/projects/acme%2Fshops%2Fshop/repository/tree?recursive=true&ref=c0ffee&per_page=100&pagination=keyset";
    let Some(rest) = path.strip_prefix(of) else { return not_found() };
    let number: usize = rest.strip_prefix("&page_token=t%2Bk").map_or(0, |number| number.parse().unwrap());
    let entry = |kind: &str, path: String| json!({ "id": "1", "name": "x", "type": kind, "path": path, "mode": "100644" });
    let entries: Value = vec![
        entry("tree", format!("svc{number}")),
        entry("blob", format!("svc{number}/catalog-info.yaml")),
        entry("blob", format!("svc{number}/a b/catalog-info.yaml")),
        entry("blob", format!("svc{number}/other.yaml")),
        entry("commit", format!("svc{number}/sub/catalog-info.yaml")),
    ]
    .into();
    let link = format!(
        "<https://git.example.com/api/v4/x?id=1&page_token=t%2Bk{0}>; rel=\"next\", <https://git.example.com/x>; rel=\"first\"",
        number + 1
    );
    let link =
        if number + 1 < pages { link } else { "<https://git.example.com/x>; rel=\"first\"".to_owned() };
    ([("link", link)], axum::Json(entries)).into_response()
}

#[tokio::test]
async fn a_pattern_goes_through_all_pages_and_costs_one_request_while_nothing_changes() {
    let (integrations, project, asked) = host(None, |path, _| listed(path, 3)).await;
    let (host, url) = integrations.host_of(&format!("{project}/-/blob/main/**/catalog-info.yaml")).unwrap();
    let Reading::New { value, validator } = host.list(&url, None).await.unwrap() else { panic!("new") };
    let mut expected: Vec<String> = (0..3)
        .flat_map(|number| {
            ["a%20b/", ""]
                .map(|folder| format!("{project}/-/blob/main/svc{number}/{folder}catalog-info.yaml"))
        })
        .collect();
    expected.sort();
    assert_eq!(value, Listing { files: expected, truncated: false });
    assert_eq!(asked.lock().unwrap().len(), 4);
    assert_eq!(host.list(&url, validator.as_deref()).await, Ok(Reading::Unchanged));
    assert_eq!(asked.lock().unwrap().len(), 5);
    let Reading::New { value, .. } = host.list(&url, Some("another")).await.unwrap() else { panic!("new") };
    assert_eq!(value.files.len(), 6);
}

#[tokio::test]
async fn a_list_without_an_end_is_left_and_told() {
    let (integrations, project, asked) = host(None, |path, _| listed(path, usize::MAX)).await;
    let (host, url) = integrations.host_of(&format!("{project}/-/blob/main/*/catalog-info.yaml")).unwrap();
    let Reading::New { value, .. } = host.list(&url, None).await.unwrap() else { panic!("new") };
    assert!(value.truncated);
    assert_eq!(value.files.len(), 100);
    assert_eq!(asked.lock().unwrap().len(), 101);
}

#[tokio::test]
async fn a_project_is_looked_up_by_any_address_in_it() {
    let answer = |path: &str, _: Option<&str>| match path {
        "/projects/acme%2Fshops%2Fshop" => axum::Json(json!({ "default_branch": "trunk/2" })).into_response(),
        "/projects/acme%2Fshops%2Fempty" => axum::Json(json!({ "default_branch": null })).into_response(),
        _ => not_found(),
    };
    let (integrations, project, _) = host(None, answer).await;
    for (address, branch, root) in [
        (project.clone(), "trunk/2", "trunk%2F2"),
        (format!("{project}.git"), "trunk/2", "trunk%2F2"),
        (format!("{project}/-/tree/next/a"), "next", "next"),
    ] {
        let (host, url) = integrations.host_of(&address).unwrap();
        assert_eq!(host.is_repository(&url), !address.ends_with("/a"), "{address}");
        let found = host.lookup(&url).await.unwrap();
        assert_eq!(
            (&*found.url, &*found.owner, &*found.name, &*found.branch, found.slug_annotation),
            (&*project, "acme/shops", "shop", branch, "gitlab.com/project-slug")
        );
        assert_eq!(found.root, format!("{project}/-/blob/{root}/"));
        let (_, root) = integrations.host_of(&found.root).unwrap();
        assert!(host.is_repository(&root), "{root}");
    }
    let (host, url) =
        integrations.host_of(&project.replace("/shop", "/shops/").replace("shops/s/shops/", "x")).unwrap();
    assert!(matches!(host.lookup(&url).await, Err(ReadError::Missing(_))), "{url}");
    let (host, url) = integrations.host_of(&project.replace("/shops/shop", "/shops/empty")).unwrap();
    let told = host.lookup(&url).await.unwrap_err();
    assert_eq!(told, ReadError::Missing("acme/shops/empty is empty, it has no branch yet".to_owned()));
}

#[tokio::test]
async fn targets_pages_and_whose_address_it_is() {
    let (integrations, project, _) = host(None, |_, _| not_found()).await;
    let root = format!("{project}/-/blob/main/");
    let base = format!("{root}a/b/catalog-info.yaml");
    for (target, expected) in [
        ("./c.yaml", format!("{root}a/b/c.yaml")),
        ("../c.yaml", format!("{root}a/c.yaml")),
        ("/c.yaml", format!("{root}c.yaml")),
        ("/a b/c.yaml", format!("{root}a%20b/c.yaml")),
    ] {
        assert_eq!(integrations.resolve(target, &base).unwrap(), expected, "{target}");
    }
    let published =
        integrations.resolve("/catalog-info.yaml", &format!("{project}/-/tree/feature%2Fnew/")).unwrap();
    assert_eq!(published, format!("{project}/-/tree/feature%2Fnew/catalog-info.yaml"));
    assert_eq!(integrations.folder_url(&base), Some(format!("{project}/-/tree/main/a/b/")));
    assert_eq!(integrations.edit_url(&base), Some(format!("{project}/-/edit/main/a/b/catalog-info.yaml")));
    let commit = base.replace("/main/", "/0123456789abcdef0123456789abcdef01234567/");
    assert_eq!(integrations.edit_url(&commit), None);
    assert!(
        integrations
            .same_repository(&base, &format!("{}/blob/next/z.yaml", project.replace("/shop", "/SHOP")))
    );
    assert!(!integrations.same_repository(&base, &base.replace("/shop/-/", "/vault/-/")));
    assert!(!integrations.same_repository(&base, &base.replace("/shops/shop/", "/shop/")));
    // The host itself is there without an entry; what is beside `baseUrl` is another's.
    assert!(integrations.host_of("https://gitlab.com/acme/shop/-/blob/main/x").is_ok());
    let (start, _) = project.split_once("/gitlab/").unwrap();
    for elsewhere in [format!("{start}/acme/shop/-/blob/main/x"), "https://git.example.com/acme/x".to_owned()]
    {
        let told = integrations.host_of(&elsewhere).err().unwrap().to_string();
        assert!(
            told.contains("integrations.github, integrations.gitlab and backend.reading.allow"),
            "{told}"
        );
    }
}

/// An archive with these entries: kind, name, and content or what the link says.
fn archive(entries: &[(tar::EntryType, &str, &[u8])]) -> Vec<u8> {
    let mut archive = tar::Builder::new(GzEncoder::new(Vec::new(), Compression::fast()));
    for (kind, name, content) in entries {
        let mut header = tar::Header::new_gnu();
        let is_link = *kind == tar::EntryType::Symlink;
        header.as_gnu_mut().unwrap().name[..name.len()].copy_from_slice(name.as_bytes());
        header.set_entry_type(*kind);
        header.set_mode(if name.ends_with(".sh") { 0o755 } else { 0o644 });
        if is_link {
            header.as_gnu_mut().unwrap().linkname[..content.len()].copy_from_slice(content);
        }
        let content = if is_link { b"".as_slice() } else { content };
        header.set_size(content.len() as u64);
        header.set_cksum();
        archive.append(&header, content).unwrap();
    }
    archive.into_inner().unwrap().finish().unwrap()
}

const FILE: tar::EntryType = tar::EntryType::Regular;

#[tokio::test]
async fn a_folder_comes_in_one_request() {
    let packed = archive(&[
        (tar::EntryType::Directory, "shop-main-1-skeletons-java/", b""),
        (FILE, "shop-main-1-skeletons-java/skeletons/java/pom.xml", b"<name/>"),
        (FILE, "shop-main-1-skeletons-java/skeletons/java/src/run.sh", b"#!/bin/sh"),
        (tar::EntryType::Symlink, "shop-main-1-skeletons-java/skeletons/java/link", b"../../../etc/passwd"),
        (FILE, "shop-main-1-skeletons-java/skeletons/javascript/x", b""),
    ]);
    let (integrations, project, asked) = host(Some("conf"), move |_, _| packed.clone().into_response()).await;
    for (address, query) in [
        ("/-/tree/feature%2Fnew/skeletons/java/", "?sha=feature%2Fnew&path=skeletons%2Fjava"),
        ("/-/blob/main/skeletons/java", "?sha=main&path=skeletons%2Fjava"),
    ] {
        let (host, url) = integrations.host_of(&format!("{project}{address}")).unwrap();
        let files = host.tree(&url, None).await.unwrap();
        let told: Vec<String> = files
            .iter()
            .map(|file| match &file.content {
                TreeContent::File { bytes, executable } => {
                    format!("{} {executable} {}", file.path, bytes.len())
                }
                TreeContent::Link(says) => format!("{} -> {says}", file.path),
            })
            .collect();
        assert_eq!(told, ["link -> ../../../etc/passwd", "pom.xml false 7", "src/run.sh true 9"]);
        let asked = std::mem::take(&mut *asked.lock().unwrap());
        let path = "/projects/acme%2Fshops%2Fshop/repository/archive.tar.gz";
        assert_eq!(asked, [format!("{path}{query} Bearer conf")]);
    }
    let (host, url) = integrations.host_of(&project).unwrap();
    assert_eq!(host.tree(&url, None).await.unwrap().len(), 4);
    let (host, url) = integrations.host_of(&format!("{project}/-/tree/main/skeletons/rust")).unwrap();
    let told = host.tree(&url, None).await.unwrap_err();
    assert_eq!(told, ReadError::Missing("there is no folder skeletons/rust".to_owned()));
}

#[tokio::test]
async fn a_folder_that_the_host_fails_to_pack_is_missing_if_it_is_not_there() {
    for (list, is_missing) in
        [(Some("[]"), true), (None, true), (Some(r#"[{"path":"a/b/x","type":"blob"}]"#), false)]
    {
        let answer = move |path: &str, _: Option<&str>| match path {
            "/projects/acme%2Fshops%2Fshop/repository/tree?ref=main&path=a%2Fb&per_page=1" => {
                list.map_or_else(not_found, axum::response::IntoResponse::into_response)
            }
            path if path.contains("archive") => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
            _ => panic!("{path}"),
        };
        let (integrations, project, _) = host(None, answer).await;
        let (host, url) = integrations.host_of(&format!("{project}/-/tree/main/a/b")).unwrap();
        let told = host.tree(&url, None).await.unwrap_err();
        assert_eq!(told == ReadError::Missing("there is no folder a/b".to_owned()), is_missing, "{told:?}");
        assert!(is_missing || matches!(told, ReadError::Later { .. }), "{told:?}");
    }
}

#[tokio::test]
async fn what_is_no_honest_archive_gives_no_files() {
    let large = vec![0; 65 * 1024 * 1024];
    for (sent, expected) in [
        (archive(&[(FILE, "shop/a", b"a"), (FILE, "../x", b"x")]), "\"../x\" leads out of the folder"),
        (archive(&[(FILE, "/etc/x", b"x")]), "\"/etc/x\" leads out of the folder"),
        (archive(&[(tar::EntryType::Link, "shop/x", b"")]), "\"shop/x\" is a hard link"),
        (archive(&[(FILE, "shop/a", b"a")])[..40].to_vec(), "can't be read"),
        (b"<html>Sign in</html>".to_vec(), "can't be read"),
        (large, "more than 67108864 bytes"),
    ] {
        let (integrations, project, _) = host(None, move |_, _| sent.clone().into_response()).await;
        let (host, url) = integrations.host_of(&format!("{project}/-/tree/main")).unwrap();
        let told = host.tree(&url, None).await.unwrap_err().to_string();
        assert!(told.contains(expected), "{expected}: {told}");
    }
}
