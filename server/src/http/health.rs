//! What the machinery around the portal asks: is the process up, may it get traffic, how is it doing.

use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse as _, Response};
use catalog::Catalog;
use platform::database::Database;
use platform::telemetry::Metrics;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::capabilities::Capabilities;

/// What the answers are made of.
#[derive(Clone)]
pub(crate) struct Vitals {
    /// Asked whether its first view is loaded.
    pub(crate) catalog: Catalog,
    /// Asked whether it answers.
    pub(crate) database: Database,
    /// Where the measurements are collected.
    pub(crate) metrics: Metrics,
}

impl Vitals {
    /// Starts to collect measurements; once per process, inside of the async runtime.
    pub(crate) fn new(capabilities: &Capabilities, database: Database) -> anyhow::Result<Self> {
        Ok(Self { catalog: capabilities.catalog.clone(), database, metrics: Metrics::install()? })
    }
}

/// The three addresses, public: they say nothing about what the catalog holds.
pub(crate) fn routes(vitals: Vitals) -> OpenApiRouter {
    OpenApiRouter::new()
        .routes(routes!(healthz))
        .routes(routes!(readyz))
        .routes(routes!(metrics))
        .with_state(vitals)
}

/// Whether the process is up. Restart it when this fails.
#[utoipa::path(get, path = "/healthz", tag = "operations", responses((status = 200, body = String, description = "The process is up.")))]
async fn healthz() -> &'static str {
    "ok\n"
}

/// Whether requests should be sent here: the database answers and the catalog is loaded.
#[utoipa::path(get, path = "/readyz", tag = "operations", responses(
    (status = 200, body = String, description = "Ready for requests."),
    (status = 503, body = String, description = "Not ready; the text says what is missing."),
))]
async fn readyz(State(vitals): State<Vitals>) -> Response {
    if let Err(error) = vitals.database.ping().await {
        tracing::warn!(%error, "the database does not answer: {error}");
        return (StatusCode::SERVICE_UNAVAILABLE, "the database does not answer\n").into_response();
    }
    if !vitals.catalog.is_ready() {
        return (StatusCode::SERVICE_UNAVAILABLE, "the catalog is still being loaded\n").into_response();
    }
    "ok\n".into_response()
}

/// Measurements in the text format of Prometheus.
#[utoipa::path(get, path = "/metrics", tag = "operations", responses((status = 200, body = String, content_type = "text/plain", description = "Measurements.")))]
async fn metrics(State(vitals): State<Vitals>) -> Response {
    if let Some(bytes) = resident_memory() {
        #[expect(clippy::cast_precision_loss, reason = "a gauge is a float; memory is far below 2^52 bytes")]
        metrics::gauge!("process_resident_memory_bytes").set(bytes as f64);
    }
    metrics::gauge!("catalog_entities").set(f64::from(vitals.catalog.entity_count()));
    let kind = HeaderValue::from_static("text/plain; version=0.0.4; charset=utf-8");
    ([(CONTENT_TYPE, kind)], vitals.metrics.render()).into_response()
}

/// Memory that the process holds, in bytes; `None` where the system does not say (it does on Linux).
fn resident_memory() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kilobytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kilobytes * 1024)
}

#[cfg(test)]
mod tests {
    #[cfg(target_os = "linux")]
    #[test]
    fn memory_is_known_on_linux() {
        let bytes = super::resident_memory().expect("/proc/self/status names VmRSS");
        assert!(bytes > 1024 * 1024, "{bytes} bytes");
    }
}
