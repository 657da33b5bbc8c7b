//! What definitions come to: good ones, wrong ones, and hostile ones.

use model::{ApiDefinition, ApiOperation, ApiPart, Entity};
use serde_json::{Value, json};

use super::api;

fn of(kind: &str, definition: &str) -> ApiDefinition {
    let entity = json!({
        "apiVersion": "backstage.io/v1alpha1", "kind": "API", "metadata": {"name": "a"},
        "spec": {"type": kind, "definition": definition},
    });
    api(&Entity::from_value(entity).unwrap_or_default()).expect("an API has a definition")
}

/// The definition as lines.
fn drawn(definition: &ApiDefinition) -> String {
    let field = |part: &ApiPart| -> String {
        let line = |field: &model::ApiField| {
            let indent = "  ".repeat(usize::from(field.depth));
            let required = if field.required { "!" } else { "" };
            let place = field.place.as_ref().map(|place| format!(" in {place}")).unwrap_or_default();
            format!("\n      {indent}{}{required}: {}{place}", field.name, field.shape)
        };
        part.fields.iter().map(line).collect()
    };
    let part = |part: &ApiPart| {
        let shape = part.shape.as_ref().map(|shape| format!(" ({shape})")).unwrap_or_default();
        let note = part.note.as_ref().map(|note| format!(" -- {note}")).unwrap_or_default();
        format!("\n    {}{shape}{note}{}", part.title, field(part))
    };
    let operation = |operation: &ApiOperation| {
        let parts: String = operation.parts.iter().map(part).collect();
        format!("\n  {} {} {:?}{parts}", operation.method, operation.path, operation.summary)
    };
    let groups = definition.groups.iter().map(|group| {
        format!("\n[{}]{}", group.name, group.operations.iter().map(operation).collect::<String>())
    });
    format!(
        "{} {:?} {:?}{}",
        definition.format,
        definition.version,
        definition.servers,
        groups.collect::<String>()
    )
}

