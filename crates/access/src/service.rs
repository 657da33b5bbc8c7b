//! The one way to sign-in and sessions.

use std::sync::Arc;
use std::time::Duration;

use axum::http::{HeaderMap, HeaderValue, header};
use catalog::Catalog;
use model::EntityRef;
use platform::access::{Caller, Permission, Policy};
use platform::database::Database;
use platform::error::Error;
use platform::secret::Secret;
use uuid::Uuid;

use crate::clock::{millis, now};
use crate::config::Settings;
use crate::cookie::Cookies;
use crate::failure::{Failure, Reason};
use crate::provider::Provider;
use crate::resolve::{Directory, Profile, Resolved, default_resolvers, resolve};
use crate::sessions::{IDLE, Sessions};
use crate::store::{self, Attempt, Session};
use crate::{browser, target, token};

/// How long a sign-in may take, in seconds.
const ATTEMPT: u64 = 10 * 60;
/// How long the reason of a failure can be read, in seconds.
const FAILURE: u64 = 5 * 60;
/// Pause between two looks for sessions that have expired.
const TIDY_EVERY: Duration = Duration::from_secs(60 * 60);
/// Longest code, state or issuer that a reply may carry, in bytes.
const REPLY: usize = 8_000;

/// Sign-in and sessions as a service. Cloning is cheap.
#[derive(Clone)]
pub struct Access {
    pub(crate) inner: Arc<Inner>,
}

pub(crate) struct Inner {
    pub(crate) settings: Settings,
    pub(crate) policy: Policy,
    pub(crate) catalog: Catalog,
    pub(crate) provider: Option<Provider>,
    pub(crate) sessions: Sessions,
    pub(crate) cookies: Cookies,
}

/// Who a request is from, as far as its cookie says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Identity {
    /// It carries no session.
    Unknown,
    /// It carries one that has ended.
    Ended,
    /// A person.
    Person(Caller),
}

/// An answer to a browser: where it goes, and which cookies it keeps.
pub(crate) struct Step {
    pub(crate) location: String,
    pub(crate) cookies: Vec<HeaderValue>,
}

/// What the provider sends a person back with.
#[derive(Clone, Default, serde::Deserialize)]
#[serde(default)]
pub(crate) struct Reply {
    pub(crate) code: Option<Secret<String>>,
    pub(crate) state: Option<Secret<String>>,
    pub(crate) error: Option<String>,
    pub(crate) error_description: Option<String>,
    pub(crate) iss: Option<String>,
}

impl Access {
    /// Opens the capability, and begins to remove what has expired.
    ///
    /// # Errors
    /// The provider's settings can't be used.
    pub fn open(
        settings: &Settings,
        database: Database,
        catalog: Catalog,
        policy: Policy,
    ) -> Result<Self, Error> {
        let provider = settings
            .provider
            .clone()
            .map(|config| Provider::new(config, &settings.base_url))
            .transpose()
            .map_err(Error::internal)?;
        let cookies = Cookies { secure: settings.base_url.starts_with("https://") };
        let sessions = Sessions::new(database);
        let settings = settings.clone();
        let access =
            Self { inner: Arc::new(Inner { settings, policy, catalog, provider, sessions, cookies }) };
        tokio::spawn(tidy(access.clone()));
        Ok(access)
    }

    /// Whether people can sign in.
    #[must_use]
    pub fn has_provider(&self) -> bool {
        self.inner.provider.is_some()
    }

    /// Who a request with these headers is from. Groups are those of this moment, and a session whose User has left the
    /// catalog has ended.
    ///
    /// # Errors
    /// The database failed.
    pub async fn identify(&self, headers: &HeaderMap) -> Result<Identity, Error> {
        let Some(session) = self.session(headers).await? else {
            let had_one = self.has_provider() && self.inner.cookies.session(headers).is_some();
            return Ok(if had_one { Identity::Ended } else { Identity::Unknown });
        };
        let groups = match self.inner.catalog.groups_of(&portal(), &session.entity_ref)? {
            Some(groups) => groups,
            None if session.needs_entity => return Ok(Identity::Ended),
            None => Vec::new(),
        };
        Ok(Identity::Person(Caller::User { entity_ref: session.entity_ref.clone(), groups }))
    }

    /// The session in force of a request with these headers.
    pub(crate) async fn session(&self, headers: &HeaderMap) -> Result<Option<Arc<Session>>, Error> {
        let token = self.inner.cookies.session(headers).filter(|token| token::is_token(token));
        match (token, self.has_provider()) {
            (Some(token), true) => self.inner.sessions.find(token::hash(token)).await,
            _ => Ok(None),
        }
    }

