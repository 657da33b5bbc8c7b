//! Who may come in: `auth.providers`, `backend.auth`, and what they mean for the address to listen on.

use std::fmt;

use access::{OidcConfig, Settings};
use model::EntityRef;
use platform::config::{ConfigError, ConfigTree};
use serde_json::Value;

use super::Listen;
use crate::failure::Failure;

const PROVIDERS: &str = "auth.providers";
const GUEST: &str = "auth.providers.guest";
const OIDC: &str = "auth.providers.oidc";
const OUTSIDE: &str = "auth.providers.guest.dangerouslyAllowOutsideDevelopment";
const POLICY_OFF: &str = "backend.auth.dangerouslyDisableDefaultAuthPolicy";

/// The ways in.
#[derive(Clone, Debug)]
pub(crate) struct Access {
    /// Whether a request without credentials is a guest's: nothing is configured, or `guest` is one of the
    /// providers, or the policy that asks for credentials is switched off.
    pub(crate) guest: bool,
    /// Whether somebody said that guests may come from other machines too.
    outside: bool,
    /// Providers that are configured and that this version can't use.
    unusable: Vec<String>,
    /// What the sign-in has to know.
    pub(crate) sign_in: Settings,
}

impl Default for Access {
    fn default() -> Self {
        let sign_in = Settings { guest: true, ..Settings::default() };
        Self { guest: true, outside: false, unusable: Vec::new(), sign_in }
    }
}

impl Access {
    /// Reads the sections. The address is the one under which people reach the portal, if it is configured.
    pub(super) fn from_tree(tree: &ConfigTree, base_url: Option<&str>) -> Result<Self, ConfigError> {
        let flag = |key: &str| tree.section::<Option<bool>>(key).map(Option::unwrap_or_default);
        let policy_off = flag(POLICY_OFF)?;
        let (listed, unusable) = match tree.get(PROVIDERS) {
            None => (true, Vec::new()),
            Some(Value::Object(providers)) => {
                let others = providers
                    .keys()
                    .filter(|id| !["guest", "oidc"].contains(&id.as_str()))
                    .cloned()
                    .collect();
                (providers.contains_key("guest"), others)
            }
            Some(_) => {
                return Err(tree.error(PROVIDERS, "an object with one key for each provider, such as guest"));
            }
        };
        if tree.get(GUEST).is_some_and(|guest| !guest.is_object()) {
            return Err(tree.error(GUEST, "an object, which may be empty: guest: {}"));
        }
        check_reference(
            tree,
            "auth.providers.guest.userEntityRef",
            tree.section("auth.providers.guest.userEntityRef")?,
        )?;
        let owners: Option<Vec<String>> = tree.section("auth.providers.guest.ownershipEntityRefs")?;
        for (index, owner) in owners.into_iter().flatten().enumerate() {
            check_reference(tree, &format!("auth.providers.guest.ownershipEntityRefs.{index}"), Some(owner))?;
        }
        let guest = listed || policy_off;
        let sign_in = sign_in(tree, guest, base_url)?;
        Ok(Self { guest, outside: flag(OUTSIDE)? || policy_off, unusable, sign_in })
    }

    /// Whether everybody who can connect may read, so that nothing is lost to a page elsewhere that reads it.
    pub(crate) fn is_open(&self) -> bool {
        self.outside
    }

    /// Refuses to open the portal to other machines while nobody has to say who they are.
    pub(crate) fn check_reach(&self, listen: &Listen) -> Result<(), Failure> {
        let has_provider = self.sign_in.provider.is_some();
        if listen.is_loopback() || self.outside || (has_provider && !self.guest) {
            return Ok(());
        }
        if has_provider {
            return Err(Failure::could_not_run(format!(
                "Portico does not listen on {listen}, which other machines can reach."
            ))
            .because(
                "People can sign in, but auth.providers.guest lets everybody who can reach this address read the whole \
                 catalog without that.",
            )
            .next(format!(
                "Take auth.providers.guest out of the configuration.\nIf guests may come from other machines, say so \
                 there:\n{OUTSIDE}: true"
            )));
        }
        let why = if self.unusable.is_empty() {
            "No sign-in provider is configured, so everybody who can reach this address could read the whole catalog."
                .to_owned()
        } else {
            format!(
                "The sign-in providers that are configured ({}) can't be used by this version, so nobody could say \
                 who they are.",
                self.unusable.join(", ")
            )
        };
        Err(Failure::could_not_run(format!("Portico does not listen on {listen}, which other machines can reach."))
            .because(why)
            .next(format!(
                "Configure auth.providers.oidc, so that people sign in.\nOr listen on this machine alone with --listen \
                 127.0.0.1:{}, and put a proxy that knows your people in front.\nIf everybody who can reach the address may read the catalog, say so in the configuration:\n\
                 {OUTSIDE}: true",
                listen.port
            )))
    }
}

fn check_reference(tree: &ConfigTree, key: &str, reference: Option<String>) -> Result<(), ConfigError> {
    match reference {
        Some(reference) if EntityRef::parse(&reference).is_err() => {
            Err(tree.error(key, "an entity reference such as user:default/guest"))
        }
        _ => Ok(()),
    }
}

/// `auth.providers.oidc`: the block of the environment that `auth.environment` names.
fn sign_in(tree: &ConfigTree, guest: bool, base_url: Option<&str>) -> Result<Settings, ConfigError> {
    let environment: Option<String> = tree.section("auth.environment")?;
    let environment = environment.unwrap_or_else(|| "development".to_owned());
    let mut settings = Settings { provider: None, environment, guest, base_url: String::new() };
    let blocks = match tree.get(OIDC) {
        None => return Ok(settings),
        Some(Value::Object(blocks)) => blocks,
        Some(_) => return Err(tree.error(OIDC, "an object with one block for each environment")),
    };
    let key = format!("{OIDC}.{}", settings.environment);
    if !blocks.get(&settings.environment).is_some_and(Value::is_object) {
        let there = blocks.keys().map(String::as_str).collect::<Vec<_>>().join(", ");
        let expected =
            format!("an object named {}, as auth.environment says; there is: {there}", settings.environment);
        return Err(
            tree.error(if blocks.contains_key(&settings.environment) { &key } else { OIDC }, expected)
        );
    }
    let config: OidcConfig = tree.section(&key)?;
    if let Some((below, expected)) = config.wrong() {
        return Err(tree.error(&format!("{key}.{below}"), expected));
    }
    let base_url = base_url.ok_or_else(|| {
        tree.error(
            &key,
            "backend.baseUrl or app.baseUrl in this configuration as well: the address of the portal, to which the \
             provider sends people back",
        )
    })?;
    settings.base_url = base_url.trim_end_matches('/').to_owned();
    settings.provider = Some(config);
    Ok(settings)
}

impl fmt::Display for Access {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.sign_in.provider.is_some() {
            f.write_str("people sign in; ")?;
        }
        f.write_str(match (self.guest, self.outside) {
            (true, true) => "guests may read, from any machine that can connect",
            (true, false) => "guests may read, from this machine",
            (false, _) if self.sign_in.provider.is_some() => "nobody else may read",
            (false, _) => "nobody: auth.providers has no guest, and no provider that this version can use",
        })
    }
}
