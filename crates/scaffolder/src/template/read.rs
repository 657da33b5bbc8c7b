//! From the entity to the template.

mod branching;

use std::collections::HashMap;
use std::sync::Arc;

use model::form::Flaw;
use model::{EntityRef, Severity};
use serde_json::{Map, Value};

use super::shape::{Shape, wrong};
use super::{Code, Condition, Output, Problem, Recovery, Step, Template};
use crate::expression::{Prepared, below, is_expression};
use crate::form;

/// Most steps of a template.
const MOST_STEPS: usize = 500;
/// Longest id of a step, in bytes.
const LONGEST_ID: usize = 200;

pub(super) fn read(entity: &Value) -> (Option<Template>, Vec<Problem>) {
    let mut problems = Vec::new();
    let template = template(entity, &mut problems);
    (template, problems)
}

fn template(entity: &Value, problems: &mut Vec<Problem>) -> Option<Template> {
    let document = Shape::of(entity, String::new(), problems)?;
    match entity["apiVersion"].as_str() {
        Some(super::API_VERSION) => {}
        _ => problems.push(Problem::error(
            "/apiVersion",
            Code::Shape,
            format!("apiVersion of a template that can be run is {}.", super::API_VERSION),
        )),
    }
    if entity["kind"].as_str().is_none_or(|kind| !kind.eq_ignore_ascii_case("Template")) {
        problems.push(Problem::error("/kind", Code::Shape, "kind of a template is Template."));
    }
    let metadata = entity["metadata"].as_object();
    let of_metadata = |key: &str| metadata.and_then(|metadata| metadata.get(key)).and_then(Value::as_str);
    let name = of_metadata("name").unwrap_or_default();
    let entity_ref =
        EntityRef::parse_with(name, Some("template"), of_metadata("namespace").unwrap_or("default"));
    let Some(spec) = document.object("spec", problems) else {
        problems.push(missing(&document, "spec", "Add spec with steps."));
        return None;
    };
    let had = problems.len();
    let steps = steps(&spec, problems);
    // What would run is not known while a step has no action, or an input that is none.
    let shapes = problems[had..].iter().filter(|problem| problem.severity == Severity::Error);
    let readable = shapes.filter(|problem| problem.code == Code::Shape).count() == 0;
    let template = Template {
        entity_ref: entity_ref
            .map_or_else(|_| format!("template:default/{name}"), |entity_ref| entity_ref.to_string()),
        title: of_metadata("title").unwrap_or(name).to_owned(),
        parameters: parameters(&spec, problems),
        output: output(&spec, problems),
        presentation: spec
            .object("presentation", problems)
            .map(|shape| shape.fields.clone())
            .unwrap_or_default(),
        recovery: recovery(&spec, problems),
        steps: steps?,
    };
    forms(&spec, problems);
    readable.then_some(template)
}

/// What is wrong with the form and the secrets, where nothing is told of a place yet.
fn forms(spec: &Shape<'_>, problems: &mut Vec<Problem>) {
    let secrets = spec.object("secrets", problems).and_then(|secrets| secrets.object("schema", problems));
    let secrets = secrets.map(|schema| Value::Object(schema.fields.clone()));
    for Flaw { severity, violation } in form::flaws(spec.fields.get("parameters"), secrets.as_ref()) {
        if problems.iter().all(|told| told.pointer != violation.pointer) {
            problems.push(Problem { severity, ..violation.into() });
        }
    }
}

fn steps(spec: &Shape<'_>, problems: &mut Vec<Problem>) -> Option<Vec<Arc<Step>>> {
    let Some(list) = spec.list("steps", problems) else {
        if spec.fields.get("steps").is_none_or(Value::is_null) {
            problems.push(missing(spec, "steps", "Add a list of steps, each with an action."));
        }
        return None;
    };
    let in_branches = |step: &Value| {
        let branches = step["branches"].as_object();
        branches.into_iter().flat_map(Map::values).filter_map(Value::as_array).map(Vec::len).sum::<usize>()
    };
    let all = list.len() + list.iter().map(in_branches).sum::<usize>();
    if all > MOST_STEPS {
        problems.push(Problem::error(
            spec.pointer("steps"),
            Code::Shape,
            format!("A template has at most {MOST_STEPS} steps; these are {all}."),
        ));
        return None;
    }
    let mut ids = Ids::default();
    let mut steps: Vec<Arc<Step>> = Vec::new();
    for (number, step) in list.iter().enumerate() {
        let pointer = format!("{}/{number}", spec.pointer("steps"));
        let Some(shape) = Shape::of(step, pointer, problems) else { continue };
        let branches = shape.fields.get("branches").filter(|branches| !branches.is_null());
        let read = match branches {
            Some(_) => branching::group(&shape, number, &mut ids, problems),
            None => self::step(&shape, format!("step-{}", number + 1), &mut ids, problems),
        };
        steps.extend(read.map(Arc::new));
    }
    Some(steps)
}

