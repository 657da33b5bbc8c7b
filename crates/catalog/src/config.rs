//! The `catalog` section of the configuration, under the names that Backstage gave its keys.

use std::path::PathBuf;
use std::time::Duration;

use model::LocationRef;
use serde::{Deserialize, Serialize};

use crate::reading::{Allow, Checks, LocationMatch, Rule, RuleError, Rules, Source};

/// `catalog:` in `app-config.yaml`, as far as this capability reads it. Everything has a default.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Config {
    /// Locations to read, in order; of two that claim one entity the first keeps it.
    pub locations: Vec<LocationConfig>,
    /// Kinds that locations may bring. Without it `Component`, `API` and `Location` for `locations`, and every kind
    /// for paths of the command line.
    pub rules: Option<Vec<RuleConfig>>,
    /// What happens to an entity that no file describes any more.
    pub orphan_strategy: OrphanStrategy,
    /// Whether locations can be neither added nor removed over the API.
    pub readonly: bool,
}

/// One of `catalog.locations`.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct LocationConfig {
    /// `file` or `url`.
    pub r#type: String,
    /// A path, absolute or relative to the working folder, or an address; may be a glob.
    pub target: String,
    /// Kinds that this location may bring beside those of `catalog.rules`.
    #[serde(default)]
    pub rules: Vec<LocationRuleConfig>,
}

/// One of `catalog.locations[].rules`.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct LocationRuleConfig {
    /// Kinds.
    pub allow: Vec<String>,
}

/// One of `catalog.rules`.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct RuleConfig {
    /// Kinds, or kinds with a `spec.type`.
    pub allow: Vec<AllowConfig>,
    /// Locations that the rule is about; without it all, an empty list is none.
    #[serde(default)]
    pub locations: Option<Vec<RuleLocationConfig>>,
}

/// One of `catalog.rules[].allow`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(untagged)]
pub enum AllowConfig {
    /// A kind.
    Kind(String),
    /// A kind with a type.
    KindWithType {
        /// The kind.
        kind: String,
        /// Its `spec.type`.
        #[serde(rename = "spec.type", default)]
        spec_type: Option<String>,
    },
}

/// One of `catalog.rules[].locations`.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct RuleLocationConfig {
    /// `file` or `url`; without it both.
    pub r#type: Option<String>,
    /// The target, exactly.
    pub exact: Option<String>,
    /// A glob for the target.
    pub pattern: Option<String>,
}

/// `catalog.orphanStrategy`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum OrphanStrategy {
    /// Remove it.
    #[default]
    Delete,
    /// Keep it, annotated and among the problems.
    Keep,
}

/// All that the catalog is told at start.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The section of the configuration.
    pub config: Config,
    /// Paths of the command line: descriptor files, or folders to search.
    pub paths: Vec<PathBuf>,
    /// Folder that relative paths start from.
    pub base: PathBuf,
    /// `catalog.processingInterval`: pause between two looks at all files, beside the watching of changes.
    pub interval: Option<Duration>,
    /// `integrations` and `backend.reading`: what may be read over the network.
    pub network: integrations::Config,
    /// What other capabilities look at in what is read.
    pub checks: Checks,
}

impl Settings {
    /// The sources in the order of their registration: configuration first, command line after.
    pub(crate) fn sources(&self) -> Result<Vec<Source>, RuleError> {
        let mut sources = Vec::new();
        for location in &self.config.locations {
            sources.push(self.source(location)?);
        }
        let rules = self.rules(Rules::allow_all(), Vec::new())?;
        sources.extend(self.paths.iter().map(|path| Source::path(path, &self.base, rules.clone())));
        Ok(sources)
    }

    /// Whatever decides what is read from a file, as text.
    pub(crate) fn identity(&self) -> String {
        let config = serde_json::to_string(&self.config).unwrap_or_default();
        format!("{config} {:?} {} {}", self.paths, self.base.display(), self.checks.identity())
    }

    /// The rules for locations that are registered while running.
    pub(crate) fn registered_rules(&self) -> Result<Rules, RuleError> {
        self.rules(Rules::default_for_locations(), Vec::new())
    }

    fn source(&self, location: &LocationConfig) -> Result<Source, RuleError> {
        let location_ref = LocationRef { kind: location.r#type.clone(), target: location.target.clone() };
        let own = location.rules.iter().map(|rule| Rule {
            allow: rule.allow.iter().map(|kind| Allow { kind: kind.clone(), spec_type: None }).collect(),
            locations: None,
        });
        let rules = self.rules(Rules::default_for_locations(), own.collect())?;
        Ok(Source::registered(location_ref, &self.base, rules))
    }

    /// `catalog.rules` or the given default, with the rules of one location added.
    fn rules(&self, default: Rules, own: Vec<Rule>) -> Result<Rules, RuleError> {
        let configured = match &self.config.rules {
            None => default,
            Some(rules) => Rules::new(rules.iter().map(Rule::from).collect())?,
        };
        Ok(configured.and(Rules::new(own)?).with_checks(self.checks.clone()))
    }
}

impl From<&RuleConfig> for Rule {
    fn from(rule: &RuleConfig) -> Self {
        let allow = rule.allow.iter().map(|allow| match allow {
            AllowConfig::Kind(kind) => Allow { kind: kind.clone(), spec_type: None },
            AllowConfig::KindWithType { kind, spec_type } => {
                Allow { kind: kind.clone(), spec_type: spec_type.clone() }
            }
        });
        let location = |location: &RuleLocationConfig| LocationMatch {
            kind: location.r#type.clone(),
            exact: location.exact.clone(),
            pattern: location.pattern.clone(),
        };
        let locations = rule.locations.as_ref().map(|locations| locations.iter().map(location).collect());
        Self { allow: allow.collect(), locations }
    }
}
