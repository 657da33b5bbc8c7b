//! Entities as they are sent: the stored document with its relations spliced in.

use std::io::Write as _;

use super::{EntityId, View};

impl View {
    /// Appends the entity as JSON, with `relations` sorted by type and target. Writes `null` for an entity that does
    /// not exist.
    pub fn write_entity(&self, id: EntityId, out: &mut Vec<u8>) {
        let Some(fields) = self.document(id).strip_suffix(b"}") else {
            out.extend_from_slice(b"null");
            return;
        };
        out.extend_from_slice(fields);
        if fields.trim_ascii_end() != b"{" {
            out.push(b',');
        }
        out.extend_from_slice(b"\"relations\":[");
        self.relations.write(id, out, |out| self.write_relations(id, out));
        out.extend_from_slice(b"]}");
    }

    /// The items of `relations`.
    fn write_relations(&self, id: EntityId, out: &mut Vec<u8>) {
        let relations = self.relations.of(id, &self.refs);
        for (index, (relation, target)) in relations.iter().enumerate() {
            if index > 0 {
                out.push(b',');
            }
            out.extend_from_slice(b"{\"type\":");
            write_text(self.relations.name(*relation), out);
            out.extend_from_slice(b",\"targetRef\":");
            write_text(self.refs.lower(*target), out);
            out.push(b'}');
        }
    }
}

fn write_text(text: &str, out: &mut Vec<u8>) {
    // Looks at every byte, without a way out in between, because that is done many bytes at a time.
    let plain = |plain, byte| plain & (byte >= b' ') & (byte != b'"') & (byte != b'\\');
    if text.bytes().fold(true, plain) {
        out.push(b'"');
        out.extend_from_slice(text.as_bytes());
        out.push(b'"');
    } else {
        // Writing to memory does not fail.
        let _always_ok = write!(out, "{}", serde_json::Value::from(text));
    }
}
