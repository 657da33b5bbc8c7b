//! `portico template` as its users run it.

#![expect(clippy::expect_used, reason = "a program that can't be run fails the test")]

use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use serde_json::{Value, json};
use tempfile::TempDir;

fn portico(folder: &Path, arguments: &[&str], input: &str) -> Output {
    let mut portico = Command::new(env!("CARGO_BIN_EXE_portico"))
        .args(arguments)
        .current_dir(folder)
        .env_clear()
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("portico starts");
    let mut stdin = portico.stdin.take().expect("an input");
    let input = input.to_owned();
    let writer = std::thread::spawn(move || stdin.write_all(input.as_bytes()));
    let output = portico.wait_with_output().expect("portico ends");
    let _it_may_have_ended_before = writer.join();
    output
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn folder(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, text) in files {
        fs::write(folder.path().join(name), text).expect("a file");
    }
    folder
}

#[test]
fn a_file_is_rendered_with_values() {
    let here = folder(&[
        (
            "pom.xml",
            "<name>${{ values.name }}</name>\n{%- for tag in values.tags %}\n<tag>{{ tag }}</tag>{% endfor %}\n",
        ),
        ("values.yaml", "values:\n  name: shop\n  tags: [a, b]\n"),
        ("list.yaml", "- a\n"),
    ]);
    let run = |arguments: &[&str], input: &str| {
        portico(here.path(), &[&["template", "render"], arguments].concat(), input)
    };
    let rendered = run(&["pom.xml", "--values", "values.yaml"], "");
    assert_eq!(text(&rendered.stdout), "<name>shop</name>\n<tag>{{ tag }}</tag>\n<tag>{{ tag }}</tag>\n");
    assert_eq!(rendered.status.code(), Some(0));
    assert_eq!(text(&run(&[], "${{ 1 + 1 }}").stdout), "2");
    assert_eq!(text(&run(&["--cookiecutter"], "{{ 1 + 1 }}").stdout), "2");
    let trimmed = run(&["--trim-blocks", "--lstrip-blocks"], "  {% if true %}\nx\n  {% endif %}\n");
    assert_eq!(text(&trimmed.stdout), "x\n");
    for (arguments, code) in
        [(&["nowhere"][..], 2), (&["pom.xml", "--values", "list.yaml"], 2), (&["--jsonl", "pom.xml"], 2)]
    {
        assert_eq!(run(arguments, "").status.code(), Some(code), "{arguments:?}");
    }
}

#[test]
fn what_is_wrong_is_shown_in_its_line() {
    let here = folder(&[("pom.xml", "<name>\n  ${{ values.name | shuot }}\n</name>\n")]);
    let wrong = portico(here.path(), &["template", "render", "pom.xml"], "");
    assert_eq!((wrong.status.code(), text(&wrong.stdout)), (Some(1), String::new()));
    let told = text(&wrong.stderr);
    assert!(told.contains("pom.xml:2:21: There is no filter `shuot`."), "{told}");
    assert!(told.contains("  ${{ values.name | shuot }}\n                    ^"), "{told}");
}

#[test]
fn lines_are_answered_by_lines() {
    let here = folder(&[]);
    let lines = [
        json!({ "template": "${{ name | upper }}", "context": { "name": "shop" } }),
        json!({ "template": "{% if %}" }),
        json!({ "template": "{% if true %}\nx{% endif %}", "trimBlocks": true }),
        json!({ "template": "${{ 'github.com?owner=a&repo=b' | projectSlug }}" }),
        json!({ "templat": "" }),
    ];
    let input: String = lines.iter().map(|line| format!("{line}\n")).collect();
    let output = portico(here.path(), &["template", "render", "--jsonl"], &input);
    let answers: Vec<Value> = text(&output.stdout)
        .lines()
        .map(|line| serde_json::from_str(line).expect("an answer is JSON"))
        .collect();
    assert_eq!(answers.len(), lines.len());
    assert_eq!(answers[0], json!({ "output": "SHOP" }));
    assert_eq!(answers[1], json!({ "error": "line 1, column 7: Expected a value, found %}." }));
    assert_eq!(answers[2], json!({ "output": "x" }));
    assert_eq!(answers[3], json!({ "output": "a/b" }));
    assert!(answers[4]["error"].as_str().is_some_and(|error| error.contains("templat")), "{}", answers[4]);
    assert_eq!(output.status.code(), Some(1));
}

