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

use crate::form::{Mistake, Mistakes};
use crate::service::Refusal;

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
    Mistakes(Mistakes),
    Error(ApiError),
}

impl From<Refusal> for Refused {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Mistakes(mistakes) => Self::Mistakes(mistakes),
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
            Self::Mistakes(Mistakes { answers, secrets }) => {
                let errors =
                    answers.iter().map(wrong_answer).chain(secrets.iter().map(|secret| wrong_secret(secret)));
                let errors: Vec<Value> = errors.collect();
                (StatusCode::BAD_REQUEST, Json(json!({ "errors": errors }))).into_response()
            }
        }
    }
}

/// An answer that does not fit. What was answered is not repeated.
fn wrong_answer(mistake: &Mistake) -> Value {
    let path: Vec<Value> = mistake.pointer.split('/').skip(1).map(segment).collect();
    let property = path.iter().fold("instance".to_owned(), |place, part| match part {
        Value::Number(index) => format!("{place}[{index}]"),
        part => format!("{place}.{}", part.as_str().unwrap_or_default()),
    });
    let stack = format!("{property}: {}", mistake.message);
    validation_error(&path, &property, &mistake.message, &stack)
}

/// A secret that does not fit: the sentence says which.
fn wrong_secret(sentence: &str) -> Value {
    validation_error(&[], "secrets", sentence, sentence)
}

/// What is wrong, in the form that Backstage's clients read.
fn validation_error(path: &[Value], property: &str, message: &str, stack: &str) -> Value {
    json!({
        "path": path,
        "property": property,
        "message": message,
        "schema": Map::new(),
        "instance": Map::new(),
        "name": "schema",
        "argument": "",
        "stack": stack,
    })
}

/// A part of a JSON pointer (RFC 6901).
fn segment(part: &str) -> Value {
    match part.parse::<u64>() {
        Ok(index) if !part.starts_with('0') || part == "0" => index.into(),
        _ => part.replace("~1", "/").replace("~0", "~").into(),
    }
}
