//! GitHub and GitHub Enterprise, over its REST API.

mod address;
mod api;
mod commits;
mod door;
mod names;
mod repository;
mod tree;

use bytes::Bytes;
use futures::future::BoxFuture;
use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderValue, IF_NONE_MATCH};
use http::{Response, StatusCode};
use http_body_util::BodyExt as _;
use octocrab::{AuthState, Octocrab, OctocrabBuilder};
use platform::Secret;
use platform::http::outgoing::{Origin, Outgoing, OutgoingError};
use serde::Deserialize;
use url::Url;

use self::address::Address;
pub use self::api::{ApiError, GithubApi};
pub use self::commits::{NewCommit, Person};
use self::door::Door;
pub use self::repository::{Found, GithubRepository};
use crate::answers::{Manners, Shown, bearer, etag, folder, own_bearer, parse};
use crate::config::GithubConfig;
use crate::parts::{as_folder, encode, host_of, pattern, resolve};
use crate::{GitHost, Listing, ReadError, Reading, Repository, TreeFile, from_outgoing};

/// Gives the content of a file as it is, of any size.
const RAW: &str = "application/vnd.github.raw+json";
const JSON: &str = "application/vnd.github+json";

/// One host of `integrations.github`.
pub(crate) struct Github {
    /// The host of pages, with a port if it is not the usual one.
    pub(crate) host: String,
    raw: Option<Url>,
    api: String,
    authorization: Option<HeaderValue>,
    client: Octocrab,
    manners: Manners,
}

impl Github {
    pub(crate) fn new(config: &GithubConfig, outgoing: Outgoing) -> Result<Self, OutgoingError> {
        let refused =
            |what: &str| OutgoingError::Refused(format!("integrations.github {}: {what}", config.host));
        let api = config.api();
        let url = Url::parse(&api).map_err(|error| refused(&format!("apiBaseUrl is no address: {error}")))?;
        let origin = Origin::of(&url).ok_or_else(|| refused("apiBaseUrl names no host"))?;
        let authorization = config.token.as_ref().map(|token| {
            bearer(token).ok_or_else(|| refused("the token holds a character that no token has"))
        });
        if !config.apps.is_empty() && config.token.is_none() {
            tracing::warn!(
                "integrations.github {}: apps are not used by this version, only public repositories are read there; \
                 give it a token",
                config.host
            );
        }
        let Ok(client) = OctocrabBuilder::new_empty()
            .with_service(Door::new(outgoing, origin))
            .with_auth(AuthState::None)
            .build();
        Ok(Self {
            host: config.host.to_ascii_lowercase(),
            raw: config.raw().and_then(|address| Url::parse(&address).ok()),
            api,
            authorization: authorization.transpose()?,
            client,
            manners: Manners::new(&config.host.to_ascii_lowercase(), "integrations.github"),
        })
    }

    /// Whether it is the host of this name, which has a port if it is not the usual one.
    pub(crate) fn is(&self, host: &str) -> bool {
        self.host.eq_ignore_ascii_case(host)
    }

    fn address(&self, url: &Url) -> Result<Address, ReadError> {
        Address::parse(url, self.is_raw(url))
    }

    fn is_raw(&self, url: &Url) -> bool {
        self.raw
            .as_ref()
            .is_some_and(|raw| host_of(raw) == host_of(url) && host_of(raw).as_deref() != Some(&*self.host))
    }

    /// The address of a page, with another form (`blob`, `tree`, `edit`).
    fn page(&self, url: &Url, form: &str, address: &Address) -> Option<Url> {
        let reference = encode(address.reference.as_deref()?);
        let (owner, repo, path) = (&address.owner, &address.repo, address.encoded_path());
        let scheme = if self.is_raw(url) { "https" } else { url.scheme() };
        Url::parse(&format!("{scheme}://{}/{owner}/{repo}/{form}/{reference}/{path}", self.host)).ok()
    }

