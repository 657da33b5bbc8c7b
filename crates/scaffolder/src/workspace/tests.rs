mod merge;

use std::fs;
use std::io::Write as _;
use std::path::Path;

use flate2::Compression;
use flate2::write::GzEncoder;
use proptest::prelude::*;
use tar::{Builder, EntryType, Header};

use super::*;

fn workspace() -> (tempfile::TempDir, Workspace) {
    let folder = tempfile::tempdir().unwrap();
    let workspace = Workspace::open(folder.path().join("run")).unwrap();
    (folder, workspace)
}

/// Everything in it, a line for each.
fn shown(workspace: &Workspace) -> String {
    let line = |entry: &Entry| match &entry.kind {
        Kind::Folder => format!("{}/", entry.path),
        Kind::Link(says) => format!("{} -> {says}", entry.path),
        Kind::File { executable, .. } => {
            let content = String::from_utf8_lossy(&workspace.read(&entry.path).unwrap()).into_owned();
            format!("{}{} = {content}", entry.path, if *executable { "*" } else { "" })
        }
    };
    workspace.walk("").unwrap().iter().map(line).collect::<Vec<_>>().join(", ")
}

#[test]
fn paths_are_simplified_or_refused() {
    for (path, expected) in [
        ("a", "a"),
        ("./a//b/../c/.", "a/c"),
        ("", ""),
        (".", ""),
        ("a/..", ""),
        ("a b/ü/.hidden", "a b/ü/.hidden"),
        ("...", "..."),
        ("console", "console"),
        ("comet/com", "comet/com"),
        ("gitignore/.gitignore/.github", "gitignore/.gitignore/.github"),
    ] {
        assert_eq!(simplify(path).ok().as_deref(), Some(expected), "{path:?}");
    }
    for path in [
        "..",
        "../a",
        "a/../../b",
        "/etc/passwd",
        "//x",
        "\\x",
        "a\\..\\..\\b",
        "C:/x",
        "c:x",
        "a\0b",
        "a\nb",
        "con",
        "NUL",
        "aux.txt",
        "a/Com1",
        "lpt9.tar.gz",
        "COM¹",
        "prn ",
        "a/.git/hooks",
        ".GIT",
        "nul:x",
        &"x".repeat(256),
        &"a/".repeat(65),
        &"abcdefg/".repeat(200),
    ] {
        assert!(simplify(path).is_err(), "{path:?}");
    }
}

#[test]
fn files_are_written_read_and_listed() {
    let (_folder, workspace) = workspace();
    workspace.write("b/run.sh", b"#!", true).unwrap();
    workspace.write("b/a.txt", b"one", false).unwrap();
    workspace.write("b/a.txt", b"two", false).unwrap();
    workspace.write("b.txt", b"", false).unwrap();
    workspace.make_folder("empty/deep").unwrap();
    workspace.link("link", "b/a.txt").unwrap();
    let expected = "b/, b/a.txt = two, b/run.sh* = #!, b.txt = , empty/, empty/deep/, link -> b/a.txt";
    assert_eq!(shown(&workspace), expected);
    assert_eq!(workspace.read("link").unwrap(), b"two", "a link inside is followed");
    let names: Vec<_> = workspace.list("b").unwrap().into_iter().map(|entry| entry.path).collect();
    assert_eq!(names, ["b/a.txt", "b/run.sh"]);
    workspace.write("link", b"three", false).unwrap();
    assert_eq!(
        workspace.read("b/a.txt").unwrap(),
        b"two",
        "a file takes the place of a link, and is not written behind it"
    );
    workspace.rename("b", "c/d").unwrap();
    assert!(workspace.remove("c/d/run.sh").unwrap());
    assert!(!workspace.remove("nothing").unwrap());
    assert_eq!(shown(&workspace), "b.txt = , c/, c/d/, c/d/a.txt = two, empty/, empty/deep/, link = three");
    for (refused, why) in [
        (workspace.write("empty", b"", false), "a folder"),
        (workspace.write("", b"", false), "itself"),
        (workspace.write("b.txt/x", b"", false), "b.txt"),
        (workspace.rename("nothing", "x"), "There is no"),
        (workspace.rename("b.txt", "link"), "already"),
        (workspace.rename("c", "c/e"), "into itself"),
        (workspace.read("empty").map(drop), "is no file"),
        (workspace.read("nothing").map(drop), "There is no"),
        (workspace.list("b.txt").map(drop), "is no folder"),
    ] {
        let told = refused.unwrap_err().to_string();
        assert!(told.contains(why), "{why}: {told}");
    }
    workspace.remove("").unwrap();
    assert_eq!(shown(&workspace), "");
}

