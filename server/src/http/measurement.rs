//! How long answers take, by method, route and status.

use std::collections::HashMap;
use std::sync::{PoisonError, RwLock};
use std::time::Duration;

use axum::extract::MatchedPath;
use axum::http::{Method, StatusCode};
use metrics::Histogram;

/// Addresses that match no route share one name: a scanner must not create a time series for each guess.
const NO_ROUTE: &str = "other";

/// The histogram of a method and a status on one route.
type Series = (&'static str, StatusCode, Histogram);

/// The histograms in use. Looking one up here costs a tenth of what its labels do.
#[derive(Default)]
pub(crate) struct Durations {
    by_route: RwLock<HashMap<Box<str>, Vec<Series>>>,
}

impl Durations {
    /// Records one answer.
    pub(crate) fn record(
        &self,
        method: &Method,
        route: Option<&MatchedPath>,
        status: StatusCode,
        duration: Duration,
    ) {
        let method = label_of(method);
        let route = route.map_or(NO_ROUTE, MatchedPath::as_str);
        let found = |histograms: &Vec<Series>| {
            let is_it = |(of_method, of_status, _): &&_| *of_method == method && *of_status == status;
            histograms.iter().find(is_it).map(|(_, _, histogram)| histogram.record(duration))
        };
        let by_route = self.by_route.read().unwrap_or_else(PoisonError::into_inner);
        if by_route.get(route).and_then(found).is_some() {
            return;
        }
        drop(by_route);
        let histogram = metrics::histogram!(
            "http_server_request_duration_seconds",
            "method" => method,
            "route" => route.to_owned(),
            "status" => status.as_str().to_owned(),
        );
        histogram.record(duration);
        let mut by_route = self.by_route.write().unwrap_or_else(PoisonError::into_inner);
        by_route.entry(route.into()).or_default().push((method, status, histogram));
    }
}

/// The method as a label; what clients invent shares one.
fn label_of(method: &Method) -> &'static str {
    ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
        .into_iter()
        .find(|known| *known == method.as_str())
        .unwrap_or(NO_ROUTE)
}
