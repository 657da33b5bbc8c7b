//! A JSON Schema as rows that people read: one for each property, those of objects and of objects in lists below it.

use serde_json::Value;

/// How deep rows go into objects.
const DEEPEST: usize = 6;
/// Most rows of one schema.
const MOST: usize = 500;

/// A property of a schema.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SchemaField {
    /// The way to it, such as `protection.checks[].name`.
    pub path: String,
    /// Its type, such as `array of string`.
    pub kind: String,
    /// Whether it has to be given where what is above it is.
    pub is_required: bool,
    /// What it is where it is left out, as JSON.
    pub default: Option<String>,
    /// All that it may be, as JSON; empty where it may be anything of its type.
    pub values: Vec<String>,
    /// What it is for.
    pub about: String,
}

/// The rows of the schema of an object.
#[must_use]
pub fn schema_fields(schema: &Value) -> Vec<SchemaField> {
    let mut rows = Vec::new();
    add(&mut rows, schema, "", 0);
    rows
}

fn add(rows: &mut Vec<SchemaField>, schema: &Value, above: &str, depth: usize) {
    if depth >= DEEPEST {
        return;
    }
    let requires = |way: &Value, name: &str| {
        way["required"].as_array().is_some_and(|all| all.iter().any(|one| one == name))
    };
    let ways = ways(schema);
    for way in std::iter::once(schema).chain(ways.iter().copied()) {
        for (name, property) in way["properties"].as_object().into_iter().flatten() {
            let path = format!("{above}{name}");
            // What several ways have stands in the first of them.
            if rows.len() >= MOST || rows.iter().any(|row| row.path == path) {
                continue;
            }
            let in_each = !ways.is_empty() && ways.iter().all(|way| requires(way, name));
            let text = |key: &str| property[key].as_str();
            rows.push(SchemaField {
                kind: kind(property),
                is_required: in_each || requires(schema, name),
                default: property.get("default").map(Value::to_string),
                values: property["enum"].as_array().into_iter().flatten().map(Value::to_string).collect(),
                about: text("description").or_else(|| text("title")).unwrap_or_default().to_owned(),
                path: path.clone(),
            });
            add(rows, property, &format!("{path}."), depth + 1);
            for way in std::iter::once(property).chain(self::ways(property)) {
                add(rows, &way["items"], &format!("{path}[]."), depth + 1);
                add(rows, &way["additionalProperties"], &format!("{path}.*."), depth + 1);
            }
        }
    }
}

/// The schemas of which a value fits one.
fn ways(schema: &Value) -> Vec<&Value> {
    ["anyOf", "oneOf"].iter().filter_map(|key| schema[key].as_array()).flatten().collect()
}

/// The type of what fits a schema, such as `array of string`.
pub(crate) fn kind(schema: &Value) -> String {
    let mut kinds: Vec<String> = match &schema["type"] {
        Value::String(kind) => vec![kind.clone()],
        Value::Array(kinds) => kinds.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
        _ => ways(schema).into_iter().map(kind).collect(),
    };
    let items = kind_of_items(schema);
    for kind in &mut kinds {
        if let ("array", Some(items)) = (kind.as_str(), &items) {
            *kind = format!("array of {items}");
        }
    }
    let mut seen = Vec::new();
    kinds.retain(|kind| {
        let is_new = !seen.contains(kind);
        seen.push(kind.clone());
        is_new
    });
    if kinds.is_empty() { "any".to_owned() } else { kinds.join(" or ") }
}

fn kind_of_items(schema: &Value) -> Option<String> {
    schema["items"].as_object()?;
    Some(kind(&schema["items"])).filter(|kind| kind != "any")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn shown(schema: &Value) -> Vec<String> {
        let row = |row: &SchemaField| {
            let needed = if row.is_required { "!" } else { "" };
            let default = row.default.iter().map(|default| format!(" = {default}")).collect::<String>();
            format!("{}{needed}: {}{default} [{}] {}", row.path, row.kind, row.values.join(" "), row.about)
        };
        schema_fields(schema).iter().map(row).collect()
    }

    #[test]
    fn properties_are_rows() {
        let schema = json!({
            "required": ["repoUrl", "protection"],
            "properties": {
                "repoUrl": { "type": "string", "description": "Where." },
                "visibility": { "type": "string", "enum": ["public", "private"], "default": "private", "title": "Who sees it" },
                "topics": { "type": "array", "items": { "type": "string" } },
                "owner": { "type": ["string", "null"] },
                "access": { "oneOf": [{ "type": "string" }, { "type": "object", "properties": { "team": { "type": "string" } } }] },
                "checks": { "type": "array", "items": { "type": "object", "required": ["name"], "properties": { "name": { "type": "string" } } } },
                "vars": { "type": "object", "additionalProperties": { "properties": { "value": {} } } },
                "anything": {},
            },
        });
        assert_eq!(
            shown(&schema),
            [
                "repoUrl!: string [] Where.",
                "visibility: string = \"private\" [\"public\" \"private\"] Who sees it",
                "topics: array of string [] ",
                "owner: string or null [] ",
                "access: string or object [] ",
                "access.team: string [] ",
                "checks: array of object [] ",
                "checks[].name!: string [] ",
                "vars: object [] ",
                "vars.*.value: any [] ",
                "anything: any [] ",
            ]
        );
    }

    #[test]
    fn what_one_of_several_ways_needs_is_not_always_needed() {
        let way = |name: &str| json!({ "required": [name, "both"], "properties": { name: {}, "both": {} } });
        let schema = json!({ "anyOf": [way("one"), way("other")] });
        assert_eq!(shown(&schema), ["one: any [] ", "both!: any [] ", "other: any [] "]);
        for nothing in [json!(true), json!({}), json!({ "type": "object" })] {
            assert!(schema_fields(&nothing).is_empty(), "{nothing}");
        }
    }

    #[test]
    fn rows_and_depth_have_a_bound() {
        let mut deep = json!({ "type": "string" });
        for _ in 0..100 {
            deep = json!({ "properties": { "a": deep } });
        }
        assert_eq!(schema_fields(&deep).len(), DEEPEST);
        let many: serde_json::Map<_, _> =
            (0..2_000).map(|number| (format!("p{number}"), json!({}))).collect();
        assert_eq!(schema_fields(&json!({ "properties": many })).len(), MOST);
    }
}
