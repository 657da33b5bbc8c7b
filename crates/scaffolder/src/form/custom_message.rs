//! `errorMessage`, as ajv-errors reads it: a text for the schema and all within, or texts by keyword, property and item.

use jsonschema::ValidationError;
use jsonschema::error::ValidationErrorKind as Kind;
use serde_json::Value;

/// A schema on the way to the keyword that failed.
struct Level<'a> {
    schema: &'a Value,
    /// Keys of the instance down to the value that this schema is for.
    depth: usize,
    /// What leads on: the keyword, and a key behind it if there is one.
    way: Vec<String>,
}

/// The template's own words for an error, with the pointer that they belong to. The innermost schema that has some wins.
pub(super) fn of(error: &ValidationError<'_>, root: &Value, values: &Value) -> Option<(String, String)> {
    let instance = keys(error.instance_path().as_str());
    let way = |path: &str| {
        let mut path = keys(path);
        if !matches!(error.kind(), Kind::FalseSchema) {
            // The keyword that failed, which may hold a schema itself.
            path.pop();
        }
        levels(root, &path, instance.len())
    };
    // Keywords of our own do not know through which reference they were reached.
    let levels = way(error.evaluation_path().as_str()).or_else(|| way(error.schema_path().as_str()))?;
    let innermost = levels.len().checked_sub(1)?;
    levels.iter().enumerate().rev().find_map(|(position, level)| {
        let messages = level.schema.get("errorMessage")?;
        let own = pointer(instance.get(..level.depth)?);
        let (text, at) = match messages {
            Value::String(text) => (text.as_str(), own),
            Value::Object(_) if position == innermost => by_keyword(messages, error, &own)?,
            Value::Object(_) => by_member(messages, level, &instance, &own)?,
            _ => return None,
        };
        let filled = fill(text, values, &keys(&at));
        Some((filled, at))
    })
}

/// The text for the keyword that failed in the schema itself.
fn by_keyword<'m>(messages: &'m Value, error: &ValidationError<'_>, own: &str) -> Option<(&'m str, String)> {
    let keyword = error.kind().keyword();
    let property = match error.kind() {
        Kind::Required { property } => property.as_str(),
        _ => None,
    };
    let at = property.map_or_else(|| own.to_owned(), |property| child(own, property));
    let text = match messages.get(keyword) {
        Some(Value::Object(by_name)) => by_name.get(property?),
        text => text,
    };
    let text = text.and_then(Value::as_str);
    Some((text.or_else(|| messages.get("_")?.as_str())?, at))
}

/// The text for the member in which something failed.
fn by_member<'m>(
    messages: &'m Value,
    level: &Level<'_>,
    instance: &[String],
    own: &str,
) -> Option<(&'m str, String)> {
    let keyword = level.way.first()?;
    let key = instance.get(level.depth)?;
    let text = match (keyword.as_str(), messages.get(keyword)?) {
        ("properties", by_name) => by_name.get(level.way.get(1)?)?,
        ("items" | "prefixItems", by_index) => by_index.get(key.parse::<usize>().ok()?)?,
        _ => return None,
    };
    Some((text.as_str()?, child(own, key)))
}

/// The schemas along a path, outermost first. The last one is for a value at this depth. `None` if the path leads nowhere.
fn levels<'a>(root: &'a Value, path: &[String], deepest: usize) -> Option<Vec<Level<'a>>> {
    let mut levels = vec![Level { schema: root, depth: 0, way: Vec::new() }];
    let (mut schema, mut depth, mut rest) = (root, 0, path);
    while let Some((keyword, behind)) = rest.split_first() {
        let key = behind.first().map(String::as_str);
        // How many keys the keyword takes, and whether it leads into the value.
        let (taken, is_inner) = match keyword.as_str() {
            "properties" | "patternProperties" => (2, true),
            "dependencies" | "dependentSchemas" | "allOf" | "anyOf" | "oneOf" | "definitions" | "$defs" => {
                (2, false)
            }
            "items" | "prefixItems" if schema.get(keyword).is_some_and(Value::is_array) => (2, true),
            "items" | "additionalItems" | "additionalProperties" | "contains" => (1, true),
            "$ref" | "if" | "then" | "else" | "not" => (1, false),
            _ => return None,
        };
        let found = match keyword.as_str() {
            "$ref" => schema
                .get("$ref")
                .and_then(Value::as_str)
                .and_then(|reference| root.pointer(reference.strip_prefix('#')?)),
            keyword if taken == 2 => key.and_then(|key| match schema.get(keyword)? {
                Value::Array(items) => items.get(key.parse::<usize>().ok()?),
                members => members.get(key),
            }),
            keyword => schema.get(keyword),
        };
        if let Some(level) = levels.last_mut() {
            level.way = rest.get(..taken)?.to_vec();
        }
        schema = found?;
        depth += usize::from(is_inner);
        rest = rest.get(taken..)?;
        levels.push(Level { schema, depth, way: Vec::new() });
    }
    for level in &mut levels {
        level.depth = (deepest + level.depth).checked_sub(depth)?;
    }
    Some(levels)
}

/// Fills `${/pointer}` and `${1/pointer}` (relative, one level up) with values.
fn fill(text: &str, values: &Value, own: &[String]) -> String {
    let (mut filled, mut rest) = (String::new(), text);
    while let Some((before, after)) = rest.split_once("${") {
        let Some((place, behind)) = after.split_once('}') else { break };
        let digits = place.len() - place.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let (up, path) = place.split_at(digits);
        let start = match up.parse::<usize>() {
            Ok(up) => own.get(..own.len().saturating_sub(up)).map(pointer),
            Err(_) => Some(String::new()),
        };
        let value = start.and_then(|start| values.pointer(&format!("{start}{path}")));
        filled.push_str(before);
        filled.push_str(&value.map(super::message::plain).unwrap_or_default());
        rest = behind;
    }
    filled.push_str(rest);
    filled
}

/// The keys along a pointer.
pub(super) fn keys(pointer: &str) -> Vec<String> {
    pointer.split('/').skip(1).map(|key| key.replace("~1", "/").replace("~0", "~")).collect()
}

/// A pointer along keys.
fn pointer(keys: &[String]) -> String {
    keys.iter().fold(String::new(), |pointer, key| child(&pointer, key))
}

/// The pointer to a member.
pub(super) fn child(parent: &str, key: &str) -> String {
    format!("{parent}/{}", key.replace('~', "~0").replace('/', "~1"))
}
