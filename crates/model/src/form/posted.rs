//! Reading a form that was sent.

use std::collections::{BTreeMap, BTreeSet};
use std::mem::{Discriminant, discriminant};

use serde_json::{Map, Value};

use super::arrange::MAX_ITEMS;
use super::field::{Control, Field, Form};
use super::name::{self, OPERATION, REST};
use super::place::{get, get_mut, remove, set};
use super::text::Typed;
use super::{Answers, Secrets, Setting, Step};

/// Most inputs of one form.
const MAX_INPUTS: usize = 10_000;
/// Bytes of one form, files among them: as the REST API has it.
const MAX_BYTES: usize = 10 * 1024 * 1024;
/// How often an answer may bring up fields that were answered as well.
const MAX_ROUNDS: usize = 8;

/// What a form that was sent says.
#[derive(Clone, Debug)]
pub struct Posted {
    /// The answers, with defaults for what came up through them.
    pub answers: Answers,
    /// Secrets that were typed, by name.
    pub secrets: Secrets,
    /// Whether a list or file was to be changed, so that the form is shown again in any case.
    pub is_changed: bool,
}

/// There is more than a form may send.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("The form sends too much: {MAX_INPUTS} inputs and {} MiB at most. Is a file too large?", MAX_BYTES / (1024 * 1024))]
pub struct TooLarge;

impl Step {
    /// Reads the inputs of a form that was drawn for about these answers. What was not on the page stays as it is, so
    /// that a page drawn for other answers does no harm; names that are not known are ignored.
    ///
    /// Values that are hidden now stay in the answers. Those of an alternative that was given up go, unless the new one
    /// asks for the same.
    ///
    /// # Errors
    /// It is more than a form may send.
    pub fn read(
        &self,
        answers: &Answers,
        inputs: &[(String, String)],
        setting: &Setting<'_>,
    ) -> Result<Posted, TooLarge> {
        let bytes = inputs.iter().map(|(name, value)| name.len() + value.len()).sum::<usize>();
        if inputs.len() > MAX_INPUTS || bytes > MAX_BYTES {
            return Err(TooLarge);
        }
        let mut sent: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for (name, value) in inputs {
            sent.entry(name).or_default().push(value);
        }
        let mut reading = Reading {
            sent,
            done: BTreeSet::new(),
            switched: BTreeMap::new(),
            answers: answers.clone(),
            secrets: Secrets::default(),
        };
        for _ in 0..MAX_ROUNDS {
            // As the page was drawn, whose objects and items may only now be there.
            self.fill(&mut reading.answers, setting);
            let form = self.form(&reading.answers, setting);
            if !reading.read(&form) {
                break;
            }
        }
        let form = self.form(&reading.answers, setting);
        reading.settle(&form);
        let is_changed = reading.operate(&form);
        let mut answers = reading.answers;
        self.fill(&mut answers, setting);
        Ok(Posted { answers, secrets: reading.secrets, is_changed })
    }
}

struct Reading<'p> {
    sent: BTreeMap<&'p str, Vec<&'p str>>,
    /// Names that were read.
    done: BTreeSet<String>,
    /// Fields that changed their alternative, with the kinds of control that their members had.
    switched: BTreeMap<String, BTreeMap<String, Discriminant<Control>>>,
    answers: Answers,
    secrets: Secrets,
}

impl<'p> Reading<'p> {
    /// Reads what is new on a form; whether there was anything.
    fn read(&mut self, form: &Form) -> bool {
        let before = self.done.len();
        let mut unmade = Vec::new();
        for field in form.fields() {
            self.read_alternatives(field);
            if let Control::Array { count, items, .. } = &field.control {
                self.read_count(field, count, items.len());
            } else if !field.disabled && !field.readonly {
                self.read_value(field, &mut unmade);
            }
        }
        // An empty box or list makes no object around it: one that may be left out would then have to be complete.
        for (pointer, value) in unmade {
            set(&mut self.answers.values, &pointer, value, false);
        }
        self.done.len() > before
    }

