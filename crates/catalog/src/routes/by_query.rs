//! `GET` and `POST /entities/by-query`: pages of entities, with cursors.

use axum::body::Body;
use axum::extract::State;
use axum::http::Response;
use model::{Fields, Filter};
use platform::access::Caller;
use platform::error::Error;
use platform::http::ApiError;
use serde::Deserialize;
use utoipa::ToSchema;

use super::body::{self, JsonObject, ObjectBody};
use super::cursor::{self, FullTextCursor, OrderField, QueryCursor};
use super::json::json;
use super::params::{self, Params};
use crate::service::{AsOf, Catalog, FullText, Paging, Selection};
use crate::view::{Page, Position, Start};

/// Page size when the request names none, as Backstage 1.55 does.
const DEFAULT_LIMIT: usize = 200;
/// Largest page; whoever asks for more gets this many and a cursor.
const MAX_LIMIT: usize = 10_000;
/// Sorted by when nothing else is said, and searched when no field is named.
const DEFAULT_FULL_TEXT_FIELD: &str = "metadata.uid";

/// A page of entities that match.
#[utoipa::path(
    get,
    path = "/entities/by-query",
    operation_id = "GetEntitiesByQuery",
    tag = "Entity",
    params(
        ("filter" = Option<Vec<String>>, Query, description = "Conditions; those in one parameter must all hold, one parameter of several must"),
        ("fields" = Option<String>, Query, description = "Comma separated paths to keep of each entity"),
        ("limit" = Option<usize>, Query, description = "Entities on one page (200)"),
        ("offset" = Option<usize>, Query, description = "Entities to skip"),
        ("orderField" = Option<Vec<String>>, Query, description = "field,asc or field,desc; the first counts"),
        ("cursor" = Option<String>, Query, description = "A page before or after, as named by pageInfo"),
        ("fullTextFilterTerm" = Option<String>, Query, description = "Text to find"),
        ("fullTextFilterFields" = Option<String>, Query, description = "Comma separated fields to find it in"),
        ("totalItems" = Option<String>, Query, description = "include (default) or exclude"),
        ("asOf" = Option<String>, Query, description = "A past sequence number or time (RFC 3339)"),
    ),
    responses((status = 200, description = "A page: items, totalItems, pageInfo", body = Object), (status = 400, description = "A parameter is wrong"))
)]
pub(super) async fn get_entities_by_query(
    State(catalog): State<Catalog>,
    caller: Caller,
    params: Params,
) -> Result<Response<Body>, ApiError> {
    let request = PageRequest {
        cursor: params.one("cursor").map(str::to_owned),
        filter: params.all("filter").into_iter().map(str::to_owned).collect(),
        query: None,
        order: params.one("orderField").map(|text| {
            let (field, order) = text.split_once(',').unwrap_or((text, "asc"));
            OrderField { field: field.to_owned(), order: order.to_owned() }
        }),
        full_text: params.one("fullTextFilterTerm").map(|term| FullTextCursor {
            term: term.to_owned(),
            fields: params.list("fullTextFilterFields").into_iter().map(str::to_owned).collect(),
        }),
        fields: params.fields()?,
        limit: params.number("limit")?,
        offset: params.number("offset")?,
        with_total: with_total(params.one("totalItems"))?,
        as_of: params.as_of()?,
    };
    Ok(page(&catalog, &caller, request).await?)
}

/// The body of `POST /entities/by-query`.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", default)]
#[derive(Default)]
pub(super) struct QueryBody {
    cursor: Option<String>,
    #[serde(deserialize_with = "body::count")]
    limit: Option<usize>,
    #[serde(deserialize_with = "body::count")]
    offset: Option<usize>,
    #[serde(deserialize_with = "body::or_default")]
    #[schema(value_type = Vec<Object>)]
    order_by: Vec<JsonObject<OrderField>>,
    #[schema(value_type = Option<Object>)]
    full_text_filter: Option<JsonObject<FullTextBody>>,
    #[serde(deserialize_with = "body::or_default")]
    fields: Vec<String>,
    total_items: Option<String>,
    #[schema(value_type = Option<Object>)]
    query: Option<serde_json::Value>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct FullTextBody {
    term: Option<String>,
    #[serde(deserialize_with = "body::or_default")]
    fields: Vec<String>,
}

/// A page of entities that satisfy a predicate.
#[utoipa::path(
    post,
    path = "/entities/by-query",
    operation_id = "QueryEntitiesByPredicate",
    tag = "Entity",
    request_body = Option<QueryBody>,
    responses((status = 200, description = "A page: items, totalItems, pageInfo", body = Object), (status = 400, description = "The query is wrong"))
)]
pub(super) async fn query_entities_by_predicate(
    State(catalog): State<Catalog>,
    caller: Caller,
    params: Params,
    ObjectBody(body): ObjectBody<QueryBody>,
) -> Result<Response<Body>, ApiError> {
    let full_text = body
        .full_text_filter
        .and_then(|JsonObject(text)| text.term.map(|term| FullTextCursor { term, fields: text.fields }));
    let request = PageRequest {
        cursor: body.cursor,
        filter: Vec::new(),
        query: body.query,
        order: body.order_by.into_iter().next().map(|JsonObject(order)| order),
        full_text,
        fields: params::fields(&body.fields)?,
        limit: body.limit,
        offset: body.offset,
        with_total: with_total(body.total_items.as_deref())?,
        as_of: params.as_of()?,
    };
    Ok(page(&catalog, &caller, request).await?)
}

