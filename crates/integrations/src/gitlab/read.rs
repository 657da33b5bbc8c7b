//! Files, lists of files and folders of projects.

use std::time::Duration;

use bytes::Bytes;
use http::header::{ACCEPT, AUTHORIZATION, HeaderMap, HeaderValue, IF_NONE_MATCH, LINK};
use http::{Method, StatusCode};
use platform::Secret;
use platform::http::outgoing::{self, Answer, Origin, Request};
use serde::Deserialize;
use url::Url;

use super::{Address, Gitlab};
use crate::answers::{Shown, bearer, etag, folder, own_bearer, parse};
use crate::archive::{MAX_ARCHIVE_BYTES, unpack};
use crate::parts::{encode, pattern};
use crate::{Listing, MAX_BYTES, ReadError, Reading, Repository, TreeFile, from_outgoing};

/// How many entries a page of a list has, at most.
const PAGE: usize = 100;
/// Most pages of the list of a repository that are read.
const MOST_PAGES: usize = 100;
/// How long an archive takes at most: the host packs it while it is sent.
const PACKING: Duration = Duration::from_secs(60);

/// A request, beside its path.
struct Asking<'a> {
    validator: Option<&'a str>,
    token: Option<&'a Secret<String>>,
    limit: usize,
    time: Duration,
}

impl Default for Asking<'_> {
    fn default() -> Self {
        Self { validator: None, token: None, limit: MAX_BYTES, time: outgoing::TIME }
    }
}

#[derive(Deserialize)]
struct Entry {
    path: String,
    #[serde(rename = "type")]
    kind: String,
}

#[derive(Deserialize)]
struct Commit {
    id: String,
}

#[derive(Deserialize)]
struct Project {
    default_branch: Option<String>,
}

impl Gitlab {
    /// Asks the API; the answer is content, or says that nothing changed.
    async fn ask(&self, path: &str, asking: Asking<'_>) -> Result<Answer, ReadError> {
        let (answer, shown) = self.send(path, asking).await?;
        self.manners.judge(answer.status, &answer.headers, shown)?;
        Ok(answer)
    }