#[cfg(unix)]
#[test]
fn links_lead_nowhere_outside() {
    let (folder, workspace) = workspace();
    let outside = folder.path().join("outside");
    fs::create_dir(&outside).unwrap();
    fs::write(outside.join("secret"), "s").unwrap();
    let absolute = outside.to_str().unwrap().to_owned();
    for target in ["../outside", "a/../../outside", &absolute, "/proc/self/root"] {
        workspace.link("way", target).unwrap();
        for (what, done) in [
            ("read", workspace.read("way/secret").map(drop)),
            ("write", workspace.write("way/secret", b"x", false)),
            ("new", workspace.write("way/new", b"x", false)),
            ("folder", workspace.make_folder("way/deep")),
            ("link", workspace.link("way/l", "x")),
            ("list", workspace.list("way").map(drop)),
            ("list below", workspace.list("way/.").map(drop)),
        ] {
            assert!(done.is_err(), "{what} through {target}");
        }
        assert!(matches!(workspace.remove("way/secret"), Ok(false) | Err(_)), "{target}");
        workspace.write("mine", b"m", false).unwrap();
        assert!(workspace.rename("mine", "way/mine").is_err(), "{target}");
        assert_eq!(shown(&workspace), format!("mine = m, way -> {target}"));
        // Removing takes the link, and not what it leads to.
        assert!(workspace.remove("way").unwrap());
    }
    workspace.link("dir/way", "../../outside").unwrap();
    workspace.remove("dir").unwrap();
    assert_eq!(fs::read_to_string(outside.join("secret")).unwrap(), "s");
    assert_eq!(fs::read_dir(&outside).unwrap().count(), 1);
    // A circle ends as well.
    workspace.link("one", "two").unwrap();
    workspace.link("two", "one").unwrap();
    assert!(workspace.read("one").is_err());
}

#[cfg(unix)]
#[test]
fn what_is_no_file_is_refused() {
    let (folder, workspace) = workspace();
    let made = std::process::Command::new("mkfifo").arg(folder.path().join("run/pipe")).status();
    assert!(made.unwrap().success());
    assert!(workspace.read("pipe").unwrap_err().to_string().contains("is no file"));
    assert!(workspace.walk("").is_err());
}

#[test]
fn a_workspace_has_limits() {
    let folder = tempfile::tempdir().unwrap();
    let limits = Limits { entries: 4, bytes: 10 };
    let workspace = Workspace::open_within(folder.path(), limits).unwrap();
    workspace.write("a", b"12345", false).unwrap();
    workspace.write("b", b"12345", false).unwrap();
    assert!(workspace.write("c", b"1", false).unwrap_err().to_string().contains("10 bytes"));
    workspace.write("a", b"1234", false).unwrap();
    workspace.write("c", b"1", false).unwrap();
    workspace.remove("b").unwrap();
    workspace.make_folder("d/e").unwrap();
    assert!(workspace.make_folder("f").unwrap_err().to_string().contains("4 files"));
    assert!(workspace.link("f", "a").unwrap_err().to_string().contains("4 files"));
    workspace.remove("d").unwrap();
    workspace.write("f", b"12345", false).unwrap();
    fs::write(folder.path().join("foreign"), "12345678").unwrap();
    assert!(workspace.measure().is_err(), "another program wrote too much");
    assert!(Workspace::open_within(folder.path(), limits).is_err());
}

#[test]
fn an_archive_gives_the_same_again() {
    let (_folder, workspace) = workspace();
    let (_other, copy) = self::workspace();
    let long = format!("{}/{}.txt", "d".repeat(120), "n".repeat(200));
    workspace.write(&long, "ü".as_bytes(), false).unwrap();
    workspace.write("run.sh", b"#!", true).unwrap();
    workspace.make_folder("empty").unwrap();
    workspace.link("out", &format!("../../{}", "x".repeat(200))).unwrap();
    copy.write("gone", b"", false).unwrap();
    let archive = workspace.pack().unwrap();
    copy.unpack(&archive).unwrap();
    assert_eq!(shown(&copy), shown(&workspace));
    assert_eq!(copy.pack().unwrap(), archive, "the same content gives the same bytes");
    assert!(copy.unpack(&archive[..archive.len() / 2]).is_err());
    assert!(copy.unpack(b"no archive").is_err());
}

/// An archive with an entry as an attacker writes it: the header is filled in by hand.
fn archive(entries: &[(&str, EntryType, &str, &[u8])]) -> Vec<u8> {
    let mut archive = Builder::new(GzEncoder::new(Vec::new(), Compression::fast()));
    for (path, kind, target, content) in entries {
        let mut header = Header::new_gnu();
        header.as_mut_bytes()[..path.len()].copy_from_slice(path.as_bytes());
        header.as_mut_bytes()[157..157 + target.len()].copy_from_slice(target.as_bytes());
        header.set_entry_type(*kind);
        header.set_mode(0o4777);
        header.set_size(content.len() as u64);
        header.set_cksum();
        archive.append(&header, *content).unwrap();
    }
    archive.into_inner().unwrap().finish().unwrap()
}

