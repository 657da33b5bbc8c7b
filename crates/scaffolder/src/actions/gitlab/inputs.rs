//! Inputs that actions for GitLab have in common.

use serde_json::{Map, Value, json};

use crate::actions::object;

/// The schema of an input with a `repoUrl` that names a project, a token, and these fields.
pub(super) fn schema(required: &[&str], own: Value) -> Value {
    about(
        "The project, as in `gitlab.com?owner=acme/shops&repo=shop`; the owner is a group or a person.",
        required,
        own,
    )
}

/// The same where only the host of the `repoUrl` counts.
pub(super) fn host_schema(required: &[&str], own: Value) -> Value {
    about("The host, as in `gitlab.com`; what stands behind it does not count.", required, own)
}

fn about(repo_url: &str, required: &[&str], own: Value) -> Value {
    let mut fields = Map::from_iter([
        ("repoUrl".to_owned(), json!({ "type": "string", "description": repo_url })),
        (
            "token".to_owned(),
            json!({ "type": "string", "description": "A token to do it with, in the place of the configured one." }),
        ),
    ]);
    if let Value::Object(own) = own {
        fields.extend(own);
    }
    object(&[&["repoUrl"], required].concat(), Value::Object(fields))
}