    /// Begins a sign-in that will lead to `target`. Open to everybody: it says nothing and opens nothing.
    pub(crate) async fn begin(&self, scopes: &str, target: &str) -> Result<Step, Failure> {
        let provider = self.provider()?;
        let begun = provider.begin(scopes).await?;
        let browser = token::random().map_err(|error| fault(&error))?;
        let state = begun.state.expose();
        let attempt = Attempt {
            state_hash: token::hash(state),
            browser_hash: token::hash(browser.expose()),
            nonce: begun.nonce.expose().clone(),
            verifier: begun.verifier.expose().clone(),
            target: target.to_owned(),
            expires_at: now() + millis(Duration::from_secs(ATTEMPT)),
        };
        let database = self.inner.sessions.database();
        store::begin_attempt(database, attempt).await.map_err(|error| fault(&error.into()))?;
        let cookie = self.inner.cookies.set_attempt(state, browser.expose(), ATTEMPT);
        Ok(Step { location: begun.address.into(), cookies: cookie.into_iter().collect() })
    }

    /// Ends a sign-in with what the provider sent the person back with: a new session, whatever the browser had before.
    /// Open to everybody who brings a reply to a sign-in that the same browser began.
    pub(crate) async fn finish(&self, headers: &HeaderMap, reply: &Reply) -> Result<Step, Failure> {
        let provider = self.provider()?;
        let attempt = self.attempt(headers, reply).await?;
        provider.check_issuer(reply.iss.as_deref()).await?;
        if let Some(error) = &reply.error {
            let said = reply.error_description.as_deref().unwrap_or(error);
            return Err(Failure { reason: Reason::Refused, details: vec![format!("It said: {said}")] });
        }
        let code = reply.code.as_ref().filter(|code| code.expose().len() <= REPLY);
        let code = code.ok_or_else(|| Failure::new(Reason::Attempt))?.expose().clone();
        let (nonce, verifier) = (Secret::new(attempt.nonce), Secret::new(attempt.verifier));
        let profile = provider.finish(code, &nonce, &verifier).await?;
        let (entity_ref, needs_entity) = self.resolve(&profile)?;
        // The browser's old session ends: it may be somebody else's.
        if let Some(old) = self.inner.cookies.session(headers).filter(|token| token::is_token(token)) {
            self.end(&token::hash(old)).await.map_err(|error| fault(&error))?;
        }
        let cookie =
            self.enter(headers, profile, entity_ref, needs_entity).await.map_err(|error| fault(&error))?;
        let state = reply.state.as_ref().map(|state| state.expose().as_str()).unwrap_or_default();
        let used = self.inner.cookies.set_attempt(state, "", 0);
        Ok(Step { location: attempt.target, cookies: cookie.into_iter().chain(used).collect() })
    }

    /// Where a failed sign-in leads, and the cookie that tells this browser more.
    pub(crate) fn failed(&self, failure: &Failure, target: Option<&str>) -> Step {
        let mut location = format!("/sign-in?error={}", failure.reason.word());
        if let Some(target) = target.and_then(target::local).filter(|target| *target != "/") {
            let target: String = form_urlencoded::byte_serialize(target.as_bytes()).collect();
            location = format!("{location}&redirectUrl={target}");
        }
        let cookie = self.inner.cookies.set_failure(&failure.to_cookie(), FAILURE);
        Step { location, cookies: cookie.into_iter().collect() }
    }

    /// Ends the session of a request with these headers, if it has one. Everybody may: it ends nobody else's.
    pub(crate) async fn sign_out(&self, headers: &HeaderMap) -> Result<Step, Error> {
        if let Some(token) = self.inner.cookies.session(headers).filter(|token| token::is_token(token)) {
            self.end(&token::hash(token)).await?;
        }
        let cookie = self.inner.cookies.set_session("", 0);
        Ok(Step { location: "/sign-in?signedOut=true".to_owned(), cookies: cookie.into_iter().collect() })
    }

    /// Ends one session of the caller, or with no id all but that of this request.
    ///
    /// # Errors
    /// The caller is no person, has no such session, or the database failed.
    pub(crate) async fn end_sessions(
        &self,
        caller: &Caller,
        headers: &HeaderMap,
        id: Option<&str>,
    ) -> Result<(), Error> {
        self.inner.policy.check(caller, Permission::AccessSessionEnd)?;
        let Caller::User { entity_ref, .. } = caller else {
            return Err(Error::not_allowed("Only people have sessions that can end."));
        };
        let database = self.inner.sessions.database();
        match id {
            Some(id) => {
                // What is not an id is none of theirs, and PostgreSQL takes no NUL.
                let known =
                    Uuid::try_parse(id).is_ok() && store::end_session_of(database, entity_ref, id).await?;
                if !known {
                    return Err(Error::not_found("You have no such session; it may have ended already."));
                }
            }
            None => {
                let own = self.session(headers).await?.map(|session| session.token_hash.clone());
                store::end_other_sessions(database, entity_ref, own.as_deref().unwrap_or_default()).await?;
            }
        }
        self.inner.sessions.forget();
        Ok(())
    }

