//! What the configuration says about sign-in: one environment's block of `auth.providers.oidc`, under Backstage's names.

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use openidconnect::url::Url;
use platform::config::ConfigDuration;
use platform::secret::Secret;
use serde::Deserialize;
use serde::de::{Deserializer, SeqAccess, Visitor, value::SeqAccessDeserializer};

/// How long a session lasts unless the configuration says otherwise.
const SESSION_DURATION: Duration = Duration::from_secs(30 * 24 * 60 * 60);
/// How long the provider may take for one answer unless the configuration says otherwise.
const PROVIDER_TIMEOUT: Duration = Duration::from_secs(10);
/// A request of a person waits for at most two answers of the provider and is itself given up after 30 s.
const LONGEST_TIMEOUT: Duration = Duration::from_secs(12);
/// What every address of a provider's description ends with (OpenID Connect Discovery 1.0, 4).
pub(crate) const WELL_KNOWN: &str = "/.well-known/openid-configuration";
/// Parameters of the way to the provider that the flow itself sets.
const RESERVED: [&str; 9] = [
    "client_id",
    "client_secret",
    "code_challenge",
    "code_challenge_method",
    "nonce",
    "redirect_uri",
    "response_mode",
    "response_type",
    "state",
];

/// `auth.providers.oidc.<environment>`.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct OidcConfig {
    /// The address of the provider's description, with or without its well-known end.
    pub metadata_url: String,
    /// Who the portal is for the provider.
    pub client_id: String,
    /// And how it proves that.
    pub client_secret: Secret<String>,
    /// Where the provider sends people back, if that is not below `backend.baseUrl`.
    pub callback_url: Option<String>,
    /// How the portal proves at the token endpoint who it is.
    #[serde(default)]
    pub token_endpoint_auth_method: TokenEndpointAuthMethod,
    /// How tokens have to be signed; without it, in any way but a shared secret.
    pub token_signed_response_alg: Option<SigningAlgorithm>,
    /// What the portal asks for besides `openid profile email`.
    #[serde(default)]
    pub additional_scopes: Scopes,
    /// Whether the provider asks again: `login`, `consent`, `select_account`, `none`, or several with spaces between.
    pub prompt: Option<String>,
    /// How long the provider may take for one answer.
    pub timeout: Option<ConfigDuration>,
    /// More parameters for the way to the provider.
    #[serde(default)]
    pub start_url_search_params: BTreeMap<String, String>,
    /// How a person becomes a User entity.
    pub sign_in: Option<SignInConfig>,
    /// How long a session lasts.
    pub session_duration: Option<ConfigDuration>,
}

/// `signIn`.
#[derive(Clone, Debug, Deserialize)]
pub struct SignInConfig {
    /// Tried in this order.
    pub resolvers: Vec<ResolverConfig>,
}

/// One of `signIn.resolvers`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ResolverConfig {
    /// Which.
    pub resolver: Resolver,
    /// Domains of e-mail addresses that it takes; without them, all.
    pub allowed_domains: Option<Vec<String>>,
    /// Whether people who have no User entity come in as well.
    #[serde(default)]
    pub dangerously_allow_sign_in_without_user_in_catalog: bool,
}

/// A way from what the provider says to a User entity.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Resolver {
    /// `preferred_username` is the name of the entity.
    PreferredUsernameMatchingUserEntityName,
    /// The e-mail address is `spec.profile.email`.
    EmailMatchingUserEntityProfileEmail,
    /// What stands before the `@` is the name of the entity.
    EmailLocalPartMatchingUserEntityName,
}

/// `tokenEndpointAuthMethod` (OpenID Connect Core 1.0, 9).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TokenEndpointAuthMethod {
    /// In the header `Authorization`.
    #[default]
    ClientSecretBasic,
    /// In the body.
    ClientSecretPost,
}

/// `tokenSignedResponseAlg`: the signatures that a public key checks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[expect(missing_docs, reason = "the names are those of RFC 7518, 3.1 and RFC 8037")]
pub enum SigningAlgorithm {
    RS256,
    RS384,
    RS512,
    PS256,
    PS384,
    PS512,
    ES256,
    ES384,
    #[serde(rename = "EdDSA")]
    EdDsa,
}

/// `additionalScopes`: a list, or a text with spaces between.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scopes(pub Vec<String>);

impl<'de> Deserialize<'de> for Scopes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Form;

        impl<'de> Visitor<'de> for Form {
            type Value = Scopes;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a list of scopes, or a text with spaces between them")
            }

            fn visit_unit<E>(self) -> Result<Scopes, E> {
                Ok(Scopes::default())
            }

            fn visit_str<E>(self, text: &str) -> Result<Scopes, E> {
                Ok(Scopes(text.split_whitespace().map(str::to_owned).collect()))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<Scopes, A::Error> {
                Vec::deserialize(SeqAccessDeserializer::new(list)).map(Scopes)
            }
        }

        deserializer.deserialize_any(Form)
    }
}

