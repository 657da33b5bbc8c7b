//! GitLab for a test: a small server of ours, as there is no program of others that could be started. Its source is GitLab's
//! documentation of the REST API v4: paths, statuses, bodies of errors, pages of lists and limits are as they are described
//! there. It keeps what it is told. Repositories are real ones, which Git's own server hands out beside the API.

mod files;
mod group;
mod issue;
mod merge_request;
mod project;
mod repository;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard};

use axum::Router;
use axum::body::{Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::http::header::RETRY_AFTER;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use integrations::GitlabConfig;
use platform::Secret;
use serde_json::{Value, json};
use tokio::sync::Notify;

use super::git::{challenge, git, serve};

/// The token of the configuration, of a user who may do everything.
pub(crate) const TOKEN: &str = "glpat-portico-1";
/// The token of Jane, who may do everything but let owners in.
pub(crate) const JANE: &str = "glpat-jane-2";
/// The token of somebody who may look and not touch.
pub(crate) const READER: &str = "glpat-reader-3";
/// Most bytes of a body.
const MOST: usize = 64 * 1024 * 1024;

pub(crate) struct Peer {
    host: String,
    front: Arc<Front>,
}

struct Front {
    root: tempfile::TempDir,
    state: Mutex<World>,
}

/// What there is, and what happens to requests.
#[derive(Default)]
struct World {
    root: PathBuf,
    /// What its addresses begin with.
    base: String,
    requests: usize,
    cut: Option<Cut>,
    /// For how many seconds no more requests are allowed.
    limit: Option<u64>,
    /// Whether somebody else makes the next project that is asked for, a moment before.
    has_rival: bool,
    /// The method that nobody may use.
    refused: Option<&'static str>,
    /// What each request was, tokens of headers left out.
    asked: Vec<String>,
    last_id: u64,
    users: Vec<Value>,
    groups: Vec<Value>,
    projects: Vec<Value>,
    /// What belongs to a project or a group, by its number and what it is: `7/variables`.
    lists: BTreeMap<String, Vec<Value>>,
}

#[derive(Clone)]
struct Cut {
    /// The request at which it happens.
    at: usize,
    /// Whether the request has its effect before.
    answered: bool,
    told: Arc<Notify>,
}

/// A request to the API.
struct Asked<'a> {
    method: &'a str,
    /// The decoded parts of its path behind `/api/v4`.
    parts: Vec<String>,
    query: BTreeMap<String, String>,
    body: Value,
    user: Value,
}

/// A status and what is said with it.
type Reply = (u16, Value);

/// Whether a number is the one that a path names.
fn is_number(number: &Value, named: &str) -> bool {
    named.parse::<u64>().is_ok_and(|named| *number == named)
}

/// An error as GitLab tells most.
fn said(status: u16, message: impl Into<Value>) -> Reply {
    (status, json!({ "message": message.into() }))
}

impl Peer {
    /// Starts one with the groups `acme` and `acme/shops`, and three users.
    pub(crate) async fn start() -> Self {
        let root = tempfile::tempdir().unwrap();
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let host = listener.local_addr().unwrap().to_string();
        let mut world =
            World { root: root.path().to_owned(), base: format!("http://{host}"), ..World::default() };
        for name in ["portico", "jane", "reader"] {
            let id = world.next_id();
            let page = format!("{}/{name}", world.base);
            world.users.push(json!({
                "id": id, "username": name, "name": format!("{name} Ünal"), "state": "active", "web_url": page,
                "email": format!("{name}@acme.test"), "public_email": "", "created_at": "2024-01-02T03:04:05.000Z",
            }));
        }
        for path in ["acme", "acme/shops"] {
            world.add_group(path, path);
        }
        let front = Arc::new(Front { root, state: Mutex::new(world) });
        let router = Router::new().fallback(pass).with_state(Arc::clone(&front));
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { host, front }
    }

