//! The settings of the program, typed, from the configuration files. Every setting has a default, so no
//! file is needed. Keys have the names that Backstage gave them.

mod access;
mod checks;
mod database;
mod known;
mod listen;
#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};
use std::time::Duration;

use app::Site;
use platform::config::{ConfigDuration, ConfigError, ConfigTree, default_files};
use platform::secret::Secret;
use scaffolder::execution::Options as RunOptions;
use scaffolder::expression::Failures;
use serde_json::Value;

pub(crate) use self::access::Access;
pub(crate) use self::database::DatabaseSettings;
pub(crate) use self::listen::Listen;
use crate::environment;
use crate::failure::Failure;

/// Pause between two looks at all files, beside the watching of changes: about as long as Backstage's.
const PROCESSING_INTERVAL: Duration = Duration::from_secs(120);

/// Everything that can be configured.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    /// `app.title` and `organization.name`.
    pub(crate) site: Site,
    /// `app.baseUrl` and `backend.baseUrl`: the addresses under which people reach the portal.
    pub(crate) base_urls: Vec<String>,
    /// `backend.listen`.
    pub(crate) listen: Listen,
    /// `backend.database`.
    pub(crate) database: DatabaseSettings,
    /// `auth` and `backend.auth`.
    pub(crate) access: Access,
    /// `backend.auth.keys`: what secrets are kept with, the newest first.
    pub(crate) keys: Vec<Secret<String>>,
    /// `permission.enabled`.
    pub(crate) permission_enabled: bool,
    /// `catalog`.
    pub(crate) catalog: catalog::Settings,
    /// `scaffolder`.
    pub(crate) scaffolder: scaffolder::Settings,
    /// `notifications`.
    pub(crate) notifications: notifications::Settings,
}

/// Reads the configuration: the given files, or those that lie in the working directory.
pub(crate) fn load(files: &[PathBuf]) -> Result<Settings, Failure> {
    let tree = load_tree(files)?;
    known::report(&tree);
    Settings::from_tree(&tree).map_err(|error| unusable(&error))
}

/// The configuration with the origin of each value.
pub(crate) fn load_tree(files: &[PathBuf]) -> Result<ConfigTree, Failure> {
    let environment = environment::variables();
    let in_working_folder = default_files(Path::new(""), &environment);
    let files = if files.is_empty() { &in_working_folder } else { files };
    ConfigTree::load(files, &environment).map_err(|error| unusable(&error))
}

fn unusable(error: &ConfigError) -> Failure {
    Failure::could_not_run("The configuration can't be used.")
        .because(error)
        .next("Correct it and start again. `portico config print` shows each value and where it comes from.")
}

/// Where relative paths start. A folder that was removed meanwhile is as good as the relative one.
pub(crate) fn working_folder() -> PathBuf {
    std::env::current_dir().unwrap_or_else(|_| PathBuf::from("."))
}

impl Settings {
    /// The settings that the configuration says.
    ///
    /// # Errors
    /// For the first value that can't be used, with its place.
    pub(crate) fn from_tree(tree: &ConfigTree) -> Result<Self, ConfigError> {
        checks::sections(tree)?;
        let default = Site::default();
        let app_url: Option<String> = base_url(tree, "app.baseUrl")?;
        let backend_url: Option<String> = base_url(tree, "backend.baseUrl")?;
        let access = Access::from_tree(tree, backend_url.as_deref().or(app_url.as_deref()))?;
        Ok(Self {
            site: Site {
                title: checks::name(tree, "app.title")?.unwrap_or(default.title),
                organization: checks::name(tree, "organization.name")?,
            },
            listen: read_listen(tree)?,
            database: DatabaseSettings::from_tree(tree)?,
            scaffolder: scaffolder::Settings {
                lets_guests_in: access.guest,
                config: scaffolder_section(tree)?,
                base_url: backend_url.clone().or_else(|| app_url.clone()).unwrap_or_default(),
                working_directory: working_directory(tree)?,
                actions: own_actions(tree)?,
                options: run_options(tree)?,
            },
            access,
            base_urls: app_url.into_iter().chain(backend_url).collect(),
            keys: keys(tree)?,
            notifications: notifications::Settings { retention: retention(tree)? },
            permission_enabled: tree.section::<Option<bool>>("permission.enabled")?.unwrap_or_default(),
            catalog: catalog::Settings {
                config: catalog_section(tree)?,
                paths: Vec::new(),
                base: working_folder(),
                interval: processing_interval(tree)?,
                network: network(tree)?,
                checks: catalog::reading::Checks::default(),
            },
        })
    }

