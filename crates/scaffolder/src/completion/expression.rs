//! What may stand within `${{ }}`: names, what is below them, and filters.

use std::collections::HashSet;
use std::sync::Arc;

use serde_json::Value;

use super::outline::{Line, Outline, Part};
use super::{Completion, CompletionKind, Completions, is_step, plain};
use crate::action::Registry;
use crate::filters::ENVIRONMENT;
use crate::schema_fields::kind;

/// Names that expressions know, and what they are.
const NAMES: [(&str, &str); 8] = [
    ("parameters", "The answers to the form."),
    ("steps", "Steps that ran before, by their id."),
    ("user", "Who started the run: `user.entity` and `user.ref`."),
    ("context", "The run: `context.task.id`."),
    ("environment", "What the configuration gives to templates: `environment.parameters`."),
    ("secrets", "What was typed into fields of secrets. Inputs know it."),
    ("each", "The item that the step runs for: `each.key` and `each.value`."),
    ("range", "The numbers up to one: `range(3)`."),
];
/// Words after which a value begins.
const OPERATORS: [&str; 7] = ["or", "and", "not", "if", "else", "in", "is"];

/// What may stand at the end of an expression that is given as far as it is typed; in the text it ends at `end`.
pub(super) fn offers(typed: &str, end: usize, outline: &Outline, registry: &Registry) -> Completions {
    let name = name_at_end(typed);
    let before = &typed[..typed.len() - name.len()];
    let from = end - name.len();
    let offers = |items| Completions::of(from, name, items);
    // Within a text.
    if ['\'', '"'].iter().any(|quote| before.matches(*quote).count() % 2 == 1) {
        return Completions::none(end);
    }
    if let Some(path) = before.strip_suffix('.') {
        let mut items = below(&chain(path), outline, registry);
        for item in items.iter_mut().filter(|item| !is_name(&item.label)) {
            item.insert = Some(format!("['{}']", item.label));
            // The dot.
            item.before = 1;
        }
        return offers(items);
    }
    let before = before.trim_end();
    if before.ends_with('|') && !before.ends_with("||") {
        let filters = ENVIRONMENT.filters();
        return offers(filters.map(|filter| Completion::new(filter, CompletionKind::Function)).collect());
    }
    let word = name_at_end(before);
    let begins = if word.is_empty() {
        !before.ends_with([')', ']', '}', '\'', '"'])
    } else {
        OPERATORS.contains(&word)
    };
    if !begins {
        return Completions::none(end);
    }
    let name =
        |&(name, about): &(&'static str, &str)| Completion::new(name, CompletionKind::Variable).about(about);
    offers(NAMES.iter().map(name).collect())
}

/// What is below a chain of names.
fn below(chain: &[String], outline: &Outline, registry: &Registry) -> Vec<Completion> {
    let names: Vec<&str> = chain.iter().map(String::as_str).collect();
    let words = |names: &[&str]| {
        names.iter().map(|name| Completion::new(*name, CompletionKind::Variable)).collect::<Vec<_>>()
    };
    match names[..] {
        ["parameters"] => parameters(outline, |is_secret| !is_secret),
        ["secrets"] => parameters(outline, |is_secret| is_secret),
        ["steps"] => steps(outline),
        ["steps", _] => words(&["output"]),
        ["steps", id, "output"] => output(id, outline, registry),
        ["user"] => words(&["entity", "ref"]),
        ["user", "entity"] => words(&["apiVersion", "kind", "metadata", "spec", "relations"]),
        ["user", "entity", "metadata"] => words(&["name", "namespace", "title", "annotations"]),
        ["user", "entity", "spec"] => words(&["profile", "memberOf"]),
        ["user", "entity", "spec", "profile"] => words(&["displayName", "email", "picture"]),
        ["context"] => words(&["task"]),
        ["context", "task"] => words(&["id"]),
        ["environment"] => words(&["parameters", "secrets"]),
        ["each"] => words(&["key", "value"]),
        _ => Vec::new(),
    }
}

/// The fields of the form, those of secrets or the others.
fn parameters(outline: &Outline, is_meant: impl Fn(bool) -> bool) -> Vec<Completion> {
    let (mut found, mut names) = (Vec::new(), HashSet::new());
    let key = |key: &str| Part::Key(Arc::from(key));
    let (form, properties) = ([key("spec"), key("parameters")], key("properties"));
    for line in &outline.lines {
        if !line.path.starts_with(&form) || line.path.last() != Some(&properties) {
            continue;
        }
        let Some(own) = outline.below(line) else { continue };
        let mut kinds = ["ui:field", "ui:widget"].into_iter().filter_map(|key| outline.value(own, key));
        let is_secret = kinds.any(|kind| kind.starts_with("Secret"));
        if !is_meant(is_secret) || !names.insert(&line.key) {
            continue;
        }
        let text = |key: &str| outline.value(own, key).map(str::to_owned);
        let mut item = Completion::new(&*line.key, CompletionKind::Variable);
        (item.detail, item.info) = (text("type"), text("title"));
        found.push(item);
    }
    found
}

/// The steps that ended before the place is computed.
fn steps(outline: &Outline) -> Vec<Completion> {
    let here = outline.here.as_ref().map_or(&[][..], |line| &line.path);
    let steps = outline
        .lines
        .iter()
        .filter(|line| &*line.key == "id" && is_step(&line.path) && is_before(&line.path, here));
    let step = |line: &Line| {
        let id = plain(line.value.as_deref()?);
        let mut step = Completion::new(id, CompletionKind::Variable);
        step.detail = outline.value(line.within, "action").map(str::to_owned);
        step.info = outline.value(line.within, "name").map(str::to_owned);
        Some(step)
    };
    steps.filter_map(step).collect()
}

/// Whether a step ended before a place is computed: it stands before it in the same list, or undoing it is what happens there.
fn is_before(step: &[Part], here: &[Part]) -> bool {
    let steps = ["spec", "steps"].map(|key| Part::Key(Arc::from(key)));
    if !here.starts_with(&steps) {
        return true;
    }
    match step.iter().zip(here).find(|(one, other)| one != other) {
        Some((Part::Item(step), Part::Item(here))) => step < here,
        // Branches run at the same time.
        Some(_) => false,
        None => matches!(here.get(step.len()), Some(Part::Key(key)) if &**key == "compensate"),
    }
}

/// What the action of a step gives.
fn output(id: &str, outline: &Outline, registry: &Registry) -> Vec<Completion> {
    let is_it = |line: &&Line| {
        &*line.key == "id" && is_step(&line.path) && line.value.as_deref().map(plain) == Some(id)
    };
    let step = outline.lines.iter().find(is_it);
    let action = step.and_then(|line| outline.value(line.within, "action")).map(plain);
    let found = action.map(|action| registry.find(action));
    let schema = found.as_ref().and_then(|found| found.output()).map(|output| &output["properties"]);
    let property = |(name, schema): (&String, &Value)| {
        let mut item = Completion::new(name, CompletionKind::Variable);
        item.detail = Some(kind(schema));
        item.info = schema["description"].as_str().or_else(|| schema["title"].as_str()).map(str::to_owned);
        item
    };
    schema.and_then(Value::as_object).into_iter().flatten().map(property).collect()
}

/// The names of a chain such as `steps['fetch-base'].output`, which ends a text.
fn chain(text: &str) -> Vec<String> {
    let mut names = Vec::new();
    let mut rest = text;
    loop {
        if let Some(inner) = rest.strip_suffix(']') {
            let Some(open) = inner.rfind('[') else { break };
            names.push(inner[open + 1..].trim().trim_matches(['"', '\'']).to_owned());
            rest = &inner[..open];
            continue;
        }
        let name = name_at_end(rest);
        if name.is_empty() {
            break;
        }
        names.push(name.to_owned());
        match rest[..rest.len() - name.len()].strip_suffix('.') {
            Some(before) => rest = before,
            None => break,
        }
    }
    names.reverse();
    names
}

fn name_at_end(text: &str) -> &str {
    &text[text.trim_end_matches(is_of_name).len()..]
}

fn is_of_name(letter: char) -> bool {
    letter.is_alphanumeric() || matches!(letter, '_' | '$')
}

fn is_name(text: &str) -> bool {
    text.chars().all(is_of_name) && !text.starts_with(|letter: char| letter.is_numeric())
}
