//! Inputs that actions for GitHub have in common.

use serde_json::{Map, Value, json};

use crate::actions::object;

/// The schema of an input with a repository, a token, and the fields of all parts.
pub(super) fn schema<const N: usize>(required: &[&str], parts: [Value; N]) -> Value {
    let mut fields = Map::new();
    for part in [common()].into_iter().chain(parts) {
        if let Value::Object(part) = part {
            fields.extend(part);
        }
    }
    object(&[&["repoUrl"], required].concat(), Value::Object(fields))
}

fn common() -> Value {
    json!({
        "repoUrl": { "type": "string", "description": "The repository, as in `github.com?owner=acme&repo=shop`; the owner is an organisation or a person." },
        "token": { "type": "string", "description": "A token to do it with, in the place of the configured one." },
    })
}

/// A list of texts.
pub(super) fn texts(description: &str) -> Value {
    json!({ "type": "array", "items": { "type": "string" }, "description": description })
}

/// Texts by their names.
pub(super) fn named_texts(description: &str) -> Value {
    json!({ "type": "object", "additionalProperties": { "type": "string" }, "description": description })
}

/// Where a repository is, as steps after this one use it.
pub(super) fn address_output(with_commit: bool) -> Value {
    let mut fields = json!({
        "remoteUrl": { "type": "string", "description": "The address that Git clones it from." },
        "repoContentsUrl": { "type": "string", "description": "The address of its root folder, for `catalog:register`." },
    });
    let mut required = vec!["remoteUrl", "repoContentsUrl"];
    if with_commit {
        fields["commitHash"] = json!({ "type": "string", "description": "The hash of the commit." });
        required.push("commitHash");
    }
    object(&required, fields)
}