/// What Nunjucks 3.2.4 and the engine of Backstage 1.55 printed. The recordings lie beside the checkout; without them there is
/// nothing to compare with.
#[test]
fn prints_what_the_real_engines_print() {
    let recordings = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/oracle/nunjucks");
    if !recordings.is_dir() {
        return;
    }
    let read = |name: &str| -> Value {
        let text = fs::read_to_string(recordings.join(name)).expect("the recording can be read");
        serde_json::from_str(&text).expect("the recording is JSON")
    };
    let (suite, expressions) = (read("suite.json"), read("expressions.json"));
    let mut cases: Vec<Value> = suite.as_array().expect("a list of cases").clone();
    for case in expressions["cases"].as_array().expect("a list of cases") {
        let mut case = case.clone();
        case["context"] = expressions["context"].clone();
        cases.push(case);
    }
    let line = |case: &Value| {
        let mut line = case.clone();
        line.as_object_mut().expect("an object").remove("expected");
        format!("{line}\n")
    };
    let here = folder(&[]);
    let output =
        portico(here.path(), &["template", "render", "--jsonl"], &cases.iter().map(line).collect::<String>());
    let output = text(&output.stdout);
    let different: Vec<String> = cases
        .iter()
        .zip(output.lines())
        .filter(|(case, answer)| {
            serde_json::from_str::<Value>(answer).ok() != Some(json!({ "output": case["expected"] }))
        })
        .map(|(case, answer)| {
            format!("{}\n  should print {}\n  but answers  {answer}", case["template"], case["expected"])
        })
        .collect();
    assert_eq!((output.lines().count(), different), (cases.len(), Vec::new()));
    assert!(cases.len() > 300, "only {} cases were found", cases.len());
}

