//! Files that want to do harm: everything ends in problems, nothing in a crash, a long wait or a leak.

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use super::{Tree, component, show};
use crate::reading::{LintReport, MAX_ENTITIES, MAX_FILE_BYTES, human};

/// Generous for a loaded machine, and far below what growth without a limit would take.
const PATIENCE: Duration = Duration::from_secs(20);

fn with_extra(extra: &str) -> String {
    component("a").replace("owner: platform", &format!("owner: platform, extra: {extra}"))
}

/// Reads the text as a descriptor and gives (entities, problems, broken).
fn outcome(text: impl AsRef<[u8]>) -> (usize, usize, bool) {
    let tree = Tree::new(&[]);
    tree.write("catalog-info.yaml", text);
    let started = Instant::now();
    let reading = tree.read("catalog-info.yaml");
    assert!(started.elapsed() < PATIENCE, "took {:?}", started.elapsed());
    for problem in &reading.problems {
        assert!(show(problem).len() < 5_000, "a problem repeats too much of the file");
    }
    (reading.entities.len(), reading.problems.len(), reading.broken)
}

fn billion_laughs() -> String {
    let mut text = String::from("a0: &a0 [lol, lol, lol, lol, lol, lol, lol, lol, lol]\n");
    for level in 1..12 {
        let aliases = vec![format!("*a{}", level - 1); 9].join(", ");
        let _written = writeln!(text, "a{level}: &a{level} [{aliases}]");
    }
    text
}

#[test]
fn hostile_files_end_in_problems() {
    let deep = format!("{}x{}", "[".repeat(50_000), "]".repeat(50_000));
    let long_name = "x".repeat(1_000_000);
    for (name, text, expected) in [
        ("billion laughs", billion_laughs().into_bytes(), (0, 1, true)),
        ("deep nesting", deep.into_bytes(), (0, 1, true)),
        ("a name of a million letters", component(&long_name).into_bytes(), (0, 1, true)),
        ("not UTF-8", b"apiVersion: \xff\xfe\nkind: Component\n".to_vec(), (0, 1, true)),
        ("NUL", component("a\u{0}b").into_bytes(), (0, 1, true)),
        (
            "odd characters where any text may stand",
            with_extra("\"\\u0000\\u202e\"").into_bytes(),
            (1, 0, false),
        ),
    ] {
        assert_eq!(outcome(text), expected, "{name}");
    }
}

#[test]
fn files_have_a_largest_size() {
    let mut text = component("a");
    while text.len() as u64 <= MAX_FILE_BYTES {
        text.push_str(
            "# one more line to make the file larger and larger, until nobody wants to read it any more\n",
        );
    }
    let tree = Tree::new(&[("catalog-info.yaml", &text)]);
    let reading = tree.read("catalog-info.yaml");
    assert!(reading.broken && reading.entities.is_empty());
    assert!(
        tree.show(&reading.problems).contains("catalog-info.yaml cannot be read: it has 10485"),
        "{reading:?}"
    );
}

#[test]
fn files_have_a_largest_number_of_entities() {
    let text: String =
        (0..MAX_ENTITIES + 5).map(|number| component(&format!("c{number}")) + "---\n").collect();
    assert_eq!(outcome(text), (MAX_ENTITIES, 1, true));
}

#[test]
fn many_mistakes_in_one_file_take_no_more_than_linear_time() {
    let text: String = (0..5_000).map(|number| component(&format!("-{number}-")) + "---\n").collect();
    assert_eq!(outcome(text), (0, 5_000, true));
}

#[test]
fn one_document_has_a_largest_number_of_problems() {
    let tags = vec!["BAD"; 10_000].join(", ");
    let text = component("a").replace("name: a", &format!("name: a, tags: [{tags}]"));
    assert_eq!(outcome(text), (0, 50, false));
}

#[cfg(unix)]
#[test]
fn placeholders_do_not_leave_the_tree_through_links() {
    use std::os::unix::fs::symlink;
    let outside = Tree::new(&[("secret.txt", "very secret")]);
    let tree = Tree::new(&[("inside.txt", "ok")]);
    symlink(outside.root(), tree.path("folder")).expect("a link");
    symlink(outside.path("secret.txt"), tree.path("link.txt")).expect("a link");
    symlink(tree.path("inside.txt"), tree.path("fine.txt")).expect("a link");
    symlink(tree.path("loop.txt"), tree.path("loop.txt")).expect("a link");
    for (target, expected) in [
        ("./fine.txt", 1),
        ("./link.txt", 0),
        ("./folder/secret.txt", 0),
        ("./folder/../inside.txt", 1),
        ("./loop.txt", 0),
    ] {
        tree.write("catalog-info.yaml", with_extra(&format!("{{ $text: {target} }}")));
        let reading = tree.read("catalog-info.yaml");
        assert_eq!(reading.entities.len(), expected, "{target}: {reading:?}");
        assert!(!format!("{reading:?}").contains("very secret"), "{target}");
    }
}

#[cfg(unix)]
#[test]
fn a_pipe_is_not_waited_for() {
    let tree = Tree::new(&[]);
    let pipe = tree.path("catalog-info.yaml");
    let made = std::process::Command::new("mkfifo").arg(&pipe).status().expect("mkfifo");
    assert!(made.success());
    let reading = tree.read("catalog-info.yaml");
    insta::assert_snapshot!(tree.show(&reading.problems), @r"
    error[file] catalog-info.yaml cannot be read: it is not a file
      help: Name a file. To search a folder, give it to --catalog.
    ");
}

#[test]
fn a_file_cannot_write_to_the_terminal() {
    let text = "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata: { name: \"a\\e[2Jb\", title: \"\u{202e}x\u{7f}\" }\n\
                spec: { type: \"\u{9b}31m\", lifecycle: production, owner: platform, dependsOn: [\"\u{202e}evil\"] }\n";
    let tree = Tree::new(&[("catalog-info.yaml", text)]);
    let problems = tree.read("catalog-info.yaml").problems;
    assert!(!problems.is_empty());
    let shown = human(&LintReport { problems, ..LintReport::default() }, false);
    let raw: Vec<char> =
        shown.chars().filter(|c| (c.is_control() && *c != '\n') || *c == '\u{202e}').collect();
    assert!(raw.is_empty(), "{raw:?} in {shown:?}");
}
