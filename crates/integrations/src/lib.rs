//! Git hosts and other places on the network that descriptor files are read from: which file an address means, and
//! reading it; and the Git hosts that steps of templates write to.
//!
//! An [`Integrations`] holds what the configuration names. An address belongs to a [`GitHost`] of `integrations.github` or
//! `integrations.gitlab`, or to a host that `backend.reading.allow` names; any other one is refused before a request is
//! sent. A [`GithubRepository`] is one as it is written to. Knows nothing of entities.

mod answers;
mod archive;
mod config;
mod git;
mod github;
mod gitlab;
mod parts;
mod plain;
mod repo_url;
mod requests;
mod tree;

use std::fmt;
use std::sync::Arc;
use std::time::SystemTime;

use bytes::Bytes;
use futures::future::BoxFuture;
use platform::Secret;
use platform::http::outgoing::{Origin, Outgoing, OutgoingError};
use url::Url;

pub use self::config::{Config, GithubAppConfig, GithubConfig, GitlabConfig, ReadingAllow};
pub use self::git::{FirstCommit, GitConfig, GitRemote};
use self::github::Github;
pub use self::github::{ApiError, Found, GithubApi, GithubRepository, NewCommit, Person};
use self::gitlab::Gitlab;
pub use self::gitlab::{GitlabApi, Named};
pub use self::parts::encode as encode_part;
use self::plain::Plain;
pub use self::repo_url::RepoUrl;
pub use self::requests::{Asked, MAX_ANSWER_BYTES, Requests};
pub use self::tree::{MAX_TREE_BYTES, MAX_TREE_FILES, TreeContent, TreeFile};

/// Largest answer that is read, in bytes.
pub const MAX_BYTES: usize = 16 * 1024 * 1024;

/// Reading an address once.
#[derive(Debug, PartialEq, Eq)]
pub enum Reading<T> {
    /// What is there now.
    New {
        /// The content.
        value: T,
        /// What to show the host the next time, to learn cheaply that nothing changed.
        validator: Option<String>,
    },
    /// As it was when the host gave the validator.
    Unchanged,
}

impl<T> Reading<T> {
    /// What is there, of a reading without a validator.
    fn into_value(self) -> Result<T, ReadError> {
        match self {
            Self::New { value, .. } => Ok(value),
            Self::Unchanged => {
                let why = "the host says that nothing changed, which nobody asked".to_owned();
                Err(ReadError::Later { why, at: None })
            }
        }
    }
}

/// Why an address could not be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// There is nothing, or nothing that this portal may see.
    #[error("{0}")]
    Missing(String),
    /// This portal does not read there; trying again does not help until the configuration changes.
    #[error("{0}")]
    Refused(String),
    /// It did not work this time.
    #[error("{why}")]
    Later {
        /// What happened.
        why: String,
        /// When the host wants to be asked again, if it said so.
        at: Option<SystemTime>,
    },
}

/// The files of a repository that match a pattern.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Listing {
    /// Their addresses, sorted.
    pub files: Vec<String>,
    /// The host did not list everything, so a file that is missing here is no proof of anything.
    pub truncated: bool,
}

/// What a repository is, before anybody looked into it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Repository {
    /// Its address in a browser, without a slash at the end.
    pub url: String,
    /// The address of the root folder of its branch, with a slash at the end: the path of a file makes the address of that file.
    pub root: String,
    /// The owner, such as `acme`, or the group with those above it, such as `acme/shops`.
    pub owner: String,
    /// The name.
    pub name: String,
    /// The branch that a visitor sees.
    pub branch: String,
    /// The annotation by which plugins find the repository of an entity.
    pub slug_annotation: &'static str,
}

/// A service that hosts repositories.
pub trait GitHost: Send + Sync {
    /// Whether an address is one of this host.
    fn owns(&self, url: &Url) -> bool;

    /// The repository that an address belongs to, as text that can be compared.
    fn repository(&self, url: &Url) -> Option<String>;

    /// Whether an address names a repository, or a branch of one, and nothing in it.
    fn is_repository(&self, url: &Url) -> bool;

    /// Where a browser edits the file, unless the address names one commit.
    fn edit_url(&self, url: &Url) -> Option<Url>;

    /// A target as written in the file at `base`: an address, a path beside that file, or, with a slash in front, a path
    /// from the root of its repository.
    ///
    /// # Errors
    /// The target does not make an address.
    fn resolve(&self, target: &str, base: &Url) -> Result<Url, ReadError>;

    /// The address of a folder in a browser.
    fn folder_url(&self, url: &Url) -> Url;

