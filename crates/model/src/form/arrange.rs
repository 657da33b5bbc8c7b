//! The tree of fields.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::choices::{choices, enumerated, plain};
use super::control::{Items, Leaf, MAX_CHOICES, file, kind, options};
use super::field::{Control, Field, Item, Limits, Review};
use super::known::known;
use super::picker::{Picker, is_secret, repository_parts};
use super::resolve::{Resolved, Resolver};
use super::{Choice, name};

/// How deep fields may lie in each other.
const MAX_DEPTH: usize = 24;
/// Items of one list.
pub(super) const MAX_ITEMS: usize = 500;

/// Where a field stands, and what it has from there.
#[derive(Clone)]
pub(super) struct Spot<'s> {
    pub(super) pointer: String,
    /// What it is called if the schema does not say.
    pub(super) title: String,
    pub(super) required: bool,
    pub(super) disabled: bool,
    pub(super) readonly: bool,
    pub(super) references: &'s [String],
    pub(super) depth: usize,
}

impl Spot<'_> {
    /// That of a whole step.
    pub(super) fn root() -> Self {
        Self {
            pointer: String::new(),
            title: String::new(),
            required: true,
            disabled: false,
            readonly: false,
            references: &[],
            depth: 0,
        }
    }
}

impl Resolver<'_> {
    /// The field for a value. `flagged` collects what feature flags hide.
    pub(super) fn arrange(
        &self,
        schema: &Value,
        value: Option<&Value>,
        spot: Spot<'_>,
        flagged: &mut Vec<String>,
    ) -> Field {
        let mut resolved = self.resolve(schema, value, &spot.pointer, spot.references);
        if spot.depth == 0 && kind(&resolved).is_none() {
            // A step is an object even if it does not say so.
            resolved.schema.insert("type".to_owned(), Value::from("object"));
        }
        let options = options(&resolved.schema);
        let mut field = empty_field(&resolved, options, spot.clone());
        if resolved.is_endless || spot.depth >= MAX_DEPTH || !self.count_field() {
            resolved
                .note("This is nested too deeply, or there are too many fields: it is asked for as JSON.");
            as_json(&mut field, value);
        } else {
            let spot = Spot { disabled: field.disabled, readonly: field.readonly, ..spot };
            self.set_control(&mut field, schema, &resolved, value, &spot, flagged);
        }
        let notes: Vec<_> = resolved.notes.into_iter().chain(field.note.take()).collect();
        field.note = (!notes.is_empty()).then(|| notes.join(" "));
        field
    }

    fn set_control(
        &self,
        field: &mut Field,
        schema: &Value,
        resolved: &Resolved,
        value: Option<&Value>,
        spot: &Spot<'_>,
        flagged: &mut Vec<String>,
    ) {
        let kind = kind(resolved);
        let custom = field.options.get("field").and_then(Value::as_str);
        if is_secret(&field.options) {
            let secret = name::keys(&spot.pointer).last().unwrap_or_default();
            let given = self.setting.given.contains(&secret);
            field.control = Control::Secret { secret, given };
            return;
        }
        field.value = value.cloned();
        if let Some(picker) = custom.and_then(Picker::of) {
            let parts = match picker {
                Picker::RepoUrlPicker => {
                    let value = value.and_then(Value::as_str).unwrap_or_default();
                    repository_parts(&spot.pointer, value)
                }
                _ => Vec::new(),
            };
            field.control = Control::Picker { picker, parts };
            return;
        }
        field.note = custom.map(|custom| format!("The field {custom} is not known here."));
        let is_hidden = field.options.get("widget").and_then(Value::as_str) == Some("hidden");
        // One of some whole objects or lists is a choice like any other.
        let is_leaf = is_hidden || resolved.is_choice();
        match kind {
            Some("object") if !is_leaf => {
                field.value = None;
                self.set_object(field, schema, resolved, value, spot, flagged);
            }
            Some("array") if !is_leaf => self.set_array(field, resolved, value, spot, flagged),
            kind => {
                let leaf = Leaf { resolved, kind, options: &field.options, value, pointer: &spot.pointer };
                let (control, note) = leaf.control();
                field.control = control;
                field.note = field.note.take().or(note);
            }
        }
        if matches!(field.control, Control::Json) {
            field.name.push_str(name::JSON);
        }
    }

    fn set_object(
        &self,
        field: &mut Field,
        schema: &Value,
        resolved: &Resolved,
        value: Option<&Value>,
        spot: &Spot<'_>,
        flagged: &mut Vec<String>,
    ) {
        let nothing = Map::new();
        let properties = resolved.schema.get("properties").and_then(Value::as_object).unwrap_or(&nothing);
        let required = resolved.schema.get("required").and_then(Value::as_array);
        let mut fields = Vec::new();
        for key in ordered(properties, field.options.get("order")) {
            let Some(property) = properties.get(key) else { continue };
            let pointer = name::child(&spot.pointer, key);
            if !self.is_on(property) {
                flagged.push(pointer);
                continue;
            }
            let inner = Spot {
                pointer,
                title: key.to_owned(),
                required: required.is_some_and(|names| names.iter().any(|name| name == key)),
                references: &resolved.references,
                depth: spot.depth + 1,
                ..*spot
            };
            fields.push(self.arrange(property, value.and_then(|value| value.get(key)), inner, flagged));
        }
        let shown = own_names(&fields);
        field.hidden = known(self.root, schema).into_iter().filter(|name| !shown.contains(name)).collect();
        let further = ["additionalProperties", "patternProperties"].map(|key| resolved.schema.get(key));
        let has_rest = further.into_iter().flatten().any(|schema| *schema != Value::Bool(false));
        if has_rest && spot.depth == 0 {
            // They could not be told from the answers to other steps.
            let note = "Entries with names of your own can't be made beside the fields of a step.";
            field.note.get_or_insert(note.to_owned());
        }
        let rest = (has_rest && spot.depth > 0).then(|| Box::new(rest_of(field, &fields, value)));
        field.control = Control::Object { fields, rest };
    }

    fn set_array(
        &self,
        field: &mut Field,
        resolved: &Resolved,
        value: Option<&Value>,
        spot: &Spot<'_>,
        flagged: &mut Vec<String>,
    ) {
        let schema = &resolved.schema;
        let values = value.and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        let Some(items) = Items::of(schema) else {
            field.note.get_or_insert("The schema says nothing of the items, so this is JSON.".to_owned());
            field.control = Control::Json;
            return;
        };
        if let Some(control) = self.whole_list(field, schema, &items, value, spot) {
            field.control = control;
            return;
        }
        let length = values.len().max(items.fixed.len());
        if length > MAX_ITEMS {
            field.note.get_or_insert(format!("There are more than {MAX_ITEMS} entries, so this is JSON."));
            field.control = Control::Json;
            return;
        }
        field.value = None;
        let list = name::of(&spot.pointer);
        let is_allowed = |option: &str| field.options.get(option) != Some(&Value::Bool(false));
        let (least, most) = (field.limits.min_length.unwrap_or(0), field.limits.max_length);
        let is_fixed = field.disabled || field.readonly;
        let can_add = items.others.is_some()
            && most.is_none_or(|most| (length as u64) < most)
            && length < MAX_ITEMS
            && is_allowed("addable")
            && !is_fixed;
        let can_move = |from: usize, to: usize| {
            is_allowed("orderable") && !is_fixed && from.min(to) >= items.fixed.len() && from.max(to) < length
        };
        let item = |index: usize| {
            let inner = Spot {
                pointer: format!("{}/{index}", spot.pointer),
                title: format!("{} {}", field.title, index + 1),
                required: true,
                references: &resolved.references,
                depth: spot.depth + 1,
                ..*spot
            };
            let any = Value::Bool(true);
            let value = values.get(index).filter(|value| !value.is_null());
            let can_remove =
                index >= items.fixed.len() && length as u64 > least && is_allowed("removable") && !is_fixed;
            let asked = |verb: &str, can: bool| can.then(|| format!("{verb} {list}/{index}"));
            Item {
                field: self.arrange(items.schema(index).unwrap_or(&any), value, inner, flagged),
                up: asked("up", index > 0 && can_move(index, index - 1)),
                down: asked("down", can_move(index, index + 1)),
                remove: asked("remove", can_remove),
            }
        };
        let items = (0..length).map(item).collect();
        let add = can_add.then(|| format!("add {list}"));
        field.control = Control::Array { items, count: format!("{list}{}", name::COUNT), add };
    }

    /// The control for a list that is answered as a whole: choices, or files.
    fn whole_list(
        &self,
        field: &Field,
        schema: &Map<String, Value>,
        items: &Items<'_>,
        value: Option<&Value>,
        spot: &Spot<'_>,
    ) -> Option<Control> {
        let widget = field.options.get("widget").and_then(Value::as_str);
        let item = items.others.filter(|_| items.fixed.is_empty())?;
        let item = self.resolve(item, None, &format!("{}/-", spot.pointer), &[]);
        let is_file = item.schema.get("format").and_then(Value::as_str) == Some("data-url");
        if widget == Some("files") || is_file {
            return Some(file(true, &field.options, value, &spot.pointer));
        }
        let is_unique = schema.get("uniqueItems") == Some(&Value::Bool(true));
        if !is_unique && !matches!(widget, Some("checkboxes" | "select")) {
            return None;
        }
        let mut naming = options(&item.schema);
        naming.extend(field.options.get("enumNames").map(|names| ("enumNames".to_owned(), names.clone())));
        let named = enumerated(&item.schema, &naming).or_else(|| item.constants.clone())?;
        if named.len() > MAX_CHOICES {
            return None;
        }
        let chosen: Vec<_> = value.and_then(Value::as_array).into_iter().flatten().collect();
        let choices: Vec<Choice> = choices(named, field.options.get("enumDisabled"), &chosen);
        Some(Control::Choices { choices, checkboxes: widget == Some("checkboxes") })
    }

    /// Whether the feature flag of a property or step is on, if it has one.
    pub(super) fn is_on(&self, schema: &Value) -> bool {
        flag(schema).is_none_or(|flag| self.setting.flags.contains(flag))
    }
}

