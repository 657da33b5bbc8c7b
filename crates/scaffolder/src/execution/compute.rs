//! Whether a step runs, how often, and with which input.

use std::sync::Arc;

use serde_json::{Map, Value, json};

use super::context::Context;
use super::{Options, Progress};
use crate::expression::{Budget, Functions, LIMITS, Prepared, is_truthy, items};
use crate::template::{Condition, Step};

/// Most items of an `each`.
const MOST_ITEMS: usize = 1_000;

/// What is to happen with a step.
pub(super) enum Decision {
    /// It is left out, and this is why.
    Skip(String),
    /// It runs for each of these, in order.
    Run(Vec<Item>),
}

/// One call of an action.
pub(super) struct Item {
    /// Its key in the `each`, if there is one.
    pub(super) key: Option<String>,
    pub(super) input: Map<String, Value>,
    /// What of the input was made of secrets.
    pub(super) hidden: Vec<String>,
}

impl Item {
    /// What its action knows the call by.
    pub(super) fn name(&self, step: &str) -> String {
        self.key.as_ref().map_or_else(|| step.to_owned(), |key| format!("{step}[{key}]"))
    }
}

impl Progress<'_> {
    /// Decides what happens with a step, away from the threads that serve requests: expressions are other people's
    /// programs. The error is for the person who started the run.
    pub(super) async fn decide(&self, step: &Arc<Step>) -> Result<Decision, String> {
        let deciding = Deciding {
            step: Arc::clone(step),
            context: Arc::clone(&self.context),
            failed: self.failure.is_some(),
            options: self.run.options,
        };
        let decided = crate::turn::blocking(move || deciding.decide()).await;
        decided.unwrap_or_else(|stopped| Err(format!("The input could not be computed: {stopped}.")))
    }
}

struct Deciding {
    step: Arc<Step>,
    context: Arc<Context>,
    failed: bool,
    options: Options,
}

impl Deciding {
    fn decide(&self) -> Result<Decision, String> {
        let no = || Ok(Decision::Skip("Skipped, because its if says no.".to_owned()));
        let budget = Budget::new(LIMITS);
        let condition = match &self.step.condition {
            Condition::No => return no(),
            Condition::Yes if self.failed => return Ok(after_failure()),
            Condition::Computed { after_failure: false, .. } if self.failed => return Ok(after_failure()),
            Condition::Yes => None,
            Condition::Computed { value, .. } => Some(value),
        };
        let Some(each) = &self.step.each else {
            if let Some(condition) = condition
                && !self.is_true(condition, self.context.plain(), &budget)?
            {
                return no();
            }
            return Ok(Decision::Run(vec![self.item(None, None, &budget)?]));
        };
        let mut values = self.context.with_secrets();
        let over = each.render(&values, Functions::Plain, self.options.failures, &budget);
        let over = items(over.map_err(|error| error.to_string())?)?;
        if over.len() > MOST_ITEMS {
            return Err(format!("each goes over {} items; at most {MOST_ITEMS} are possible.", over.len()));
        }
        // The same items without secrets, as far as there are as many.
        let mut stand_ins = self.context.with_stand_ins().and_then(|values| {
            let over = each.render(&values, Functions::Plain, self.options.failures, &Budget::new(LIMITS));
            items(over.ok()?).ok().map(Vec::into_iter)
        });
        let (all, mut run) = (over.len(), Vec::new());
        for item in over {
            let stand_in = stand_ins.as_mut().and_then(Iterator::next);
            values.insert("each".to_owned(), as_each(&item));
            let wanted = condition.map_or(Ok(true), |condition| self.is_true(condition, &values, &budget))?;
            if wanted {
                run.push(self.item(Some(item), stand_in.as_ref(), &budget)?);
            }
        }
        if run.is_empty() && all > 0 {
            return Ok(Decision::Skip("Skipped, because its if says no to every item.".to_owned()));
        }
        Ok(Decision::Run(run))
    }

    fn is_true(
        &self,
        condition: &Prepared,
        values: &Map<String, Value>,
        budget: &Budget,
    ) -> Result<bool, String> {
        let functions = Functions::Condition { failed: self.failed };
        let value = condition.render(values, functions, self.options.failures, budget);
        value.map(|value| is_truthy(value.as_ref())).map_err(|error| error.to_string())
    }

    fn item(
        &self,
        each: Option<(String, Value)>,
        stand_in: Option<&(String, Value)>,
        budget: &Budget,
    ) -> Result<Item, String> {
        let input = |mut values: Map<String, Value>, each: Option<Value>, budget: &Budget| {
            values.extend(each.map(|each| ("each".to_owned(), each)));
            let input = self.step.input.render(&values, Functions::Plain, self.options.failures, budget)?;
            Ok::<_, crate::expression::ExpressionError>(input.unwrap_or_default())
        };
        let computed = input(self.context.with_secrets(), each.as_ref().map(as_each), budget);
        let computed = computed.map_err(|error| error.to_string())?;
        let mut hidden = Vec::new();
        if let Some(values) = self.context.with_stand_ins() {
            // What a stand-in can't be put through is made of secrets, or may be.
            let of_stand_in = each.is_some().then(|| stand_in.map_or(Value::Null, as_each));
            let other = input(values, of_stand_in, &Budget::new(LIMITS)).unwrap_or_default();
            differing(&computed, &other, &mut hidden);
            let key = |item: Option<&(String, Value)>| item.map(|(key, _)| key.clone());
            hidden.extend(key(each.as_ref()).filter(|of| key(stand_in).as_ref() != Some(of)));
        }
        let Value::Object(input) = computed else { return Err("The input is no object.".to_owned()) };
        Ok(Item { key: each.map(|(key, _)| key), input, hidden })
    }
}

/// An item as expressions know it.
fn as_each((key, value): &(String, Value)) -> Value {
    json!({ "key": key, "value": value })
}

fn after_failure() -> Decision {
    Decision::Skip(
        "Skipped, because a step before it failed. With always() or failure() in its if it would run."
            .to_owned(),
    )
}

/// Texts of a value that are others in another one.
fn differing(value: &Value, other: &Value, found: &mut Vec<String>) {
    match value {
        Value::String(text) if other.as_str() != Some(text) => found.push(text.clone()),
        Value::Array(items) => {
            for (place, item) in items.iter().enumerate() {
                differing(item, other.get(place).unwrap_or(&Value::Null), found);
            }
        }
        Value::Object(fields) => {
            for (key, value) in fields {
                differing(value, other.get(key).unwrap_or(&Value::Null), found);
            }
        }
        _ => {}
    }
}