fn with_total(text: Option<&str>) -> Result<bool, Error> {
    match text {
        None | Some("include") => Ok(true),
        Some("exclude") => Ok(false),
        Some(other) => Err(Error::input(format!("totalItems must be include or exclude, but is {other:?}"))),
    }
}

/// What both doors ask for.
struct PageRequest {
    cursor: Option<String>,
    filter: Vec<String>,
    query: Option<serde_json::Value>,
    order: Option<OrderField>,
    full_text: Option<FullTextCursor>,
    fields: Option<Fields>,
    limit: Option<usize>,
    offset: Option<usize>,
    with_total: bool,
    as_of: Option<AsOf>,
}

async fn page(catalog: &Catalog, caller: &Caller, mut request: PageRequest) -> Result<Response<Body>, Error> {
    // As in Backstage, the way back begins with the first cursor: whoever gave an offset knows the pages before.
    let has_previous = request.cursor.is_some();
    let start = match request.cursor.take() {
        None => Start::Offset(request.offset.unwrap_or(0)),
        Some(text) => {
            let cursor: QueryCursor = cursor::decode(&text)?;
            request.filter = cursor.filter;
            request.query = cursor.query;
            request.order = cursor.order_field;
            request.full_text = cursor.full_text;
            request.as_of = cursor.as_of.map(AsOf::Seq);
            let (value, entity_ref) = cursor.at;
            let position = Position { value, entity_ref };
            if cursor.is_previous { Start::Before(position) } else { Start::After(position) }
        }
    };
    let moment = catalog.moment(caller, request.as_of).await?;
    let order = request.order.as_ref().map(|order| params::order(&order.field, &order.order)).transpose()?;
    let selection = Selection {
        filter: filter(&request)?,
        full_text: request.full_text.as_ref().filter(|text| !text.term.is_empty()).map(|text| FullText {
            term: text.term.clone(),
            fields: full_text_fields(text, request.order.as_ref()),
        }),
        as_of: moment.map(AsOf::Seq),
    };
    let limit = request.limit.unwrap_or(DEFAULT_LIMIT).min(MAX_LIMIT);
    let mut body = b"{\"items\":".to_vec();
    let fields = request.fields.as_ref();
    let paging = Paging { order, start, limit };
    let page = catalog.query_entities(caller, &selection, &paging, fields, &mut body).await?;
    finish(&page, has_previous, &request, moment, &mut body)?;
    Ok(json(body))
}

fn filter(request: &PageRequest) -> Result<Option<Filter>, Error> {
    let input = |error: model::FilterError| Error::input(error.to_string());
    if let Some(query) = &request.query {
        return Filter::from_predicate(query).map(Some).map_err(input);
    }
    Filter::from_params(&request.filter).map_err(input)
}

fn full_text_fields(text: &FullTextCursor, order: Option<&OrderField>) -> Vec<String> {
    let lower = |field: &String| field.to_lowercase();
    if text.fields.is_empty() {
        let field = order.map_or(DEFAULT_FULL_TEXT_FIELD, |order| order.field.as_str());
        return vec![field.to_lowercase()];
    }
    text.fields.iter().map(lower).collect()
}

/// Writes what follows the items: `totalItems` and `pageInfo`.
fn finish(
    page: &Page,
    has_previous: bool,
    request: &PageRequest,
    moment: Option<i64>,
    bytes: &mut Vec<u8>,
) -> Result<(), Error> {
    let total = if request.with_total { page.total } else { 0 };
    bytes.extend_from_slice(format!(",\"totalItems\":{total},\"pageInfo\":{{").as_bytes());
    let mut separator = "";
    let previous = page.previous.as_ref().filter(|_| has_previous);
    for (name, position, is_previous) in
        [("nextCursor", page.next.as_ref(), false), ("prevCursor", previous, true)]
    {
        let Some(position) = position else { continue };
        let cursor = cursor::encode(&QueryCursor {
            filter: request.filter.clone(),
            query: request.query.clone(),
            order_field: request.order.clone(),
            full_text: request.full_text.clone(),
            as_of: moment,
            at: (position.value.clone(), position.entity_ref.clone()),
            is_previous,
        })?;
        bytes.extend_from_slice(format!("{separator}\"{name}\":\"{cursor}\"").as_bytes());
        separator = ",";
    }
    bytes.extend_from_slice(b"}}");
    Ok(())
}
