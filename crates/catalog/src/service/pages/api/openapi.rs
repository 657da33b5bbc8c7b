//! OpenAPI, versions 2 and 3.

use model::{ApiField, ApiOperation, ApiPart};
use serde_json::Value;

use super::schema::{Schemas, list, object};
use super::{Contents, OPERATIONS, SERVERS, line};

/// The methods of a path, in the order in which they are shown.
const METHODS: [&str; 8] = ["get", "post", "put", "patch", "delete", "head", "options", "trace"];

/// Responses shown of one operation.
const RESPONSES: usize = 30;

/// The operations of a document; an error says why it is none.
pub(super) fn read(root: &Value) -> Result<Contents, String> {
    let version = line(root.get("openapi"))
        .or_else(|| line(root.get("swagger")))
        .ok_or("there is no `openapi: 3.x` and no `swagger: \"2.0\"` at its beginning")?;
    let mut schemas = Schemas::new(root);
    let mut contents = Contents {
        format: format!("OpenAPI {version}"),
        servers: servers(root),
        operations: Vec::new(),
        left_off: 0,
    };
    for (path, item) in object(root, "paths").into_iter().flatten() {
        let Some(item) = schemas.resolve(item) else { continue };
        for method in METHODS {
            let Some(operation) = item.get(method).filter(|operation| operation.is_object()) else {
                continue;
            };
            if contents.operations.len() >= OPERATIONS {
                contents.left_off += 1;
                continue;
            }
            let tag = line(list(operation, "tags").first()).unwrap_or_default();
            let parts = parts(&mut schemas, item, operation);
            let operation = ApiOperation {
                method: method.to_uppercase(),
                path: line(Some(&Value::String(path.clone()))).unwrap_or_default(),
                summary: line(operation.get("summary")).or_else(|| line(operation.get("description"))),
                deprecated: operation.get("deprecated").and_then(Value::as_bool).unwrap_or(false),
                parts,
            };
            contents.operations.push((tag, operation));
        }
    }
    Ok(contents)
}

/// Where the API can be reached.
fn servers(root: &Value) -> Vec<String> {
    let listed = list(root, "servers").iter().filter_map(|server| line(server.get("url")));
    let host = line(root.get("host")).map(|host| {
        let scheme = line(list(root, "schemes").first()).unwrap_or_else(|| "https".to_owned());
        format!("{scheme}://{host}{}", line(root.get("basePath")).unwrap_or_default())
    });
    listed.chain(host).take(SERVERS).collect()
}

/// What goes in and what comes out.
fn parts<'d>(schemas: &mut Schemas<'d>, item: &'d Value, operation: &'d Value) -> Vec<ApiPart> {
    let mut parts = Vec::new();
    let mut parameters = ApiPart { title: "Parameters".to_owned(), ..ApiPart::default() };
    let all = list(operation, "parameters").iter().chain(list(item, "parameters"));
    for parameter in all {
        if parameters.is_cut {
            break;
        }
        let Some(parameter) = schemas.resolve(parameter) else { continue };
        let place = line(parameter.get("in")).unwrap_or_default();
        if place == "body" {
            let note = line(parameter.get("description"));
            parts.extend(schemas.part("Request".to_owned(), note, parameter.get("schema")));
            continue;
        }
        let name = line(parameter.get("name")).unwrap_or_default();
        let known = |field: &ApiField| field.name == name && field.place.as_ref() == Some(&place);
        // The operation says more exactly what its path says for all.
        if parameters.fields.iter().any(known) {
            continue;
        }
        let field = ApiField {
            shape: schemas.shape(parameter.get("schema").unwrap_or(parameter), 0),
            required: parameter.get("required").and_then(Value::as_bool).unwrap_or(false),
            depth: 0,
            place: Some(place),
            name,
        };
        schemas.push(&mut parameters, field);
    }
    if !parameters.fields.is_empty() {
        parts.insert(0, parameters);
    }
    if let Some(body) = operation.get("requestBody").and_then(|body| schemas.resolve(body)) {
        let (media, schema) = content(body);
        let title = media.map_or_else(|| "Request".to_owned(), |media| format!("Request, {media}"));
        parts.extend(schemas.part(title, line(body.get("description")), schema));
    }
    for (status, response) in object(operation, "responses").into_iter().flatten().take(RESPONSES) {
        let Some(response) = schemas.resolve(response) else { continue };
        let schema = content(response).1.or_else(|| response.get("schema"));
        let title = format!("Response {}", line(Some(&Value::String(status.clone()))).unwrap_or_default());
        parts.extend(schemas.part(title, line(response.get("description")), schema));
    }
    parts
}

/// The first media type with its schema: the others say the same in other words.
fn content(value: &Value) -> (Option<String>, Option<&Value>) {
    match object(value, "content").and_then(|content| content.iter().next()) {
        Some((media, content)) => (line(Some(&Value::String(media.clone()))), content.get("schema")),
        None => (None, None),
    }
}