    /// What the capability `home` has to know.
    pub(crate) fn home(&self) -> home::Settings {
        let secure_cookies =
            !self.base_urls.is_empty() && self.base_urls.iter().all(|url| url.starts_with("https://"));
        home::Settings { secure_cookies }
    }

    /// An empty portal in memory that only describes itself.
    pub(crate) fn empty() -> Self {
        Self {
            site: Site::default(),
            base_urls: Vec::new(),
            listen: Listen::default(),
            database: DatabaseSettings::memory(),
            access: Access::default(),
            keys: Vec::new(),
            notifications: notifications::Settings::default(),
            permission_enabled: false,
            catalog: catalog::Settings {
                config: catalog::Config::default(),
                paths: Vec::new(),
                base: working_folder(),
                interval: None,
                network: integrations::Config::default(),
                checks: catalog::reading::Checks::default(),
            },
            scaffolder: scaffolder::Settings {
                config: scaffolder::Config { concurrent_tasks_limit: Some(0), ..Default::default() },
                ..Default::default()
            },
        }
    }

    /// What the catalog is read from, in words.
    pub(crate) fn sources(&self) -> String {
        let locations = self.catalog.config.locations.iter().map(|location| location.target.clone());
        let paths = self.catalog.paths.iter().map(|path| path.display().to_string());
        let sources: Vec<String> = locations.chain(paths).collect();
        match sources.as_slice() {
            [] => "nothing yet: name files or folders with --catalog, or in catalog.locations".to_owned(),
            [first, second, third, rest @ ..] if rest.len() > 1 => {
                format!("{first}, {second}, {third} and {} more", rest.len())
            }
            few => few.join(", "),
        }
    }
}

/// `integrations`, `backend.reading`, and where steps of templates may push and what they may ask.
fn network(tree: &ConfigTree) -> Result<integrations::Config, ConfigError> {
    let github: Option<Vec<integrations::GithubConfig>> = tree.section("integrations.github")?;
    for (index, github) in github.iter().flatten().enumerate() {
        let addresses = [("apiBaseUrl", &github.api_base_url), ("rawBaseUrl", &github.raw_base_url)];
        for (name, _) in addresses.iter().filter(|(_, value)| value.is_some()) {
            base_url(tree, &format!("integrations.github[{index}].{name}"))?;
        }
    }
    let gitlab: Option<Vec<integrations::GitlabConfig>> = tree.section("integrations.gitlab")?;
    for (index, gitlab) in gitlab.iter().flatten().enumerate() {
        let addresses = [("apiBaseUrl", &gitlab.api_base_url), ("baseUrl", &gitlab.base_url)];
        for (name, _) in addresses.iter().filter(|(_, value)| value.is_some()) {
            base_url(tree, &format!("integrations.gitlab[{index}].{name}"))?;
        }
    }
    let allow: Option<Vec<integrations::ReadingAllow>> = tree.section("backend.reading.allow")?;
    let git: Option<Vec<integrations::GitConfig>> = tree.section("portico.scaffolder.gitPublish.allow")?;
    for index in 0..git.iter().flatten().count() {
        base_url(tree, &format!("portico.scaffolder.gitPublish.allow[{index}].url"))?;
    }
    let is_half = |git: &integrations::GitConfig| git.username.is_some() != git.password.is_some();
    if let Some(half) = git.iter().flatten().position(is_half) {
        return Err(tree.error(
            &format!("portico.scaffolder.gitPublish.allow[{half}]"),
            "both username and password, or neither",
        ));
    }
    let requests: Option<Vec<integrations::ReadingAllow>> =
        tree.section("portico.scaffolder.httpRequest.allow")?;
    if let Some(wrong) = requests.iter().flatten().position(|allow| !allow.is_usable()) {
        return Err(tree.error(
            &format!("portico.scaffolder.httpRequest.allow[{wrong}].host"),
            "a host such as accounts.example.com, with a port if it has one, or *.example.com",
        ));
    }
    Ok(integrations::Config {
        github: github.unwrap_or_default(),
        gitlab: gitlab.unwrap_or_default(),
        allow: allow.unwrap_or_default(),
        git: git.unwrap_or_default(),
        requests: requests.unwrap_or_default(),
    })
}

fn catalog_section(tree: &ConfigTree) -> Result<catalog::Config, ConfigError> {
    let config: catalog::Config = tree.section("catalog")?;
    checks::rules(tree, config.rules.as_deref().unwrap_or_default())?;
    Ok(config)
}

