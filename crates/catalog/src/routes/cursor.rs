//! Cursors: where a page ended, and the query that it belongs to, in base64 of JSON.
//!
//! A cursor carries its whole query, so that what is passed beside it cannot change the pages under the reader's feet.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use platform::error::Error;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

/// Longest cursor accepted, in bytes.
const MAX_LENGTH: usize = 16 * 1024;

/// A cursor of `/entities/by-query`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct QueryCursor {
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) filter: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) query: Option<serde_json::Value>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) order_field: Option<OrderField>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) full_text: Option<FullTextCursor>,
    /// The `seq` whose catalog the pages are of, even if the request named a time: it stays the same while more is
    /// written. Nothing means the catalog of now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) as_of: Option<i64>,
    /// Sort value (lower case) and entity reference of the entity where the page ended.
    pub(super) at: (String, String),
    pub(super) is_previous: bool,
}

/// Field and direction of the order.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct OrderField {
    pub(super) field: String,
    pub(super) order: String,
}

/// Term and fields of the full text filter.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct FullTextCursor {
    pub(super) term: String,
    pub(super) fields: Vec<String>,
}

/// A cursor of `/entities` (`after`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct OffsetCursor {
    pub(super) limit: usize,
    pub(super) offset: usize,
}

/// Writes a cursor.
pub(super) fn encode<C: Serialize>(cursor: &C) -> Result<String, Error> {
    Ok(URL_SAFE_NO_PAD.encode(serde_json::to_vec(cursor).map_err(Error::internal)?))
}

/// Reads a cursor that [`encode`] wrote.
pub(super) fn decode<C: DeserializeOwned>(text: &str) -> Result<C, Error> {
    let malformed = || Error::input("Malformed cursor: start again from the first page");
    if text.len() > MAX_LENGTH {
        return Err(malformed());
    }
    let bytes = URL_SAFE_NO_PAD.decode(text.trim_end_matches('=')).map_err(|_| malformed())?;
    serde_json::from_slice(&bytes).map_err(|_| malformed())
}
