//! From what the provider says of a person to the User entity that the person is.
//!
//! The names are Backstage's. Where it tries the next resolver only if no entity was found, every other reason leads on
//! as well here, and is told at the end. Two entities for one person are a refusal: guessing would let somebody in as
//! somebody else.

use model::EntityRef;
use platform::error::Error;

use crate::config::{Resolver, ResolverConfig};

/// What the provider says of a person.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Profile {
    /// `preferred_username`.
    pub(crate) username: Option<String>,
    /// `email`.
    pub(crate) email: Option<String>,
    /// `email_verified`, if it says so.
    pub(crate) email_verified: Option<bool>,
    /// `name`.
    pub(crate) name: Option<String>,
}

/// Where User entities are looked up.
pub(crate) trait Directory {
    /// Whether there is this entity.
    fn has(&self, user: &EntityRef) -> Result<bool, Error>;

    /// The canonical references of the users with this e-mail address.
    fn by_email(&self, email: &str) -> Result<Vec<String>, Error>;
}

/// Who a person is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Resolved {
    /// This User.
    User {
        /// Canonical reference.
        entity_ref: String,
        /// Whether the catalog has to have that entity.
        needs_entity: bool,
    },
    /// Nobody; what was tried, a sentence for each attempt.
    Nobody(Vec<String>),
}

/// Without configuration: by name, then by an e-mail address that the provider has checked.
pub(crate) fn default_resolvers() -> Vec<ResolverConfig> {
    [Resolver::PreferredUsernameMatchingUserEntityName, Resolver::EmailMatchingUserEntityProfileEmail]
        .map(|resolver| ResolverConfig {
            resolver,
            allowed_domains: None,
            dangerously_allow_sign_in_without_user_in_catalog: false,
        })
        .into()
}

/// Tries the resolvers in order. With `verified_only`, an e-mail address counts only if the provider says that it has
/// checked it; without, it counts unless the provider says that it has not.
///
/// # Errors
/// The directory failed.
pub(crate) fn resolve(
    profile: &Profile,
    resolvers: &[ResolverConfig],
    verified_only: bool,
    directory: &impl Directory,
) -> Result<Resolved, Error> {
    let mut tried = Vec::new();
    for config in resolvers {
        let found = match candidate(profile, config, verified_only) {
            Ok(candidate) => candidate.look_up(directory)?,
            Err(reason) => Found::Nobody(reason),
        };
        match found {
            Found::User(entity_ref) => return Ok(Resolved::User { entity_ref, needs_entity: true }),
            Found::Missing(reference, reason) => {
                if config.dangerously_allow_sign_in_without_user_in_catalog {
                    let entity_ref = reference.to_string();
                    return Ok(Resolved::User { entity_ref, needs_entity: false });
                }
                tried.push(reason);
            }
            Found::Several(reason) => {
                tried.push(reason);
                return Ok(Resolved::Nobody(tried));
            }
            Found::Nobody(reason) => tried.push(reason),
        }
    }
    Ok(Resolved::Nobody(tried))
}

/// What is looked for.
enum Candidate<'p> {
    Name(&'p str, &'static str),
    Email(&'p str),
}

/// What became of it.
enum Found {
    User(String),
    /// Nothing has that name: the reference that it would have.
    Missing(EntityRef, String),
    Several(String),
    Nobody(String),
}

