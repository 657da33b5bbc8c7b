//! `debug:log` and `debug:wait`.

use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::Deserialize;
use serde_json::{Value, json};

use super::{about, input, nothing, object, simple};
use crate::action::{About, Action, ActionError, Done, Invocation, Wait};
use crate::workspace::{Kind, Workspace, WorkspaceError};

/// Longest wait.
const LONGEST: Duration = Duration::from_secs(10 * 60);
/// A wait that is not worth putting the run away.
const SHORT: Duration = Duration::from_secs(20);
/// Most bytes of a file that the log shows.
const SHOWN: usize = 16 * 1024;
/// Most files of the workspace that the log names.
const NAMED: usize = 500;

pub(super) fn actions() -> Vec<Arc<dyn Action>> {
    vec![log(), wait()]
}

fn log() -> Arc<dyn Action> {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Input {
        message: Option<String>,
        list_workspace: Option<Value>,
    }
    let schema = object(
        &[],
        json!({
            "message": { "type": "string", "description": "What the log shows." },
            "listWorkspace": {
                "anyOf": [{ "type": "boolean" }, { "type": "string", "enum": ["with-filenames", "with-contents"] }],
                "description": "Whether the log shows what is in the workspace, with the content of files or without.",
            },
        }),
    );
    let about = about(
        "debug:log",
        "Writes a message, or what is in the workspace, into the log.",
        schema,
        &[(
            "Show what was fetched.",
            "steps:\n  - id: log\n    action: debug:log\n    input:\n      message: Hello ${{ user.ref }}\n      listWorkspace: with-filenames\n",
        )],
    );
    simple(about, |invocation| {
        Box::pin(async move {
            let Input { message, list_workspace } = input(invocation.input)?;
            if let Some(message) = message {
                invocation.journal.log(Some(invocation.step), &message).await?;
            }
            let contents = match list_workspace {
                None | Some(Value::Bool(false)) => return nothing(),
                Some(how) => how == "with-contents",
            };
            let listed = invocation.workspace.blocking(move |workspace| listing(workspace, contents)).await?;
            invocation.journal.log(Some(invocation.step), &listed).await?;
            nothing()
        })
    })
}

/// What is in the workspace, a line for each file, and the content of the file below it.
fn listing(workspace: &Workspace, contents: bool) -> Result<String, WorkspaceError> {
    let mut listed = "Workspace:".to_owned();
    let files = workspace.walk("")?.into_iter().filter(|entry| entry.kind != Kind::Folder);
    for (number, entry) in files.enumerate() {
        if number == NAMED {
            listed.push_str("\n  … and more");
            break;
        }
        listed.push_str(&format!("\n  - {}", entry.path));
        if let (true, Kind::File { .. }) = (contents, entry.kind) {
            let content = workspace.read(&entry.path)?;
            match std::str::from_utf8(&content) {
                Ok(text) => {
                    let end = text.floor_char_boundary(SHOWN);
                    let more = if end < text.len() { "\n…" } else { "" };
                    listed.push_str(&format!(":\n\n{}{more}\n", &text[..end]));
                }
                Err(_) => listed.push_str(&format!(": {} bytes that are no text", content.len())),
            }
        }
    }
    Ok(listed)
}

fn wait() -> Arc<dyn Action> {
    let schema = object(
        &[],
        json!({
            "minutes": { "type": "number", "description": "Minutes to wait." },
            "seconds": { "type": "number", "description": "Seconds to wait, added to the minutes." },
            "milliseconds": { "type": "number", "description": "Milliseconds to wait, added to those." },
        }),
    );
    let about = about(
        "debug:wait",
        "Waits, ten minutes at most. A longer wait puts the run away meanwhile.",
        schema,
        &[(
            "Wait for a minute and a half.",
            "steps:\n  - id: wait\n    action: debug:wait\n    input:\n      minutes: 1\n      seconds: 30\n",
        )],
    );
    simple(About { dry_run: false, ..about }, |invocation| Box::pin(waiting(invocation)))
}

async fn waiting(invocation: Invocation<'_>) -> Result<Done, ActionError> {
    #[derive(Default, Deserialize)]
    #[serde(default)]
    struct Input {
        minutes: f64,
        seconds: f64,
        milliseconds: f64,
    }
    let Input { minutes, seconds, milliseconds } = input(invocation.input)?;
    let wanted = Duration::try_from_secs_f64(minutes * 60.0 + seconds + milliseconds / 1000.0);
    let wanted = wanted.ok().filter(|wanted| *wanted <= LONGEST).ok_or_else(|| {
        ActionError::new(format!("debug:wait waits for 0 to {} minutes.", LONGEST.as_secs() / 60))
    })?;
    let now = SystemTime::now();
    let since_then = |time: SystemTime| time.duration_since(UNIX_EPOCH).unwrap_or_default();
    let kept = invocation.journal.kept(invocation.step, "until").await?;
    let until = match kept.as_ref().and_then(Value::as_u64) {
        Some(until) => UNIX_EPOCH + Duration::from_millis(until),
        None => {
            let until = now + wanted;
            let millis = u64::try_from(since_then(until).as_millis()).unwrap_or(u64::MAX);
            invocation.journal.keep(invocation.step, "until", json!(millis)).await?;
            until
        }
    };
    let left = until.duration_since(now).unwrap_or_default().min(LONGEST);
    if left > SHORT {
        let reason = format!("{} s that debug:wait waits", left.as_secs());
        return Ok(Done::Wait(Wait { reason, again_in: Some(left) }));
    }
    tokio::time::sleep(left).await;
    nothing()
}
