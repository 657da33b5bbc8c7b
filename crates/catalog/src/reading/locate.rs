//! Finds the place of something in a file that was read before, by reading that file again.
//!
//! For what is wrong only later, when all files are known: relations that lead nowhere, entities that two files claim.

use std::ops::Range;
use std::path::{Path, PathBuf};

use model::{Entity, EntityRef, Position};
use platform::yaml::Document;
use rustc_hash::FxHashMap;
use serde_json::Value;

use super::document::set_default_namespace;
use super::file::read_text;
use super::problem::{Place, Text};

/// Where the value at a JSON pointer of an entity stands in its file.
///
/// The pointer is one into the entity as [`read_file`](super::read_file) gives it, with its reference arrays sorted.
/// `None` when the file does not describe the entity any more.
pub fn locate(path: &Path, entity_ref: &EntityRef, pointer: &str) -> Option<Position> {
    let written = Written::read(path)?;
    let pointer = as_written(written.value(entity_ref)?, pointer);
    written.position(entity_ref, &pointer)
}

/// A descriptor file as it is written: not sorted, its placeholders in place.
pub(super) struct Written {
    path: PathBuf,
    text: String,
    documents: Vec<Document>,
    by_ref: FxHashMap<EntityRef, usize>,
}

impl Written {
    pub(super) fn read(path: &Path) -> Option<Self> {
        let text = read_text(path).ok()?;
        let mut documents: Vec<Document> =
            platform::yaml::parse_documents(&text).into_iter().flatten().collect();
        let mut by_ref = FxHashMap::default();
        for (index, document) in documents.iter_mut().enumerate() {
            set_default_namespace(&mut document.value);
            if let Some(entity_ref) = Entity::ref_of(&document.value) {
                by_ref.entry(entity_ref).or_insert(index);
            }
        }
        Some(Self { path: path.to_owned(), text, documents, by_ref })
    }

    /// The document that describes the entity.
    pub(super) fn value(&self, entity_ref: &EntityRef) -> Option<&Value> {
        Some(&self.documents.get(*self.by_ref.get(entity_ref)?)?.value)
    }

    /// Where the value at a pointer into that document stands.
    pub(super) fn position(&self, entity_ref: &EntityRef, pointer: &str) -> Option<Position> {
        let index = *self.by_ref.get(entity_ref)?;
        let text = Text::new(&self.path, &self.text);
        Some(Place::new(&text, self.lines(index)?).of(pointer))
    }

    /// Where the entity names another one; its own name when a placeholder brings the reference in.
    pub(super) fn reference(&self, entity_ref: &EntityRef, target: &EntityRef) -> Option<Position> {
        let entity = Entity::from_value(self.value(entity_ref)?.clone())?;
        let pointer = model::pointer_of_reference(&entity, target);
        self.position(entity_ref, pointer.as_deref().unwrap_or("/metadata/name"))
    }

    fn lines(&self, index: usize) -> Option<Range<u32>> {
        let end = self.documents.get(index + 1).map_or(u32::MAX, |next| next.line);
        Some(self.documents.get(index)?.line..end)
    }
}

/// The pointer in the document as written, where the items of an array may stand in another order.
fn as_written(document: &Value, pointer: &str) -> String {
    let Some(mut sorted) = Entity::from_value(document.clone()) else { return pointer.to_owned() };
    model::sort_references(&mut sorted);
    let sorted = Value::Object(sorted.into_map());
    let (parent, _) = pointer.rsplit_once('/').unwrap_or_default();
    let written = document.pointer(parent).and_then(Value::as_array);
    let index = written.and_then(|items| items.iter().position(|item| Some(item) == sorted.pointer(pointer)));
    index.map_or_else(|| pointer.to_owned(), |index| format!("{parent}/{index}"))
}
