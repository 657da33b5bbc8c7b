//! One step, and all of them together.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::arrange::{Spot, flag};
use super::defaults::Gap;
use super::field::Form;
use super::known::known;
use super::prune::restore;
use super::resolve::Resolver;
use super::review::{Row, rows};
use super::{Answers, Setting};

/// How deep the schema of a step may be.
const MAX_DEPTH: usize = 96;
/// Values within the schema of a step.
const MAX_VALUES: usize = 50_000;
/// How often leaving something out may hide something else.
const MAX_ROUNDS: usize = 6;

/// The schema of one step.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    schema: Value,
}

/// Why a schema can't be a step.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StepError {
    /// It is no object.
    #[error("A step of parameters has to be an object with `properties`")]
    NoObject,
    /// It holds too much.
    #[error("A step of parameters may hold {MAX_VALUES} values in {MAX_DEPTH} levels at most")]
    TooLarge,
}

impl Step {
    /// Takes a schema. That it is right is not needed: see [`Step::flaws`].
    ///
    /// # Errors
    /// It is no object, or too large.
    pub fn new(schema: Value) -> Result<Self, StepError> {
        if !schema.is_object() {
            return Err(StepError::NoObject);
        }
        if is_within(&schema, MAX_DEPTH, &mut MAX_VALUES.clone()) {
            Ok(Self { schema })
        } else {
            // Dropping what is nested too deeply must not use up the stack either.
            discard(schema);
            Err(StepError::TooLarge)
        }
    }

    /// The schema as it was given.
    #[must_use]
    pub const fn schema(&self) -> &Value {
        &self.schema
    }

    /// What the step is called.
    #[must_use]
    pub fn title(&self) -> Option<&str> {
        self.schema.get("title").and_then(Value::as_str)
    }

    /// What it is for, in Markdown.
    #[must_use]
    pub fn description(&self) -> Option<&str> {
        self.schema.get("description").and_then(Value::as_str)
    }

    /// Whether its feature flag is on, if it has one.
    #[must_use]
    pub fn is_enabled(&self, flags: &BTreeSet<String>) -> bool {
        flag(&self.schema).is_none_or(|flag| flags.contains(flag))
    }

    /// Every feature flag that it names, at any depth.
    #[must_use]
    pub fn flags(&self) -> BTreeSet<String> {
        fn collect(schema: &Value, flags: &mut BTreeSet<String>) {
            flags.extend(flag(schema).map(str::to_owned));
            match schema {
                Value::Array(items) => items.iter().for_each(|item| collect(item, flags)),
                Value::Object(members) => members.values().for_each(|member| collect(member, flags)),
                _ => {}
            }
        }
        let mut flags = BTreeSet::new();
        collect(&self.schema, &mut flags);
        flags
    }

    /// Whether some of these values are answers to it, in whichever branch.
    #[must_use]
    pub fn knows(&self, values: &Map<String, Value>) -> bool {
        known(&self.schema, &self.schema).iter().any(|name| values.contains_key(name))
    }

    /// The form for answers as they are. Call [`Step::fill`] before, for defaults.
    #[must_use]
    pub fn form(&self, answers: &Answers, setting: &Setting<'_>) -> Form {
        self.form_and_values(answers, setting).0
    }

    /// Puts defaults where nothing was answered.
    pub fn fill(&self, answers: &mut Answers, setting: &Setting<'_>) {
        let (_, pruned) = self.form_and_values(answers, setting);
        let resolver = Resolver::new(&self.schema, *setting, &answers.choices);
        let gap = Gap { pointer: "", outer: None, references: &[], cleared: &answers.cleared, depth: 0 };
        let Some(mut filled) = resolver.fill(&self.schema, Some(&pruned), gap) else { return };
        restore(&mut filled, &pruned, &Value::Object(std::mem::take(&mut answers.values)));
        if let Value::Object(values) = filled {
            answers.values = values;
        }
    }

    /// The form, and the values without what it does not show. What is left out can decide a condition, so both are
    /// repeated until nothing changes.
    fn form_and_values(&self, answers: &Answers, setting: &Setting<'_>) -> (Form, Value) {
        let mut values = Value::Object(answers.values.clone());
        let mut form = self.arrange(&values, answers, setting);
        for _ in 0..MAX_ROUNDS {
            if !form.prune(&mut values) {
                break;
            }
            form = self.arrange(&values, answers, setting);
        }
        (form, values)
    }

    fn arrange(&self, values: &Value, answers: &Answers, setting: &Setting<'_>) -> Form {
        let resolver = Resolver::new(&self.schema, *setting, &answers.choices);
        let mut flagged = Vec::new();
        let root = resolver.arrange(&self.schema, Some(values), Spot::root(), &mut flagged);
        Form { root, flagged }
    }
}

/// The values that are sent: those that the steps show, and those that no step knows, which a link may have brought along.
///
/// Backstage sends what was typed into a field that is hidden by now, too. A template that publishes "if there is a
/// repository" would then publish although the choice was taken back.
#[must_use]
pub fn shown(steps: &[(&Step, Setting<'_>)], answers: &Answers) -> Map<String, Value> {
    let mut answers = answers.clone();
    for _ in 0..MAX_ROUNDS {
        let before = answers.values.clone();
        // A value is left out if a step knows it and none shows it.
        let kept: Vec<_> = steps
            .iter()
            .map(|(step, setting)| {
                let is_enabled = step.is_enabled(setting.flags);
                let (form, values) = step.form_and_values(&answers, setting);
                (is_enabled, form, values)
            })
            .collect();
        let shows = |form: &Form, key: &str| {
            form.root
                .parts()
                .iter()
                .any(|field| super::name::keys(&field.pointer).last().as_deref() == Some(key))
        };
        let mut values = Map::new();
        for (key, value) in &before {
            let mut showing = kept.iter().filter(|(is_enabled, form, _)| *is_enabled && shows(form, key));
            let is_known = kept.iter().any(|(_, form, _)| shows(form, key) || form.root.hidden.contains(key));
            match showing.next() {
                Some((_, _, shown)) => {
                    if let Some(value) = shown.get(key) {
                        values.insert(key.clone(), value.clone());
                    }
                }
                None if is_known => {}
                None => {
                    values.insert(key.clone(), value.clone());
                }
            }
        }
        if values == before {
            break;
        }
        answers.values = values;
    }
    answers.values
}

/// What is told before the answers are sent, in the order of the form. Call it with what [`shown`] leaves.
#[must_use]
pub fn review(steps: &[(&Step, Setting<'_>)], answers: &Answers) -> Vec<Row> {
    let forms = steps.iter().filter(|(step, setting)| step.is_enabled(setting.flags));
    let forms: Vec<_> = forms.map(|(step, setting)| step.form(answers, setting)).collect();
    rows(&forms, &answers.values)
}

/// Whether a value has few enough levels and members.
fn is_within(value: &Value, levels: usize, left: &mut usize) -> bool {
    let Some(rest) = left.checked_sub(1) else { return false };
    *left = rest;
    let Some(levels) = levels.checked_sub(1) else { return false };
    match value {
        Value::Array(items) => items.iter().all(|item| is_within(item, levels, left)),
        Value::Object(members) => members.values().all(|member| is_within(member, levels, left)),
        _ => true,
    }
}

/// Drops a value level by level.
fn discard(value: Value) {
    let mut next = vec![value];
    while let Some(value) = next.pop() {
        match value {
            Value::Array(items) => next.extend(items),
            Value::Object(members) => next.extend(members.into_iter().map(|(_, member)| member)),
            _ => {}
        }
    }
}
