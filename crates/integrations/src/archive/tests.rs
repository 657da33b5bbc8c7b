//! Archives as Git makes them, and as nobody makes them who means well.

use std::io::Write as _;

use flate2::write::GzEncoder;
use flate2::{Compress, Compression, FlushCompress};
use proptest::prelude::*;
use tar::{Builder, EntryType, Header};

use super::*;

/// An entry: its kind, its name, and its content or what its link says.
type Told<'a> = (EntryType, &'a str, &'a [u8]);

const FILE: EntryType = EntryType::Regular;
const FOLDER: EntryType = EntryType::Directory;
const LINK: EntryType = EntryType::Symlink;

/// A header whose name is not looked at by anybody.
fn header(kind: EntryType, name: &str, size: u64) -> Header {
    let mut header = Header::new_gnu();
    header.as_gnu_mut().expect("GNU's").name[..name.len()].copy_from_slice(name.as_bytes());
    header.set_entry_type(kind);
    header.set_mode(0o644);
    header.set_size(size);
    header.set_cksum();
    header
}

fn tar(entries: &[Told<'_>]) -> Vec<u8> {
    let mut archive = Builder::new(Vec::new());
    for (kind, name, content) in entries {
        if matches!(*kind, EntryType::Symlink | EntryType::Link) {
            let mut header = header(*kind, name, 0);
            header.as_gnu_mut().expect("GNU's").linkname[..content.len()].copy_from_slice(content);
            header.set_cksum();
            archive.append(&header, io::empty()).expect("an entry");
        } else {
            let header = header(*kind, name, content.len() as u64);
            archive.append(&header, *content).expect("an entry");
        }
    }
    archive.into_inner().expect("an archive")
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut archive = GzEncoder::new(Vec::new(), Compression::fast());
    archive.write_all(bytes).and_then(|()| archive.finish()).expect("compressed")
}

fn archive(entries: &[Told<'_>]) -> Vec<u8> {
    gzip(&tar(entries))
}

fn unpacked(archive: &[u8], folder: &str) -> Result<Vec<String>, ReadError> {
    let folder: Vec<String> = folder.split('/').filter(|part| !part.is_empty()).map(str::to_owned).collect();
    let files = unpack(archive, &folder)?.into_iter().map(|file| match file.content {
        TreeContent::File { bytes, executable } => {
            let mark = if executable { "*" } else { "" };
            format!("{}{mark} {}", file.path, String::from_utf8_lossy(&bytes))
        }
        TreeContent::Link(says) => format!("{} -> {says}", file.path),
    });
    Ok(files.collect())
}

#[test]
fn a_folder_of_a_repository_is_unpacked() {
    let mut all = Builder::new(Vec::new());
    let mut commit = header(EntryType::XGlobalHeader, "pax_global_header", 19);
    commit.set_cksum();
    all.append(&commit, b"19 comment=abcdef0\n".as_slice()).expect("an entry");
    let long = format!("shop-main/skeletons/java/{}/x.txt", "deep/".repeat(60));
    let mut executable = header(FILE, "shop-main/skeletons/java/mvnw", 2);
    executable.set_mode(0o755);
    executable.set_cksum();
    all.append(&executable, b"#!".as_slice()).expect("an entry");
    all.append_data(&mut header(FILE, "", 4), &long, b"long".as_slice()).expect("an entry");
    for (kind, name, content) in [
        (FOLDER, "shop-main/skeletons/java/", b"".as_slice()),
        (FILE, "shop-main/skeletons/java/a.txt", b"a"),
        (FILE, "shop-main/skeletons/java-8/b.txt", b"of another folder"),
        (FILE, "shop-main/README.md", b"of another folder"),
    ] {
        all.append(&header(kind, name, content.len() as u64), content).expect("an entry");
    }
    let link = "../".repeat(60) + "x";
    all.append_link(&mut header(LINK, "", 0), "shop-main/skeletons/java/link", &link).expect("an entry");
    let archive = gzip(&all.into_inner().expect("an archive"));
    let expected = [
        "a.txt a".to_owned(),
        format!("{}x.txt long", "deep/".repeat(60)),
        format!("link -> {link}"),
        "mvnw* #!".to_owned(),
    ];
    assert_eq!(unpacked(&archive, "skeletons/java"), Ok(expected.to_vec()));
    assert_eq!(unpacked(&archive, "").map(|files| files.len()), Ok(6));
    for (folder, expected) in [
        ("skeletons/rust", "there is no folder skeletons/rust"),
        ("skeletons/java/a.txt", "a.txt is no folder"),
        ("skeletons/java/link", "link is no folder"),
    ] {
        assert_eq!(unpacked(&archive, folder), Err(ReadError::Missing(expected.to_owned())));
    }
}

#[test]
fn what_no_repository_holds_is_refused_and_named() {
    let lies: &[(&[Told<'_>], &str)] = &[
        (&[(FILE, "../x", b"x")], r#""../x" leads out of the folder"#),
        (&[(FILE, "shop/../../x", b"x")], r#""shop/../../x" leads out"#),
        (&[(FILE, "shop/a/../../x", b"x")], r#""shop/a/../../x" leads out"#),
        (&[(FILE, "shop/a/..", b"x")], r#""shop/a/.." leads out"#),
        (&[(FOLDER, "shop/../..", b"")], r#""shop/../.." leads out"#),
        (&[(LINK, "../x", b"y")], r#""../x" leads out"#),
        (&[(FILE, "/etc/x", b"x")], r#""/etc/x" leads out"#),
        (&[(FILE, "//x/y", b"x")], r#""//x/y" leads out"#),
        (&[(FILE, "shop\\..\\x", b"x")], "holds what no file name has"),
        (&[(FILE, "C:\\x", b"x")], "holds what no file name has"),
        (&[(EntryType::Link, "shop/a", b"/etc/passwd")], r#""shop/a" is a hard link"#),
        (&[(EntryType::Char, "shop/null", b"")], r#""shop/null" is neither"#),
        (&[(EntryType::Block, "shop/sda", b"")], r#""shop/sda" is neither"#),
        (&[(EntryType::Fifo, "shop/pipe", b"")], r#""shop/pipe" is neither"#),
        (&[(EntryType::Continuous, "shop/x", b"")], r#""shop/x" is neither"#),
        (&[(LINK, "shop/a", b"")], r#"the link "a" leads nowhere"#),
        (&[(LINK, "shop/a", b"/etc"), (FILE, "shop/a/x", b"x")], r#""a/x" lies where "a" does"#),
        (&[(FILE, "shop/a/b/x", b"x"), (LINK, "shop/a", b"/etc")], r#""a/b/x" lies where "a" does"#),
        (&[(FILE, "shop/a", b"x"), (FILE, "shop/./a", b"y")], r#""a" lies where "a" does"#),
    ];
    for (entries, expected) in lies {
        let told = unpacked(&archive(entries), "").expect_err("refused");
        assert!(matches!(&told, ReadError::Refused(why) if why.contains(expected)), "{expected}: {told:?}");
    }
    // What is outside of the wanted folder is judged too.
    let told = unpacked(&archive(&[(FILE, "shop/a/x", b"x"), (FILE, "../x", b"x")]), "a");
    assert!(matches!(&told, Err(ReadError::Refused(why)) if why.contains("leads out")), "{told:?}");
    // Names that no header holds, but an extension of it does.
    for (key, value, expected) in [
        ("path", "shop/a\0b", "no file name has"),
        ("path", "../x", "leads out"),
        ("linkpath", "a\0b", "nowhere"),
    ] {
        let mut all = Builder::new(Vec::new());
        all.append_pax_extensions([(key, value.as_bytes())]).expect("an entry");
        all.append(&header(LINK, "shop/x", 0), io::empty()).expect("an entry");
        let told = unpacked(&gzip(&all.into_inner().expect("an archive")), "").expect_err("refused");
        assert!(told.to_string().contains(expected), "{key}: {told}");
    }
    // Ten gigabytes of nothing, of which no byte is in the archive.
    let mut sparse = header(EntryType::GNUSparse, "shop/sparse", 0);
    let gnu = sparse.as_gnu_mut().expect("GNU's");
    gnu.realsize.copy_from_slice(b"120000000000");
    gnu.sparse[0].offset.copy_from_slice(b"120000000000");
    gnu.sparse[0].numbytes.copy_from_slice(b"000000000000");
    sparse.set_cksum();
    let mut all = Builder::new(Vec::new());
    all.append(&sparse, io::empty()).expect("an entry");
    let told = unpacked(&gzip(&all.into_inner().expect("an archive")), "").expect_err("refused");
    assert!(told.to_string().contains(r#""shop/sparse" is neither"#), "{told}");
}

/// A compressed stream that begins with `start` and goes on with a megabyte of zeros so many times, without an end.
fn zeros(start: &[u8], megabytes: usize) -> Vec<u8> {
    let mut squeeze = Compress::new(Compression::best(), false);
    let mut block = |bytes: &[u8]| {
        let mut out = Vec::with_capacity(bytes.len() + 1_024);
        // Behind a full flush nothing refers to what was before.
        squeeze.compress_vec(bytes, &mut out, FlushCompress::Full).expect("compressed");
        out
    };
    let header = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255];
    let (start, zeros) = (block(start), block(&vec![0; 1024 * 1024]));
    let mut all = [header.as_slice(), &start].concat();
    for _ in 0..megabytes {
        all.extend_from_slice(&zeros);
    }
    all
}

#[test]
fn a_bomb_is_left_while_it_is_unpacked() {
    const TEN_GIGABYTES: u64 = 10 * 1024 * 1024 * 1024;
    let is_small = |archive: Vec<u8>| {
        assert!(archive.len() < 16 * 1024 * 1024, "{} bytes would not come this far", archive.len());
        archive
    };
    // A file that says how large it is.
    let told = unpacked(&is_small(zeros(header(FILE, "shop/x", TEN_GIGABYTES).as_bytes(), 10 * 1024)), "");
    assert!(matches!(&told, Err(ReadError::Refused(why)) if why.contains("67108864 bytes")), "{told:?}");
    // Several that stay below, until they do not.
    let mut parts = Vec::new();
    for name in ["shop/a", "shop/b", "shop/c"] {
        parts.extend_from_slice(header(FILE, name, MAX_TREE_BYTES / 2).as_bytes());
        parts.resize(parts.len() + usize::try_from(MAX_TREE_BYTES / 2).expect("a size"), 0);
    }
    let told = unpacked(&is_small(gzip(&parts)), "");
    assert!(matches!(&told, Err(ReadError::Refused(why)) if why.contains("67108864 bytes")), "{told:?}");
    // A name, what an extension says, and what comes behind the end.
    for kind in [EntryType::GNULongName, EntryType::GNULongLink, EntryType::XHeader] {
        let told = unpacked(&zeros(header(kind, "././@LongLink", TEN_GIGABYTES).as_bytes(), 2_048), "");
        assert!(
            matches!(&told, Err(ReadError::Refused(why)) if why.contains("65536 bytes")),
            "{kind:?}: {told:?}"
        );
    }
    let told = unpacked(&zeros(&[0; 1_024], 2_048), "");
    assert!(matches!(&told, Err(ReadError::Refused(why)) if why.contains("65536 bytes")), "{told:?}");
}

#[test]
fn entries_are_counted() {
    let names: Vec<String> = (0..100_000).map(|number| format!("shop/{number}")).collect();
    for (kind, most, more) in [(FILE, MAX_TREE_FILES, 1), (FOLDER, MAX_ENTRIES, names.len() - MAX_ENTRIES)] {
        let entries: Vec<Told<'_>> = names.iter().map(|name| (kind, name.as_str(), b"".as_slice())).collect();
        assert!(unpacked(&archive(&entries[..most]), "").is_ok(), "{kind:?}");
        let told = unpacked(&archive(&entries[..most + more]), "");
        assert!(matches!(&told, Err(ReadError::Refused(why)) if why.contains(&most.to_string())), "{told:?}");
    }
}

#[test]
fn what_came_damaged_is_asked_for_again() {
    let whole = archive(&[(FILE, "shop/a", &[7; 2_000]), (FILE, "shop/b", b"b")]);
    let cut = tar(&[(FILE, "shop/a", &[7; 2_000])]);
    let mut flipped = whole.clone();
    let checksum = flipped.len() - 6;
    flipped[checksum] ^= 1;
    let lie = [header(FILE, "shop/x", 5_000).as_bytes().as_slice(), &[0; 512]].concat();
    for (archive, what) in [
        (Vec::new(), "nothing"),
        (gzip(b""), "an archive of nothing"),
        (b"<html>Sign in</html>".to_vec(), "no archive"),
        (whole[..whole.len() - 1].to_vec(), "cut at its end"),
        (whole[..whole.len() / 2].to_vec(), "cut in the middle"),
        (flipped, "another checksum"),
        (gzip(&cut[..1_000]), "a file that is cut"),
        (gzip(&lie), "a size that is a lie"),
        (gzip(b"no tar at all, however long it is"), "no tar"),
        (gzip(&[7; 1_024]), "a header without a checksum"),
    ] {
        let told = unpacked(&archive, "");
        assert!(matches!(&told, Err(ReadError::Later { .. })), "{what}: {told:?}");
    }
}

/// Whether a path is one that stays where it is put.
fn is_plain(path: &str) -> bool {
    !path.contains(['\\', '\0']) && path.split('/').all(|part| !matches!(part, "" | "." | ".."))
}

proptest! {
    #[test]
    fn no_bytes_panic(bytes in prop::collection::vec(any::<u8>(), 0..2_000), squeezed: bool) {
        let archive = if squeezed { gzip(&bytes) } else { bytes };
        prop_assert!(unpacked(&archive, "").is_err());
    }

    #[test]
    fn what_is_changed_in_an_archive_leads_nowhere(
        changes in prop::collection::vec((0..4_096_usize, any::<u8>()), 0..6),
        names in prop::collection::vec("[a./\\\\-]{1,12}", 1..5),
        fix: bool,
    ) {
        let entries: Vec<Told<'_>> = names.iter().map(|name| (FILE, name.as_str(), b"x".as_slice())).collect();
        let mut bytes = tar(&entries);
        let length = bytes.len();
        for (at, byte) in changes {
            bytes[at % length] = byte;
        }
        if fix {
            // A header whose sum is right is read, whatever else it says.
            let first: [u8; 512] = bytes[..512].try_into().expect("a block");
            let mut header = Header::from_byte_slice(&first).clone();
            header.set_cksum();
            bytes[..512].copy_from_slice(header.as_bytes());
        }
        if let Ok(files) = unpack(&gzip(&bytes), &[]) {
            prop_assert!(files.iter().all(|file| is_plain(&file.path)), "{files:?}");
        }
    }

    #[test]
    fn what_was_packed_comes_out(names in prop::collection::btree_set("[a-z]{1,8}/[a-z]{1,8}", 1..20)) {
        let paths: Vec<String> = names.iter().map(|name| format!("shop-main/{name}")).collect();
        let entries: Vec<Told<'_>> = paths.iter().map(|path| (FILE, path.as_str(), path.as_bytes())).collect();
        let expected: Vec<String> = names.iter().map(|name| format!("{name} shop-main/{name}")).collect();
        let mut found = unpacked(&archive(&entries), "").expect("an archive");
        found.sort();
        prop_assert_eq!(found, expected);
    }
}
