//! The schema that holds for a value: references followed, conditions decided, branches chosen.

use std::cell::Cell;
use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::absorb::Work;
use super::choices::Named;
use super::field::Alternatives;
use super::merge::Prefer;
use super::{Setting, name};

/// Schemas that are looked at for one form. More is a schema that multiplies itself.
const MAX_WORK: u32 = 50_000;
/// Fields of one form.
const MAX_FIELDS: u32 = 2_000;

/// Resolves schemas of one step.
pub(super) struct Resolver<'a> {
    pub(super) root: &'a Value,
    pub(super) setting: Setting<'a>,
    /// Which alternatives were chosen, by the name of the selector.
    pub(super) chosen: &'a BTreeMap<String, usize>,
    work_left: Cell<u32>,
    fields_left: Cell<u32>,
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
        let (work_left, fields_left) = (Cell::new(MAX_WORK), Cell::new(MAX_FIELDS));
        Self { root, setting, chosen, work_left, fields_left }
    }

    /// Takes one schema from the budget.
    pub(super) fn work(&self) -> bool {
        take(&self.work_left)
    }

    /// Takes one field from the budget.
    pub(super) fn count_field(&self) -> bool {
        take(&self.fields_left)
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
        self.work() && self.setting.judge.accepts(schema, value.unwrap_or(&nothing))
    }
}

/// What a reference leads to. Only those within the document lead anywhere.
pub(super) fn target<'a>(root: &'a Value, reference: &str) -> Option<&'a Value> {
    let fragment = reference.strip_prefix('#')?;
    let pointer = percent_encoding::percent_decode_str(fragment).decode_utf8().ok()?;
    root.pointer(&pointer)
}

fn take(left: &Cell<u32>) -> bool {
    let rest = left.get().checked_sub(1);
    left.set(rest.unwrap_or_default());
    rest.is_some()
}