fn candidate<'p>(
    profile: &'p Profile,
    config: &ResolverConfig,
    verified_only: bool,
) -> Result<Candidate<'p>, String> {
    let email = || {
        let email = profile.email.as_deref().ok_or("The provider gave no e-mail address.")?;
        match profile.email_verified {
            Some(false) => Err(format!("The provider has not verified the e-mail address {email}.")),
            None if verified_only => {
                Err(format!("The provider does not say that it verified the e-mail address {email}."))
            }
            _ => Ok(email),
        }
    };
    if let Some(domains) = &config.allowed_domains {
        let email = email()?;
        let domain = email.rsplit_once('@').map(|(_, domain)| domain).unwrap_or_default();
        if !domains.iter().any(|allowed| allowed.eq_ignore_ascii_case(domain)) {
            return Err(format!("The domain of {email} is not one of those that may sign in."));
        }
    }
    match config.resolver {
        Resolver::PreferredUsernameMatchingUserEntityName => {
            let name = profile.username.as_deref().ok_or("The provider gave no preferred_username.")?;
            Ok(Candidate::Name(name, "preferred_username"))
        }
        Resolver::EmailMatchingUserEntityProfileEmail => Ok(Candidate::Email(email()?)),
        Resolver::EmailLocalPartMatchingUserEntityName => {
            let email = email()?;
            let (name, _) = email.rsplit_once('@').ok_or_else(|| format!("{email} is no e-mail address."))?;
            Ok(Candidate::Name(name, "the part of the e-mail address before the @"))
        }
    }
}

impl Candidate<'_> {
    fn look_up(&self, directory: &impl Directory) -> Result<Found, Error> {
        match self {
            Self::Name(name, what) => {
                let Some(reference) = user_named(name) else {
                    return Ok(Found::Nobody(format!("“{name}” ({what}) can't be the name of a User.")));
                };
                if directory.has(&reference)? {
                    return Ok(Found::User(reference.to_string()));
                }
                let reason = format!("The catalog has no {reference} (by {what}).");
                Ok(Found::Missing(reference, reason))
            }
            Self::Email(email) => {
                let mut users = directory.by_email(email)?;
                Ok(match (users.len(), users.pop()) {
                    (1, Some(user)) => Found::User(user),
                    (2.., _) => Found::Several(format!(
                        "Several Users have the e-mail address {email} in spec.profile.email, so it is not clear which one \
                         you are."
                    )),
                    _ => {
                        let reason = format!("No User has the e-mail address {email} in spec.profile.email.");
                        match user_named(&email.replace('@', "_")) {
                            Some(reference) => Found::Missing(reference, reason),
                            None => Found::Nobody(reason),
                        }
                    }
                })
            }
        }
    }
}

