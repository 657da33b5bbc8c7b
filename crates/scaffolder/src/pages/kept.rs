//! Forms that were compiled lately.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use model::Violation;
use serde_json::Value;

use crate::form::Forms;

/// Templates whose forms are kept.
const MOST: usize = 64;

/// The forms of templates by the version of the template. Compiling takes longer than answering one step.
#[derive(Default)]
pub(super) struct Kept(Mutex<VecDeque<(String, Arc<Forms>)>>);

impl Kept {
    /// The forms of a template.
    pub(super) fn forms(&self, entity: &Value) -> Result<Arc<Forms>, Vec<Violation>> {
        let text = |pointer: &str| entity.pointer(pointer).and_then(Value::as_str).unwrap_or_default();
        let version = format!("{} {}", text("/metadata/uid"), text("/metadata/etag"));
        if let Some(forms) = self.find(&version) {
            return Ok(forms);
        }
        let forms =
            Forms::compile(entity.pointer("/spec/parameters"), entity.pointer("/spec/secrets/schema"))?;
        let forms = Arc::new(forms);
        // What has no version can't be told from what it becomes.
        if !text("/metadata/etag").is_empty() {
            let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            kept.push_front((version, Arc::clone(&forms)));
            kept.truncate(MOST);
        }
        Ok(forms)
    }

    fn find(&self, version: &str) -> Option<Arc<Forms>> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.iter().find(|(of, _)| of == version).map(|(_, forms)| Arc::clone(forms))
    }
}
