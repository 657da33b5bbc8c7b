//! Git for a test: Git's own server, `git http-backend`, which asks for a name and a password.

use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{OriginalUri, State};
use axum::http::{HeaderMap, HeaderName, Method, StatusCode, Uri};
use axum::response::Response;
use integrations::GitConfig;
use platform::Secret;
use tokio::io::AsyncWriteExt as _;

/// `octo:sesame`, as a browser sends it.
const BASIC: &str = "Basic b2N0bzpzZXNhbWU=";

/// A Git server with empty repositories.
pub(crate) struct Server {
    folder: tempfile::TempDir,
    pub(crate) url: String,
    pushes: Arc<AtomicUsize>,
}

impl Server {
    /// Starts one with these repositories.
    pub(crate) async fn start(repositories: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        for name in repositories {
            git(folder.path(), &["init", "--quiet", "--bare", name]);
        }
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let pushes = Arc::<AtomicUsize>::default();
        let router =
            Router::new().fallback(answer).with_state((folder.path().to_path_buf(), Arc::clone(&pushes)));
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { folder, url, pushes }
    }

    /// How many pushes were answered.
    pub(crate) fn pushes(&self) -> usize {
        self.pushes.load(Ordering::SeqCst)
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Makes one more repository, without anything in it.
    pub(crate) fn add(&self, name: &str) {
        git(self.path(), &["init", "--quiet", "--bare", name]);
    }

    /// What the configuration of a portal says that steps may push to: what is below `team`.
    pub(crate) fn allowed(&self) -> GitConfig {
        GitConfig {
            url: format!("{}/team/", self.url).parse().unwrap(),
            username: Some("octo".to_owned()),
            password: Some(Secret::new("sesame".to_owned())),
        }
    }

    /// The address of a repository below `team`.
    pub(crate) fn remote(&self, name: &str) -> String {
        format!("{}/team/{name}", self.url)
    }

    /// What `git` says about a repository of the server.
    pub(crate) fn git(&self, name: &str, arguments: &[&str]) -> String {
        git(&self.path().join("team").join(name), arguments)
    }
}

pub(crate) fn git(folder: &Path, arguments: &[&str]) -> String {
    let done =
        Command::new("git").args(arguments).current_dir(folder).stderr(Stdio::inherit()).output().unwrap();
    assert!(done.status.success(), "git {arguments:?}");
    String::from_utf8(done.stdout).unwrap()
}

/// A request to the server.
async fn answer(
    State((root, pushes)): State<(std::path::PathBuf, Arc<AtomicUsize>)>,
    method: Method,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    if headers.get("authorization").is_none_or(|given| given != BASIC) {
        return challenge();
    }
    let is_push = method == Method::POST && uri.path().ends_with("/git-receive-pack");
    let response = serve(&root, &method, &uri, &headers, body).await;
    if is_push {
        pushes.fetch_add(1, Ordering::SeqCst);
    }
    response
}

/// Asks for a name and a password.
pub(crate) fn challenge() -> Response {
    let challenge = Response::builder().status(StatusCode::UNAUTHORIZED).header("www-authenticate", "Basic");
    challenge.body(Body::empty()).unwrap()
}

/// A request to the repositories of a folder, answered by `git http-backend` over CGI.
pub(crate) async fn serve(
    root: &Path,
    method: &Method,
    uri: &Uri,
    headers: &HeaderMap,
    body: Bytes,
) -> Response {
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
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
