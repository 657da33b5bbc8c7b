//! Who may come in: `auth.providers`, `backend.auth`, and what they mean for the address to listen on.

use std::fmt;

use model::EntityRef;
use platform::config::{ConfigError, ConfigTree};
use serde_json::Value;

use super::Listen;
use crate::failure::Failure;

const PROVIDERS: &str = "auth.providers";
const GUEST: &str = "auth.providers.guest";
const OUTSIDE: &str = "auth.providers.guest.dangerouslyAllowOutsideDevelopment";
const POLICY_OFF: &str = "backend.auth.dangerouslyDisableDefaultAuthPolicy";

/// The ways in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Access {
    /// Whether a request without credentials is a guest's: nothing is configured, or `guest` is one of the
    /// providers, or the policy that asks for credentials is switched off.
    pub(crate) guest: bool,
    /// Whether somebody said that guests may come from other machines too.
    outside: bool,
    /// Providers that are configured and that this version can't use.
    unusable: Vec<String>,
}

impl Default for Access {
    fn default() -> Self {
        Self { guest: true, outside: false, unusable: Vec::new() }
    }
}

impl Access {
    /// Reads the sections.
    pub(super) fn from_tree(tree: &ConfigTree) -> Result<Self, ConfigError> {
        let flag = |key: &str| tree.section::<Option<bool>>(key).map(Option::unwrap_or_default);
        let policy_off = flag(POLICY_OFF)?;
        let (listed, unusable) = match tree.get(PROVIDERS) {
            None => (true, Vec::new()),
            Some(Value::Object(providers)) => {
                let others = providers.keys().filter(|id| *id != "guest").cloned().collect();
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
        Ok(Self { guest: listed || policy_off, outside: flag(OUTSIDE)? || policy_off, unusable })
    }

    /// Whether everybody who can connect may read, so that nothing is lost to a page elsewhere that reads it.
    pub(crate) fn is_open(&self) -> bool {
        self.outside
    }

    /// Refuses to open the portal to other machines while nobody has to say who they are.
    pub(crate) fn check_reach(&self, listen: &Listen) -> Result<(), Failure> {
        if listen.is_loopback() || self.outside {
            return Ok(());
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
                "Listen on this machine alone with --listen 127.0.0.1:{}, and put a proxy that knows your people in \
                 front.\nIf everybody who can reach the address may read the catalog, say so in the configuration:\n\
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

impl fmt::Display for Access {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match (self.guest, self.outside) {
            (true, true) => "guests may read, from any machine that can connect",
            (true, false) => "guests may read, from this machine",
            (false, _) => "nobody: auth.providers has no guest, and no provider that this version can use",
        })
    }
}
