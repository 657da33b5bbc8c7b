//! Forms that were compiled lately.

use std::collections::VecDeque;
use std::sync::Arc;

use model::Violation;
use parking_lot::Mutex;
use serde_json::Value;

use super::Forms;

/// Templates whose forms are kept.
const MOST: usize = 64;

/// The forms of templates by the version of the template. Compiling takes longer than answering one step.
#[derive(Default)]
pub(crate) struct Kept(Mutex<VecDeque<(String, Arc<Forms>)>>);

impl Kept {
    /// The forms of a template, which its entity has.
    ///
    /// # Errors
    /// A schema can't be used.
    pub(crate) fn forms(&self, entity: &Value) -> Result<Arc<Forms>, Vec<Violation>> {
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
            let mut kept = self.0.lock();
            kept.push_front((version, Arc::clone(&forms)));
            kept.truncate(MOST);
        }
        Ok(forms)
    }

    fn find(&self, version: &str) -> Option<Arc<Forms>> {
        let kept = self.0.lock();
        kept.iter().find(|(of, _)| of == version).map(|(_, forms)| Arc::clone(forms))
    }
}
