//! The provider: its description, the way to it, and what it says of a person. OpenID Connect Core 1.0 with the
//! authorization code flow, PKCE (RFC 7636) and the issuer in the reply (RFC 9207).
//!
//! The provider is asked for its description when somebody signs in for the first time, so that one that is down stops no
//! portal. This module knows no cookie, session or entity.

use std::collections::HashSet;
use std::error::Error as StdError;
use std::sync::Arc;
use std::time::{Duration, Instant};

use chrono::{DateTime, TimeDelta, Utc};
use openidconnect::core::{
    CoreAuthDisplay, CoreClaimName, CoreClaimType, CoreClient, CoreClientAuthMethod, CoreGenderClaim,
    CoreGrantType, CoreJsonWebKey, CoreJsonWebKeySet, CoreJweContentEncryptionAlgorithm,
    CoreJweKeyManagementAlgorithm, CoreJwsSigningAlgorithm, CoreResponseMode, CoreResponseType,
    CoreSubjectIdentifierType, CoreTokenResponse, CoreUserInfoClaims,
};
use openidconnect::http::header::ACCEPT;
use openidconnect::http::{Method, Request, StatusCode};
use openidconnect::url::Url;
use openidconnect::{
    AccessTokenHash, AdditionalProviderMetadata, AsyncHttpClient as _, AuthType, AuthenticationFlow,
    AuthorizationCode, ClaimsVerificationError, ClientId, ClientSecret, CsrfToken, EmptyAdditionalClaims,
    EndSessionUrl, EndpointMaybeSet, EndpointNotSet, EndpointSet, IdTokenClaims, JsonWebKeySet,
    LogoutRequest, Nonce, OAuth2TokenResponse as _, PkceCodeChallenge, PkceCodeVerifier,
    PostLogoutRedirectUrl, ProviderMetadata, RedirectUrl, RequestTokenError, Scope,
    SignatureVerificationError, StandardClaims, TokenResponse as _,
};
use platform::secret::Secret;
use serde::{Deserialize, Serialize};
use tokio::sync::Mutex;

use crate::config::{OidcConfig, SigningAlgorithm, TokenEndpointAuthMethod, WELL_KNOWN};
use crate::failure::{Failure, Reason};
use crate::http::Http;
use crate::resolve::Profile;

/// How long a description is used before it is asked for again.
const FRESH: Duration = Duration::from_secs(60 * 60);
/// How long a provider that did not answer is left alone.
const REST: Duration = Duration::from_secs(5);
/// A signature with an unknown key makes the keys be asked for again, at most once in this time.
const KEYS_REST: Duration = Duration::from_secs(30);
/// By how much the clocks of provider and portal may differ.
const CLOCK_SKEW: TimeDelta = TimeDelta::seconds(30);
/// What the portal asks for.
const SCOPES: [&str; 2] = ["profile", "email"];
/// Scopes that somebody may add to an address, and characters of each.
const MORE_SCOPES: usize = 20;

/// What the description of a provider says beside what every one says.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct More {
    /// RP-Initiated Logout 1.0.
    end_session_endpoint: Option<EndSessionUrl>,
    /// RFC 9207, 3.
    #[serde(default)]
    authorization_response_iss_parameter_supported: bool,
}

impl AdditionalProviderMetadata for More {}

type Description = ProviderMetadata<
    More,
    CoreAuthDisplay,
    CoreClientAuthMethod,
    CoreClaimName,
    CoreClaimType,
    CoreGrantType,
    CoreJweContentEncryptionAlgorithm,
    CoreJweKeyManagementAlgorithm,
    CoreJsonWebKey,
    CoreResponseMode,
    CoreResponseType,
    CoreSubjectIdentifierType,
>;

type Client = CoreClient<
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointMaybeSet,
    EndpointMaybeSet,
>;

type Claims = IdTokenClaims<EmptyAdditionalClaims, CoreGenderClaim>;

/// The provider of this portal.
pub(crate) struct Provider {
    config: OidcConfig,
    redirect: RedirectUrl,
    http: Http,
    /// One question at a time; the others wait for its answer.
    known: Mutex<Known>,
}

#[derive(Default)]
struct Known {
    description: Option<(Instant, Arc<Description>)>,
    failed: Option<(Instant, String)>,
}

/// A sign-in that has begun.
pub(crate) struct Begun {
    /// Where to send the person.
    pub(crate) address: Url,
    /// What the reply has to repeat.
    pub(crate) state: Secret<String>,
    /// What the token has to repeat.
    pub(crate) nonce: Secret<String>,
    /// The secret half of PKCE.
    pub(crate) verifier: Secret<String>,
}