    /// Reads a file; `validator` is what the last reading gave.
    fn read<'a>(
        &'a self,
        url: &'a Url,
        validator: Option<&'a str>,
    ) -> BoxFuture<'a, Result<Reading<Bytes>, ReadError>>;

    /// Lists the files that a pattern in the path of an address means.
    fn list<'a>(
        &'a self,
        url: &'a Url,
        validator: Option<&'a str>,
    ) -> BoxFuture<'a, Result<Reading<Listing>, ReadError>>;

    /// Looks a repository up by any address in it.
    fn lookup<'a>(&'a self, url: &'a Url) -> BoxFuture<'a, Result<Repository, ReadError>>;

    /// Reads a file for somebody, whose own token is shown in the place of the configured one if there is one.
    fn file<'a>(
        &'a self,
        url: &'a Url,
        token: Option<&'a Secret<String>>,
    ) -> BoxFuture<'a, Result<Bytes, ReadError>>;

    /// Reads a folder with all that is in it, for somebody as in [`Self::file`]. It has at most [`MAX_TREE_FILES`] files
    /// and [`MAX_TREE_BYTES`] bytes.
    fn tree<'a>(
        &'a self,
        url: &'a Url,
        token: Option<&'a Secret<String>>,
    ) -> BoxFuture<'a, Result<Vec<TreeFile>, ReadError>>;
}

/// Everything that may be read over the network. Cheap to clone.
#[derive(Clone)]
pub struct Integrations {
    hosts: Arc<[Arc<dyn GitHost>]>,
    github: Arc<[Arc<Github>]>,
    writes_to_github: bool,
    gitlab: Arc<[Arc<Gitlab>]>,
    writes_to_gitlab: bool,
    git: Arc<[GitConfig]>,
    requests: Arc<Requests>,
}

impl Integrations {
    /// The hosts of a configuration. Needs a running tokio runtime.
    ///
    /// # Errors
    /// A setting cannot be used, or TLS could not be set up.
    pub fn new(config: &Config) -> Result<Self, OutgoingError> {
        let origins = config.github.iter().flat_map(GithubConfig::origins);
        let origins = origins.chain(config.gitlab.iter().flat_map(GitlabConfig::origins));
        let trusted: Vec<Origin> =
            origins.chain(config.allow.iter().flat_map(ReadingAllow::origins)).collect();
        let outgoing = Outgoing::new(trusted)?;
        let mut github = Vec::new();
        for host in config.with_default() {
            github.push(Arc::new(Github::new(&host, outgoing.clone())?));
        }
        let mut gitlab = Vec::new();
        for host in config.gitlab_with_default() {
            gitlab.push(Arc::new(Gitlab::new(&host, outgoing.clone())?));
        }
        let of_github = github.iter().map(|github| Arc::<Github>::clone(github) as Arc<dyn GitHost>);
        let of_gitlab = gitlab.iter().map(|gitlab| Arc::<Gitlab>::clone(gitlab) as Arc<dyn GitHost>);
        let plain: Arc<dyn GitHost> = Arc::new(Plain::new(config.allow.clone(), outgoing));
        let hosts: Vec<_> = of_github.chain(of_gitlab).chain([plain]).collect();
        let requests = Arc::new(Requests::new(config.requests.clone())?);
        let writes_to_github = config.github.iter().any(|host| host.token.is_some());
        let writes_to_gitlab = config.gitlab.iter().any(|host| host.token.is_some());
        let git = config.git.clone().into();
        let (hosts, github, gitlab) = (hosts.into(), github.into(), gitlab.into());
        Ok(Self { hosts, github, writes_to_github, gitlab, writes_to_gitlab, git, requests })
    }

    /// Whether a host of `integrations.github` has a token to write with.
    #[must_use]
    pub const fn writes_to_github(&self) -> bool {
        self.writes_to_github
    }

    /// Whether a host of `integrations.gitlab` has a token to write with.
    #[must_use]
    pub const fn writes_to_gitlab(&self) -> bool {
        self.writes_to_gitlab
    }

    /// The API of the GitLab host of this name, with a port if it has one, to be written to with this token, or with that of
    /// `integrations.gitlab`.
    ///
    /// # Errors
    /// The host is not in `integrations.gitlab`, or there is no token.
    pub fn gitlab(&self, host: &str, token: Option<&Secret<String>>) -> Result<GitlabApi, ApiError> {
        let gitlab = self.gitlab.iter().find(|gitlab| gitlab.is(host)).ok_or_else(|| {
            ApiError::refused(format!(
                "{host} is not in integrations.gitlab of app-config.yaml, so nothing can be written there"
            ))
        })?;
        GitlabApi::new(Arc::clone(gitlab), token)
    }

    /// Whether Git may push anywhere.
    #[must_use]
    pub fn pushes(&self) -> bool {
        !self.git.is_empty()
    }

    /// What steps of templates may ask other hosts for.
    #[must_use]
    pub fn requests(&self) -> &Requests {
        &self.requests
    }

    /// The repository of GitHub that a `repoUrl` such as `github.com?owner=acme&repo=shop` names, to be written to with this
    /// token, or with that of `integrations.github`. Nobody asked yet whether there is one.
    ///
    /// # Errors
    /// It is no `repoUrl` of a GitHub repository, its host is not in `integrations.github`, or there is no token.
    pub fn github_repository(
        &self,
        repo_url: &str,
        token: Option<&Secret<String>>,
    ) -> Result<GithubRepository, ApiError> {
        let address = RepoUrl::parse(repo_url).map_err(ApiError::refused)?;
        self.github(address.host(), token)?.repository(&address)
    }

