//! What pages show of sign-in and of the person.

use axum::http::HeaderMap;
use model::{Account, AccountSession, SignIn};
use platform::access::{Caller, Permission};
use platform::error::Error;
use serde_json::{Value, json};

use crate::clock::{now, rfc3339};
use crate::failure::{Failure, Reason};
use crate::service::{Access, portal};
use crate::store::{self, Session};
use crate::target;

/// What the address of the sign-in page says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SignInQuery {
    /// Where to go afterwards.
    pub target: Option<String>,
    /// The word for what went wrong.
    pub error: Option<String>,
    /// Whether the person has just signed out.
    pub signed_out: bool,
}

impl SignInQuery {
    /// Reads the query of the address, with or without its question mark.
    #[must_use]
    pub fn parse(query: &str) -> Self {
        let mut read = Self::default();
        for (name, value) in form_urlencoded::parse(query.trim_start_matches('?').as_bytes()) {
            match &*name {
                "redirectUrl" => read.target = Some(value.into_owned()),
                "error" => read.error = Some(value.into_owned()),
                "signedOut" => read.signed_out = value == "true",
                _ => {}
            }
        }
        read
    }
}

/// Who looks at a page, as its frame shows it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Visitor {
    /// What to call the person; empty for a guest and for nobody.
    pub name: String,
    /// The page of the User entity, if the catalog has it.
    pub page: Option<String>,
    /// An address of a picture.
    pub picture: Option<String>,
    /// Whether this is nobody, who may see nothing.
    pub nobody: bool,
    /// Whether there is a way to sign in.
    pub can_sign_in: bool,
}

impl Access {
    /// Who looks at a page. Everybody may ask this about themselves.
    #[must_use]
    pub fn visitor(&self, caller: &Caller) -> Visitor {
        let can_sign_in = self.has_provider();
        let nobody = *caller == Caller::Nobody;
        let Caller::User { entity_ref, .. } = caller else {
            return Visitor { nobody, can_sign_in, ..Visitor::default() };
        };
        match self.inner.catalog.person(&portal(), entity_ref).ok().flatten() {
            Some(person) => Visitor {
                page: Some(person.link.href()),
                name: person.link.title,
                picture: person.picture.filter(|address| address.starts_with("https://")),
                nobody,
                can_sign_in,
            },
            None => Visitor { name: name_of(entity_ref), nobody, can_sign_in, ..Visitor::default() },
        }
    }

    /// The sign-in page. Everybody may see it.
    pub async fn sign_in_page(&self, caller: &Caller, headers: &HeaderMap, query: &SignInQuery) -> SignIn {
        let target = target::local_or_home(query.target.as_deref());
        let mut page = SignIn::default();
        if let Some(reason) = query.error.as_deref().and_then(Reason::of_word) {
            let (title, why, next) = reason.texts();
            page.title = title.to_owned();
            page.texts = vec![why.to_owned(), next.to_owned()];
            page.details = Failure::details_from_cookie(self.inner.cookies.failure(headers), reason);
            page.failed = true;
        } else if let Caller::User { entity_ref, .. } = caller {
            page.title = format!("You are signed in as {}", self.visitor(caller).name);
            page.texts = vec![format!("To the catalog you are {entity_ref}.")];
            page.ways.push(("Go on".to_owned(), target.to_owned()));
            return page;
        } else if query.signed_out {
            page.title = "You are signed out".to_owned();
        } else if self.has_provider() && self.inner.cookies.session(headers).is_some() {
            page.title = "Your session ended".to_owned();
        }
        if let Some(provider) = &self.inner.provider {
            let host = provider.config().host();
            let address: String = form_urlencoded::byte_serialize(target.as_bytes()).collect();
            let env: String =
                form_urlencoded::byte_serialize(self.inner.settings.environment.as_bytes()).collect();
            let start = format!("/api/auth/oidc/start?env={env}&flow=redirect&redirectUrl={address}");
            page.ways.push((format!("Sign in with {host}"), start));
            if query.signed_out
                && let Some(out) = provider.sign_out(&format!("{}/", self.inner.settings.base_url)).await
            {
                page.texts.push(format!(
                    "{host} may still know you: whoever uses this browser next can sign in as you."
                ));
                page.ways.push((format!("Sign out of {host} as well"), out));
            }
        } else if !self.inner.settings.guest {
            page.title = "Nobody can sign in".to_owned();
            page.texts = vec![
                "The configuration names no sign-in service that Portico can use, and lets no guests in."
                    .to_owned(),
                "Configure auth.providers.oidc or auth.providers.guest.".to_owned(),
            ];
        }
        if self.inner.settings.guest {
            page.ways.push(("Continue as guest".to_owned(), target.to_owned()));
        }
        page
    }

