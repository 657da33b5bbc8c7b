//! `catalog.rules`: which kinds a location may bring, as Backstage decides it.
//!
//! The first rule that fits both the registered location and the entity allows it; there are no rules that forbid. What is
//! let in is looked at by the checks of other capabilities.

use std::sync::Arc;

use globset::{GlobBuilder, GlobMatcher};
use model::{Entity, LocationRef};

use super::check::{Checks, Finding};

/// One entry of `catalog.rules`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rule {
    /// The kinds that it lets in.
    pub allow: Vec<Allow>,
    /// The locations it is about. `None` is every location, an empty list none.
    pub locations: Option<Vec<LocationMatch>>,
}

/// A kind, and perhaps a `spec.type`, that a rule lets in. Upper and lower case are the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Allow {
    /// For example `Component`.
    pub kind: String,
    /// For example `website`; `None` is every type.
    pub spec_type: Option<String>,
}

/// Which locations a rule is about.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LocationMatch {
    /// `file` or `url`; `None` is both.
    pub kind: Option<String>,
    /// The target, exactly. For files, the absolute path as it was registered.
    pub exact: Option<String>,
    /// A glob for the target, in which upper and lower case are the same.
    pub pattern: Option<String>,
}

/// Why a rule cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RuleError {
    /// The rule says in two ways which targets it means.
    #[error("A location of a rule has both `exact` ({exact}) and `pattern` ({pattern}); keep one of the two")]
    ExactAndPattern {
        /// The value of `exact`.
        exact: String,
        /// The value of `pattern`.
        pattern: String,
    },
    /// The pattern is not a glob.
    #[error("The pattern `{pattern}` of a rule cannot be read: {reason}")]
    Pattern {
        /// The value of `pattern`.
        pattern: String,
        /// What is wrong with it.
        reason: String,
    },
}

/// Rules ready for use. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct Rules {
    allowed: Vec<Arc<Compiled>>,
    checks: Checks,
}

#[derive(Debug)]
struct Compiled {
    /// `None` lets every kind in.
    allow: Option<Vec<Allow>>,
    locations: Option<Vec<Matcher>>,
}

#[derive(Debug)]
struct Matcher {
    kind: Option<String>,
    target: Target,
}

#[derive(Debug)]
enum Target {
    Any,
    Exact(String),
    Pattern(GlobMatcher),
}

impl Rules {
    /// Rules as configured.
    ///
    /// # Errors
    /// When a location has both `exact` and `pattern`, or a pattern that is not a glob.
    pub fn new(rules: Vec<Rule>) -> Result<Self, RuleError> {
        let compile = |rule: Rule| {
            let locations =
                rule.locations.map(|all| all.into_iter().map(Matcher::new).collect::<Result<_, _>>());
            Ok(Arc::new(Compiled { allow: Some(rule.allow), locations: locations.transpose()? }))
        };
        Ok(Self { allowed: rules.into_iter().map(compile).collect::<Result<_, _>>()?, ..Self::default() })
    }

    /// What holds for `catalog.locations` when `catalog.rules` is not set: `Component`, `API` and `Location`.
    pub fn default_for_locations() -> Self {
        let allow =
            ["Component", "API", "Location"].map(|kind| Allow { kind: kind.to_owned(), spec_type: None });
        let rule = Compiled { allow: Some(allow.into()), locations: None };
        Self { allowed: vec![Arc::new(rule)], ..Self::default() }
    }

    /// Every kind from everywhere.
    pub fn allow_all() -> Self {
        Self { allowed: vec![Arc::new(Compiled { allow: None, locations: None })], ..Self::default() }
    }

    /// These rules and those: an entity may come in when one of either lets it in.
    #[must_use]
    pub fn and(mut self, other: Self) -> Self {
        self.allowed.extend(other.allowed);
        self
    }

    /// These rules, and what is let in by them is looked at.
    #[must_use]
    pub fn with_checks(self, checks: Checks) -> Self {
        Self { checks, ..self }
    }

    /// What the checks find in an entity.
    pub(super) fn findings(&self, entity: &Entity) -> Vec<Finding> {
        self.checks.findings(entity)
    }

    /// Whether the entity may come from a source that was registered as `origin`.
    pub fn allows(&self, entity: &Entity, origin: &LocationRef) -> bool {
        let fits = |allow: &Vec<Allow>| allow.iter().any(|allow| allow.fits(entity));
        self.about(origin).any(|rule| rule.allow.as_ref().is_none_or(fits))
    }

    /// What may come from `origin`, in words: `Component, API, Template of type website`.
    pub(super) fn describe(&self, origin: &LocationRef) -> String {
        let mut words: Vec<String> = Vec::new();
        for allow in self.about(origin).flat_map(|rule| rule.allow.iter().flatten()) {
            let word = match &allow.spec_type {
                Some(spec_type) => format!("{} of type {spec_type}", allow.kind),
                None => allow.kind.clone(),
            };
            if !words.contains(&word) {
                words.push(word);
            }
        }
        if words.is_empty() { "nothing from this location".to_owned() } else { words.join(", ") }
    }

    fn about<'a>(&'a self, origin: &'a LocationRef) -> impl Iterator<Item = &'a Compiled> {
        self.allowed.iter().map(Arc::as_ref).filter(|rule| {
            rule.locations.as_ref().is_none_or(|matchers| matchers.iter().any(|matcher| matcher.fits(origin)))
        })
    }
}

