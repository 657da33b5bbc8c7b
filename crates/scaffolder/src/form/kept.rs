//! Forms that were compiled lately.

use std::sync::Arc;

use model::Violation;
use quick_cache::Weighter;
use quick_cache::sync::Cache;
use serde_json::Value;

use super::Forms;

/// Bytes that kept forms take together, by what [`Forms::weight`] says.
const ROOM: u64 = 64 << 20;
/// Forms that are expected to be kept.
const EXPECTED: usize = 128;

/// The forms of templates by the version of the template. Compiling takes longer than answering one step.
pub(crate) struct Kept(Cache<String, Arc<Forms>, ByWeight>);

#[derive(Clone)]
struct ByWeight;

impl Weighter<String, Arc<Forms>> for ByWeight {
    fn weight(&self, version: &String, forms: &Arc<Forms>) -> u64 {
        (version.len() + forms.weight()) as u64
    }
}

impl Default for Kept {
    fn default() -> Self {
        Self(Cache::with_weighter(EXPECTED, ROOM, ByWeight))
    }
}

impl Kept {
    /// The forms of a template, which its entity has. Those who ask for the same at the same time wait for the first: call it
    /// where waiting is no harm.
    ///
    /// # Errors
    /// A schema can't be used.
    pub(crate) fn forms(&self, entity: &Value) -> Result<Arc<Forms>, Vec<Violation>> {
        let text = |pointer: &str| entity.pointer(pointer).and_then(Value::as_str).unwrap_or_default();
        let compile = || {
            Forms::compile(entity.pointer("/spec/parameters"), entity.pointer("/spec/secrets/schema"))
                .map(Arc::new)
        };
        // What has no version can't be told from what it becomes.
        if text("/metadata/etag").is_empty() {
            return compile();
        }
        let version = format!("{} {}", text("/metadata/uid"), text("/metadata/etag"));
        self.0.get_or_insert_with(&version, compile)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{Kept, ROOM};

    #[test]
    fn forms_are_kept_as_long_as_there_is_room() {
        let kept = Kept::default();
        let pattern = "^(a{1,500}){1,10}$";
        let entity = |version: usize| {
            json!({
                "metadata": { "uid": "u", "etag": version.to_string() },
                "spec": { "parameters": { "properties": {
                    "x": { "type": "string", "pattern": pattern.replace('a', &format!("a{version}")) },
                } } },
            })
        };
        let first = kept.forms(&entity(0)).unwrap_or_else(|wrong| panic!("{wrong:?}"));
        let again = kept.forms(&entity(0)).unwrap_or_else(|wrong| panic!("{wrong:?}"));
        assert!(std::sync::Arc::ptr_eq(&first, &again), "compiled twice");
        let heavy = usize::try_from(ROOM).unwrap_or_default() / first.weight() + 8;
        for version in 1..heavy {
            kept.forms(&entity(version)).unwrap_or_else(|wrong| panic!("{wrong:?}"));
        }
        assert!(kept.0.weight() <= ROOM, "{} bytes are kept", kept.0.weight());
        assert!(kept.0.len() < heavy, "all are kept");
    }
}
