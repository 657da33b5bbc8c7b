//! How much one file may become: a few bytes must not stand for gigabytes.

use std::fmt::Write as _;

use model::{EntityRef, Problem};

use super::{Tree, component, refs};
use crate::reading::{FileReading, MAX_ENTITY_BYTES, locate};

fn with_extra(name: &str, extra: &str) -> String {
    component(name).replace("owner: platform", &format!("owner: platform, extra: {extra}"))
}

fn outcome(reading: &FileReading) -> (usize, usize, bool) {
    (reading.entities.len(), reading.problems.len(), reading.broken)
}

/// About 200 bytes that stand for 80 000 numbers, some 6 MB.
fn bomb() -> String {
    let mut text = "{ a: &a [0, 0, 0, 0, 0, 0, 0, 0, 0, 0]".to_owned();
    for (name, below, count) in [("b", "a", 10), ("c", "b", 10), ("d", "c", 10)] {
        let _written = write!(text, ", {name}: &{name} [{}]", vec![format!("*{below}"); count].join(","));
    }
    let _written = write!(text, ", e: [{}] }}", ["*d"; 8].join(","));
    text
}

#[test]
fn many_placeholders_of_one_small_file_are_one_problem() {
    let tree = Tree::new(&[("b.yaml", &bomb())]);
    let list = vec!["{ $yaml: ./b.yaml }"; 400].join(", ");
    tree.write("catalog-info.yaml", with_extra("a", &format!("[{list}]")));
    let reading = tree.read("catalog-info.yaml");
    assert_eq!(outcome(&reading), (0, 1, true));
    let missing = vec!["{ $text: ./none }"; 100].join(", ");
    tree.write("catalog-info.yaml", with_extra("a", &format!("[{missing}, {list}]")));
    let reading = tree.read("catalog-info.yaml");
    assert_eq!(outcome(&reading), (0, 1, true), "that there is no room is told before anything else");

    let documents: String =
        (0..400).map(|number| with_extra(&format!("a{number}"), "{ $yaml: ./b.yaml }") + "---\n").collect();
    tree.write("catalog-info.yaml", documents);
    let reading = tree.read("catalog-info.yaml");
    assert_eq!(outcome(&reading), (1, 1, true), "all documents share what one file may grow by");
    insta::assert_snapshot!(tree.show(&reading.problems), @r"
    catalog-info.yaml:9:64
      | spec: { type: service, lifecycle: production, owner: platform, extra: { $yaml: ./b.yaml } }
    error[placeholder] Anchors, aliases and placeholders add more than 16 MB to this file; this document and all after it are not read
      help: Repeat less, or divide it into several files; a Location entity can lead to all of them.
    ");
}

#[test]
fn many_documents_with_anchors_are_one_problem() {
    let text: String = (0..400).map(|number| with_extra(&format!("a{number}"), &bomb()) + "---\n").collect();
    assert!(text.len() < 200_000);
    let tree = Tree::new(&[("catalog-info.yaml", &text)]);
    let reading = tree.read("catalog-info.yaml");
    assert_eq!(outcome(&reading), (2, 1, true));
    let place =
        |name| locate(&tree.path("catalog-info.yaml"), &EntityRef::new("component", "default", name), "");
    assert!(place("a1").is_some() && place("a399").is_none(), "who looks for places reads no more than that");
    insta::assert_snapshot!(tree.show(&reading.problems), @r"
    catalog-info.yaml:14:205
      | spec: { type: service, lifecycle: production, owner: platform, extra: { a: &a [0, 0, 0, 0, 0, 0, 0, 0, 0, 0], b: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a,*a], c: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b,*b], d: &d [*c,*c
    error[file] Anchors, aliases and placeholders add more than 16 MB to this file; this document and all after it are not read
      help: Repeat less, or divide it into several files; a Location entity can lead to all of them.
    ");
}

#[test]
fn a_placeholder_beside_the_document_that_is_too_much_is_told_and_not_left_in_place() {
    let tree = Tree::new(&[("note.txt", "hello")]);
    let text = format!(
        "{}---\n{}---\n{}",
        with_extra("one", &bomb()),
        with_extra("two", "{ $text: ./note.txt }"),
        with_extra("three", &format!("[{}, {}]", bomb(), bomb())),
    );
    tree.write("catalog-info.yaml", text);
    let reading = tree.read("catalog-info.yaml");
    assert_eq!((refs(&reading).len(), reading.problems.len(), reading.broken), (1, 1, true));
}

#[test]
fn what_json_holds_counts_as_it_lies_in_memory() {
    let tree = Tree::new(&[("many.json", &format!("[{}0]", "0,".repeat(500_000)))]);
    tree.write("catalog-info.yaml", with_extra("a", "{ $json: ./many.json }"));
    let reading = tree.read("catalog-info.yaml");
    assert_eq!(outcome(&reading), (0, 1, true));
    assert!(tree.show(&reading.problems).contains("more than 16 MB"), "{:?}", reading.problems);
}

#[test]
fn placeholders_read_so_much_and_no_more() {
    let tree =
        Tree::new(&[("large.txt", &"x".repeat(5 * 1024 * 1024 + 1)), ("fits.txt", &"x".repeat(900_000))]);
    tree.write("catalog-info.yaml", with_extra("a", "{ $text: ./large.txt }"));
    assert!(tree.show(&tree.read("catalog-info.yaml").problems).contains("the limit is 5242880"));

    let text: String =
        (0..30).map(|number| with_extra(&format!("a{number}"), "{ $text: ./fits.txt }") + "---\n").collect();
    tree.write("catalog-info.yaml", text);
    let reading = tree.read("catalog-info.yaml");
    assert_eq!(outcome(&reading), (18, 1, true), "18 times 0.9 MB are below 16 MB");
}

#[test]
fn an_entity_has_a_largest_size() {
    let tree = Tree::new(&[("large.txt", &"x".repeat(MAX_ENTITY_BYTES))]);
    let text = format!(
        "{}---\n{}---\n{}",
        with_extra("fits", &"x".repeat(MAX_ENTITY_BYTES - 1_000)),
        with_extra("written", &"x".repeat(MAX_ENTITY_BYTES)),
        with_extra("filled", "{ $text: ./large.txt }"),
    );
    tree.write("catalog-info.yaml", text);
    let reading = tree.read("catalog-info.yaml");
    assert_eq!(refs(&reading), ["component:default/fits"]);
    assert!(!reading.broken, "what is left out has a name");
    for problem in &reading.problems {
        let found = problem.found.as_ref().and_then(|found| found.split(' ').next()?.parse().ok());
        assert!(found.is_some_and(|bytes: usize| bytes > MAX_ENTITY_BYTES), "{problem:?}");
    }
    let unsized_problems: Vec<Problem> =
        reading.problems.into_iter().map(|problem| Problem { found: None, ..problem }).collect();
    let shown = tree.show(&unsized_problems);
    insta::assert_snapshot!(shown, @r"
    catalog-info.yaml:8:19
      | metadata: { name: written }
    error[field] component:default/written is too large for the catalog
      entity: component:default/written
      allowed: at most 4194304 bytes
      help: Leave out what is long, or say only where it is to be found, for example in metadata.links.

    catalog-info.yaml:13:19
      | metadata: { name: filled }
    error[field] component:default/filled is too large for the catalog
      entity: component:default/filled
      allowed: at most 4194304 bytes
      help: Leave out what is long, or say only where it is to be found, for example in metadata.links.
    ");
}

#[test]
fn a_location_that_is_too_large_leads_nowhere() {
    let text = format!(
        "apiVersion: backstage.io/v1alpha1\nkind: Location\nmetadata: {{ name: all }}\nspec: {{ target: ./a.yaml, extra: {} }}\n",
        "x".repeat(MAX_ENTITY_BYTES)
    );
    let reading = Tree::new(&[("all.yaml", &text)]).read("all.yaml");
    assert_eq!((reading.targets.len(), outcome(&reading)), (0, (0, 1, false)));
}
