//! Load by wrk, from a core of its own, with many distinct requests.

use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, ensure};

/// The core that the load tool runs on; the server has the other one.
const LOAD_CORE: &str = "1";

/// One request of a load.
#[derive(Clone)]
pub(crate) struct Request {
    /// Path and query.
    pub(crate) path: String,
    /// JSON body; with one the request is a POST.
    pub(crate) body: Option<String>,
}

/// What one load showed.
#[derive(Clone, Copy, Default)]
pub(crate) struct Latency {
    pub(crate) per_second: f64,
    /// Milliseconds.
    pub(crate) p50: f64,
    pub(crate) p95: f64,
    pub(crate) p99: f64,
}

/// Runs the load and reads its figures. Any answer but 2xx and any broken connection is an error.
pub(crate) fn run(
    address: &str,
    requests: &[Request],
    connections: u32,
    seconds: u32,
    work: &Path,
) -> Result<Latency> {
    let script = work.join("load.lua");
    std::fs::write(&script, lua(requests))?;
    let output = Command::new("taskset")
        .args(["-c", LOAD_CORE, "wrk", "-t1", "--timeout", "30s"])
        .arg(format!("-c{connections}"))
        .arg(format!("-d{seconds}s"))
        .arg("-s")
        .arg(&script)
        .arg(format!("http://{address}/"))
        .output()
        .context("cannot start wrk under taskset; run scripts/setup bench")?;
    let text = String::from_utf8_lossy(&output.stdout);
    ensure!(output.status.success(), "wrk failed: {text}{}", String::from_utf8_lossy(&output.stderr));
    parse(&text).with_context(|| format!("cannot read the figures of wrk:\n{text}"))
}

fn parse(text: &str) -> Result<Latency> {
    let line = text.lines().find_map(|line| line.strip_prefix("FIGURES ")).context("no figures")?;
    let figures: Vec<f64> = line.split(' ').map(str::parse).collect::<Result<_, _>>()?;
    let [per_second, p50, p95, p99, errors] = figures.as_slice() else {
        anyhow::bail!("five figures expected");
    };
    ensure!(*errors == 0.0, "{errors} requests failed");
    Ok(Latency { per_second: *per_second, p50: *p50, p95: *p95, p99: *p99 })
}

/// A script that sends the requests in turn and prints the percentiles that wrk itself leaves out.
fn lua(requests: &[Request]) -> String {
    let mut lua = String::from(
        "local requests = {}\nlocal n = 0\nfunction init()\n  local get = {}\n  local post = { [\"Content-Type\"] = \"application/json\" }\n",
    );
    for (index, request) in requests.iter().enumerate() {
        let number = index + 1;
        let _written = match &request.body {
            None => writeln!(lua, "  requests[{number}] = wrk.format(\"GET\", {:?}, get)", request.path),
            Some(body) => writeln!(
                lua,
                "  requests[{number}] = wrk.format(\"POST\", {:?}, post, [==[{body}]==])",
                request.path
            ),
        };
    }
    lua.push_str(
        "end\nfunction request()\n  n = n % #requests + 1\n  return requests[n]\nend\nfunction done(summary, latency, _)\n  local e = summary.errors\n  io.write(string.format(\"FIGURES %.1f %.3f %.3f %.3f %d\\n\", summary.requests / summary.duration * 1000000,\n    latency:percentile(50) / 1000, latency:percentile(95) / 1000, latency:percentile(99) / 1000,\n    e.connect + e.read + e.write + e.status + e.timeout))\nend\n",
    );
    lua
}
