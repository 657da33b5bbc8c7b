//! What opens what, and where keys come from.

use std::path::Path;

use proptest::prelude::*;
use tempfile::TempDir;

use super::*;
use crate::error::ErrorKind;

fn memory(secrets: &[&str]) -> Keyring {
    let secrets: Vec<Secret<String>> = secrets.iter().map(|text| Secret::new((*text).to_owned())).collect();
    Keyring::open(&secrets, &DatabaseConfig::SqliteMemory).expect("a keyring")
}

fn beside(folder: &Path) -> Result<Keyring> {
    Keyring::open(&[], &DatabaseConfig::SqliteFile(folder.join("portico.sqlite")))
}

const OLD: &str = "an old secret of enough length";
const NEW: &str = "a new secret of enough length";

#[test]
fn a_secret_opens_in_its_context_alone() {
    let keyring = memory(&[NEW]);
    let sealed = keyring.seal("task 1", b"hunter2").expect("sealed");
    assert_eq!(keyring.open_sealed("task 1", &sealed).expect("opened").expose(), b"hunter2");
    assert_ne!(sealed, keyring.seal("task 1", b"hunter2").expect("sealed"), "twice the same is not seen");
    assert!(!sealed.windows(7).any(|part| part == b"hunter2"), "it can be read");
    for context in ["task 2", "", "task 1 "] {
        let refused = keyring.open_sealed(context, &sealed).expect_err(context);
        assert_eq!(refused.kind(), ErrorKind::Conflict);
    }
}

#[test]
fn keys_rotate() {
    let (before, after) = (memory(&[OLD]), memory(&[NEW, OLD]));
    let (sealed, token) = (before.seal("x", b"1").expect("sealed"), before.sign("x").expect("signed"));
    assert_eq!(after.open_sealed("x", &sealed).expect("opened").expose(), b"1");
    assert!(after.verify("x", &token));
    let (sealed, token) = (after.seal("x", b"2").expect("sealed"), after.sign("x").expect("signed"));
    assert!(before.open_sealed("x", &sealed).is_err(), "the newest key seals");
    assert!(!before.verify("x", &token), "the newest key signs");
    assert_eq!(memory(&[NEW]).open_sealed("x", &sealed).expect("opened").expose(), b"2");
}

#[test]
fn a_token_is_for_one_text() {
    let keyring = memory(&[NEW]);
    let token = keyring.sign("one").expect("signed");
    assert!(keyring.verify("one", &token) && token.len() == 43);
    let cut = &token[..42];
    let longer = format!("{token}A");
    for (text, token) in
        [("two", token.as_str()), ("one", ""), ("one", cut), ("one", &longer), ("one", "é"), ("one", "====")]
    {
        assert!(!keyring.verify(text, token), "{text} {token}");
    }
    assert!(!memory(&[OLD]).verify("one", &token), "another key");
}

#[test]
fn a_short_secret_counts_as_none() {
    let config = DatabaseConfig::Postgres(Secret::new("postgres://a:b@c/d".to_owned()));
    let keyring = Keyring::open(&[Secret::new("short".to_owned())], &config).expect("a keyring");
    let refused = keyring.seal("x", b"1").expect_err("there is no key");
    assert_eq!(refused.kind(), ErrorKind::Conflict);
    assert!(refused.message().contains("backend.auth.keys"), "{refused}");
    assert!(keyring.sign("x").is_err() && !keyring.verify("x", ""));
    assert_eq!(format!("{keyring:?}"), "Keyring(…)");
}

#[test]
fn the_embedded_database_has_a_key_beside_it() {
    let folder = TempDir::new().expect("a folder");
    let sealed = beside(folder.path()).expect("made").seal("x", b"1").expect("sealed");
    let again = beside(folder.path()).expect("read");
    assert_eq!(again.open_sealed("x", &sealed).expect("opened").expose(), b"1");
    let path = folder.path().join("portico.sqlite.key");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        assert_eq!(std::fs::metadata(&path).expect("a file").permissions().mode() & 0o777, 0o600);
    }
    let files: Vec<_> = std::fs::read_dir(folder.path()).expect("a folder").collect();
    assert_eq!(files.len(), 1, "nothing is left over");

    for text in ["", "\n", "short", "é"] {
        std::fs::write(&path, text).expect("written");
        let refused = beside(folder.path()).expect_err("damaged");
        assert!(refused.message().contains("holds no key"), "{refused}");
        assert_eq!(std::fs::read_to_string(&path).expect("a file"), text, "it is not replaced");
    }
    std::fs::write(&path, [0xff, 0xfe]).expect("written");
    assert!(beside(folder.path()).is_err(), "no text");
}

proptest! {
    #[test]
    fn what_was_changed_does_not_open(at in 0_usize..64, bit in 0_u8..8, plain in prop::collection::vec(any::<u8>(), 0..40)) {
        let keyring = memory(&[NEW]);
        let mut sealed = keyring.seal("x", &plain).expect("sealed");
        let opened = keyring.open_sealed("x", &sealed).expect("opened");
        prop_assert_eq!(opened.expose(), &plain);
        let at = at % sealed.len();
        sealed[at] ^= 1 << bit;
        prop_assert!(keyring.open_sealed("x", &sealed).is_err());
        sealed.truncate(at);
        prop_assert!(keyring.open_sealed("x", &sealed).is_err());
    }
}