/// The feature flag that a property or step needs.
pub(super) fn flag(schema: &Value) -> Option<&str> {
    let flag = schema.get("backstage:featureFlag").or_else(|| schema.get("ui:backstage")?.get("featureFlag"));
    flag.and_then(Value::as_str)
}

impl Resolved {
    fn note(&mut self, note: &str) {
        if self.notes.is_empty() {
            self.notes.push(note.to_owned());
        }
    }
}

fn empty_field(resolved: &Resolved, options: Map<String, Value>, spot: Spot<'_>) -> Field {
    let schema = &resolved.schema;
    let text = |key: &str| {
        let own = options.get(key).or_else(|| schema.get(key)).and_then(Value::as_str);
        own.filter(|text| !text.is_empty()).map(str::to_owned)
    };
    let is_set = |value: Option<&Value>| value == Some(&Value::Bool(true));
    let own_title = text("title");
    let review = options.get("backstage").and_then(|options| options.get("review"));
    let review_text = |key: &str| Some(plain(review?.get(key)?)).filter(|text| !text.is_empty());
    Field {
        name: name::of(&spot.pointer),
        description: text("description"),
        help: options.get("help").map(plain),
        placeholder: options.get("placeholder").map(plain),
        required: spot.required,
        disabled: spot.disabled || is_set(options.get("disabled")),
        readonly: spot.readonly || is_set(options.get("readonly")) || is_set(schema.get("readOnly")),
        autofocus: is_set(options.get("autofocus")),
        limits: limits(schema),
        value: None,
        control: Control::Json,
        alternatives: resolved.alternatives.clone(),
        review: Review {
            show: review.and_then(|review| review.get("show")) != Some(&Value::Bool(false)),
            mask: review_text("mask"),
            name: review_text("name").or_else(|| own_title.clone()),
            explode: review.and_then(|review| review.get("explode")) != Some(&Value::Bool(false)),
        },
        title: own_title.unwrap_or(spot.title),
        pointer: spot.pointer,
        options,
        note: None,
        hidden: Vec::new(),
        constant: schema.get("const").cloned(),
    }
}

