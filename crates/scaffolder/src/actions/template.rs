//! `fetch:template`, `workspace:template`, and their siblings for one file.

use std::sync::Arc;

use platform::Secret;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::skeleton::{Rendered, Settings};
use super::{Reach, SourceContent, SourceFile, about, fetch, input, nothing, object, simple};
use crate::action::{Action, ActionError, Done, Invocation};
use crate::workspace::{Kind, Workspace, simplify};

pub(super) fn actions(reach: &Arc<Reach>) -> Vec<Arc<dyn Action>> {
    vec![
        fetch_template(Arc::clone(reach)),
        fetch_template_file(Arc::clone(reach)),
        workspace_template(),
        workspace_template_file(),
    ]
}

#[derive(Deserialize)]
struct Fetched {
    url: String,
    token: Option<Secret<String>>,
    #[serde(flatten)]
    settings: Settings,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Here {
    source_path: String,
    #[serde(flatten)]
    settings: Settings,
}

/// Inputs that all of them have.
fn common() -> Map<String, Value> {
    let common = json!({
        "values": { "type": "object", "additionalProperties": {}, "description": "What templates read as `values.name`." },
        "cookiecutterCompat": { "type": "boolean", "description": "Whether templates are written as for cookiecutter: `{{ cookiecutter.name }}`." },
        "replace": { "type": "boolean", "description": "Whether files that are there are replaced; otherwise they stay." },
    });
    fields(common)
}

fn fields(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(fields) => fields,
        _ => Map::new(),
    }
}

fn with(more: Value) -> Value {
    let mut properties = fields(more);
    properties.extend(common());
    Value::Object(properties)
}

fn blocks() -> Value {
    json!({
        "trimBlocks": { "type": "boolean", "description": "Whether the line break behind a block goes." },
        "lstripBlocks": { "type": "boolean", "description": "Whether white space in front of a block goes that begins its line." },
    })
}

fn patterns(which: &str) -> Value {
    json!({ "type": "array", "items": { "type": "string" }, "description": format!("Patterns of files that are copied as they are{which}.") })
}

fn extension() -> Value {
    json!({ "type": ["string", "boolean"], "description": "The ending of the files that are templates, and lose it; `true` is `.njk`. All other files are copied." })
}

fn fetch_template(reach: Arc<Reach>) -> Arc<dyn Action> {
    let mut properties = fields(with(json!({
        "url": fetch::url("folder of the skeleton"),
        "targetPath": { "type": "string", "description": "The folder of the workspace that it goes to; the workspace itself if left out." },
        "copyWithoutRender": patterns(", with their names. The older way of copyWithoutTemplating"),
        "copyWithoutTemplating": patterns("; their names are rendered all the same"),
        "templateFileExtension": extension(),
        "token": fetch::token(),
    })));
    properties.extend(fields(blocks()));
    let about = about(
        "fetch:template",
        "Renders a skeleton into the workspace: the names of its files and folders, and what is in them. A file goes where a \
         part of its path comes out empty. Links, and files that are no text, are copied.",
        object(&["url"], Value::Object(properties)),
        &[(
            "Render the folder `skeleton` that is beside the template.",
            "steps:\n  - id: fetch\n    action: fetch:template\n    input:\n      url: ./skeleton\n      copyWithoutTemplating:\n        - .github/workflows/*\n      values:\n        name: shop\n",
        )],
    );
    simple(about, move |invocation| {
        let reach = Arc::clone(&reach);
        Box::pin(async move {
            let Fetched { url, token, settings } = input(invocation.input.clone())?;
            settings.judge()?;
            let files = reach.folder(invocation.base, &url, token.as_ref()).await?;
            render(invocation, settings, files, &url).await
        })
    })
}

fn fetch_template_file(reach: Arc<Reach>) -> Arc<dyn Action> {
    let mut properties = fields(with(json!({
        "url": fetch::url("file to render"),
        "targetPath": { "type": "string", "description": "The file of the workspace that it becomes." },
        "token": fetch::token(),
    })));
    properties.extend(fields(blocks()));
    let about = about(
        "fetch:template:file",
        "Renders a file into the workspace.",
        object(&["url", "targetPath"], Value::Object(properties)),
        &[(
            "Render a pipeline.",
            "steps:\n  - id: pipeline\n    action: fetch:template:file\n    input:\n      url: ./pipeline.yaml\n      targetPath: .github/workflows/build.yaml\n      values:\n        java: 21\n",
        )],
    );
    simple(about, move |invocation| {
        let reach = Arc::clone(&reach);
        Box::pin(async move {
            let Fetched { url, token, settings } = input(invocation.input.clone())?;
            let content = reach.file(invocation.base, &url, token.as_ref()).await?;
            render_file(invocation, settings, SourceFile { path: url, content }).await
        })
    })
}

