//! The text of a template that is in the catalog.

use model::{Entity, EntityRef};
use platform::yaml::{self, Growth};
use serde_json::Value;

use crate::action::{ActionError, Base};
use crate::actions::SourceContent;
use crate::origin::file_of;
use crate::service::Scaffolder;

/// Fields that the catalog adds to what is written.
const ADDED: [&str; 2] = ["relations", "status"];

impl Scaffolder {
    /// The text of a template as its file has it. Where that can't be had, what the catalog knows, and why.
    pub(super) async fn original(
        &self,
        document: &Value,
        entity_ref: &EntityRef,
    ) -> (String, Option<String>) {
        match self.text(document, entity_ref).await {
            Ok(text) => (text, None),
            Err(error) => {
                let why = format!(
                    "This is the template as the catalog knows it, without comments: its file could not be read. {error}"
                );
                (written(document), Some(why))
            }
        }
    }

    async fn text(&self, document: &Value, entity_ref: &EntityRef) -> Result<String, ActionError> {
        let base = file_of(document).map_err(|error| ActionError::new(error.message()))?;
        let address = match &base {
            Base::File(path) => {
                path.file_name().and_then(|name| name.to_str()).unwrap_or_default().to_owned()
            }
            Base::Url(url) => url.to_string(),
        };
        let content = self.inner.reach.file(&base, &address, None).await?;
        let SourceContent::File { bytes, .. } = content else {
            return Err(ActionError::new("It is no file any more."));
        };
        let text = std::str::from_utf8(&bytes).map_err(|_| ActionError::new("It is no text."))?;
        part(text, entity_ref).ok_or_else(|| ActionError::new("The template is not in it any more."))
    }
}

/// The lines of a file that describe an entity; with those above it where it is the first.
fn part(text: &str, entity_ref: &EntityRef) -> Option<String> {
    let growth = Growth::default();
    let documents: Vec<_> = yaml::documents(text, &growth).collect::<Result<_, _>>().ok()?;
    let is_it = |document: &yaml::Document| Entity::ref_of(&document.value).as_ref() == Some(entity_ref);
    let index = documents.iter().position(is_it)?;
    let line = |document: &yaml::Document| document.line.saturating_sub(1) as usize;
    let start = if index == 0 { 0 } else { line(&documents[index]) };
    let end = documents.get(index + 1).map_or(usize::MAX, line);
    let lines: Vec<&str> = text.lines().skip(start).take(end.saturating_sub(start)).collect();
    // What divides it from the next one is not part of it.
    let last = lines.iter().rposition(|line| !line.trim().is_empty() && line.trim_end() != "---")?;
    Some(lines[..=last].join("\n") + "\n")
}

/// The entity as somebody would write it.
fn written(document: &Value) -> String {
    let mut document = document.clone();
    if let Some(fields) = document.as_object_mut() {
        fields.retain(|name, _| !ADDED.contains(&name.as_str()));
    }
    if let Some(metadata) = document.get_mut("metadata").and_then(Value::as_object_mut) {
        metadata.retain(|name, _| name != "uid" && name != "etag");
        if let Some(annotations) = metadata.get_mut("annotations").and_then(Value::as_object_mut) {
            annotations.retain(|name, _| !name.starts_with("backstage.io/managed-by"));
        }
    }
    serde_saphyr::to_string(&document).unwrap_or_default()
}