fn scaffolder_section(tree: &ConfigTree) -> Result<scaffolder::Config, ConfigError> {
    let config = tree.section::<Option<scaffolder::Config>>("scaffolder")?.unwrap_or_default();
    match config.wrong() {
        Some((key, expected)) => Err(tree.error(&format!("scaffolder.{key}"), expected)),
        None => Ok(config),
    }
}

/// `portico.scaffolder.lenientExpressions`.
fn run_options(tree: &ConfigTree) -> Result<RunOptions, ConfigError> {
    let is_lenient =
        tree.section::<Option<bool>>("portico.scaffolder.lenientExpressions")?.unwrap_or_default();
    let failures = if is_lenient { Failures::SourceText } else { Failures::Errors };
    Ok(RunOptions { failures, ..RunOptions::default() })
}

/// `portico.scaffolder.actions`; relative paths start in the working folder.
fn own_actions(tree: &ConfigTree) -> Result<scaffolder::ActionsConfig, ConfigError> {
    let actions = tree.section::<Option<scaffolder::ActionsConfig>>("portico.scaffolder.actions")?;
    let mut actions = actions.unwrap_or_default();
    actions.documents.iter_mut().for_each(|path| *path = working_folder().join(&path));
    Ok(actions)
}

/// `backend.workingDirectory`; a relative one starts in the working folder.
fn working_directory(tree: &ConfigTree) -> Result<Option<PathBuf>, ConfigError> {
    let folder = checks::name(tree, "backend.workingDirectory")?;
    Ok(folder.map(|folder| working_folder().join(folder)))
}

/// `backend.auth.keys`, each an object with a `secret`.
fn keys(tree: &ConfigTree) -> Result<Vec<Secret<String>>, ConfigError> {
    #[derive(serde::Deserialize)]
    struct Key {
        secret: Secret<String>,
    }
    let keys = tree.section::<Option<Vec<Key>>>("backend.auth.keys")?;
    Ok(keys.into_iter().flatten().map(|key| key.secret).collect())
}

fn read_listen(tree: &ConfigTree) -> Result<Listen, ConfigError> {
    const KEY: &str = "backend.listen";
    let wrong = |expected: &'static str| tree.error(KEY, expected);
    match tree.get(KEY) {
        None => Ok(Listen::default()),
        Some(Value::String(text)) => text.parse().map_err(wrong),
        Some(Value::Number(port)) => port.to_string().parse().map_err(wrong),
        Some(Value::Object(_)) => {
            let mut listen = Listen::default();
            if let Some(host) = tree.section::<Option<String>>("backend.listen.host")? {
                listen.interface =
                    host.parse().map_err(|expected: &str| tree.error("backend.listen.host", expected))?;
            }
            if let Some(port) = tree.section("backend.listen.port")? {
                listen.port = port;
            }
            Ok(listen)
        }
        Some(_) => Err(wrong("`:port`, `host:port`, or an object with host and port")),
    }
}

fn base_url(tree: &ConfigTree, key: &str) -> Result<Option<String>, ConfigError> {
    let address: Option<String> = tree.section(key)?;
    match address {
        Some(address) if !address.starts_with("http://") && !address.starts_with("https://") => {
            Err(tree.error(key, "an address that starts with http:// or https://"))
        }
        address => Ok(address),
    }
}

/// `false` switches the looks off, as in Backstage.
fn processing_interval(tree: &ConfigTree) -> Result<Option<Duration>, ConfigError> {
    const KEY: &str = "catalog.processingInterval";
    match tree.get(KEY) {
        None => Ok(Some(PROCESSING_INTERVAL)),
        Some(Value::Bool(false)) => Ok(None),
        Some(_) => {
            let ConfigDuration(interval) = tree.section(KEY)?;
            if interval < Duration::from_secs(1) {
                return Err(tree.error(KEY, "a second or more, or false"));
            }
            Ok(Some(interval))
        }
    }
}

/// `notifications.retention`; `false` keeps them always.
fn retention(tree: &ConfigTree) -> Result<Option<Duration>, ConfigError> {
    const KEY: &str = "notifications.retention";
    match tree.get(KEY) {
        None => Ok(Some(notifications::RETENTION)),
        Some(Value::Bool(false)) => Ok(None),
        Some(_) => {
            let ConfigDuration(retention) = tree.section(KEY)?;
            if retention < Duration::from_secs(60) {
                return Err(tree.error(KEY, "a minute or more, or false"));
            }
            Ok(Some(retention))
        }
    }
}
