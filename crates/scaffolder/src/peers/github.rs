//! GitHub for a test: `emulate`, and a front.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::header::{CONTENT_TYPE, ETAG, RETRY_AFTER};
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse as _, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use crypto_box::SecretKey;
use integrations::GithubConfig;
use platform::Secret;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use tokio::sync::Notify;

/// Who the forks belong to.
const FORKS: &str = "octo-admin";
/// Most bytes of a body.
const MOST: usize = 64 * 1024 * 1024;

pub(crate) struct Peer {
    /// Ends with its input.
    _program: (Child, ChildStdin),
    host: String,
    front: Arc<Front>,
}

struct Front {
    behind: String,
    token: String,
    client: reqwest::Client,
    state: Mutex<Seen>,
    /// The key of all repositories.
    key: SecretKey,
}

#[derive(Default)]
struct Seen {
    requests: usize,
    cut: Option<Cut>,
    /// Requests that were answered with "as it was".
    unchanged: usize,
    /// For how many seconds no more requests are allowed.
    limit: Option<u64>,
    /// What the program behind lacks: by path, what was put there last.
    kept: serde_json::Map<String, Value>,
}

#[derive(Clone)]
struct Cut {
    /// The request at which it happens.
    at: usize,
    /// Whether the request has its effect before.
    answered: bool,
    told: Arc<Notify>,
}

