//! `portico lint`: what shows only across files, and the three forms of its report.

use std::path::PathBuf;
use std::sync::Arc;

use model::{Entity, Position, Problem, ProblemCode, Severity};

use super::{Tree, component, show};
use crate::reading::{Checks, EntityCheck, Finding, LintReport, github, human, json, lint};

fn tree() -> Tree {
    let location = "apiVersion: backstage.io/v1alpha1\nkind: Location\nmetadata: { name: all }\n\
                    spec:\n  targets:\n    - ./more/*.yaml\n    - ./gone.yaml\n    - ./none/*.yaml\n";
    let group = "apiVersion: backstage.io/v1alpha1\nkind: Group\nmetadata: { name: platform }\nspec: { type: team, children: [] }\n";
    Tree::new(&[
        ("a/catalog-info.yaml", &component("shop")),
        ("b/catalog-info.yaml", &format!("{}---\n{}", component("other"), component("Shop"))),
        ("b/more/group.yaml", group),
        (
            "b/more/people.yaml",
            &component("late")
                .replace("owner: platform", "owner: nobody, dependsOn: ['component:other', 'api:x/y']"),
        ),
        ("c/catalog-info.yaml", &location.replace("./", "../b/")),
        (
            "c/optional/catalog-info.yaml",
            &location.replace("name: all", "name: optional").replace("spec:", "spec:\n  presence: optional"),
        ),
    ])
}

fn run(tree: &Tree, paths: &[&str]) -> LintReport {
    lint(&paths.iter().map(PathBuf::from).collect::<Vec<_>>(), &[], &tree.root(), &Checks::default())
}

/// Components of the type `service` are no good.
struct NoServices;

impl EntityCheck for NoServices {
    fn version(&self) -> String {
        "no-services-1".to_owned()
    }

    fn check(&self, entity: &Entity) -> Vec<Finding> {
        let is_service = entity.spec_str("type") == Some("service");
        let finding = Finding {
            pointer: "/spec/type".to_owned(),
            code: ProblemCode::Template,
            severity: Severity::Warning,
            message: format!("{} is a service", entity.name()),
            help: Some("Choose another type.".to_owned()),
        };
        is_service.then_some(finding).into_iter().collect()
    }
}

