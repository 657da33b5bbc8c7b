//! Conditions within a step.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use jsonschema::{Draft, Registry, Validator};
use model::form::Judge;
use serde_json::Value;

use super::compile::{bare, options, with_siblings};
use super::pattern::Patterns;
use crate::schema::Nowhere;

/// What references in a condition are relative to.
const BASE: &str = "form:///step";
/// Conditions that are kept compiled. A template has few; those with values of their own would pile up otherwise.
const MAX_KEPT: usize = 1_000;

/// Judges conditions of one step.
pub(super) struct StepJudge {
    draft: Draft,
    patterns: Patterns,
    /// Nothing if the step can't be referred to.
    registry: Option<Registry<'static>>,
    kept: RwLock<HashMap<String, Option<Arc<Validator>>>>,
}

impl StepJudge {
    pub(super) fn new(step: &Value, draft: Draft, patterns: Patterns) -> Self {
        let registry =
            Registry::new().retriever(Nowhere).draft(draft).add(BASE, with_siblings(bare(step), draft));
        let registry = registry.and_then(|registry| registry.prepare()).ok();
        Self { draft, patterns, registry, kept: RwLock::default() }
    }

    fn validator(&self, schema: &Value) -> Option<Arc<Validator>> {
        let key = schema.to_string();
        let kept = self.kept.read().unwrap_or_else(PoisonError::into_inner).get(&key).cloned();
        if let Some(validator) = kept {
            return validator;
        }
        let made = self.compile(schema).map(Arc::new);
        let mut kept = self.kept.write().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= MAX_KEPT {
            kept.clear();
        }
        kept.insert(key, made.clone());
        made
    }

    fn compile(&self, schema: &Value) -> Option<Validator> {
        let schema = with_siblings(based(&bare(schema)), self.draft);
        let options = options(self.draft, &self.patterns);
        match &self.registry {
            Some(registry) => options.with_registry(registry).build(&schema).ok(),
            None => options.build(&schema).ok(),
        }
    }
}

impl Judge for StepJudge {
    fn accepts(&self, schema: &Value, value: &Value) -> bool {
        match schema {
            Value::Bool(accepts) => *accepts,
            schema => self.validator(schema).is_some_and(|validator| validator.is_valid(value)),
        }
    }
}

/// The same schema with references to places in its step.
fn based(schema: &Value) -> Value {
    match schema {
        Value::Object(members) => {
            let based = members.iter().map(|(key, value)| match (key.as_str(), value) {
                ("$ref", Value::String(reference)) if reference.starts_with('#') => {
                    (key.clone(), Value::from(format!("{BASE}{reference}")))
                }
                ("const" | "enum" | "default" | "examples", value) => (key.clone(), value.clone()),
                (_, value) => (key.clone(), based(value)),
            });
            Value::Object(based.collect())
        }
        Value::Array(items) => items.iter().map(based).collect(),
        other => other.clone(),
    }
}
