//! A host as GitHub is one, with the routes that a test gives it.

use axum::Router;
use integrations::{Config, GithubConfig, Integrations};
use platform::Secret;

/// Serves the routes, and gives what reads from there, and the address of the repository `acme/shop`.
pub(crate) async fn host(router: Router) -> (Integrations, String) {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let host = listener.local_addr().unwrap().to_string();
    tokio::spawn(async move { axum::serve(listener, router).await });
    let github = GithubConfig {
        api_base_url: Some(format!("http://{host}/api/v3")),
        raw_base_url: None,
        token: Some(Secret::new("t0ken".to_owned())),
        apps: Vec::new(),
        host: host.clone(),
    };
    let config = Config { github: vec![github], ..Config::default() };
    (Integrations::new(&config).unwrap(), format!("http://{host}/acme/shop"))
}
