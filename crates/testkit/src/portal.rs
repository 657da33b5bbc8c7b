//! A portal as people run it: the built binary in a process of its own, on a free port, in an empty folder.

use std::ffi::OsString;
use std::path::Path;
use std::process::Stdio;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use serde_json::Value;
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt as _, AsyncRead, BufReader};
use tokio::process::{Child, Command};

use crate::wait::eventually;

/// What the server prints before the address that it listens on.
const ADDRESS_LINE: &str = "listening on ";

/// A running portal; killed when this value is dropped.
#[derive(Debug)]
pub struct Portal {
    process: Child,
    output: Output,
    address: String,
    client: reqwest::Client,
    folder: TempDir,
}

/// How to start a portal.
#[derive(Debug)]
pub struct PortalBuilder {
    binary: OsString,
    arguments: Vec<OsString>,
    variables: Vec<(OsString, OsString)>,
    patience: Duration,
}

impl PortalBuilder {
    /// One more argument of `portico serve`.
    #[must_use]
    pub fn arg(mut self, argument: impl Into<OsString>) -> Self {
        self.arguments.push(argument.into());
        self
    }

    /// A variable of the environment; of the test's own environment the portal gets nothing but `PATH`.
    #[must_use]
    pub fn env(mut self, name: impl Into<OsString>, value: impl Into<OsString>) -> Self {
        self.variables.push((name.into(), value.into()));
        self
    }

    /// How long to wait until the portal is ready; 30 s unless told.
    #[must_use]
    pub const fn patience(mut self, patience: Duration) -> Self {
        self.patience = patience;
        self
    }

    /// Starts the portal and waits until it is ready; otherwise fails the test with all that the portal said.
    pub async fn start(self) -> Portal {
        let folder = TempDir::new().expect("a temporary folder");
        let mut command = Command::new(&self.binary);
        command.arg("serve").args(["--listen", "127.0.0.1:0"]).args(&self.arguments);
        command.env_clear().envs(std::env::vars_os().filter(|(name, _)| name == "PATH")).envs(self.variables);
        command.current_dir(folder.path()).kill_on_drop(true);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut process = match command.spawn() {
            Ok(process) => process,
            Err(error) => panic!("{} could not be started: {error}", self.binary.display()),
        };
        let output = Output::default();
        output.collect(process.stdout.take());
        output.collect(process.stderr.take());
        let client = reqwest::Client::new();
        let mut portal = Portal { process, output, address: String::new(), client, folder };
        if tokio::time::timeout(self.patience, portal.become_ready()).await.is_err() {
            portal.fail(&format!("was not ready within {:?}", self.patience));
        }
        portal
    }
}

impl Portal {
    /// A portal of this binary: `env!("CARGO_BIN_EXE_portico")` in the tests of the server.
    pub fn builder(binary: impl AsRef<Path>) -> PortalBuilder {
        PortalBuilder {
            binary: binary.as_ref().into(),
            arguments: Vec::new(),
            variables: Vec::new(),
            patience: Duration::from_secs(30),
        }
    }

    /// Starts a portal with arguments alone.
    pub async fn start<A: Into<OsString>>(binary: impl AsRef<Path>, arguments: impl IntoIterator<Item = A>) -> Self {
        arguments.into_iter().fold(Self::builder(binary), PortalBuilder::arg).start().await
    }

    /// Where it listens: `http://127.0.0.1:<port>`.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// Its working folder, where a database goes that nobody configured.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Everything that it wrote so far.
    pub fn output(&self) -> String {
        self.output.text()
    }

    /// The client behind [`Self::get`] and [`Self::post`], for requests that need more.
    pub const fn client(&self) -> &reqwest::Client {
        &self.client
    }

    /// Sends a GET request; `path` begins with a slash.
    pub async fn get(&self, path: &str) -> reqwest::Response {
        self.send(path, self.client.get(self.url(path))).await
    }

    /// Sends a POST request with a JSON body.
    pub async fn post(&self, path: &str, body: &Value) -> reqwest::Response {
        self.send(path, self.client.post(self.url(path)).json(body)).await
    }

