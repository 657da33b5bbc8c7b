//! Archives of repositories as hosts pack them, `tar.gz`: unpacked in memory, and nothing that they say of themselves is believed.
//!
//! Every name is judged before anything else is done with its entry. What comes out of the compression is counted while it comes
//! out: the content of files, and what is said about each entry, so that no small archive fills the memory.

use std::cell::Cell;
use std::io::{self, Read};
use std::rc::Rc;

use flate2::bufread::GzDecoder;
use tar::{Archive, EntryType};

use crate::ReadError;
use crate::tree::{MAX_TREE_BYTES, MAX_TREE_FILES, TreeContent, TreeFile};

/// Most bytes of an archive as it comes. What cannot be compressed is as long as its files.
pub(crate) const MAX_ARCHIVE_BYTES: usize = 64 * 1024 * 1024;
/// Most entries, folders and what lies outside of the wanted folder included.
const MAX_ENTRIES: usize = 10_000;
/// Most bytes of what an archive says about one entry: its headers, and names that are longer than a header takes.
const MAX_HEADERS: u64 = 64 * 1024;
/// Longest path, in bytes.
const LONGEST_PATH: usize = 4 * 1024;
/// Most characters of a path that an error tells.
const TOLD: usize = 200;

/// The files and links of a folder of an archive, sorted, with their paths from that folder. The archive has everything in a folder
/// of its own, which counts for nothing.
///
/// # Errors
/// There is no such folder, the archive is damaged or too large, or holds what no repository holds.
pub(crate) fn unpack(archive: &[u8], folder: &[String]) -> Result<Vec<TreeFile>, ReadError> {
    let allowed = Allowed::default();
    let mut archive = Archive::new(Counted { inner: GzDecoder::new(archive), allowed: allowed.clone() });
    let folder: Vec<&str> = folder.iter().map(String::as_str).collect();
    let is_there = folder.is_empty();
    let mut unpacked = Unpacked { folder, files: Vec::new(), is_there, left: MAX_TREE_BYTES };
    let mut entries = archive.entries().map_err(|error| damaged(&error))?;
    let mut count = 0;
    loop {
        allowed.set(MAX_HEADERS);
        let Some(entry) = entries.next() else { break };
        let mut entry = entry.map_err(|error| allowed.judge(&error))?;
        if count == MAX_ENTRIES {
            return Err(refused(&format!("it has more than {MAX_ENTRIES} files and folders")));
        }
        unpacked.take(&mut entry, &allowed)?;
        count += 1;
    }
    allowed.set(MAX_HEADERS);
    // The checksum comes last, so what was cut off shows only there.
    io::copy(&mut archive.into_inner(), &mut io::sink()).map_err(|error| allowed.judge(&error))?;
    if count == 0 {
        return Err(damaged(&io::Error::other("there is nothing in it")));
    }
    unpacked.finish()
}

/// How many bytes may still come out of the compression.
#[derive(Clone, Default)]
struct Allowed(Rc<Cell<u64>>);

impl Allowed {
    fn set(&self, bytes: u64) {
        self.0.set(bytes);
    }

    /// Why reading what is between two files failed.
    fn judge(&self, error: &io::Error) -> ReadError {
        if self.0.get() == 0 {
            return refused(&format!("it says more than {MAX_HEADERS} bytes about one entry"));
        }
        damaged(error)
    }
}

struct Counted<R> {
    inner: R,
    allowed: Allowed,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let left = self.allowed.0.get();
        if left == 0 && !buffer.is_empty() {
            return Err(io::Error::other("there is more than may be"));
        }
        let most = buffer.len().min(usize::try_from(left).unwrap_or(usize::MAX));
        let read = self.inner.read(&mut buffer[..most])?;
        self.allowed.set(left.saturating_sub(read as u64));
        Ok(read)
    }
}

struct Unpacked<'a> {
    folder: Vec<&'a str>,
    files: Vec<TreeFile>,
    is_there: bool,
    /// Bytes that the content of further entries may have.
    left: u64,
}

