//! What requests carry, and refusals of it.

use std::collections::BTreeMap;

use axum::Json;
use axum::body::Bytes;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use platform::error::Error;
use platform::http::ApiError;
use platform::secret::Secret;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use utoipa::ToSchema;

use crate::service::{Fault, Refusal};

/// Secrets by name.
pub(super) type Secrets = BTreeMap<String, Secret<String>>;

/// The secrets that a run is given again.
#[derive(Default, Deserialize, ToSchema)]
pub(super) struct GivenSecrets {
    #[serde(default)]
    #[schema(value_type = Option<std::collections::HashMap<String, String>>)]
    pub(super) secrets: Option<Secrets>,
}

impl GivenSecrets {
    /// Those of a body that may be missing.
    pub(super) fn read(body: &Bytes) -> Result<Secrets, Error> {
        if body.is_empty() {
            return Ok(Secrets::new());
        }
        let given: Self = serde_json::from_slice(body).map_err(|_| {
            // What serde says could quote a secret.
            Error::input("The request body is not as expected: an object with secrets, an object of texts.")
        })?;
        Ok(given.secrets.unwrap_or_default())
    }
}

/// Where to find a run.
#[derive(Serialize, ToSchema)]
pub(super) struct Created {
    /// Its id.
    pub(super) id: String,
}

/// A refusal on its way out of a handler.
pub(super) enum Refused {
    Faults(Vec<Fault>),
    Error(ApiError),
}

impl From<Refusal> for Refused {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Faults(faults) => Self::Faults(faults),
            Refusal::Error(error) => Self::Error(error.into()),
        }
    }
}

impl From<Error> for Refused {
    fn from(error: Error) -> Self {
        Self::Error(error.into())
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        match self {
            Self::Error(error) => error.into_response(),
            Self::Faults(faults) => {
                let errors: Vec<Value> = faults.iter().map(validation_error).collect();
                (StatusCode::BAD_REQUEST, Json(json!({ "errors": errors }))).into_response()
            }
        }
    }
}

/// An answer that does not fit, in the form that Backstage's clients read. What was answered is not repeated.
fn validation_error(fault: &Fault) -> Value {
    let path: Vec<Value> = fault.pointer.split('/').skip(1).map(segment).collect();
    let root = if fault.is_secret { "secrets" } else { "instance" };
    let property = path.iter().fold(root.to_owned(), |place, part| match part {
        Value::Number(index) => format!("{place}[{index}]"),
        part => format!("{place}.{}", part.as_str().unwrap_or_default()),
    });
    json!({
        "path": path,
        "property": property,
        "message": fault.message,
        "schema": Map::new(),
        "instance": Map::new(),
        "name": "schema",
        "argument": "",
        "stack": format!("{property}: {}", fault.message),
    })
}

/// A part of a JSON pointer (RFC 6901).
fn segment(part: &str) -> Value {
    match part.parse::<u64>() {
        Ok(index) if !part.starts_with('0') || part == "0" => index.into(),
        _ => part.replace("~1", "/").replace("~0", "~").into(),
    }
}
