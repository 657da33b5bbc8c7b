//! GitLab, over its REST API.

mod address;
mod api;
mod names;
mod read;

use bytes::Bytes;
use futures::future::BoxFuture;
use platform::Secret;
use platform::http::outgoing::{Origin, Outgoing, OutgoingError};
use url::Url;

use self::address::{Address, below};
pub use self::api::GitlabApi;
pub use self::names::Named;
use crate::answers::{Manners, bearer};
use crate::config::GitlabConfig;
use crate::parts::{as_folder, host_of, resolve};
use crate::{GitHost, Listing, ReadError, Reading, Repository, TreeFile};

/// One host of `integrations.gitlab`.
pub(crate) struct Gitlab {
    /// The host of pages, with a port if it is not the usual one.
    pub(crate) host: String,
    /// Where its pages are, and what Git clones from.
    base: Url,
    api: String,
    origin: Origin,
    token: Option<Secret<String>>,
    outgoing: Outgoing,
    manners: Manners,
}

impl Gitlab {
    pub(crate) fn new(config: &GitlabConfig, outgoing: Outgoing) -> Result<Self, OutgoingError> {
        let refused =
            |what: &str| OutgoingError::Refused(format!("integrations.gitlab {}: {what}", config.host));
        let api = config.api();
        let url = Url::parse(&api).map_err(|error| refused(&format!("apiBaseUrl is no address: {error}")))?;
        let origin = Origin::of(&url).ok_or_else(|| refused("apiBaseUrl names no host"))?;
        let base = Url::parse(&config.base())
            .map_err(|error| refused(&format!("baseUrl is no address: {error}")))?;
        if config.token.as_ref().is_some_and(|token| bearer(token).is_none()) {
            return Err(refused("the token holds a character that no token has"));
        }
        Ok(Self {
            host: config.host.to_ascii_lowercase(),
            base,
            api,
            origin,
            token: config.token.clone(),
            outgoing,
            manners: Manners::new(&config.host.to_ascii_lowercase(), "integrations.gitlab"),
        })
    }

    /// Whether it is the host of this name, which has a port if it is not the usual one.
    pub(crate) fn is(&self, host: &str) -> bool {
        self.host.eq_ignore_ascii_case(host)
    }

    fn address(&self, url: &Url) -> Result<Address, ReadError> {
        Address::parse(url, &self.base)
    }
}

impl GitHost for Gitlab {
    fn owns(&self, url: &Url) -> bool {
        let host = host_of(url);
        let is_here = host.as_deref() == Some(&*self.host) || host == host_of(&self.base);
        is_here && below(url, &self.base).is_some()
    }

    fn repository(&self, url: &Url) -> Option<String> {
        let Address { project, .. } = self.address(url).ok()?;
        Some(format!("{}/{project}", self.host).to_ascii_lowercase())
    }

    fn is_repository(&self, url: &Url) -> bool {
        self.address(url).is_ok_and(|address| address.path.is_empty())
    }

    fn edit_url(&self, url: &Url) -> Option<Url> {
        let address = self.address(url).ok().filter(|address| !address.is_commit())?;
        address.page(&self.base, "edit")
    }

    fn resolve(&self, target: &str, base: &Url) -> Result<Url, ReadError> {
        resolve(target, base, || {
            let root = Address { path: Vec::new(), ..self.address(base)? };
            Ok(root.page(&self.base, if root.is_tree { "tree" } else { "blob" }))
        })
    }

    fn folder_url(&self, url: &Url) -> Url {
        let folder = url.join("./").unwrap_or_else(|_| url.clone());
        let page = self.address(&folder).ok().and_then(|address| address.page(&self.base, "tree"));
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
