//! The answers to a template's form against its schemas.

use serde_json::{Map, Value};

use super::Template;
use crate::schema::Schema;

/// An answer that does not fit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ValueFault {
    /// JSON pointer to it.
    pub pointer: String,
    /// What is wrong, without the answer itself.
    pub message: String,
}

/// What about the answers does not fit. Every page of the form is about all answers.
#[must_use]
pub fn judge_values(template: &Template, values: &Map<String, Value>) -> Vec<ValueFault> {
    let values = Value::Object(values.clone());
    let mut faults = Vec::new();
    for page in &template.parameters {
        for fault in judge(page, &values) {
            if !faults.contains(&fault) {
                faults.push(fault);
            }
        }
    }
    faults
}

/// What about the secrets does not fit `spec.secrets.schema`.
#[must_use]
pub fn judge_secrets(template: &Template, secrets: &Map<String, Value>) -> Vec<ValueFault> {
    let schema = template.secrets.as_ref();
    schema.map(|schema| judge(schema, &Value::Object(secrets.clone()))).unwrap_or_default()
}

fn judge(schema: &Value, values: &Value) -> Vec<ValueFault> {
    match Schema::new(schema) {
        Ok(schema) => {
            let faults = schema.faults(values).into_iter();
            faults.map(|fault| ValueFault { pointer: fault.pointer, message: fault.message }).collect()
        }
        Err(message) => vec![ValueFault { pointer: String::new(), message }],
    }
}
