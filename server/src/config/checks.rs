//! What the types of the settings can't express: sections that have to be objects, names that have to say something,
//! rules of the catalog that can't be used. Each refusal has the place of the value.

use catalog::RuleConfig;
use catalog::reading::{Rule, RuleError, Rules};
use platform::config::{ConfigError, ConfigTree};

/// The sections that are read key by key, so that nobody would notice another value in their place.
const SECTIONS: [&str; 7] =
    ["app", "organization", "backend", "backend.database", "backend.auth", "auth", "permission"];

/// Refuses anything but an object where a section is expected. (`catalog` is read as a whole, and says so itself.)
pub(super) fn sections(tree: &ConfigTree) -> Result<(), ConfigError> {
    let wrong = SECTIONS.into_iter().find(|key| tree.get(key).is_some_and(|value| !value.is_object()));
    wrong.map_or(Ok(()), |key| Err(tree.error(key, "an object of keys and values")))
}

/// A text that people read; without a letter they would see a gap.
pub(super) fn name(tree: &ConfigTree, key: &str) -> Result<Option<String>, ConfigError> {
    match tree.section::<Option<String>>(key)? {
        Some(name) if name.trim().is_empty() => {
            Err(tree.error(key, "a text that is not empty; leave the key out to have the default"))
        }
        name => Ok(name),
    }
}

/// Tries each location of `catalog.rules` by itself, to name the one that can't be used.
pub(super) fn rules(tree: &ConfigTree, rules: &[RuleConfig]) -> Result<(), ConfigError> {
    for (rule, config) in rules.iter().enumerate() {
        for (location, only) in config.locations.iter().flatten().enumerate() {
            let alone = RuleConfig { allow: Vec::new(), locations: Some(vec![only.clone()]) };
            let Err(error) = Rules::new(vec![Rule::from(&alone)]) else { continue };
            let expected = match error {
                RuleError::ExactAndPattern { .. } => "nothing beside `exact`: keep one of the two".to_owned(),
                RuleError::Pattern { reason, .. } => format!("a glob such as ./repos/**; here: {reason}"),
            };
            return Err(tree.error(&format!("catalog.rules[{rule}].locations[{location}].pattern"), expected));
        }
    }
    Ok(())
}