    /// Asks the API; `Ok(None)` means that nothing changed.
    async fn ask(
        &self,
        path: &str,
        accept: &'static str,
        validator: Option<&str>,
    ) -> Result<Option<Response<Bytes>>, ReadError> {
        self.ask_as(path, accept, validator, None).await
    }

    /// As [`Self::ask`], with somebody's own token in the place of the configured one.
    async fn ask_as(
        &self,
        path: &str,
        accept: &'static str,
        validator: Option<&str>,
        token: Option<&Secret<String>>,
    ) -> Result<Option<Response<Bytes>>, ReadError> {
        let own = own_bearer(token)?;
        let shown = match (&own, &self.authorization) {
            (Some(_), _) => Shown::Own,
            (None, Some(_)) => Shown::Configured,
            (None, None) => Shown::Nothing,
        };
        self.manners.may_ask(shown)?;
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT, HeaderValue::from_static(accept));
        if let Some(authorization) = own.or_else(|| self.authorization.clone()) {
            headers.insert(AUTHORIZATION, authorization);
        }
        if let Some(validator) = validator.and_then(|validator| HeaderValue::from_str(validator).ok()) {
            headers.insert(IF_NONE_MATCH, validator);
        }
        let response = self.client._get_with_headers(format!("{}{path}", self.api), Some(headers)).await;
        let (parts, body) = response.map_err(|error| from_octocrab(&error))?.into_parts();
        let body = body.collect().await.map_err(|error| from_octocrab(&error))?.to_bytes();
        self.manners.judge(parts.status, &parts.headers, shown)?;
        Ok((parts.status == StatusCode::OK).then(|| Response::from_parts(parts, body)))
    }

    async fn read_file(
        &self,
        url: &Url,
        validator: Option<&str>,
        token: Option<&Secret<String>>,
    ) -> Result<Reading<Bytes>, ReadError> {
        let address = self.address(url)?;
        let Some(reference) = address.reference.as_deref().filter(|_| !address.path.is_empty()) else {
            return Err(folder());
        };
        let (owner, repo, path) = (&address.owner, &address.repo, address.encoded_path());
        let path = format!("/repos/{owner}/{repo}/contents/{path}?ref={}", encode(reference));
        let Some(response) = self.ask_as(&path, RAW, validator, token).await? else {
            return Ok(Reading::Unchanged);
        };
        let content_type = response.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
        // A folder is answered as a list, whatever was asked for.
        if content_type.is_some_and(|kind| kind.starts_with("application/json"))
            && response.body().starts_with(b"[")
        {
            return Err(folder());
        }
        Ok(Reading::New { validator: etag(response.headers()), value: response.into_body() })
    }

    async fn list_files(&self, url: &Url, validator: Option<&str>) -> Result<Reading<Listing>, ReadError> {
        let address = self.address(url)?;
        let reference = address.reference.as_deref().unwrap_or("HEAD");
        let glob = pattern(&address.path)?;
        let (owner, repo) = (&address.owner, &address.repo);
        let path = format!("/repos/{owner}/{repo}/git/trees/{}?recursive=1", encode(reference));
        let Some(response) = self.ask(&path, JSON, validator).await? else { return Ok(Reading::Unchanged) };
        let tree: Tree = parse(response.body())?;
        let file = |entry: Entry| {
            let path = entry.path.split('/').map(str::to_owned).collect();
            self.page(url, "blob", &Address { path, ..address.clone() }).map(String::from)
        };
        let is_meant = |entry: &Entry| entry.kind == "blob" && glob.is_match(&entry.path);
        let mut files: Vec<String> = tree.tree.into_iter().filter(is_meant).filter_map(file).collect();
        files.sort_unstable();
        let validator = etag(response.headers());
        Ok(Reading::New { value: Listing { files, truncated: tree.truncated }, validator })
    }

    async fn find(&self, url: &Url) -> Result<Repository, ReadError> {
        let Address { owner, repo, reference, .. } = self.address(url)?;
        let Some(response) = self.ask(&format!("/repos/{owner}/{repo}"), JSON, None).await? else {
            return Err(ReadError::Later { why: format!("{} gave no answer", self.host), at: None });
        };
        let found: FoundRepository = parse(response.body())?;
        let scheme = if self.is_raw(url) { "https" } else { url.scheme() };
        let url = format!("{scheme}://{}/{owner}/{repo}", self.host);
        let branch = reference.unwrap_or(found.default_branch);
        let root = format!("{url}/blob/{}/", encode(&branch));
        Ok(Repository { url, root, branch, owner, name: repo, slug_annotation: "github.com/project-slug" })
    }
}

