//! `GET /api/search/query`.

use axum::Json;
use axum::extract::State;
use model::Fragment;
use platform::access::Caller;
use platform::http::ApiError;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::cursor;
use super::params::Params;
use crate::service::{Document, Results, Search};

/// One page of results.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct ResultSet {
    results: Vec<SearchResult>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_page_cursor: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    previous_page_cursor: Option<String>,
    /// On all pages.
    number_of_results: usize,
}

/// One result.
#[derive(Serialize, ToSchema)]
struct SearchResult {
    #[serde(rename = "type")]
    document_type: &'static str,
    document: Document,
    #[serde(skip_serializing_if = "Option::is_none")]
    highlight: Option<Marks>,
    /// 1 is the best of all.
    rank: usize,
}

/// What was found in the document.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct Marks {
    /// Stands before each word that was found.
    pre_tag: String,
    /// Stands behind it.
    post_tag: String,
    fields: MarkedFields,
}

#[derive(Serialize, ToSchema)]
struct MarkedFields {
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<String>,
}

/// Searches names, titles, descriptions, tags and owners of entities.
#[utoipa::path(
    get,
    path = "/query",
    operation_id = "Query",
    tag = "Search",
    params(
        ("term" = Option<String>, Query, description = "Words, the last one may be a beginning; at most 100 characters"),
        ("types[]" = Option<Vec<String>>, Query, description = "Types of documents; there is software-catalog"),
        ("filters[kind]" = Option<Vec<String>>, Query, description = "Values of a field of the documents: kind, namespace, componentType, type, lifecycle, owner"),
        ("pageCursor" = Option<String>, Query, description = "nextPageCursor or previousPageCursor of another page"),
        ("pageLimit" = Option<usize>, Query, description = "Results on one page, 25 unless told, at most 100"),
    ),
    responses((status = 200, description = "Results, the best first", body = ResultSet), (status = 400, description = "A parameter is wrong"))
)]
pub(super) async fn query(
    State(search): State<Search>,
    caller: Caller,
    params: Params,
) -> Result<Json<ResultSet>, ApiError> {
    let Params { term, catalog, filter, page, limit } = params;
    let offset = page * limit;
    // Asked in any case, because it says who may search.
    let found = search.documents(&caller, &term, &filter, offset, limit).await?;
    let Results { documents, total } = if catalog { found } else { Results::default() };
    let tag = Uuid::new_v4();
    let results = documents.into_iter().zip(offset + 1..).map(|((document, highlight), rank)| {
        let fields =
            MarkedFields { title: marked(&highlight.title, tag), text: marked(&highlight.text, tag) };
        let any = fields.title.is_some() || fields.text.is_some();
        let (pre_tag, post_tag) = (format!("<{tag}>"), format!("</{tag}>"));
        let highlight = any.then_some(Marks { pre_tag, post_tag, fields });
        SearchResult { document_type: Document::TYPE, document, highlight, rank }
    });
    Ok(Json(ResultSet {
        results: results.collect(),
        next_page_cursor: (limit > 0 && offset + limit < total).then(|| cursor::encode(page + 1)),
        // The cursor of the first page is written out here: an empty one would be none.
        previous_page_cursor: (page > 0).then(|| cursor::written(page - 1)),
        number_of_results: total,
    }))
}

/// The text with marks that no text can hold by chance; nothing where nothing was found.
fn marked(fragments: &[Fragment], tag: Uuid) -> Option<String> {
    fragments.iter().any(|(_, found)| *found).then(|| {
        let piece = |(text, found): &Fragment| {
            if *found { format!("<{tag}>{text}</{tag}>") } else { text.clone() }
        };
        fragments.iter().map(piece).collect()
    })
}
