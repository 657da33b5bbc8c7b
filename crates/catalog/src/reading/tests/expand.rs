//! Which files a source stands for.

use std::path::Path;

use super::{Tree, component, origin, show};
use crate::reading::paths::absolute;
use crate::reading::{Expansion, Rules, Source, expand, expand_target};

fn template(url: &str) -> String {
    format!(
        "apiVersion: scaffolder.backstage.io/v1beta3\nkind: Template\nmetadata: {{ name: t }}\n\
         spec:\n  type: service\n  steps:\n    - {{ action: 'fetch:template', input: {{ url: '{url}' }} }}\n"
    )
}

/// Searches the whole tree as `--catalog` does.
fn search(tree: &Tree) -> Expansion {
    expand(&Source::path(Path::new("."), &tree.root(), Rules::allow_all()))
}

fn location(tree: &Tree, target: &str) -> Expansion {
    expand(&Source::registered(origin(Path::new(target)), &tree.root(), Rules::allow_all()))
}

#[test]
fn a_folder_is_searched_for_descriptors() {
    let tree = Tree::new(&[
        ("catalog-info.yaml", ""),
        ("b/catalog-info.yml", ""),
        ("a/deep/down/catalog-info.yaml", ""),
        ("a/other.yaml", ""),
        ("a/Catalog-Info.yaml", ""),
        ("node_modules/x/catalog-info.yaml", ""),
        ("target/catalog-info.yaml", ""),
        (".git/catalog-info.yaml", ""),
        (".hidden/catalog-info.yaml", ""),
        ("repo/.gitignore", "build/\n/top.d\n"),
        ("repo/build/catalog-info.yaml", ""),
        ("repo/x/build/catalog-info.yaml", ""),
        ("repo/top.d/catalog-info.yaml", ""),
        ("repo/x/top.d/catalog-info.yaml", ""),
    ]);
    let found = search(&tree);
    assert_eq!(
        tree.relative(&found.files),
        [
            "a/deep/down/catalog-info.yaml",
            "b/catalog-info.yml",
            "catalog-info.yaml",
            "node_modules/x/catalog-info.yaml",
            "repo/x/top.d/catalog-info.yaml",
            "target/catalog-info.yaml",
        ]
    );
    assert!(found.complete && found.problems.is_empty(), "{found:?}");
    let folders = tree.relative(&found.folders);
    assert!(
        folders.contains(&"a/deep".to_owned()) && !folders.iter().any(|folder| folder.contains("build")),
        "{folders:?}"
    );
}

#[test]
fn ignore_files_above_count_only_in_a_checkout() {
    let tree = Tree::new(&[(".gitignore", "*.yaml\n"), ("repos/a/catalog-info.yaml", "")]);
    let search = || expand(&Source::path(&tree.path("repos"), &tree.root(), Rules::allow_all())).files.len();
    assert_eq!(search(), 1, "the file above belongs to something else");
    tree.write(".git/HEAD", "");
    assert_eq!(search(), 0, "the file above belongs to the same checkout");
}

#[test]
fn skeletons_of_templates_are_left_out() {
    let skeleton = "skeleton/catalog-info.yaml";
    for (name, files, found) in [
        ("named by a step", vec![("t/template.yaml", template("./skeleton"))], false),
        ("named without a dot", vec![("t/template.yml", template("skeleton"))], false),
        ("with a slash at the end", vec![("t/template.yaml", template("./skeleton/"))], false),
        ("a folder above it is named", vec![("t/template.yaml", template("./"))], false),
        ("the address has a gap", vec![("t/template.yaml", template("./${{ parameters.kind }}"))], false),
        ("from beside", vec![("u/template.yaml", template("../t/skeleton"))], false),
        ("in a catalog-info.yaml", vec![("t/catalog-info.yaml", template("./skeleton"))], false),
        ("a broken template", vec![("t/template.yaml", template("./skeleton") + "\n[")], false),
        ("another folder is named", vec![("t/template.yaml", template("./other"))], true),
        ("an address elsewhere", vec![("t/template.yaml", template("https://example.com/skeleton"))], true),
        (
            "no template",
            vec![("t/template.yaml", "AWSTemplateFormatVersion: '2010-09-09'\n".to_owned())],
            true,
        ),
        ("not in the template's place", vec![("u/template.yaml", template("./skeleton"))], true),
    ] {
        let tree = Tree::new(&[(&format!("t/{skeleton}"), &component("x")), ("z/catalog-info.yaml", "")]);
        for (path, content) in &files {
            tree.write(path, content);
        }
        let files = tree.relative(&search(&tree).files);
        assert_eq!(files.contains(&format!("t/{skeleton}")), found, "{name}: {files:?}");
        assert!(files.contains(&"z/catalog-info.yaml".to_owned()), "{name}: {files:?}");
    }
}

