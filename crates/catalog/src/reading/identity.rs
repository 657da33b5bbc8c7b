//! What the catalog adds to an entity so that others can recognise it: `metadata.uid` and `metadata.etag`.

use std::io::{self, Write};

use model::{Entity, EntityRef};
use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::{Map, Value};
use sha1::{Digest, Sha1};
use uuid::Uuid;

/// Namespace of the UUIDs made from entity references. Never changed: people keep uids in other systems.
const UID_NAMESPACE: Uuid = Uuid::from_u128(0x8f1c_2d37_6a0b_5e44_9d52_3c7b_a1e0_64f9);

/// The `metadata.uid` of an entity: made from its reference alone, so every replica and every rebuild gives the same.
pub fn uid_of(entity_ref: &EntityRef) -> Uuid {
    Uuid::new_v5(&UID_NAMESPACE, entity_ref.to_string().as_bytes())
}

/// SHA-1, in hexadecimal, of the entity as JSON without `metadata.uid` and `metadata.etag`. It is the entity's etag:
/// equal means that nothing changed.
pub fn hash_of(entity: &Entity) -> String {
    digest(entity).hash
}

/// What is known of an entity once its JSON was written.
pub(super) struct Signed {
    /// As [`hash_of`] gives it.
    pub hash: String,
    /// The length of what was hashed.
    pub bytes: usize,
}

/// Sets `metadata.uid` and `metadata.etag`, and returns the etag and the length. What the file says there is replaced:
/// both belong to the catalog.
pub(super) fn sign(entity: &mut Entity, entity_ref: &EntityRef) -> Signed {
    let signed = digest(entity);
    let metadata = entity.metadata_mut();
    metadata.insert("uid".to_owned(), uid_of(entity_ref).to_string().into());
    metadata.insert("etag".to_owned(), signed.hash.as_str().into());
    signed
}

fn digest(entity: &Entity) -> Signed {
    let mut counted = Counted { sha1: Sha1::new(), bytes: 0 };
    // Writing into a hash cannot fail, and an entity holds nothing that JSON cannot say.
    let _ = serde_json::to_writer(&mut counted, &Unsigned { map: entity.as_map(), hidden: &[] });
    Signed { hash: hex(&counted.sha1.finalize()), bytes: counted.bytes }
}

/// Hashes and counts what is written into it.
struct Counted {
    sha1: Sha1,
    bytes: usize,
}

impl Write for Counted {
    fn write(&mut self, part: &[u8]) -> io::Result<usize> {
        self.sha1.update(part);
        self.bytes += part.len();
        Ok(part.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Bytes in lower-case hexadecimal.
pub(super) fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digit = |half: u8| char::from(DIGITS[usize::from(half & 15)]);
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(*byte)]).collect()
}

/// An object without some of its keys, and with `uid` and `etag` left out of `metadata`, without a copy of it.
struct Unsigned<'a> {
    map: &'a Map<String, Value>,
    hidden: &'static [&'static str],
}

impl Serialize for Unsigned<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut out = serializer.serialize_map(None)?;
        let is_root = self.hidden.is_empty();
        for (key, value) in self.map.iter().filter(|(key, _)| !self.hidden.contains(&key.as_str())) {
            match value {
                Value::Object(map) if is_root && key == "metadata" => {
                    out.serialize_entry(key, &Self { map, hidden: &["uid", "etag"] })?;
                }
                value => out.serialize_entry(key, value)?,
            }
        }
        out.end()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn entity(value: Value) -> Entity {
        Entity::from_value(value).expect("an object")
    }

    #[test]
    fn the_hash_sees_everything_but_uid_and_etag() {
        let plain = entity(json!({ "kind": "Component", "metadata": { "name": "a" }, "spec": { "uid": 1 } }));
        let mut signed = plain.clone();
        let Signed { hash, bytes } = sign(&mut signed, &EntityRef::new("component", "default", "a"));
        assert_eq!(hash, hash_of(&plain));
        assert_eq!(hash, hash_of(&signed));
        assert_eq!(signed.etag(), Some(hash.as_str()));
        let written = serde_json::to_vec(&plain).expect("JSON");
        assert_eq!((hash.clone(), bytes), (hex(&Sha1::digest(&written)), written.len()));

        let other = entity(json!({ "kind": "Component", "metadata": { "name": "a" }, "spec": { "uid": 2 } }));
        assert_ne!(hash, hash_of(&other), "only metadata.uid is left out, not spec.uid");
    }

    #[test]
    fn the_uid_depends_on_the_reference_alone() {
        let uid = |name| uid_of(&EntityRef::new("Component", "default", name)).to_string();
        assert_eq!(uid("shop"), uid("SHOP"));
        assert_ne!(uid("shop"), uid("shop2"));
        insta::assert_snapshot!(uid("shop"), @"ba1b9beb-2c69-5276-9013-dd338997eee2");
    }
}