impl Peer {
    /// Starts one with these repositories of `acme`.
    pub(crate) async fn start(repositories: &[&str]) -> Self {
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/../../end2end/github-peer.mjs");
        let mut program = Command::new("node")
            .arg(script)
            .args(repositories)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("Node.js starts; scripts/setup test installs what this test needs");
        let input = program.stdin.take().unwrap();
        let mut line = String::new();
        BufReader::new(program.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let about: Value =
            serde_json::from_str(&line).expect("scripts/setup test installs what this test needs");
        let front = Arc::new(Front {
            behind: about["url"].as_str().unwrap().to_owned(),
            token: about["token"].as_str().unwrap().to_owned(),
            client: reqwest::Client::builder().no_proxy().build().unwrap(),
            state: Mutex::default(),
            key: SecretKey::generate(&mut crypto_box::aead::OsRng),
        });
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let host = listener.local_addr().unwrap().to_string();
        let router = Router::new().fallback(pass).with_state(Arc::clone(&front));
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { _program: (program, input), host, front }
    }

    pub(crate) fn integration(&self) -> GithubConfig {
        GithubConfig {
            host: self.host.clone(),
            api_base_url: Some(format!("http://{}", self.host)),
            raw_base_url: None,
            token: Some(Secret::new(self.front.token.clone())),
            apps: Vec::new(),
        }
    }

    pub(crate) fn repo_url(&self, name: &str) -> String {
        format!("{}?owner=acme&repo={name}", self.host)
    }

    pub(crate) fn page(&self, name: &str) -> String {
        format!("http://{}/acme/{name}", self.host)
    }

    pub(crate) fn count_anew(&self) {
        self.front.state.lock().unwrap().requests = 0;
    }

    pub(crate) fn requests(&self) -> usize {
        self.front.state.lock().unwrap().requests
    }

    /// How often nothing had changed.
    pub(crate) fn unchanged(&self) -> usize {
        self.front.state.lock().unwrap().unchanged
    }

    /// Answers each request with its limit from now on, as GitHub documents it.
    pub(crate) fn limit(&self, seconds: Option<u64>) {
        self.front.state.lock().unwrap().limit = seconds;
    }

    /// Cuts off the run at the request of this number from now on. No answer comes, then or later.
    pub(crate) fn cut(&self, at: usize, answered: bool) -> Arc<Notify> {
        let told = Arc::<Notify>::default();
        let mut state = self.front.state.lock().unwrap();
        state.requests = 0;
        state.cut = Some(Cut { at, answered, told: Arc::clone(&told) });
        told
    }

    pub(crate) fn mend(&self) {
        self.front.state.lock().unwrap().cut = None;
    }

    /// What was put at a path that the program behind lacks.
    pub(crate) fn kept(&self, path: &str) -> Value {
        self.front.state.lock().unwrap().kept.get(path).cloned().unwrap_or_default()
    }

    /// What a secret says.
    pub(crate) fn opened(&self, path: &str) -> String {
        let kept = self.kept(path);
        let sealed = STANDARD.decode(kept["encrypted_value"].as_str().unwrap()).unwrap();
        assert_eq!(kept["key_id"], "key-1");
        String::from_utf8(self.front.key.unseal(&sealed).unwrap()).unwrap()
    }

    /// Asks the program behind.
    pub(crate) async fn ask(&self, method: Method, path: &str, body: Option<Value>) -> Value {
        let address = format!("{}/repos/acme/{path}", self.front.behind);
        let request = self.front.client.request(method, address).bearer_auth(&self.front.token);
        let request = match body {
            Some(body) => request.body(body.to_string()).header("content-type", "application/json"),
            None => request,
        };
        let answer = request.send().await.unwrap().bytes().await.unwrap();
        serde_json::from_slice(&answer).unwrap_or_default()
    }

    pub(crate) async fn get(&self, path: &str) -> Value {
        self.ask(Method::GET, path, None).await
    }

    /// What a repository is and holds, without what differs from run to run.
    pub(crate) async fn state(&self, name: &str) -> Value {
        let about = self.get(name).await;
        let mut branches = Vec::new();
        for branch in self.get(&format!("{name}/branches")).await.as_array().into_iter().flatten() {
            let branch = branch["name"].as_str().unwrap();
            let commits = self.get(&format!("{name}/commits?sha={branch}")).await;
            let commits = commits.as_array().unwrap();
            let told: Vec<_> = commits
                .iter()
                .map(|commit| {
                    json!([
                        commit["commit"]["message"],
                        commit["commit"]["author"]["name"],
                        commit["parents"].as_array().unwrap().len()
                    ])
                })
                .collect();
            let head = commits[0]["sha"].as_str().unwrap();
            let tree = self.get(&format!("{name}/git/trees/{head}?recursive=1")).await;
            let tree = tree["tree"].as_array().unwrap().iter();
            let tree: Vec<_> = tree
                .filter(|entry| entry["type"] == "blob")
                .map(|entry| {
                    json!([
                        entry["path"],
                        entry["mode"],
                        if entry["path"] == "README.md" { json!("") } else { entry["sha"].clone() }
                    ])
                })
                .collect();
            let protection = self.get(&format!("{name}/branches/{branch}/protection")).await;
            branches.push(json!({
                "name": branch, "commits": told, "tree": tree,
                "admins": protection["enforce_admins"]["enabled"],
                "reviews": protection["required_pull_request_reviews"]["required_approving_review_count"],
            }));
        }
        let pulls = self.get(&format!("{name}/pulls?state=all")).await;
        let pulls = pulls.as_array().into_iter().flatten();
        let pulls: Vec<_> = pulls
            .map(|pull| {
                json!([
                    pull["number"],
                    pull["title"],
                    pull["body"],
                    pull["state"],
                    pull["head"]["ref"],
                    pull["base"]["ref"],
                    pull["draft"],
                    pull["requested_reviewers"].as_array().map(Vec::len)
                ])
            })
            .collect();
        let collaborators = self.get(&format!("{name}/collaborators")).await;
        let collaborators = collaborators.as_array().into_iter().flatten();
        let collaborators: Vec<_> =
            collaborators.map(|person| json!([person["login"], person["role_name"]])).collect();
        json!({
            "description": about["description"], "private": about["private"], "topics": about["topics"],
            "default_branch": about["default_branch"], "homepage": about["homepage"],
            "branches": branches, "pulls": pulls, "collaborators": collaborators,
        })
    }
}

async fn pass(State(front): State<Arc<Front>>, request: Request) -> Response {
    let cut = {
        let mut state = front.state.lock().unwrap();
        state.requests += 1;
        let number = state.requests;
        // What was under way when the run was cut off gets no answer either.
        state.cut.clone().filter(|cut| number >= cut.at)
    };
    if let Some(cut) = cut.as_ref().filter(|cut| !cut.answered) {
        cut.told.notify_one();
        return std::future::pending().await;
    }
    let limit = front.state.lock().unwrap().limit;
    if let Some(seconds) = limit {
        return (StatusCode::FORBIDDEN, [(RETRY_AFTER, seconds.to_string())]).into_response();
    }
    let answer = front.answer(request).await;
    if let Some(cut) = cut {
        cut.told.notify_one();
        return std::future::pending().await;
    }
    answer
}

impl Front {
    async fn answer(&self, request: Request) -> Response {
        let (parts, body) = request.into_parts();
        let body = to_bytes(body, MOST).await.unwrap();
        let path = parts.uri.path().to_owned();
        let mut value: Value = serde_json::from_slice(&body).unwrap_or_default();
        let mut body = body;
        let of_fork = value["head"]
            .as_str()
            .and_then(|head| head.strip_prefix(&format!("{FORKS}:")))
            .map(str::to_owned);
        if let Some(head) = of_fork {
            value["head"] = json!(head);
            body = value.to_string().into();
            self.state.lock().unwrap().kept.insert("fork".to_owned(), json!(head));
        }
        if let Some(answer) = self.lacking(&parts.method, &path, value) {
            return answer;
        }
        // Objects of a fork are those of what it was made of.
        let uri = parts.uri.to_string().replace(&format!("/repos/{FORKS}/"), "/repos/acme/");
        let mut request =
            self.client.request(parts.method.clone(), format!("{}{uri}", self.behind)).body(body);
        for name in ["authorization", "content-type", "accept"] {
            if let Some(value) = parts.headers.get(name) {
                request = request.header(name, value);
            }
        }
        let answer = request.send().await.unwrap();
        let (status, kind) = (answer.status(), answer.headers().get("content-type").cloned());
        let body = answer.bytes().await.unwrap();
        // The program behind knows no conditional requests.
        let tag = format!("\"{:x}\"", Sha256::digest(&body));
        if status == StatusCode::OK && parts.headers.get("if-none-match").is_some_and(|known| *known == *tag)
        {
            self.state.lock().unwrap().unchanged += 1;
            return StatusCode::NOT_MODIFIED.into_response();
        }
        let mut response = Response::new(Body::from(body));
        *response.status_mut() = status;
        response.headers_mut().insert(ETAG, tag.parse().unwrap());
        response.headers_mut().extend(kind.map(|kind| (CONTENT_TYPE, kind)));
        response
    }

