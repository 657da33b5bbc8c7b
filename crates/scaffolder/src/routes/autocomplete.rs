//! Completing names of a Git host for somebody with a token of their own.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use platform::access::Caller;
use platform::http::{ApiError, ApiJson, ApiPath, ErrorBody};
use platform::secret::Secret;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::service::Scaffolder;

/// What is asked, and by whom at the host.
#[derive(Deserialize, ToSchema)]
pub(super) struct AutocompleteBody {
    /// The token of whoever asks.
    #[schema(value_type = String)]
    token: Secret<String>,
    /// What it is about: host, owner, repository, id.
    context: BTreeMap<String, String>,
}

/// Names.
#[derive(Serialize, ToSchema)]
pub(super) struct Completed {
    results: Vec<CompletedName>,
}

/// A name.
#[derive(Serialize, ToSchema)]
struct CompletedName {
    /// The name, or the number that the host has for it.
    id: String,
    /// The name, if the host has numbers.
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<String>,
}

/// Completes names of a host of repositories.
#[utoipa::path(
    post,
    path = "/autocomplete/{provider}/{resource}",
    operation_id = "Autocomplete",
    tag = "Templates",
    params(
        ("provider" = String, Path, description = "github or gitlab"),
        ("resource" = String, Path, description = "Of github: owners, repositoriesWithOwner or branches. Of gitlab: groups or repositories"),
    ),
    request_body = AutocompleteBody,
    responses(
        (status = 200, body = Completed),
        (status = 400, description = "There is no such provider or resource, or the host refused", body = ErrorBody),
    )
)]
pub(super) async fn autocomplete(
    State(scaffolder): State<Scaffolder>,
    caller: Caller,
    ApiPath((provider, resource)): ApiPath<(String, String)>,
    ApiJson(body): ApiJson<AutocompleteBody>,
) -> Result<Json<Completed>, ApiError> {
    let names = scaffolder.autocomplete(&caller, (&provider, &resource), &body.token, &body.context).await?;
    let results = names.into_iter().map(|name| CompletedName { id: name.id, title: name.title }).collect();
    Ok(Json(Completed { results }))
}
