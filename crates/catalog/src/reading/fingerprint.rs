//! Has a file changed? Answered from the file system's own records, without reading the file.

use std::fs::Metadata;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use sha1::{Digest, Sha1};

/// A sign of the present state of a file and of the files that placeholders in it read, for comparison only.
///
/// Made of length, time of the last write and inode, so a file renamed over another is a change even when both were
/// written at the same moment. Files that do not exist count as absent: their appearance is a change.
pub fn fingerprint(path: &Path, dependencies: &[PathBuf]) -> String {
    combine(of_file(path), dependencies.iter().map(|dependency| of_file(dependency)))
}

/// As [`fingerprint`], from parts taken before the files were read: a write during the reading then shows as a change.
pub(super) fn combine(own: String, dependencies: impl ExactSizeIterator<Item = impl AsRef<str>>) -> String {
    if dependencies.len() == 0 {
        return own;
    }
    let mut sha1 = Sha1::new();
    for dependency in dependencies {
        sha1.update(dependency.as_ref());
        sha1.update("\n");
    }
    format!("{own}+{}", super::identity::hex(&sha1.finalize()))
}

/// The part of one file.
pub(super) fn of_file(path: &Path) -> String {
    path.metadata().map_or_else(|_| "absent".to_owned(), |metadata| of_metadata(&metadata))
}

fn of_metadata(metadata: &Metadata) -> String {
    let written = metadata.modified().ok().and_then(|time| time.duration_since(UNIX_EPOCH).ok());
    let written = written.map_or(0, |time| time.as_nanos());
    format!("{:x}-{written:x}-{:x}", metadata.len(), inode(metadata))
}

#[cfg(unix)]
fn inode(metadata: &Metadata) -> u64 {
    std::os::unix::fs::MetadataExt::ino(metadata)
}

#[cfg(not(unix))]
fn inode(_: &Metadata) -> u64 {
    0
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn every_kind_of_change_shows() -> std::io::Result<()> {
        let folder = tempfile::tempdir()?;
        let file = folder.path().join("catalog-info.yaml");
        let included = folder.path().join("api.txt");
        let dependencies = [included.clone()];
        let mut seen = Vec::new();
        let mut changed = |what: &str| {
            let now = fingerprint(&file, &dependencies);
            assert_eq!(now, fingerprint(&file, &dependencies), "stable after: {what}");
            assert!(!seen.contains(&now), "not seen: {what}");
            seen.push(now);
        };
        changed("nothing there");
        fs::write(&file, "a")?;
        changed("file made");
        fs::write(&file, "ab")?;
        changed("file longer");
        let other = folder.path().join("other");
        fs::write(&other, "xy")?;
        let written = fs::metadata(&file)?.modified()?;
        fs::File::options().write(true).open(&other)?.set_modified(written)?;
        fs::rename(&other, &file)?;
        changed("another file of the same length and time renamed over it");
        fs::write(&included, "a")?;
        changed("dependency appeared");
        fs::write(&included, "abc")?;
        changed("dependency changed");
        Ok(())
    }
}