impl Provider {
    /// The provider that the configuration names; it is not asked anything yet.
    ///
    /// # Errors
    /// The way out can't be set up, or an address is none.
    pub(crate) fn new(config: OidcConfig, base_url: &str) -> anyhow::Result<Self> {
        let callback = config.callback_url.clone();
        let callback = callback.unwrap_or_else(|| format!("{base_url}/api/auth/oidc/handler/frame"));
        if config.metadata_url.starts_with("http://") && !is_loopback(&config.metadata_url) {
            tracing::warn!(
                "auth.providers.oidc: {} is asked without TLS; whoever is on the way can sign in as anybody",
                config.metadata_url
            );
        }
        Ok(Self {
            redirect: RedirectUrl::new(callback)?,
            http: Http::new(config.timeout())?,
            known: Mutex::new(Known::default()),
            config,
        })
    }

    /// What the configuration says.
    pub(crate) const fn config(&self) -> &OidcConfig {
        &self.config
    }

    /// Prepares the way to the provider.
    pub(crate) async fn begin(&self, more_scopes: &str) -> Result<Begun, Failure> {
        let description = self.description(false).await?;
        let client = self.client(&description);
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let mut request = client
            .authorize_url(
                AuthenticationFlow::<CoreResponseType>::AuthorizationCode,
                || CsrfToken::new_random_len(32),
                || Nonce::new_random_len(32),
            )
            .set_pkce_challenge(challenge);
        for scope in self.scopes(more_scopes) {
            request = request.add_scope(Scope::new(scope));
        }
        // `auto` is Backstage's word for leaving it to the provider.
        if let Some(prompt) = self.config.prompt.as_deref().filter(|prompt| !matches!(*prompt, "" | "auto")) {
            request = request.add_extra_param("prompt", prompt);
        }
        for (name, value) in &self.config.start_url_search_params {
            request = request.add_extra_param(name.clone(), value.clone());
        }
        let (address, state, nonce) = request.url();
        Ok(Begun {
            address,
            state: Secret::new(state.into_secret()),
            nonce: Secret::new(nonce.secret().clone()),
            verifier: Secret::new(verifier.into_secret()),
        })
    }

    /// Checks the issuer of a reply, which says whose reply it is (RFC 9207): a provider that announces it has to name
    /// itself, and nobody may name another.
    pub(crate) async fn check_issuer(&self, issuer: Option<&str>) -> Result<(), Failure> {
        let description = self.description(false).await?;
        let expected = description.issuer().as_str();
        let announced = description.additional_metadata().authorization_response_iss_parameter_supported;
        match issuer {
            Some(issuer) if issuer == expected => Ok(()),
            None if !announced => Ok(()),
            other => Err(proof(&format!("the reply is from issuer {other:?} and should be from {expected}"))),
        }
    }

    /// Exchanges the code of a reply for what the provider says of the person.
    pub(crate) async fn finish(
        &self,
        code: String,
        nonce: &Secret<String>,
        verifier: &Secret<String>,
    ) -> Result<Profile, Failure> {
        let description = self.description(false).await?;
        let client = self.client(&description);
        let request = client.exchange_code(AuthorizationCode::new(code)).map_err(|error| unusable(&error))?;
        let tokens = request
            .set_pkce_verifier(PkceCodeVerifier::new(verifier.expose().clone()))
            .request_async(&self.http)
            .await
            .map_err(|error| match error {
                // A used or made-up code, or a wrong secret of the portal: the provider's text is for the log.
                RequestTokenError::ServerResponse(_) => {
                    tracing::warn!("sign-in: the provider refused the code: {}", chain(&error));
                    Failure::new(Reason::Attempt)
                }
                error => unusable(&error),
            })?;
        let nonce = Nonce::new(nonce.expose().clone());
        let claims = match self.verify(&description, &tokens, &nonce) {
            // Providers change their keys; the new one is worth one more question.
            Err(ClaimsVerificationError::SignatureVerification(
                SignatureVerificationError::NoMatchingKey,
            )) => {
                let description = self.description(true).await?;
                self.verify(&description, &tokens, &nonce)
            }
            verified => verified,
        };
        let claims = claims.map_err(|error| proof(&chain(&error)))?;
        let more = match client.user_info(tokens.access_token().clone(), Some(claims.subject().clone())) {
            Ok(request) => {
                let info: CoreUserInfoClaims =
                    request.request_async(&self.http).await.map_err(|error| unusable(&error))?;
                Some(info)
            }
            // A provider without that address says everything in the token.
            Err(_) => None,
        };
        Ok(profile(&claims, more.as_ref()))
    }

