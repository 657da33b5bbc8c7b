//! Gathering what all schemas for one value say: `$ref`, `allOf`, `if`, dependencies.

use std::collections::VecDeque;

use serde_json::{Map, Value, json};

use super::choices::Named;
use super::field::Alternatives;
use super::merge::{Prefer, merge};
use super::resolve::{Resolved, Resolver};

/// How deep schemas for one value may lie in each other.
const MAX_NESTED: usize = 64;

/// What is known of one value so far.
pub(super) struct Work<'v> {
    pub(super) value: Option<&'v Value>,
    pub(super) schema: Map<String, Value>,
    pub(super) constants: Option<Vec<Named>>,
    alternatives: VecDeque<Vec<Value>>,
    dependencies: Vec<(String, Value)>,
    /// References that led to this value.
    outer: Vec<String>,
    /// References that are followed right now.
    open: Vec<String>,
    /// References of this value.
    followed: Vec<String>,
    notes: Vec<String>,
    is_endless: bool,
    nested: usize,
}

impl<'v> Work<'v> {
    pub(super) fn new(value: Option<&'v Value>, outer: &[String]) -> Self {
        Self {
            value,
            schema: Map::new(),
            constants: None,
            alternatives: VecDeque::new(),
            dependencies: Vec::new(),
            outer: outer.to_vec(),
            open: Vec::new(),
            followed: Vec::new(),
            notes: Vec::new(),
            is_endless: false,
            nested: 0,
        }
    }

    pub(super) fn next_alternatives(&mut self) -> Option<Vec<Value>> {
        self.alternatives.pop_front()
    }

    /// The next dependency whose property has a value and belongs to the form.
    pub(super) fn next_dependency(&mut self) -> Option<(String, Value)> {
        let properties = self.schema.get("properties").and_then(Value::as_object);
        let holds = |trigger: &String| {
            self.value.is_some_and(|value| value.get(trigger).is_some())
                && properties.is_none_or(|properties| properties.contains_key(trigger))
        };
        let position = self.dependencies.iter().position(|(trigger, _)| holds(trigger))?;
        Some(self.dependencies.remove(position))
    }

    pub(super) fn note(&mut self, note: String) {
        if !self.notes.contains(&note) {
            self.notes.push(note);
        }
    }

    pub(super) fn into_resolved(self, alternatives: Vec<Alternatives>) -> Resolved {
        let mut references = self.outer;
        references.extend(self.followed);
        Resolved {
            schema: self.schema,
            constants: self.constants,
            alternatives,
            references,
            notes: self.notes,
            is_endless: self.is_endless,
        }
    }
}

impl Resolver<'_> {
    /// Adds what a schema says of the value.
    pub(super) fn absorb(&self, work: &mut Work<'_>, schema: &Value, prefer: Prefer) {
        if !self.work(schema) || work.nested >= MAX_NESTED {
            work.is_endless = true;
            work.note("The schema is too large to be shown as fields.".to_owned());
            return;
        }
        let Value::Object(schema) = schema else { return };
        let mut own = schema.clone();
        work.nested += 1;
        let mut prefer_own = prefer;
        if let Some(reference) = own.shift_remove("$ref") {
            self.follow(work, &reference, prefer);
            prefer_own = Prefer::Coming;
        }
        let mut take = |keyword: &str| own.shift_remove(keyword);
        let (all_of, condition) = (take("allOf"), take("if"));
        let (then, otherwise) = (take("then"), take("else"));
        let several = [take("oneOf"), take("anyOf")];
        let dependencies = [take("dependencies"), take("dependentSchemas"), take("dependentRequired")];
        merge(&mut work.schema, own, prefer_own);
        // In the order of rjsf, which is that of the fields.
        for dependencies in dependencies {
            if let Some(Value::Object(dependencies)) = dependencies {
                work.dependencies.extend(dependencies);
            }
        }
        while let Some((trigger, dependency)) = work.next_dependency() {
            self.absorb_dependency(work, &trigger, dependency);
        }
        if let Some(condition) = condition {
            let branch = if self.accepts(&condition, work.value) { then } else { otherwise };
            if let Some(branch) = branch {
                self.absorb(work, &branch, Prefer::Coming);
            }
        }
        for part in list(all_of) {
            self.absorb(work, &part, Prefer::There);
        }
        for options in several {
            let options = list(options);
            if !options.is_empty() {
                work.alternatives.push_back(options);
            }
        }
        work.nested -= 1;
    }

    fn follow(&self, work: &mut Work<'_>, reference: &Value, prefer: Prefer) {
        let reference = reference.as_str().unwrap_or_default();
        if work.open.iter().any(|open| open == reference) {
            work.note(format!("{reference} refers to itself."));
        } else if work.value.is_none() && work.outer.iter().any(|outer| outer == reference) {
            // Its fields would hold themselves again and again. Where there is a value, it sets the end.
            work.is_endless = true;
            work.note(format!("{reference} contains itself, so it is asked for as JSON."));
        } else if let Some(target) = self.target(reference) {
            work.open.push(reference.to_owned());
            work.followed.push(reference.to_owned());
            self.absorb(work, target, prefer);
            work.open.pop();
        } else {
            work.note(format!("The schema refers to {reference}, which is not in this step."));
        }
    }

    /// Adds what holds because a property has a value. Of a `oneOf` in it the option counts whose schema for that property
    /// accepts the value, if there is exactly one, as rjsf has it.
    pub(super) fn absorb_dependency(&self, work: &mut Work<'_>, trigger: &str, dependency: Value) {
        match dependency {
            Value::Array(names) => {
                let required = Map::from_iter([("required".to_owned(), Value::Array(names))]);
                merge(&mut work.schema, required, Prefer::Coming);
            }
            Value::Object(mut schema) => {
                let schema = match schema.shift_remove("$ref") {
                    Some(reference) => {
                        let target = reference.as_str().and_then(|reference| self.target(reference));
                        let Some(Value::Object(target)) = target else {
                            return self.follow(work, &reference, Prefer::Coming);
                        };
                        let mut target = target.clone();
                        target.extend(schema);
                        target
                    }
                    None => schema,
                };
                let mut schema = schema;
                let options = list(schema.shift_remove("oneOf"));
                self.absorb(work, &Value::Object(schema), Prefer::Coming);
                self.absorb_discriminated(work, trigger, options);
            }
            _ => {}
        }
    }

    fn absorb_discriminated(&self, work: &mut Work<'_>, trigger: &str, options: Vec<Value>) {
        let mut fitting = Vec::new();
        for option in options {
            let resolved = match option.get("$ref").and_then(Value::as_str) {
                Some(reference) => self.target(reference).cloned().unwrap_or_default(),
                None => option,
            };
            let Some(condition) = resolved.pointer("/properties").and_then(|all| all.get(trigger)) else {
                continue;
            };
            let condition = json!({ "type": "object", "properties": { trigger: condition } });
            if self.accepts(&condition, work.value) {
                fitting.push(resolved);
            }
        }
        let [Value::Object(option)] = fitting.as_mut_slice() else { return };
        if let Some(Value::Object(properties)) = option.get_mut("properties") {
            properties.shift_remove(trigger);
        }
        self.absorb(work, &Value::Object(std::mem::take(option)), Prefer::Coming);
    }
}

pub(super) fn list(value: Option<Value>) -> Vec<Value> {
    match value {
        Some(Value::Array(items)) => items,
        _ => Vec::new(),
    }
}
