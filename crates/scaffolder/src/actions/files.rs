//! `fs:delete`, `fs:rename` and `fs:readdir`.

use std::sync::Arc;

use globset::GlobBuilder;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::{about, input, nothing, object, simple};
use crate::action::{About, Action, ActionError, Done};
use crate::workspace::{Entry, Kind, Workspace, WorkspaceError, simplify};

pub(super) fn actions() -> Vec<Arc<dyn Action>> {
    vec![delete(), rename(), read_folders()]
}

fn delete() -> Arc<dyn Action> {
    #[derive(Deserialize)]
    struct Input {
        files: Vec<String>,
    }
    let schema = object(
        &["files"],
        json!({ "files": {
            "type": "array", "items": { "type": "string" },
            "description": "Files and folders of the workspace; a pattern such as `**/*.tmp` means all that fit it.",
        } }),
    );
    let about = about(
        "fs:delete",
        "Deletes files and folders of the workspace. What is not there counts as deleted.",
        schema,
        &[(
            "Delete a file and a folder.",
            "steps:\n  - id: tidy\n    action: fs:delete\n    input:\n      files:\n        - README.md\n        - examples\n",
        )],
    );
    simple(about, |invocation| {
        Box::pin(async move {
            let Input { files } = input(invocation.input)?;
            let gone = invocation
                .workspace
                .blocking(move |workspace| {
                    let mut gone = Vec::new();
                    for file in &files {
                        for path in meant(workspace, file)? {
                            if workspace.remove(&path)? {
                                gone.push(path);
                            }
                        }
                    }
                    Ok::<_, ActionError>(gone)
                })
                .await?;
            invocation.journal.log(Some(invocation.step), &format!("Deleted {}.", listed(&gone))).await?;
            nothing()
        })
    })
}

/// What a path means: itself, or all that fit it.
fn meant(workspace: &Workspace, path: &str) -> Result<Vec<String>, ActionError> {
    let simple = simplify(path)?;
    if workspace.kind(&simple)?.is_some() || !simple.contains(['*', '?', '[', '{']) {
        return Ok(vec![simple]);
    }
    let glob = GlobBuilder::new(&simple)
        .literal_separator(true)
        .build()
        .map_err(|error| ActionError::new(format!("{path:?} is no pattern: {}.", error.kind())))?
        .compile_matcher();
    let all = workspace.walk("")?.into_iter();
    Ok(all.map(|entry| entry.path).filter(|path| glob.is_match(path)).collect())
}

fn rename() -> Arc<dyn Action> {
    #[derive(Deserialize)]
    struct Input {
        files: Vec<Renaming>,
    }
    #[derive(Deserialize)]
    struct Renaming {
        from: String,
        to: String,
        #[serde(default)]
        overwrite: bool,
    }
    let schema = object(
        &["files"],
        json!({ "files": {
            "type": "array",
            "description": "What is renamed, in this order.",
            "items": {
                "type": "object",
                "properties": {
                    "from": { "type": "string", "description": "The name now." },
                    "to": { "type": "string", "description": "The name that it gets." },
                    "overwrite": { "type": "boolean", "description": "Whether it may take the place of something; it may not if left out." },
                },
                "required": ["from", "to"],
                "additionalProperties": false,
            },
        } }),
    );
    let about = about(
        "fs:rename",
        "Gives files and folders of the workspace other names.",
        schema,
        &[(
            "Rename a file.",
            "steps:\n  - id: rename\n    action: fs:rename\n    input:\n      files:\n        - from: gitignore\n          to: .gitignore\n          overwrite: true\n",
        )],
    );
    simple(about, |invocation| {
        Box::pin(async move {
            let Input { files } = input(invocation.input)?;
            let done = invocation
                .workspace
                .blocking(move |workspace| {
                    let mut done = Vec::new();
                    for Renaming { from, to, overwrite } in &files {
                        let (from, to) = (simplify(from)?, simplify(to)?);
                        if overwrite & (from != to) && workspace.kind(&from)?.is_some() {
                            workspace.remove(&to)?;
                        }
                        if from != to || workspace.kind(&from)?.is_none() {
                            workspace.rename(&from, &to)?;
                        }
                        done.push(format!("{from} to {to}"));
                    }
                    Ok::<_, ActionError>(done)
                })
                .await?;
            invocation.journal.log(Some(invocation.step), &format!("Renamed {}.", listed(&done))).await?;
            nothing()
        })
    })
}

fn read_folders() -> Arc<dyn Action> {
    #[derive(Deserialize)]
    struct Input {
        paths: Vec<String>,
        #[serde(default)]
        recursive: bool,
    }
    let schema = object(
        &["paths"],
        json!({
            "paths": { "type": "array", "items": { "type": "string", "minLength": 1 }, "description": "Folders of the workspace." },
            "recursive": { "type": "boolean", "default": false, "description": "Whether what is in folders of these is listed too." },
        }),
    );
    let listed = |what: &str| {
        json!({
            "type": "array",
            "description": format!("The {what} found."),
            "items": {
                "type": "object",
                "properties": {
                    "name": { "type": "string", "description": "The last part of the path." },
                    "path": { "type": "string", "description": "The path in the workspace." },
                    "fullPath": { "type": "string", "description": "The path on the machine of the portal." },
                },
                "required": ["name", "path", "fullPath"],
                "additionalProperties": false,
            },
        })
    };
    let about = About {
        output: object(
            &["files", "folders"],
            json!({ "files": listed("files and links"), "folders": listed("folders") }),
        ),
        ..about(
            "fs:readdir",
            "Lists what is in folders of the workspace.",
            schema,
            &[(
                "List everything.",
                "steps:\n  - id: list\n    action: fs:readdir\n    input:\n      paths:\n        - .\n      recursive: true\n",
            )],
        )
    };
    simple(about, |invocation| {
        Box::pin(async move {
            let Input { paths, recursive } = input(invocation.input)?;
            let (files, folders) = invocation
                .workspace
                .blocking(move |workspace| {
                    let (mut files, mut folders) = (Vec::new(), Vec::new());
                    for path in &paths {
                        let found = if recursive { workspace.walk(path) } else { workspace.list(path) };
                        for entry in found? {
                            let is_folder = entry.kind == Kind::Folder;
                            let told = told(workspace, &entry);
                            if is_folder { folders.push(told) } else { files.push(told) }
                        }
                    }
                    Ok::<_, WorkspaceError>((files, folders))
                })
                .await?;
            Ok(Done::Output(Map::from_iter([
                ("files".to_owned(), Value::Array(files)),
                ("folders".to_owned(), Value::Array(folders)),
            ])))
        })
    })
}

fn told(workspace: &Workspace, entry: &Entry) -> Value {
    let name = entry.path.rsplit('/').next().unwrap_or_default();
    json!({ "name": name, "path": entry.path, "fullPath": workspace.path().join(&entry.path).to_string_lossy() })
}

/// Names for a line of the log.
fn listed(names: &[String]) -> String {
    match names {
        [] => "nothing".to_owned(),
        names if names.len() > 20 => format!("{} and {} more", names[..20].join(", "), names.len() - 20),
        names => names.join(", "),
    }
}
