//! `GET /entities`: every entity that a filter selects, streamed.

use axum::body::{Body, Bytes};
use axum::extract::{OriginalUri, State};
use axum::http::{HeaderValue, Response, header};
use futures::stream;
use model::Fields;
use platform::access::Caller;
use platform::error::Error;
use platform::http::ApiError;

use super::cursor::{self, OffsetCursor};
use super::json::json;
use super::params::{self, Params};
use crate::service::{AsOf, Catalog, Selection};
use crate::view::EntityId;

/// Entities written to the response at once; bounds the memory of one request.
const CHUNK: usize = 500;

/// All entities that match.
#[utoipa::path(
    get,
    path = "/entities",
    operation_id = "GetEntities",
    tag = "Entity",
    params(
        ("filter" = Option<Vec<String>>, Query, description = "Conditions; those in one parameter must all hold, one parameter of several must"),
        ("fields" = Option<String>, Query, description = "Comma separated paths to keep of each entity"),
        ("order" = Option<Vec<String>>, Query, description = "asc:field or desc:field"),
        ("limit" = Option<usize>, Query, description = "Entities on one page"),
        ("offset" = Option<usize>, Query, description = "Entities to skip"),
        ("after" = Option<String>, Query, description = "Where the page before ended"),
        ("asOf" = Option<String>, Query, description = "A past sequence number or time (RFC 3339)"),
    ),
    responses((status = 200, description = "The entities", body = Vec<Object>), (status = 400, description = "A parameter is wrong"))
)]
pub(super) async fn get_entities(
    State(catalog): State<Catalog>,
    caller: Caller,
    OriginalUri(uri): OriginalUri,
    params: Params,
) -> Result<Response<Body>, ApiError> {
    let moment = catalog.moment(&caller, params.as_of()?).await?;
    let selection = Selection { filter: params.filter()?, full_text: None, as_of: moment.map(AsOf::Seq) };
    let fields = params.fields()?;
    let mut orders = Vec::new();
    for order in params.all("order") {
        let (direction, field) =
            order.split_once(':').ok_or_else(|| Error::input("order must look like asc:metadata.name"))?;
        orders.push(params::order(field, direction)?);
    }
    let paging = Paging::from(&params)?;
    let mut ids = catalog.entity_ids(&caller, &selection, &orders).await?;
    let total = ids.len();
    ids.drain(..paging.offset.min(total));
    ids.truncate(paging.limit.unwrap_or(usize::MAX));

    let mut response = body(catalog, caller, selection.as_of, ids, fields).await?;
    if let Some(limit) = paging.limit
        && paging.offset.saturating_add(limit) < total
    {
        let link = next_link(&uri, OffsetCursor { limit, offset: paging.offset + limit }, moment)?;
        response.headers_mut().insert(header::LINK, link);
    }
    Ok(response)
}

struct Paging {
    offset: usize,
    limit: Option<usize>,
}

impl Paging {
    fn from(params: &Params) -> Result<Self, Error> {
        if let Some(after) = params.one("after") {
            let OffsetCursor { limit, offset } = cursor::decode(after)?;
            return Ok(Self { offset, limit: Some(params.number("limit")?.unwrap_or(limit)) });
        }
        Ok(Self { offset: params.number("offset")?.unwrap_or(0), limit: params.number("limit")? })
    }
}

/// `Link` to the next page: the same query with another `after`, and of the same moment.
fn next_link(uri: &axum::http::Uri, next: OffsetCursor, moment: Option<i64>) -> Result<HeaderValue, Error> {
    let kept = form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes())
        .filter(|(key, _)| !["after", "offset", "asOf"].contains(&&**key));
    let query = form_urlencoded::Serializer::new(String::new())
        .extend_pairs(kept)
        .extend_pairs(moment.map(|seq| ("asOf", seq.to_string())))
        .append_pair("after", &cursor::encode(&next)?)
        .finish();
    let path = uri.path().strip_prefix("/api/catalog").unwrap_or(uri.path());
    HeaderValue::from_str(&format!("<{path}?{query}>; rel=\"next\"")).map_err(Error::internal)
}

/// One body for a short list, a stream of chunks for a long one.
async fn body(
    catalog: Catalog,
    caller: Caller,
    as_of: Option<AsOf>,
    ids: Vec<EntityId>,
    fields: Option<Fields>,
) -> Result<Response<Body>, Error> {
    if ids.len() <= CHUNK {
        let mut bytes = vec![b'['];
        catalog.write_entities(&caller, as_of, &ids, fields.as_ref(), &mut bytes).await?;
        bytes.push(b']');
        return Ok(json(bytes));
    }
    let chunks = stream::unfold((catalog, caller, ids, fields, 0), move |state| async move {
        let (catalog, caller, ids, fields, start) = state;
        if start > ids.len() {
            return None;
        }
        let end = (start + CHUNK).min(ids.len());
        let mut bytes = Vec::new();
        if start < ids.len() {
            bytes.push(if start == 0 { b'[' } else { b',' });
            if let Err(error) =
                catalog.write_entities(&caller, as_of, &ids[start..end], fields.as_ref(), &mut bytes).await
            {
                return Some((Err(error), (catalog, caller, ids, fields, usize::MAX)));
            }
        }
        let finished = end == ids.len();
        if finished {
            bytes.push(b']');
        }
        let next = if finished { usize::MAX } else { end };
        Some((Ok(Bytes::from(bytes)), (catalog, caller, ids, fields, next)))
    });
    let mut response = Response::new(Body::from_stream(chunks));
    response
        .headers_mut()
        .insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json; charset=utf-8"));
    Ok(response)
}
