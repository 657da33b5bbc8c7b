//! `integrations.github`, `integrations.gitlab` and `backend.reading.allow`, under the names that Backstage gave them, and
//! `portico.scaffolder.httpRequest.allow` and `portico.scaffolder.gitPublish.allow`.

use platform::Secret;
use platform::http::outgoing::Origin;
use serde::Deserialize;
use url::Url;

use crate::GitConfig;

/// What may be read over the network, and what steps of templates may ask for.
#[derive(Clone, Debug, Default)]
pub struct Config {
    /// `integrations.github`; `github.com` is there without an entry, for what is public.
    pub github: Vec<GithubConfig>,
    /// `integrations.gitlab`; `gitlab.com` is there without an entry, for what is public.
    pub gitlab: Vec<GitlabConfig>,
    /// `backend.reading.allow`.
    pub allow: Vec<ReadingAllow>,
    /// `portico.scaffolder.gitPublish.allow`.
    pub git: Vec<GitConfig>,
    /// `portico.scaffolder.httpRequest.allow`.
    pub requests: Vec<ReadingAllow>,
}

/// One of `integrations.github`.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct GithubConfig {
    /// The host in addresses of repositories, with a port if it has one.
    pub host: String,
    /// The address of its API; `https://HOST/api/v3` for a host of one's own.
    pub api_base_url: Option<String>,
    /// The address of raw files.
    pub raw_base_url: Option<String>,
    /// A token that may read the repositories.
    pub token: Option<Secret<String>>,
    /// GitHub Apps, which this version does not use.
    #[serde(default)]
    pub apps: Vec<GithubAppConfig>,
}

/// One of `integrations.gitlab`.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct GitlabConfig {
    /// The host in addresses of repositories, with a port if it has one.
    pub host: String,
    /// The address of its API; `https://HOST/api/v4` if left out.
    pub api_base_url: Option<String>,
    /// The address of its pages; `https://HOST` if left out.
    pub base_url: Option<String>,
    /// A token that may read the projects, and write to them.
    pub token: Option<Secret<String>>,
}

/// One of `integrations.github[].apps`. None of its values are used yet.
#[derive(Clone, Debug, Deserialize)]
pub struct GithubAppConfig {}

/// One of `backend.reading.allow`, or of `portico.scaffolder.httpRequest.allow`.
#[derive(Clone, Debug, Deserialize)]
pub struct ReadingAllow {
    /// A host, with a port if it has one; `*.example.com` for all below.
    pub host: String,
    /// Beginnings of paths; without them every path.
    pub paths: Option<Vec<String>>,
}

impl Config {
    /// The GitHub hosts, `github.com` among them.
    pub(crate) fn with_default(&self) -> Vec<GithubConfig> {
        let mut github = self.github.clone();
        if !github.iter().any(|github| github.host.eq_ignore_ascii_case("github.com")) {
            github.push(GithubConfig {
                host: "github.com".to_owned(),
                api_base_url: None,
                raw_base_url: None,
                token: None,
                apps: Vec::new(),
            });
        }
        github
    }

    /// The GitLab hosts, `gitlab.com` among them.
    pub(crate) fn gitlab_with_default(&self) -> Vec<GitlabConfig> {
        let mut gitlab = self.gitlab.clone();
        if !gitlab.iter().any(|gitlab| gitlab.host.eq_ignore_ascii_case("gitlab.com")) {
            let host = "gitlab.com".to_owned();
            gitlab.push(GitlabConfig { host, api_base_url: None, base_url: None, token: None });
        }
        gitlab
    }
}

impl GitlabConfig {
    /// Where its API is.
    pub(crate) fn api(&self) -> String {
        match &self.api_base_url {
            Some(address) => address.trim_end_matches('/').to_owned(),
            None => format!("{}/api/v4", self.base()),
        }
    }

    /// Where its pages are.
    pub(crate) fn base(&self) -> String {
        match &self.base_url {
            Some(address) => address.trim_end_matches('/').to_owned(),
            None => format!("https://{}", self.host),
        }
    }

    /// What requests for it reach: the API alone.
    pub(crate) fn origins(&self) -> Option<Origin> {
        Url::parse(&self.api()).ok().as_ref().and_then(Origin::of)
    }
}

impl GithubConfig {
    /// Where its API is.
    pub(crate) fn api(&self) -> String {
        match &self.api_base_url {
            Some(address) => address.trim_end_matches('/').to_owned(),
            None if self.host.eq_ignore_ascii_case("github.com") => "https://api.github.com".to_owned(),
            None => format!("https://{}/api/v3", self.host),
        }
    }

    /// Where raw files are.
    pub(crate) fn raw(&self) -> Option<String> {
        match &self.raw_base_url {
            Some(address) => Some(address.trim_end_matches('/').to_owned()),
            None if self.host.eq_ignore_ascii_case("github.com") => {
                Some("https://raw.githubusercontent.com".to_owned())
            }
            None => None,
        }
    }

    /// What requests for it reach: the API alone.
    pub(crate) fn origins(&self) -> Option<Origin> {
        Url::parse(&self.api()).ok().as_ref().and_then(Origin::of)
    }
}

impl ReadingAllow {
    /// The origins that it names outright; below a `*` only public addresses are reached.
    pub(crate) fn origins(&self) -> Vec<Origin> {
        if self.host.starts_with('*') {
            return Vec::new();
        }
        let schemes = ["http", "https"].map(|scheme| format!("{scheme}://{}/", self.host));
        schemes.iter().filter_map(|address| Origin::of(&Url::parse(address).ok()?)).collect()
    }

    /// Whether its host is one, or `*.` before one.
    #[must_use]
    pub fn is_usable(&self) -> bool {
        let (name, is_plain) = match self.host.strip_prefix("*.") {
            Some(rest) => (rest, false),
            None => (self.host.as_str(), true),
        };
        let url = Url::parse(&format!("https://{name}/")).ok();
        let bare = |url: &Url| url.path() == "/" && url.username().is_empty() && url.password().is_none();
        !name.contains(['*', '?', '#', '/', '\\'])
            && url.is_some_and(|url| bare(&url) && (is_plain || url.port().is_none()))
    }

    /// Whether it allows an address.
    pub(crate) fn allows(&self, url: &Url) -> bool {
        let begins = |begin: &String| !climbs(url) && url.path().starts_with(begin.as_str());
        self.is_about(url) && self.paths.as_ref().is_none_or(|paths| paths.iter().any(begins))
    }

    /// Whether it is about the host of an address.
    pub(crate) fn is_about(&self, url: &Url) -> bool {
        let host = url.host_str().unwrap_or_default();
        let own = self.host.to_ascii_lowercase();
        if let Some(ending) = own.strip_prefix('*') {
            host.len() > ending.len() && host.ends_with(ending)
        } else {
            Url::parse(&format!("{}://{own}/", url.scheme()))
                .is_ok_and(|own| Origin::of(&own) == Origin::of(url))
        }
    }
}

/// Whether the decoded path of an address climbs: a host may read an encoded slash as one, and leave a folder by what follows.
pub(crate) fn climbs(url: &Url) -> bool {
    let path = percent_encoding::percent_decode_str(url.path()).decode_utf8_lossy();
    path.split(['/', '\\']).any(|part| part == "..")
}
