//! The key of an embedded database, in a file that only the portal's user can read.

use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Read as _, Write as _};
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::fill;
use crate::error::{Error, Result};
use crate::secret::Secret;

/// Random bytes of a key.
const BYTES: usize = 32;
/// Longest file that is read.
const LONGEST: u64 = 1_024;

/// The key in this file; a missing file is made with a new one.
pub(super) fn read_or_create(path: &Path) -> Result<Secret<Vec<u8>>> {
    let failed = |cause: io::Error| {
        let shown = path.display();
        let message = format!(
            "The file {shown}, which holds the key for secrets, can't be used: {cause}. Check that this user may read and \
             write it, or set backend.auth.keys."
        );
        Error::unavailable(message).with_cause(cause)
    };
    match File::open(path) {
        Ok(file) => read(path, &file).map_err(failed)?.ok_or_else(|| damaged(path)),
        Err(error) if error.kind() == ErrorKind::NotFound => create(path).map_err(failed),
        Err(error) => Err(failed(error)),
    }
}

fn read(path: &Path, file: &File) -> io::Result<Option<Secret<Vec<u8>>>> {
    warn_of_readers(path, file)?;
    let mut text = String::new();
    file.take(LONGEST).read_to_string(&mut text)?;
    let key = STANDARD.decode(text.trim()).ok().filter(|key| key.len() == BYTES);
    Ok(key.map(Secret::new))
}

/// Written beside and renamed: a portal that is killed here leaves a whole key or none.
fn create(path: &Path) -> io::Result<Secret<Vec<u8>>> {
    let mut key = vec![0; BYTES];
    fill(&mut key).map_err(io::Error::other)?;
    let mut name = path.as_os_str().to_owned();
    name.push(".new");
    let new = Path::new(&name);
    if let Err(error) = fs::remove_file(new)
        && error.kind() != ErrorKind::NotFound
    {
        return Err(error);
    }
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    let mut file = options.open(new)?;
    writeln!(file, "{}", STANDARD.encode(&key))?;
    file.sync_all()?;
    fs::rename(new, path)?;
    Ok(Secret::new(key))
}

fn damaged(path: &Path) -> Error {
    let shown = path.display();
    Error::conflict(format!(
        "The file {shown} holds no key. Put back the one that was there; or remove the file, and secrets that were kept with \
         that key have to be given again."
    ))
}

/// Some file systems know no modes, so this is not a reason to refuse.
#[cfg(unix)]
fn warn_of_readers(path: &Path, file: &File) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    if file.metadata()?.permissions().mode() & 0o077 != 0 {
        let shown = path.display();
        tracing::warn!("other users of this machine can read the key in {shown}; run: chmod 600 {shown}");
    }
    Ok(())
}

#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps, reason = "as on systems with modes")]
fn warn_of_readers(_: &Path, _: &File) -> io::Result<()> {
    Ok(())
}