    /// What the program behind lacks, as GitHub documents it.
    fn lacking(&self, method: &Method, path: &str, body: Value) -> Option<Response> {
        let repository = path.strip_prefix("/repos/acme/")?;
        if let Some(name) = repository.strip_suffix("/forks") {
            // A fork that is there is answered like a new one.
            let fork = json!({ "name": name, "owner": { "login": FORKS }, "default_branch": "main" });
            return Some((StatusCode::ACCEPTED, axum::Json(fork)).into_response());
        }
        let (_, rest) = repository.split_once('/')?;
        let mut state = self.state.lock().unwrap();
        let answer = |status: u16, body: Value| {
            let status = StatusCode::from_u16(status).unwrap();
            Some(if body.is_null() {
                status.into_response()
            } else {
                (status, axum::Json(body)).into_response()
            })
        };
        if rest.ends_with("/secrets/public-key") {
            let key = STANDARD.encode(self.key.public_key().as_bytes());
            return answer(200, json!({ "key_id": "key-1", "key": key }));
        }
        if rest.ends_with("/variables") && *method == Method::POST {
            let place = format!("{repository}/{}", body["name"].as_str().unwrap());
            if state.kept.contains_key(&place) {
                return answer(409, json!({ "message": "Already exists" }));
            }
            state.kept.insert(place, body);
            return answer(201, Value::Null);
        }
        // Autolinks and Pages as GitHub's REST API describes them, with the fields that can be set and the id.
        if rest == "autolinks" {
            let known = state.kept.entry(repository).or_insert_with(|| json!([]));
            let links = known.as_array_mut().unwrap();
            if *method == Method::GET {
                return answer(200, known.clone());
            }
            if links.iter().any(|link| link["key_prefix"] == body["key_prefix"]) {
                return answer(422, json!({ "message": "Validation Failed" }));
            }
            let mut link = body;
            link["id"] = json!(links.len() + 1);
            links.push(link.clone());
            return answer(201, link);
        }
        // Deploy keys and environments as GitHub's REST API describes them. A key is kept without its comment.
        if rest == "keys" {
            let known = state.kept.entry(repository).or_insert_with(|| json!([]));
            let keys = known.as_array_mut().unwrap();
            if *method == Method::GET {
                return answer(200, known.clone());
            }
            let key: Vec<_> = body["key"].as_str().unwrap().split(' ').take(2).collect();
            let key = key.join(" ");
            if keys.iter().any(|known| known["key"] == key) {
                return answer(
                    422,
                    json!({ "message": "Validation Failed", "errors": [{ "message": "key is already in use" }] }),
                );
            }
            let made = json!({ "id": keys.len() + 1, "key": key, "title": body["title"] });
            keys.push(made.clone());
            return answer(201, made);
        }
        if rest.ends_with("/deployment-branch-policies") {
            let known = state.kept.entry(repository).or_insert_with(|| json!([]));
            let policies = known.as_array_mut().unwrap();
            if *method == Method::GET {
                return answer(200, json!({ "total_count": policies.len(), "branch_policies": known }));
            }
            policies.push(body.clone());
            return answer(200, body);
        }
        if rest.starts_with("environments/") && rest.split('/').count() == 2 && *method == Method::PUT {
            state.kept.insert(repository.to_owned(), body.clone());
            return answer(200, body);
        }
        // The workflows that a repository has can't be set in the program behind: every one but this is there.
        if let Some(workflow) = rest.strip_prefix("actions/workflows/") {
            if workflow.starts_with("missing") {
                return answer(404, json!({ "message": "Not Found" }));
            }
            let known = state.kept.entry(repository).or_insert_with(|| json!([]));
            let runs = known.as_array_mut().unwrap();
            let is_told = body["return_run_details"] == true;
            runs.push(body);
            let number = runs.len();
            let told = json!({
                "workflow_run_id": number,
                "run_url": format!("https://api.test/runs/{number}"),
                "html_url": format!("https://pages.test/runs/{number}"),
            });
            return if is_told { answer(200, told) } else { answer(204, Value::Null) };
        }
        if rest == "pages" {
            let known = state.kept.get(repository).cloned();
            return match (method.as_str(), known) {
                ("GET", Some(page)) => answer(200, page),
                ("POST", Some(_)) => answer(409, json!({ "message": "GitHub Pages is already enabled." })),
                ("POST", None) => {
                    state.kept.insert(repository.to_owned(), body.clone());
                    answer(201, body)
                }
                ("PUT", Some(_)) => {
                    state.kept.insert(repository.to_owned(), body);
                    answer(204, Value::Null)
                }
                _ => answer(404, json!({ "message": "Not Found" })),
            };
        }
        let is_kept = (rest.starts_with("issues/") && rest.ends_with("/assignees"))
            || rest.contains("/variables/")
            || rest.contains("/secrets/")
            || rest == "actions/oidc/customization/sub"
            || rest == "actions/permissions/access"
            || rest == "subscription"
            || rest.ends_with("/required_signatures");
        if is_kept && *method != Method::GET {
            state.kept.insert(repository.to_owned(), if body.is_null() { json!(true) } else { body });
            return answer(204, Value::Null);
        }
        None
    }
}
