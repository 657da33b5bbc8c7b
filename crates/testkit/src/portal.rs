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
use tokio::task::JoinHandle;

use crate::wait::eventually;

/// What the server prints before the address that it listens on.
const ADDRESS_LINE: &str = "listening on ";

/// A running portal; killed when this value is dropped.
#[derive(Debug)]
pub struct Portal {
    process: Child,
    output: Output,
    readers: [JoinHandle<()>; 2],
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
        let readers = [output.collect(process.stdout.take()), output.collect(process.stderr.take())];
        let client = reqwest::Client::new();
        let mut portal = Portal { process, output, readers, address: String::new(), client, folder };
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
    pub async fn start<A: Into<OsString>>(
        binary: impl AsRef<Path>,
        arguments: impl IntoIterator<Item = A>,
    ) -> Self {
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
            Err(error) => {
                self.fail(&format!("answered {path} with {status}, which is no JSON ({error}):\n{text}"))
            }
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
            Err(status) => {
                // Its last words may still be on their way; a child of it that lives on would keep them open.
                for reader in &mut self.readers {
                    let _all_read = tokio::time::timeout(Duration::from_secs(1), reader).await;
                }
                self.fail(&format!("ended before it listened ({status})"))
            }
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
    fn collect(&self, pipe: Option<impl AsyncRead + Unpin + Send + 'static>) -> JoinHandle<()> {
        let output = self.clone();
        tokio::spawn(async move {
            let Some(pipe) = pipe else { return };
            let mut lines = BufReader::new(pipe).lines();
            while let Ok(Some(line)) = lines.next_line().await {
                let mut text = output.0.lock().unwrap_or_else(PoisonError::into_inner);
                text.push_str(&line);
                text.push('\n');
            }
        })
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

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio::net::TcpListener;

    use super::*;

    /// A program that says what a portal says, and then does `after`.
    fn program(folder: &TempDir, says: &str, after: &str) -> std::path::PathBuf {
        let path = folder.path().join("portico");
        std::fs::write(&path, format!("#!/bin/sh\necho '{says}' >&2\n{after}\n")).expect("written");
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).expect("made executable");
        path
    }

    /// Answers every request with an empty object.
    async fn answering() -> String {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("an address");
        tokio::spawn(async move {
            while let Ok((mut connection, _)) = listener.accept().await {
                let mut request = [0; 1024];
                if connection.read(&mut request).await.is_ok() {
                    let answer = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\n{}";
                    let _client_went = connection.write_all(answer).await;
                }
            }
        });
        format!("http://{address}")
    }

    #[tokio::test]
    async fn a_portal_is_started_asked_and_ended() {
        let folder = TempDir::new().expect("a folder");
        let address = answering().await;
        let binary = program(&folder, &format!("Portico\nlistening on {address}"), "exec sleep 600");
        let mut portal = Portal::start(&binary, ["--catalog", "."]).await;
        assert_eq!(portal.address(), address);
        assert_eq!(portal.get_json("/api").await, (200, serde_json::json!({})));
        assert!(portal.output().starts_with("Portico\n"), "{}", portal.output());
        assert!(!portal.terminate().await, "sleep does not end well when it is told to");

        let binary =
            program(&folder, &format!("listening on {address}"), "trap 'exit 0' TERM; sleep 600 & wait");
        let mut portal = Portal::start(&binary, [""; 0]).await;
        assert!(portal.terminate().await, "a program that tidies up ends well");
        portal.kill().await;
    }

    #[tokio::test]
    #[should_panic(
        expected = "the portal ended before it listened (exit status: 3); it wrote:\nno port for me\n"
    )]
    async fn a_portal_that_ends_shows_what_it_wrote() {
        let folder = TempDir::new().expect("a folder");
        Portal::start(program(&folder, "no port for me", "exit 3"), [""; 0]).await;
    }

    #[tokio::test]
    #[should_panic(expected = "the portal was not ready within 50ms")]
    async fn a_portal_that_hangs_fails_the_test() {
        let folder = TempDir::new().expect("a folder");
        let binary = program(&folder, "thinking", "exec sleep 600");
        Portal::builder(binary).patience(Duration::from_millis(50)).start().await;
    }
}
