//! One file: which documents become entities, and what is said of the others.

use model::annotation::{MANAGED_BY_LOCATION, MANAGED_BY_ORIGIN_LOCATION};
use serde_json::{Value, json};

use super::{Tree, component, origin, refs};
use crate::reading::{FileTarget, ReadEntity, Rules, fingerprint, hash_of, locate, read_file, uid_of};

#[test]
fn an_entity_gets_everything_that_the_catalog_adds() {
    let tree = Tree::new(&[(
        "a/catalog-info.yaml",
        "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata: { name: Shop, uid: mine, x: 1 }\n\
         spec: { type: service, lifecycle: production, owner: platform, providesApis: [b, a], more: [z, y] }\n",
    )]);
    let path = tree.path("a/catalog-info.yaml");
    let reading = read_file(&path, &origin(&tree.root()), &Rules::allow_all(), &tree.root());
    assert_eq!(reading.problems, []);
    let [ReadEntity { entity, entity_ref, hash, line: 1 }] = &reading.entities[..] else {
        panic!("{reading:?}")
    };

    assert_eq!(entity_ref.to_string(), "component:default/shop");
    assert_eq!(entity.name(), "Shop", "names keep their case");
    assert_eq!(entity.as_map()["metadata"]["namespace"], "default");
    assert_eq!(entity.as_map()["metadata"]["x"], 1);
    assert_eq!(entity.as_map()["spec"]["providesApis"], json!(["a", "b"]), "references are sorted");
    assert_eq!(entity.as_map()["spec"]["more"], json!(["z", "y"]), "other lists are not");
    assert_eq!(entity.annotation(MANAGED_BY_LOCATION), Some(format!("file:{}", path.display()).as_str()));
    assert_eq!(
        entity.annotation(MANAGED_BY_ORIGIN_LOCATION),
        Some(format!("file:{}", tree.root().display()).as_str())
    );
    assert_eq!(entity.uid(), Some(uid_of(entity_ref).to_string().as_str()));
    assert_eq!(entity.etag(), Some(hash.as_str()));
    assert_eq!(*hash, hash_of(entity));
    assert_eq!(reading.fingerprint, fingerprint(&path, &[]));
    let keys: Vec<&String> = entity.as_map().keys().collect();
    assert_eq!(keys, ["apiVersion", "kind", "metadata", "spec"]);
}

