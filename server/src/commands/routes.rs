//! `portico routes`: every address that the program answers, asked from the program itself. A test calls
//! each of them as somebody who may not, so that a new address can't be forgotten.

use std::fmt::Write as _;
use std::process::ExitCode;

use leptos::server_fn::axum::server_fn_paths;
use serde::Serialize;
use utoipa::openapi::OpenApi;
use utoipa::openapi::path::PathItem;

use super::{Outcome, block_on, open_empty};
use crate::failure::Failure;
use crate::http::{self, Vitals};
use crate::terminal::output;

/// Where an address comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
enum Origin {
    /// A page of the application.
    Page,
    /// A server function of the application.
    ServerFunction,
    /// An operation of the OpenAPI document.
    Api,
}

/// One address.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
struct Route {
    origin: Origin,
    method: String,
    /// A template: `{name}` stands for one segment.
    path: String,
}

/// Runs the command.
pub(crate) fn run(json: bool) -> Outcome {
    block_on(async {
        let (_, database, capabilities) = open_empty().await?;
        let vitals = Vitals::new(&capabilities, database).map_err(unlisted)?;
        let (_, document) = http::compose(capabilities.api(), vitals);
        let routes = list(&document);
        if json {
            output(&(serde_json::to_string_pretty(&routes).map_err(unlisted)? + "\n"));
        } else {
            output(&table(&routes));
        }
        Ok(ExitCode::SUCCESS)
    })
}

fn list(document: &OpenApi) -> Vec<Route> {
    let pages =
        http::page_paths().into_iter().map(|path| Route { origin: Origin::Page, method: "GET".into(), path });
    let forms = http::FORM_PAGES.into_iter().map(|path| Route {
        origin: Origin::Page,
        method: "POST".into(),
        path: path.to_owned(),
    });
    let functions = server_fn_paths().map(|(path, method)| Route {
        origin: Origin::ServerFunction,
        method: method.to_string(),
        path: path.to_owned(),
    });
    let api = document.paths.paths.iter().flat_map(|(path, item)| {
        methods(item).map(|method| Route {
            origin: Origin::Api,
            method: method.to_owned(),
            path: path.clone(),
        })
    });
    let mut routes: Vec<Route> = pages.chain(forms).chain(functions).chain(api).collect();
    routes.sort();
    routes
}

fn methods(item: &PathItem) -> impl Iterator<Item = &'static str> {
    [
        ("GET", item.get.is_some()),
        ("PUT", item.put.is_some()),
        ("POST", item.post.is_some()),
        ("DELETE", item.delete.is_some()),
        ("OPTIONS", item.options.is_some()),
        ("HEAD", item.head.is_some()),
        ("PATCH", item.patch.is_some()),
        ("TRACE", item.trace.is_some()),
    ]
    .into_iter()
    .filter_map(|(method, there)| there.then_some(method))
}

fn table(routes: &[Route]) -> String {
    let mut text = String::new();
    for route in routes {
        // Writing to a string can't fail.
        let _ = writeln!(text, "{:<7} {}", route.method, route.path);
    }
    text
}

fn unlisted(error: impl std::fmt::Display) -> Failure {
    Failure::stopped("The addresses could not be listed.").because(error)
}
