//! `backend.database`, as Backstage writes it: a client and its connection.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use platform::config::{ConfigError, ConfigTree};
use platform::database::DatabaseConfig;
use platform::secret::Secret;
use serde_json::Value;

const CLIENT: &str = "backend.database.client";
const CONNECTION: &str = "backend.database.connection";

/// The folder that data goes to when nothing is configured.
const DEFAULT_FOLDER: &str = "portico-data";
/// The file in it, and in a configured directory.
const FILE_NAME: &str = "portico.sqlite";

/// Where the data is kept.
#[derive(Clone, Debug)]
pub(crate) struct DatabaseSettings {
    /// What the platform connects to.
    pub(crate) config: DatabaseConfig,
    place: String,
}

impl DatabaseSettings {
    /// A database that lives as long as the process.
    pub(crate) fn memory() -> Self {
        Self {
            config: DatabaseConfig::SqliteMemory,
            place: "memory (SQLite; gone when Portico stops)".to_owned(),
        }
    }

    fn file(path: PathBuf) -> Self {
        let place = format!("the SQLite file {}", path.display());
        Self { config: DatabaseConfig::SqliteFile(path), place }
    }

    /// The place in words, without secrets.
    pub(crate) fn place(&self) -> &str {
        &self.place
    }

    /// Reads the section.
    pub(super) fn from_tree(tree: &ConfigTree) -> Result<Self, ConfigError> {
        const CLIENTS: &str = "`better-sqlite3` (SQLite, in a file or in memory) or `pg` (PostgreSQL)";
        let Some(Value::Object(section)) = tree.get("backend.database") else {
            return Ok(Self::file(Path::new(DEFAULT_FOLDER).join(FILE_NAME)));
        };
        if section.is_empty() {
            return Ok(Self::file(Path::new(DEFAULT_FOLDER).join(FILE_NAME)));
        }
        match tree.section::<Option<String>>(CLIENT)?.as_deref() {
            None if tree.get(CLIENT).is_none() => sqlite(tree),
            Some("better-sqlite3" | "sqlite3") => sqlite(tree),
            Some("pg") => postgres(tree),
            _ => Err(tree.error(CLIENT, CLIENTS)),
        }
    }
}

fn sqlite(tree: &ConfigTree) -> Result<DatabaseSettings, ConfigError> {
    const FORMS: &str = "`:memory:`, a file name, or an object with directory or filename";
    match tree.get(CONNECTION) {
        Some(Value::String(text)) if text == ":memory:" => Ok(DatabaseSettings::memory()),
        Some(Value::String(text)) if !text.is_empty() => Ok(DatabaseSettings::file(text.into())),
        Some(Value::Object(_)) => {
            let directory: Option<PathBuf> = tree.section("backend.database.connection.directory")?;
            let filename: Option<PathBuf> = tree.section("backend.database.connection.filename")?;
            match (directory, filename) {
                (_, Some(memory)) if memory.as_os_str() == ":memory:" => Ok(DatabaseSettings::memory()),
                (None, Some(file)) => Ok(DatabaseSettings::file(file)),
                (Some(directory), None) => Ok(DatabaseSettings::file(directory.join(FILE_NAME))),
                (Some(directory), Some(file)) => Ok(DatabaseSettings::file(directory.join(file))),
                (None, None) => Err(tree.error(CONNECTION, FORMS)),
            }
        }
        _ => Err(tree.error(CONNECTION, FORMS)),
    }
}

fn postgres(tree: &ConfigTree) -> Result<DatabaseSettings, ConfigError> {
    const FORMS: &str = "an address such as postgres://user:password@host/database, or an object with host, port, \
                         user, password, database and ssl";
    match tree.get(CONNECTION) {
        Some(Value::String(address))
            if address.starts_with("postgres://") || address.starts_with("postgresql://") =>
        {
            let server = address.rsplit_once('@').map_or("the configured address", |(_, server)| server);
            let place = format!("PostgreSQL at {}", server.split('?').next().unwrap_or_default());
            Ok(DatabaseSettings { config: DatabaseConfig::Postgres(Secret::new(address)), place })
        }
        Some(Value::Object(_)) => {
            let connection = Connection::from_tree(tree)?;
            let place =
                format!("PostgreSQL at {}:{}/{}", connection.host, connection.port, connection.database);
            let address = connection.address(&tls(tree)?);
            Ok(DatabaseSettings { config: DatabaseConfig::Postgres(Secret::new(address)), place })
        }
        _ => Err(tree.error(CONNECTION, FORMS)),
    }
}

/// The parts of a connection, with the defaults of PostgreSQL's own clients where there are any.
struct Connection {
    host: String,
    port: u16,
    user: String,
    password: Option<String>,
    database: String,
}

impl Connection {
    fn from_tree(tree: &ConfigTree) -> Result<Self, ConfigError> {
        let text = |name: &str| tree.section::<Option<String>>(&format!("{CONNECTION}.{name}"));
        Ok(Self {
            host: text("host")?.unwrap_or_else(|| "localhost".to_owned()),
            port: tree.section::<Option<u16>>("backend.database.connection.port")?.unwrap_or(5432),
            user: text("user")?.unwrap_or_else(|| "postgres".to_owned()),
            password: text("password")?,
            // Backstage names its databases after plugins, so its configuration often has no name here.
            database: text("database")?.unwrap_or_else(|| "portico".to_owned()),
        })
    }

    fn address(&self, options: &str) -> String {
        let mut address = format!("postgres://{}", encoded(&self.user));
        if let Some(password) = &self.password {
            address.push(':');
            address.push_str(&encoded(password));
        }
        let host = if self.host.contains(':') { format!("[{}]", self.host) } else { encoded(&self.host) };
        // Writing to a string can't fail.
        let _ = write!(address, "@{host}:{}/{}", self.port, encoded(&self.database));
        address + options
    }
}

/// `ssl` as in node-postgres: `true` checks the server's certificate, `rejectUnauthorized: false` does not,
/// `ca` names the authority that signed it.
fn tls(tree: &ConfigTree) -> Result<String, ConfigError> {
    const KEY: &str = "backend.database.connection.ssl";
    match tree.get(KEY) {
        None => Ok(String::new()),
        Some(Value::Bool(false)) => Ok("?sslmode=disable".to_owned()),
        Some(Value::Bool(true)) => Ok("?sslmode=verify-full".to_owned()),
        Some(Value::Object(options)) => {
            let check = tree.section::<Option<bool>>("backend.database.connection.ssl.rejectUnauthorized")?;
            if check == Some(false) {
                return Ok("?sslmode=require".to_owned());
            }
            let authority = options.get("ca").and_then(Value::as_str);
            Ok(authority.map_or_else(
                || "?sslmode=verify-full".to_owned(),
                |ca| format!("?sslmode=verify-full&sslrootcert={}", encoded(ca)),
            ))
        }
        Some(_) => Err(tree.error(KEY, "true, false, or an object with rejectUnauthorized or ca")),
    }
}

/// Percent-encodes everything that means something in an address.
fn encoded(text: &str) -> String {
    let mut out = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            out.push(char::from(byte));
        } else {
            // Writing to a string can't fail.
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}
