//! `fetch:plain` and `fetch:plain:file`.

use std::sync::Arc;

use platform::Secret;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Reach, SourceContent, SourceFile, about, input, nothing, object, simple};
use crate::action::{Action, ActionError};
use crate::workspace::{Workspace, WorkspaceError, simplify};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Input {
    url: String,
    target_path: Option<String>,
    token: Option<Secret<String>>,
}

pub(super) fn actions(reach: &Arc<Reach>) -> Vec<Arc<dyn Action>> {
    vec![plain(Arc::clone(reach)), plain_file(Arc::clone(reach))]
}

/// The description of a `url` input.
pub(super) fn url(what: &str) -> Value {
    json!({ "type": "string", "description": format!("The {what}: an address, or a path beside the template.") })
}

/// The description of a `token` input.
pub(super) fn token() -> Value {
    json!({ "type": "string", "description": "A token to read it with, in the place of the configured one." })
}

fn plain(reach: Arc<Reach>) -> Arc<dyn Action> {
    let schema = object(
        &["url"],
        json!({
            "url": url("folder to fetch"),
            "targetPath": { "type": "string", "description": "The folder of the workspace that it goes to; the workspace itself if left out." },
            "token": token(),
        }),
    );
    let about = about(
        "fetch:plain",
        "Copies a folder into the workspace as it is.",
        schema,
        &[(
            "Copy the folder `template` that is beside the template.",
            "steps:\n  - id: fetch\n    action: fetch:plain\n    input:\n      url: ./template\n      targetPath: service\n",
        )],
    );
    simple(about, move |invocation| {
        let reach = Arc::clone(&reach);
        Box::pin(async move {
            let Input { url, target_path, token } = input(invocation.input)?;
            let files = reach.folder(invocation.base, &url, token.as_ref()).await?;
            let line = format!("Copying {} files and folders of {url}.", files.len());
            invocation.journal.log(Some(invocation.step), &line).await?;
            let target = target_path.unwrap_or_default();
            invocation
                .workspace
                .blocking(move |workspace| {
                    let mut files = files.iter();
                    files.try_for_each(|file| write(workspace, &below(&target, &file.path)?, file))
                })
                .await?;
            nothing()
        })
    })
}

fn plain_file(reach: Arc<Reach>) -> Arc<dyn Action> {
    let schema = object(
        &["url", "targetPath"],
        json!({
            "url": url("file to fetch"),
            "targetPath": { "type": "string", "description": "The file of the workspace that it becomes." },
            "token": token(),
        }),
    );
    let about = about(
        "fetch:plain:file",
        "Copies a file into the workspace as it is.",
        schema,
        &[(
            "Copy a licence of another repository.",
            "steps:\n  - id: licence\n    action: fetch:plain:file\n    input:\n      url: https://github.com/acme/legal/blob/main/LICENSE\n      targetPath: LICENSE\n",
        )],
    );
    simple(about, move |invocation| {
        let reach = Arc::clone(&reach);
        Box::pin(async move {
            let Input { url, target_path, token } = input(invocation.input)?;
            let path = target_path.unwrap_or_default();
            let content = reach.file(invocation.base, &url, token.as_ref()).await?;
            invocation.journal.log(Some(invocation.step), &format!("Copying {url} to {path}.")).await?;
            let file = SourceFile { path: path.clone(), content };
            invocation.workspace.blocking(move |workspace| write(workspace, &path, &file)).await?;
            nothing()
        })
    })
}

/// A path in a folder of the workspace, which it may not climb out of.
pub(super) fn below(folder: &str, path: &str) -> Result<String, WorkspaceError> {
    let path = simplify(path)?;
    Ok(if folder.is_empty() { path } else { format!("{folder}/{path}") })
}

/// Writes what was fetched.
pub(super) fn write(workspace: &Workspace, path: &str, file: &SourceFile) -> Result<(), ActionError> {
    let written = match &file.content {
        SourceContent::Folder => workspace.make_folder(path),
        SourceContent::Link(says) => workspace.link(path, says),
        SourceContent::File { bytes, executable } => workspace.write(path, bytes, *executable),
    };
    written
        .map_err(|error: WorkspaceError| ActionError::new(format!("{} can't be written: {error}", file.path)))
}
