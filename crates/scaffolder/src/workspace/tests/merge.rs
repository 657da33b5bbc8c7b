//! What copies of a workspace became, put together.

use super::*;

/// Does something to a workspace: `path=content`, `path*=content` for a program, `path->says`, `path/` or `-path`.
fn change(workspace: &Workspace, changes: &str) {
    for change in changes.split(' ').filter(|change| !change.is_empty()) {
        let done = if let Some(path) = change.strip_prefix('-') {
            workspace.remove(path).map(drop)
        } else if let Some((path, says)) = change.split_once("->") {
            workspace.link(path, says)
        } else if let Some((path, content)) = change.split_once("*=") {
            workspace.write(path, content.as_bytes(), true)
        } else if let Some((path, content)) = change.split_once('=') {
            workspace.write(path, content.as_bytes(), false)
        } else {
            workspace.make_folder(change.trim_end_matches('/'))
        };
        done.unwrap();
    }
}

/// What comes of copies of a workspace that were changed so.
fn merged(base: &str, changes: &[&str]) -> Result<String, String> {
    let (folder, all) = workspace();
    change(&all, base);
    let content = all.pack().unwrap();
    let copies: Vec<(String, Workspace)> = changes
        .iter()
        .enumerate()
        .map(|(number, changes)| {
            let copy = Workspace::open(folder.path().join(number.to_string())).unwrap();
            copy.unpack(&content).unwrap();
            change(&copy, changes);
            (format!("b{number}"), copy)
        })
        .collect();
    let before = shown(&all);
    match all.merge(&copies) {
        Ok(()) => {
            let merged = shown(&all);
            let counted = *all.used();
            all.measure().unwrap();
            let measured = *all.used();
            assert_eq!((counted.entries, counted.bytes), (measured.entries, measured.bytes), "{merged}");
            Ok(merged)
        }
        Err(error) => {
            assert_eq!(shown(&all), before, "nothing is taken over");
            Err(error.to_string())
        }
    }
}

#[test]
fn changes_of_all_are_taken_over() {
    for (base, changes, expected) in [
        ("a=1", &["", ""][..], "a = 1"),
        ("a=1 b=1", &["a=2", "b=2 c=3"], "a = 2, b = 2, c = 3"),
        ("a=1", &["a=2", "a=2"], "a = 2"),
        ("a=1", &["a*=1", ""], "a* = 1"),
        ("a=1", &["-a", ""], ""),
        ("a=1", &["-a", "-a b=1"], "b = 1"),
        ("d/a=1 d/b=1", &["-d", ""], ""),
        ("d/a=1", &["-d", "d/new=1"], "d/, d/new = 1"),
        ("d/a=1", &["d/b=1", "d/c/e=1"], "d/, d/a = 1, d/b = 1, d/c/, d/c/e = 1"),
        ("d/a=1", &["-d d=1", "b=1"], "b = 1, d = 1"),
        ("d=1", &["-d d/a=1", "b=1"], "b = 1, d/, d/a = 1"),
        ("a=1", &["-a a->b", "b=1"], "a -> b, b = 1"),
        ("a->b", &["-a a=1", ""], "a = 1"),
        ("a->b", &["a->c", ""], "a -> c"),
        ("", &["e/", "e/"], "e/"),
        ("x=1", &["a/b=1", "a/c=1", "a/d=1"], "a/, a/b = 1, a/c = 1, a/d = 1, x = 1"),
    ] {
        assert_eq!(merged(base, changes).as_deref(), Ok(expected), "{base}: {changes:?}");
    }
}

#[test]
fn what_two_changed_otherwise_is_told_and_nothing_is_taken_over() {
    for (base, changes, path, of) in [
        ("a=1", &["a=2 x=1", "a=3"][..], "a", "\"b0\" and \"b1\""),
        ("a=1", &["", "a=2", "-a"], "a", "\"b1\" and \"b2\""),
        ("a=1", &["a=2", "a*=2"], "a", "\"b0\" and \"b1\""),
        ("", &["a=1", "a->b"], "a", "\"b0\" and \"b1\""),
        ("", &["a=1", "a/b=1"], "a", "\"b0\" and \"b1\""),
        ("d/a=1", &["-d d=1", "d/new=1"], "d", "\"b0\" and \"b1\""),
        ("d/a=1", &["-d", "d/a=2"], "d/a", "\"b0\" and \"b1\""),
    ] {
        let told = merged(base, changes).unwrap_err();
        assert_eq!(
            told,
            format!(
                "The branches {of} changed {path} in different ways. Let each of them write files of its own."
            ),
            "{base}: {changes:?}"
        );
    }
}

#[test]
fn what_is_too_much_together_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let limits = Limits { entries: 10, bytes: 6 };
    let open = |name: &str| Workspace::open_within(folder.path().join(name), limits).unwrap();
    let all = open("all");
    let copies = ["a", "b"].map(|name| {
        let copy = open(name);
        copy.write(name, b"1234", false).unwrap();
        (name.to_owned(), copy)
    });
    assert!(all.merge(&copies).unwrap_err().to_string().contains("more than 6 bytes"));
}

proptest! {
    /// Branches that keep to folders of their own never are in each other's way, and nothing of them is lost.
    #[test]
    fn folders_of_their_own_are_all_there(files in proptest::collection::vec((0usize..3, "[a-c]{1,2}", "[a-z]{0,4}"), 0..12)) {
        let mut changes = vec![String::new(); 3];
        let mut expected = std::collections::BTreeMap::new();
        for (branch, name, content) in files {
            changes[branch].push_str(&format!("f{branch}/{name}={content} "));
            expected.insert(format!("f{branch}/{name}"), content);
        }
        let changes: Vec<&str> = changes.iter().map(String::as_str).collect();
        let merged = merged("base=1", &changes).unwrap();
        let found: Vec<&str> = merged.split(", ").filter(|line| !line.ends_with('/') && !line.starts_with("base")).collect();
        let expected: Vec<String> = expected.iter().map(|(path, content)| format!("{path} = {content}")).collect();
        prop_assert_eq!(found, expected);
    }
}
