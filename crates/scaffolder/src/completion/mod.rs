//! What may stand at a place of a template that is being written: keys and values of its document, actions and their inputs,
//! and the names and filters of expressions.
//!
//! The text need not be right, so it is not parsed: its [outline] says below which keys the place lies, and a
//! [schema] what may stand there.

mod expression;
mod outline;
mod schema;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use platform::access::{Caller, Permission};
use platform::error::Error;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use self::outline::{Line, Outline, Part};
use self::schema::{Node, TEMPLATE};
use crate::action::{About, Found, Registry};
use crate::service::Scaffolder;
use crate::turn::one_of_few;

/// Longest text that is looked at, in bytes.
const LONGEST: usize = 512 * 1024;
/// Most things that are offered at one place: nobody reads more, and who types on sees others.
const MOST: usize = 200;
/// How deep a place may lie in a document for something to be offered there.
const DEEPEST: usize = 100;

/// What may stand at a place.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Completions {
    /// Where that begins in the text which takes the place of what is typed already, in UTF-16 units.
    pub from: usize,
    /// Each thing that may stand there, the likely ones first.
    pub items: Vec<Completion>,
    /// Whether there are more: who types on should ask again.
    #[serde(skip_serializing_if = "is_false")]
    pub is_incomplete: bool,
}

/// Something that may stand at a place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Completion {
    /// What it is called.
    pub label: String,
    /// What sort of thing it is.
    pub kind: CompletionKind,
    /// What is written, where that is not the label.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub insert: Option<String>,
    /// How many UTF-16 units before [`Completions::from`] it takes the place of as well.
    #[serde(skip_serializing_if = "is_zero")]
    pub before: usize,
    /// A few words on it, such as its type.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// What it is for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub info: Option<String>,
}

/// What sort of thing may stand at a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum CompletionKind {
    /// A key of an object.
    Property,
    /// A value.
    Enum,
    /// A name in an expression.
    Variable,
    /// A filter or an action.
    Function,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "as serde calls it")]
const fn is_zero(number: &usize) -> bool {
    *number == 0
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "as serde calls it")]
const fn is_false(answer: &bool) -> bool {
    !*answer
}

impl Completions {
    const fn none(from: usize) -> Self {
        Self { from, items: Vec::new(), is_incomplete: false }
    }

    /// What may stand where `typed` stands already. Of very many, those come first which that could become.
    fn of(from: usize, typed: &str, mut items: Vec<Completion>) -> Self {
        let is_incomplete = items.len() > MOST;
        if is_incomplete {
            let typed = typed.to_lowercase();
            items.sort_by_cached_key(|item| {
                let label = item.label.to_lowercase();
                (!label.starts_with(&typed), !label.contains(&typed))
            });
            items.truncate(MOST);
        }
        Self { from, items, is_incomplete }
    }
}

impl Completion {
    fn new(label: impl Into<String>, kind: CompletionKind) -> Self {
        Self { label: label.into(), kind, insert: None, before: 0, detail: None, info: None }
    }

    fn about(mut self, about: &str) -> Self {
        self.info = Some(about.to_owned());
        self
    }
}

impl Scaffolder {
    /// What may stand at a place of a template that is being written, which need not be right. The place is given in UTF-16
    /// units, as browsers count.
    ///
    /// # Errors
    /// The caller may not see what templates are made of, or the text is too long.
    pub async fn completions(
        &self,
        caller: &Caller,
        source: String,
        place: usize,
    ) -> Result<Completions, Error> {
        self.inner.policy.check(caller, Permission::ScaffolderTemplateParameterRead)?;
        self.inner.policy.check(caller, Permission::ScaffolderTemplateStepRead)?;
        if source.len() > LONGEST {
            return Err(Error::input(format!("The text has more than {LONGEST} bytes.")));
        }
        let registry = Arc::clone(&self.inner.tools.registry);
        let read = move || {
            let mut found = completions(&source, bytes(&source, place), &registry);
            found.from = units(&source[..found.from]);
            found
        };
        one_of_few(&self.inner.drafts, read).await
    }
}

/// What may stand at a place that is given in bytes, as is the beginning of what comes back.
fn completions(source: &str, place: usize, registry: &Registry) -> Completions {
    let outline = Outline::around(source, place);
    let start = source[..place].rfind('\n').map_or(0, |end| end + 1);
    let typed = &source[start..place];
    if let Some(open) = typed.rfind("${{").filter(|open| !typed[*open..].contains("}}")) {
        return expression::offers(&typed[open + 3..], place, &outline, registry);
    }
    let Some(here) = &outline.here else { return Completions::none(place) };
    let is_template =
        outline.value_of_document("kind").is_none_or(|kind| "Template".starts_with(plain(kind)));
    if !is_template {
        return Completions::none(place);
    }
    match &here.value {
        None => {
            let mut items = keys(here, &outline, registry);
            if let Some(Part::Item(_)) = here.path.last() {
                items.extend(values(&here.path, &outline, registry));
            }
            Completions::of(start + here.column, &here.key, items)
        }
        Some(value) => {
            let is_action = &*here.key == "action" && runs(&here.path);
            let path: Vec<Part> =
                here.path.iter().cloned().chain([Part::Key(Arc::clone(&here.key))]).collect();
            let items = if is_action { actions(registry) } else { values(&path, &outline, registry) };
            Completions::of(place - value.len(), value, items)
        }
    }
}