    /// Status and JSON body of a GET request; a body that is not JSON fails the test.
    pub async fn get_json(&self, path: &str) -> (u16, Value) {
        self.json(path, self.get(path).await).await
    }

    /// Status and JSON body of a POST request; a body that is not JSON fails the test.
    pub async fn post_json(&self, path: &str, body: &Value) -> (u16, Value) {
        self.json(path, self.post(path, body).await).await
    }

    /// Kills it without warning and waits until it is gone.
    pub async fn kill(&mut self) {
        self.process.kill().await.expect("a process that can be killed");
    }

    /// Asks it to end as a service manager does, and returns whether it ended well.
    pub async fn terminate(&mut self) -> bool {
        if let Some(id) = self.process.id() {
            let asked = Command::new("kill").arg("-TERM").arg(id.to_string()).status().await;
            assert!(asked.is_ok_and(|status| status.success()), "the signal could not be sent");
        }
        match tokio::time::timeout(Duration::from_secs(30), self.process.wait()).await {
            Ok(status) => status.is_ok_and(|status| status.success()),
            Err(_) => self.fail("did not end within 30 s of the signal"),
        }
    }

    fn url(&self, path: &str) -> String {
        format!("{}{path}", self.address)
    }

    async fn send(&self, path: &str, request: reqwest::RequestBuilder) -> reqwest::Response {
        match request.send().await {
            Ok(response) => response,
            Err(error) => self.fail(&format!("did not answer {path}: {error}")),
        }
    }

    async fn json(&self, path: &str, response: reqwest::Response) -> (u16, Value) {
        let status = response.status().as_u16();
        let text = response.text().await.unwrap_or_default();
        match serde_json::from_str(&text) {
            Ok(value) => (status, value),
            Err(error) => self.fail(&format!("answered {path} with {status}, which is no JSON ({error}):\n{text}")),
        }
    }

    /// Waits for the line with the address, then for `/readyz`. Whoever calls sets the deadline.
    async fn become_ready(&mut self) {
        const FOR_EVER: Duration = Duration::MAX;
        let (output, process) = (self.output.clone(), &mut self.process);
        let address = eventually("an address", FOR_EVER, || {
            let ended = process.try_wait().ok().flatten();
            let address = output.address();
            async move { ended.map(Err).or(address.map(Ok)) }
        });
        match address.await {
            Ok(address) => self.address = address,
            Err(status) => self.fail(&format!("ended before it listened ({status})")),
        }
        let (client, url) = (self.client.clone(), self.url("/readyz"));
        eventually("readiness", FOR_EVER, || {
            let asked = client.get(&url).send();
            async move { asked.await.is_ok_and(|answer| answer.status().is_success()).then_some(()) }
        })
        .await;
    }

    fn fail(&self, what: &str) -> ! {
        panic!("the portal {what}; it wrote:\n{}", self.output())
    }
}

/// The lines that a process writes, of both its outputs.
#[derive(Clone, Debug, Default)]
struct Output(Arc<Mutex<String>>);

impl Output {
    /// Reads `pipe` to its end in the background, so that the process never waits for a reader.
    fn collect(&self, pipe: Option<impl AsyncRead + Unpin + Send + 'static>) {
        let (output, Some(pipe)) = (self.clone(), pipe) else { return };
        tokio::spawn(async move {
            let mut lines = BufReader::new(pipe).lines();
            while let Ok(Some(line)) = lines.next_line().await {
                let mut text = output.0.lock().unwrap_or_else(PoisonError::into_inner);
                text.push_str(&line);
                text.push('\n');
            }
        });
    }

    fn text(&self) -> String {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn address(&self) -> Option<String> {
        let text = self.text();
        // Only a whole line: the port may still be on its way.
        let rest = &text[text.find(ADDRESS_LINE)? + ADDRESS_LINE.len()..];
        let line = &rest[..rest.find('\n')?];
        line.split_whitespace().next().map(|address| address.trim_end_matches('/').to_owned())
    }
}
