//! From an entity's document to the texts that can be searched, in the order of what they count.

use std::borrow::Cow;

use serde::Deserialize;
use serde_json::Value;

use crate::words::{Word, joined, words};

/// Bytes of a description that are searched.
const DESCRIPTION: usize = 8 * 1024;
/// Bytes of a title, an owner or a tag that are searched.
const LINE: usize = 256;
/// Tags that are searched.
const TAGS: usize = 100;

/// Kinds in the order in which equally good results are shown; those of the installation's own come before the last.
const KINDS: [&str; 8] = ["component", "api", "system", "resource", "domain", "template", "group", "user"];

/// What the index takes in of one entity.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Fields {
    /// The name as one word.
    pub(crate) name: String,
    /// Title and display name, each as one word.
    pub(crate) titles: Vec<String>,
    /// Words of name and titles, and neighbours written as one.
    pub(crate) words: Vec<String>,
    /// Words of kind, type, namespace, owner, tags and e-mail.
    pub(crate) facts: Vec<String>,
    /// Words of the description.
    pub(crate) text: Vec<String>,
    /// Where the entity stands among equally good results: by kind, then by name. Smaller is earlier.
    pub(crate) order: [u64; 2],
}

/// The part of a document that is searched. What is not what it is by convention is not searched.
#[derive(Deserialize)]
pub(crate) struct Document<'a> {
    #[serde(borrow)]
    pub(crate) kind: Cow<'a, str>,
    #[serde(borrow)]
    pub(crate) metadata: Metadata<'a>,
    #[serde(default)]
    pub(crate) spec: Spec,
}

#[derive(Deserialize)]
pub(crate) struct Metadata<'a> {
    #[serde(borrow)]
    pub(crate) name: Cow<'a, str>,
    #[serde(default)]
    pub(crate) namespace: Value,
    #[serde(default)]
    pub(crate) title: Value,
    #[serde(default)]
    pub(crate) description: Value,
    #[serde(default)]
    tags: Value,
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(crate) struct Spec {
    #[serde(rename = "type")]
    pub(crate) spec_type: Value,
    pub(crate) lifecycle: Value,
    pub(crate) owner: Value,
    pub(crate) profile: Value,
}

impl Document<'_> {
    /// `metadata.namespace`, or the default.
    pub(crate) fn namespace(&self) -> &str {
        self.metadata.namespace.as_str().unwrap_or("default")
    }

    /// `spec.profile.displayName`, of people and groups.
    pub(crate) fn display_name(&self) -> Option<&str> {
        self.spec.profile.get("displayName").and_then(Value::as_str)
    }

    /// What the index takes in.
    pub(crate) fn fields(&self) -> Fields {
        let Metadata { name, title, description, tags, .. } = &self.metadata;
        let mut fields = Fields { order: order(&self.kind, name), ..Fields::default() };
        let name = words(begin(name, LINE));
        fields.name = joined(&name);
        push_with_neighbours(&mut fields.words, &name);
        for title in title.as_str().into_iter().chain(self.display_name()) {
            let title = words(begin(title, LINE));
            fields.titles.push(joined(&title));
            push_with_neighbours(&mut fields.words, &title);
        }
        let tags = tags.as_array().into_iter().flatten().filter_map(Value::as_str).take(TAGS);
        let email = self.spec.profile.get("email").and_then(Value::as_str);
        let facts = [Some(&*self.kind), self.spec.spec_type.as_str(), Some(self.namespace())];
        for fact in facts.into_iter().chain([self.spec.owner.as_str(), email]).flatten().chain(tags) {
            push_with_neighbours(&mut fields.facts, &words(begin(fact, LINE)));
        }
        let description = description.as_str().unwrap_or_default();
        fields.text = words(begin(description, DESCRIPTION)).into_iter().map(|word| word.text).collect();
        fields
    }
}

/// "payments-api-gateway" is found by "paymentsapi" and "apigateway" as well.
fn push_with_neighbours(all: &mut Vec<String>, words: &[Word]) {
    all.extend(words.iter().map(|word| word.text.clone()));
    all.extend(words.windows(2).map(joined));
}

/// The rank of the kind in the first byte, then the name, both in ascending order.
fn order(kind: &str, name: &str) -> [u64; 2] {
    let kind = kind.to_ascii_lowercase();
    let rank = match KINDS.iter().position(|known| *known == kind) {
        Some(rank) => rank,
        None => KINDS.len() + usize::from(kind == "location"),
    };
    let mut bytes = [0; 16];
    bytes[0] = u8::try_from(rank).unwrap_or(u8::MAX);
    for (byte, letter) in bytes[1..].iter_mut().zip(name.bytes()) {
        *byte = letter.to_ascii_lowercase();
    }
    let number = u128::from_be_bytes(bytes);
    #[expect(clippy::cast_possible_truncation, reason = "the two halves")]
    let halves = [(number >> 64) as u64, number as u64];
    halves
}

/// The beginning of a text, at most `most` bytes.
fn begin(text: &str, most: usize) -> &str {
    &text[..text.floor_char_boundary(most)]
}

#[cfg(test)]
mod tests {
    use super::{Document, order};

    #[test]
    fn a_document_gives_what_can_be_searched() {
        let document = r#"{
            "kind": "Component",
            "metadata": {"name": "payments-api", "title": "Zahlungen", "tags": ["go", 7], "description": "Takes *money*."},
            "spec": {"type": "service", "owner": "group:default/team-pay", "lifecycle": 3}
        }"#;
        let document: Document<'_> = serde_json::from_str(document).unwrap();
        let fields = document.fields();
        assert_eq!(fields.name, "paymentsapi");
        assert_eq!(fields.titles, ["zahlungen"]);
        assert_eq!(fields.words.join(" "), "payments api paymentsapi zahlungen");
        assert_eq!(
            fields.facts.join(" "),
            "component service default group default team pay groupdefault defaultteam teampay go"
        );
        assert_eq!(fields.text.join(" "), "takes money");
    }

    #[test]
    fn odd_values_count_as_missing() {
        let document = r#"{"kind":"X","metadata":{"name":"a","title":[1],"tags":"go","description":{}},"spec":{"owner":1,"profile":[]}}"#;
        let document: Document<'_> = serde_json::from_str(document).unwrap();
        let fields = document.fields();
        assert_eq!((fields.titles.len(), fields.text.len()), (0, 0));
        assert_eq!(fields.facts.join(" "), "x default");
    }

    #[test]
    fn kinds_come_in_their_order_then_names() {
        let sorted = [
            ("Component", "a"),
            ("component", "B"),
            ("API", "a"),
            ("System", "a"),
            ("User", "a"),
            ("Boat", "a"),
            ("Location", "a"),
        ];
        let keys = sorted.map(|(kind, name)| order(kind, name));
        assert!(keys.is_sorted() && keys.windows(2).all(|two| two[0] != two[1]), "{keys:?}");
    }
}
