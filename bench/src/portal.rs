//! A portal under measurement, on a core of its own.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use clap::ValueEnum;

/// The core that the server runs on while it is loaded; the load tool has the other one.
const SERVER_CORE: &str = "0";
/// How long a portal may take before a measurement is given up.
const PATIENCE: Duration = Duration::from_secs(600);

/// A database engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Engine {
    /// A file beside the portal.
    Sqlite,
    /// A server.
    Postgres,
}

impl Engine {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Sqlite => "SQLite",
            Self::Postgres => "PostgreSQL",
        }
    }
}

/// A running server; it is killed when this goes.
pub(crate) struct Portal {
    child: Child,
    started: Instant,
    /// `host:port`.
    pub(crate) address: String,
}

impl Portal {
    /// Starts a portal with this configuration. `pinned` keeps it on one core.
    pub(crate) fn start(binary: &Path, config: &Path, catalog: &Path, pinned: bool) -> Result<Self> {
        let mut command = if pinned {
            let mut command = Command::new("taskset");
            command.args(["-c", SERVER_CORE]).arg(binary);
            command
        } else {
            Command::new(binary)
        };
        command.arg("serve").arg("--listen").arg("127.0.0.1:0");
        command.arg("--config").arg(config).arg("--catalog").arg(catalog);
        let started = Instant::now();
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .with_context(|| format!("cannot start {}", binary.display()))?;
        let stderr = child.stderr.take().context("no standard error")?;
        let mut lines = BufReader::new(stderr).lines();
        let mut said = String::new();
        let address = loop {
            let Some(line) = lines.next() else { bail!("the portal stopped:\n{said}") };
            let line = line?;
            if let Some((_, address)) = line.split_once("listening on http://") {
                break address.trim().to_owned();
            }
            said.push_str(&line);
            said.push('\n');
        };
        // What it says later is read and dropped, so that it never waits for a reader.
        std::thread::spawn(move || for _line in lines {});
        Ok(Self { child, started, address })
    }

    /// Starts the floor with a stored body.
    pub(crate) fn floor(body: &Path, port: u16) -> Result<Self> {
        let address = format!("127.0.0.1:{port}");
        let started = Instant::now();
        let child = Command::new("taskset")
            .args(["-c", SERVER_CORE])
            .arg(std::env::current_exe()?)
            .args(["floor", "--listen", &address, "--body"])
            .arg(body)
            .stdin(Stdio::null())
            .spawn()
            .context("cannot start the floor")?;
        let floor = Self { child, started, address };
        floor.wait(|floor| floor.get("/").is_ok())?;
        Ok(floor)
    }

    /// Time from the start until the path answers 200.
    pub(crate) fn time_until(&self, path: &str) -> Result<Duration> {
        self.wait(|portal| matches!(portal.get(path), Ok((200, _))))?;
        Ok(self.started.elapsed())
    }

    /// Time from now until the path answers 200.
    pub(crate) fn time_until_now(&self, path: &str) -> Result<Duration> {
        let now = Instant::now();
        self.wait(|portal| matches!(portal.get(path), Ok((200, _))))?;
        Ok(now.elapsed())
    }

    fn wait(&self, ready: impl Fn(&Self) -> bool) -> Result<()> {
        while !ready(self) {
            ensure!(self.started.elapsed() < PATIENCE, "{} is not ready after {PATIENCE:?}", self.address);
            pause();
        }
        Ok(())
    }

    /// Status and body of a GET.
    pub(crate) fn get(&self, path: &str) -> Result<(u16, Vec<u8>)> {
        self.request("GET", path, None)
    }

    /// Status and body of a request over a connection of its own.
    pub(crate) fn request(&self, method: &str, path: &str, body: Option<&str>) -> Result<(u16, Vec<u8>)> {
        let mut stream = TcpStream::connect(&self.address)?;
        stream.set_read_timeout(Some(Duration::from_secs(60)))?;
        let body = body.unwrap_or_default();
        write!(
            stream,
            "{method} {path} HTTP/1.0\r\nHost: {}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
            self.address,
            body.len()
        )?;
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer)?;
        let end = answer.windows(4).position(|window| window == b"\r\n\r\n").context("no end of the head")?;
        let head = String::from_utf8_lossy(&answer[..end]).into_owned();
        let status = head.split(' ').nth(1).context("no status")?.parse()?;
        Ok((status, answer.split_off(end + 4)))
    }

    /// The most memory that the process ever held, in bytes.
    pub(crate) fn peak_memory(&self) -> Result<u64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).context("no VmHWM")?;
        Ok(line.trim().trim_end_matches("kB").trim().parse::<u64>()? * 1024)
    }

    /// Processor time so far, in seconds, over all threads.
    pub(crate) fn processor_time(&self) -> Result<f64> {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.child.id()))?;
        let fields: Vec<&str> = stat.rsplit(") ").next().context("no fields")?.split(' ').collect();
        let ticks = fields[11].parse::<f64>()? + fields[12].parse::<f64>()?;
        Ok(ticks / 100.0)
    }
}

impl Drop for Portal {
    fn drop(&mut self) {
        // It may have ended by itself; either way it is gone.
        let _gone = self.child.kill();
        let _status = self.child.wait();
    }
}

/// Writes the configuration for an engine.
pub(crate) fn configure(engine: Engine, folder: &Path, postgres: Option<&str>) -> Result<PathBuf> {
    let database = match engine {
        Engine::Sqlite => {
            format!("client: better-sqlite3\n    connection: {{ directory: {} }}", folder.display())
        }
        Engine::Postgres => {
            let url = postgres.context("PostgreSQL needs --postgres URL")?;
            format!("client: pg\n    connection: {url}")
        }
    };
    let path = folder.join("app-config.yaml");
    std::fs::write(&path, format!("backend:\n  database:\n    {database}\n"))?;
    Ok(path)
}

#[expect(clippy::disallowed_methods, reason = "polling a process from outside has no event to wait for")]
fn pause() {
    std::thread::sleep(Duration::from_millis(10));
}