fn as_json(field: &mut Field, value: Option<&Value>) {
    field.name.push_str(name::JSON);
    field.value = value.cloned();
    field.control = Control::Json;
}

/// A field for the properties of an object that have none.
fn rest_of(object: &Field, fields: &[Field], value: Option<&Value>) -> Field {
    let shown = own_names(fields);
    let others = value.and_then(Value::as_object).into_iter().flatten();
    let others: Map<_, _> = others
        .filter(|(key, _)| !shown.contains(key.as_str()) && !object.hidden.contains(key))
        .map(|(key, value)| (key.clone(), value.clone()))
        .collect();
    Field {
        name: format!("{}{}", name::of(&object.pointer), name::REST),
        title: if fields.is_empty() {
            object.title.clone()
        } else {
            format!("Further entries of {}", object.title)
        },
        description: None,
        help: None,
        placeholder: None,
        required: false,
        autofocus: false,
        limits: Limits::default(),
        value: (!others.is_empty()).then_some(Value::Object(others)),
        control: Control::Json,
        alternatives: Vec::new(),
        options: Map::new(),
        review: Review { show: true, mask: None, name: None, explode: true },
        note: Some(r#"Entries with names of your own, as JSON: {"name": "value"}."#.to_owned()),
        hidden: Vec::new(),
        constant: None,
        pointer: object.pointer.clone(),
        ..*object
    }
}

/// The names of the properties that fields stand for.
fn own_names(fields: &[Field]) -> BTreeSet<String> {
    fields.iter().filter_map(|field| name::keys(&field.pointer).last()).collect()
}

fn limits(schema: &Map<String, Value>) -> Limits {
    let count = |key: &str| schema.get(key).and_then(Value::as_u64);
    let number = |key: &str| schema.get(key).and_then(Value::as_number).cloned();
    Limits {
        min_length: count("minLength").or_else(|| count("minItems")),
        max_length: count("maxLength").or_else(|| count("maxItems")),
        minimum: number("minimum"),
        maximum: number("maximum"),
        step: number("multipleOf"),
    }
}

/// The names of properties, those that `ui:order` names in its order, the others where `*` stands, or behind.
fn ordered<'p>(properties: &'p Map<String, Value>, order: Option<&Value>) -> Vec<&'p str> {
    let all: Vec<_> = properties.keys().map(String::as_str).collect();
    let Some(Value::Array(order)) = order else { return all };
    let named: Vec<_> = order.iter().filter_map(Value::as_str).collect();
    let mut found: Vec<&str> = Vec::with_capacity(all.len());
    let mut others = Some(all.iter().filter(|name| !named.contains(name)));
    for name in &named {
        if *name == "*" {
            found.extend(others.take().into_iter().flatten());
        } else if let Some(name) = all.iter().find(|known| *known == name && !found.contains(known)) {
            found.push(name);
        }
    }
    found.extend(others.into_iter().flatten());
    found
}
