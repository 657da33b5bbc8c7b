//! A change on disk becomes a hint.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::Tree;
use crate::reading::{Changed, Rules, Source, Watcher};

/// A hint takes a tenth of a second; this is for a machine that is busy with something else.
const DEADLINE: Duration = Duration::from_secs(10);

async fn hint(watcher: &mut Watcher, what: &str) -> Changed {
    let hint = tokio::time::timeout(DEADLINE, watcher.changed()).await;
    hint.unwrap_or_else(|_| panic!("no hint: {what}"))
}

/// A watcher of the whole tree that has said its first word.
async fn watching(tree: &Tree, files: &[PathBuf]) -> Watcher {
    let mut watcher = Watcher::new();
    watcher.watch(&[Source::path(Path::new("."), &tree.root(), Rules::allow_all())], files);
    let first = hint(&mut watcher, "the folders are watched now").await;
    assert_eq!(first, Changed::Anything, "nobody knows what changed before");
    watcher
}

#[tokio::test]
async fn changes_become_hints() {
    type Change = fn(&Tree);
    let changes: [(&str, Change); 7] = [
        ("a file is written", |tree| tree.write("a/catalog-info.yaml", "two")),
        ("another file is renamed over it", |tree| {
            fs::rename(tree.path("a/draft"), tree.path("a/catalog-info.yaml")).expect("renamed");
        }),
        ("a file appears in a new folder", |tree| tree.write("b/c/catalog-info.yaml", "new")),
        ("a file is deleted", |tree| fs::remove_file(tree.path("a/catalog-info.yaml")).expect("removed")),
        ("a folder is deleted", |tree| fs::remove_dir_all(tree.path("a")).expect("removed")),
        ("a folder is renamed", |tree| fs::rename(tree.path("a"), tree.path("z")).expect("renamed")),
        ("what is ignored changes", |tree| tree.write(".gitignore", "a\n")),
    ];
    for (what, change) in changes {
        let tree = Tree::new(&[("a/catalog-info.yaml", "one"), ("a/draft", "two")]);
        let mut watcher = watching(&tree, &[]).await;
        change(&tree);
        hint(&mut watcher, what).await;
    }
}

#[tokio::test]
async fn a_change_of_content_names_its_files() {
    type Change = fn(&Tree);
    let changes: [(&str, bool, Change); 8] = [
        ("written", true, |tree| tree.write("a/catalog-info.yaml", "two")),
        ("renamed over", true, |tree| {
            tree.write("a/catalog-info.yaml~", "two");
            fs::rename(tree.path("a/catalog-info.yaml~"), tree.path("a/catalog-info.yaml")).expect("renamed");
        }),
        ("both written", true, |tree| {
            tree.write("a/server.log", "two");
            tree.write("a/catalog-info.yaml", "two");
        }),
        ("deleted", false, |tree| fs::remove_file(tree.path("a/catalog-info.yaml")).expect("removed")),
        ("moved away", false, |tree| {
            fs::rename(tree.path("a/catalog-info.yaml"), tree.path("a/old")).expect("renamed");
        }),
        ("a new one", false, |tree| tree.write("a/other.yaml", "one")),
        ("a new folder", false, |tree| fs::create_dir(tree.path("a/b")).expect("a folder")),
        ("its folder moved", false, |tree| fs::rename(tree.path("a"), tree.path("z")).expect("renamed")),
    ];
    for (what, is_content, change) in changes {
        let tree = Tree::new(&[("a/catalog-info.yaml", "one"), ("a/server.log", "")]);
        let file = tree.path("a/catalog-info.yaml");
        let mut watcher = watching(&tree, std::slice::from_ref(&file)).await;
        change(&tree);
        let expected =
            if is_content { Changed::Files([file].into_iter().collect()) } else { Changed::Anything };
        assert_eq!(hint(&mut watcher, what).await, expected, "{what}");
    }
}

#[tokio::test]
async fn what_appeared_before_its_folder_was_watched_is_not_missed() {
    let tree = Tree::new(&[("a/catalog-info.yaml", "one")]);
    let source = Source::path(Path::new("."), &tree.root(), Rules::allow_all());
    let mut watcher = watching(&tree, &[]).await;
    fs::create_dir(tree.path("b")).expect("a folder");
    hint(&mut watcher, "a new folder").await;
    // Written while nobody watches `b`, as between a look at the files and the next call of `watch`.
    tree.write("b/catalog-info.yaml", "new");
    watcher.watch(std::slice::from_ref(&source), &[]);
    hint(&mut watcher, "a folder was added").await;
    tree.write("b/catalog-info.yaml", "changed");
    hint(&mut watcher, "a file in it changed").await;
}

#[tokio::test]
async fn a_folder_that_returns_under_its_name_is_watched_again() {
    let tree = Tree::new(&[("a/catalog-info.yaml", "one")]);
    let source = Source::path(Path::new("."), &tree.root(), Rules::allow_all());
    let mut watcher = watching(&tree, &[]).await;
    fs::rename(tree.path("a"), tree.path("old")).expect("renamed");
    tree.write("a/catalog-info.yaml", "two");
    hint(&mut watcher, "the folder was replaced").await;
    watcher.watch(std::slice::from_ref(&source), &[]);
    hint(&mut watcher, "folders were added").await;
    tree.write("a/catalog-info.yaml", "three");
    hint(&mut watcher, "a file in the new folder changed").await;
}

#[tokio::test]
async fn dependencies_are_watched_wherever_they_lie() {
    let tree = Tree::new(&[("a/catalog-info.yaml", "one")]);
    let other = Tree::new(&[("api.txt", "one"), ("log.txt", "")]);
    let missing = other.path("soon/there.txt");
    let mut watcher = watching(&tree, &[other.path("api.txt"), missing.clone()]).await;
    other.write("api.txt", "two");
    hint(&mut watcher, "a dependency changed").await;
    other.write("soon/there.txt", "here");
    hint(&mut watcher, "the folder of a missing dependency appeared").await;
}

#[tokio::test]
async fn other_files_and_reading_are_no_change() {
    let tree = Tree::new(&[("a/catalog-info.yaml", "one"), ("a/server.log", "one")]);
    let mut watcher = watching(&tree, &[]).await;
    tree.write("a/server.log", "two");
    fs::read(tree.path("a/catalog-info.yaml")).expect("read");
    fs::read_dir(tree.path("a")).expect("listed").for_each(drop);
    let quiet = tokio::time::timeout(Duration::from_millis(400), watcher.changed()).await;
    assert!(quiet.is_err(), "a hint came though nothing that matters changed");
}
