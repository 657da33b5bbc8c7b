//! Branches, commits and files of a project, in its repository.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::{Asked, Reply, World, git, said};

impl World {
    pub(super) fn folder(&self, at: usize) -> PathBuf {
        self.root.join(format!("{}.git", self.projects[at]["path_with_namespace"].as_str().unwrap()))
    }

    /// What `git` says about the repository of a project.
    pub(super) fn git(&self, at: usize, arguments: &[&str]) -> String {
        git(&self.folder(at), arguments)
    }

    /// The same, if there is what it is asked for.
    fn try_git(&self, at: usize, arguments: &[&str]) -> Option<String> {
        let done = Command::new("git").args(arguments).current_dir(self.folder(at)).output().unwrap();
        done.status.success().then(|| String::from_utf8(done.stdout).unwrap().trim().to_owned())
    }

    /// The commit that a branch points to.
    pub(super) fn head(&self, at: usize, branch: &str) -> Option<String> {
        self.try_git(at, &["rev-parse", "--quiet", "--verify", &format!("refs/heads/{branch}")])
    }

    fn commit_of(&self, at: usize, commit: &str) -> Value {
        let told =
            self.git(at, &["show", "--no-patch", "--format=%H%x00%P%x00%an%x00%ae%x00%s%x00%B", commit]);
        let fields: Vec<&str> = told.trim_end_matches('\n').split('\0').collect();
        json!({
            "id": fields[0], "parent_ids": fields[1].split_whitespace().collect::<Vec<_>>(), "author_name": fields[2],
            "author_email": fields[3], "title": fields[4], "message": fields[5],
        })
    }

    fn branch(&self, at: usize, name: &str) -> Option<Value> {
        let head = self.head(at, name)?;
        Some(json!({ "name": name, "commit": self.commit_of(at, &head) }))
    }

    pub(super) fn in_repository(&mut self, at: usize, rest: &[&str], asked: &Asked<'_>) -> Reply {
        let query = |name: &str| asked.query.get(name).map(String::as_str).unwrap_or_default();
        match (asked.method, rest) {
            ("GET", ["branches", name]) => self
                .branch(at, name)
                .map_or_else(|| said(404, "404 Branch Not Found"), |branch| (200, branch)),
            ("POST", ["branches"]) => {
                let (name, of) = (asked.text("branch").unwrap(), asked.text("ref").unwrap());
                if self.head(at, name).is_some() {
                    return said(400, "Branch already exists");
                }
                let Some(from) =
                    self.try_git(at, &["rev-parse", "--quiet", "--verify", &format!("{of}^{{commit}}")])
                else {
                    return said(400, format!("Invalid reference name: {of}"));
                };
                self.git(at, &["update-ref", &format!("refs/heads/{name}"), &from]);
                (201, self.branch(at, name).unwrap())
            }
            ("GET", ["commits"]) => match self.head(at, query("ref_name")) {
                Some(head) => {
                    let commits = self.git(at, &["rev-list", &head]);
                    asked.page(commits.lines().map(|commit| self.commit_of(at, commit)).collect())
                }
                None => said(404, "404 Commit Not Found"),
            },
            ("GET", ["commits", name]) => {
                let name = format!("{name}^{{commit}}");
                match self.try_git(at, &["rev-parse", "--quiet", "--verify", "--end-of-options", &name]) {
                    Some(commit) => (200, self.commit_of(at, &commit)),
                    None => said(404, "404 Commit Not Found"),
                }
            }
            ("POST", ["commits"]) => self.make_commit(at, asked),
            ("GET", ["tree"]) => {
                let tree = format!("{}:{}", query("ref"), query("path"));
                let deep: &[&str] = if query("recursive") == "true" { &["-r", "-t"] } else { &[] };
                let arguments = [&["ls-tree", "-z", "--full-tree"], deep, &[&tree]].concat();
                let Some(listed) = self.try_git(at, &arguments) else {
                    return said(404, "404 Tree Not Found");
                };
                let entry = |line: &str| {
                    let (about, path) = line.split_once('\t').unwrap();
                    let about: Vec<&str> = about.split(' ').collect();
                    let path = [query("path"), path].join("/");
                    json!({ "mode": about[0], "type": about[1], "id": about[2], "path": path.trim_start_matches('/') })
                };
                asked.page(listed.split_terminator('\0').map(entry).collect())
            }
            _ => (404, json!({ "error": "404 Not Found" })),
        }
    }