const TEMPLATE: &str = "apiVersion: scaffolder.backstage.io/v1beta3
kind: Template
metadata: { name: service }
spec:
  owner: platform
  type: service
  parameters:
    required: [name]
    properties:
      name: { type: string, title: Name }
  steps:
    - id: fetch
      action: fetch:template
      input: { url: ./skeleton, values: { name: \"${{ parameters.name }}\" } }
    - id: publish
      action: publish:github
      input: { repoUrl: \"github.com?owner=acme&repo=${{ parameters.name }}\" }
  output:
    text: [{ title: Done, content: \"Made ${{ parameters.name }}\" }]
";

#[test]
fn a_template_is_tried_out() {
    let here = folder(&[("template.yaml", TEMPLATE), ("values.yaml", "name: shop\n")]);
    fs::create_dir(here.path().join("skeleton")).expect("a folder");
    fs::write(here.path().join("skeleton/${{ values.name }}.txt"), "Hello ${{ values.name }}\n")
        .expect("a file");
    let run = |arguments: &[&str]| portico(here.path(), &[&["template", "dry-run"], arguments].concat(), "");

    let told = run(&["--values", "values.yaml", "--output", "out"]);
    insta::assert_snapshot!(text(&told.stdout), @r##"
               fetch  Beginning step fetch
               fetch  Input: {"url":"./skeleton","values":{"name":"shop"}}
               fetch  Rendering 1 files and folders of ./skeleton.
               fetch  Wrote 1 files.
               fetch  Finished step fetch
             publish  Beginning step publish
             publish  Skipped: a dry run does not do publish:github.
             publish  Skipped step publish

    files
      shop.txt  11 bytes

    output
    {
      "text": [
        {
          "title": "Done",
          "content": "Made shop"
        }
      ]
    }
    "##);
    assert_eq!((told.status.code(), text(&told.stderr)), (Some(0), String::new()));
    assert_eq!(fs::read_to_string(here.path().join("out/shop.txt")).expect("the file"), "Hello shop\n");
    let again = run(&["--values", "values.yaml", "--output", "out"]);
    assert_eq!(again.status.code(), Some(2), "{}", text(&again.stderr));

    let json: Value =
        serde_json::from_slice(&run(&["--values", "values.yaml", "--json"]).stdout).expect("JSON");
    assert_eq!(
        json["directoryContents"],
        json!([
            { "path": "shop.txt", "executable": false, "base64Content": "SGVsbG8gc2hvcAo=" },
        ])
    );

    let without = run(&[]);
    assert_eq!(without.status.code(), Some(1));
    insta::assert_snapshot!(text(&without.stderr), @r##"
    error: The values don't fit the form of the template.
      why:  /name: Fill this in
      next: Write the answers into a file, and name it with --values; secrets with --secrets.
    "##);
}

#[test]
fn what_is_wrong_with_a_template_has_its_place() {
    let wrong = TEMPLATE
        .replace("fetch:template", "fetch:templat")
        .replace("publish:github", "publish:azure")
        .replace("${{ parameters.name }}\" } }", "${{ parameters. }}\" } }");
    let here = folder(&[("template.yaml", &wrong)]);
    let told = portico(here.path(), &["template", "dry-run"], "");
    assert_eq!(told.status.code(), Some(1));
    insta::assert_snapshot!(text(&told.stderr), @r##"
    error[template]: Expected the name of a member, found }}. (line 1, column 17 of the text)
      --> template.yaml:14:49
       |
    14 |       input: { url: ./skeleton, values: { name: "${{ parameters. }}" } }
       |                                                 ^^^^^^^^^^^^^^^^^^^^

    1 error and 0 warnings; 1 good entity in 1 file
    "##);
    let lint = portico(here.path(), &["lint", "template.yaml"], "");
    assert_eq!(lint.status.code(), Some(1));
    insta::assert_snapshot!(text(&lint.stdout), @r##"
    warning[dangling-relation]: template:default/service says ownedBy group:default/platform, which none of these files describes
     --> template.yaml:5:10
      |
    5 |   owner: platform
      |          ^^^^^^^^
      = found: group:default/platform
      = help: Check spelling, kind and namespace. What other repositories describe is looked up in folders named with --catalog.

    warning[template]: There is no action "fetch:templat" in this portal.
      --> template.yaml:13:15
       |
    13 |       action: fetch:templat
       |               ^^^^^
       = help: Is fetch:template meant?

    error[template]: Expected the name of a member, found }}. (line 1, column 17 of the text)
      --> template.yaml:14:49
       |
    14 |       input: { url: ./skeleton, values: { name: "${{ parameters. }}" } }
       |                                                 ^^^^^^^^^^^^^^^^^^^^

    warning[template]: This portal can't run publish:azure yet.
      --> template.yaml:16:15
       |
    16 |       action: publish:azure
       |               ^^^^^^^

    1 error and 3 warnings; 1 good entity in 1 file
    "##);
}

#[test]
fn tests_of_the_examples_pass_and_a_wrong_one_is_found() {
    let examples = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/templates");
    let passed = portico(&examples, &["template", "test"], "");
    assert_eq!(passed.status.code(), Some(0), "{}{}", text(&passed.stdout), text(&passed.stderr));
    assert!(text(&passed.stdout).ends_with("5 passed, 0 failed\n"), "{}", text(&passed.stdout));

    let template = "apiVersion: scaffolder.backstage.io/v1beta3\nkind: Template\nmetadata: { name: note }\n\
        spec:\n  type: note\n  steps:\n    - { id: say, action: 'debug:log', input: { message: hello } }\n";
    let folder = folder(&[("template.yaml", template)]);
    fs::create_dir(folder.path().join("tests")).expect("a folder");
    let test = folder.path().join("tests/note.yaml");
    fs::write(&test, "name: says goodbye\nexpect: { calls: [{ step: say, input: { message: goodbye } }] }\n")
        .expect("a file");
    let failed = portico(folder.path(), &["template", "test", "--json"], "");
    assert_eq!(failed.status.code(), Some(1), "{}", text(&failed.stderr));
    let told: Value = serde_json::from_slice(&failed.stdout).expect("JSON");
    assert_eq!(told[0]["name"], "says goodbye");
    assert!(told[0]["wrong"][0].as_str().is_some_and(|wrong| wrong.contains("goodbye")), "{told}");

    let missing = portico(folder.path(), &["template", "test", "no-such-template.yaml"], "");
    assert_eq!(missing.status.code(), Some(2));
    assert!(
        text(&missing.stderr).contains("no-such-template.yaml could not be read"),
        "{}",
        text(&missing.stderr)
    );

    fs::write(&test, "expects: {}\n").expect("a file");
    let unknown = portico(folder.path(), &["template", "test"], "");
    assert_eq!(unknown.status.code(), Some(1));
    assert!(
        text(&unknown.stderr).contains("note.yaml:1:1: There is no key expects"),
        "{}",
        text(&unknown.stderr)
    );
}

#[test]
fn actions_of_ones_own_are_known_where_they_are_named() {
    let actions = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/actions");
    let actions = actions.to_str().expect("a path");
    let template = "apiVersion: scaffolder.backstage.io/v1beta3\nkind: Template\nmetadata: { name: account }\n\
        spec:\n  owner: group:default/team\n  type: account\n  steps:\n    - id: account\n      action: internal:provision-cloud-account\n      \
        input: { serviceName: shop, environment: dev, teamId: team }\n    - { id: say, action: 'debug:log', input: { message: '${{ steps.account.output.accountId }}' } }\n";
    let folder = folder(&[("template.yaml", template)]);
    fs::create_dir(folder.path().join("tests")).expect("a folder");
    let test = "name: tells the account\nmocks: { account: { accountId: '7', roleArn: a } }\n\
        expect: { calls: [{ step: say, input: { message: '7' } }] }\n";
    fs::write(folder.path().join("tests/account.yaml"), test).expect("a file");
    let group = "apiVersion: backstage.io/v1alpha1\nkind: Group\nmetadata: { name: team }\nspec: { type: team, children: [] }\n";
    fs::write(folder.path().join("team.yaml"), group).expect("a file");
    for arguments in [
        &["lint", "--strict", "template.yaml", "team.yaml"][..],
        &["template", "test"],
        &["template", "dry-run"],
    ] {
        let unknown = portico(folder.path(), arguments, "");
        assert_eq!(unknown.status.code(), Some(1), "{arguments:?}: {}", text(&unknown.stdout));
        let told = text(&unknown.stdout) + &text(&unknown.stderr);
        assert!(told.contains("There is no action"), "{arguments:?}: {told}");
        let known = portico(folder.path(), &[arguments, &["--actions", actions]].concat(), "");
        assert!(known.status.success(), "{arguments:?}: {}{}", text(&known.stdout), text(&known.stderr));
    }
    let printed = portico(folder.path(), &["template", "actions", "--actions", actions], "");
    assert!(text(&printed.stdout).contains("## `internal:provision-cloud-account`"));
    let missing = portico(folder.path(), &["template", "test", "--actions", "nowhere.yaml"], "");
    assert_eq!(missing.status.code(), Some(2));
    assert!(text(&missing.stderr).contains("nowhere.yaml"), "{}", text(&missing.stderr));
}

#[test]
fn the_reference_of_actions_is_what_the_program_prints() {
    let reference = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/actions-reference.md");
    let kept = fs::read_to_string(reference).expect("the reference");
    let printed = portico(Path::new("."), &["template", "actions"], "");
    assert!(printed.status.success(), "{}", text(&printed.stderr));
    assert!(
        kept == text(&printed.stdout),
        "docs/actions-reference.md is out of date; renew it with \
         `cargo run -q -p server -- template actions > docs/actions-reference.md`"
    );
}

#[test]
fn templates_of_the_guide_have_no_problems() {
    let guide = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/templates.md");
    let guide = fs::read_to_string(guide).expect("the guide");
    let blocks = guide.split("```yaml\n").skip(1).filter_map(|rest| rest.split("```").next());
    let templates: Vec<_> = blocks.filter(|block| block.starts_with("apiVersion:")).collect();
    assert!(templates.len() > 1, "{} templates", templates.len());
    for template in templates {
        let owner = "apiVersion: backstage.io/v1alpha1\nkind: Group\nmetadata: { name: platform }\nspec: { type: team, children: [] }\n";
        let folder = folder(&[("catalog-info.yaml", &format!("{template}---\n{owner}"))]);
        let linted = portico(folder.path(), &["lint", "."], "");
        let told = text(&linted.stdout);
        assert_eq!(told, "No problems: 2 good entities in 1 file\n", "{template}");
    }
}
