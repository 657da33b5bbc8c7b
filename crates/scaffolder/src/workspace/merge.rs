//! Putting together what several copies of one workspace became.

use std::collections::BTreeMap;

use sha2::{Digest as _, Sha256};

use super::{Kind, Result, Workspace, WorkspaceError};

/// What is at a path, as far as it can be told apart.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Print {
    File { content: Vec<u8>, executable: bool },
    Folder,
    Link(String),
}

/// A change of one copy: what is at the path now, if anything.
struct Change<'a> {
    /// The place of the copy among all.
    copy: usize,
    now: Option<&'a Print>,
}

impl Workspace {
    /// Takes over what changed in copies of it, each with a name. What none of them changed stays as it is.
    ///
    /// # Errors
    /// Two of them changed the same path in different ways, which is told with their names; then nothing is taken over. Or
    /// it would hold more than it may, or can't be read or written.
    pub fn merge(&self, copies: &[(String, Self)]) -> Result<()> {
        let before = self.prints()?;
        let after = copies.iter().map(|(_, copy)| copy.prints()).collect::<Result<Vec<_>>>()?;
        let mut changes: BTreeMap<Vec<&str>, Change<'_>> = BTreeMap::new();
        for (copy, after) in after.iter().enumerate() {
            for path in before.keys().chain(after.keys().filter(|path| !before.contains_key(*path))) {
                let now = after.get(path);
                if now == before.get(path) {
                    continue;
                }
                let change = changes.entry(path.split('/').collect()).or_insert(Change { copy, now });
                if change.now != now {
                    return Err(differ(copies, change.copy, copy, path));
                }
            }
        }
        // What is below something that is no folder any more can't be there.
        for (path, change) in changes.iter().filter(|(_, change)| change.now.is_some()) {
            for end in 1..path.len() {
                if let Some(above) = changes.get(&path[..end])
                    && !matches!(above.now, None | Some(Print::Folder))
                {
                    return Err(differ(copies, above.copy, change.copy, &path[..end].join("/")));
                }
            }
        }
        for (path, change) in changes.iter().rev() {
            let path = path.join("/");
            let stays =
                change.now.is_some_and(|now| before.get(&path).is_some_and(|before| now.is_like(before)));
            if before.contains_key(&path) && !stays {
                self.remove(&path)?;
            }
        }
        for (path, change) in &changes {
            let path = path.join("/");
            match change.now {
                None => {}
                Some(Print::Folder) => self.make_folder(&path)?,
                Some(Print::Link(says)) => self.link(&path, says)?,
                Some(Print::File { executable, .. }) => {
                    self.write(&path, &copies[change.copy].1.read(&path)?, *executable)?;
                }
            }
        }
        Ok(())
    }

    fn prints(&self) -> Result<BTreeMap<String, Print>> {
        let print = |entry: super::Entry| {
            let print = match entry.kind {
                Kind::Folder => Print::Folder,
                Kind::Link(says) => Print::Link(says),
                Kind::File { executable, .. } => {
                    let content = Sha256::digest(self.read(&entry.path)?).to_vec();
                    Print::File { content, executable }
                }
            };
            Ok((entry.path, print))
        };
        self.walk("")?.into_iter().map(print).collect()
    }
}

impl Print {
    /// Whether the one can be written over the other.
    const fn is_like(&self, other: &Self) -> bool {
        matches!(
            (self, other),
            (Self::File { .. }, Self::File { .. })
                | (Self::Folder, Self::Folder)
                | (Self::Link(_), Self::Link(_))
        )
    }
}

fn differ(copies: &[(String, Workspace)], one: usize, other: usize, path: &str) -> WorkspaceError {
    let name = |copy: usize| copies.get(copy).map_or("", |(name, _)| name.as_str());
    WorkspaceError::Refused(format!(
        "The branches {:?} and {:?} changed {path} in different ways. Let each of them write files of its own.",
        name(one),
        name(other)
    ))
}