    fn provider(&self) -> Result<&Provider, Failure> {
        self.inner.provider.as_ref().ok_or_else(|| Failure {
            reason: Reason::Provider,
            details: vec![
                "This portal has no sign-in service: auth.providers.oidc is not configured.".to_owned(),
            ],
        })
    }

    /// The sign-in that a reply belongs to.
    async fn attempt(&self, headers: &HeaderMap, reply: &Reply) -> Result<Attempt, Failure> {
        let over = || Failure::new(Reason::Attempt);
        let state = reply.state.as_ref().map(Secret::expose).filter(|state| state.len() <= REPLY);
        let state = state.ok_or_else(over)?;
        let browser = self.inner.cookies.attempt(headers, state).filter(|token| token::is_token(token));
        let browser = browser.ok_or_else(|| Failure {
            reason: Reason::Attempt,
            details: vec![format!("Portico is at home at {}; sign in there.", self.inner.settings.base_url)],
        })?;
        let database = self.inner.sessions.database();
        store::take_attempt(database, &token::hash(state), &token::hash(browser), now())
            .await
            .map_err(|error| fault(&error.into()))?
            .ok_or_else(over)
    }

    fn resolve(&self, profile: &Profile) -> Result<(String, bool), Failure> {
        let sign_in = self.inner.settings.provider.as_ref().and_then(|config| config.sign_in.as_ref());
        let default = default_resolvers();
        let resolvers = sign_in.map_or(default.as_slice(), |sign_in| &sign_in.resolvers);
        let people = People(&self.inner.catalog);
        match resolve(profile, resolvers, sign_in.is_none(), &people).map_err(|error| fault(&error))? {
            Resolved::User { entity_ref, needs_entity } => Ok((entity_ref, needs_entity)),
            Resolved::Nobody(details) => Err(Failure { reason: Reason::User, details }),
        }
    }

    /// Makes a session, and the cookie that holds its token.
    async fn enter(
        &self,
        headers: &HeaderMap,
        profile: Profile,
        entity_ref: String,
        needs_entity: bool,
    ) -> Result<Option<HeaderValue>, Error> {
        let token = token::random()?;
        let length = self.provider().map(|provider| provider.config().session_duration()).unwrap_or_default();
        let agent = headers.get(header::USER_AGENT).and_then(|agent| agent.to_str().ok()).unwrap_or_default();
        let now = now();
        let session = Session {
            token_hash: token::hash(token.expose()),
            id: Uuid::new_v4().to_string(),
            entity_ref,
            needs_entity,
            name: profile.name,
            email: profile.email,
            browser: browser::browser(agent),
            created_at: now,
            seen_at: now,
            expires_at: now.saturating_add(millis(length)),
        };
        tracing::info!(user = session.entity_ref, "{} signed in", session.entity_ref);
        store::create_session(self.inner.sessions.database(), session).await?;
        Ok(self.inner.cookies.set_session(token.expose(), length.as_secs()))
    }

    async fn end(&self, token_hash: &str) -> Result<(), Error> {
        store::end_session(self.inner.sessions.database(), token_hash).await?;
        self.inner.sessions.forget();
        Ok(())
    }
}

/// Portico itself, which looks up people before anybody is signed in.
pub(crate) fn portal() -> Caller {
    Caller::Service { subject: "portico:access".to_owned() }
}

fn fault(error: &Error) -> Failure {
    let cause = error.cause().map_or_else(|| error.message().to_owned(), |cause| format!("{cause:#}"));
    tracing::error!("sign-in: {cause}");
    Failure::new(Reason::Portal)
}

/// Removes what has expired, now and then, until the portal stops.
async fn tidy(access: Access) {
    let mut turns = tokio::time::interval(TIDY_EVERY);
    let stopped = access.inner.catalog.stopped();
    let tidying = async {
        loop {
            turns.tick().await;
            let now = now();
            if let Err(error) = store::remove_expired(access.inner.sessions.database(), now, now - IDLE).await
            {
                tracing::warn!(%error, "sessions that have expired could not be removed: {error}");
            }
        }
    };
    tokio::select! {
        () = stopped => {}
        () = tidying => {}
    }
}

/// The catalog as the place where people are looked up.
struct People<'c>(&'c Catalog);

impl Directory for People<'_> {
    fn has(&self, user: &EntityRef) -> Result<bool, Error> {
        self.0.is_known(&portal(), user)
    }

    fn by_email(&self, email: &str) -> Result<Vec<String>, Error> {
        self.0.users_by_email(&portal(), email)
    }
}
