//! How far values may outgrow what is written: a few lines with anchors can stand for gigabytes.

use std::cell::Cell;

use serde_json::Value;

use super::MAX_GROWTH;

/// A budget of memory for values that stand in a text once and in memory more often.
///
/// One budget can be shared by several texts. Once it was asked for more than it has, it gives nothing any more: what
/// failed is not kept, but building it took time, and nobody shall make that happen again and again.
#[derive(Debug)]
pub struct Growth {
    limit: usize,
    /// `None` when it was asked for more than there was.
    left: Cell<Option<usize>>,
}

impl Growth {
    /// A budget of so many bytes.
    #[must_use]
    pub fn new(limit: usize) -> Self {
        Self { limit, left: Cell::new(Some(limit)) }
    }

    /// How many bytes it had at the beginning.
    #[must_use]
    pub fn limit(&self) -> usize {
        self.limit
    }

    /// Takes so many bytes; false when there are not as many left, now or at an earlier time.
    #[must_use]
    pub fn take(&self, bytes: usize) -> bool {
        self.left.set(self.left.get().and_then(|left| left.checked_sub(bytes)));
        !self.is_used_up()
    }

    /// Takes what a value needs.
    #[must_use]
    pub fn take_value(&self, value: &Value) -> bool {
        self.take(weight(value))
    }

    /// Whether it was asked for more than it has.
    #[must_use]
    pub fn is_used_up(&self) -> bool {
        self.left.get().is_none()
    }
}

impl Default for Growth {
    fn default() -> Self {
        Self::new(MAX_GROWTH)
    }
}

/// What a copy of `value` costs in memory, in bytes and roughly.
pub(super) fn weight(value: &Value) -> usize {
    const NODE: usize = size_of::<Value>();
    match value {
        Value::String(text) => NODE + text.len(),
        Value::Array(list) => NODE + list.iter().map(weight).sum::<usize>(),
        Value::Object(map) => {
            NODE + map.iter().map(|(key, value)| NODE + key.len() + weight(value)).sum::<usize>()
        }
        _ => NODE,
    }
}
