//! The `scaffolder` section of the configuration, under the names that Backstage gave its keys, and what else this
//! capability is told at start.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use platform::config::ConfigDuration;
use platform::secret::Secret;
use serde::Deserialize;
use serde_json::Value;

use crate::execution::{Environment, Options};

/// Runs that a process works on at once, unless the configuration says otherwise.
const CONCURRENT_TASKS: u32 = 10;
/// Most that it may say.
const MOST_CONCURRENT_TASKS: u32 = 1_000;
/// How long a run may take, unless the configuration says otherwise.
const TASK_TIMEOUT: Duration = Duration::from_secs(24 * 60 * 60);
/// How often it is looked for what was left lying, unless the configuration says otherwise.
const JANITOR_FREQUENCY: Duration = Duration::from_secs(5 * 60);
/// After what time without a sign of life a run is taken up by another process, unless the configuration says otherwise.
const STALE_TIMEOUT: Duration = Duration::from_secs(30);
/// Shortest of these: a busy machine is not to lose what it works on.
const SHORTEST: Duration = Duration::from_secs(1);

/// `scaffolder:` in `app-config.yaml`, as far as this capability reads it. Everything has a default.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Config {
    /// Runs that this process works on at once; with 0 it only answers requests.
    pub concurrent_tasks_limit: Option<u32>,
    /// How long a run may take without a wait, before it is failed.
    pub task_timeout: Option<ConfigDuration>,
    /// How often it is looked for runs that nobody works on, and for what is not needed any more.
    pub task_timeout_janitor_frequency: Option<ConfigDuration>,
    /// What happens to runs whose process ended.
    pub task_recovery: RecoveryConfig,
    /// What every template may use as `environment`.
    pub default_environment: EnvironmentConfig,
}

/// `scaffolder.taskRecovery`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct RecoveryConfig {
    /// Whether a run goes on in another process when its own ended; `false` fails it.
    pub enabled: Option<bool>,
    /// After what time without a sign of life.
    pub stale_timeout: Option<ConfigDuration>,
}

/// `scaffolder.defaultEnvironment`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct EnvironmentConfig {
    /// Texts for all expressions.
    pub parameters: BTreeMap<String, String>,
    /// Secrets for the input of steps.
    pub secrets: BTreeMap<String, Secret<String>>,
}

/// `portico.scaffolder.actions`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct ActionsConfig {
    /// Files, and folders of files, that declare actions.
    pub documents: Vec<PathBuf>,
    /// Secrets that these documents may send.
    pub secrets: BTreeMap<String, Secret<String>>,
}

impl Config {
    /// A rule that the types can't express and that the section breaks: the key below it, and what is expected there.
    #[must_use]
    pub fn wrong(&self) -> Option<(&'static str, &'static str)> {
        let is_short =
            |length: Option<ConfigDuration>| length.is_some_and(|ConfigDuration(length)| length < SHORTEST);
        if self.concurrent_tasks_limit.is_some_and(|limit| limit > MOST_CONCURRENT_TASKS) {
            return Some(("concurrentTasksLimit", "a whole number from 0 to 1000"));
        }
        let durations = [
            ("taskTimeout", self.task_timeout),
            ("taskTimeoutJanitorFrequency", self.task_timeout_janitor_frequency),
            ("taskRecovery.staleTimeout", self.task_recovery.stale_timeout),
        ];
        durations.into_iter().find(|(_, length)| is_short(*length)).map(|(key, _)| (key, "a second or more"))
    }
}

/// All that this capability is told at start.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// The section of the configuration.
    pub config: Config,
    /// The address under which people and programs reach the portal; empty where it is not configured.
    pub base_url: String,
    /// `backend.workingDirectory`: where the folders of runs are; the system's temporary folder without it.
    pub working_directory: Option<PathBuf>,
    /// How steps are run.
    pub options: Options,
    /// The actions of this portal's own.
    pub actions: ActionsConfig,
    /// Whether who does not sign in is a guest: on behalf of guests nothing is started otherwise.
    pub lets_guests_in: bool,
}

impl Settings {
    pub(crate) fn limit(&self) -> usize {
        let limit = self.config.concurrent_tasks_limit.unwrap_or(CONCURRENT_TASKS);
        usize::try_from(limit.min(MOST_CONCURRENT_TASKS)).unwrap_or_default()
    }

    pub(crate) fn task_timeout(&self) -> Duration {
        or(self.config.task_timeout, TASK_TIMEOUT)
    }

    pub(crate) fn janitor_frequency(&self) -> Duration {
        or(self.config.task_timeout_janitor_frequency, JANITOR_FREQUENCY)
    }

    /// How long a lease lasts.
    pub(crate) fn lease(&self) -> Duration {
        or(self.config.task_recovery.stale_timeout, STALE_TIMEOUT)
    }

    pub(crate) fn recovers(&self) -> bool {
        self.config.task_recovery.enabled != Some(false)
    }

    pub(crate) fn working_directory(&self) -> PathBuf {
        self.working_directory.clone().unwrap_or_else(std::env::temp_dir)
    }

    pub(crate) fn environment(&self) -> Environment {
        let EnvironmentConfig { parameters, secrets } = self.config.default_environment.clone();
        let parameters = parameters.into_iter().map(|(name, text)| (name, Value::String(text))).collect();
        Environment { parameters, secrets }
    }
}

fn or(configured: Option<ConfigDuration>, default: Duration) -> Duration {
    configured.map_or(default, |ConfigDuration(length)| length)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn settings(section: Value) -> Settings {
        let config = serde_json::from_value(section).expect("a section");
        Settings { config, ..Settings::default() }
    }

    #[test]
    fn everything_has_a_default() {
        let settings = settings(json!({}));
        assert_eq!((settings.limit(), settings.lease().as_secs(), settings.recovers()), (10, 30, true));
        assert_eq!(
            (settings.task_timeout().as_secs(), settings.janitor_frequency().as_secs()),
            (86_400, 300)
        );
        assert_eq!(settings.config.wrong(), None);
    }

    #[test]
    fn the_section_of_a_portal_is_read() {
        let settings = settings(json!({
            "concurrentTasksLimit": 0,
            "taskTimeout": { "hours": 2 },
            "taskTimeoutJanitorFrequency": "PT1M",
            "taskRecovery": { "enabled": false, "staleTimeout": "5s", "workspaceProvider": "database" },
            "defaultEnvironment": { "parameters": { "region": "eu" }, "secrets": { "token": "hunter2" } },
            "defaultAuthor": { "name": "Jane" },
        }));
        assert_eq!((settings.limit(), settings.lease().as_secs(), settings.recovers()), (0, 5, false));
        assert_eq!((settings.task_timeout().as_secs(), settings.janitor_frequency().as_secs()), (7_200, 60));
        let environment = settings.environment();
        assert_eq!(environment.parameters["region"], "eu");
        assert_eq!(environment.secrets["token"].expose(), "hunter2");
        assert!(!format!("{settings:?}").contains("hunter2"));
    }

    #[test]
    fn what_would_not_work_is_refused() {
        for (section, key) in [
            (json!({ "concurrentTasksLimit": 5_000 }), "concurrentTasksLimit"),
            (json!({ "taskTimeout": { "milliseconds": 5 } }), "taskTimeout"),
            (json!({ "taskTimeoutJanitorFrequency": "0s" }), "taskTimeoutJanitorFrequency"),
            (json!({ "taskRecovery": { "staleTimeout": "10ms" } }), "taskRecovery.staleTimeout"),
        ] {
            assert_eq!(settings(section).config.wrong().map(|(key, _)| key), Some(key));
        }
    }
}
