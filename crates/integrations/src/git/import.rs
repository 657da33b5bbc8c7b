//! A commit in the words of `git fast-import`: no working tree, so neither links nor attributes nor hooks have a say.

use super::FirstCommit;
use crate::{TreeContent, TreeFile};

/// What points to the commit in the repository that it is made in.
pub(super) const REFERENCE: &str = "refs/heads/made";

/// What `git fast-import` reads.
pub(super) fn stream(commit: &FirstCommit<'_>) -> Vec<u8> {
    let who = |text: &str| text.replace(['<', '>', '\n', '\r', '\0'], " ").trim().to_owned();
    let person =
        format!("{} <{}> {} +0000", who(&commit.author.name), who(&commit.author.email), commit.at.max(0));
    let mut stream = format!("commit {REFERENCE}\nauthor {person}\ncommitter {person}\n").into_bytes();
    data(&mut stream, commit.message.replace('\0', " ").as_bytes());
    for file in commit.files {
        entry(&mut stream, file);
    }
    stream.extend_from_slice(b"done\n");
    stream
}

fn entry(stream: &mut Vec<u8>, TreeFile { path, content }: &TreeFile) {
    let (mode, bytes) = match content {
        TreeContent::File { bytes, executable: true } => ("100755", &**bytes),
        TreeContent::File { bytes, executable: false } => ("100644", &**bytes),
        TreeContent::Link(says) => ("120000", says.as_bytes()),
    };
    let quoted = path.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n");
    stream.extend_from_slice(format!("M {mode} inline \"{quoted}\"\n").as_bytes());
    data(stream, bytes);
}

fn data(stream: &mut Vec<u8>, bytes: &[u8]) {
    stream.extend_from_slice(format!("data {}\n", bytes.len()).as_bytes());
    stream.extend_from_slice(bytes);
    stream.push(b'\n');
}