    /// Who the caller is, and where they are signed in.
    ///
    /// # Errors
    /// The caller is nobody, or the database failed.
    pub async fn account(&self, caller: &Caller, headers: &HeaderMap) -> Result<Account, Error> {
        self.inner.policy.check(caller, Permission::AccessAccountRead)?;
        let Caller::User { entity_ref, .. } = caller else {
            return Ok(Account { name: "Guest".to_owned(), ..Account::default() });
        };
        let own = self.session(headers).await?;
        let own_hash = own.as_ref().map(|session| session.token_hash.as_str()).unwrap_or_default();
        let person = self.inner.catalog.person(&portal(), entity_ref)?;
        let email = person.as_ref().and_then(|person| person.email.clone());
        let email = email.or_else(|| own.as_ref()?.email.clone());
        let mut facts = vec![("Entity".to_owned(), entity_ref.clone())];
        facts.extend(email.map(|email| ("E-mail".to_owned(), email)));
        if let Some(provider) = &self.inner.provider {
            facts.push(("Signed in with".to_owned(), provider.config().host()));
        }
        let mut sessions = store::sessions_of(self.inner.sessions.database(), entity_ref, now()).await?;
        sessions.sort_by_key(|session| session.token_hash != own_hash);
        Ok(Account {
            name: self.visitor(caller).name,
            facts,
            groups: person.as_ref().map(|person| person.groups.clone()).unwrap_or_default(),
            user: person.map(|person| person.link),
            sessions: sessions.into_iter().map(|session| line(session, own_hash)).collect(),
        })
    }

    /// The caller's identity in Backstage's shape, without what Portico does not have: it issues no Backstage tokens, and
    /// keeps none of the provider.
    ///
    /// # Errors
    /// There is no session, or the database failed.
    pub(crate) async fn identity(&self, caller: &Caller, headers: &HeaderMap) -> Result<Value, Error> {
        self.inner.policy.check(caller, Permission::AccessAccountRead)?;
        let (Caller::User { entity_ref, groups }, Some(session)) = (caller, self.session(headers).await?)
        else {
            return Err(Error::unauthenticated());
        };
        let person = self.inner.catalog.person(&portal(), entity_ref)?.unwrap_or_default();
        let mut owners = vec![entity_ref.clone()];
        owners.extend(groups.iter().cloned());
        Ok(json!({
            "backstageIdentity": {
                "expiresInSeconds": (session.expires_at - now()).max(0) / 1000,
                "identity": { "type": "user", "userEntityRef": entity_ref, "ownershipEntityRefs": owners },
            },
            "profile": {
                "displayName": self.visitor(caller).name,
                "email": person.email.or_else(|| session.email.clone()),
                "picture": person.picture,
            },
            "providerInfo": {},
        }))
    }
}

fn line(session: Session, own: &str) -> AccountSession {
    AccountSession {
        id: if session.token_hash == own { String::new() } else { session.id },
        browser: session.browser,
        since: rfc3339(session.created_at),
        seen: rfc3339(session.seen_at),
    }
}

/// The name in a reference: what to call somebody of whom nothing else is known.
fn name_of(entity_ref: &str) -> String {
    entity_ref.rsplit_once('/').map_or(entity_ref, |(_, name)| name).to_owned()
}