/// `user:default/<name>`, if an entity may have this name.
fn user_named(name: &str) -> Option<EntityRef> {
    let fits = (1..=63).contains(&name.len())
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte))
        && !name.starts_with(['-', '_', '.'])
        && !name.ends_with(['-', '_', '.']);
    fits.then(|| EntityRef::new("user", "default", name))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A company of three, two of whom share an address.
    struct Company;

    impl Directory for Company {
        fn has(&self, user: &EntityRef) -> Result<bool, Error> {
            Ok(["user:default/ada", "user:default/bob", "user:default/eve"].contains(&user.as_str()))
        }

        fn by_email(&self, email: &str) -> Result<Vec<String>, Error> {
            Ok(match email.to_lowercase().as_str() {
                "ada@example.com" => vec!["user:default/ada".to_owned()],
                "desk@example.com" => vec!["user:default/bob".to_owned(), "user:default/eve".to_owned()],
                _ => Vec::new(),
            })
        }
    }

    use Resolver::{
        EmailLocalPartMatchingUserEntityName as Local, EmailMatchingUserEntityProfileEmail as Email,
        PreferredUsernameMatchingUserEntityName as Name,
    };

    fn config(resolver: Resolver) -> ResolverConfig {
        ResolverConfig {
            resolver,
            allowed_domains: None,
            dangerously_allow_sign_in_without_user_in_catalog: false,
        }
    }

    fn profile(username: &str, email: &str, verified: Option<bool>) -> Profile {
        let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        Profile { username: some(username), email: some(email), email_verified: verified, name: None }
    }

    fn line(profile: &Profile, resolvers: &[ResolverConfig], verified_only: bool) -> String {
        match resolve(profile, resolvers, verified_only, &Company).expect("a directory that works") {
            Resolved::User { entity_ref, needs_entity: true } => entity_ref,
            Resolved::User { entity_ref, needs_entity: false } => {
                format!("{entity_ref}, in the catalog or not")
            }
            Resolved::Nobody(tried) => tried.join(" "),
        }
    }

    #[test]
    fn without_configuration_by_name_then_by_a_verified_address() {
        let mut table = String::new();
        for (username, email, verified) in [
            ("ada", "", None),
            ("ADA", "", None),
            ("ada", "desk@example.com", Some(true)),
            ("a.lovelace", "Ada@Example.com", Some(true)),
            ("a.lovelace", "ada@example.com", Some(false)),
            ("a.lovelace", "ada@example.com", None),
            ("", "desk@example.com", Some(true)),
            ("ada@example.com", "", None),
            ("../ada", "nobody@example.com", Some(true)),
            ("<b>ada</b>", "", None),
            ("", "", None),
        ] {
            let who = line(&profile(username, email, verified), &default_resolvers(), true);
            table += &format!("{username} {email} {verified:?}: {who}\n");
        }
        insta::assert_snapshot!(table, @"
    ada  None: user:default/ada
    ADA  None: user:default/ada
    ada desk@example.com Some(true): user:default/ada
    a.lovelace Ada@Example.com Some(true): user:default/ada
    a.lovelace ada@example.com Some(false): The catalog has no user:default/a.lovelace (by preferred_username). The provider has not verified the e-mail address ada@example.com.
    a.lovelace ada@example.com None: The catalog has no user:default/a.lovelace (by preferred_username). The provider does not say that it verified the e-mail address ada@example.com.
     desk@example.com Some(true): The provider gave no preferred_username. Several Users have the e-mail address desk@example.com in spec.profile.email, so it is not clear which one you are.
    ada@example.com  None: “ada@example.com” (preferred_username) can't be the name of a User. The provider gave no e-mail address.
    ../ada nobody@example.com Some(true): “../ada” (preferred_username) can't be the name of a User. No User has the e-mail address nobody@example.com in spec.profile.email.
    <b>ada</b>  None: “<b>ada</b>” (preferred_username) can't be the name of a User. The provider gave no e-mail address.
      None: The provider gave no preferred_username. The provider gave no e-mail address.
    ");
    }

    #[test]
    fn configured_resolvers_are_tried_in_order() {
        let ada = profile("eve", "ada@example.com", None);
        assert_eq!(line(&ada, &[config(Email), config(Name)], false), "user:default/ada");
        assert_eq!(line(&ada, &[config(Name), config(Email)], false), "user:default/eve");
        assert_eq!(line(&ada, &[config(Local)], false), "user:default/ada");
        let unverified = profile("", "ada@example.com", Some(false));
        assert!(line(&unverified, &[config(Local)], false).contains("has not verified"));
    }

    #[test]
    fn only_addresses_of_allowed_domains() {
        for resolver in [Local, Email, Name] {
            let resolvers = [ResolverConfig {
                allowed_domains: Some(vec!["Example.com".to_owned()]),
                ..config(resolver)
            }];
            for (email, allowed) in [
                ("ada@example.com", true),
                ("ada@EXAMPLE.COM", true),
                ("ada@example.com.evil.example", false),
                ("ada@evil.example", false),
                ("example.com", false),
                ("ada@example.com@evil.example", false),
                ("", false),
            ] {
                let who = line(&profile("ada", email, None), &resolvers, false);
                assert_eq!(who == "user:default/ada", allowed, "{resolver:?} {email}: {who}");
            }
        }
    }

    #[test]
    fn people_without_an_entity_come_in_where_that_is_allowed() {
        let open = |resolver| {
            [ResolverConfig { dangerously_allow_sign_in_without_user_in_catalog: true, ..config(resolver) }]
        };
        for (resolver, expected) in [
            (Name, "user:default/zoe, in the catalog or not"),
            (Local, "user:default/zoe.z, in the catalog or not"),
            (Email, "user:default/zoe.z_example.com, in the catalog or not"),
        ] {
            assert_eq!(line(&profile("zoe", "zoe.z@example.com", None), &open(resolver), false), expected);
        }
        // Not as somebody of two.
        assert!(line(&profile("", "desk@example.com", None), &open(Email), false).contains("Several"));
    }
}
