//! Skeletons: folders whose names and files are templates.

mod names;
mod patterns;

use nunjucks::{Budget, Limits, Syntax, Template};
use serde::Deserialize;
use serde_json::{Map, Value};

use self::names::Names;
use self::patterns::Patterns;
use super::fetch::{below, write};
use super::{SourceContent, SourceFile};
use crate::action::ActionError;
use crate::filters;
use crate::workspace::Workspace;

/// What all files of a skeleton may use up together.
const LIMITS: Limits = Limits { steps: 10_000_000, bytes: 128 * 1024 * 1024, depth: 200 };

/// How a skeleton is rendered: what `fetch:template` and its siblings are given.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Settings {
    pub(super) target_path: String,
    values: Map<String, Value>,
    copy_without_render: Option<Vec<String>>,
    copy_without_templating: Option<Vec<String>>,
    cookiecutter_compat: bool,
    template_file_extension: Option<Value>,
    replace: bool,
    trim_blocks: bool,
    lstrip_blocks: bool,
}

/// What was done, for the log.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Rendered {
    pub(super) written: usize,
    /// Files that were there before, and stay.
    pub(super) kept: Vec<String>,
}

impl Settings {
    /// Judges what a schema can't say.
    pub(super) fn judge(&self) -> Result<(), ActionError> {
        let given =
            |patterns: &Option<Vec<String>>| patterns.as_ref().is_some_and(|patterns| !patterns.is_empty());
        let copies = given(&self.copy_without_render) || given(&self.copy_without_templating);
        if self.copy_without_render.is_some() && self.copy_without_templating.is_some() {
            return Err(ActionError::new(
                "copyWithoutRender and copyWithoutTemplating can't be used together. Use copyWithoutTemplating.",
            ));
        }
        if self.extension().is_some() && (copies || self.cookiecutter_compat) {
            return Err(ActionError::new(
                "templateFileExtension says which files are templates, so it can't be used together with \
                 copyWithoutTemplating, copyWithoutRender or cookiecutterCompat.",
            ));
        }
        Ok(())
    }

    /// The ending of the names of templates, without which every file is one.
    fn extension(&self) -> Option<String> {
        let extension = match self.template_file_extension.as_ref()? {
            Value::Bool(true) => "njk",
            Value::String(extension) if !extension.is_empty() => extension.trim_start_matches('.'),
            _ => return None,
        };
        Some(format!(".{extension}"))
    }

    /// Renders a skeleton into a folder of the workspace.
    pub(super) fn render(
        &self,
        files: &[SourceFile],
        workspace: &Workspace,
    ) -> Result<Rendered, ActionError> {
        let patterns = self.copy_without_render.as_ref().or(self.copy_without_templating.as_ref());
        let patterns = Patterns::new(patterns.map_or(&[], Vec::as_slice), files)?;
        let names =
            Names { extension: self.extension(), keeps_copied: self.copy_without_render.is_some(), patterns };
        let rendering = Rendering::new(self);
        let mut rendered = Rendered::default();
        for file in files {
            let Some(name) = names.of(file, |name| rendering.text(name, &file.path))? else { continue };
            let path = below(&self.target_path, &name.path)
                .map_err(|error| ActionError::new(format!("{} can't be written: {error}", file.path)))?;
            let is_folder = file.content == SourceContent::Folder;
            if !self.replace && !is_folder && workspace.kind(&path)?.is_some() {
                rendered.kept.push(path);
                continue;
            }
            let content = match &file.content {
                SourceContent::File { bytes, executable } if name.is_template => match text(bytes) {
                    Some(text) => {
                        let bytes = rendering.text(text, &file.path)?.into();
                        SourceContent::File { bytes, executable: *executable }
                    }
                    None => file.content.clone(),
                },
                content => content.clone(),
            };
            write(workspace, &path, &SourceFile { path: file.path.clone(), content })?;
            rendered.written += usize::from(!is_folder);
        }
        Ok(rendered)
    }

    /// Renders one file into the file of the workspace that the settings name. Whether it was written.
    pub(super) fn render_file(&self, file: &SourceFile, workspace: &Workspace) -> Result<bool, ActionError> {
        if !self.replace && workspace.kind(&self.target_path)?.is_some() {
            return Ok(false);
        }
        let content = match &file.content {
            SourceContent::File { bytes, executable } => match text(bytes) {
                Some(text) => {
                    let bytes = Rendering::new(self).text(text, &file.path)?.into();
                    SourceContent::File { bytes, executable: *executable }
                }
                None => file.content.clone(),
            },
            content => content.clone(),
        };
        write(workspace, &self.target_path, &SourceFile { path: file.path.clone(), content })?;
        Ok(true)
    }
}

/// Texts to texts, within one budget.
struct Rendering {
    syntax: Syntax,
    context: Map<String, Value>,
    budget: Budget,
}

impl Rendering {
    fn new(settings: &Settings) -> Self {
        let (syntax, name) = if settings.cookiecutter_compat {
            (Syntax::cookiecutter(), "cookiecutter")
        } else {
            (Syntax::default(), "values")
        };
        let syntax =
            Syntax { trim_blocks: settings.trim_blocks, lstrip_blocks: settings.lstrip_blocks, ..syntax };
        let context = Map::from_iter([(name.to_owned(), Value::Object(settings.values.clone()))]);
        Self { syntax, context, budget: Budget::new(LIMITS) }
    }

    fn text(&self, text: &str, path: &str) -> Result<String, ActionError> {
        let environment = &filters::ENVIRONMENT;
        let rendered = Template::parse(text, self.syntax, environment)
            .and_then(|template| template.render_within(environment, &self.context, &self.budget));
        rendered.map_err(|error| {
            ActionError::new(format!("{path}:{}:{}: {}", error.place.line, error.place.column, error.message))
        })
    }
}

/// The text of a file, unless it is none.
fn text(bytes: &[u8]) -> Option<&str> {
    let text = std::str::from_utf8(bytes).ok()?;
    (!text.contains('\0')).then_some(text)
}
