//! Parts of addresses that all hosts have: names in paths, encoded and decoded, and what leads from one address to another.

use globset::{GlobBuilder, GlobMatcher};
use percent_encoding::{AsciiSet, CONTROLS, percent_decode_str, utf8_percent_encode};
use url::Url;

use crate::ReadError;

/// What is not written as it is in one part of a path.
const PART: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'%')
    .add(b'<')
    .add(b'>')
    .add(b'?')
    .add(b'`')
    .add(b'{')
    .add(b'}')
    .add(b'/')
    .add(b'\\')
    .add(b'&')
    .add(b'+');

/// A part of a path or of a query, encoded.
#[must_use]
pub fn encode(part: &str) -> String {
    utf8_percent_encode(part, PART).to_string()
}

/// A path, encoded for an address.
pub(crate) fn encode_path(path: &[String]) -> String {
    path.iter().map(|part| encode(part)).collect::<Vec<_>>().join("/")
}

/// A part of the path of an address, decoded; it may be the name of a file.
pub(crate) fn decode(part: &str) -> Result<String, ReadError> {
    let text = decode_reference(part)?;
    if text.contains('/') { Err(no_name()) } else { Ok(text) }
}

/// The same, of a branch, which may have slashes in its name.
pub(crate) fn decode_reference(part: &str) -> Result<String, ReadError> {
    let text = percent_decode_str(part)
        .decode_utf8()
        .map_err(|_| ReadError::Refused("the path of the address is not UTF-8".to_owned()))?;
    let climbs = text.split('/').any(|part| matches!(part, "." | ".."));
    if climbs || text.contains('\\') || text.contains(char::is_control) {
        Err(no_name())
    } else {
        Ok(text.into())
    }
}

fn no_name() -> ReadError {
    ReadError::Refused("the path of the address holds what no file name has".to_owned())
}

/// Whether an owner, a group or a repository can have this name.
pub(crate) fn is_name(text: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    !text.is_empty() && text != "." && text != ".." && text.bytes().all(fits)
}

/// Whether it names one commit, which nobody can edit.
pub(crate) fn is_commit(reference: &str) -> bool {
    reference.len() == 40 && reference.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// The host of an address, with a port if it is not the usual one.
pub(crate) fn host_of(url: &Url) -> Option<String> {
    let host = url.host_str()?.to_ascii_lowercase();
    Some(url.port().map_or(host.clone(), |port| format!("{host}:{port}")))
}

/// The files that a pattern means.
pub(crate) fn pattern(path: &[String]) -> Result<GlobMatcher, ReadError> {
    let glob = GlobBuilder::new(&path.join("/")).literal_separator(true).build();
    let glob =
        glob.map_err(|error| ReadError::Refused(format!("the pattern cannot be read: {}", error.kind())))?;
    Ok(glob.compile_matcher())
}

/// A target of the file at `base`; one with a slash in front starts from the root of the repository.
pub(crate) fn resolve(
    target: &str,
    base: &Url,
    root: impl FnOnce() -> Result<Option<Url>, ReadError>,
) -> Result<Url, ReadError> {
    let wrong = |why: &str| ReadError::Refused(format!("{target} makes no address: {why}"));
    let Some(from_root) = target.strip_prefix('/') else {
        return base.join(target).map_err(|error| wrong(&error.to_string()));
    };
    root()?.and_then(|root| root.join(from_root).ok()).ok_or_else(|| wrong("its repository is not known"))
}

/// The address of a page, as that of a folder.
pub(crate) fn as_folder(mut page: Url) -> Url {
    if !page.path().ends_with('/') {
        page.set_path(&format!("{}/", page.path()));
    }
    page
}
