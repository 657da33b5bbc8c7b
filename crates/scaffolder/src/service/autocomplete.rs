//! The names of owners, repositories and branches that fields of forms suggest.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use integrations::{ApiError, GithubApi, GitlabApi, Integrations, Named};
use platform::Secret;
use platform::access::Caller;
use platform::error::Error;
use quick_cache::sync::Cache;

use super::Scaffolder;

/// How long a list is taken for what a host would answer.
const FRESH: Duration = Duration::from_secs(60);
/// How long a form waits for a host.
const PATIENCE: Duration = Duration::from_secs(2);
/// Lists that are kept.
const MOST: usize = 500;
/// Longest name that is asked about, in bytes.
const LONGEST: usize = 300;
/// Where repositories are if nothing else is said.
pub(crate) const GITHUB: &str = "github.com";
/// Where projects are.
const GITLAB: &str = "gitlab.com";

/// A name that a client is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Completed {
    /// What the host calls it by.
    pub id: String,
    /// What people call it by, where that is something else.
    pub title: Option<String>,
}

/// Which names.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Names {
    /// Of accounts and organizations that a token belongs to, or of groups that it may see.
    Owners,
    /// Of the repositories of an owner.
    RepositoriesOf(String),
    /// Of the branches of a repository.
    Branches {
        /// Whose repository it is.
        owner: String,
        /// Its name.
        repository: String,
    },
}

/// What a host answered, and when.
type Answer = (Instant, Arc<[String]>);

/// What hosts answered lately to the portal itself, by host.
pub(crate) struct KeptNames(Cache<(String, Names), Answer>);

impl Default for KeptNames {
    fn default() -> Self {
        Self(Cache::new(MOST))
    }
}

impl Scaffolder {
    /// What a host of repositories has for somebody with a token of their own: `resource` is one that Backstage's clients
    /// know for the `provider`, and `context` what it is asked about.
    ///
    /// # Errors
    /// The caller may not start runs, there is no such provider or resource, or the host did not answer.
    pub async fn autocomplete(
        &self,
        caller: &Caller,
        (provider, resource): (&str, &str),
        token: &Secret<String>,
        context: &BTreeMap<String, String>,
    ) -> Result<Vec<Completed>, Error> {
        self.may_start(caller)?;
        if !matches!(provider, "github" | "gitlab") {
            return Err(Error::input(
                "Unsupported provider: this portal completes names of github and gitlab only.",
            ));
        }
        if token.expose().is_empty() {
            return Err(Error::input(
                "token is empty. Give the one of the person whose names are asked for.",
            ));
        }
        let part = |name: &str| {
            let value = context.get(name).filter(|value| !value.is_empty() && value.len() <= LONGEST);
            value.cloned().ok_or_else(|| Error::input(format!("{resource} needs {name} in its context.")))
        };
        let unknown =
            |there_are: &str| Error::input(format!("There is no such resource. There are {there_are}."));
        let refused = |error: ApiError| Error::input(format!("{error}."));
        let host = |usual| context.get("host").map_or(usual, String::as_str);
        let integrations = self.inner.reach.integrations();
        if provider == "gitlab" {
            let api = integrations.gitlab(host(GITLAB), Some(token)).map_err(refused)?;
            let found = match resource {
                "groups" => api.groups().await,
                "repositories" => api.projects_of_id(&part("id")?).await,
                _ => return Err(unknown("groups and repositories")),
            };
            let completed = |Named { id, title, .. }| Completed { id, title: Some(title) };
            return Ok(found.map_err(refused)?.into_iter().map(completed).collect());
        }
        let api = integrations.github(host(GITHUB), Some(token)).map_err(refused)?;
        let found = match resource {
            "owners" => api.owners().await,
            "repositoriesWithOwner" => api.repositories().await,
            "branches" => api.branches(&part("owner")?, &part("repository")?).await,
            _ => return Err(unknown("owners, repositoriesWithOwner and branches")),
        };
        Ok(found.map_err(refused)?.into_iter().map(|id| Completed { id, title: None }).collect())
    }

    /// What a host has for the portal itself, for a form of somebody who may start runs, which use the same token; nothing
    /// where it does not answer in time.
    pub(crate) async fn names(&self, caller: &Caller, host: &str, names: Names) -> Arc<[String]> {
        let none = || Arc::from([]);
        let parts = match &names {
            Names::Owners => [host, "", ""],
            Names::RepositoriesOf(owner) => [host, owner, ""],
            Names::Branches { owner, repository } => [host, owner, repository],
        };
        // What is kept is limited by its size, too.
        if self.may_start(caller).is_err() || parts.iter().any(|part| part.len() > LONGEST) {
            return none();
        }
        let key = (host.to_lowercase(), names);
        if let Some((at, found)) = self.inner.names.0.get(&key)
            && at.elapsed() < FRESH
        {
            return found;
        }
        let Ok(host) = Host::of(self.inner.reach.integrations(), &key.0) else { return none() };
        let found: Arc<[String]> = match tokio::time::timeout(PATIENCE, host.ask(&key.1)).await {
            Ok(Ok(found)) => found.into(),
            // Not asked again with each letter either.
            Ok(Err(error)) => {
                tracing::debug!(host = key.0, "names were not completed: {error}");
                none()
            }
            Err(_) => none(),
        };
        self.inner.names.0.insert(key, (Instant::now(), Arc::clone(&found)));
        found
    }
}

/// A host of repositories as the portal itself asks it.
enum Host {
    Github(GithubApi),
    Gitlab(GitlabApi),
}

impl Host {
    fn of(integrations: &Integrations, host: &str) -> Result<Self, ApiError> {
        if integrations.gitlab_hosts().any(|known| known.eq_ignore_ascii_case(host)) {
            return integrations.gitlab(host, None).map(Self::Gitlab);
        }
        integrations.github(host, None).map(Self::Github)
    }

    async fn ask(&self, names: &Names) -> Result<Vec<String>, ApiError> {
        let found = match (self, names) {
            (Self::Github(api), Names::Owners) => return api.owners().await,
            (Self::Github(api), Names::RepositoriesOf(owner)) => return api.repositories_of(owner).await,
            (Self::Github(api), Names::Branches { owner, repository }) => {
                return api.branches(owner, repository).await;
            }
            (Self::Gitlab(api), Names::Owners) => api.groups().await?,
            (Self::Gitlab(api), Names::RepositoriesOf(owner)) => api.projects_of(owner).await?,
            (Self::Gitlab(api), Names::Branches { owner, repository }) => {
                api.branches(owner, repository).await?
            }
        };
        Ok(found.into_iter().map(|named| named.path).collect())
    }
}
