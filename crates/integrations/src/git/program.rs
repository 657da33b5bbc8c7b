//! The `git` program, without anything that this machine or a repository would add to what it is told.

use std::ffi::OsString;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use platform::Secret;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWriteExt as _};
use tokio::process::Command;
use url::Url;

use crate::ApiError;

/// How long a command may take.
const TIME: Duration = Duration::from_secs(120);
/// Most bytes that are kept of what a command prints.
const MOST: usize = 64 * 1024;
/// Most characters of an error that people are shown.
const SHOWN: usize = 500;
/// What is passed on of the environment: where programs are, and how the network is reached.
const PASSED_ON: [&str; 16] = [
    "PATH",
    "TMPDIR",
    "SYSTEMROOT",
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
    "GIT_SSL_CAINFO",
    "GIT_SSL_CAPATH",
    "CURL_CA_BUNDLE",
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "ALL_PROXY",
    "NO_PROXY",
    "http_proxy",
    "https_proxy",
    "all_proxy",
    "no_proxy",
];

/// How `git` is called for one remote.
#[derive(Debug)]
pub(super) struct Program {
    settings: Vec<(String, Secret<String>)>,
}

/// The same in a folder.
pub(super) struct Within<'a> {
    program: &'a Program,
    folder: &'a Path,
}

impl Program {
    /// The header with the credentials is shown to this remote only, and stands in no list of processes.
    pub(super) fn new(url: &Url, authorization: Option<Secret<String>>) -> Self {
        let setting = |name: &str, value: &str| (name.to_owned(), Secret::new(value.to_owned()));
        let mut settings = vec![
            setting("protocol.allow", "never"),
            setting(&format!("protocol.{}.allow", url.scheme()), "always"),
            setting("http.followRedirects", "false"),
            setting("http.lowSpeedLimit", "1000"),
            setting("http.lowSpeedTime", "30"),
            setting("credential.helper", ""),
            setting("core.hooksPath", "/dev/null"),
            setting("gc.auto", "0"),
            setting("fetch.fsckObjects", "true"),
        ];
        if let Some(authorization) = authorization {
            settings.push((format!("http.{url}.extraHeader"), authorization));
        }
        Self { settings }
    }

    pub(super) const fn within<'a>(&'a self, folder: &'a Path) -> Within<'a> {
        Within { program: self, folder }
    }

    fn environment(&self, folder: &Path) -> Vec<(OsString, OsString)> {
        let passed_on = std::env::vars_os().filter(|(name, _)| PASSED_ON.iter().any(|passed| name == passed));
        let own = [
            ("HOME", folder.as_os_str().to_owned()),
            ("LC_ALL", "C".into()),
            ("GIT_CONFIG_NOSYSTEM", "1".into()),
            ("GIT_TERMINAL_PROMPT", "0".into()),
            ("GIT_CEILING_DIRECTORIES", folder.as_os_str().to_owned()),
            ("GIT_CONFIG_COUNT", self.settings.len().to_string().into()),
        ];
        let settings = self.settings.iter().enumerate().flat_map(|(number, (name, value))| {
            [
                (format!("GIT_CONFIG_KEY_{number}").into(), name.into()),
                (format!("GIT_CONFIG_VALUE_{number}").into(), value.expose().into()),
            ]
        });
        passed_on.chain(own.map(|(name, value)| (name.into(), value))).chain(settings).collect()
    }
}

impl Within<'_> {
    /// Runs a command to its end, and gives what it prints.
    ///
    /// # Errors
    /// There is no `git`, the command failed, or takes too long.
    pub(super) async fn run(&self, arguments: &[&str], read: &[u8]) -> Result<String, ApiError> {
        let command = arguments.first().copied().unwrap_or_default();
        match tokio::time::timeout(TIME, self.try_run(arguments, read)).await {
            Ok(done) => done,
            Err(_) => {
                Err(ApiError::later(format!("git {command} took longer than {} seconds", TIME.as_secs())))
            }
        }
    }

    async fn try_run(&self, arguments: &[&str], read: &[u8]) -> Result<String, ApiError> {
        let command = arguments.first().copied().unwrap_or_default();
        let broke = |error| ApiError::later(format!("git {command} broke off: {error}"));
        let mut child = Command::new("git")
            .args(arguments)
            .current_dir(self.folder)
            .env_clear()
            .envs(self.program.environment(self.folder))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .map_err(|error| {
                ApiError::refused(format!(
                    "the program git can't be started on the machine of this portal: {error}; whoever runs it can install Git"
                ))
            })?;
        let (stdin, stdout, stderr) = (child.stdin.take(), child.stdout.take(), child.stderr.take());
        let write = async {
            if let Some(mut stdin) = stdin {
                // A program that ends early says why itself.
                let _closed = stdin.write_all(read).await;
            }
        };
        let ((), printed, said, status) = tokio::join!(write, end(stdout), end(stderr), child.wait());
        if status.map_err(broke)?.success() {
            return Ok(printed);
        }
        let reason: Vec<&str> = said.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
        let reason: String = reason.join(" ").chars().filter(|c| !c.is_control()).take(SHOWN).collect();
        let is_refusal = REFUSALS.iter().any(|refusal| reason.contains(refusal));
        let message = format!("git {command} failed: {reason}");
        Err(if is_refusal { ApiError::refused(message) } else { ApiError::later(message) })
    }
}

/// What `git` says when the same command would fail again.
const REFUSALS: [&str; 6] =
    ["not found", "Authentication failed", "could not read Username", "error: 403", "error: 401", "rejected"];

/// Reads all, and keeps the beginning.
async fn end(from: Option<impl AsyncRead + Unpin>) -> String {
    let Some(mut from) = from else { return String::new() };
    let (mut kept, mut part) = (Vec::new(), vec![0; 8 * 1024]);
    while let Ok(length @ 1..) = from.read(&mut part).await {
        let room = MOST.saturating_sub(kept.len());
        kept.extend_from_slice(&part[..length.min(room)]);
    }
    String::from_utf8_lossy(&kept).into_owned()
}
