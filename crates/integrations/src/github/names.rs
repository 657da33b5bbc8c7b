//! The names of owners, repositories and branches, for people who choose one.

use http::Method;
use serde_json::Value;

use super::GithubApi;
use super::api::ApiError;
use crate::parts::{encode, is_name};

/// Names of a page of a list.
const PAGE: usize = 100;
/// Pages that are read: who looks for more types the name.
const PAGES: usize = 3;

impl GithubApi {
    /// Whom the token belongs to, and the organizations of that account. A token of an app has none.
    ///
    /// # Errors
    /// The host did not answer, or with an error.
    pub async fn owners(&self) -> Result<Vec<String>, ApiError> {
        let account = match self.send(Method::GET, "/user", None).await {
            Ok(account) => account,
            Err(error) if error.is(403) => return Ok(Vec::new()),
            Err(error) => return Err(error),
        };
        let own = account["login"].as_str().map(str::to_owned);
        let mut owners: Vec<String> =
            own.into_iter().chain(self.names("/user/orgs", "login").await?).collect();
        owners.dedup();
        Ok(owners)
    }

    /// The repositories that the token may see of an owner, those that were changed last first.
    ///
    /// # Errors
    /// The host did not answer, or with an error.
    pub async fn repositories_of(&self, owner: &str) -> Result<Vec<String>, ApiError> {
        if !is_name(owner) {
            return Ok(Vec::new());
        }
        let of = encode(owner);
        match self.names(&format!("/orgs/{of}/repos?sort=pushed"), "name").await {
            Err(error) if error.is(404) => {}
            names => return names,
        }
        // Of an account only what is public is listed, but for the one that the token belongs to.
        let account = self.send(Method::GET, "/user", None).await;
        let is_own = account.is_ok_and(|account| {
            account["login"].as_str().is_some_and(|login| login.eq_ignore_ascii_case(owner))
        });
        if is_own {
            return self.names("/user/repos?affiliation=owner&sort=pushed", "name").await;
        }
        self.names(&format!("/users/{of}/repos?sort=pushed"), "name").await
    }

    /// The repositories that the token may see, as `owner/name`.
    ///
    /// # Errors
    /// The host did not answer, or with an error.
    pub async fn repositories(&self) -> Result<Vec<String>, ApiError> {
        self.names("/user/repos?sort=pushed", "full_name").await
    }

    /// The branches of a repository.
    ///
    /// # Errors
    /// The host did not answer, or with an error.
    pub async fn branches(&self, owner: &str, repository: &str) -> Result<Vec<String>, ApiError> {
        if !is_name(owner) || !is_name(repository) {
            return Ok(Vec::new());
        }
        self.names(&format!("/repos/{}/{}/branches", encode(owner), encode(repository)), "name").await
    }

    async fn names(&self, path: &str, field: &str) -> Result<Vec<String>, ApiError> {
        let mut names = Vec::new();
        let sign = if path.contains('?') { '&' } else { '?' };
        for page in 1..=PAGES {
            let found =
                self.send(Method::GET, &format!("{path}{sign}per_page={PAGE}&page={page}"), None).await?;
            let Value::Array(found) = found else { break };
            names.extend(found.iter().filter_map(|one| one[field].as_str()).map(str::to_owned));
            if found.len() < PAGE {
                break;
            }
        }
        Ok(names)
    }
}
