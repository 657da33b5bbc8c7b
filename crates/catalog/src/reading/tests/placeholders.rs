//! `$text`, `$json` and `$yaml` in descriptor files.

use serde_json::json;

use super::{Tree, component, refs};
use crate::reading::fingerprint;

fn with_extra(extra: &str) -> String {
    component("a").replace("owner: platform", &format!("owner: platform, extra: {extra}"))
}

#[test]
fn placeholders_stand_for_the_content_of_files() {
    let files = [
        ("files/note.txt", "two\nlines\n"),
        ("files/data.json", r#"{"a":[1,2.0,2.5,{"$text":"./note.txt"}]}"#),
        ("files/data.yml", "a: [1, 2]\nb: { c: yes, d: 1.0, e: 0x10 }\n"),
    ];
    for (written, expected) in [
        ("{ $text: ./files/note.txt }", json!("two\nlines\n")),
        ("{ $text: files/../files/note.txt }", json!("two\nlines\n")),
        ("[x, { deep: { $text: ./files/note.txt } }]", json!(["x", { "deep": "two\nlines\n" }])),
        ("{ $json: ./files/data.json }", json!({ "a": [1, 2, 2.5, { "$text": "./note.txt" }] })),
        ("{ $yaml: ./files/data.yml }", json!({ "a": [1, 2], "b": { "c": "yes", "d": 1, "e": 16 } })),
        ("{ $nope: ./files/note.txt }", json!({ "$nope": "./files/note.txt" })),
        ("{ $text: a, more: b }", json!({ "$text": "a", "more": "b" })),
    ] {
        let tree = Tree::new(&files);
        tree.write("catalog-info.yaml", with_extra(written));
        let reading = tree.read("catalog-info.yaml");
        assert_eq!(reading.problems, [], "{written}");
        assert_eq!(reading.entities[0].entity.as_map()["spec"]["extra"], expected, "{written}");
    }
}

#[test]
fn what_placeholders_read_belongs_to_the_fingerprint() {
    let tree = Tree::new(&[("files/note.txt", "one")]);
    let text = format!(
        "{}---\n{}",
        with_extra("{ $text: ./files/note.txt }"),
        with_extra("{ $text: ./files/none.txt }").replace("name: a", "name: b")
    );
    tree.write("catalog-info.yaml", text);
    let path = tree.path("catalog-info.yaml");
    let reading = tree.read("catalog-info.yaml");
    assert_eq!(refs(&reading), ["component:default/a"]);
    assert_eq!(tree.relative(&reading.dependencies), ["files/note.txt", "files/none.txt"]);
    assert_eq!(reading.fingerprint, fingerprint(&path, &reading.dependencies));

    tree.write("files/none.txt", "here now");
    assert_ne!(reading.fingerprint, fingerprint(&path, &reading.dependencies), "a missing file appeared");
    assert_eq!(refs(&tree.read("catalog-info.yaml")).len(), 2);
}

#[test]
fn failures_say_what_and_where() {
    let tree = Tree::new(&[
        ("files/bad.json", "{\n  \"a\": }\n"),
        ("files/two.yaml", "a: 1\n---\nb: 2\n"),
        ("files/bad.yaml", "a: [1\nb: 2\n"),
        ("files/folder/x", ""),
    ]);
    let mut all = String::new();
    for written in [
        "{ $text: ./files/none.txt }",
        "{ $text: ../../etc/passwd }",
        "{ $text: /etc/passwd }",
        "{ $text: https://example.com/api.yaml }",
        "{ $text: 5 }",
        "{ $text: ./files/folder }",
        "{ $json: ./files/bad.json }",
        "{ $yaml: ./files/two.yaml }",
        "{ $yaml: ./files/bad.yaml }",
    ] {
        tree.write("catalog-info.yaml", with_extra(written));
        let reading = tree.read("catalog-info.yaml");
        assert_eq!(
            (reading.entities.len(), reading.problems.len(), reading.broken),
            (0, 1, false),
            "{written}"
        );
        assert_eq!(reading.problems[0].entity_ref.as_deref(), Some("component:default/a"), "{written}");
        all.push_str(&tree.show(&reading.problems));
        all.push_str("\n\n");
    }
    insta::assert_snapshot!(all, @r"
    catalog-info.yaml:4:64
      | spec: { type: service, lifecycle: production, owner: platform, extra: { $text: ./files/none.txt } }
    error[placeholder] $text cannot read files/none.txt: there is no such file
      entity: component:default/a
      help: Check the path ./files/none.txt; it is relative to the folder of this descriptor.

    catalog-info.yaml:4:64
      | spec: { type: service, lifecycle: production, owner: platform, extra: { $text: ../../etc/passwd } }
    error[placeholder] $text names ../../etc/passwd, which lies outside ROOT, the folder tree of this source
      entity: component:default/a
      help: Placeholders read below that folder only. Move the file there, or register a folder that holds both.

    catalog-info.yaml:4:64
      | spec: { type: service, lifecycle: production, owner: platform, extra: { $text: /etc/passwd } }
    error[placeholder] $text names /etc/passwd, which lies outside ROOT, the folder tree of this source
      entity: component:default/a
      help: Placeholders read below that folder only. Move the file there, or register a folder that holds both.

    catalog-info.yaml:4:64
      | spec: { type: service, lifecycle: production, owner: platform, extra: { $text: https://example.com/api.yaml } }
    error[placeholder] $text names the address https://example.com/api.yaml, but this catalog reads files only
      entity: component:default/a
      help: Save that document beside the descriptor and write its path, for example $text: ./file.txt

    catalog-info.yaml:4:64
      | spec: { type: service, lifecycle: production, owner: platform, extra: { $text: 5 } }
    error[placeholder] $text needs the path of a file, and found 5
      entity: component:default/a
      help: Write the path as text, for example $text: ./file.txt

    catalog-info.yaml:4:64
      | spec: { type: service, lifecycle: production, owner: platform, extra: { $text: ./files/folder } }
    error[placeholder] $text cannot read files/folder: it is not a file
      entity: component:default/a
      help: Check the path ./files/folder; it is relative to the folder of this descriptor.

    catalog-info.yaml:4:64
      | spec: { type: service, lifecycle: production, owner: platform, extra: { $json: ./files/bad.json } }
    error[placeholder] $json reads files/bad.json, which is not JSON: expected value at line 2 column 8
      entity: component:default/a
      help: Correct that file.

    catalog-info.yaml:4:64
      | spec: { type: service, lifecycle: production, owner: platform, extra: { $yaml: ./files/two.yaml } }
    error[placeholder] $yaml reads files/two.yaml, which holds 2 YAML documents where exactly one is expected
      entity: component:default/a
      help: Correct that file.

    catalog-info.yaml:4:64
      | spec: { type: service, lifecycle: production, owner: platform, extra: { $yaml: ./files/bad.yaml } }
    error[placeholder] $yaml reads files/bad.yaml, which is not YAML at line 2, column 2: illegal placement of ':' indicator
      entity: component:default/a
      help: Correct that file.
    ");
}

#[test]
fn files_outside_a_source_may_read_beside_themselves() {
    let tree = Tree::new(&[("two/note.txt", "hello"), ("one/note.txt", "secret")]);
    let read = |written: &str| {
        tree.write("two/catalog-info.yaml", with_extra(written));
        let path = tree.path("two/catalog-info.yaml");
        let rules = crate::reading::Rules::allow_all();
        crate::reading::read_file(&path, &super::origin(&path), &rules, &tree.path("one")).entities.len()
    };
    assert_eq!(read("{ $text: ./note.txt }"), 1);
    assert_eq!(read("{ $text: ../one/note.txt }"), 0);
}
