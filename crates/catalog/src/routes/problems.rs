//! `GET /api/portico/problems`: everything that is wrong with the catalog, in plain words.

use axum::Json;
use axum::extract::State;
use model::{ProblemList, ProblemListQuery};
use platform::access::Caller;
use platform::http::ApiError;

use super::params::Params;
use crate::service::Catalog;

/// All problems: broken files, entities claimed twice, dangling relations, orphans.
#[utoipa::path(
    get,
    path = "/problems",
    operation_id = "GetProblems",
    tag = "Problems",
    params(
        ("code" = Option<Vec<String>>, Query, description = "Only these kinds of problem, such as dangling-relation"),
        ("severity" = Option<Vec<String>>, Query, description = "error or warning"),
        ("owner" = Option<Vec<String>>, Query, description = "Owners of the entities with the problem, as entity references"),
        ("text" = Option<String>, Query, description = "Text in the message, the file or the entity"),
        ("page" = Option<u32>, Query, description = "Page, from 1"),
    ),
    responses((status = 200, description = "One page of problems, with counts", body = Object))
)]
pub(super) async fn get_problems(
    State(catalog): State<Catalog>,
    caller: Caller,
    params: Params,
) -> Result<Json<ProblemList>, ApiError> {
    let query = ProblemListQuery {
        code: params.list("code").into_iter().map(str::to_owned).collect(),
        severity: params.list("severity").into_iter().map(str::to_owned).collect(),
        owner: params.list("owner").into_iter().map(str::to_owned).collect(),
        text: params.one("text").unwrap_or_default().to_owned(),
        page: params.number("page")?.and_then(|page| u32::try_from(page).ok()).unwrap_or(1),
    };
    Ok(Json(catalog.problems(&caller, &query).await?))
}