    fn world(&self) -> MutexGuard<'_, World> {
        self.front.state.lock().unwrap()
    }

    pub(crate) fn integration(&self) -> GitlabConfig {
        GitlabConfig {
            host: self.host.clone(),
            api_base_url: Some(format!("http://{}/api/v4", self.host)),
            base_url: Some(format!("http://{}", self.host)),
            token: Some(Secret::new(TOKEN.to_owned())),
        }
    }

    pub(crate) fn host(&self) -> &str {
        &self.host
    }

    /// A project of `acme/shops`.
    pub(crate) fn repo_url(&self, name: &str) -> String {
        format!("{}?owner=acme/shops&repo={name}", self.host)
    }

    pub(crate) fn page(&self, path: &str) -> String {
        format!("http://{}/{path}", self.host)
    }

    pub(crate) fn count_anew(&self) {
        self.world().requests = 0;
    }

    pub(crate) fn requests(&self) -> usize {
        self.world().requests
    }

    /// The requests to the API, a line for each.
    pub(crate) fn asked(&self) -> String {
        self.world().asked.join("\n")
    }

    /// Answers each request with its limit from now on.
    pub(crate) fn limit(&self, seconds: Option<u64>) {
        self.world().limit = seconds;
    }

    /// Lets somebody else make the next project that is asked for, a moment before.
    pub(crate) fn add_rival(&self) {
        self.world().has_rival = true;
    }

    /// Refuses all requests with a method from now on.
    pub(crate) fn refuse(&self, method: Option<&'static str>) {
        self.world().refused = method;
    }

    /// Cuts off the run at the request of this number from now on. No answer comes, then or later.
    pub(crate) fn cut(&self, at: usize, answered: bool) -> Arc<Notify> {
        let told = Arc::<Notify>::default();
        let mut world = self.world();
        world.requests = 0;
        world.cut = Some(Cut { at, answered, told: Arc::clone(&told) });
        told
    }

    pub(crate) fn mend(&self) {
        self.world().cut = None;
    }

    /// Asks the API as the user of the configuration, past the front.
    pub(crate) fn ask(&self, method: &str, path: &str, body: Value) -> Value {
        let mut world = self.world();
        let user = world.users[0].clone();
        let (status, told) = world.answer(&Asked::new(method, path, body, user));
        assert!((200..300).contains(&status), "{method} {path}: {status} {told}");
        told
    }

    pub(crate) fn get(&self, path: &str) -> Value {
        self.ask("GET", path, Value::Null)
    }

    /// What the API has at a path, if it has something there.
    pub(crate) fn try_get(&self, path: &str) -> Option<Value> {
        let mut world = self.world();
        let user = world.users[0].clone();
        let (status, told) = world.answer(&Asked::new("GET", path, Value::Null, user));
        (status == 200).then_some(told)
    }

    /// A project of `acme/shops` by its name.
    pub(crate) fn project(&self, name: &str) -> Value {
        self.get(&format!("/projects/acme%2Fshops%2F{name}"))
    }

    /// What `git` says about the repository of a project of `acme/shops`.
    pub(crate) fn git(&self, name: &str, arguments: &[&str]) -> String {
        git(&self.front.root.path().join(format!("acme/shops/{name}.git")), arguments)
    }

    /// What a project of `acme/shops` is and holds, without what differs from run to run.
    pub(crate) fn state(&self, name: &str) -> Value {
        let mut project = self.project(name);
        let number = project["id"].to_string();
        let heads = self.git(name, &["for-each-ref", "--format=%(refname:short)", "refs/heads"]);
        let branches = heads.lines().map(|branch| {
            let commits = self.git(name, &["log", "--format=%an <%ae> %s", branch]);
            json!([branch, commits, self.git(name, &["ls-tree", "-r", branch])])
        });
        let branches: Vec<_> = branches.collect();
        let lists = self.world().lists.clone();
        let lists = lists.into_iter().filter_map(|(place, list)| {
            let what = place.strip_prefix(&format!("{number}/"))?.to_owned();
            Some((what, list.into_iter().map(without_numbers).collect()))
        });
        let lists: BTreeMap<String, Vec<Value>> = lists.collect();
        project = without_numbers(project);
        let told = json!({ "project": project, "branches": branches, "lists": lists });
        serde_json::from_str(&told.to_string().replace(name, "NAME")).unwrap()
    }
}

/// A thing without its number, the number of its project, its times and its commit.
fn without_numbers(mut thing: Value) -> Value {
    if let Some(fields) = thing.as_object_mut() {
        for name in ["id", "created_at", "updated_at", "project_id", "sha"] {
            fields.remove(name);
        }
    }
    thing
}

impl<'a> Asked<'a> {
    fn new(method: &'a str, path_and_query: &str, body: Value, user: Value) -> Self {
        let (path, query) = path_and_query.split_once('?').unwrap_or((path_and_query, ""));
        let decode =
            |part: &str| percent_encoding::percent_decode_str(part).decode_utf8().unwrap().into_owned();
        let parts = path.trim_start_matches('/').split('/').map(decode).collect();
        let query = url::form_urlencoded::parse(query.as_bytes()).into_owned().collect();
        Self { method, parts, query, body, user }
    }

    fn text(&self, name: &str) -> Option<&str> {
        self.body[name].as_str()
    }

    /// The page of a list that is asked for.
    fn page(&self, list: Vec<Value>) -> Reply {
        let number = |name: &str, usual| self.query.get(name).and_then(|n| n.parse().ok()).unwrap_or(usual);
        let size = number("per_page", 20_usize).min(100);
        let before = size * (number("page", 1) - 1);
        (200, list.into_iter().skip(before).take(size).collect())
    }
}

async fn pass(State(front): State<Arc<Front>>, request: Request) -> Response {
    let (cut, limit) = {
        let mut world = front.state.lock().unwrap();
        world.requests += 1;
        let number = world.requests;
        // What was under way when the run was cut off gets no answer either.
        (world.cut.clone().filter(|cut| number >= cut.at), world.limit)
    };
    if let Some(cut) = cut.as_ref().filter(|cut| !cut.answered) {
        cut.told.notify_one();
        return std::future::pending().await;
    }
    if let Some(seconds) = limit {
        let headers = [(RETRY_AFTER, seconds.to_string())];
        return (StatusCode::TOO_MANY_REQUESTS, headers, "Retry later").into_response();
    }
    let (parts, body) = request.into_parts();
    let body = to_bytes(body, MOST).await.unwrap();
    let path = parts.uri.path_and_query().unwrap().as_str();
    let answer = match path.strip_prefix("/api/v4") {
        Some(path) => front.api(parts.method.as_str(), path, &parts.headers, &body),
        None if !is_git_user(&parts.headers) => challenge(),
        None => {
            let answer = serve(front.root.path(), &parts.method, &parts.uri, &parts.headers, body).await;
            front.state.lock().unwrap().pushed();
            answer
        }
    };
    if let Some(cut) = cut {
        cut.told.notify_one();
        return std::future::pending().await;
    }
    answer
}