    async fn send(&self, path: &str, asking: Asking<'_>) -> Result<(Answer, Shown), ReadError> {
        let own = own_bearer(asking.token)?;
        let shown = match (&own, &self.token) {
            (Some(_), _) => Shown::Own,
            (None, Some(_)) => Shown::Configured,
            (None, None) => Shown::Nothing,
        };
        self.manners.may_ask(shown)?;
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT, HeaderValue::from_static("*/*"));
        if let Some(authorization) = own.or_else(|| self.token.as_ref().and_then(bearer)) {
            headers.insert(AUTHORIZATION, authorization);
        }
        let validator = asking.validator.and_then(|validator| HeaderValue::from_str(validator).ok());
        if let Some(validator) = validator {
            headers.insert(IF_NONE_MATCH, validator);
        }
        let url = Url::parse(&format!("{}{path}", self.api))
            .map_err(|_| ReadError::Refused(format!("{path:?} is no path of the API")))?;
        let may_follow = |next: &Url| Origin::of(next).as_ref() == Some(&self.origin);
        let request = Request {
            method: Method::GET,
            url,
            headers,
            body: Bytes::new(),
            limit: asking.limit,
            time: asking.time,
            may_follow: &may_follow,
        };
        let answer = self.outgoing.send(request).await.map_err(|error| from_outgoing(&error))?;
        Ok((answer, shown))
    }

    pub(super) async fn read_file(
        &self,
        url: &Url,
        validator: Option<&str>,
        token: Option<&Secret<String>>,
    ) -> Result<Reading<Bytes>, ReadError> {
        let address = self.address(url)?;
        let Some(reference) = address.reference.as_deref().filter(|_| !address.path.is_empty()) else {
            return Err(folder());
        };
        let (id, file) = (address.id(), address.encoded_path());
        let path = format!("/projects/{id}/repository/files/{file}/raw?ref={}", encode(reference));
        let answer = self.ask(&path, Asking { validator, token, ..Asking::default() }).await?;
        if answer.status == StatusCode::NOT_MODIFIED {
            return Ok(Reading::Unchanged);
        }
        Ok(Reading::New { validator: etag(&answer.headers), value: answer.body })
    }

    /// The validator is the commit, which costs one request: the list of a repository has many pages. They are all of that commit.
    pub(super) async fn list_files(
        &self,
        url: &Url,
        validator: Option<&str>,
    ) -> Result<Reading<Listing>, ReadError> {
        let address = self.address(url)?;
        let is_meant = pattern(&address.path)?;
        let repository = format!("/projects/{}/repository", address.id());
        let reference = encode(address.reference.as_deref().unwrap_or("HEAD"));
        let path = format!("{repository}/commits/{reference}?stats=false");
        let commit: Commit = parse(&self.ask(&path, Asking::default()).await?.body)?;
        if validator == Some(&*commit.id) {
            return Ok(Reading::Unchanged);
        }
        let path = format!(
            "{repository}/tree?recursive=true&ref={}&per_page={PAGE}&pagination=keyset",
            encode(&commit.id)
        );
        let (mut files, mut next) = (Vec::new(), Some(String::new()));
        for _ in 0..MOST_PAGES {
            let Some(page) = next.take() else { break };
            let answer = self.ask(&format!("{path}{page}"), Asking::default()).await?;
            let entries: Vec<Entry> = parse(&answer.body)?;
            let found = entries
                .into_iter()
                .filter(|entry| entry.kind == "blob" && is_meant.is_match(&entry.path))
                .filter_map(|entry| {
                    let path = entry.path.split('/').map(str::to_owned).collect();
                    Address { path, ..address.clone() }.page(&self.base, "blob").map(String::from)
                });
            files.extend(found);
            next = next_page(&answer.headers);
        }
        files.sort_unstable();
        let listing = Listing { files, truncated: next.is_some() };
        Ok(Reading::New { value: listing, validator: Some(commit.id) })
    }

    pub(super) async fn find(&self, url: &Url) -> Result<Repository, ReadError> {
        let Address { project, reference, .. } = self.address(url)?;
        let answer = self.ask(&format!("/projects/{}", encode(&project)), Asking::default()).await?;
        let found: Project = parse(&answer.body)?;
        let branch = reference.or(found.default_branch).filter(|branch| !branch.is_empty());
        let branch =
            branch.ok_or_else(|| ReadError::Missing(format!("{project} is empty, it has no branch yet")))?;
        let url = format!("{}/{project}", self.base.as_str().trim_end_matches('/'));
        let root = format!("{url}/-/blob/{}/", encode(&branch));
        let (owner, name) = project.rsplit_once('/').unwrap_or_default();
        let (owner, name) = (owner.to_owned(), name.to_owned());
        Ok(Repository { url, root, branch, owner, name, slug_annotation: "gitlab.com/project-slug" })
    }

    pub(super) async fn read_tree(
        &self,
        url: &Url,
        token: Option<&Secret<String>>,
    ) -> Result<Vec<TreeFile>, ReadError> {
        let address = self.address(url)?;
        let mut path = format!("/projects/{}/repository/archive.tar.gz", address.id());
        let of = address.reference.iter().map(|reference| format!("sha={}", encode(reference)));
        let below = Some(address.encoded_path()).filter(|path| !path.is_empty());
        let query: Vec<String> = of.chain(below.map(|path| format!("path={path}"))).collect();
        if !query.is_empty() {
            path = format!("{path}?{}", query.join("&"));
        }
        let asking = Asking { token, limit: MAX_ARCHIVE_BYTES, time: PACKING, ..Asking::default() };
        let (answer, shown) = self.send(&path, asking).await?;
        // The host packs while it answers, and finds out too late that there is nothing to be packed.
        if answer.status.is_server_error() && self.lacks_folder(&address, token).await {
            return Err(ReadError::Missing(format!("there is no folder {}", address.path.join("/"))));
        }
        self.manners.judge(answer.status, &answer.headers, shown)?;
        let unpacking = tokio::task::spawn_blocking(move || unpack(&answer.body, &address.path));
        unpacking.await.map_err(|error| ReadError::Later {
            why: format!("the archive could not be unpacked: {error}"),
            at: None,
        })?
    }

    async fn lacks_folder(&self, address: &Address, token: Option<&Secret<String>>) -> bool {
        if address.path.is_empty() {
            return false;
        }
        let reference = encode(address.reference.as_deref().unwrap_or("HEAD"));
        let path = address.encoded_path();
        let path =
            format!("/projects/{}/repository/tree?ref={reference}&path={path}&per_page=1", address.id());
        match self.ask(&path, Asking { token, ..Asking::default() }).await {
            Ok(answer) => parse::<Vec<Entry>>(&answer.body).is_ok_and(|entries| entries.is_empty()),
            Err(error) => matches!(error, ReadError::Missing(_)),
        }
    }
}

/// What the next page of a list is asked for with, if there is one. The address of it may be one that others reach the host at.
fn next_page(headers: &HeaderMap) -> Option<String> {
    let links = headers.get_all(LINK).into_iter().filter_map(|link| link.to_str().ok());
    let next = links.flat_map(|links| links.split(',')).find(|link| link.contains("rel=\"next\""))?;
    let (_, address) = next.split_once('<')?;
    let url = Url::parse(address.split_once('>')?.0).ok()?;
    let given = url.query_pairs().filter(|(name, _)| matches!(&**name, "page" | "page_token"));
    let given: String = given.map(|(name, value)| format!("&{name}={}", encode(&value))).collect();
    Some(given).filter(|given| !given.is_empty())
}