/// The ids that were read, with their pointers.
#[derive(Default)]
pub(super) struct Ids(HashMap<String, String>);

impl Ids {
    /// The id of a step, which nothing else may have; nothing if it can't be one.
    pub(super) fn take(
        &mut self,
        shape: &Shape<'_>,
        default: String,
        problems: &mut Vec<Problem>,
    ) -> Option<String> {
        let id = shape.text("id", problems).map_or(default, str::to_owned);
        if id.len() > LONGEST_ID || id.chars().any(char::is_control) {
            problems.push(Problem::error(
                shape.pointer("id"),
                Code::Shape,
                format!("An id has at most {LONGEST_ID} bytes, and no control characters."),
            ));
            return None;
        }
        self.note(shape, &id, &shape.pointer, problems);
        Some(id)
    }

    /// Notes an id that stands at a pointer, for a step.
    fn note(&mut self, shape: &Shape<'_>, id: &str, pointer: &str, problems: &mut Vec<Problem>) {
        if let Some(other) = self.0.insert(id.to_owned(), pointer.to_owned()) {
            problems.push(
                Problem::error(
                    shape.pointer("id"),
                    Code::Duplicate,
                    format!("Two steps are called {id:?}; the other one is {other}."),
                )
                .with_help("Give each step an id of its own: others read its output by it."),
            );
        }
    }
}

/// A step with an action, called `default` unless it has an id.
pub(super) fn step(
    shape: &Shape<'_>,
    default: String,
    ids: &mut Ids,
    problems: &mut Vec<Problem>,
) -> Option<Step> {
    let id = ids.take(shape, default, problems)?;
    let Some(action) = shape.text("action", problems) else {
        if shape.fields.get("action").is_none_or(Value::is_null) {
            problems.push(missing(
                shape,
                "action",
                "Name the action that the step runs, such as fetch:template.",
            ));
        }
        return None;
    };
    let name = shape.text("name", problems).unwrap_or(action).to_owned();
    let mut step = action_of(shape, id, name, action, problems);
    step.condition = condition(shape, problems);
    step.tags = tags(shape, problems);
    step.compensate = compensation(shape, &step.id, &step.name, problems);
    if let Some(compensate) = &step.compensate {
        ids.note(shape, &compensate.id, &compensate.pointer, problems);
    }
    Some(step)
}

/// What a `compensate` may say.
const COMPENSATION: [&str; 4] = ["action", "input", "name", "each"];
/// What the id of a step has behind it in that of its compensation.
const COMPENSATES: &str = ".compensate";

/// What undoes a step.
fn compensation(step: &Shape<'_>, id: &str, name: &str, problems: &mut Vec<Problem>) -> Option<Arc<Step>> {
    let shape = step.object("compensate", problems)?;
    for key in shape.fields.keys().filter(|key| !COMPENSATION.contains(&key.as_str())) {
        problems.push(
            Problem::error(shape.pointer(key), Code::Shape, format!("compensate knows no {key:?}."))
                .with_help("It has an action, and may have an input, a name and an each."),
        );
    }
    let Some(action) = shape.text("action", problems) else {
        if shape.fields.get("action").is_none_or(Value::is_null) {
            problems.push(missing(
                &shape,
                "action",
                "Name the action that undoes the step, such as http:request.",
            ));
        }
        return None;
    };
    let name = shape.text("name", problems).map_or_else(|| format!("Compensation of {name}"), str::to_owned);
    Some(Arc::new(action_of(&shape, format!("{id}{COMPENSATES}"), name, action, problems)))
}

/// A step by its action, input and each.
fn action_of(shape: &Shape<'_>, id: String, name: String, action: &str, problems: &mut Vec<Problem>) -> Step {
    let source: Map<String, Value> =
        shape.object("input", problems).map(|input| input.fields.clone()).unwrap_or_default();
    let each = match shape.fields.get("each") {
        None | Some(Value::Null) => None,
        Some(each @ (Value::String(_) | Value::Array(_) | Value::Object(_))) => {
            Some(Prepared::new(each, shape.pointer("each")))
        }
        Some(other) => {
            problems.push(wrong(
                shape.pointer("each"),
                "a list, an object or an expression that gives one",
                other,
            ));
            None
        }
    };
    Step {
        name,
        action: action.to_owned(),
        input: Prepared::new(&Value::Object(source.clone()), shape.pointer("input")),
        source,
        condition: Condition::Yes,
        each,
        compensate: None,
        branches: Vec::new(),
        tags: Vec::new(),
        pointer: shape.pointer.clone(),
        id,
    }
}