#[test]
fn what_other_capabilities_find_has_its_place_and_keeps_nothing_out() {
    let tree = tree();
    let checks = Checks::new(vec![Arc::new(NoServices)]);
    let report = lint(&[PathBuf::from("a")], &[PathBuf::from("b/more")], &tree.root(), &checks);
    assert_eq!(report.entity_count, 1);
    let shown: Vec<String> = report.problems.iter().map(show).collect();
    insta::assert_snapshot!(shown.join("\n\n"), @r"
    a/catalog-info.yaml:4:15
      | spec: { type: service, lifecycle: production, owner: platform }
    warning[template] shop is a service
      entity: component:default/shop
      help: Choose another type.

    a/catalog-info.yaml:4:54
      | spec: { type: service, lifecycle: production, owner: platform }
    warning[dangling-relation] component:default/shop says ownedBy group:default/platform, which none of these files describes
      entity: component:default/shop
      found: group:default/platform
      help: Check spelling, kind and namespace. What other repositories describe is looked up in folders named with --catalog.
    ");
}

#[test]
fn files_are_checked_together() {
    let report = run(&tree(), &["."]);
    assert_eq!((report.file_count, report.entity_count), (6, 7));
    let shown: Vec<String> = report.problems.iter().map(show).collect();
    insta::assert_snapshot!(shown.join("\n\n"), @r#"
    b/catalog-info.yaml:8:19
      | metadata: { name: Shop }
    error[duplicate] component:default/shop is already described in a/catalog-info.yaml, which keeps it
      entity: component:default/shop
      help: Remove one of the two, or give this one another name or namespace.

    b/more/people.yaml:4:54
      | spec: { type: service, lifecycle: production, owner: nobody, dependsOn: ['component:other', 'api:x/y'] }
    warning[dangling-relation] component:default/late says ownedBy group:default/nobody, which none of these files describes
      entity: component:default/late
      found: group:default/nobody
      help: Check spelling, kind and namespace. What other repositories describe is looked up in folders named with --catalog.

    b/more/people.yaml:4:93
      | spec: { type: service, lifecycle: production, owner: nobody, dependsOn: ['component:other', 'api:x/y'] }
    warning[dangling-relation] component:default/late says dependsOn api:x/y, which none of these files describes
      entity: component:default/late
      found: api:x/y
      help: Check spelling, kind and namespace. What other repositories describe is looked up in folders named with --catalog.

    c/catalog-info.yaml:7:7
      |     - ../b/gone.yaml
    error[location] b/gone.yaml cannot be read: there is no such file
      entity: location:default/all
      help: Check the path, or remove the location that names the file.

    c/catalog-info.yaml:8:7
      |     - ../b/none/*.yaml
    error[location] No file matches b/none/*.yaml: there is no folder b/none
      entity: location:default/all
      help: Check the part of the pattern before its first *, or make that folder.
    "#);
}

#[test]
fn a_file_is_read_once_however_it_is_reached() {
    let tree = tree();
    let report = run(&tree, &["b/more/group.yaml", "b/more/group.yaml", "./b/more/../more/group.yaml"]);
    assert_eq!((report.file_count, report.entity_count, report.problems.len()), (1, 1, 0), "{report:?}");
    let itself = "apiVersion: backstage.io/v1alpha1\nkind: Location\nmetadata: { name: self }\nspec: { target: ./self.yaml }\n";
    tree.write("self.yaml", itself);
    let report = run(&tree, &["self.yaml"]);
    assert_eq!((report.file_count, report.problems.len()), (1, 0), "a location that leads to itself ends");
}

#[test]
fn what_is_not_there_is_a_problem() {
    let report = run(&tree(), &["nowhere", "nothing.yaml"]);
    let shown: Vec<String> = report.problems.iter().map(show).collect();
    assert_eq!(report.count(Severity::Error), 2);
    insta::assert_snapshot!(shown.join("\n\n").replace(&tree().root().display().to_string(), "ROOT"), @r"
    error[file] There is no file or folder nowhere
      help: Check the path. A relative path starts at the folder in which the command was run.

    error[file] nothing.yaml cannot be read: there is no such file
      help: Check the path, or remove the location that names the file.
    ");
}

#[cfg(unix)]
#[test]
fn what_is_neither_file_nor_folder_is_called_so() {
    let report = run(&tree(), &["/dev/null"]);
    let shown: Vec<String> = report.problems.iter().map(show).collect();
    insta::assert_snapshot!(shown.join("\n\n"), @r"
    error[file] /dev/null is neither a file nor a folder
      help: Name a descriptor file, or a folder to search. Devices and pipes are not read.
    ");
}

fn problem(message: &str, line: &str, column: u32) -> Problem {
    Problem {
        code: ProblemCode::Field,
        severity: Severity::Error,
        message: message.to_owned(),
        found: Some("100%, \u{1b}[2J".to_owned()),
        allowed: None,
        help: Some("Do this\r\nthen that.".to_owned()),
        entity_ref: None,
        position: Some(Position {
            file: "odd,name: 1.yaml".to_owned(),
            line: 14,
            column,
            text: line.to_owned(),
        }),
    }
}

#[test]
fn people_see_the_line_underlined() {
    let bare = Problem {
        position: None,
        found: None,
        help: None,
        severity: Severity::Warning,
        ..problem("No place", "", 1)
    };
    let problems = vec![
        bare,
        problem("A plain word", "  tags: [ok, Bad Tag]", 14),
        problem("A quoted text", "  tags: [ok, \"Bad Tag\"]", 14),
        problem("After a tab and wide letters", "\t名前: x: bad", 8),
        problem("At the end of the line", "spec:", 6),
        problem("Beyond what is shown", "short", 500),
        problem("Colours and \u{202e}direction", "a: \u{1b}[31mred", 4),
    ];
    let report = LintReport { problems, file_count: 1, entity_count: 2 };
    insta::assert_snapshot!(human(&report, false), @r#"
    warning[field]: No place

    error[field]: A plain word
      --> odd,name: 1.yaml:14:14
       |
    14 |   tags: [ok, Bad Tag]
       |              ^^^
       = found: 100%, \u{1b}[2J
       = help: Do this then that.

    error[field]: A quoted text
      --> odd,name: 1.yaml:14:14
       |
    14 |   tags: [ok, "Bad Tag"]
       |              ^^^^^^^^^
       = found: 100%, \u{1b}[2J
       = help: Do this then that.

    error[field]: After a tab and wide letters
      --> odd,name: 1.yaml:14:8
       |
    14 |     名前: x: bad
       |             ^
       = found: 100%, \u{1b}[2J
       = help: Do this then that.

    error[field]: At the end of the line
      --> odd,name: 1.yaml:14:6
       |
    14 | spec:
       |      ^
       = found: 100%, \u{1b}[2J
       = help: Do this then that.

    error[field]: Beyond what is shown
      --> odd,name: 1.yaml:14:500
       |
    14 | short
       |      ^
       = found: 100%, \u{1b}[2J
       = help: Do this then that.

    error[field]: Colours and \u{202e}direction
      --> odd,name: 1.yaml:14:4
       |
    14 | a: \u{1b}[31mred
       |    ^^^^^^^^^^^^^
       = found: 100%, \u{1b}[2J
       = help: Do this then that.

    6 errors and 1 warning; 2 good entities in 1 file
    "#);
    let good = LintReport { file_count: 12, entity_count: 1, ..LintReport::default() };
    assert_eq!(human(&good, false), "No problems: 1 good entity in 12 files\n");
}

#[test]
fn colours_surround_but_do_not_change_the_text() {
    let report =
        LintReport { problems: vec![problem("Wrong", "  tags: [ok]", 10)], file_count: 1, entity_count: 0 };
    let mut colored = human(&report, true);
    for code in ["1;31", "1", "34", "0"] {
        let sequence = format!("\u{1b}[{code}m");
        assert!(colored.contains(&sequence), "{code}");
        colored = colored.replace(&sequence, "");
    }
    assert_eq!(colored, human(&report, false));
}

#[test]
fn github_gets_one_escaped_command_for_each_problem() {
    let bare =
        Problem { position: None, found: None, severity: Severity::Warning, ..problem("No place", "", 1) };
    let report =
        LintReport { problems: vec![problem("Wrong: a, b", "x", 3), bare], file_count: 1, entity_count: 0 };
    insta::assert_snapshot!(github(&report), @r"
    ::error file=odd%2Cname%3A 1.yaml,line=14,col=3,title=Value not allowed::Wrong: a, b%0Afound: 100%25, \u{1b}[2J%0Ahelp: Do this%0Athen that.
    ::warning title=Value not allowed::No place%0Ahelp: Do this%0Athen that.
    ");
}

#[test]
fn programs_get_json() {
    let report = run(&tree(), &["b/more/people.yaml"]);
    let value: serde_json::Value = serde_json::from_str(&json(&report)).expect("JSON");
    assert_eq!(value["fileCount"], 1);
    assert_eq!(value["entityCount"], 1);
    assert_eq!(value["problems"].as_array().map(Vec::len), Some(3));
    assert_eq!(value["problems"][0]["code"], "dangling-relation");
    assert_eq!(value["problems"][0]["position"]["file"], "b/more/people.yaml");
}
