//! `GET /api/portico/catalog.csv` and `catalog.json`: the catalog table as a file.

use axum::body::{Body, Bytes};
use axum::extract::{RawQuery, State};
use axum::http::{HeaderValue, Response, header};
use futures::{StreamExt as _, stream};
use model::EntityListQuery;
use platform::access::Caller;
use platform::http::ApiError;

use crate::service::{Catalog, ExportFormat};

/// Entities written at once; bounds the memory of one request.
const CHUNK: usize = 1_000;

/// The entities that the catalog page shows for the same parameters, as a CSV file.
#[utoipa::path(
    get,
    path = "/catalog.csv",
    operation_id = "ExportCatalogAsCsv",
    tag = "Export",
    params(
        ("kind" = Option<Vec<String>>, Query, description = "Kinds; as with all filters here, one of several has to fit"),
        ("type" = Option<Vec<String>>, Query, description = "Values of spec.type"),
        ("owner" = Option<Vec<String>>, Query, description = "References of owners, or none"),
        ("lifecycle" = Option<Vec<String>>, Query, description = "Values of spec.lifecycle"),
        ("namespace" = Option<Vec<String>>, Query, description = "Namespaces"),
        ("tag" = Option<Vec<String>>, Query, description = "Tags"),
        ("system" = Option<Vec<String>>, Query, description = "References of what they are part of"),
        ("not.kind" = Option<Vec<String>>, Query, description = "Kinds that are left out; so with each of the filters above"),
        ("has" = Option<Vec<String>>, Query, description = "Dotted paths that must have a value, such as spec.system"),
        ("lacks" = Option<Vec<String>>, Query, description = "Dotted paths that must have none, such as metadata.description"),
        ("ref" = Option<Vec<String>>, Query, description = "References; with some, only these entities"),
        ("tagMatch" = Option<String>, Query, description = "all: entities must have all of the tags"),
        ("text" = Option<String>, Query, description = "Text in the name, title or description"),
        ("sort" = Option<String>, Query, description = "name, kind, owner, type or lifecycle; with - in front descending"),
    ),
    responses((status = 200, description = "The table", content_type = "text/csv", body = String))
)]
pub(super) async fn export_csv(
    State(catalog): State<Catalog>,
    caller: Caller,
    RawQuery(query): RawQuery,
) -> Result<Response<Body>, ApiError> {
    file(catalog, caller, query.as_deref(), ExportFormat::Csv)
}

/// The same as a JSON file.
#[utoipa::path(
    get,
    path = "/catalog.json",
    operation_id = "ExportCatalogAsJson",
    tag = "Export",
    responses((status = 200, description = "The table, with the parameters of catalog.csv", body = Vec<Object>))
)]
pub(super) async fn export_json(
    State(catalog): State<Catalog>,
    caller: Caller,
    RawQuery(query): RawQuery,
) -> Result<Response<Body>, ApiError> {
    file(catalog, caller, query.as_deref(), ExportFormat::Json)
}

fn file(
    catalog: Catalog,
    caller: Caller,
    query: Option<&str>,
    format: ExportFormat,
) -> Result<Response<Body>, ApiError> {
    let (kind, disposition) = match format {
        ExportFormat::Csv => {
            ("text/csv; charset=utf-8; header=present", "attachment; filename=\"catalog.csv\"")
        }
        ExportFormat::Json => ("application/json; charset=utf-8", "attachment; filename=\"catalog.json\""),
    };
    let ids = catalog.listed(&caller, &EntityListQuery::from_query_string(query.unwrap_or_default()))?;
    let parts: Vec<Vec<_>> = ids.chunks(CHUNK).map(<[_]>::to_vec).collect();
    let lines = stream::iter(parts.into_iter().enumerate()).map(move |(number, ids)| {
        let mut bytes = if number == 0 { format.opening() } else { Vec::new() };
        catalog.write_rows(&caller, &ids, format, &mut bytes).map(|()| Bytes::from(bytes))
    });
    let end = move || {
        let nothing = if ids.is_empty() { format.opening() } else { Vec::new() };
        Ok(Bytes::from([&nothing, format.closing()].concat()))
    };
    let mut response = Response::new(Body::from_stream(lines.chain(stream::once(async move { end() }))));
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    response.headers_mut().insert(header::CONTENT_DISPOSITION, HeaderValue::from_static(disposition));
    Ok(response)
}