#[cfg(unix)]
#[test]
fn archives_do_not_escape() {
    let (folder, workspace) = workspace();
    fs::write(folder.path().join("victim"), "v").unwrap();
    let absolute = folder.path().join("victim");
    let absolute = absolute.to_str().unwrap();
    for entries in [
        &[("../victim", EntryType::Regular, "", b"x".as_slice())][..],
        &[(absolute, EntryType::Regular, "", b"x")],
        &[("a/../../victim", EntryType::Regular, "", b"x")],
        &[("way", EntryType::Symlink, "..", b""), ("way/victim", EntryType::Regular, "", b"x")],
        &[("way", EntryType::Symlink, "/", b""), ("way/tmp/x", EntryType::Regular, "", b"x")],
        &[("a/way", EntryType::Symlink, "../..", b""), ("a/way/victim", EntryType::Symlink, "x", b"")],
        &[("victim", EntryType::Link, "../victim", b"")],
        &[("hard", EntryType::Link, "victim", b"")],
        &[("device", EntryType::Char, "", b"")],
        &[("device", EntryType::Block, "", b"")],
        &[("pipe", EntryType::Fifo, "", b"")],
        &[(".git/hooks/post-commit", EntryType::Regular, "", b"x")],
        &[("nul", EntryType::Regular, "", b"x")],
        &[("", EntryType::Regular, "", b"x")],
    ] {
        let refused = workspace.unpack(&archive(entries));
        assert!(refused.is_err(), "{entries:?}");
        assert_eq!(fs::read_to_string(folder.path().join("victim")).unwrap(), "v", "{entries:?}");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2, "{entries:?}");
    }
    // A file in the place of a link is the file, and no mode but "can be run" is taken over.
    workspace
        .unpack(&archive(&[("v", EntryType::Symlink, "../victim", b""), ("v", EntryType::Regular, "", b"x")]))
        .unwrap();
    assert_eq!(shown(&workspace), "v* = x");
    let mode = std::os::unix::fs::PermissionsExt::mode(
        &fs::metadata(workspace.path().join("v")).unwrap().permissions(),
    );
    assert_eq!(mode & 0o7022, 0, "{mode:o}");
    assert_eq!(fs::read_to_string(folder.path().join("victim")).unwrap(), "v");
}

#[test]
fn archives_do_not_fill_the_disk() {
    let folder = tempfile::tempdir().unwrap();
    let workspace = Workspace::open_within(folder.path(), Limits { entries: 100, bytes: 1 << 20 }).unwrap();
    let large = vec![0; 8 << 20];
    let bomb = archive(&[("zeros", EntryType::Regular, "", &large)]);
    assert!(bomb.len() < 100_000, "{} bytes", bomb.len());
    assert!(workspace.unpack(&bomb).is_err());
    let many: Vec<_> = (0..200).map(|number| format!("f{number}")).collect();
    let many: Vec<_> =
        many.iter().map(|name| (name.as_str(), EntryType::Regular, "", b"".as_slice())).collect();
    assert!(workspace.unpack(&archive(&many)).is_err());
    // A name of an entry that has no end.
    let mut endless = GzEncoder::new(Vec::new(), Compression::fast());
    let mut header = Header::new_gnu();
    header.set_entry_type(EntryType::GNULongName);
    header.set_size(1 << 40);
    header.set_cksum();
    endless.write_all(header.as_bytes()).unwrap();
    for _ in 0..8 {
        endless.write_all(&large).unwrap();
    }
    assert!(workspace.unpack(&endless.finish().unwrap()).is_err());
    workspace.measure().unwrap();
}

proptest! {
    #[test]
    fn no_path_leads_out(path in r"(\.\.|\.|/|\\|a|b|way|\u{0}|con| ){0,12}") {
        let (folder, workspace) = workspace();
        #[cfg(unix)]
        workspace.link("way", "../..").unwrap();
        let before = fs::read_dir(folder.path()).unwrap().count();
        let _written = workspace.write(&path, b"x", false);
        let _made = workspace.make_folder(&path);
        let _removed = workspace.remove(&path);
        prop_assert_eq!(fs::read_dir(folder.path()).unwrap().count(), before);
        if let Ok(simple) = simplify(&path) {
            prop_assert!(Path::new(&simple).components().all(|part| matches!(part, std::path::Component::Normal(_))));
            prop_assert_eq!(simplify(&simple).ok(), Some(simple));
        }
    }

    #[test]
    fn no_bytes_make_unpacking_panic(bytes in prop::collection::vec(any::<u8>(), 0..600)) {
        let (_folder, workspace) = workspace();
        let mut compressed = GzEncoder::new(Vec::new(), Compression::fast());
        compressed.write_all(&bytes).unwrap();
        let _refused = workspace.unpack(&compressed.finish().unwrap());
        let _refused = workspace.unpack(&bytes);
    }
}
