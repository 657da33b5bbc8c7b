//! What an API offers, as its definition says.

use serde::{Deserialize, Serialize};

/// The definition of an API, as far as a page shows it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApiDefinition {
    /// What it is written in, such as `OpenAPI 3.1.0`.
    pub format: String,
    /// Version of the API itself.
    pub version: Option<String>,
    /// Where it can be reached.
    pub servers: Vec<String>,
    /// What it offers, by tag.
    pub groups: Vec<ApiGroup>,
    /// Operations that are left off, because there are too many.
    pub left_off: u32,
    /// Why there are no operations to see, though there should be.
    pub problem: Option<String>,
    /// The definition itself where it is not taken apart, or the beginning of it.
    pub text: String,
    /// Bytes that `text` lacks at its end.
    pub text_left_off: u64,
}

/// Operations that belong together.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApiGroup {
    /// The tag; empty where there is none.
    pub name: String,
    /// In the order of the definition.
    pub operations: Vec<ApiOperation>,
}

/// An operation of a path, or of a channel.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApiOperation {
    /// In capitals, such as `GET` or `SUBSCRIBE`.
    pub method: String,
    /// The path, or the name of the channel.
    pub path: String,
    /// What it is for.
    pub summary: Option<String>,
    /// Whether it should not be used any more.
    pub deprecated: bool,
    /// What goes in and what comes out.
    pub parts: Vec<ApiPart>,
}

/// Parameters, a request, a response or a message.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApiPart {
    /// Such as `Response 200`.
    pub title: String,
    /// What the definition says about it.
    pub note: Option<String>,
    /// The type as a whole, where it says more than the fields do.
    pub shape: Option<String>,
    /// Its fields, those of objects behind the object.
    pub fields: Vec<ApiField>,
    /// Whether there are more fields.
    pub is_cut: bool,
}

/// A field of a schema, or a parameter.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApiField {
    /// Its name.
    pub name: String,
    /// How many objects it lies in, from 0.
    pub depth: u8,
    /// Its type in words, such as `list of Berth` or `text (date)`.
    pub shape: String,
    /// Whether it has to be there.
    pub required: bool,
    /// Where a parameter goes, such as `query`.
    pub place: Option<String>,
}