#[test]
fn a_template_keeps_its_own_descriptor() {
    let tree = Tree::new(&[
        ("t/template.yaml", &template(".")),
        ("t/catalog-info.yaml", ""),
        ("t/x/catalog-info.yaml", ""),
    ]);
    assert_eq!(tree.relative(&search(&tree).files), ["t/catalog-info.yaml"]);
}

#[cfg(unix)]
#[test]
fn links_are_followed_to_files_inside_only() {
    use std::os::unix::fs::symlink;
    let outside = Tree::new(&[("catalog-info.yaml", ""), ("repo/catalog-info.yaml", "")]);
    let tree = Tree::new(&[("a/catalog-info.yaml", ""), ("b/real.yaml", ""), ("c/keep", ""), ("d/keep", "")]);
    let link = |to: &Path, from: &str| symlink(to, tree.path(from)).expect("a link");
    link(&tree.path("b/real.yaml"), "b/catalog-info.yaml");
    link(&tree.path("a/catalog-info.yaml"), "c/catalog-info.yaml");
    link(&outside.path("catalog-info.yaml"), "d/catalog-info.yaml");
    link(&outside.path("repo"), "repo");
    link(&tree.root(), "a/loop");
    link(&tree.path("nothing"), "d/catalog-info.yml");
    let found = search(&tree);
    assert_eq!(tree.relative(&found.files), ["a/catalog-info.yaml", "b/catalog-info.yaml"]);
    assert_eq!(found.problems, []);
    let files = |pattern| tree.relative(&location(&tree, pattern).files);
    assert_eq!(
        files("./**/catalog-info.yaml"),
        ["a/catalog-info.yaml", "b/catalog-info.yaml", "c/catalog-info.yaml"]
    );
}

#[test]
fn patterns_match_as_in_a_shell() {
    let tree = Tree::new(&[
        ("a/catalog-info.yaml", ""),
        ("a/x/catalog-info.yaml", ""),
        ("b/catalog-info.yml", ""),
        ("b/api.yaml", ""),
        (".hidden/catalog-info.yaml", ""),
        ("ignored/catalog-info.yaml", ""),
        (".gitignore", "ignored\n"),
        ("[odd]/catalog-info.yaml", ""),
    ]);
    for (pattern, expected) in [
        (
            "./*/catalog-info.yaml",
            vec!["[odd]/catalog-info.yaml", "a/catalog-info.yaml", "ignored/catalog-info.yaml"],
        ),
        ("a/**/*.yaml", vec!["a/catalog-info.yaml", "a/x/catalog-info.yaml"]),
        ("b/*.{yaml,yml}", vec!["b/api.yaml", "b/catalog-info.yml"]),
        ("{a/x,b}/*.y*ml", vec!["a/x/catalog-info.yaml", "b/api.yaml", "b/catalog-info.yml"]),
        ("?/catalog-info.yaml", vec!["a/catalog-info.yaml"]),
        ("[ab]/catalog-info.yaml", vec!["a/catalog-info.yaml"]),
        (".hidden/*.yaml", vec![".hidden/catalog-info.yaml"]),
        (".*/*.yaml", vec![".hidden/catalog-info.yaml"]),
        ("[odd]/catalog-info.yaml", vec!["[odd]/catalog-info.yaml"]),
        ("b/../a/./catalog-info.yaml", vec!["a/catalog-info.yaml"]),
        ("none.yaml", vec!["none.yaml"]),
    ] {
        let found = location(&tree, pattern);
        assert_eq!(tree.relative(&found.files), expected, "{pattern}");
        assert!(found.problems.is_empty() && found.complete, "{pattern}: {found:?}");
        let target = format!("file:{}", absolute(Path::new(pattern), &tree.root()).display());
        assert_eq!(expand_target(&target).files.len(), expected.len(), "{pattern} as a target");
    }
}

