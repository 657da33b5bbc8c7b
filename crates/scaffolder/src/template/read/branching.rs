//! Steps with branches in the place of an action.

use std::sync::Arc;

use serde_json::{Map, Value};

use super::super::shape::Shape;
use super::super::{Branch, Code, Problem, Step};
use super::{Ids, condition, step, tags};
use crate::expression::Prepared;

/// Most branches of a step.
const MOST: usize = 8;
/// Longest name of a branch, in bytes.
const LONGEST_NAME: usize = 200;
/// What a step with branches may say.
const KEYS: [&str; 5] = ["id", "name", "if", "branches", "backstage:permissions"];

/// A step with branches.
pub(super) fn group(
    shape: &Shape<'_>,
    number: usize,
    ids: &mut Ids,
    problems: &mut Vec<Problem>,
) -> Option<Step> {
    for key in shape.fields.keys().filter(|key| !KEYS.contains(&key.as_str())) {
        problems.push(
            Problem::error(shape.pointer(key), Code::Shape, format!("A step with branches has no {key:?}."))
                .with_help("It has branches, and may have an id, a name and an if; what is done is said by the steps of its branches."),
        );
    }
    let id = ids.take(shape, format!("step-{}", number + 1), problems)?;
    let listed = shape.object("branches", problems)?;
    let count = listed.fields.len();
    if count == 0 || count > MOST {
        problems.push(Problem::error(
            listed.pointer.clone(),
            Code::Shape,
            format!("A step has one to {MOST} branches; these are {count}."),
        ));
        return None;
    }
    let mut branches = Vec::new();
    for (place, name) in listed.fields.keys().enumerate() {
        let pointer = listed.pointer(name);
        if name.trim().is_empty() || name.len() > LONGEST_NAME || name.chars().any(char::is_control) {
            problems.push(Problem::error(
                pointer,
                Code::Shape,
                format!("The name of a branch has 1 to {LONGEST_NAME} bytes, and no control characters."),
            ));
            continue;
        }
        let steps = of_branch(&listed, name, &format!("{id}-{}", place + 1), ids, problems);
        branches.push(Branch { name: name.clone(), steps });
    }
    let names: Vec<&str> = branches.iter().map(|branch| branch.name.as_str()).collect();
    let name = shape.text("name", problems).map_or_else(|| names.join(", "), str::to_owned);
    Some(Step {
        name,
        action: String::new(),
        source: Map::new(),
        input: Prepared::new(&Value::Object(Map::new()), shape.pointer("input")),
        condition: condition(shape, problems),
        each: None,
        compensate: None,
        branches,
        tags: tags(shape, problems),
        pointer: shape.pointer.clone(),
        id,
    })
}

/// The steps of a branch.
fn of_branch(
    listed: &Shape<'_>,
    name: &str,
    id: &str,
    ids: &mut Ids,
    problems: &mut Vec<Problem>,
) -> Vec<Arc<Step>> {
    let pointer = listed.pointer(name);
    let is_no_list = listed.fields.get(name).is_some_and(|steps| !steps.is_null() && !steps.is_array());
    let list = listed.list(name, problems);
    if list.is_none_or(<[Value]>::is_empty) && !is_no_list {
        problems.push(
            Problem::error(pointer, Code::Shape, format!("The branch {name:?} has no steps."))
                .with_help("Add a list of steps, each with an action, or take the branch away."),
        );
        return Vec::new();
    }
    let mut steps = Vec::new();
    for (number, value) in list.into_iter().flatten().enumerate() {
        let pointer = format!("{pointer}/{number}");
        let Some(shape) = Shape::of(value, pointer, problems) else { continue };
        if shape.fields.contains_key("branches") {
            problems.push(
                Problem::error(
                    shape.pointer("branches"),
                    Code::Shape,
                    "A branch has no branches of its own.",
                )
                .with_help("Give the first step more branches, or fork once more behind it."),
            );
            continue;
        }
        let Some(step) = step(&shape, format!("{id}-{}", number + 1), ids, problems) else { continue };
        steps.push(Arc::new(step));
    }
    steps
}
