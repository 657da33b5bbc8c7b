//! Which secrets a template takes.

use std::collections::BTreeSet;

use serde_json::Value;

use super::control::options;
use super::picker::is_secret;

/// How deep a form is looked into.
const DEEPEST: usize = 64;

/// The names of the secrets that a template takes: the `Secret` fields of its form, and the properties of its
/// `secrets.schema`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SecretNames(BTreeSet<String>);

impl SecretNames {
    /// Those of a template's `spec`.
    #[must_use]
    pub fn of(spec: &Value) -> Self {
        let mut names = Self::default();
        if let Some(parameters) = spec.get("parameters") {
            names.collect(parameters, 0);
        }
        let declared = spec.pointer("/secrets/schema/properties").and_then(Value::as_object);
        names.0.extend(declared.into_iter().flatten().map(|(name, _)| name.clone()));
        names
    }

    /// In alphabetical order.
    #[must_use]
    pub fn into_inner(self) -> Vec<String> {
        self.0.into_iter().collect()
    }

    fn collect(&mut self, schema: &Value, depth: usize) {
        if depth > DEEPEST {
            return;
        }
        match schema {
            Value::Array(items) => items.iter().for_each(|item| self.collect(item, depth + 1)),
            Value::Object(members) => {
                let properties = members.get("properties").and_then(Value::as_object);
                for (name, property) in properties.into_iter().flatten() {
                    if property.as_object().is_some_and(|property| is_secret(&options(property))) {
                        self.0.insert(name.clone());
                    }
                }
                members.values().for_each(|member| self.collect(member, depth + 1));
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::SecretNames;

    #[test]
    fn secrets_are_found_wherever_a_form_asks_for_them() {
        let spec = json!({
            "parameters": [
                { "properties": { "name": { "type": "string" }, "token": { "type": "string", "ui:field": "Secret" } } },
                { "dependencies": { "cloud": { "oneOf": [
                    { "properties": { "key": { "type": "string", "ui:field": "Secret" } } },
                ] } } },
                { "properties": {
                    "drawn": { "type": "string", "ui:widget": "Secret" },
                    "options": { "type": "string", "ui:options": { "widget": "Secret" } },
                } },
            ],
            "secrets": { "schema": { "properties": { "NPM_TOKEN": { "type": "string" } } } },
        });
        assert_eq!(SecretNames::of(&spec).into_inner(), ["NPM_TOKEN", "drawn", "key", "options", "token"]);
        assert_eq!(SecretNames::of(&json!({ "parameters": "nonsense" })), SecretNames::default());
    }
}
