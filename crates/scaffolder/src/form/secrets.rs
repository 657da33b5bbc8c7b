//! `spec.secrets.schema`.

use std::collections::BTreeMap;

use jsonschema::error::ValidationErrorKind as Kind;
use model::form::Secrets;
use platform::secret::Secret;
use serde_json::{Map, Value};

use super::compile::Schema;
use super::custom_message::{self, keys};
use super::message;

/// The secrets of a run as forms take them.
pub(crate) fn given(secrets: &BTreeMap<String, Secret<String>>) -> Secrets {
    secrets.iter().map(|(name, secret)| (name.clone(), secret.expose().clone())).collect()
}

/// What is wrong with secrets; no message holds one.
pub(super) fn check(schema: &Schema, secrets: &Secrets) -> Vec<String> {
    let given: Map<_, _> = secrets
        .names()
        .filter_map(|name| Some((name.to_owned(), Value::from(secrets.expose(name)?))))
        .collect();
    let given = Value::Object(given);
    let mut told = Vec::new();
    for error in schema.validator.iter_errors(&given) {
        let path = keys(error.instance_path().as_str());
        let place = |more: Option<&str>| {
            let keys = path.iter().map(String::as_str).chain(more);
            keys.fold("secrets".to_owned(), |place, key| format!("{place}.{key}"))
        };
        // Its values are not filled in: they would be secrets.
        let own_words = custom_message::of(&error, &schema.source, &Value::Null);
        let text = match (own_words, error.kind()) {
            (Some((text, _)), _) => format!("{}: {text}", place(None)),
            (None, Kind::Required { property }) => format!("{} is required", place(property.as_str())),
            (None, Kind::AdditionalProperties { unexpected }) => {
                let places: Vec<_> = unexpected.iter().map(|name| place(Some(name))).collect();
                format!("{} is not expected", places.join(", "))
            }
            (None, _) => format!("{}: {}", place(None), message::of_value(&error, None)),
        };
        if !told.contains(&text) {
            told.push(text);
        }
    }
    told
}
