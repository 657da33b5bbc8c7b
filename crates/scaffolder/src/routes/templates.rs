//! Forms of templates, and what expressions can use.

use axum::Json;
use axum::extract::State;
use model::EntityRef;
use platform::access::Caller;
use platform::http::{ApiError, ApiPath, ErrorBody};
use serde_json::{Map, Value, json};

use crate::service::{ParameterSchema, ParameterStep, Scaffolder};

/// The form of a template.
#[utoipa::path(
    get,
    path = "/templates/{namespace}/{kind}/{name}/parameter-schema",
    operation_id = "GetTemplateParameterSchema",
    tag = "Templates",
    params(
        ("namespace" = String, Path, description = "Namespace of the template"),
        ("kind" = String, Path, description = "template"),
        ("name" = String, Path, description = "Name of the template"),
    ),
    responses(
        (status = 200, description = "title, description, presentation, ui:options, steps, formDecorators", body = Object),
        (status = 404, description = "There is no such template", body = ErrorBody),
    )
)]
pub(super) async fn get_parameter_schema(
    State(scaffolder): State<Scaffolder>,
    caller: Caller,
    ApiPath((namespace, kind, name)): ApiPath<(String, String, String)>,
) -> Result<Json<Value>, ApiError> {
    let form = scaffolder.parameter_schema(&caller, &EntityRef::new(&kind, &namespace, &name)).await?;
    let ParameterSchema { title, description, presentation, ui_options, steps, form_decorators } = form;
    let steps: Vec<Value> = steps.into_iter().map(page).collect();
    let mut body = Map::from_iter([("title".to_owned(), title.into())]);
    body.extend(presentation.map(|value| ("presentation".to_owned(), value)));
    body.extend(description.map(|text| ("description".to_owned(), text.into())));
    body.extend(ui_options.map(|value| ("ui:options".to_owned(), value)));
    body.insert("steps".to_owned(), steps.into());
    body.extend(form_decorators.map(|value| ("formDecorators".to_owned(), value)));
    Ok(Json(body.into()))
}

fn page(ParameterStep { title, description, schema }: ParameterStep) -> Value {
    let mut page = Map::from_iter([("title".to_owned(), title.into())]);
    page.extend(description.map(|text| ("description".to_owned(), text.into())));
    page.insert("schema".to_owned(), schema);
    page.into()
}

/// What expressions of templates can use beside the language.
#[utoipa::path(
    get,
    path = "/templating-extensions",
    operation_id = "ListTemplatingExtensions",
    tag = "Templates",
    responses((status = 200, description = "filters by name, and globals", body = Object))
)]
pub(super) async fn list_templating_extensions(
    State(scaffolder): State<Scaffolder>,
    caller: Caller,
) -> Result<Json<Value>, ApiError> {
    let extensions = scaffolder.templating_extensions(&caller)?;
    let filters: Map<String, Value> = extensions
        .filters
        .into_iter()
        .map(|filter| {
            let (expression, gives) = filter.example;
            let about = json!({
                "description": filter.description,
                "schema": filter.schema,
                "examples": [{ "example": expression, "notes": gives }],
            });
            (filter.name.to_owned(), about)
        })
        .collect();
    Ok(Json(json!({ "filters": filters, "globals": { "functions": {}, "values": {} } })))
}