impl GitHost for Github {
    fn owns(&self, url: &Url) -> bool {
        host_of(url).is_some_and(|host| host == self.host) || self.is_raw(url)
    }

    fn repository(&self, url: &Url) -> Option<String> {
        let Address { owner, repo, .. } = self.address(url).ok()?;
        Some(format!("{}/{owner}/{repo}", self.host).to_ascii_lowercase())
    }

    fn is_repository(&self, url: &Url) -> bool {
        self.address(url).is_ok_and(|address| address.path.is_empty())
    }

    fn edit_url(&self, url: &Url) -> Option<Url> {
        let address = self.address(url).ok().filter(|address| !address.is_commit())?;
        self.page(url, "edit", &address)
    }

    fn resolve(&self, target: &str, base: &Url) -> Result<Url, ReadError> {
        resolve(target, base, || {
            let root = Address { path: Vec::new(), ..self.address(base)? };
            let form = if is_folder(base) { "tree" } else { "blob" };
            Ok(if self.is_raw(base) { base.join("/").ok() } else { self.page(base, form, &root) })
        })
    }

    fn folder_url(&self, url: &Url) -> Url {
        let folder = url.join("./").unwrap_or_else(|_| url.clone());
        let page = self.address(&folder).ok().and_then(|address| self.page(&folder, "tree", &address));
        page.map_or(folder, as_folder)
    }

    fn read<'a>(
        &'a self,
        url: &'a Url,
        validator: Option<&'a str>,
    ) -> BoxFuture<'a, Result<Reading<Bytes>, ReadError>> {
        Box::pin(self.read_file(url, validator, None))
    }

    fn list<'a>(
        &'a self,
        url: &'a Url,
        validator: Option<&'a str>,
    ) -> BoxFuture<'a, Result<Reading<Listing>, ReadError>> {
        Box::pin(self.list_files(url, validator))
    }

    fn lookup<'a>(&'a self, url: &'a Url) -> BoxFuture<'a, Result<Repository, ReadError>> {
        Box::pin(self.find(url))
    }

    fn file<'a>(
        &'a self,
        url: &'a Url,
        token: Option<&'a Secret<String>>,
    ) -> BoxFuture<'a, Result<Bytes, ReadError>> {
        Box::pin(async move { self.read_file(url, None, token).await?.into_value() })
    }

    fn tree<'a>(
        &'a self,
        url: &'a Url,
        token: Option<&'a Secret<String>>,
    ) -> BoxFuture<'a, Result<Vec<TreeFile>, ReadError>> {
        Box::pin(self.read_tree(url, token))
    }
}

/// A tree of a commit, as far as it is of use.
#[derive(Deserialize)]
struct Tree {
    tree: Vec<Entry>,
    #[serde(default)]
    truncated: bool,
}

#[derive(Deserialize)]
struct Entry {
    path: String,
    #[serde(rename = "type")]
    kind: String,
    #[serde(default)]
    sha: String,
    mode: Option<String>,
    size: Option<u64>,
}

#[derive(Deserialize)]
struct FoundRepository {
    default_branch: String,
}

fn is_folder(url: &Url) -> bool {
    url.path().split('/').nth(3) == Some("tree")
}

fn from_octocrab(error: &octocrab::Error) -> ReadError {
    let mut cause: Option<&dyn std::error::Error> = Some(error);
    let mut last = String::new();
    while let Some(inner) = cause {
        if let Some(error) = inner.downcast_ref::<OutgoingError>() {
            return from_outgoing(error);
        }
        last = inner.to_string();
        cause = inner.source();
    }
    ReadError::Later { why: last, at: None }
}
