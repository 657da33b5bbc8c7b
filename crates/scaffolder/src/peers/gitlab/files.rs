//! What is handed out of a repository as it is: files, and archives of folders.

use std::process::Command;

use super::{Asked, Reply, World, said};

impl World {
    /// The content that is asked for, if that is not JSON.
    pub(super) fn content(&self, asked: &Asked<'_>) -> Option<Result<Vec<u8>, Reply>> {
        let parts: Vec<&str> = asked.parts.iter().map(String::as_str).collect();
        let ("GET", ["projects", id, "repository", rest @ ..]) = (asked.method, parts.as_slice()) else {
            return None;
        };
        let query = |name: &str| asked.query.get(name).map_or("HEAD", String::as_str);
        let missing = || said(404, "404 File Not Found");
        let content = match rest {
            ["files", path, "raw"] => {
                let file = format!("{}:{path}", query("ref"));
                self.project(id).and_then(|at| self.bytes(at, &["cat-file", "blob", &file]))
            }
            ["archive.tar.gz"] => self.project(id).and_then(|at| {
                let (path, reference) = (asked.query.get("path"), query("sha"));
                let name = self.projects[at]["path"].as_str().unwrap();
                let parts = [Some(name), Some(reference), path.map(String::as_str)];
                let parts: Vec<_> = parts.into_iter().flatten().map(|part| part.replace('/', "-")).collect();
                let prefix = format!("--prefix={}/", parts.join("-"));
                let mut arguments = vec!["archive", "--format=tar.gz", &prefix, reference];
                arguments.extend(path.into_iter().flat_map(|path| ["--", path.as_str()]));
                self.bytes(at, &arguments)
            }),
            _ => return None,
        };
        Some(content.ok_or_else(missing))
    }

    /// What `git` prints about the repository of a project, if there is what it is asked for.
    fn bytes(&self, at: usize, arguments: &[&str]) -> Option<Vec<u8>> {
        let done = Command::new("git").args(arguments).current_dir(self.folder(at)).output().unwrap();
        done.status.success().then_some(done.stdout)
    }
}
