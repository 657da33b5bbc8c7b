//! What `catalog:*` does.

use super::*;

#[tokio::test]
async fn entities_are_fetched() {
    let bench = Bench::new();
    let shop = json!({ "kind": "component", "name": "shop" });
    for (input, expected) in [
        (json!({ "entityRef": "component:default/shop" }), json!({ "entity": shop })),
        (json!({ "entityRef": "shop", "defaultKind": "Component" }), json!({ "entity": shop })),
        (
            json!({ "entityRefs": ["component:shop", "component:nobody"], "optional": true }),
            json!({ "entities": [shop, null] }),
        ),
        (json!({ "entityRef": "component:nobody", "optional": true }), json!({ "entity": null })),
        (json!({ "optional": true }), json!({})),
    ] {
        let Ok(Done::Output(output)) = bench.run("catalog:fetch", input.clone()).await else {
            panic!("{input}")
        };
        assert_eq!(Value::Object(output), expected, "{input}");
    }
    for (input, expected) in [
        (json!({}), "Name an entity by entityRef, or several by entityRefs."),
        (json!({ "entityRef": "component:nobody" }), "There is no component:default/nobody in the catalog."),
        (json!({ "entityRef": "shop" }), "\"shop\" is no reference"),
        (json!({ "entityRefs": vec!["component:a"; 1001] }), "at most 1000"),
    ] {
        let told = bench.run("catalog:fetch", input).await.unwrap_err();
        assert!(told.contains(expected), "{told}");
    }
}

#[tokio::test]
async fn a_location_is_registered_once() {
    let bench = Bench::new();
    let address = "https://github.com/acme/shop/blob/main/catalog-info.yaml";
    let input = json!({ "repoContentsUrl": "https://github.com/acme/shop/blob/main", "catalogInfoPath": "/catalog-info.yaml" });
    let expected = json!({ "catalogInfoUrl": address, "entityRef": "component:default/shop" });
    for attempt in ["first", "again, after a crash"] {
        let Ok(Done::Output(output)) = bench.run("catalog:register", input.clone()).await else {
            panic!("{attempt}")
        };
        assert_eq!(Value::Object(output), expected, "{attempt}");
    }
    assert_eq!(bench.catalog.registered.lock().unwrap().as_slice(), [address, address]);
    // Another step meets what is there.
    let other = Bench { journal: Memory::new("run-2"), ..bench };
    let told = other.run("catalog:register", json!({ "catalogInfoUrl": address })).await.unwrap_err();
    assert!(told.contains("is registered already"), "{told}");
    let other = Bench { journal: Memory::new("run-3"), ..other };
    let input = json!({ "catalogInfoUrl": address, "optional": true });
    let Ok(Done::Output(output)) = other.run("catalog:register", input).await else {
        panic!("it is optional")
    };
    assert_eq!(Value::Object(output), expected);
    let missing = "https://github.com/acme/shop/blob/main/missing.yaml";
    assert!(other.run("catalog:register", json!({ "catalogInfoUrl": missing })).await.is_err());
    let input = json!({ "catalogInfoUrl": missing, "optional": true });
    let Ok(Done::Output(output)) = other.run("catalog:register", input).await else {
        panic!("it is optional")
    };
    assert_eq!(Value::Object(output), json!({ "catalogInfoUrl": missing }));
    let unknown = json!({ "repoContentsUrl": "https://git.example.com/acme/shop" });
    assert!(other.run("catalog:register", unknown).await.unwrap_err().contains("git.example.com"));
}

#[tokio::test]
async fn an_entity_is_written_as_it_was_given() {
    let bench = Bench::new();
    let entity = json!({
        "apiVersion": "backstage.io/v1alpha1", "kind": "Component",
        "metadata": { "name": "shop", "description": "Line one\nline: two\n\n  # not a comment\n", "annotations": { "a/b": "yes" }, "tags": ["no", "1.0", "- x"] },
        "spec": { "count": 5, "empty": {}, "nothing": null, "owner": "group:default/team-a" },
    });
    bench.done("catalog:write", json!({ "entity": entity })).await;
    let written = String::from_utf8(bench.workspace.read("catalog-info.yaml").unwrap()).unwrap();
    let mut expected = entity;
    expected["metadata"]["annotations"]["backstage.io/source-template"] = json!("template:default/one");
    assert_eq!(platform::yaml::parse_one(&written).unwrap(), expected, "{written}");
    bench.done("catalog:write", json!({ "entity": { "kind": "X" }, "filePath": "a/b.yaml" })).await;
    assert!(bench.shown().contains("a/b.yaml = kind: X\nmetadata:\n"), "{}", bench.shown());
}
