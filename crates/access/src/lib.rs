//! Who people are: sign-in with an OpenID provider, sessions, and the User entity that a person is.
//!
//! `provider` talks to the provider, `resolve` finds the entity, `store` keeps sessions, and the service ([`Access`])
//! puts them together for every door: the server's edge, which asks who a request is from, the pages, and the REST
//! handlers (`routes`). What somebody may do is not decided here, but by the policy of `platform::access`.

mod account;
mod browser;
mod clock;
mod config;
mod cookie;
mod failure;
mod http;
mod migration;
mod provider;
mod resolve;
mod routes;
mod service;
mod sessions;
mod store;
mod target;
mod token;

pub use self::account::{SignInQuery, Visitor};
pub use self::config::{
    OidcConfig, Resolver, ResolverConfig, Scopes, Settings, SignInConfig, SigningAlgorithm,
    TokenEndpointAuthMethod,
};
pub use self::migration::migrations;
pub use self::routes::routes;
pub use self::service::{Access, Identity};
