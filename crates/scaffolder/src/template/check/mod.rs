//! A template against the actions of a portal, and its expressions against what they refer to.

mod input;
mod references;

use super::{Code, Condition, Problem, Template};
use crate::action::{Found, Registry};
use crate::expression::Prepared;
use crate::links;

/// What is wrong with a template, beside its shape.
#[must_use]
pub fn check(template: &Template, registry: &Registry) -> Vec<Problem> {
    let mut problems = Vec::new();
    for step in template.all_steps() {
        if step.branches.is_empty() {
            action(step, registry, &mut problems);
        }
        expressions(&step.input, &mut problems);
        step.each.iter().for_each(|each| expressions(each, &mut problems));
        condition(&step.condition, &mut problems);
    }
    let output = &template.output;
    for (shown, value) in output.links.iter().chain(&output.text) {
        condition(shown, &mut problems);
        expressions(value, &mut problems);
    }
    output.others.iter().for_each(|(_, value)| expressions(value, &mut problems));
    for (_, link) in &output.links {
        if let Some(url) = link.plain_text("url")
            && let Err(why) = links::judge(url)
        {
            problems.push(Problem::error(format!("{}/url", link.pointer()), Code::Link, why));
        }
    }
    references::check(template, &mut problems);
    problems
}

fn action(step: &super::Step, registry: &Registry, problems: &mut Vec<Problem>) {
    let pointer = format!("{}/action", step.pointer);
    match registry.find(&step.action) {
        Found::Runs(registered) => {
            let about = registered.action.about();
            input::check(step, &registered.input, &about.input, problems);
        }
        Found::Known(known) => {
            problems.push(Problem::error(pointer, Code::NotRunnable, known.refusal()));
            if known.never.is_none()
                && let Ok(schema) = crate::schema::Schema::new(&known.input)
            {
                input::check(step, &schema, &known.input, problems);
            }
        }
        Found::Unknown { nearest } => {
            let problem = Problem::error(
                pointer,
                Code::UnknownAction,
                format!("There is no action {:?} in this portal.", step.action),
            );
            problems.push(match nearest {
                Some(nearest) => problem.with_help(format!("Is {nearest} meant?")),
                None => problem
                    .with_help("The page of installed actions, `/create/actions`, lists what there is."),
            });
        }
    }
}

fn condition(condition: &Condition, problems: &mut Vec<Problem>) {
    if let Condition::Computed { value, .. } = condition {
        expressions(value, problems);
    }
}

fn expressions(value: &Prepared, problems: &mut Vec<Problem>) {
    problems.extend(value.errors().into_iter().map(|error| {
        let message = format!("{} ({} of the text)", error.message, error.place);
        Problem::error(error.pointer, Code::Expression, message)
    }));
}
