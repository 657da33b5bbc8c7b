//! Actions that are listened to.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use futures::future::BoxFuture;
use serde_json::{Map, Value, json};

use super::{Call, Case, Listener};
use crate::action::{About, Action, ActionError, Done, Found, Invocation, Registered, Registry, Repeat};
use crate::execution::example;
use crate::schema::Schema;
use crate::template::{Step, Template};

/// The calls that were made.
pub(super) type Calls = Listener;

/// Stands before an action, and for it where it would write elsewhere.
struct Stand {
    about: About,
    /// The action, if a dry run does it.
    inner: Option<Arc<Registered>>,
    mocks: BTreeMap<String, Map<String, Value>>,
    failures: BTreeMap<String, String>,
    calls: Calls,
}

impl Action for Stand {
    fn about(&self) -> &About {
        &self.about
    }

    fn run<'a>(&'a self, invocation: Invocation<'a>) -> BoxFuture<'a, Result<Done, ActionError>> {
        // With `each`, the item's key stands behind the id.
        let step = invocation.step.split_once('[').map_or(invocation.step, |(step, _)| step);
        let input = invocation.journal.mask().value(&Value::Object(invocation.input.clone()));
        self.calls.lock().push(Call { step: step.to_owned(), action: self.about.id.clone(), input });
        if let Some(why) = self.failures.get(step).or_else(|| self.failures.get(&self.about.id)) {
            return Box::pin(std::future::ready(Err(ActionError::new(why.clone()))));
        }
        let mock = self.mocks.get(step).or_else(|| self.mocks.get(&self.about.id));
        match (mock, &self.inner) {
            (Some(output), _) => Box::pin(std::future::ready(Ok(Done::Output(output.clone())))),
            (None, Some(inner)) => inner.action.run(invocation),
            (None, None) => {
                let output = match example(&self.about.output) {
                    Value::Object(output) => output,
                    _ => Map::new(),
                };
                Box::pin(std::future::ready(Ok(Done::Output(output))))
            }
        }
    }
}

/// The actions of a template, listened to; or what is wrong with the outputs that they shall seem to give.
pub(super) fn registry(
    case: &Case,
    template: &Value,
    registry: &Registry,
    calls: &Calls,
) -> Result<Registry, Vec<String>> {
    // What can't be read the dry run tells.
    let template = Template::read(template).0;
    let steps: Vec<&Arc<Step>> = template.iter().flat_map(Template::actions).collect();
    let mut wrong = Vec::new();
    for name in case.failures.keys() {
        if !steps.iter().any(|step| step.id == *name || step.action == *name) {
            wrong.push(format!(
                "failures: {name} is neither a step of the template nor an action that it uses."
            ));
        }
    }
    for (name, output) in &case.mocks {
        let of = steps.iter().filter(|step| step.id == *name || step.action == *name);
        let actions: BTreeSet<&str> = of.map(|step| step.action.as_str()).collect();
        if actions.is_empty() {
            wrong
                .push(format!("mocks: {name} is neither a step of the template nor an action that it uses."));
        }
        for action in actions {
            let schema = registry.find(action).output().cloned().unwrap_or_else(|| json!({}));
            let faults = match Schema::new(&schema) {
                Ok(schema) => schema.faults(&Value::Object(output.clone())),
                Err(error) => {
                    wrong.push(format!("The schema of the output of {action} can't be used: {error}"));
                    continue;
                }
            };
            wrong.extend(faults.iter().map(|fault| {
                format!("mocks: {name}{}: {action} does not give this: {}", fault.pointer, fault.message)
            }));
        }
    }
    let mut listening = Registry::default();
    let used: BTreeSet<&str> = steps.iter().map(|step| step.action.as_str()).collect();
    for id in used {
        let (about, inner) = match registry.find(id) {
            Found::Runs(registered) => {
                let about = registered.action.about().clone();
                let inner = about.dry_run.then(|| Arc::clone(registered));
                (About { dry_run: true, ..about }, inner)
            }
            Found::Known(known) if known.never.is_none() => {
                let about = About {
                    id: known.id.clone(),
                    description: known.description.clone(),
                    input: known.input.clone(),
                    output: known.output.clone().unwrap_or_else(|| json!({})),
                    examples: Vec::new(),
                    dry_run: true,
                    repeat: Repeat::Safe,
                };
                (about, None)
            }
            // The dry run says what is the matter with these.
            Found::Known(_) | Found::Unknown { .. } => continue,
        };
        let (mocks, failures) = (case.mocks.clone(), case.failures.clone());
        let stand = Stand { about, inner, mocks, failures, calls: Arc::clone(calls) };
        if let Err(error) = listening.add(Arc::new(stand)) {
            wrong.push(error.to_string());
        }
    }
    if wrong.is_empty() { Ok(listening) } else { Err(wrong) }
}
