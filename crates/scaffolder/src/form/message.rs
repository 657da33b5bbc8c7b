//! Messages for people who fill in a form, and for those who wrote it.

use jsonschema::error::{TypeKind, ValidationErrorKind as Kind};
use jsonschema::{JsonType, ValidationError};
use model::form::{Control, Field};
use serde_json::Value;

/// Choices that a message lists.
const MAX_LISTED: usize = 10;

/// What is wrong with a value, as an instruction. `field` is the one that holds it.
pub(super) fn of_value(error: &ValidationError<'_>, field: Option<&Field>) -> String {
    match error.kind() {
        Kind::Required { .. } => "Fill this in".to_owned(),
        Kind::Type { kind } => of_type(kind, error.instance().is_null()),
        Kind::Enum { options } => {
            let values = options.as_array().map(Vec::as_slice).unwrap_or_default();
            format!("Choose one of {}", listed(&titles(values, field)))
        }
        Kind::Constant { expected_value } => match expected_value.as_ref() {
            Value::Bool(true) => "This has to be chosen".to_owned(),
            Value::Bool(false) => "This must not be chosen".to_owned(),
            other => format!("This has to be {}", plain(other)),
        },
        Kind::MinLength { limit: 1 } => "This must not be empty".to_owned(),
        Kind::MinLength { limit } => format!("At least {}", counted(*limit, "character")),
        Kind::MaxLength { limit } => format!("At most {}", counted(*limit, "character")),
        Kind::MinItems { limit } => format!("At least {}", entries(*limit)),
        Kind::MaxItems { limit } => format!("At most {}", entries(*limit)),
        Kind::AdditionalItems { limit } => format!("At most {}", entries(*limit as u64)),
        Kind::MinProperties { limit } => format!("At least {}", entries(*limit)),
        Kind::MaxProperties { limit } => format!("At most {}", entries(*limit)),
        Kind::Minimum { limit } => format!("{limit} or more"),
        Kind::Maximum { limit } => format!("{limit} or less"),
        Kind::ExclusiveMinimum { limit } => format!("More than {limit}"),
        Kind::ExclusiveMaximum { limit } => format!("Less than {limit}"),
        Kind::MultipleOf { multiple_of } => format!("A multiple of {multiple_of}"),
        Kind::UniqueItems => "The same entry stands here twice".to_owned(),
        Kind::Contains => "An entry that the template asks for is missing".to_owned(),
        Kind::Format { format } => of_format(format),
        Kind::Pattern { pattern } => format!("This does not fit the pattern {}", shorten(pattern)),
        Kind::BacktrackLimitExceeded { .. } | Kind::RegexEngineFailure { .. } => {
            "The template's pattern takes too long on this. Try something shorter".to_owned()
        }
        Kind::AdditionalProperties { .. }
        | Kind::UnevaluatedProperties { .. }
        | Kind::UnevaluatedItems { .. }
        | Kind::FalseSchema => "This is not expected here".to_owned(),
        Kind::PropertyNames { error } => format!("A name is not allowed here: {}", of_value(error, None)),
        Kind::AnyOf { .. } | Kind::OneOfNotValid { .. } => "This fits none of the possibilities".to_owned(),
        Kind::OneOfMultipleValid { .. } => "This fits more than one of the possibilities".to_owned(),
        Kind::Not { .. } => "This is not allowed".to_owned(),
        Kind::ContentEncoding { .. } | Kind::ContentMediaType { .. } | Kind::FromUtf8 { .. } => {
            "This is not encoded as the template asks for".to_owned()
        }
        Kind::Custom { message, .. } => message.clone(),
        Kind::Referencing(_) => "The template's schema refers to something that is not there".to_owned(),
    }
}

/// What is wrong with a schema, and what may stand there.
pub(super) fn of_schema(error: &ValidationError<'_>) -> (String, Option<String>) {
    match error.kind() {
        Kind::Type { kind } => {
            ("This must be something else".to_owned(), Some(type_names(kind).join(" or ")))
        }
        Kind::Enum { options } => {
            let values = options.as_array().map(Vec::as_slice).unwrap_or_default();
            ("This is none of the allowed values".to_owned(), Some(listed(&titles(values, None))))
        }
        Kind::Format { format } if format == "regex" => (
            "This is no regular expression".to_owned(),
            Some("a regular expression of JavaScript".to_owned()),
        ),
        // Only `type` has it, as one name or as a list of them.
        Kind::AnyOf { .. } if error.instance_path().as_str().ends_with("/type") => {
            let types = "string, number, integer, boolean, object, array, null, or a list of them";
            ("This is not a type".to_owned(), Some(types.to_owned()))
        }
        _ => (format!("The schema is not valid here: {}", error.masked()), None),
    }
}