    /// Where a person signs out of the provider as well; `None` when it has no such place, or does not say so at once.
    pub(crate) async fn sign_out(&self, back: &str) -> Option<String> {
        // After a restart it has to be asked; nobody waits long for this link.
        let asked = tokio::time::timeout(Duration::from_secs(1), self.description(false)).await;
        let description = asked.ok()?.ok()?;
        let address = description.additional_metadata().end_session_endpoint.clone()?;
        let request = LogoutRequest::from(address)
            .set_client_id(ClientId::new(self.config.client_id.clone()))
            .set_post_logout_redirect_uri(PostLogoutRedirectUrl::new(back.to_owned()).ok()?);
        Some(request.http_get_url().to_string())
    }

    fn scopes(&self, more: &str) -> Vec<String> {
        let fits = |scope: &&str| {
            scope.len() <= 100
                && scope.bytes().all(|byte| byte.is_ascii_graphic() && !b"\"\\".contains(&byte))
        };
        let asked = more.split_whitespace().filter(fits).take(MORE_SCOPES).map(str::to_owned);
        let configured = self.config.additional_scopes.0.iter().cloned();
        let mut seen = HashSet::from(["openid".to_owned()]);
        SCOPES
            .map(str::to_owned)
            .into_iter()
            .chain(configured)
            .chain(asked)
            .filter(|scope| seen.insert(scope.clone()))
            .collect()
    }

    fn client(&self, description: &Description) -> Client {
        let secret = ClientSecret::new(self.config.client_secret.expose().clone());
        let id = ClientId::new(self.config.client_id.clone());
        CoreClient::from_provider_metadata(description.clone(), id, Some(secret))
            .set_redirect_uri(self.redirect.clone())
            .set_auth_type(match self.config.token_endpoint_auth_method {
                TokenEndpointAuthMethod::ClientSecretBasic => AuthType::BasicAuth,
                TokenEndpointAuthMethod::ClientSecretPost => AuthType::RequestBody,
            })
    }

    /// Checks signature, issuer, audience, times, nonce, and that the two tokens belong together.
    fn verify(
        &self,
        description: &Description,
        tokens: &CoreTokenResponse,
        nonce: &Nonce,
    ) -> Result<Claims, ClaimsVerificationError> {
        let client = self.client(description);
        let verifier = client
            .id_token_verifier()
            .set_allowed_algs(allowed(self.config.token_signed_response_alg))
            .set_time_fn(|| now() - CLOCK_SKEW)
            .set_issue_time_verifier_fn(|issued| {
                if issued <= now() + CLOCK_SKEW { Ok(()) } else { Err("issued in the future".to_owned()) }
            });
        let token = tokens
            .id_token()
            .ok_or_else(|| ClaimsVerificationError::Other("the provider sent no ID token".to_owned()))?;
        let claims = token.claims(&verifier, nonce)?.clone();
        if let Some(expected) = claims.access_token_hash() {
            let algorithm = token.signing_alg().map_err(ClaimsVerificationError::SignatureVerification)?;
            let key = token.signing_key(&verifier).map_err(ClaimsVerificationError::SignatureVerification)?;
            let actual = AccessTokenHash::from_token(tokens.access_token(), algorithm, key)
                .map_err(|error| ClaimsVerificationError::Other(error.to_string()))?;
            if actual != *expected {
                let text = "the access token is not the one that belongs to the ID token";
                return Err(ClaimsVerificationError::Other(text.to_owned()));
            }
        }
        Ok(claims)
    }

    /// The description of the provider: kept for a while, and with `keys_changed` asked for again.
    async fn description(&self, keys_changed: bool) -> Result<Arc<Description>, Failure> {
        let mut known = self.known.lock().await;
        let fresh = if keys_changed { KEYS_REST } else { FRESH };
        if let Some((since, description)) = &known.description
            && since.elapsed() < fresh
        {
            return Ok(description.clone());
        }
        if let Some((since, reason)) = &known.failed
            && since.elapsed() < REST
        {
            return Err(unreachable(&self.config, reason));
        }
        match self.ask().await {
            Ok(description) => {
                let description = Arc::new(description);
                *known = Known { description: Some((Instant::now(), description.clone())), failed: None };
                Ok(description)
            }
            Err(reason) => {
                tracing::warn!("sign-in: {} can't be used: {reason}", self.config.description());
                known.failed = Some((Instant::now(), reason.clone()));
                match &known.description {
                    // An older description is better than nobody who can sign in.
                    Some((_, description)) => Ok(description.clone()),
                    None => Err(unreachable(&self.config, &reason)),
                }
            }
        }
    }