    /// What was sent under a name, the first time that it is asked for.
    fn take(&mut self, name: &str) -> Option<Vec<&'p str>> {
        let sent = self.sent.get(name)?.clone();
        self.done.insert(name.to_owned()).then_some(sent)
    }

    fn read_alternatives(&mut self, field: &Field) {
        for alternatives in &field.alternatives {
            let Some(sent) = self.take(&alternatives.name) else { continue };
            let chosen = sent.last().and_then(|sent| sent.parse::<usize>().ok());
            let Some(chosen) = chosen.filter(|chosen| *chosen < alternatives.titles.len()) else { continue };
            self.answers.choices.insert(alternatives.name.clone(), chosen);
            if chosen != alternatives.selected {
                let kind = |part: &Field| (part.pointer.clone(), discriminant(&part.control));
                let members = field.parts().into_iter().chain([field]).map(kind).collect();
                self.switched.insert(field.pointer.clone(), members);
            }
        }
    }

    /// Forgets what the chosen alternatives can't take over from the ones before: other constants, values of another
    /// kind. What they do not ask for at all is hidden by itself.
    fn settle(&mut self, form: &Form) {
        for (pointer, before) in std::mem::take(&mut self.switched) {
            let Some(field) = form.field(&pointer) else { continue };
            let members: &[Field] = match &field.control {
                Control::Object { fields, .. } => fields,
                _ => &[],
            };
            for field in members.iter().chain([field].into_iter().filter(|field| !field.pointer.is_empty())) {
                let value = get(&self.answers.values, &field.pointer);
                if value.is_some_and(|value| !field.takes(value)) {
                    remove(&mut self.answers.values, &field.pointer);
                }
                // Emptied was what stood there before, not this.
                if before.get(&field.pointer) != Some(&discriminant(&field.control)) {
                    self.answers.cleared.remove(&field.pointer);
                }
            }
        }
    }

    fn read_count(&mut self, field: &Field, count: &str, length: usize) {
        let Some(sent) = self.take(count) else { return };
        let wanted = sent.last().and_then(|sent| sent.parse::<usize>().ok()).unwrap_or(length);
        let mut items = match get(&self.answers.values, &field.pointer) {
            Some(Value::Array(items)) => items.clone(),
            _ => Vec::new(),
        };
        items.resize(wanted.min(MAX_ITEMS), Value::Null);
        set(&mut self.answers.values, &field.pointer, Value::Array(items), wanted > 0);
    }

    fn read_value(&mut self, field: &Field, unmade: &mut Vec<(String, Value)>) {
        let sent = match self.take(&field.name) {
            Some(sent) => sent,
            None => match &field.control {
                Control::Picker { parts, .. }
                    if parts.iter().filter(|part| self.take(&part.name).is_some()).count() > 0 =>
                {
                    Vec::new()
                }
                _ => return,
            },
        };
        let part = |name: &str| self.sent.get(name).and_then(|sent| sent.last()).copied();
        match field.typed(&sent, part) {
            Typed::Keep => {}
            Typed::Secret(secret) => {
                if let Control::Secret { secret: name, .. } = &field.control {
                    self.secrets.insert(name.clone(), secret);
                }
            }
            typed if field.name.ends_with(REST) => self.replace_rest(field, typed),
            Typed::Set(value) => {
                self.answers.cleared.remove(&field.pointer);
                let is_nothing = value == Value::Bool(false) || value.as_array().is_some_and(Vec::is_empty);
                if is_nothing {
                    unmade.push((field.pointer.clone(), value));
                } else {
                    set(&mut self.answers.values, &field.pointer, value, true);
                }
            }
            Typed::Clear => {
                self.answers.cleared.insert(field.pointer.clone());
                remove(&mut self.answers.values, &field.pointer);
            }
        }
    }

    /// Replaces the properties of an object that have no field.
    fn replace_rest(&mut self, field: &Field, typed: Typed) {
        let others = match typed {
            Typed::Set(Value::Object(others)) => others,
            Typed::Clear => Map::new(),
            _ => return,
        };
        let before = field.value.as_ref().and_then(Value::as_object);
        if let Some(Value::Object(members)) = get_mut(&mut self.answers.values, &field.pointer) {
            members.retain(|key, _| before.is_none_or(|before| !before.contains_key(key)));
            for (key, value) in others {
                members.entry(key).or_insert(value);
            }
        } else if !others.is_empty() {
            set(&mut self.answers.values, &field.pointer, Value::Object(others), true);
        }
    }

    /// Does what a button asked for, if the form offers it.
    fn operate(&mut self, form: &Form) -> bool {
        let Some(asked) = self.take(OPERATION).and_then(|sent| sent.last().copied()) else { return false };
        let is_asked = |offered: &Option<String>| offered.as_deref() == Some(asked);
        for field in form.fields() {
            match &field.control {
                Control::Array { add, items, .. } => {
                    if is_asked(add) {
                        return self.change_list(&field.pointer, |list| list.push(Value::Null));
                    }
                    for (index, item) in items.iter().enumerate() {
                        if is_asked(&item.up) || is_asked(&item.down) {
                            let to = if is_asked(&item.up) { index.saturating_sub(1) } else { index + 1 };
                            self.reindex(&field.pointer, |at| match at {
                                at if at == index => Some(to),
                                at if at == to => Some(index),
                                at => Some(at),
                            });
                            return self.change_list(&field.pointer, |list| {
                                if index.max(to) < list.len() {
                                    list.swap(index, to);
                                }
                            });
                        }
                        if is_asked(&item.remove) {
                            self.reindex(&field.pointer, |at| match at {
                                at if at == index => None,
                                at if at > index => Some(at - 1),
                                at => Some(at),
                            });
                            return self.change_list(&field.pointer, |list| {
                                if index < list.len() {
                                    list.remove(index);
                                }
                            });
                        }
                    }
                }
                Control::File { clear, .. } if is_asked(clear) => {
                    self.answers.cleared.insert(field.pointer.clone());
                    remove(&mut self.answers.values, &field.pointer);
                    return true;
                }
                _ => {}
            }
        }
        false
    }

    fn change_list(&mut self, pointer: &str, change: impl FnOnce(&mut Vec<Value>)) -> bool {
        if !matches!(get(&self.answers.values, pointer), Some(Value::Array(_))) {
            set(&mut self.answers.values, pointer, Value::Array(Vec::new()), true);
        }
        if let Some(Value::Array(items)) = get_mut(&mut self.answers.values, pointer) {
            change(items);
        }
        true
    }

    /// Gives what is remembered of items their new places.
    fn reindex(&mut self, list: &str, place: impl Fn(usize) -> Option<usize>) {
        let moved = |text: &str, list: &str| -> Option<String> {
            let Some(rest) = text.strip_prefix(list).and_then(|rest| rest.strip_prefix('/')) else {
                return Some(text.to_owned());
            };
            let end = rest.find(['/', '~']).unwrap_or(rest.len());
            let Ok(index) = rest[..end].parse::<usize>() else { return Some(text.to_owned()) };
            place(index).map(|index| format!("{list}/{index}{}", &rest[end..]))
        };
        let cleared = std::mem::take(&mut self.answers.cleared);
        self.answers.cleared = cleared.iter().filter_map(|pointer| moved(pointer, list)).collect();
        let (choices, name) = (std::mem::take(&mut self.answers.choices), name::of(list));
        self.answers.choices =
            choices.iter().filter_map(|(key, chosen)| Some((moved(key, &name)?, *chosen))).collect();
    }
}