#[test]
fn openapi_is_taken_apart() {
    let definition = of(
        "openapi",
        r"
openapi: 3.0.3
info: { title: T, version: 1.10 }
servers: [{ url: https://api.example.com }]
paths:
  /berths/{id}:
    parameters: [{ $ref: '#/components/parameters/Id' }]
    get:
      tags: [berths]
      summary: One berth
      parameters: [{ name: at, in: query, schema: { type: string, format: date } }]
      responses:
        '200':
          description: It
          content: { application/json: { schema: { $ref: '#/components/schemas/Berth' } } }
        '404': { description: None }
    delete: { tags: [admin], responses: { '204': { description: Gone } } }
  /berths:
    post:
      tags: [berths]
      requestBody:
        content: { application/json: { schema: { type: array, items: { $ref: '#/components/schemas/Berth' } } } }
components:
  parameters: { Id: { name: id, in: path, required: true, schema: { type: integer } } }
  schemas:
    Comfort: { type: string, enum: [seat, suite] }
    Berth:
      allOf: [{ type: object, required: [id], properties: { id: { type: string } } }]
      properties:
        comfort: { $ref: '#/components/schemas/Comfort' }
        next: { $ref: '#/components/schemas/Berth' }
        gone: { $ref: '#/nowhere' }
        fare: { type: object, properties: { cents: { type: [integer, 'null'] } } }
        either: { oneOf: [{ type: string }, { $ref: '#/components/schemas/Comfort' }] }
",
    );
    insta::assert_snapshot!(drawn(&definition), @r#"
    OpenAPI 3.0.3 Some("1.1") ["https://api.example.com"]
    [berths]
      GET /berths/{id} Some("One berth")
        Parameters
          at: text (date) in query
          id!: integer in path
        Response 200 (Berth) -- It
          id!: text
          comfort: Comfort: seat, suite
          next: Berth
          gone: nowhere (not in this definition)
          fare: object
            cents: integer
          either: one of text, Comfort: seat, suite
        Response 404 -- None
      POST /berths None
        Request, application/json (list of Berth)
          id!: text
          comfort: Comfort: seat, suite
          next: Berth
          gone: nowhere (not in this definition)
          fare: object
            cents: integer
          either: one of text, Comfort: seat, suite
    [admin]
      DELETE /berths/{id} None
        Parameters
          id!: integer in path
        Response 204 -- Gone
    "#);
    assert_eq!((definition.problem, definition.text.as_str()), (None, ""));
}

#[test]
fn the_second_version_of_openapi_is_taken_apart() {
    let definition = of(
        "openapi",
        r##"{"swagger": "2.0", "info": {"version": "1"}, "host": "api.example.com", "basePath": "/v1", "schemes": ["http"],
            "paths": {"/a": {"put": {"parameters": [{"name": "b", "in": "body", "schema": {"$ref": "#/definitions/B"}},
            {"name": "q", "in": "query", "type": "string"}], "responses": {"200": {"description": "ok", "schema": {"type": "array",
            "items": {"type": "integer"}}}}}}}, "definitions": {"B": {"type": "object", "properties": {"x": {"type": "boolean"}}}}}"##,
    );
    insta::assert_snapshot!(drawn(&definition), @r#"
    OpenAPI 2.0 Some("1") ["http://api.example.com/v1"]
    []
      PUT /a None
        Parameters
          q: text in query
        Request (B)
          x: true or false
        Response 200 (list of integer) -- ok
    "#);
}

#[test]
fn asyncapi_is_taken_apart() {
    let second = of(
        "asyncapi",
        "{asyncapi: 2.6.0, info: {version: 1}, channels: {c.v1: {subscribe: {message: {name: M, payload: {required: [at], \
         properties: {at: {type: string}}}}}, publish: {message: {oneOf: [{name: X}, {name: Y}]}}}}}",
    );
    let third = of(
        "asyncapi",
        "{asyncapi: 3.0.0, channels: {c: {address: c.v1, messages: {M: {payload: {type: object, properties: {a: {type: number}}}}}}}, \
         operations: {get: {action: receive, channel: {$ref: '#/channels/c'}, summary: Receives}}}",
    );
    insta::assert_snapshot!(format!("{}\n{}", drawn(&second), drawn(&third)), @r#"
    AsyncAPI 2.6.0 Some("1") []
    []
      PUBLISH c.v1 None
        Message X
        Message Y
      SUBSCRIBE c.v1 None
        Message M (object)
          at!: text
    AsyncAPI 3.0.0 None []
    []
      RECEIVE c.v1 Some("Receives")
        Message (object)
          a: number
    "#);
}

#[test]
fn what_is_not_taken_apart_is_text() {
    for (kind, text, problem) in [
        ("graphql", "type Query { a: Int }", None),
        ("grpc", "syntax = \"proto3\";", None),
        ("openapi", "a: [", Some("It can't be read as OpenAPI: ")),
        ("openapi", "just words", Some("It can't be read as OpenAPI: there is no `openapi: 3.x`")),
        ("asyncapi", "openapi: 3.0.0", Some("It can't be read as AsyncAPI: there is no `asyncapi: …`")),
    ] {
        let definition = of(kind, text);
        assert_eq!(definition.text, text, "{kind}");
        match (definition.problem, problem) {
            (Some(told), Some(problem)) => assert!(told.starts_with(problem), "{told}"),
            (told, problem) => assert_eq!(told.as_deref(), problem, "{kind}"),
        }
    }
    let component = json!({"kind": "Component", "spec": {"type": "openapi", "definition": "openapi: 3.0.0"}});
    assert_eq!(api(&Entity::from_value(component).unwrap_or_default()), None);
}

#[test]
fn hostile_definitions_end_and_stay_small() {
    // Each schema is composed of all that follow: as a tree it has more leaves than anybody can count.
    let doubling: serde_json::Map<String, Value> = (0..40)
        .map(|number| {
            let next = json!({"$ref": format!("#/components/schemas/s{}", number + 1)});
            (format!("s{number}"), json!({"allOf": [next, next, next], "oneOf": [next, next], "properties": {"a": next, "b": next}}))
        })
        .collect();
    let wide: serde_json::Map<String, Value> =
        (0..5_000).map(|number| (format!("f{number}"), json!({"type": "string"}))).collect();
    let use_of = |schema: &str| json!({"content": {"a": {"schema": {"$ref": format!("#/components/schemas/{schema}")}}}});
    let responses: serde_json::Map<String, Value> =
        (0..200).map(|number| (number.to_string(), use_of("s0"))).collect();
    let paths: serde_json::Map<String, Value> = (0..1_000)
        .map(|number| {
            let operation =
                json!({"summary": "x".repeat(500), "requestBody": use_of("wide"), "responses": responses});
            (format!("/{number}"), if number < 10 { json!({"get": operation}) } else { json!({"get": {}}) })
        })
        .collect();
    let mut schemas = doubling;
    schemas.insert("wide".to_owned(), json!({"properties": wide, "required": vec!["f1"; 5_000]}));
    schemas.insert("loop".to_owned(), json!({"$ref": "#/components/schemas/loop"}));
    let text = json!({"openapi": "3.0.0", "paths": paths, "components": {"schemas": schemas}}).to_string();
    assert!(text.len() < super::READABLE, "{} bytes", text.len());
    let definition = of("openapi", &text);
    let shown: usize = definition.groups.iter().map(|group| group.operations.len()).sum();
    assert_eq!((shown, definition.left_off), (150, 850));
    let size = serde_json::to_string(&definition).expect("JSON").len();
    assert!(size < 500_000, "{size} bytes");

    for strange in [
        json!({"openapi": 3, "paths": []}),
        json!({"openapi": "3.0.0", "paths": {"/a": {"get": "x", "put": {"parameters": {"a": 1}, "responses": [1], "tags": "x"}}}}),
        json!({"openapi": "3.0.0", "paths": {"/a": {"get": {"requestBody": {"$ref": "#/paths/~1a/get/requestBody"}, "parameters": [null, 7]}}}}),
        json!({"openapi": "3.0.0", "paths": {"/a": {"get": {"requestBody": use_of("loop")}}}, "components": {"schemas": {"loop": {"$ref": "#/components/schemas/loop"}}}}),
    ] {
        let definition = of("openapi", &strange.to_string());
        assert_eq!(definition.problem, None, "{strange}");
    }
}