pub(super) fn condition(shape: &Shape<'_>, problems: &mut Vec<Problem>) -> Condition {
    let pointer = shape.pointer("if");
    match shape.fields.get("if") {
        None | Some(Value::Null | Value::Bool(true)) => Condition::Yes,
        Some(Value::Bool(false)) => Condition::No,
        Some(value @ Value::String(text)) => {
            if !is_expression(text) && !text.is_empty() {
                problems.push(
                    Problem::warning(
                        &pointer,
                        Code::Expression,
                        "This if is a text without an expression, which always says yes.",
                    )
                    .with_help(format!("Write it as ${{{{ {text} }}}}.")),
                );
            }
            let value = Prepared::new(value, pointer);
            let asks = |name: &str| matches!(name, "always" | "failure");
            let after_failure = value.references().iter().any(|(_, reference)| {
                reference.called && reference.path.first().is_some_and(|name| asks(name))
            });
            Condition::Computed { value, after_failure }
        }
        Some(other) => {
            problems.push(wrong(pointer, "true, false or an expression", other));
            Condition::Yes
        }
    }
}

pub(super) fn tags(shape: &Shape<'_>, problems: &mut Vec<Problem>) -> Vec<String> {
    let Some(permissions) = shape.object("backstage:permissions", problems) else { return Vec::new() };
    let mut tags = Vec::new();
    for (number, tag) in permissions.list("tags", problems).into_iter().flatten().enumerate() {
        match tag {
            Value::String(tag) => tags.push(tag.clone()),
            other => problems.push(wrong(format!("{}/{number}", permissions.pointer("tags")), "text", other)),
        }
    }
    tags
}

fn parameters(spec: &Shape<'_>, problems: &mut Vec<Problem>) -> Vec<Value> {
    let pointer = spec.pointer("parameters");
    let pages = match spec.fields.get("parameters") {
        None | Some(Value::Null) => return Vec::new(),
        Some(page @ Value::Object(_)) => vec![(pointer, page)],
        Some(Value::Array(pages)) => {
            pages.iter().enumerate().map(|(number, page)| (format!("{pointer}/{number}"), page)).collect()
        }
        Some(other) => {
            problems.push(wrong(pointer, "a JSON Schema, or a list of them", other));
            return Vec::new();
        }
    };
    let mut parameters = Vec::new();
    for (pointer, page) in pages {
        let Some(shape) = Shape::of(page, pointer.clone(), problems) else { continue };
        tags(&shape, problems);
        parameters.push(page.clone());
    }
    parameters
}

fn output(spec: &Shape<'_>, problems: &mut Vec<Problem>) -> Output {
    let pointer = spec.pointer("output");
    let shape = spec.object("output", problems);
    let mut items = |key: &str| {
        let list = shape.as_ref().and_then(|shape| shape.list(key, problems));
        let items = list.into_iter().flatten().enumerate().filter_map(|(number, item)| {
            let pointer = format!("{}/{number}", below(&pointer, key));
            let shape = Shape::of(item, pointer.clone(), problems)?;
            let condition = condition(&shape, problems);
            let mut fields = shape.fields.clone();
            fields.remove("if");
            Some((condition, Prepared::new(&Value::Object(fields), pointer)))
        });
        (list.is_some(), items.collect::<Vec<_>>())
    };
    let ((has_links, links), (has_text, text)) = (items("links"), items("text"));
    let fields = shape.iter().flat_map(|shape| shape.fields);
    let others = fields.filter(|(key, _)| !matches!(key.as_str(), "links" | "text"));
    let others =
        others.map(|(key, value)| (key.clone(), Prepared::new(value, below(&pointer, key)))).collect();
    Output { links, text, others, has: (has_links, has_text) }
}

fn recovery(spec: &Shape<'_>, problems: &mut Vec<Problem>) -> Recovery {
    let Some(shape) = spec.object("EXPERIMENTAL_recovery", problems) else { return Recovery::Default };
    match shape.text("EXPERIMENTAL_strategy", problems) {
        None | Some("none") => Recovery::Default,
        Some("startOver") => Recovery::StartOver,
        Some(other) => {
            problems.push(Problem::error(
                shape.pointer("EXPERIMENTAL_strategy"),
                Code::Shape,
                format!("{other:?} is no strategy. There are none and startOver."),
            ));
            Recovery::Default
        }
    }
}

fn missing(shape: &Shape<'_>, key: &str, help: &str) -> Problem {
    Problem::error(shape.pointer(key), Code::Shape, format!("{key} is missing.")).with_help(help)
}
