//! What authors should know of their schemas.

use model::form::{Flaw, Step, StepError};
use model::{Severity, Violation};
use serde_json::Value;

use super::compile::{Schema, violation};
use super::judge::StepJudge;
use super::pattern::Patterns;
use super::{MAX_STEPS, budget};
use crate::schema::draft;

/// Where steps and secrets stand in a template.
const PARAMETERS: &str = "/spec/parameters";
pub(super) const SECRETS: &str = "/spec/secrets/schema";

/// Everything that is wrong with `spec.parameters` and `spec.secrets.schema` of a template. Pointers are those within the
/// template.
#[must_use]
pub fn flaws(parameters: Option<&Value>, secrets: Option<&Value>) -> Vec<Flaw> {
    let error = |violation| Flaw { severity: Severity::Error, violation };
    let steps = steps(parameters);
    let (mut flaws, patterns) = (Vec::new(), Patterns::default());
    if steps.len() > MAX_STEPS {
        flaws.push(error(too_many(steps.len())));
    }
    for (pointer, schema) in steps.into_iter().take(MAX_STEPS) {
        let step = match Step::new(schema.clone()) {
            Ok(step) => step,
            Err(reason) => {
                flaws.push(error(unusable(&pointer, &reason)));
                continue;
            }
        };
        let wrong = Schema::compile(schema, &pointer, &patterns).err().unwrap_or_default();
        let judge = StepJudge::new(step.schema(), draft(schema), patterns.clone());
        let own = budget::spend(|| step.flaws(&judge));
        let own = own.into_iter().map(|flaw| Flaw {
            violation: Violation {
                pointer: format!("{pointer}{}", flaw.violation.pointer),
                ..flaw.violation
            },
            ..flaw
        });
        let own: Vec<_> = own.collect();
        // What the step tells of a place is more to the point than what its meta-schema does.
        let is_told =
            |violation: &Violation| own.iter().any(|flaw| flaw.violation.pointer == violation.pointer);
        let wrong: Vec<_> = wrong.into_iter().filter(|violation| !is_told(violation)).map(error).collect();
        flaws.extend(wrong);
        flaws.extend(own);
    }
    if let Some(Err(wrong)) = secrets.map(|schema| Schema::compile(schema, SECRETS, &patterns)) {
        flaws.extend(wrong.into_iter().map(error));
    }
    flaws
}

/// The steps of a template with their pointers.
pub(super) fn steps(parameters: Option<&Value>) -> Vec<(String, &Value)> {
    match parameters {
        None | Some(Value::Null) => Vec::new(),
        Some(Value::Array(steps)) => {
            steps.iter().enumerate().map(|(index, step)| (format!("{PARAMETERS}/{index}"), step)).collect()
        }
        Some(step) => vec![(PARAMETERS.to_owned(), step)],
    }
}

pub(super) fn too_many(count: usize) -> Violation {
    let message = format!("The template has {count} steps of parameters");
    violation(PARAMETERS, message, Some(&format!("{MAX_STEPS} at most")))
}

pub(super) fn unusable(pointer: &str, reason: &StepError) -> Violation {
    violation(pointer, reason.to_string(), None)
}
