//! What lies beside a template that is being written: the files of a folder that a browser sends.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use percent_encoding::percent_decode_str;

use crate::dry_run::Content;

/// Most files of a folder.
const MOST: usize = 2_000;
/// Names under which a template lies in its folder, the usual ones first.
const TEMPLATES: [&str; 4] = ["template.yaml", "template.yml", "catalog-info.yaml", "catalog-info.yml"];

/// The files, with their paths from the folder that was chosen. What Git keeps about a repository is left out.
///
/// # Errors
/// There are too many, or one is not as forms send it.
pub(super) fn read(given: &[String]) -> Result<Vec<Content>, String> {
    let mut files = Vec::new();
    // Nothing was chosen: browsers send one empty file then.
    for file in given.iter().filter(|file| !file.is_empty()) {
        let file = file_of(file).ok_or("A file of the folder could not be read. Choose the folder again.")?;
        if file.path.split('/').any(|part| part == ".git") {
            continue;
        }
        if files.len() == MOST {
            return Err(format!(
                "The folder has more than {MOST} files. Choose the folder of the template, and nothing above it."
            ));
        }
        files.push(file);
    }
    Ok(files)
}

/// The text of the template among the files of its folder.
pub(super) fn template(files: &[Content]) -> Option<String> {
    let text = |path: &&str| {
        let file = files.iter().find(|file| file.path == **path)?;
        String::from_utf8(file.bytes.clone()).ok()
    };
    TEMPLATES.iter().filter_map(text).find(|text| text.contains("kind: Template"))
}

/// A file that was sent, as [`data_url`](crate::data_url) writes it.
fn file_of(url: &str) -> Option<Content> {
    let (head, content) = url.strip_prefix("data:")?.split_once(";base64,")?;
    let (_, name) = head.split_once(";name=")?;
    let name = percent_decode_str(name).decode_utf8().ok()?;
    // The first part is the name of the folder itself; a file that was chosen alone has none.
    let path = name.split_once('/').map_or(&*name, |(_, path)| path);
    Some(Content { path: path.to_owned(), bytes: STANDARD.decode(content).ok()? })
}
