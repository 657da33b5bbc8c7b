//! What an API offers.

use app::catalog::views::EntityView;
use leptos::prelude::*;
use model::{ApiDefinition, ApiField, ApiGroup, ApiOperation, ApiPart, EntityDetail};

use crate::drawn::{Drawn, draw};
use crate::samples::orders_in_full;

fn page(definition: ApiDefinition) -> Drawn {
    let detail = EntityDetail { api: Some(definition), relations: vec![], ..orders_in_full() };
    draw(|| view! { <EntityView detail/> })
}

fn booking() -> ApiDefinition {
    let id = ApiField {
        name: "id".to_owned(),
        depth: 0,
        shape: "text (uuid)".to_owned(),
        required: true,
        place: Some("path".to_owned()),
    };
    let parameters = ApiPart {
        title: "Parameters".to_owned(),
        fields: vec![id.clone(), ApiField { depth: 1, required: false, place: None, ..id }],
        is_cut: true,
        ..ApiPart::default()
    };
    let get = ApiOperation {
        method: "GET".to_owned(),
        path: "/berths/{id}".to_owned(),
        summary: Some("One <berth>".to_owned()),
        deprecated: true,
        parts: vec![parameters],
    };
    let bare = ApiOperation { deprecated: false, parts: vec![], method: "PUT".to_owned(), ..get.clone() };
    ApiDefinition {
        format: "OpenAPI 3.1.0".to_owned(),
        version: Some("4.2.0".to_owned()),
        servers: vec!["https://api.example.com".to_owned()],
        groups: vec![ApiGroup { name: "berths".to_owned(), operations: vec![get, bare] }],
        left_off: 7,
        ..ApiDefinition::default()
    }
}

#[test]
fn operations_can_be_read() {
    let text = page(booking()).text();
    for words in [
        "OpenAPI 3.1.0, version 4.2.0",
        "https://api.example.com",
        "berths",
        "GET /berths/{id} Deprecated One <berth>",
        "id in path, required text (uuid)",
        "and more fields",
        "7 more operations are left off.",
    ] {
        assert!(text.contains(words), "{words:?} is missing in: {text}");
    }
    let html = page(booking()).html();
    let card = html.split("id=\"api\"").nth(1).unwrap_or_default();
    let folds = card.split("</section>").next().unwrap_or_default().matches("<details>").count();
    assert_eq!(folds, 1, "only what has something inside can be unfolded");
}

#[test]
fn a_definition_that_is_not_taken_apart_is_text() {
    let text = "type Query { berth: Berth }".to_owned();
    let problem = Some("It can't be read as OpenAPI.".to_owned());
    let definition = ApiDefinition { text, problem, text_left_off: 2_000, ..ApiDefinition::default() };
    let page = page(definition).text();
    for words in ["type Query { berth: Berth }", "It can't be read as OpenAPI.", "2 kB are left off."] {
        assert!(page.contains(words), "{words:?} is missing in: {page}");
    }
    let text = "type Query { berth: Berth }".to_owned();
    let graph_ql =
        self::page(ApiDefinition { text, format: "GraphQL".to_owned(), ..ApiDefinition::default() });
    assert!(graph_ql.html().contains("hl-keyword"), "{}", graph_ql.html());
    let nothing =
        self::page(ApiDefinition { format: "OpenAPI 3.1.0".to_owned(), ..ApiDefinition::default() });
    assert!(nothing.text().contains("The definition lists no operations."), "{}", nothing.text());
}