fn workspace_template() -> Arc<dyn Action> {
    let properties = with(json!({
        "sourcePath": { "type": "string", "description": "The folder of the workspace with the skeleton." },
        "targetPath": { "type": "string", "description": "The folder of the workspace that it goes to. Neither of the two may be in the other." },
        "copyWithoutTemplating": patterns("; their names are rendered all the same"),
        "templateFileExtension": extension(),
    }));
    let about = about(
        "workspace:template",
        "Renders a folder of the workspace into another one, as `fetch:template` does.",
        object(&["sourcePath", "targetPath", "copyWithoutTemplating"], properties),
        &[(
            "Render what was fetched before.",
            "steps:\n  - id: render\n    action: workspace:template\n    input:\n      sourcePath: skeleton\n      targetPath: service\n      copyWithoutTemplating: []\n      values:\n        name: shop\n",
        )],
    );
    simple(about, move |invocation| {
        Box::pin(async move {
            let Here { source_path, settings } = input(invocation.input.clone())?;
            settings.judge()?;
            let (source, target) = (simplify(&source_path)?, simplify(&settings.target_path)?);
            if overlap(&source, &target) {
                return Err(ActionError::new(format!(
                    "sourcePath {source_path:?} and targetPath {:?} may not be in each other.",
                    settings.target_path
                )));
            }
            let files = invocation.workspace.blocking(move |workspace| folder(workspace, &source)).await?;
            render(invocation, settings, files, &source_path).await
        })
    })
}

fn workspace_template_file() -> Arc<dyn Action> {
    let properties = with(json!({
        "sourcePath": { "type": "string", "description": "The file of the workspace to render." },
        "targetPath": { "type": "string", "description": "The file of the workspace that it becomes." },
    }));
    let about = about(
        "workspace:template:file",
        "Renders a file of the workspace into another one.",
        object(&["sourcePath", "targetPath"], properties),
        &[(
            "Render a file that was fetched before.",
            "steps:\n  - id: render\n    action: workspace:template:file\n    input:\n      sourcePath: README.md.njk\n      targetPath: README.md\n      values:\n        name: shop\n",
        )],
    );
    simple(about, move |invocation| {
        Box::pin(async move {
            let Here { source_path, settings } = input(invocation.input.clone())?;
            let source = source_path.clone();
            let content = invocation
                .workspace
                .blocking(move |workspace| {
                    let executable =
                        matches!(workspace.kind(&source)?, Some(Kind::File { executable: true, .. }));
                    Ok::<_, ActionError>(SourceContent::File {
                        bytes: workspace.read(&source)?.into(),
                        executable,
                    })
                })
                .await?;
            render_file(invocation, settings, SourceFile { path: source_path, content }).await
        })
    })
}

async fn render(
    invocation: Invocation<'_>,
    settings: Settings,
    files: Vec<SourceFile>,
    source: &str,
) -> Result<Done, ActionError> {
    let line = format!("Rendering {} files and folders of {source}.", files.len());
    invocation.journal.log(Some(invocation.step), &line).await?;
    let work = move |workspace: &Workspace| settings.render(&files, workspace);
    let Rendered { written, kept } = invocation.workspace.blocking(work).await?;
    let mut line = format!("Wrote {written} files.");
    if !kept.is_empty() {
        line.push_str(&format!(
            " {} were there already and stay; replace: true would replace them.",
            kept.len()
        ));
    }
    invocation.journal.log(Some(invocation.step), &line).await?;
    nothing()
}

async fn render_file(
    invocation: Invocation<'_>,
    settings: Settings,
    file: SourceFile,
) -> Result<Done, ActionError> {
    let target = settings.target_path.clone();
    let work = move |workspace: &Workspace| settings.render_file(&file, workspace);
    let line = if invocation.workspace.blocking(work).await? {
        format!("Wrote {target}.")
    } else {
        format!("{target} is there already and stays; replace: true would replace it.")
    };
    invocation.journal.log(Some(invocation.step), &line).await?;
    nothing()
}

/// A folder of the workspace as a skeleton.
fn folder(workspace: &Workspace, source: &str) -> Result<Vec<SourceFile>, ActionError> {
    let mut files = Vec::new();
    for entry in workspace.walk(source)? {
        let content = match entry.kind {
            Kind::Folder => SourceContent::Folder,
            Kind::Link(says) => SourceContent::Link(says),
            Kind::File { executable, .. } => {
                SourceContent::File { bytes: workspace.read(&entry.path)?.into(), executable }
            }
        };
        let path = entry.path.strip_prefix(source).unwrap_or(&entry.path).trim_start_matches('/').to_owned();
        files.push(SourceFile { path, content });
    }
    Ok(files)
}

/// Whether one of two simple paths is in the other.
fn overlap(one: &str, other: &str) -> bool {
    let within = |inner: &str, outer: &str| {
        outer.is_empty()
            || inner.strip_prefix(outer).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    within(one, other) || within(other, one)
}
