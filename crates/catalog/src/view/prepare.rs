//! From a version to what the view takes in. Needs no view, so that a thread of its own can do it.

use model::{Entity, Leaf};

use crate::store::Version;

/// A version taken apart.
pub(super) struct Prepared<'a> {
    pub(super) entity_ref: &'a str,
    /// Nothing when the version is a tombstone.
    pub(super) content: Option<Content>,
}

/// What the view keeps of an entity.
pub(super) struct Content {
    /// A JSON object without `relations`.
    pub(super) document: Box<[u8]>,
    pub(super) leaves: Leaves,
    pub(super) edges: Vec<DeclaredEdge>,
}

/// A relation that the document declares.
pub(super) struct DeclaredEdge {
    pub(super) forward: &'static str,
    pub(super) reverse: &'static str,
    /// Canonical reference.
    pub(super) target: String,
}

/// Takes versions apart. Those whose document is not an entity are left out: the view then keeps what it had.
pub(super) fn prepare<'a>(versions: &[&'a Version]) -> Vec<Prepared<'a>> {
    versions.iter().filter_map(|version| prepare_one(version)).collect()
}

fn prepare_one(version: &Version) -> Option<Prepared<'_>> {
    let entity_ref = version.entity_ref.as_str();
    let Some(document) = &version.document else { return Some(Prepared { entity_ref, content: None }) };
    match Content::of(document) {
        Ok(content) => Some(Prepared { entity_ref, content: Some(content) }),
        Err(error) => {
            let seq = version.seq;
            tracing::error!(entity_ref, seq, %error, "version {seq} of {entity_ref} in the log is not an entity");
            None
        }
    }
}

impl Content {
    fn of(document: &str) -> serde_json::Result<Self> {
        let entity: Entity = serde_json::from_str(document)?;
        let document = if entity.as_map().contains_key("relations") {
            let mut bare = entity.as_map().clone();
            bare.shift_remove("relations");
            serde_json::to_vec(&bare)?
        } else {
            document.trim().as_bytes().to_vec()
        };
        // What a valid document cannot say about others is reported where the file is read.
        let edges = model::edges(&entity).unwrap_or_default();
        let declared = |edge: model::Edge| DeclaredEdge {
            forward: edge.forward,
            reverse: edge.reverse,
            target: edge.target.to_string(),
        };
        Ok(Self {
            leaves: Leaves::of(&entity, document.len()),
            edges: edges.into_iter().map(declared).collect(),
            document: document.into(),
        })
    }
}

/// The search keys of an entity with their values, in one buffer.
#[derive(Default)]
pub(super) struct Leaves {
    buffer: String,
    /// Where each leaf ends: its key, its value in lower case, its original value if that differs.
    ends: Vec<(usize, Option<(usize, usize)>)>,
}

impl Leaves {
    /// The leaves of a document that the view holds.
    pub(super) fn of_document(document: &[u8]) -> Self {
        serde_json::from_slice(document).map(|entity| Self::of(&entity, document.len())).unwrap_or_default()
    }

    fn of(entity: &Entity, size: usize) -> Self {
        let mut leaves = Self { buffer: String::with_capacity(size), ends: Vec::with_capacity(32) };
        model::flatten(entity, &mut |key, leaf| leaves.push(key, &leaf));
        leaves
    }

    /// Key, and value in lower case and as written; no value where the leaf is null or too long.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, Option<(&str, &str)>)> {
        let mut start = 0;
        self.ends.iter().map(move |(key_end, value)| {
            let key = &self.buffer[start..*key_end];
            start = *key_end;
            let value = value.map(|(lower_end, original_end)| {
                let lower = &self.buffer[*key_end..lower_end];
                start = original_end;
                let original = &self.buffer[lower_end..original_end];
                (lower, if original.is_empty() { lower } else { original })
            });
            (key, value)
        })
    }

    fn push(&mut self, key: &str, leaf: &Leaf<'_>) {
        self.buffer.push_str(key);
        let key_end = self.buffer.len();
        let value = match leaf {
            Leaf::Text { original, lower } => {
                self.buffer.push_str(lower);
                let lower_end = self.buffer.len();
                if original != lower {
                    self.buffer.push_str(original);
                }
                Some((lower_end, self.buffer.len()))
            }
            Leaf::Null | Leaf::TooLong => None,
        };
        self.ends.push((key_end, value));
    }
}