impl Unpacked<'_> {
    fn take<R: Read>(&mut self, entry: &mut tar::Entry<'_, R>, allowed: &Allowed) -> Result<(), ReadError> {
        let (kind, size) = (entry.header().entry_type(), entry.size());
        if kind == EntryType::XGlobalHeader {
            // Git writes the commit there.
            return content(entry, size.min(MAX_HEADERS), allowed).map(drop);
        }
        let path = entry.path_bytes().into_owned();
        let parts = parts(&path)?;
        let path = parts.join("/");
        if !matches!(kind, EntryType::Regular | EntryType::Directory | EntryType::Symlink) {
            let what =
                if kind.is_hard_link() { "a hard link" } else { "neither a file nor a folder nor a link" };
            return Err(refused(&format!("{} is {what}", told(&path))));
        }
        self.left = self.left.checked_sub(size).ok_or_else(too_large)?;
        let bytes = content(entry, size, allowed)?;
        if bytes.len() as u64 != size {
            return Err(damaged(&io::Error::other(format!("it ends in the middle of {}", told(&path)))));
        }
        let below = parts.get(1..).unwrap_or_default();
        let Some(path) = below.strip_prefix(self.folder.as_slice()) else { return Ok(()) };
        if kind == EntryType::Directory {
            self.is_there = true;
            return Ok(());
        }
        if path.is_empty() {
            let name = parts.last().copied().unwrap_or_default();
            return Err(ReadError::Missing(format!("{name} is no folder")));
        }
        if self.files.len() == MAX_TREE_FILES {
            return Err(too_large());
        }
        let path = path.join("/");
        let content = if kind == EntryType::Symlink {
            TreeContent::Link(link(entry, &path)?)
        } else {
            let mode = entry.header().mode().map_err(|error| damaged(&error))?;
            TreeContent::File { bytes: bytes.into(), executable: mode & 0o111 != 0 }
        };
        self.files.push(TreeFile { path, content });
        Ok(())
    }

    fn finish(self) -> Result<Vec<TreeFile>, ReadError> {
        let Self { folder, mut files, is_there, .. } = self;
        if files.is_empty() && !is_there {
            return Err(ReadError::Missing(format!("there is no folder {}", folder.join("/"))));
        }
        // What lies below a path follows it at once in this order.
        files.sort_by(|one, other| one.path.split('/').cmp(other.path.split('/')));
        for pair in files.windows(2) {
            let below = pair[1].path.strip_prefix(&pair[0].path);
            if below.is_some_and(|below| below.is_empty() || below.starts_with('/')) {
                let (path, above) = (told(&pair[1].path), told(&pair[0].path));
                return Err(refused(&format!("{path} lies where {above} does, which is no folder")));
            }
        }
        Ok(files)
    }
}

/// The content of an entry, as far as it is there.
fn content<R: Read>(
    entry: &mut tar::Entry<'_, R>,
    size: u64,
    allowed: &Allowed,
) -> Result<Vec<u8>, ReadError> {
    allowed.set(size);
    let mut bytes = Vec::new();
    entry.take(size).read_to_end(&mut bytes).map_err(|error| damaged(&error))?;
    Ok(bytes)
}

/// The names of a path, which does not lead anywhere else.
fn parts(path: &[u8]) -> Result<Vec<&str>, ReadError> {
    let Ok(text) = std::str::from_utf8(path) else {
        return Err(refused(&format!("the name {} is not UTF-8", told(&String::from_utf8_lossy(path)))));
    };
    if text.len() > LONGEST_PATH {
        return Err(refused(&format!("the path {} has more than {LONGEST_PATH} bytes", told(text))));
    }
    if text.starts_with('/') || text.split('/').any(|part| part == "..") {
        return Err(refused(&format!("{} leads out of the folder", told(text))));
    }
    if text.contains(['\\', '\0']) {
        return Err(refused(&format!("{} holds what no file name has", told(text))));
    }
    Ok(text.split('/').filter(|part| !matches!(*part, "" | ".")).collect())
}

/// What a symbolic link says.
fn link<R: Read>(entry: &tar::Entry<'_, R>, path: &str) -> Result<String, ReadError> {
    let says = entry.link_name_bytes().map(|says| String::from_utf8(says.into_owned()));
    match says {
        Some(Ok(says)) if !says.is_empty() && says.len() <= LONGEST_PATH && !says.contains('\0') => Ok(says),
        _ => Err(refused(&format!("the link {} leads nowhere", told(path)))),
    }
}

fn told(path: &str) -> String {
    let start: String = path.chars().take(TOLD).collect();
    let rest = if start.len() < path.len() { "…" } else { "" };
    format!("{start:?}{rest}")
}

fn refused(why: &str) -> ReadError {
    ReadError::Refused(format!("the host sent an archive that is not unpacked: {why}"))
}

fn too_large() -> ReadError {
    ReadError::Refused(format!(
        "the folder has more than {MAX_TREE_FILES} files or {MAX_TREE_BYTES} bytes, the most that is read"
    ))
}

fn damaged(error: &io::Error) -> ReadError {
    ReadError::Later { why: format!("the host sent an archive that can't be read: {error}"), at: None }
}

#[cfg(test)]
mod tests;