#[test]
fn good_documents_beside_bad_ones_are_kept() {
    let bad = "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata:\n  name: two\n  tags: [ok, Bad Tag]\n\
               spec:\n  type: service\n  lifecycle: production\n";
    let text = format!("# first\n{}---\n---\n{bad}---\n{}", component("one"), component("three"));
    let tree = Tree::new(&[("catalog-info.yaml", &text)]);
    let reading = tree.read("catalog-info.yaml");
    assert_eq!(refs(&reading), ["component:default/one", "component:default/three"]);
    assert!(!reading.broken, "the bad document has a name");
    insta::assert_snapshot!(tree.show(&reading.problems), @r"
    catalog-info.yaml:12:14
      |   tags: [ok, Bad Tag]
    error[field] `metadata.tags.1` is not valid
      entity: component:default/two
      found: Bad Tag
      allowed: 1 to 63 lower-case letters, digits, :, + and #, in parts separated by -
      help: Correct it here, and save the file.

    catalog-info.yaml:13:1
      | spec:
    error[spec] `spec.owner` is missing
      entity: component:default/two
      allowed: a text that is not empty
      help: Add it here, and save the file.
    ");
}

#[test]
fn a_syntax_error_keeps_what_stands_before_it() {
    let text = format!(
        "{}---\nkind: Component\nmetadata:\n  tags: [a, b\nspec:\n---\n{}",
        component("one"),
        component("two")
    );
    let tree = Tree::new(&[("catalog-info.yaml", &text)]);
    let reading = tree.read("catalog-info.yaml");
    assert_eq!(refs(&reading), ["component:default/one"]);
    assert!(reading.broken);
    insta::assert_snapshot!(tree.show(&reading.problems), @r"
    catalog-info.yaml:9:5
      | spec:
    error[syntax] This is not valid YAML: illegal placement of ':' indicator
      help: Correct it here or just above. The documents before this one are read, this one and any after it are not.
    ");
}

#[test]
fn a_document_of_which_nobody_knows_the_entity_breaks_the_file() {
    for (name, document, broken) in [
        ("named", "kind: Component\nmetadata: { name: a }\n", false),
        ("of a kind in other letters", "kind: component\nmetadata: { name: a }\n", false),
        ("of a wrong version", "apiVersion: v1\nkind: Component\nmetadata: { name: a }\n", false),
        ("of an unknown kind", "kind: Gizmo\nmetadata: { name: a }\n", true),
        ("badly named", "kind: Component\nmetadata: { name: -a- }\n", true),
        ("named with NUL", "kind: Component\nmetadata: { name: \"a\\0b\" }\n", true),
        ("in a bad namespace", "kind: Component\nmetadata: { name: a, namespace: My Team }\n", true),
        ("named by a file", "kind: Component\nmetadata: { name: { $text: ./none.txt } }\n", true),
        ("no name", "kind: Component\nmetadata: {}\n", true),
        ("a number as name", "kind: Component\nmetadata: { name: 5 }\n", true),
        ("no kind", "metadata: { name: a }\n", true),
        ("a list", "- kind: Gizmo\n", true),
        ("a text", "hello\n", true),
    ] {
        let tree = Tree::new(&[("catalog-info.yaml", document)]);
        let reading = tree.read("catalog-info.yaml");
        assert_eq!(reading.broken, broken, "{name}: {reading:?}");
        assert_eq!(reading.problems.iter().any(|problem| problem.entity_ref.is_some()), !broken, "{name}");
        assert!(!reading.problems.is_empty() && reading.entities.is_empty(), "{name}: {reading:?}");
    }
}

#[test]
fn an_empty_file_is_no_mistake() {
    for text in ["", "\n\n", "---\n---\n", "# nothing\n", "\u{feff}"] {
        let reading = Tree::new(&[("catalog-info.yaml", text)]).read("catalog-info.yaml");
        assert_eq!(
            (reading.entities.len(), reading.problems.len(), reading.broken),
            (0, 0, false),
            "{text:?}"
        );
    }
}

#[test]
fn namespaces_default_where_they_are_missing_or_empty() {
    for (written, expected) in [
        ("", "default"),
        ("namespace: null", "default"),
        ("namespace: ''", "default"),
        ("namespace: other", "other"),
    ] {
        let text = component("a").replace("name: a", &format!("name: a, {written}"));
        let reading = Tree::new(&[("catalog-info.yaml", &text)]).read("catalog-info.yaml");
        assert_eq!(reading.problems, [], "{written}");
        assert_eq!(reading.entities[0].entity.as_map()["metadata"]["namespace"], expected, "{written}");
    }
}

#[test]
fn of_two_documents_for_one_entity_the_first_is_kept() {
    let text = format!("{}---\n{}", component("same"), component("SAME"));
    let tree = Tree::new(&[("catalog-info.yaml", &text)]);
    let reading = tree.read("catalog-info.yaml");
    assert_eq!(reading.entities.iter().map(|read| read.entity.name()).collect::<Vec<_>>(), ["same"]);
    insta::assert_snapshot!(tree.show(&reading.problems), @r"
    catalog-info.yaml:8:19
      | metadata: { name: SAME }
    error[duplicate] component:default/same is described twice in this file; the one at line 1 is kept
      entity: component:default/same
      help: Remove one of the two, or give this one another name or namespace.
    ");
}

#[test]
fn rules_name_what_they_allow() {
    let text =
        "apiVersion: backstage.io/v1alpha1\nkind: User\nmetadata: { name: jane }\nspec: { memberOf: [] }\n";
    let tree = Tree::new(&[("people.yaml", text)]);
    let reading = tree.read_with("people.yaml", &Rules::default_for_locations());
    assert_eq!(reading.entities, []);
    insta::assert_snapshot!(tree.show(&reading.problems), @r"
    people.yaml:2:7
      | kind: User
    error[rule] catalog.rules does not let this User in from file:people.yaml
      entity: user:default/jane
      found: User
      allowed: Component, API, Location
      help: Remove it here, or add its kind to catalog.rules, or to the rules of this location, in app-config.yaml.
    ");
}

#[test]
fn a_missing_file_is_broken_and_missing() {
    let tree = Tree::new(&[]);
    let reading = tree.read("none.yaml");
    assert!(reading.broken && reading.missing);
    assert_eq!(reading.fingerprint, fingerprint(&tree.path("none.yaml"), &[]));
    insta::assert_snapshot!(tree.show(&reading.problems), @r"
    error[file] none.yaml cannot be read: there is no such file
      help: Check the path, or remove the location that names the file.
    ");
}

#[test]
fn locations_lead_to_files_relative_to_their_own() {
    let text = "apiVersion: backstage.io/v1alpha1\nkind: Location\nmetadata: { name: all }\n\
                spec:\n  presence: optional\n  target: ./one.yaml\n  targets:\n    - ../services/*/catalog-info.yaml\n    - /abs.yaml\n";
    let tree = Tree::new(&[("deep/all.yaml", text)]);
    let reading = tree.read("deep/all.yaml");
    assert_eq!(reading.problems, []);
    assert_eq!(refs(&reading), ["location:default/all"], "the location is an entity as well");
    let root = tree.root();
    let target = |path: String| FileTarget {
        location_ref: format!("file:{path}"),
        parent: "location:default/all".to_owned(),
        optional: true,
    };
    let below = |path: &str| target(root.join(path).display().to_string());
    assert_eq!(
        reading.targets,
        [below("deep/one.yaml"), below("services/*/catalog-info.yaml"), target("/abs.yaml".to_owned())]
    );
}

#[test]
fn locations_elsewhere_are_followed_where_their_type_is_known() {
    let location = |spec: &str| {
        format!("apiVersion: backstage.io/v1alpha1\nkind: Location\nmetadata: {{ name: all }}\nspec:\n{spec}")
    };
    for spec in [
        "  type: url\n  target: https://example.com/a.yaml\n",
        "  targets:\n    - https://example.com/a.yaml\n",
    ] {
        let tree = Tree::new(&[("all.yaml", &location(spec))]);
        let reading = tree.read("all.yaml");
        let targets: Vec<&str> = reading.targets.iter().map(|target| target.location_ref.as_str()).collect();
        assert_eq!(targets, ["url:https://example.com/a.yaml"], "{spec}");
        assert_eq!(reading.problems, [], "{spec}");
    }
    let text = location("  type: github-discovery\n  targets:\n    - somewhere\n");
    let tree = Tree::new(&[("all.yaml", &text)]);
    insta::assert_snapshot!(tree.show(&tree.read("all.yaml").problems), @r"
    all.yaml:7:7
      |     - somewhere
    warning[location] This target of type github-discovery cannot be read from here; what it names is not in the catalog
      entity: location:default/all
      found: github-discovery: somewhere
      allowed: type file with paths relative to this descriptor, or type url with addresses
      help: Correct the type or the target, or remove it.
    ");
}

#[test]
fn a_registered_location_has_an_entity() {
    let read = ReadEntity::location(&origin(std::path::Path::new("/srv/all.yaml")));
    assert_eq!(read.entity.etag(), Some(read.hash.as_str()));
    assert_eq!(read.entity.as_map()["spec"], json!({ "type": "file", "target": "/srv/all.yaml" }));
    assert_eq!(read.entity.entity_ref(), read.entity_ref);
}

#[test]
fn places_are_found_again_although_lists_were_sorted() {
    let text = format!(
        "{}---\n{}",
        component("other"),
        component("shop").replace("owner: platform", "owner: platform, providesApis: [zebra, ape]")
    );
    let tree = Tree::new(&[("catalog-info.yaml", &text)]);
    let path = tree.path("catalog-info.yaml");
    let reading = tree.read("catalog-info.yaml");
    let shop = &reading.entities[1];
    assert_eq!(shop.entity.as_map()["spec"]["providesApis"][0], Value::from("ape"));
    let at = |pointer| {
        locate(&path, &shop.entity_ref, pointer)
            .map(|at| (at.line, at.text[at.column as usize - 1..].to_owned()))
    };
    let rest = |text: &str| text.to_owned();
    assert_eq!(at("/spec/providesApis/0"), Some((9, rest("ape] }"))));
    assert_eq!(at("/spec/providesApis/1"), Some((9, rest("zebra, ape] }"))));
    assert_eq!(at("/metadata/name"), Some((8, rest("shop }"))));
    tree.write("catalog-info.yaml", component("other"));
    assert_eq!(at("/metadata/name"), None, "it is not in the file any more");
}
