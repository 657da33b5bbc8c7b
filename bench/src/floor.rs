//! The floor: a bare axum handler, without middleware, that returns a stored body.

use std::net::SocketAddr;

use anyhow::Result;
use axum::Router;
use axum::body::Bytes;
use axum::http::header;

/// Serves the body on every path and method until the process is killed.
pub(crate) async fn serve(listen: SocketAddr, body: Vec<u8>) -> Result<()> {
    let body = Bytes::from(body);
    let app = Router::new().fallback(move || {
        let body = body.clone();
        async move { ([(header::CONTENT_TYPE, "application/json; charset=utf-8")], body) }
    });
    let listener = tokio::net::TcpListener::bind(listen).await?;
    Ok(axum::serve(listener, app).await?)
}
