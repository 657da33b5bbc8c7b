//! Paths as text: absolute, without `.` and `..`, and the question what lies inside a folder.

use std::path::{Component, Path, PathBuf};

/// `path` as seen from `folder`, with `.` and `..` resolved in the text alone: symbolic links are not looked at.
pub(super) fn absolute(path: &Path, folder: &Path) -> PathBuf {
    let mut absolute = PathBuf::new();
    for component in folder.join(path).components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir => {
                absolute.pop();
            }
            other => absolute.push(other),
        }
    }
    absolute
}

/// The folder of a file; the root for the root itself.
pub(super) fn folder_of(file: &Path) -> &Path {
    file.parent().unwrap_or(file)
}

/// The folder tree that placeholders in `file` may read from: the tree of its source, or, when a `Location` led out of
/// that tree, the folder of the file.
pub(super) fn root_for<'a>(file: &'a Path, base: &'a Path) -> &'a Path {
    if file.starts_with(base) { base } else { folder_of(file) }
}

/// The real place of `path` when all symbolic links are followed, if that lies inside `root`.
///
/// `Ok(None)` means outside; an error means that the path cannot be followed, because it does not exist for example.
pub(super) fn real_path_inside(path: &Path, root: &Path) -> std::io::Result<Option<PathBuf>> {
    let real = path.canonicalize()?;
    Ok(real.starts_with(root.canonicalize()?).then_some(real))
}

/// Whether `path` lies outside of the folder tree `root`, or a symbolic link in it leads out, to a place that exists or
/// not. What the path means when there is nothing at all below `root` is judged by its text alone.
pub(super) fn leads_outside(path: &Path, root: &Path) -> bool {
    if !path.starts_with(root) {
        return true;
    }
    let mut inside = path.ancestors().take_while(|part| part.starts_with(root));
    // A link counts as existing here even if it leads nowhere: then it cannot be followed below.
    let Some(existing) = inside.find(|part| part.symlink_metadata().is_ok()) else { return false };
    !matches!(real_path_inside(existing, root), Ok(Some(_)))
}

/// Whether the file name ends as descriptor files do.
pub(super) fn has_descriptor_ending(path: &Path) -> bool {
    path.extension().is_some_and(|ending| ["yaml", "yml", "json"].iter().any(|known| ending == *known))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_become_absolute_without_dots() {
        for (path, folder, expected) in [
            ("a.yaml", "/x", "/x/a.yaml"),
            ("./a/../b.yaml", "/x/y", "/x/y/b.yaml"),
            ("../../../../b.yaml", "/x/y", "/b.yaml"),
            ("/abs//c.yaml", "/x", "/abs/c.yaml"),
            ("", "/x/", "/x"),
        ] {
            assert_eq!(
                absolute(Path::new(path), Path::new(folder)),
                Path::new(expected),
                "{path} in {folder}"
            );
        }
    }

    #[test]
    fn what_does_not_exist_is_judged_by_its_text() {
        for (path, outside) in [
            ("/none/shop", false),
            ("/none/shop/deep/catalog-info.yaml", false),
            ("/none/shop-two/catalog-info.yaml", true),
            ("/none", true),
        ] {
            assert_eq!(leads_outside(Path::new(path), Path::new("/none/shop")), outside, "{path}");
        }
    }

    #[test]
    fn a_file_outside_its_source_may_read_beside_itself_only() {
        let root = |file| root_for(Path::new(file), Path::new("/repos/shop"));
        assert_eq!(root("/repos/shop/deep/catalog-info.yaml"), Path::new("/repos/shop"));
        assert_eq!(root("/repos/shop-two/catalog-info.yaml"), Path::new("/repos/shop-two"));
    }
}