impl Allow {
    fn fits(&self, entity: &Entity) -> bool {
        let same = |a: &str, b: &str| a.to_lowercase() == b.to_lowercase();
        same(&self.kind, entity.kind())
            && self
                .spec_type
                .as_ref()
                .is_none_or(|wanted| entity.spec_str("type").is_some_and(|spec_type| same(wanted, spec_type)))
    }
}

impl Matcher {
    fn new(location: LocationMatch) -> Result<Self, RuleError> {
        let target = match (location.exact, location.pattern) {
            (Some(exact), Some(pattern)) => return Err(RuleError::ExactAndPattern { exact, pattern }),
            (Some(exact), None) => Target::Exact(exact),
            (None, Some(pattern)) => {
                let glob = GlobBuilder::new(&pattern).case_insensitive(true).literal_separator(true).build();
                let glob = glob.map_err(|error| RuleError::Pattern {
                    reason: error.kind().to_string(),
                    pattern: pattern.clone(),
                });
                Target::Pattern(glob?.compile_matcher())
            }
            (None, None) => Target::Any,
        };
        Ok(Self { kind: location.kind, target })
    }

    fn fits(&self, origin: &LocationRef) -> bool {
        self.kind.as_ref().is_none_or(|kind| *kind == origin.kind)
            && match &self.target {
                Target::Any => true,
                Target::Exact(exact) => *exact == origin.target,
                Target::Pattern(glob) => glob.is_match(&origin.target),
            }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn allow(kinds: &[&str]) -> Vec<Allow> {
        kinds.iter().map(|kind| Allow { kind: (*kind).to_owned(), spec_type: None }).collect()
    }

    fn at(kind: Option<&str>, exact: Option<&str>, pattern: Option<&str>) -> LocationMatch {
        let own = |text: Option<&str>| text.map(str::to_owned);
        LocationMatch { kind: own(kind), exact: own(exact), pattern: own(pattern) }
    }

    /// The kinds, of `Component`, `User` and `Template` of type `website`, that the rules let in from a target.
    fn let_in(rules: Vec<Rule>, target: &str) -> String {
        let rules = Rules::new(rules).expect("good rules");
        let origin = LocationRef { kind: "file".to_owned(), target: target.to_owned() };
        let entity = |kind: &str| {
            let value = json!({ "kind": kind, "metadata": { "name": "a" }, "spec": { "type": "website" } });
            Entity::from_value(value).expect("an object")
        };
        let kinds = ["Component", "User", "Template"];
        kinds.into_iter().filter(|kind| rules.allows(&entity(kind), &origin)).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn rules_match_as_in_backstage() {
        let anywhere = |kinds| Rule { allow: allow(kinds), locations: None };
        let some = |location| Rule { allow: allow(&["User"]), locations: Some(vec![location]) };
        let template_of = |spec_type: &str| Rule {
            allow: vec![Allow { kind: "template".to_owned(), spec_type: Some(spec_type.to_owned()) }],
            locations: None,
        };
        for (name, rules, expected) in [
            ("no rule", vec![], ""),
            ("case does not count", vec![anywhere(&["COMPONENT", "user"])], "Component User"),
            ("rules add up", vec![anywhere(&["Component"]), anywhere(&["User"])], "Component User"),
            ("type fits", vec![template_of("WebSite")], "Template"),
            ("type differs", vec![template_of("service")], ""),
            ("exact target", vec![some(at(Some("file"), Some("/org/people.yaml"), None))], "User"),
            ("other target", vec![some(at(Some("file"), Some("/org/people"), None))], ""),
            ("other type", vec![some(at(Some("url"), Some("/org/people.yaml"), None))], ""),
            ("pattern", vec![some(at(Some("file"), None, Some("/ORG/*.yaml")))], "User"),
            ("a star stops at /", vec![some(at(Some("file"), None, Some("/*.yaml")))], ""),
            ("two stars do not", vec![some(at(None, None, Some("/**/*.{yaml,yml}")))], "User"),
            ("type alone", vec![some(at(Some("file"), None, None))], "User"),
            ("no locations", vec![Rule { allow: allow(&["User"]), locations: Some(vec![]) }], ""),
        ] {
            assert_eq!(let_in(rules, "/org/people.yaml"), expected, "{name}");
        }
    }

    #[test]
    fn unusable_rules_are_refused() {
        let refused = |location| {
            let rule = Rule { allow: allow(&["User"]), locations: Some(vec![location]) };
            Rules::new(vec![rule]).expect_err("refused").to_string()
        };
        insta::assert_snapshot!(refused(at(None, Some("/a"), Some("/b"))), @"A location of a rule has both `exact` (/a) and `pattern` (/b); keep one of the two");
        insta::assert_snapshot!(refused(at(None, None, Some("/a[")), ), @"The pattern `/a[` of a rule cannot be read: unclosed character class; missing ']'");
    }

    #[test]
    fn without_rules_locations_bring_three_kinds() {
        let origin = LocationRef { kind: "file".to_owned(), target: "/a".to_owned() };
        assert_eq!(Rules::default_for_locations().describe(&origin), "Component, API, Location");
    }
}
