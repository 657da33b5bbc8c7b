//! What a step of a dry run that was passed over seems to have given.

use serde_json::{Value, json};

/// How deep an example goes.
const DEEPEST: usize = 20;

/// A value of a schema, as Backstage makes one up.
pub(crate) fn example(schema: &Value) -> Value {
    within(schema, 0)
}

fn within(schema: &Value, depth: usize) -> Value {
    if let Some(example) =
        schema.get("examples").and_then(Value::as_array).and_then(|examples| examples.first())
    {
        return example.clone();
    }
    if depth > DEEPEST {
        return Value::Null;
    }
    match schema.get("type").and_then(Value::as_str) {
        Some("object") => {
            let properties = schema.get("properties").and_then(Value::as_object).into_iter().flatten();
            properties.map(|(name, schema)| (name.clone(), within(schema, depth + 1))).collect()
        }
        Some("array") => {
            let items = schema.get("items").and_then(|items| items.get(0).or(Some(items)));
            items.map(|items| within(items, depth + 1)).into_iter().collect()
        }
        Some("string") => json!("<example>"),
        Some("number" | "integer") => json!(0),
        Some("boolean") => json!(false),
        _ => json!("<unknown>"),
    }
}
