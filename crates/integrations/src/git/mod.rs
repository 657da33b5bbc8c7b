//! Git remotes that are written to over Git's own protocol, by the `git` program of this machine.

mod import;
mod program;

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use platform::Secret;
use serde::Deserialize;
use url::Url;

use self::program::{Program, Within};
use crate::config::climbs;
use crate::{ApiError, Person, TreeFile, parse};

/// One of `portico.scaffolder.gitPublish.allow`: repositories that steps may push to.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GitConfig {
    /// What the addresses of the repositories begin with.
    pub url: Url,
    /// Who pushes there, unless a step names somebody.
    pub username: Option<String>,
    /// Their password or token.
    pub password: Option<Secret<String>>,
}

/// How long it is waited until a remote has taken what an earlier attempt sent.
const PAUSES: [Duration; 4] =
    [Duration::from_millis(100), Duration::from_millis(400), Duration::from_secs(1), Duration::from_secs(3)];
/// What remotes say of a branch that another push is about.
const HELD: [&str; 2] = ["lock", "failed to update ref"];

/// A repository that is pushed to. Nobody asked yet whether there is one.
#[derive(Debug)]
pub struct GitRemote {
    url: Url,
    program: Program,
}

/// A commit without a parent. The same values make a commit of the same hash.
#[derive(Clone, Debug)]
pub struct FirstCommit<'a> {
    /// The message.
    pub message: &'a str,
    /// Who wrote it.
    pub author: &'a Person,
    /// When, in seconds since 1970.
    pub at: i64,
    /// All that is in it.
    pub files: &'a [TreeFile],
}

impl GitConfig {
    /// Whether it is about a repository: the same origin, and a path below its own.
    fn is_about(&self, url: &Url) -> bool {
        let begin = self.url.path().trim_end_matches('/');
        let below = url.path().strip_prefix(begin);
        self.url.origin() == url.origin() && below.is_some_and(|below| below.starts_with('/'))
    }
}

impl GitRemote {
    /// The repository at an address, if the configuration lets steps push to it.
    pub(crate) fn new(
        allow: &[GitConfig],
        address: &str,
        credentials: Option<(&str, &Secret<String>)>,
    ) -> Result<Self, ApiError> {
        let url = parse(address)?;
        let allowed = allow.iter().find(|allowed| allowed.is_about(&url)).ok_or_else(|| {
            ApiError::refused(format!(
                "{address} begins with nothing that portico.scaffolder.gitPublish.allow of app-config.yaml names; \
                 whoever runs the portal can add it"
            ))
        })?;
        if url.query().is_some() || url.fragment().is_some() || climbs(&url) {
            return Err(ApiError::refused(format!("{address} is no address of a repository")));
        }
        let configured = allowed.username.as_deref().zip(allowed.password.as_ref());
        Ok(Self::at(url, credentials.or(configured)))
    }

    /// The repository at an address that was made of the configuration of its host.
    pub(crate) fn of_host(address: &str, credentials: (&str, &Secret<String>)) -> Result<Self, ApiError> {
        Ok(Self::at(parse(address)?, Some(credentials)))
    }

    fn at(url: Url, credentials: Option<(&str, &Secret<String>)>) -> Self {
        let authorization = credentials.map(|(name, password)| {
            Secret::new(format!(
                "Authorization: Basic {}",
                STANDARD.encode(format!("{name}:{}", password.expose()))
            ))
        });
        Self { program: Program::new(&url, authorization), url }
    }

    /// Its address.
    #[must_use]
    pub const fn url(&self) -> &Url {
        &self.url
    }

    /// Makes a commit and pushes it to a branch that is not there yet. Where the branch has that very commit already, or
    /// went on from it, nothing is pushed. Gives the hash of the commit.
    ///
    /// # Errors
    /// The branch has other commits, its name is none, the remote said no or did not answer, or there is no `git`.
    pub async fn begin(&self, branch: &str, commit: &FirstCommit<'_>) -> Result<String, ApiError> {
        let folder = tempfile::tempdir()
            .map_err(|error| ApiError::later(format!("no folder for a commit can be made: {error}")))?;
        let git = self.program.within(folder.path());
        let reference = format!("refs/heads/{branch}");
        git.run(&["init", "--quiet", "--bare", "."], &[]).await?;
        if branch.starts_with('-') || git.run(&["check-ref-format", &reference], &[]).await.is_err() {
            return Err(ApiError::refused(format!("{branch:?} is no name of a branch")));
        }
        git.run(&["fast-import", "--quiet"], &import::stream(commit)).await?;
        let hash = git.run(&["rev-parse", "--verify", import::REFERENCE], &[]).await?;
        let hash = hash.trim();
        let Some(head) = self.head(&git, &reference).await? else {
            return self.push(&git, hash, &reference).await;
        };
        if head != hash {
            let url = self.url.as_str();
            // Commits are enough. Servers that can't leave out the rest send it.
            git.run(&["fetch", "--quiet", "--no-tags", "--filter=tree:0", url, &reference], &[]).await?;
            let missing = git.run(&["rev-list", "--max-count=1", hash, &format!("^{head}")], &[]).await?;
            if !missing.is_empty() {
                return Err(ApiError::refused(format!(
                    "the branch {branch} of {url} has commits already, and nothing is overwritten"
                )));
            }
        }
        Ok(hash.to_owned())
    }

    /// Pushes a commit to a branch that is not there.
    async fn push(&self, git: &Within<'_>, hash: &str, reference: &str) -> Result<String, ApiError> {
        let lease = format!("--force-with-lease={reference}:");
        let refspec = format!("{hash}:{reference}");
        let command = ["push", "--quiet", "--no-verify", &lease, self.url.as_str(), &refspec];
        let mut pauses = PAUSES.into_iter();
        loop {
            let Err(error) = git.run(&command, &[]).await else { return Ok(hash.to_owned()) };
            // What an earlier attempt sent may have come just now, or the remote is still at it and lets nobody else in.
            match self.head(git, reference).await? {
                Some(head) if head == hash => return Ok(head),
                Some(_) => return Err(error),
                None => {}
            }
            let is_held = HELD.iter().any(|held| error.to_string().contains(held));
            let Some(pause) = pauses.next().filter(|_| is_held) else { return Err(error) };
            tokio::time::sleep(pause).await;
        }
    }

    /// What a branch of the remote points to, if it is there.
    async fn head(&self, git: &Within<'_>, reference: &str) -> Result<Option<String>, ApiError> {
        let listed = git.run(&["ls-remote", "--quiet", self.url.as_str(), reference], &[]).await?;
        let mut heads = listed.lines().filter_map(|line| line.split_once('\t'));
        Ok(heads.find(|(_, name)| *name == reference).map(|(head, _)| head.to_owned()))
    }
}
