//! Where `Location` entities may lead, and what is said of files that lie outside of the tree of their source.

use std::path::Path;

use super::{Tree, component, origin, refs};
use crate::reading::{Checks, FileReading, Rules, lint, read_file};

fn location(spec: &str) -> String {
    format!("apiVersion: backstage.io/v1alpha1\nkind: Location\nmetadata: {{ name: all }}\nspec:\n{spec}")
}

/// Reads a file that the folder `repos/shop` led to.
fn read(tree: &Tree, path: &str) -> FileReading {
    let root = tree.path("repos/shop");
    read_file(&tree.path(path), &origin(&root), &Rules::allow_all(), &root)
}

#[test]
fn control_characters_in_targets_are_problems() {
    let targets =
        "  target: \"a\\0b.yaml\"\n  targets:\n    - ./good.yaml\n    - \"two\\tparts\\e[2J/*.yaml\"\n";
    let tree = Tree::new(&[("all.yaml", &format!("{}---\n{}", location(targets), component("a")))]);
    let reading = tree.read("all.yaml");
    assert_eq!(refs(&reading), ["location:default/all", "component:default/a"]);
    assert!(!reading.broken);
    let led: Vec<&str> = reading.targets.iter().map(|target| target.location_ref.as_str()).collect();
    assert_eq!(led, [format!("file:{}", tree.path("good.yaml").display())]);
    insta::assert_snapshot!(tree.show(&reading.problems), @r#"
    all.yaml:5:11
      |   target: "a\0b.yaml"
    error[location] This target holds a control character, which no path in a catalog may hold; what it names is not read
      entity: location:default/all
      found: "a\0b.yaml"
      allowed: a path without control characters, or a pattern
      help: Remove the character. In double quotes a backslash begins an escape; in single quotes it does not.

    all.yaml:8:7
      |     - "two\tparts\e[2J/*.yaml"
    error[location] This target holds a control character, which no path in a catalog may hold; what it names is not read
      entity: location:default/all
      found: "two\tparts\u{1b}[2J/*.yaml"
      allowed: a path without control characters, or a pattern
      help: Remove the character. In double quotes a backslash begins an escape; in single quotes it does not.
    "#);
}

#[test]
fn control_characters_in_paths_of_placeholders_are_problems() {
    for form in ["$text", "$json", "$yaml"] {
        let extra = format!("owner: platform, extra: {{ {form}: \"./a\\0b\" }}");
        let text = format!("{}---\n{}", component("a").replace("owner: platform", &extra), component("b"));
        let tree = Tree::new(&[("catalog-info.yaml", &text)]);
        let reading = tree.read("catalog-info.yaml");
        assert_eq!(refs(&reading), ["component:default/b"]);
        assert_eq!(reading.dependencies, Vec::<std::path::PathBuf>::new(), "nothing with NUL is remembered");
        let [problem] = &reading.problems[..] else { panic!("{:?}", reading.problems) };
        assert!(problem.position.is_some() && problem.message.contains("control character"), "{problem:?}");
        assert!(!problem.message.contains('\0'), "{problem:?}");
    }
}

#[test]
fn patterns_stay_in_the_tree_of_their_source() {
    let tree =
        Tree::new(&[("repos/shop/a/x.yaml", ""), ("repos/other/x.yaml", ""), ("repos/other/[x].yaml", "")]);
    for (target, inside) in [
        ("./a/*.yaml", true),
        ("./none/*.yaml", true),
        ("**/x.yaml", true),
        ("../../repos/shop/a/?.yaml", true),
        ("../other/x.yaml", true),
        ("../../../nowhere.yaml", true),
        ("../other/*.yaml", false),
        ("../*/x.yaml", false),
        ("../shop*/x.yaml", false),
        ("./a/../../other/{x,y}.yaml", false),
        ("../other/[x].yaml", false),
        ("/usr/share/**/*.yaml", false),
        ("/*/x.yaml", false),
    ] {
        tree.write("repos/shop/catalog-info.yaml", location(&format!("  target: '{target}'\n")));
        let reading = read(&tree, "repos/shop/catalog-info.yaml");
        let found = (refs(&reading).len(), reading.targets.len(), reading.problems.len());
        assert_eq!(found, (1, usize::from(inside), usize::from(!inside)), "{target}: {reading:?}");
    }
    tree.write("repos/shop/catalog-info.yaml", location("  targets:\n    - ../other/*.yaml\n"));
    let problems = read(&tree, "repos/shop/catalog-info.yaml").problems;
    insta::assert_snapshot!(tree.show(&problems), @r"
    repos/shop/catalog-info.yaml:6:7
      |     - ../other/*.yaml
    error[location] This pattern searches outside of the folder tree of its source; what it names is not read
      entity: location:default/all
      found: ../other/*.yaml
      allowed: patterns below repos/shop; plain paths to any file
      help: Name each file by its path, or register a folder that holds both.
    ");
}

#[test]
fn patterns_of_a_file_outside_stay_beside_it() {
    let tree = Tree::new(&[("repos/shop/x", "")]);
    tree.write("elsewhere/all.yaml", location("  targets: ['./*/x.yaml', '../repos/shop/*.yaml']\n"));
    let reading = read(&tree, "elsewhere/all.yaml");
    assert_eq!((reading.targets.len(), reading.problems.len()), (1, 1), "{reading:?}");
}

#[test]
fn folders_that_look_like_patterns_make_none_of_a_plain_path() {
    let tree = Tree::new(&[("[repos]/shop/x", "")]);
    let root = tree.path("[repos]/shop");
    let path = root.join("all.yaml");
    for (target, allowed) in [("./x.yaml", 1), ("../other/x.yaml", 1), ("../other/*.yaml", 0)] {
        tree.write("[repos]/shop/all.yaml", location(&format!("  target: '{target}'\n")));
        let reading = read_file(&path, &origin(&root), &Rules::allow_all(), &root);
        assert_eq!((reading.targets.len(), reading.problems.len()), (allowed, 1 - allowed), "{target}");
    }
}

#[test]
fn lint_tells_of_patterns_outside() {
    let tree = Tree::new(&[("other/x.yaml", &component("x"))]);
    tree.write("shop/catalog-info.yaml", location("  target: ../other/*.yaml\n"));
    let report = lint(&[tree.path("shop")], &[], &tree.root(), &Checks::default());
    assert_eq!((report.file_count, report.problems.len()), (1, 1), "{report:?}");
    assert_eq!(report.problems[0].position.as_ref().map(|at| at.line), Some(5), "{report:?}");
}

#[cfg(unix)]
#[test]
fn patterns_do_not_leave_the_tree_through_links() {
    use std::os::unix::fs::symlink;
    let tree = Tree::new(&[("repos/shop/a/x.yaml", ""), ("repos/other/x.yaml", "")]);
    symlink(tree.path("repos/other"), tree.path("repos/shop/out")).expect("a link");
    symlink(tree.path("repos/shop/a"), tree.path("repos/shop/in")).expect("a link");
    symlink(tree.path("nowhere"), tree.path("repos/shop/gone")).expect("a link");
    for (target, allowed) in
        [("./in/*.yaml", 1), ("./out/*.yaml", 0), ("./gone/*.yaml", 0), ("./out/x.yaml", 1)]
    {
        tree.write("repos/shop/catalog-info.yaml", location(&format!("  target: {target}\n")));
        let reading = read(&tree, "repos/shop/catalog-info.yaml");
        assert_eq!((reading.targets.len(), reading.problems.len()), (allowed, 1 - allowed), "{target}");
    }
}

#[cfg(unix)]
#[test]
fn nobody_learns_what_exists_outside_the_tree() {
    use std::os::unix::fs::symlink;
    let tree = Tree::new(&[
        ("elsewhere/secrets.yaml", "database:\n  password: hunter2\n"),
        ("elsewhere/passwd", "root:x:0:0:hunter2\n"),
        ("elsewhere/empty", ""),
        ("repos/shop/catalog-info.yaml", ""),
    ]);
    tree.write("elsewhere/binary", [0, 255, 254]);
    tree.write("elsewhere/large", vec![b'x'; 10 * 1024 * 1024 + 1]);
    symlink(tree.path("elsewhere/passwd"), tree.path("repos/shop/link")).expect("a link");
    symlink(tree.path("elsewhere/gone"), tree.path("repos/shop/dangling")).expect("a link");
    symlink(tree.path("elsewhere"), tree.path("repos/shop/folder")).expect("a link");
    let told = |path: &str| {
        let reading = read(&tree, path);
        assert!(reading.broken && reading.entities.is_empty(), "{path}: {reading:?}");
        assert_eq!(reading.missing, !tree.path(path).exists(), "{path}");
        tree.show(&reading.problems).replace(path, "PATH")
    };
    let missing = told("elsewhere/none.yaml");
    insta::assert_snapshot!(missing, @r"
    error[file] PATH lies outside of the folder that led to it, and no descriptor can be read there
      help: Check the target of the Location. What a descriptor holds begins with apiVersion.
    ");
    for path in [
        "elsewhere/none/deep.yaml",
        "elsewhere/passwd/x.yaml",
        "elsewhere/secrets.yaml",
        "elsewhere/passwd",
        "elsewhere/empty",
        "elsewhere/binary",
        "elsewhere/large",
        "elsewhere",
        "repos/shop/link",
        "repos/shop/dangling",
        "repos/shop/folder/secrets.yaml",
        "repos/shop/folder/none.yaml",
    ] {
        assert_eq!(told(path), missing, "{path}");
    }
}

#[test]
fn the_author_learns_what_is_wrong_in_the_tree_and_in_descriptors() {
    let broken = "apiVersion: backstage.io/v1alpha1\nkind: Componet\nmetadata: { name: a }\n";
    let tree = Tree::new(&[("repos/shop/secrets.yaml", "database: 5\n"), ("elsewhere/broken.yaml", broken)]);
    for (path, expected) in [
        ("repos/shop/secrets.yaml", "database"),
        ("repos/shop/none.yaml", "there is no such file"),
        ("repos/shop/none/deep.yaml", "there is no such file"),
        ("repos/shop", "it is not a file"),
        ("elsewhere/broken.yaml", "Componet"),
    ] {
        let shown = tree.show(&read(&tree, path).problems);
        assert!(shown.contains(expected), "{path}: {shown}");
    }
}

#[test]
fn descriptors_outside_are_read_however_they_are_written() {
    let json = "{\"kind\": \"Component\", \"apiVersion\": \"backstage.io/v1alpha1\", \"metadata\": {\"name\": \"a\"}, \
                \"spec\": {\"type\": \"service\", \"lifecycle\": \"production\", \"owner\": \"platform\"}}";
    let pretty = json.replace(", \"", ",\n  \"").replace("{\"kind", "{\n  \"kind");
    let quoted = component("a").replace("apiVersion", "'apiVersion'");
    for text in [component("a"), format!("# Shop\n---\n{}", component("a")), quoted, json.to_owned(), pretty]
    {
        let tree = Tree::new(&[("repos/shop/x", ""), ("elsewhere/any.yaml", &text)]);
        let reading = read(&tree, "elsewhere/any.yaml");
        assert_eq!((refs(&reading).len(), reading.problems.len()), (1, 0), "{text}: {reading:?}");
    }
}

#[cfg(unix)]
#[test]
fn a_link_that_the_operator_named_is_no_way_out() {
    let tree = Tree::new(&[("elsewhere/all.yaml", "oops\n"), ("repos/shop/x", "")]);
    let link = tree.path("repos/shop/all.yaml");
    std::os::unix::fs::symlink(tree.path("elsewhere/all.yaml"), &link).expect("a link");
    let told = |origin: &Path| {
        let reading = read_file(&link, &super::origin(origin), &Rules::allow_all(), &tree.path("repos/shop"));
        tree.show(&reading.problems)
    };
    assert!(told(&link).contains("oops"), "{}", told(&link));
    assert!(!told(&tree.path("repos/shop")).contains("oops"), "{}", told(&tree.path("repos/shop")));
}
