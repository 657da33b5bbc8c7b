//! References: what is one, what is assumed, what is canonical.

use model::{EntityRef, RefError};
use proptest::prelude::*;

#[test]
fn parts_and_defaults() {
    for (text, expected) in [
        ("Component:Default/Payments", "component:default/payments"),
        ("component:payments", "component:other/payments"),
        ("team/payments", "group:team/payments"),
        ("payments", "group:other/payments"),
        // A colon after the first slash belongs to the name.
        ("default/a:b", "group:default/a:b"),
        ("Resource:x/ÄRGER", "resource:x/ärger"),
    ] {
        let parsed = EntityRef::parse_with(text, Some("Group"), "Other").unwrap();
        assert_eq!(parsed.as_str(), expected, "{text}");
        assert_eq!(parsed.to_string(), expected, "{text}");
    }
}

#[test]
fn empty_parts_are_errors() {
    for text in ["", ":", "/", ":a", "a:", "/a", "a/", "k:/a", "k:n/", ":n/a"] {
        let error = EntityRef::parse_with(text, Some("Group"), "default").unwrap_err();
        assert_eq!(error, RefError::Malformed(text.to_owned()), "{text}");
    }
}

#[test]
fn without_a_default_the_kind_is_required() {
    assert_eq!("payments".parse::<EntityRef>(), Err(RefError::NoKind("payments".to_owned())));
    assert_eq!("API:payments".parse::<EntityRef>().unwrap().as_str(), "api:default/payments");
}

#[test]
fn json_is_the_canonical_text() {
    let reference = EntityRef::new("API", "default", "Ledger");
    let json = serde_json::to_value(&reference).unwrap();
    assert_eq!(json, "api:default/ledger");
    assert_eq!(serde_json::from_value::<EntityRef>(json).unwrap(), reference);
    assert!(serde_json::from_value::<EntityRef>("nothing".into()).is_err(), "no kind");
}

proptest! {
    #[test]
    fn display_is_read_back(kind in "[A-Za-z][A-Za-z0-9]{0,8}", namespace in "[a-z0-9-]{1,8}", name in "[^:/]{1,12}") {
        let reference = EntityRef::new(&kind, &namespace, &name);
        prop_assert_eq!(reference.kind(), kind.to_lowercase());
        prop_assert_eq!(reference.namespace(), &namespace);
        prop_assert_eq!(reference.name(), name.to_lowercase());
        prop_assert_eq!(EntityRef::parse(&reference.to_string()), Ok(reference));
    }

    #[test]
    fn any_text_is_read_or_refused(text: String) {
        if let Ok(reference) = EntityRef::parse(&text) {
            // Canonical form is final.
            prop_assert_eq!(EntityRef::parse(reference.as_str()), Ok(reference));
        }
    }
}
