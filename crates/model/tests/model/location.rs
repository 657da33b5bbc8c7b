//! Location references and the entities that stand for them.

use model::{LocationRef, LocationRefError, generated_location_name, location_entity};
use serde_json::Value;

#[test]
fn text_is_split_at_the_first_colon() {
    let location: LocationRef = " url : https://example.com/a.yaml ".parse().unwrap();
    assert_eq!((location.kind.as_str(), location.target.as_str()), ("url", "https://example.com/a.yaml"));
    assert_eq!(location.to_string(), "url:https://example.com/a.yaml");
}

#[test]
fn what_is_refused() {
    let text = str::to_owned;
    for (location, expected) in [
        ("", LocationRefError::Malformed(text(""))),
        ("file", LocationRefError::Malformed(text("file"))),
        (":a", LocationRefError::Malformed(text(":a"))),
        ("url: ", LocationRefError::Malformed(text("url: "))),
        ("https://example.com", LocationRefError::BareUrl(text("https://example.com"))),
        ("url:javascript:alert(1)", LocationRefError::Script(text("url:javascript:alert(1)"))),
        ("url:Java\tScript:x", LocationRefError::Script(text("url:Java\tScript:x"))),
    ] {
        assert_eq!(location.parse::<LocationRef>(), Err(expected), "{location}");
    }
}

#[test]
fn the_generated_entity_is_named_by_its_hash() {
    // printf 'url:https://example.com/a.yaml' | sha1sum
    let location: LocationRef = "url:https://example.com/a.yaml".parse().unwrap();
    let name = generated_location_name(&location);
    assert_eq!(name, "generated-17fb6f13ffb6251438be1e4f37c6482b83ede45c");
    let entity = location_entity(&location);
    assert_eq!(entity.entity_ref().as_str(), format!("location:default/{name}"));
    for (annotation, value) in entity.annotations() {
        assert_eq!(value, location.to_string(), "{annotation}");
    }
    assert_eq!(entity.annotations().count(), 2);
    assert_eq!(model::validate(&Value::Object(entity.into_map())), []);
}