    /// A commit with several files and actions.
    fn make_commit(&mut self, at: usize, asked: &Asked<'_>) -> Reply {
        let Some(branch) = asked.text("branch") else {
            return (400, json!({ "error": "branch is missing" }));
        };
        let head = self.head(at, branch);
        let start = asked.text("start_sha").map(str::to_owned);
        let start = start.or_else(|| self.head(at, asked.text("start_branch")?));
        let is_empty = self.git(at, &["for-each-ref", "refs/heads"]).is_empty();
        let parent = match (head, start) {
            (Some(_), Some(_)) => {
                return said(
                    400,
                    format!(
                        "A branch called '{branch}' already exists. Switch to that branch in order to make changes"
                    ),
                );
            }
            (None, None) if !is_empty => {
                return said(400, "You can only create or edit files when you are on a branch");
            }
            (head, start) => head.or(start),
        };
        let actions = asked.body["actions"].as_array().cloned().unwrap_or_default();
        if actions.is_empty() && asked.body["allow_empty"] != true {
            return (400, json!({ "error": "actions is missing" }));
        }
        let name = asked.text("author_name").or(asked.user["name"].as_str()).unwrap();
        let email = asked.text("author_email").or(asked.user["email"].as_str()).unwrap();
        let now = jiff::Timestamp::now().as_second();
        let message = asked.text("commit_message").unwrap();
        let mut stream =
            format!("commit refs/heads/{branch}\nauthor {name} <{email}> {now} +0000\n").into_bytes();
        write!(stream, "committer {name} <{email}> {now} +0000\ndata {}\n{message}\n", message.len())
            .unwrap();
        if let Some(parent) = &parent {
            writeln!(stream, "from {parent}").unwrap();
        }
        let mut made = BTreeMap::new();
        for action in &actions {
            if let Err(why) = self.act(at, parent.as_deref(), action, &mut made, &mut stream) {
                return said(400, why);
            }
        }
        let mut program = Command::new("git")
            .args(["fast-import", "--quiet"])
            .current_dir(self.folder(at))
            .stdin(Stdio::piped())
            .spawn()
            .unwrap();
        program.stdin.take().unwrap().write_all(&stream).unwrap();
        assert!(program.wait().unwrap().success());
        self.pushed();
        (201, self.commit_of(at, &self.head(at, branch).unwrap()))
    }

    /// One action of a commit, in the words of `git fast-import`. `made` is what earlier ones wrote.
    fn act(
        &self,
        at: usize,
        parent: Option<&str>,
        action: &Value,
        made: &mut BTreeMap<String, Vec<u8>>,
        stream: &mut Vec<u8>,
    ) -> Result<(), &'static str> {
        let path = action["file_path"].as_str().unwrap();
        if path.split('/').any(|part| matches!(part, "" | "." | "..")) {
            return Err("Path cannot include directory traversal");
        }
        let listed = |parent| self.try_git(at, &["ls-tree", "-z", "--full-tree", parent, "--", path]);
        let known = parent.and_then(listed).filter(|line| !line.is_empty());
        let quoted = path.replace('\\', "\\\\").replace('"', "\\\"");
        let what = action["action"].as_str().unwrap();
        let is_there = known.is_some() || made.contains_key(path);
        match what {
            "create" if is_there => return Err("A file with this name already exists"),
            "update" | "delete" | "chmod" if !is_there => return Err("A file with this name doesn't exist"),
            "delete" => {
                writeln!(stream, "D \"{quoted}\"").unwrap();
                return Ok(());
            }
            _ => {}
        }
        // The flag is considered for this action only.
        let mode = match (what, &action["execute_filemode"], &known) {
            ("chmod", Value::Bool(true), _) => "100755",
            ("chmod", ..) | (_, _, None) => "100644",
            (_, _, Some(line)) => &line[..6],
        };
        let content = action["content"].as_str().unwrap_or_default();
        let content = match (what, action["encoding"].as_str()) {
            ("chmod", _) if !made.contains_key(path) => {
                let blob = known.as_deref().unwrap().split([' ', '\t']).nth(2).unwrap();
                writeln!(stream, "M {mode} {blob} \"{quoted}\"").unwrap();
                return Ok(());
            }
            ("chmod", _) => made[path].clone(),
            (_, Some("base64")) => STANDARD.decode(content).unwrap(),
            _ => content.as_bytes().to_vec(),
        };
        write!(stream, "M {mode} inline \"{quoted}\"\ndata {}\n", content.len()).unwrap();
        stream.extend_from_slice(&content);
        stream.push(b'\n');
        made.insert(path.to_owned(), content);
        Ok(())
    }
}
