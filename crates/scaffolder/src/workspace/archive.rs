//! A workspace as one archive, and back.

use std::io::{self, Read};

use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use tar::{Archive, Builder, EntryType, Header};

use super::{Kind, Result, Workspace, WorkspaceError, failed, simplify};

/// Room for what an archive says about each entry: two blocks, and a long name.
const PER_ENTRY: u64 = 4 * 1024;

impl Workspace {
    /// Everything in it as one archive, of which [`Self::unpack`] makes the same again. The same content gives the same
    /// bytes.
    ///
    /// # Errors
    /// It can't be read.
    pub fn pack(&self) -> Result<Vec<u8>> {
        let mut archive = Builder::new(GzEncoder::new(Vec::new(), Compression::fast()));
        for entry in self.walk("")? {
            let mut header = Header::new_gnu();
            let added = match &entry.kind {
                Kind::Folder => {
                    header.set_entry_type(EntryType::Directory);
                    header.set_mode(0o755);
                    header.set_size(0);
                    archive.append_data(&mut header, &entry.path, io::empty())
                }
                Kind::Link(says) => {
                    header.set_entry_type(EntryType::Symlink);
                    header.set_mode(0o777);
                    header.set_size(0);
                    archive.append_link(&mut header, &entry.path, says)
                }
                Kind::File { executable, .. } => {
                    let content = self.read(&entry.path)?;
                    header.set_mode(if *executable { 0o755 } else { 0o644 });
                    header.set_size(content.len() as u64);
                    archive.append_data(&mut header, &entry.path, content.as_slice())
                }
            };
            added.map_err(|cause| failed(&entry.path, cause))?;
        }
        let compressed = archive.into_inner().and_then(GzEncoder::finish);
        compressed.map_err(|cause| failed("", cause))
    }

    /// Replaces everything in it by what an archive holds.
    ///
    /// # Errors
    /// It is no such archive, names places outside of the workspace, or holds more than a workspace may. What is there
    /// then is not told.
    pub fn unpack(&self, archive: &[u8]) -> Result<()> {
        self.remove("")?;
        let most = self.limits.bytes.saturating_add(self.limits.entries.saturating_mul(PER_ENTRY));
        self.add_tar(GzDecoder::new(archive).take(most))
    }

    /// Adds the files, folders and links of a `tar` archive; anything else in it, such as a device or a hard link, is
    /// refused.
    fn add_tar(&self, archive: impl Read) -> Result<()> {
        let damaged =
            |cause: io::Error| WorkspaceError::Refused(format!("The archive can't be read: {cause}."));
        let mut archive = Archive::new(archive);
        for entry in archive.entries().map_err(damaged)? {
            let entry = entry.map_err(damaged)?;
            let path = entry.path().map_err(damaged)?;
            let path = path.to_str().ok_or_else(|| {
                WorkspaceError::Refused(format!("A name in the archive is not UTF-8: {}.", path.display()))
            })?;
            let path = simplify(path)?;
            match entry.header().entry_type() {
                EntryType::Directory => self.make_folder(&path)?,
                EntryType::Symlink => {
                    let says = entry.link_name().map_err(damaged)?;
                    let says = says.as_deref().and_then(std::path::Path::to_str).ok_or_else(|| {
                        WorkspaceError::Refused(format!("The link {path:?} of the archive leads nowhere."))
                    })?;
                    self.link(&path, says)?;
                }
                EntryType::Regular => {
                    let executable = entry.header().mode().map_err(damaged)? & 0o111 != 0;
                    let mut content = Vec::new();
                    entry
                        .take(self.limits.bytes.saturating_add(1))
                        .read_to_end(&mut content)
                        .map_err(damaged)?;
                    self.write(&path, &content, executable)?;
                }
                _ => {
                    return Err(WorkspaceError::Refused(format!(
                        "{path:?} of the archive is neither a file nor a folder nor a link."
                    )));
                }
            }
        }
        Ok(())
    }
}