    async fn ask(&self) -> Result<Description, String> {
        let address = self.config.description();
        let request = Request::builder().method(Method::GET).uri(&address).header(ACCEPT, "application/json");
        let request = request.body(Vec::new()).map_err(|error| chain(&error))?;
        let answer = self.http.call(request).await.map_err(|error| chain(&error))?;
        if answer.status() != StatusCode::OK {
            return Err(format!("it answered {}", answer.status().as_u16()));
        }
        let description: Description = serde_json::from_slice(answer.body()).map_err(|error| {
            format!("its description is not as OpenID Connect Discovery asks for: {error}")
        })?;
        // Discovery 1.0, 4.3. The slash at the end of an issuer is lost in the address of its description.
        let issuer = description.issuer().as_str();
        if let Some(expected) = address.strip_suffix(WELL_KNOWN)
            && issuer.trim_end_matches('/') != expected.trim_end_matches('/')
        {
            return Err(format!("it calls itself {issuer}, so metadataUrl has to be {issuer}{WELL_KNOWN}"));
        }
        let keys: CoreJsonWebKeySet = JsonWebKeySet::fetch_async(description.jwks_uri(), &self.http)
            .await
            .map_err(|error| chain(&error))?;
        Ok(description.set_jwks(keys))
    }
}

fn now() -> DateTime<Utc> {
    std::time::SystemTime::now().into()
}

fn is_loopback(address: &str) -> bool {
    Url::parse(address).ok().and_then(|url| url.host_str().map(str::to_owned)).is_some_and(|host| {
        let host = host.trim_start_matches('[').trim_end_matches(']');
        host == "localhost" || host.parse().is_ok_and(|address: std::net::IpAddr| address.is_loopback())
    })
}

/// The configured signature, or all that a public key checks. Never none, and never the portal's own secret.
fn allowed(configured: Option<SigningAlgorithm>) -> Vec<CoreJwsSigningAlgorithm> {
    use CoreJwsSigningAlgorithm as Jws;
    let all = [
        (SigningAlgorithm::RS256, Jws::RsaSsaPkcs1V15Sha256),
        (SigningAlgorithm::RS384, Jws::RsaSsaPkcs1V15Sha384),
        (SigningAlgorithm::RS512, Jws::RsaSsaPkcs1V15Sha512),
        (SigningAlgorithm::PS256, Jws::RsaSsaPssSha256),
        (SigningAlgorithm::PS384, Jws::RsaSsaPssSha384),
        (SigningAlgorithm::PS512, Jws::RsaSsaPssSha512),
        (SigningAlgorithm::ES256, Jws::EcdsaP256Sha256),
        (SigningAlgorithm::ES384, Jws::EcdsaP384Sha384),
        (SigningAlgorithm::EdDsa, Jws::EdDsa),
    ];
    all.into_iter()
        .filter(|(name, _)| configured.is_none_or(|configured| configured == *name))
        .map(|(_, algorithm)| algorithm)
        .collect()
}

/// The token first, then what the provider says when it is asked.
fn profile(claims: &Claims, info: Option<&CoreUserInfoClaims>) -> Profile {
    let info: Option<&StandardClaims<CoreGenderClaim>> = info.map(CoreUserInfoClaims::standard_claims);
    let text = |text: &str| -> Option<String> {
        let text: String = text.chars().filter(|c| !c.is_control()).take(300).collect();
        (!text.is_empty()).then_some(text)
    };
    let email = claims.email().map(|email| (email, claims.email_verified()));
    let email =
        email.or_else(|| info.and_then(|info| info.email().map(|email| (email, info.email_verified()))));
    let username = claims.preferred_username().or_else(|| info.and_then(StandardClaims::preferred_username));
    let name =
        claims.name().or_else(|| info.and_then(StandardClaims::name)).and_then(|names| names.get(None));
    Profile {
        username: username.and_then(|name| text(name)),
        email: email.and_then(|(email, _)| text(email)),
        email_verified: email.and_then(|(_, verified)| verified),
        name: name.and_then(|name| text(name)),
    }
}

fn unreachable(config: &OidcConfig, reason: &str) -> Failure {
    Failure { reason: Reason::Provider, details: vec![format!("{}: {reason}.", config.host())] }
}

fn unusable(error: &(dyn StdError + 'static)) -> Failure {
    tracing::warn!("sign-in: the provider's answer can't be used: {}", chain(error));
    Failure::new(Reason::Provider)
}

fn proof(reason: &str) -> Failure {
    tracing::warn!("sign-in: {reason}");
    Failure::new(Reason::Proof)
}

/// An error with its causes. They say what was wrong with a token and never hold one.
fn chain(error: &(dyn StdError + 'static)) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        let more = cause.to_string();
        if !text.contains(&more) {
            text = format!("{text}: {more}");
        }
        source = cause.source();
    }
    text
}