fn of_type(kind: &TypeKind, is_nothing: bool) -> String {
    if is_nothing {
        return "Fill this in, or remove it".to_owned();
    }
    let name = |kind: JsonType| match kind {
        JsonType::String => "text",
        JsonType::Integer => "a whole number",
        JsonType::Number => "a number",
        JsonType::Boolean => "yes or no",
        JsonType::Array => "a list",
        JsonType::Object => "an object",
        JsonType::Null => "nothing",
    };
    let names: Vec<_> = match kind {
        TypeKind::Single(kind) => vec![name(*kind)],
        TypeKind::Multiple(kinds) => kinds.iter().map(name).collect(),
    };
    format!("This has to be {}", names.join(" or "))
}

fn type_names(kind: &TypeKind) -> Vec<String> {
    match kind {
        TypeKind::Single(kind) => vec![kind.to_string()],
        TypeKind::Multiple(kinds) => kinds.iter().map(|kind| kind.to_string()).collect(),
    }
}

fn of_format(format: &str) -> String {
    let example = match format {
        "email" | "idn-email" => "an e-mail address such as ana@example.com",
        "uri" | "iri" | "url" => "an address such as https://example.com",
        "uri-reference" | "iri-reference" => "an address or a path",
        "uri-template" => "an address, perhaps with parts such as {name}",
        "date" => "a date such as 2026-11-17",
        "date-time" => "a date and time such as 2026-11-17T09:30:00Z",
        "time" => "a time such as 09:30:00",
        "duration" => "a duration such as P3D or PT15M",
        "hostname" | "idn-hostname" => "a host name such as www.example.com",
        "ipv4" => "an IPv4 address such as 192.0.2.1",
        "ipv6" => "an IPv6 address such as 2001:db8::1",
        "uuid" => "a UUID such as 123e4567-e89b-12d3-a456-426614174000",
        "regex" => "a regular expression",
        "json-pointer" | "relative-json-pointer" => "a JSON pointer such as /spec/owner",
        "data-url" => "a file",
        "color" => "a colour such as #1f6feb",
        other => return format!("This is not of the format {other}"),
    };
    format!("This has to be {example}")
}

/// What choices are called on the form, or their values.
fn titles(values: &[Value], field: Option<&Field>) -> Vec<String> {
    let choices = match field.map(|field| &field.control) {
        Some(Control::Choice { choices, .. } | Control::Choices { choices, .. }) => choices.as_slice(),
        _ => &[],
    };
    let title = |value: &Value| {
        let choice = choices.iter().find(|choice| choice.value == *value);
        choice.map_or_else(|| plain(value), |choice| choice.title.clone())
    };
    values.iter().take(MAX_LISTED + 1).map(title).collect()
}

/// Names as a list; of many the first.
pub(super) fn listed(names: &[String]) -> String {
    let shown: Vec<_> = names.iter().take(MAX_LISTED).map(|name| shorten(name)).collect();
    let more = if names.len() > MAX_LISTED { ", …" } else { "" };
    format!("{}{more}", shown.join(", "))
}

pub(super) fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => shorten(text),
        Value::Null => "nothing".to_owned(),
        other => shorten(&other.to_string()),
    }
}

fn counted(count: u64, unit: &str) -> String {
    format!("{count} {unit}{}", if count == 1 { "" } else { "s" })
}

fn entries(count: u64) -> String {
    if count == 1 { "1 entry".to_owned() } else { format!("{count} entries") }
}

/// A text short enough for a message.
pub(super) fn shorten(text: &str) -> String {
    const MAX: usize = 100;
    match text.char_indices().nth(MAX) {
        None => text.to_owned(),
        Some((end, _)) => format!("{}…", &text[..end]),
    }
}