/// Git shows a token as the password of anybody.
fn is_git_user(headers: &HeaderMap) -> bool {
    let basic = |token: &str| format!("Basic {}", STANDARD.encode(format!("oauth2:{token}")));
    headers
        .get("authorization")
        .is_some_and(|given| [TOKEN, JANE].iter().any(|token| *given == *basic(token)))
}

impl Front {
    fn api(&self, method: &str, path: &str, headers: &HeaderMap, body: &Bytes) -> Response {
        let token =
            headers.get("authorization").and_then(|value| value.to_str().ok()?.strip_prefix("Bearer "));
        let known = [TOKEN, JANE, READER].iter().position(|known| Some(*known) == token);
        let mut world = self.state.lock().unwrap();
        let line = format!("{method} {path} {}", String::from_utf8_lossy(body));
        world.asked.push(line.trim_end().to_owned());
        let (status, told) = match known {
            // Some hosts say back what they were shown.
            None => said(401, format!("401 Unauthorized {}", token.unwrap_or_default()).trim_end()),
            Some(2) if method != "GET" => said(403, "403 Forbidden"),
            Some(_) if world.refused == Some(method) => said(403, "403 Forbidden"),
            Some(user) => {
                let user = world.users[user].clone();
                let body = serde_json::from_slice(body).unwrap_or_default();
                let asked = Asked::new(method, path, body, user);
                match world.content(&asked) {
                    Some(Ok(content)) => return content.into_response(),
                    Some(Err(reply)) => reply,
                    None => world.answer(&asked),
                }
            }
        };
        let status = StatusCode::from_u16(status).unwrap();
        if told.is_null() { status.into_response() } else { (status, axum::Json(told)).into_response() }
    }
}

impl World {
    fn next_id(&mut self) -> u64 {
        self.last_id += 1;
        self.last_id
    }

    fn list(&mut self, place: &str) -> &mut Vec<Value> {
        self.lists.entry(place.to_owned()).or_default()
    }

    fn add_group(&mut self, path: &str, name: &str) -> Value {
        let (parent, own) = path.rsplit_once('/').map_or((None, path), |(parent, own)| (Some(parent), own));
        let parent = parent.and_then(|parent| self.groups.iter().find(|group| group["full_path"] == parent));
        let parent = parent.map(|parent| parent["id"].clone());
        let group = json!({
            "id": self.next_id(), "name": name, "path": own, "full_path": path, "parent_id": parent,
            "web_url": format!("{}/groups/{path}", self.base), "kind": "group",
        });
        self.groups.push(group.clone());
        group
    }

    /// The group of a number or a path.
    fn group(&self, id: &str) -> Option<Value> {
        self.groups.iter().find(|group| is_number(&group["id"], id) || group["full_path"] == id).cloned()
    }

    fn answer(&mut self, asked: &Asked<'_>) -> Reply {
        let parts: Vec<&str> = asked.parts.iter().map(String::as_str).collect();
        match (asked.method, parts.as_slice()) {
            ("GET", ["user"]) => (200, asked.user.clone()),
            ("GET", ["users"]) => {
                let name = asked.query.get("username").cloned().unwrap_or_default();
                let found = self.users.iter().filter(|user| user["username"] == name);
                asked.page(found.cloned().collect())
            }
            ("GET", ["users", id]) => {
                let found = self.users.iter().find(|user| is_number(&user["id"], id)).cloned();
                found.map_or_else(|| said(404, "404 User Not Found"), |user| (200, user))
            }
            ("GET", ["namespaces", id]) => {
                let user = self.users.iter().find(|user| user["username"] == *id).cloned();
                let found = self.group(id).or(user);
                found.map_or_else(|| said(404, "404 Namespace Not Found"), |found| (200, found))
            }
            ("POST", ["groups"]) => self.make_group(asked),
            (_, ["groups", id, rest @ ..]) => match self.group(id) {
                Some(group) => self.in_group(group, rest, asked),
                None => said(404, "404 Group Not Found"),
            },
            ("POST", ["bulk_imports"]) => self.migrate(asked),
            ("POST", ["projects"]) => {
                if std::mem::take(&mut self.has_rival) {
                    self.make_project(asked);
                }
                self.make_project(asked)
            }
            (_, ["projects", id, rest @ ..]) => match self.project(id) {
                Some(at) => self.in_project(at, rest, asked),
                None => said(404, "404 Project Not Found"),
            },
            _ => (404, json!({ "error": "404 Not Found" })),
        }
    }
}
