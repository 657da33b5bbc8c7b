//! Bodies of requests: JSON objects, read as leniently as the published description of the API allows.

use std::fmt;
use std::marker::PhantomData;

use axum::body::HttpBody as _;
use axum::extract::{FromRequest, Request};
use platform::error::Error;
use platform::http::{ApiError, ApiJson};
use serde::de::value::MapAccessDeserializer;
use serde::de::{DeserializeOwned, Error as _, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

/// The body of a request. No body at all, or null, means the same as `{}`: what has to be there is asked for by its name.
pub(super) struct ObjectBody<T>(pub(super) T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for ObjectBody<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        if !request.body().is_end_stream() {
            let ApiJson(body) = ApiJson::<Option<JsonObject<T>>>::from_request(request, state).await?;
            if let Some(JsonObject(body)) = body {
                return Ok(Self(body));
            }
        }
        let empty = serde_json::from_str("{}");
        empty.map(Self).map_err(|error| Error::input(format!("The request has no body: {error}.")).into())
    }
}

/// A JSON object. Without this a list of values in the order of the fields would do as well, which nobody means.
#[derive(Debug, Serialize)]
#[serde(transparent)]
pub(super) struct JsonObject<T>(pub(super) T);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for JsonObject<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(OnlyObjects(PhantomData)).map(Self)
    }
}

struct OnlyObjects<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for OnlyObjects<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<T, A::Error> {
        T::deserialize(MapAccessDeserializer::new(map))
    }
}

/// A number of things. JSON has one type of numbers, so 1.0 is 1; more than there can be is as many as there can be.
pub(super) fn count<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<usize>, D::Error> {
    let Some(number) = Option::<f64>::deserialize(deserializer)? else { return Ok(None) };
    if number < 0.0 || number.fract() != 0.0 {
        return Err(D::Error::custom(format!("expected a whole number of 0 or more, but found {number}")));
    }
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "it is whole and not negative, and the conversion stops at the largest number"
    )]
    Ok(Some(number as usize))
}

/// A value, or its default where null stands for it.
pub(super) fn or_default<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de> + Default,
{
    Ok(Option::deserialize(deserializer)?.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use axum::body::Body;

    use super::*;

    #[derive(Debug, Default, Deserialize, PartialEq)]
    #[serde(default)]
    struct Query {
        #[serde(deserialize_with = "count")]
        limit: Option<usize>,
        #[serde(deserialize_with = "or_default")]
        fields: Vec<String>,
    }

    #[derive(Debug, Deserialize)]
    struct Refs {
        #[expect(dead_code, reason = "only whether it is there matters")]
        refs: Vec<String>,
    }

    async fn read<T: DeserializeOwned>(body: &'static str) -> Result<T, String> {
        let request = Request::post("/").header("content-type", "application/json").body(Body::from(body));
        let read = ObjectBody::from_request(request.expect("a request"), &()).await;
        read.map(|ObjectBody(value)| value).map_err(|error| format!("{error:?}"))
    }

    #[tokio::test]
    async fn numbers_may_have_a_point_and_null_means_the_default() {
        for (body, limit) in [
            ("{}", None),
            ("{\"limit\":null,\"fields\":null}", None),
            ("{\"limit\":0}", Some(0)),
            ("{\"limit\":1.0}", Some(1)),
            ("{\"limit\":2e1}", Some(20)),
            ("{\"limit\":18446744073709551616}", Some(usize::MAX)),
        ] {
            assert_eq!(read::<Query>(body).await, Ok(Query { limit, fields: Vec::new() }), "{body}");
        }
    }

    #[tokio::test]
    async fn what_is_no_number_is_refused() {
        for body in ["{\"limit\":1.5}", "{\"limit\":-1}", "{\"limit\":\"1\"}", "{\"limit\":[1]}"] {
            let refusal = read::<Query>(body).await.expect_err(body);
            assert!(refusal.contains("The request body is not as expected"), "{body}: {refusal}");
        }
    }

    #[tokio::test]
    async fn no_body_is_an_empty_one() {
        let request = Request::post("/").body(Body::empty()).expect("a request");
        let ObjectBody(query) = ObjectBody::<Query>::from_request(request, &()).await.expect("a query");
        assert_eq!(query, Query::default());
        assert_eq!(read("null").await, Ok(Query::default()));
        for body in ["", "null"] {
            let refusal = read::<Refs>(body).await.expect_err("something is missing");
            assert!(refusal.contains("The request has no body: missing field `refs`"), "{refusal}");
        }
    }

    #[tokio::test]
    async fn a_list_is_no_object() {
        for body in ["[]", "[1,[]]", "1"] {
            let refusal = read::<Query>(body).await.expect_err(body);
            assert!(refusal.contains("expected an object"), "{body}: {refusal}");
        }
    }
}
