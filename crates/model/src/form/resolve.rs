//! The schema that holds for a value: references followed, conditions decided, branches chosen.

use std::cell::Cell;
use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::absorb::Work;
use super::choices::Named;
use super::field::Alternatives;
use super::merge::Prefer;
use super::{Setting, name};

/// Values in schemas that are looked at in one pass, each as often as it is. More is a schema that multiplies itself.
const MAX_WORK: usize = 500_000;
/// Conditions that are judged in one pass; further ones do not hold.
const MAX_JUDGED: usize = 1_000;
/// Fields of one form.
const MAX_FIELDS: usize = 2_000;

/// Resolves schemas of one step.
pub(super) struct Resolver<'a> {
    pub(super) root: &'a Value,
    pub(super) setting: Setting<'a>,
    /// Which alternatives were chosen, by the name of the selector.
    pub(super) chosen: &'a BTreeMap<String, usize>,
    work_left: Cell<usize>,
    judged_left: Cell<usize>,
    fields_left: Cell<usize>,
}

/// A schema without `$ref`, `allOf`, `oneOf`, `anyOf`, conditions and dependencies.
pub(super) struct Resolved {
    pub(super) schema: Map<String, Value>,
    /// Constants of which the value is one.
    pub(super) constants: Option<Vec<Named>>,
    pub(super) alternatives: Vec<Alternatives>,
    /// References on the way here, for what lies within.
    pub(super) references: Vec<String>,
    /// What could not be resolved.
    pub(super) notes: Vec<String>,
    /// Whether it has to be asked for as JSON because it would have no end.
    pub(super) is_endless: bool,
}

impl Resolved {
    /// Whether the value is one of a few.
    pub(super) fn is_choice(&self) -> bool {
        self.constants.is_some() || self.schema.get("enum").is_some_and(Value::is_array)
    }
}

impl<'a> Resolver<'a> {
    pub(super) fn new(root: &'a Value, setting: Setting<'a>, chosen: &'a BTreeMap<String, usize>) -> Self {
        let (work_left, judged_left) = (Cell::new(MAX_WORK), Cell::new(MAX_JUDGED));
        Self { root, setting, chosen, work_left, judged_left, fields_left: Cell::new(MAX_FIELDS) }
    }

    /// Takes the values of a schema from the budget.
    pub(super) fn work(&self, schema: &Value) -> bool {
        take(&self.work_left, size(schema))
    }

    /// Takes one field from the budget.
    pub(super) fn count_field(&self) -> bool {
        take(&self.fields_left, 1)
    }

    /// Resolves a schema for the value at `pointer`. `outer` are the references that led here.
    pub(super) fn resolve(
        &self,
        schema: &Value,
        value: Option<&Value>,
        pointer: &str,
        outer: &[String],
    ) -> Resolved {
        let mut work = Work::new(value, outer);
        self.absorb(&mut work, schema, Prefer::There);
        let mut alternatives = Vec::new();
        loop {
            if let Some(options) = work.next_alternatives() {
                let name = format!("{}{}{}", name::of(pointer), name::CHOSEN, alternatives.len());
                alternatives.extend(self.choose(&mut work, &options, name));
            } else if let Some((trigger, dependency)) = work.next_dependency() {
                self.absorb_dependency(&mut work, &trigger, dependency);
            } else {
                break;
            }
        }
        work.into_resolved(alternatives)
    }

    /// The target of a reference within the step.
    pub(super) fn target(&self, reference: &str) -> Option<&'a Value> {
        target(self.root, reference)
    }

    /// Whether a schema accepts a value; nothing is judged as an empty object, as rjsf does.
    pub(super) fn accepts(&self, schema: &Value, value: Option<&Value>) -> bool {
        let nothing = Value::Object(Map::new());
        take(&self.judged_left, 1) && self.setting.judge.accepts(schema, value.unwrap_or(&nothing))
    }
}

/// What a reference leads to. Only those within the document lead anywhere.
pub(super) fn target<'a>(root: &'a Value, reference: &str) -> Option<&'a Value> {
    let fragment = reference.strip_prefix('#')?;
    let pointer = percent_encoding::percent_decode_str(fragment).decode_utf8().ok()?;
    root.pointer(&pointer)
}

fn take(left: &Cell<usize>, count: usize) -> bool {
    let rest = left.get().checked_sub(count);
    left.set(rest.unwrap_or_default());
    rest.is_some()
}

/// How many values there are in one. Those of a step are not nested too deeply for this.
fn size(value: &Value) -> usize {
    match value {
        Value::Array(items) => 1 + items.iter().map(size).sum::<usize>(),
        Value::Object(members) => 1 + members.values().map(size).sum::<usize>(),
        _ => 1,
    }
}
