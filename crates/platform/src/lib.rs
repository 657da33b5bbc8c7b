//! What every capability stands on: the database, the change feed, leases, messages to people, callers and permissions, secrets at rest, errors,
//! HTTP glue, configuration, YAML with positions, Markdown, highlighted text, telemetry.
//!
//! Nothing here knows a capability: no table, route, page or file format of the catalog appears in this crate, and
//! nothing here reads the environment (the server does and passes it in).

pub mod access;
pub mod config;
pub mod database;
pub mod error;
pub mod feed;
pub mod highlight;
pub mod http;
pub mod keyring;
pub mod lease;
pub mod markdown;
pub mod notify;
pub mod secret;
pub mod telemetry;
pub mod yaml;

pub use access::{Caller, Permission, Policy, PolicyConfig, Reach};
pub use config::ConfigTree;
pub use database::{Database, DatabaseConfig, Engine};
pub use error::{Error, ErrorKind, Result};
pub use feed::Feed;
pub use keyring::Keyring;
pub use secret::Secret;