    /// The API of the GitHub host of this name, with a port if it has one, as somebody with this token has it, or with that
    /// of `integrations.github`.
    ///
    /// # Errors
    /// The host is not in `integrations.github`, or there is no token.
    pub fn github(&self, host: &str, token: Option<&Secret<String>>) -> Result<GithubApi, ApiError> {
        let github = self.github.iter().find(|github| github.is(host)).ok_or_else(|| {
            ApiError::refused(format!(
                "{host} is not in integrations.github of app-config.yaml, so nothing can be written there"
            ))
        })?;
        GithubApi::new(Arc::clone(github), token)
    }

    /// The names of the GitLab hosts.
    pub fn gitlab_hosts(&self) -> impl Iterator<Item = &str> {
        self.gitlab.iter().map(|gitlab| gitlab.host.as_str())
    }

    /// The names of the GitHub hosts.
    pub fn github_hosts(&self) -> impl Iterator<Item = &str> {
        self.github.iter().map(|github| github.host.as_str())
    }

    /// The repository that Git pushes to at an address, with this name and password or those of the configuration. Nobody asked
    /// yet whether there is one.
    ///
    /// # Errors
    /// It is no address, or none that `portico.scaffolder.gitPublish.allow` is about.
    pub fn git_remote(
        &self,
        address: &str,
        credentials: Option<(&str, &Secret<String>)>,
    ) -> Result<GitRemote, ApiError> {
        GitRemote::new(&self.git, address, credentials)
    }

    /// The host that reads an address.
    ///
    /// # Errors
    /// It is no address, or one that nothing in the configuration is about.
    pub fn host_of(&self, address: &str) -> Result<(&dyn GitHost, Url), ReadError> {
        let url = parse(address)?;
        let host = self.hosts.iter().find(|host| host.owns(&url));
        host.map(|host| (&**host, url)).ok_or_else(|| {
            let host = Url::parse(address).ok();
            let host = host.as_ref().and_then(Url::host_str).unwrap_or("this host");
            ReadError::Refused(format!(
                "{host} is in none of integrations.github, integrations.gitlab and backend.reading.allow of app-config.yaml"
            ))
        })
    }

    /// A target of the file at `base` as an address; see [`GitHost::resolve`].
    ///
    /// # Errors
    /// The target does not make an address, or nothing in the configuration is about it.
    pub fn resolve(&self, target: &str, base: &str) -> Result<String, ReadError> {
        if target.contains("://") {
            return parse(target).map(Into::into);
        }
        let (host, base) = self.host_of(base)?;
        host.resolve(target, &base).map(Into::into)
    }

    /// Whether both addresses lie in one repository; without repositories, on one host.
    #[must_use]
    pub fn same_repository(&self, one: &str, other: &str) -> bool {
        let repository = |address: &str| {
            let (host, url) = self.host_of(address).ok()?;
            host.repository(&url)
        };
        repository(one).is_some_and(|one| repository(other) == Some(one))
    }

    /// Where a browser edits the file.
    #[must_use]
    pub fn edit_url(&self, address: &str) -> Option<String> {
        let (host, url) = self.host_of(address).ok()?;
        host.edit_url(&url).map(Into::into)
    }

    /// The folder of a file, as a browser shows it.
    #[must_use]
    pub fn folder_url(&self, address: &str) -> Option<String> {
        let (host, url) = self.host_of(address).ok()?;
        Some(host.folder_url(&url).into())
    }
}

impl fmt::Debug for Integrations {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Integrations").field("hosts", &self.hosts.len()).finish()
    }
}

/// Whether the path of an address is a pattern.
#[must_use]
pub fn is_pattern(address: &str) -> bool {
    address.split(['?', '#']).next().is_some_and(|path| path.contains('*'))
}

/// Longest address, in bytes.
const MAX_ADDRESS: usize = 2_000;

/// An address that may be asked for at all.
fn parse(address: &str) -> Result<Url, ReadError> {
    let refused = |why: &str| Err(ReadError::Refused(why.to_owned()));
    if address.len() > MAX_ADDRESS {
        return refused("the address is too long");
    }
    match Url::parse(address) {
        Ok(url) if !matches!(url.scheme(), "http" | "https") => {
            refused("only http and https addresses are read")
        }
        Ok(url) if !url.username().is_empty() || url.password().is_some() => {
            refused("an address with a user name or password in it is not read")
        }
        Ok(url) => Ok(url),
        Err(error) => refused(&format!("this is no address: {error}")),
    }
}

/// What a failed request means for a reader.
fn from_outgoing(error: &OutgoingError) -> ReadError {
    match error {
        OutgoingError::Refused(why) => ReadError::Refused(why.clone()),
        OutgoingError::TooLarge(_) => ReadError::Refused(error.to_string()),
        OutgoingError::Failed(why) => {
            ReadError::Later { why: format!("the host cannot be reached: {why}"), at: None }
        }
    }
}