#[test]
fn nothing_found_is_a_problem_in_plain_words() {
    let tree = Tree::new(&[("empty/readme.md", ""), ("b/x.yaml", "")]);
    let path = |path: &str| expand(&Source::path(Path::new(path), &tree.root(), Rules::allow_all()));
    let url = model::LocationRef { kind: "url".to_owned(), target: "https://example.com/a.yaml".to_owned() };
    let all = [
        path("missing"),
        path("empty"),
        location(&tree, "b/*.yml"),
        location(&tree, "none/*/x.yaml"),
        location(&tree, "b/{x.yaml"),
        expand(&Source::registered(url, &tree.root(), Rules::allow_all())),
    ];
    let complete: Vec<bool> = all.iter().map(|found| found.complete).collect();
    assert_eq!(complete, [false, true, true, false, true, true]);
    assert!(all[..5].iter().all(|found| !found.folders.is_empty()), "their appearance can be watched");
    let shown: Vec<String> = all.iter().flat_map(|found| found.problems.iter().map(show)).collect();
    let root = tree.root().display().to_string();
    insta::assert_snapshot!(shown.join("\n\n").replace(&root, "ROOT"), @r"
    error[file] There is no file or folder ROOT/missing
      help: Check the path. A relative path starts at the folder in which the command was run.

    warning[file] The folder ROOT/empty holds no catalog-info.yaml
      help: Add a file of that name to each repository in it. Hidden folders, what .gitignore names and the skeletons of templates are not searched.

    error[file] No file matches ROOT/b/*.yml
      help: Check the pattern. A * stays within one folder, ** goes through all below, hidden names need their dot.

    error[file] No file matches ROOT/none/*/x.yaml: there is no folder ROOT/none
      help: Check the part of the pattern before its first *, or make that folder.

    error[file] The pattern ROOT/b/{x.yaml cannot be read: unclosed alternate group; missing '}' (maybe escape '{' with '[{]'?)
      help: Close every { and [, or put the special character into brackets, as in [*].
    ");
}

#[test]
fn a_named_file_is_returned_even_when_it_is_missing() {
    let tree = Tree::new(&[("any.name", "")]);
    let files = |path: &str| {
        let source = Source::path(Path::new(path), &tree.root(), Rules::allow_all());
        assert_eq!(source.root(), tree.root(), "placeholders may read beside {path}");
        tree.relative(&expand(&source).files)
    };
    assert_eq!(files("none.yaml"), ["none.yaml"]);
    assert_eq!(files("any.name"), ["any.name"]);
}

#[cfg(unix)]
#[test]
fn paths_that_are_not_utf_8_are_told_and_left_out() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt as _;
    let tree = Tree::new(&[("good/catalog-info.yaml", ""), ("\u{fffd}/catalog-info.yaml", "")]);
    let odd = |byte: u8| tree.root().join(OsStr::from_bytes(&[byte]));
    for folder in [odd(0xff), odd(0xfe)] {
        std::fs::create_dir(&folder).expect("a folder");
        std::fs::write(folder.join("catalog-info.yaml"), "").expect("a file");
    }
    for found in [search(&tree), location(&tree, "*/catalog-info.yaml")] {
        assert_eq!(tree.relative(&found.files), ["good/catalog-info.yaml", "\u{fffd}/catalog-info.yaml"]);
        assert!(found.complete, "a name that stays as it is must not keep what is gone for ever");
        let shown: Vec<String> = found.problems.iter().map(show).collect();
        assert_eq!(shown.len(), 2, "{shown:?}");
        insta::allow_duplicates! {
            insta::assert_snapshot!(shown[0].replace(&tree.root().display().to_string(), "ROOT"), @r#"
            error[file] The catalog cannot name "ROOT/\xFE/catalog-info.yaml": this path is not UTF-8, or holds NUL
              help: Rename the file or folder of which the name has these bytes; until then it is not read.
            "#);
        }
        assert_ne!(shown[0], shown[1], "they can be told apart");
    }
    let named = |path: &Path| expand(&Source::path(path, &tree.root(), Rules::allow_all()));
    for found in [named(&odd(0xff)), named(&odd(0xff).join("catalog-info.yaml"))] {
        assert_eq!((found.files.len(), found.problems.len(), found.complete), (0, 1, false), "{found:?}");
        assert!(found.problems[0].message.contains("UTF-8"), "{found:?}");
    }
}

#[test]
fn a_location_with_nul_is_told_and_leads_nowhere() {
    let tree = Tree::new(&[]);
    for kind in ["file", "url"] {
        let location = model::LocationRef { kind: kind.to_owned(), target: "a\0b/*.yaml".to_owned() };
        let source = Source::registered(location, &tree.root(), Rules::allow_all());
        assert!(!source.location.to_string().contains('\0'), "the database would refuse it");
        let found = expand(&source);
        // What an address cannot be is told where addresses are asked.
        let told = usize::from(kind == "file");
        assert_eq!((found.files.len(), found.problems.len()), (0, told), "{found:?}");
    }
}