/// The schemas that hold at a path: those of the inputs of actions are below that of templates.
fn nodes<'a>(path: &[Part], outline: &Outline, registry: &'a Registry) -> Vec<Node<'a>> {
    if path.len() > DEEPEST {
        return Vec::new();
    }
    let input = |part: &Part| matches!(part, Part::Key(key) if &**key == "input");
    if let Some(place) = path.iter().position(input)
        && runs(&path[..place])
    {
        let step = outline.at(&path[..place]);
        let action = step.and_then(|step| outline.value(step, "action")).map(plain).unwrap_or_default();
        let schema = match registry.find(action) {
            Found::Runs(registered) => Some(&registered.action.about().input),
            Found::Known(known) => Some(&known.input),
            Found::Unknown { .. } => None,
        };
        return schema.map(|schema| Node::root(schema).at(&path[place + 1..])).unwrap_or_default();
    }
    Node::root(&TEMPLATE).at(path)
}

/// The keys that are not there yet, those that have to be first.
fn keys(here: &Line, outline: &Outline, registry: &Registry) -> Vec<Completion> {
    let all: Vec<Node<'_>> = nodes(&here.path, outline, registry).into_iter().flat_map(Node::all).collect();
    let is_required = |name: &str| {
        all.iter().any(|node| {
            node.schema["required"].as_array().is_some_and(|names| names.iter().any(|one| one == name))
        })
    };
    let is_there = |name: &str| outline.value(here.within, name).is_some();
    let mut found: Vec<(bool, Completion)> = Vec::new();
    let each = all.iter().flat_map(|node| {
        let properties = node.schema["properties"].as_object().into_iter().flatten();
        properties.map(move |(name, schema)| (name, node.with(schema)))
    });
    for (name, property) in each {
        if is_there(name) || found.iter().any(|(_, other)| other.label == *name) {
            continue;
        }
        let mut item = Completion::new(name, CompletionKind::Property);
        let is_required = is_required(name);
        let kind = property.kind();
        let below = " ".repeat(here.column + 2);
        item.insert = Some(match kind.as_str() {
            "object" => format!("{name}:\n{below}"),
            kind if kind.starts_with("array") => format!("{name}:\n{below}- "),
            _ => format!("{name}: "),
        });
        item.detail = Some(if is_required { format!("{kind}, required") } else { kind });
        let text = |key: &str| property.schema[key].as_str().map(str::to_owned);
        item.info = text("description").or_else(|| text("title"));
        found.push((is_required, item));
    }
    found.sort_by_key(|(is_required, _)| !is_required);
    found.into_iter().map(|(_, item)| item).collect()
}

/// The actions that can be run.
fn actions(registry: &Registry) -> Vec<Completion> {
    let action =
        |about: &About| Completion::new(&about.id, CompletionKind::Function).about(&about.description);
    registry.all().map(action).collect()
}

/// What may stand at a path as a value.
fn values(path: &[Part], outline: &Outline, registry: &Registry) -> Vec<Completion> {
    let mut found: Vec<Completion> = Vec::new();
    for node in nodes(path, outline, registry).into_iter().flat_map(Node::all) {
        let listed = |key: &str| node.schema[key].as_array().into_iter().flatten();
        let is_boolean = node.schema["type"] == "boolean";
        let both = [Value::Bool(true), Value::Bool(false)];
        let values = listed("enum").chain(listed("examples")).chain(node.schema.get("default"));
        for value in values.chain(is_boolean.then_some(&both).into_iter().flatten()) {
            let label = match value {
                Value::String(text) => text.clone(),
                Value::Array(_) | Value::Object(_) | Value::Null => continue,
                other => other.to_string(),
            };
            if label.is_empty() || label.contains('\n') || found.iter().any(|other| other.label == label) {
                continue;
            }
            found.push(Completion::new(label, CompletionKind::Enum));
        }
    }
    found
}

/// Whether a path leads to a step: of the template, or of a branch.
fn is_step(path: &[Part]) -> bool {
    let is = |part: &Part, name: &str| matches!(part, Part::Key(key) if &**key == name);
    match path {
        [spec, steps, Part::Item(_)] => is(spec, "spec") && is(steps, "steps"),
        [step @ .., branches, Part::Key(_), Part::Item(_)] => is(branches, "branches") && is_step(step),
        _ => false,
    }
}

/// Whether a path leads to what has an action: a step, or what undoes one.
fn runs(path: &[Part]) -> bool {
    match path {
        [step @ .., Part::Key(key)] if &**key == "compensate" => is_step(step),
        path => is_step(path),
    }
}

/// A text as it is written in a line, without quotes and without what stands behind it.
fn plain(value: &str) -> &str {
    value.split(" #").next().unwrap_or_default().trim().trim_matches(['"', '\''])
}

/// A place in bytes that is given in UTF-16 units; one within a letter is its beginning, one behind the text its end.
fn bytes(text: &str, place: usize) -> usize {
    let mut passed = 0;
    for (start, letter) in text.char_indices() {
        if passed + letter.len_utf16() > place {
            return start;
        }
        passed += letter.len_utf16();
    }
    text.len()
}

fn units(text: &str) -> usize {
    text.chars().map(char::len_utf16).sum()
}
