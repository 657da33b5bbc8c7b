//! A person with a browser: draws a form, changes inputs, sends it.

use std::collections::BTreeSet;

use model::form::{Answers, Control, Field, Form, OPERATION, Posted, Secrets};
use scaffolder::form::{Forms, Mistake, Visitor};
use serde_json::{Map, Value};

/// One step in front of a person.
pub(crate) struct Page {
    pub(crate) forms: Forms,
    pub(crate) answers: Answers,
    pub(crate) flags: BTreeSet<String>,
    pub(crate) secrets: Secrets,
    pub(crate) step: usize,
}

impl Page {
    /// The first step of a template with these parameters.
    pub(crate) fn new(parameters: &Value) -> Self {
        Self::with(parameters, &Value::Object(Map::new()))
    }

    /// The same with values that a link brought along.
    pub(crate) fn with(parameters: &Value, values: &Value) -> Self {
        let forms = Forms::compile(Some(parameters), None);
        let forms = forms.unwrap_or_else(|wrong| panic!("{parameters} does not compile: {wrong:?}"));
        Self {
            forms,
            answers: Answers { values: values.as_object().unwrap().clone(), ..Answers::default() },
            flags: BTreeSet::new(),
            secrets: Secrets::default(),
            step: 0,
        }
    }

    pub(crate) fn form(&mut self) -> Form {
        let visitor = Visitor { flags: &self.flags, secrets: &self.secrets };
        self.forms.form(self.step, &mut self.answers, visitor).unwrap()
    }

    /// Sends the form as it stands with other values in some inputs; several for one name are several inputs.
    pub(crate) fn send(&mut self, changes: &[(&str, &str)]) -> Posted {
        let mut inputs = inputs(&self.form());
        inputs.retain(|(name, _)| changes.iter().all(|(changed, _)| changed != name));
        inputs.extend(changes.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        self.send_all(&inputs)
    }

    pub(crate) fn send_all(&mut self, inputs: &[(String, String)]) -> Posted {
        let visitor = Visitor { flags: &self.flags, secrets: &self.secrets };
        let posted = self.forms.read(self.step, &self.answers, inputs, visitor).unwrap().unwrap();
        self.answers = posted.answers.clone();
        self.secrets.extend(posted.secrets.clone().into_inner());
        posted
    }

    /// Presses a button of a list or file.
    pub(crate) fn press(&mut self, operation: &str) -> Posted {
        self.send(&[(OPERATION, operation)])
    }

    /// What would become the parameters.
    pub(crate) fn values(&self) -> Value {
        let visitor = Visitor { flags: &self.flags, secrets: &self.secrets };
        Value::Object(self.forms.parameters(&self.answers, visitor))
    }

    pub(crate) fn mistakes(&self) -> Vec<Mistake> {
        let visitor = Visitor { flags: &self.flags, secrets: &self.secrets };
        self.forms.check_step(self.step, &self.answers, visitor)
    }

    /// Mistakes as lines of `pointer: message`.
    pub(crate) fn told(&self) -> Vec<String> {
        self.mistakes().iter().map(|mistake| format!("{}: {}", mistake.pointer, mistake.message)).collect()
    }

    pub(crate) fn review(&self) -> Vec<(String, Value)> {
        let visitor = Visitor { flags: &self.flags, secrets: &self.secrets };
        self.forms.review(&self.answers, visitor).into_iter().map(|row| (row.name, row.value)).collect()
    }

    /// Pointers of all fields in their order.
    pub(crate) fn pointers(&mut self) -> Vec<String> {
        self.form().fields().into_iter().skip(1).map(|field| field.pointer.clone()).collect()
    }

    pub(crate) fn field(&mut self, pointer: &str) -> Field {
        let form = self.form();
        form.field(pointer).unwrap_or_else(|| panic!("no field {pointer}")).clone()
    }
}

/// What a browser sends for a form that nobody touches: no script has to run for it.
pub(crate) fn inputs(form: &Form) -> Vec<(String, String)> {
    let mut inputs = Vec::new();
    for field in form.fields() {
        let mut send = |name: &str, value: &str| {
            // As HTML has it: line breaks are CRLF, in names too.
            let normalized = |text: &str| text.replace("\r\n", "\n").replace(['\r', '\n'], "\r\n");
            inputs.push((normalized(name), normalized(value)));
        };
        for alternatives in &field.alternatives {
            send(&alternatives.name, &alternatives.selected.to_string());
        }
        if field.disabled {
            continue;
        }
        match &field.control {
            Control::Object { .. } | Control::Note => {}
            Control::Array { count, items, .. } => send(count, &items.len().to_string()),
            Control::Checkbox { .. } => {
                send(&field.name, "");
                if field.value == Some(Value::Bool(true)) {
                    send(&field.name, "true");
                }
            }
            Control::Choice { choices, .. } => {
                let chosen = choices.iter().find(|choice| choice.selected);
                send(&field.name, chosen.map(|choice| choice.posted.as_str()).unwrap_or_default());
            }
            Control::Choices { choices, .. } => {
                send(&field.name, "");
                for choice in choices.iter().filter(|choice| choice.selected) {
                    send(&field.name, &choice.posted);
                }
            }
            Control::Picker { parts, .. } if !parts.is_empty() => {
                for part in parts {
                    send(&part.name, &part.value);
                }
            }
            Control::File { .. } | Control::Secret { .. } => send(&field.name, ""),
            _ => send(&field.name, &field.text()),
        }
    }
    inputs
}
