//! The names of owners, repositories and branches that fields of forms suggest.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use integrations::{ApiError, GithubApi};
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

/// Which names.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Names {
    /// Of accounts and organizations that a token belongs to.
    Owners,
    /// Of all repositories that it may see, as `owner/name`.
    Repositories,
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
    ) -> Result<Vec<String>, Error> {
        self.may_start(caller)?;
        if provider != "github" {
            return Err(Error::input("Unsupported provider: this portal completes names of github only."));
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
        let names = match resource {
            "owners" => Names::Owners,
            "repositoriesWithOwner" => Names::Repositories,
            "branches" => Names::Branches { owner: part("owner")?, repository: part("repository")? },
            _ => {
                return Err(Error::input(
                    "There is no such resource. There are owners, repositoriesWithOwner and branches.",
                ));
            }
        };
        let host = context.get("host").map_or(GITHUB, String::as_str);
        let refused = |error: ApiError| Error::input(format!("{error}."));
        let api = self.inner.reach.integrations().github(host, Some(token)).map_err(refused)?;
        ask(&api, &names).await.map_err(refused)
    }

    /// What a host has for the portal itself, for a form of somebody who may start runs, which use the same token; nothing
    /// where it does not answer in time.
    pub(crate) async fn names(&self, caller: &Caller, host: &str, names: Names) -> Arc<[String]> {
        let none = || Arc::from([]);
        let parts = match &names {
            Names::Owners | Names::Repositories => [host, "", ""],
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
        let Ok(api) = self.inner.reach.integrations().github(&key.0, None) else { return none() };
        let found: Arc<[String]> = match tokio::time::timeout(PATIENCE, ask(&api, &key.1)).await {
            Ok(Ok(found)) => found.into(),
            // Not asked again with each letter either.
            Ok(Err(error)) => {
                tracing::debug!(host, "names were not completed: {error}");
                none()
            }
            Err(_) => none(),
        };
        self.inner.names.0.insert(key, (Instant::now(), Arc::clone(&found)));
        found
    }
}

async fn ask(api: &GithubApi, names: &Names) -> Result<Vec<String>, ApiError> {
    match names {
        Names::Owners => api.owners().await,
        Names::Repositories => api.repositories().await,
        Names::RepositoriesOf(owner) => api.repositories_of(owner).await,
        Names::Branches { owner, repository } => api.branches(owner, repository).await,
    }
}