impl OidcConfig {
    /// A rule that the types can't express and that the block breaks: the key below it, and what is expected there.
    #[must_use]
    pub fn wrong(&self) -> Option<(String, &'static str)> {
        const ADDRESS: &str = "an address that starts with https:// (or http://), without a query";
        let is_address = |text: &str| {
            Url::parse(text).is_ok_and(|url| {
                matches!(url.scheme(), "https" | "http")
                    && url.query().is_none()
                    && url.fragment().is_none()
                    && url.username().is_empty()
            })
        };
        if !is_address(&self.metadata_url) {
            return Some(("metadataUrl".to_owned(), ADDRESS));
        }
        if self.callback_url.as_deref().is_some_and(|address| !is_address(address)) {
            return Some(("callbackUrl".to_owned(), ADDRESS));
        }
        if self.client_id.trim().is_empty() {
            return Some(("clientId".to_owned(), "the id that the provider gave to the portal"));
        }
        if self.client_secret.expose().trim().is_empty() {
            return Some(("clientSecret".to_owned(), "the secret that the provider gave to the portal"));
        }
        if self.timeout.is_some_and(|ConfigDuration(timeout)| timeout < Duration::from_millis(1)) {
            return Some(("timeout".to_owned(), "a duration that is longer than nothing"));
        }
        if self.session_duration.is_some_and(|ConfigDuration(length)| length < Duration::from_secs(60)) {
            return Some(("sessionDuration".to_owned(), "a minute or more"));
        }
        if let Some(name) = self.start_url_search_params.keys().find(|name| RESERVED.contains(&name.as_str()))
        {
            return Some((format!("startUrlSearchParams.{name}"), "nothing: the sign-in sets it itself"));
        }
        let resolvers = self.sign_in.as_ref().map(|sign_in| sign_in.resolvers.as_slice());
        if resolvers.is_some_and(<[_]>::is_empty) {
            return Some((
                "signIn.resolvers".to_owned(),
                "a resolver or more; leave signIn out to have the default",
            ));
        }
        let unusable = |resolver: &ResolverConfig| {
            resolver.allowed_domains.iter().flatten().any(|domain| domain.is_empty() || domain.contains('@'))
        };
        resolvers.into_iter().flatten().position(unusable).map(|index| {
            (format!("signIn.resolvers[{index}].allowedDomains"), "domains such as example.com, without @")
        })
    }

    /// How long a session lasts, whatever happens in it.
    pub(crate) fn session_duration(&self) -> Duration {
        self.session_duration.map_or(SESSION_DURATION, |ConfigDuration(length)| length)
    }

    /// How long the provider may take for one answer.
    pub(crate) fn timeout(&self) -> Duration {
        self.timeout.map_or(PROVIDER_TIMEOUT, |ConfigDuration(timeout)| timeout.min(LONGEST_TIMEOUT))
    }

    /// The address of the provider's description.
    pub(crate) fn description(&self) -> String {
        let address = self.metadata_url.trim_end_matches('/');
        if address.contains("/.well-known/") { address.to_owned() } else { format!("{address}{WELL_KNOWN}") }
    }

    /// The host of the provider, which is how people know it.
    pub(crate) fn host(&self) -> String {
        Url::parse(&self.metadata_url)
            .ok()
            .and_then(|url| url.host_str().map(str::to_owned))
            .unwrap_or_else(|| "your organisation".to_owned())
    }
}

/// All that sign-in is told at start.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// The provider; without one nobody can sign in.
    pub provider: Option<OidcConfig>,
    /// `auth.environment`, which chose the provider's block.
    pub environment: String,
    /// Whether whoever does not sign in may read as a guest.
    pub guest: bool,
    /// The address under which people reach the portal, without a slash at its end. The provider needs it.
    pub base_url: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_description_is_found_from_either_address() {
        let base = r#""clientId":"p","clientSecret":"s""#;
        for (address, expected) in [
            ("https://id.example.com", "https://id.example.com/.well-known/openid-configuration"),
            (
                "https://id.example.com/realms/a/",
                "https://id.example.com/realms/a/.well-known/openid-configuration",
            ),
            (
                "https://id.example.com/.well-known/openid-configuration",
                "https://id.example.com/.well-known/openid-configuration",
            ),
        ] {
            let config: OidcConfig =
                serde_json::from_str(&format!(r#"{{"metadataUrl":"{address}",{base}}}"#)).expect(address);
            assert_eq!(config.description(), expected);
            assert_eq!(config.host(), "id.example.com");
            assert_eq!(config.wrong(), None);
        }
    }

    #[test]
    fn scopes_are_a_list_or_a_text() {
        for text in [r#""groups  offline""#, r#"["groups","offline"]"#] {
            let scopes: Scopes = serde_json::from_str(text).expect(text);
            assert_eq!(scopes.0, ["groups", "offline"], "{text}");
        }
    }
}
