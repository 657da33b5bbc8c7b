//! What expressions refer to: steps, parameters, and the names that there are.

use std::collections::BTreeSet;
use std::sync::Arc;

use nunjucks::Reference;
use serde_json::Value;

use crate::action::nearest;
use crate::expression::Prepared;
use crate::template::{Code, Condition, Problem, Step, Template};

/// Names that every expression may use, beside those that depend on where it stands.
const NAMES: [&str; 8] =
    ["parameters", "steps", "user", "context", "environment", "range", "cycler", "joiner"];

/// Where an expression stands.
struct Spot<'a> {
    /// The steps that ended before it.
    before: &'a [&'a Step],
    /// Whether it may read secrets, the item of `each`, and ask how steps before went.
    secrets: bool,
    each: bool,
    condition: bool,
}

pub(super) fn check(template: &Template, problems: &mut Vec<Problem>) {
    let mut parameters = BTreeSet::new();
    template.parameters.iter().for_each(|page| declared(page, &mut parameters));
    let mut look = |value: &Prepared, spot: &Spot<'_>| {
        for (pointer, reference) in value.references() {
            if let Some(problem) = judge(template, &parameters, spot, &pointer, &reference) {
                problems.push(problem);
            }
        }
    };
    let mut before: Vec<&Step> = Vec::new();
    for group in &template.steps {
        if let Condition::Computed { value, .. } = &group.condition
            && !group.branches.is_empty()
        {
            look(value, &Spot { before: &before, secrets: false, each: false, condition: true });
        }
        let lines: Vec<&[Arc<Step>]> = match &group.branches[..] {
            [] => vec![std::slice::from_ref(group)],
            branches => branches.iter().map(|branch| &branch.steps[..]).collect(),
        };
        let of_lines: Vec<&Step> = lines.iter().copied().flatten().map(|step| &**step).collect();
        for line in lines {
            // What other branches do is not known in this one.
            let mut before = before.clone();
            for step in line {
                let each = step.each.is_some();
                look(&step.input, &Spot { before: &before, secrets: true, each, condition: false });
                step.each.iter().for_each(|value| {
                    look(value, &Spot { before: &before, secrets: true, each: false, condition: false });
                });
                if let Condition::Computed { value, .. } = &step.condition {
                    look(value, &Spot { before: &before, secrets: each, each, condition: true });
                }
                before.push(step);
                // When a compensation runs, those before its step ended, and the step itself; later ones may have.
                if let Some(compensate) = &step.compensate {
                    let each = compensate.each.is_some();
                    look(&compensate.input, &Spot { before: &before, secrets: true, each, condition: false });
                    compensate.each.iter().for_each(|value| {
                        look(value, &Spot { before: &before, secrets: true, each: false, condition: false });
                    });
                }
            }
        }
        if !group.branches.is_empty() {
            before.push(group);
        }
        before.extend(of_lines);
    }
    let spot = Spot { before: &before, secrets: false, each: false, condition: false };
    for (condition, value) in template.output.links.iter().chain(&template.output.text) {
        look(value, &spot);
        if let Condition::Computed { value, .. } = condition {
            look(value, &spot);
        }
    }
    template.output.others.iter().for_each(|(_, value)| look(value, &spot));
}

fn judge(
    template: &Template,
    parameters: &BTreeSet<&str>,
    spot: &Spot<'_>,
    pointer: &str,
    reference: &Reference,
) -> Option<Problem> {
    let at = |message: String| format!("{message} ({} of the text)", reference.place);
    let error = |message: String| Problem::error(pointer, Code::Reference, at(message));
    let warning = |message: String| Problem::warning(pointer, Code::Reference, at(message));
    let hint = |problem: Problem, nearest: Option<&str>| match nearest {
        Some(nearest) => problem.with_help(format!("Is {nearest} meant?")),
        None => problem,
    };
    let mut path = reference.path.iter().map(String::as_str);
    let (name, member) = (path.next()?, path.next());
    match (name, member) {
        ("steps", Some(id)) if spot.before.iter().any(|step| step.id == id) => None,
        ("steps", Some(id)) if is_beside(template, pointer, id) => Some(
            error(format!("Step {id:?} is of another branch, which runs at the same time."))
                .with_help("Read it in a step behind the branches, or do both in one branch."),
        ),
        ("steps", Some(id)) if template.step(id).is_some() => {
            Some(error(format!("Step {id:?} has not run yet when this is computed.")))
        }
        ("steps", Some(id)) => {
            let ids = template.in_order().map(|step| &*step.id);
            Some(hint(error(format!("There is no step {id:?}.")), nearest(id, ids)))
        }
        ("parameters", Some(name)) if !parameters.contains(name) => {
            let problem = warning(format!("{name:?} is in none of the forms of spec.parameters."));
            Some(hint(problem, nearest(name, parameters.iter().copied())))
        }
        ("secrets", _) if !spot.secrets => {
            Some(warning("Secrets are not known here, and are undefined.".to_owned()).with_help(
                "They are known to the input and the each of a step, and to its if when it has an each.",
            ))
        }
        ("each", _) if !spot.each => {
            Some(warning("each is not known here: it belongs to a step that has an each.".to_owned()))
        }
        ("always" | "failure", None) if reference.called && !spot.condition => {
            Some(error(format!("{name}() can be asked in the if of a step only.")))
        }
        ("secrets" | "each" | "always" | "failure", _) => None,
        (name, _) if NAMES.contains(&name) => None,
        (name, _) => {
            let known = NAMES.into_iter().chain(["secrets", "each", "always", "failure"]);
            let message = format!("Nothing is called {name:?} here, so it is undefined.");
            Some(hint(warning(message), nearest(name, known)))
        }
    }
}

/// Whether a step is of a branch beside the one in which a place lies.
fn is_beside(template: &Template, pointer: &str, id: &str) -> bool {
    template.branch_of(id).is_some_and(|(group, place)| {
        let within =
            |step: &Arc<Step>| pointer.strip_prefix(&step.pointer).is_some_and(|rest| rest.starts_with('/'));
        let of = group.branches.iter().position(|branch| branch.steps.iter().any(within));
        of.is_some_and(|of| of != place)
    })
}

/// Every property that a schema names anywhere: which of them are there depends on the answers.
fn declared<'a>(schema: &'a Value, names: &mut BTreeSet<&'a str>) {
    match schema {
        Value::Array(items) => items.iter().for_each(|item| declared(item, names)),
        Value::Object(fields) => {
            for (key, value) in fields {
                if key == "properties"
                    && let Some(properties) = value.as_object()
                {
                    names.extend(properties.keys().map(String::as_str));
                }
                declared(value, names);
            }
        }
        _ => {}
    }
}
