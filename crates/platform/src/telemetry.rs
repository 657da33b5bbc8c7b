//! What the process says about itself: its log, and its measurements for Prometheus.
//!
//! Where the settings come from is the server's business; what is measured is the business of whoever measures. Names of
//! measurements follow Prometheus: `<what>_<unit>`, `_total` for counters, and durations in seconds end in
//! `_duration_seconds`, which gives them the buckets below:
//!
//! | name | kind | what it says |
//! | --- | --- | --- |
//! | `http_server_request_duration_seconds` | histogram | time until an answer began, by method, route and status |
//! | `catalog_entities` | gauge | entities in the view |
//! | `process_resident_memory_bytes` | gauge | memory that the process holds |

use std::io;
use std::time::Duration;

use anyhow::Context as _;
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use tracing_subscriber::EnvFilter;

/// Upper bounds in seconds: from an answer out of memory to one that somebody gave up on.
const DURATION_BUCKETS: [f64; 14] =
    [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0];
/// How often what histograms collected is folded into their buckets.
const FOLD_EVERY: Duration = Duration::from_secs(5);

/// How a line of the log is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    #[default]
    Text,
    /// One JSON object in each line, for machines.
    Json,
}

impl std::str::FromStr for LogFormat {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "text" => Ok(Self::Text),
            "json" => Ok(Self::Json),
            _ => Err("`text` or `json`"),
        }
    }
}

/// Starts the log, on standard error. `filter` has the form of `RUST_LOG`, such as `info,catalog=debug`.
pub fn init_log(filter: &str, format: LogFormat) -> anyhow::Result<()> {
    let filter =
        EnvFilter::try_new(filter).with_context(|| format!("the log filter `{filter}` can't be read"))?;
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(io::stderr);
    let started = match format {
        LogFormat::Text => log.with_ansi(io::IsTerminal::is_terminal(&io::stderr())).try_init(),
        LogFormat::Json => log.json().flatten_event(true).try_init(),
    };
    started.map_err(|error| anyhow::anyhow!("the log could not be started: {error}"))
}

/// The measurements of this process.
#[derive(Clone)]
pub struct Metrics {
    handle: PrometheusHandle,
}

impl Metrics {
    /// Makes this process collect what the macros of `metrics` record; once per process, inside of the async runtime.
    pub fn install() -> anyhow::Result<Self> {
        let recorder = PrometheusBuilder::new()
            .set_buckets_for_metric(Matcher::Suffix("_duration_seconds".to_owned()), &DURATION_BUCKETS)?
            .build_recorder();
        let handle = recorder.handle();
        metrics::set_global_recorder(recorder).context("measurements are being collected already")?;
        let folding = handle.clone();
        // Histograms keep every sample until they are folded; a portal that nobody scrapes must not grow from that.
        tokio::spawn(async move {
            let mut turns = tokio::time::interval(FOLD_EVERY);
            loop {
                turns.tick().await;
                folding.run_upkeep();
            }
        });
        Ok(Self { handle })
    }

    /// Everything measured, in the text format of Prometheus.
    pub fn render(&self) -> String {
        self.handle.render()
    }
}

impl std::fmt::Debug for Metrics {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Metrics").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn durations_have_buckets_and_a_unit() {
        let metrics = Metrics::install().expect("the only recorder of this test process");
        metrics::histogram!("test_duration_seconds").record(Duration::from_millis(3));
        metrics::counter!("test_total").increment(2);
        let text = metrics.render();
        assert!(text.contains(r#"test_duration_seconds_bucket{le="0.005"} 1"#), "{text}");
        assert!(text.contains(r#"test_duration_seconds_bucket{le="0.0025"} 0"#), "{text}");
        assert!(text.contains("test_total 2"), "{text}");
    }

    #[test]
    fn a_filter_that_cannot_be_read_is_named() {
        let error = init_log("info,catalog=loud", LogFormat::Text).unwrap_err();
        assert!(error.to_string().contains("info,catalog=loud"), "{error}");
    }
}
