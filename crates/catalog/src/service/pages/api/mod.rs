//! Definitions of APIs made readable. They come from files, so whatever they hold, and however much, is an answer.

mod asyncapi;
mod openapi;
mod schema;
#[cfg(test)]
mod tests;

use model::{ApiDefinition, ApiGroup, ApiOperation, Entity};
use serde_json::Value;

use super::short::{cut, head};

/// Bytes of a definition that is taken apart. What is larger is shown as text.
const READABLE: usize = 2_000_000;
/// Bytes of a definition that is shown as text.
const TEXT: usize = 100_000;
/// Operations shown.
const OPERATIONS: usize = 150;
/// Characters of a name or a summary.
const LINE: usize = 200;
/// Servers shown.
const SERVERS: usize = 5;

/// What the definition of an API says; nothing for entities that have none.
pub(super) fn api(entity: &Entity) -> Option<ApiDefinition> {
    let text = entity.spec_str("definition").filter(|_| entity.kind().eq_ignore_ascii_case("api"))?;
    let kind = entity.spec_str("type").unwrap_or_default().to_lowercase();
    let format = match kind.as_str() {
        "openapi" => "OpenAPI",
        "asyncapi" => "AsyncAPI",
        "graphql" => "GraphQL",
        "grpc" => "Protocol Buffers",
        other => other,
    };
    let as_text = |problem: Option<String>| {
        let (text, text_left_off) = head(text.to_owned(), TEXT);
        ApiDefinition { format: cut(format, LINE), problem, text, text_left_off, ..ApiDefinition::default() }
    };
    let read: fn(&Value) -> Result<Contents, String> = match kind.as_str() {
        "openapi" => openapi::read,
        "asyncapi" => asyncapi::read,
        _ => return Some(as_text(None)),
    };
    if text.len() > READABLE {
        return Some(as_text(Some("It is too long to be taken apart.".to_owned())));
    }
    let parsed = platform::yaml::parse_one(text).map_err(|error| error.to_string());
    Some(match parsed.and_then(|root| Ok((read(&root)?, root))) {
        Ok((contents, root)) => shown(contents, &root),
        Err(problem) => as_text(Some(format!("It can't be read as {format}: {problem}."))),
    })
}

/// What a format says.
struct Contents {
    format: String,
    servers: Vec<String>,
    /// With their tags.
    operations: Vec<(String, ApiOperation)>,
    left_off: usize,
}

/// Groups the operations by tag, in the order in which tags come first.
fn shown(contents: Contents, root: &Value) -> ApiDefinition {
    let mut groups: Vec<ApiGroup> = Vec::new();
    for (tag, operation) in contents.operations {
        match groups.iter_mut().find(|group| group.name == tag) {
            Some(group) => group.operations.push(operation),
            None => groups.push(ApiGroup { name: tag, operations: vec![operation] }),
        }
    }
    ApiDefinition {
        format: contents.format,
        version: line(root.pointer("/info/version")),
        servers: contents.servers,
        groups,
        left_off: u32::try_from(contents.left_off).unwrap_or(u32::MAX),
        ..ApiDefinition::default()
    }
}

/// A text in one line; numbers count as texts, because versions are written as such.
fn line(value: Option<&Value>) -> Option<String> {
    match value? {
        Value::String(text) if !text.trim().is_empty() => Some(cut(text.trim(), LINE)),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}
