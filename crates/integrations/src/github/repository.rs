//! A repository of GitHub as it is written to.

use http::Method;
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{ApiError, GithubApi};
use crate::Reading;
use crate::parts::encode;

/// A repository, which may not exist yet.
#[derive(Clone)]
pub struct GithubRepository {
    api: GithubApi,
    owner: String,
    name: String,
}

/// What a repository is on its host.
#[derive(Clone, Debug, Deserialize)]
pub struct Found {
    /// Its name, as the host writes it.
    pub name: String,
    /// The branch that a visitor sees.
    pub default_branch: String,
    created_at: Option<String>,
    /// Whether the token may push to it.
    #[serde(default)]
    permissions: Permissions,
    owner: Owner,
}

#[derive(Clone, Debug, Default, Deserialize)]
struct Permissions {
    push: Option<bool>,
}

#[derive(Clone, Debug, Deserialize)]
struct Owner {
    login: String,
}

impl Found {
    /// When it was made, in seconds since 1970, if the host says so.
    #[must_use]
    pub fn created_at(&self) -> Option<i64> {
        self.created_at.as_deref()?.parse::<Timestamp>().ok().map(Timestamp::as_second)
    }

    /// Whether the token may not push to it. A host that doesn't say is tried.
    #[must_use]
    pub fn is_read_only(&self) -> bool {
        self.permissions.push == Some(false)
    }
}

impl GithubRepository {
    pub(super) const fn new(api: GithubApi, owner: String, name: String) -> Self {
        Self { api, owner, name }
    }

    /// Its host, with its token.
    #[must_use]
    pub const fn api(&self) -> &GithubApi {
        &self.api
    }

    /// The owner, such as `acme`.
    #[must_use]
    pub fn owner(&self) -> &str {
        &self.owner
    }

    /// The name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its address in a browser.
    #[must_use]
    pub fn page(&self) -> String {
        format!("{}://{}/{}/{}", self.api.scheme(), self.api.host(), self.owner, self.name)
    }

    /// The address that Git clones it from.
    #[must_use]
    pub fn remote(&self) -> String {
        format!("{}.git", self.page())
    }

    /// The address of the root folder of a branch.
    #[must_use]
    pub fn contents(&self, branch: &str) -> String {
        format!("{}/blob/{}", self.page(), branch.split('/').map(encode).collect::<Vec<_>>().join("/"))
    }

    /// A path of the API below it: parts and what is encoded in them.
    #[must_use]
    pub fn path(&self, rest: &str) -> String {
        format!("/repos/{}/{}{rest}", self.owner, self.name)
    }

    /// Sends a request to a path below it; see [`GithubApi::send`].
    ///
    /// # Errors
    /// The host did not answer, or with an error.
    pub async fn send(&self, method: Method, rest: &str, body: Option<&Value>) -> Result<Value, ApiError> {
        self.api.send(method, &self.path(rest), body).await
    }

    /// Asks for something below it; nothing if there is none.
    ///
    /// # Errors
    /// The host did not answer, or with an error.
    pub async fn find(&self, rest: &str) -> Result<Option<Value>, ApiError> {
        self.api.find(&self.path(rest)).await
    }

    /// Asks for something below it unless it is as it was; see [`GithubApi::read`].
    ///
    /// # Errors
    /// The host did not answer, or with an error.
    pub async fn read_below(&self, rest: &str, validator: Option<&str>) -> Result<Reading<Value>, ApiError> {
        self.api.read(&self.path(rest), validator).await
    }

    /// What it is on its host; nothing if there is none, or none that the token may see.
    ///
    /// # Errors
    /// The host did not answer, or with an error.
    pub async fn look(&self) -> Result<Option<Found>, ApiError> {
        self.find("").await?.map(|found| self.read(found)).transpose()
    }

    /// As [`Self::look`], of one that has to be there.
    ///
    /// # Errors
    /// As for [`Self::look`], or there is none.
    pub async fn existing(&self) -> Result<Found, ApiError> {
        self.look().await?.ok_or_else(|| {
            let (owner, name, host) = (&self.owner, &self.name, self.api.host());
            ApiError::refused(format!(
                "there is no repository {owner}/{name} at {host} that the token may see"
            ))
        })
    }

    /// Makes it, for the organisation or the person that owns it; `settings` are those of GitHub's API.
    ///
    /// # Errors
    /// There is one of its name, the owner is neither an organisation nor the person whose token it is, or the host said no.
    pub async fn create(&self, settings: Value) -> Result<Found, ApiError> {
        let owner = encode(&self.owner);
        let mut settings = settings;
        settings["name"] = json!(self.name);
        let path = if self.api.find(&format!("/orgs/{owner}")).await?.is_some() {
            format!("/orgs/{owner}/repos")
        } else {
            let me = self.api.send(Method::GET, "/user", None).await?;
            let me = me["login"].as_str().unwrap_or_default();
            if !me.eq_ignore_ascii_case(&self.owner) {
                return Err(ApiError::refused(format!(
                    "{} is no organization that the token may see, and the token is that of {me}",
                    self.owner
                )));
            }
            // What only repositories of organisations have.
            if let Some(settings) = settings.as_object_mut() {
                settings.remove("visibility");
                settings.remove("custom_properties");
            }
            "/user/repos".to_owned()
        };
        self.api.send(Method::POST, &path, Some(&settings)).await.and_then(|made| self.read(made))
    }

    /// A copy of it that belongs to the person whose token it is. One that is there already is taken.
    ///
    /// # Errors
    /// The host said no.
    pub async fn fork(&self) -> Result<Self, ApiError> {
        let fork = self.send(Method::POST, "/forks", Some(&json!({}))).await?;
        let fork = self.read(fork)?;
        Ok(Self { api: self.api.clone(), owner: fork.owner.login, name: fork.name })
    }

    /// The same with the names that the host writes.
    #[must_use]
    pub fn named(&self, found: &Found) -> Self {
        Self { api: self.api.clone(), owner: found.owner.login.clone(), name: found.name.clone() }
    }

    fn read(&self, found: Value) -> Result<Found, ApiError> {
        serde_json::from_value(found).map_err(|error| {
            ApiError::later(format!(
                "{} describes the repository in a way that can't be read: {error}",
                self.api.host()
            ))
        })
    }
}
