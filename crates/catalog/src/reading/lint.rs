//! `portico lint`: reads files as the catalog does, and adds what only shows when all of them are known.

use std::collections::VecDeque;
use std::path::{Path, PathBuf};

use model::{Edge, EntityRef, Problem, ProblemCode, Severity};
use rustc_hash::{FxHashMap, FxHashSet};
use serde::Serialize;

use super::check::Checks;
use super::file::{FileReading, read_file};
use super::locate::Written;
use super::problem::{error, warning};
use super::remote::address_of;
use super::rules::Rules;
use super::source::{Source, expand};
use super::target::{FileTarget, expand_target, position_of};

/// What is wrong in some files.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct LintReport {
    /// Sorted by file and line. Paths below the working folder are relative to it.
    pub problems: Vec<Problem>,
    /// Files that were read.
    pub file_count: usize,
    /// Entities in them that are good by themselves.
    pub entity_count: usize,
}

impl LintReport {
    /// How many problems are of this severity.
    pub fn count(&self, severity: Severity) -> usize {
        self.problems.iter().filter(|problem| problem.severity == severity).count()
    }
}

/// Checks descriptor files, and folders as `--catalog` searches them. All kinds are allowed; targets of `Location`
/// entities are read as well. What `catalog` describes may be referred to; what is wrong there is not told.
pub fn lint(paths: &[PathBuf], catalog: &[PathBuf], working_folder: &Path, checks: &Checks) -> LintReport {
    let read = |paths| Lint::read(paths, working_folder, checks);
    let mut lint = Lint { known: read(catalog).owners, ..read(paths) };
    lint.add_dangling();
    let mut report = lint.report;
    report.problems.iter_mut().for_each(|problem| make_relative(problem, working_folder));
    report.problems.sort();
    report
}
/// A file to read, and the target that led to it with the file of its `Location`.
struct Visit {
    path: PathBuf,
    source: usize,
    from: Option<(PathBuf, FileTarget)>,
}

#[derive(Default)]
struct Lint {
    sources: Vec<Source>,
    queue: VecDeque<Visit>,
    visited: FxHashSet<PathBuf>,
    /// The file that keeps an entity.
    owners: FxHashMap<EntityRef, PathBuf>,
    /// The edges of the entities of each file, in the order of reading.
    edges: Vec<(PathBuf, Vec<(EntityRef, Edge)>)>,
    /// Entities that may be referred to besides.
    known: FxHashMap<EntityRef, PathBuf>,
    report: LintReport,
}

impl Lint {
    /// Reads everything below these paths.
    fn read(paths: &[PathBuf], working_folder: &Path, checks: &Checks) -> Self {
        let mut lint = Self::default();
        for path in paths {
            let rules = Rules::allow_all().with_checks(checks.clone());
            let source = Source::path(path, working_folder, rules);
            let found = expand(&source);
            lint.report.problems.extend(found.problems);
            let source_index = lint.sources.len();
            lint.sources.push(source);
            let visit = |path| Visit { path, source: source_index, from: None };
            lint.queue.extend(found.files.into_iter().map(visit));
        }
        while let Some(visit) = lint.queue.pop_front() {
            if lint.visited.insert(visit.path.clone()) {
                lint.visit(&visit);
            }
        }
        lint
    }

    fn visit(&mut self, visit: &Visit) {
        let source = &self.sources[visit.source];
        let reading = read_file(&visit.path, &source.location, &source.rules, source.root());
        if reading.missing
            && let Some((file, target)) = &visit.from
        {
            if !target.optional {
                self.add_for_target(reading.problems, file, target);
            }
            return;
        }
        self.report.file_count += 1;
        self.add_entities(&visit.path, &reading);
        self.report.problems.extend(reading.problems);
        for target in reading.targets {
            self.follow(target, &visit.path, visit.source);
        }
    }

    fn follow(&mut self, target: FileTarget, file: &Path, source: usize) {
        if let Some(address) = address_of(&target.location_ref) {
            let problem = warning(
                ProblemCode::Location,
                format!("{address} is an address, and only files are checked here"),
                "The portal reads it if integrations.github, integrations.gitlab or backend.reading.allow names its host.",
            );
            self.add_for_target(vec![problem], file, &target);
            return;
        }
        let found = expand_target(&target.location_ref);
        if !found.problems.is_empty() && !target.optional {
            self.add_for_target(found.problems, file, &target);
        }
        let from = Some((file.to_owned(), target));
        let visit = |path| Visit { path, source, from: from.clone() };
        self.queue.extend(found.files.into_iter().map(visit));
    }

    /// Adds problems of a target at the place where a `Location` names it.
    fn add_for_target(&mut self, problems: Vec<Problem>, file: &Path, target: &FileTarget) {
        let position = position_of(file, target);
        self.report.problems.extend(problems.into_iter().map(|problem| Problem {
            code: ProblemCode::Location,
            position: position.clone(),
            entity_ref: Some(target.parent.clone()),
            ..problem
        }));
    }

    fn add_entities(&mut self, path: &Path, reading: &FileReading) {
        let mut edges = Vec::new();
        let mut written = None;
        for read in &reading.entities {
            self.report.entity_count += 1;
            if let Some(owner) = self.owners.get(&read.entity_ref) {
                let written = written.get_or_insert_with(|| Written::read(path));
                let position =
                    written.as_ref().and_then(|file| file.position(&read.entity_ref, "/metadata/name"));
                self.report.problems.push(Problem {
                    position,
                    entity_ref: Some(read.entity_ref.to_string()),
                    ..error(
                        ProblemCode::Duplicate,
                        format!(
                            "{} is already described in {}, which keeps it",
                            read.entity_ref,
                            owner.display()
                        ),
                        "Remove one of the two, or give this one another name or namespace.",
                    )
                });
                continue;
            }
            self.owners.insert(read.entity_ref.clone(), path.to_owned());
            let own = model::edges(&read.entity).unwrap_or_default();
            edges.extend(own.into_iter().map(|edge| (read.entity_ref.clone(), edge)));
        }
        self.edges.push((path.to_owned(), edges));
    }

    fn add_dangling(&mut self) {
        for (path, edges) in std::mem::take(&mut self.edges) {
            let mut written = None;
            let is_missing = |edge: &Edge| {
                !self.owners.contains_key(&edge.target) && !self.known.contains_key(&edge.target)
            };
            for (entity_ref, edge) in edges.iter().filter(|(_, edge)| is_missing(edge)) {
                let written = written.get_or_insert_with(|| Written::read(&path));
                let position = written.as_ref().and_then(|file| file.reference(entity_ref, &edge.target));
                self.report.problems.push(Problem {
                    position,
                    found: Some(edge.target.to_string()),
                    entity_ref: Some(entity_ref.to_string()),
                    ..warning(
                        ProblemCode::DanglingRelation,
                        format!("{entity_ref} says {} {}, which none of these files describes", edge.forward, edge.target),
                        "Check spelling, kind and namespace. What other repositories describe is looked up in folders named with --catalog.",
                    )
                });
            }
        }
    }
}

fn make_relative(problem: &mut Problem, working_folder: &Path) {
    let mut prefix = working_folder.to_string_lossy().into_owned();
    if !prefix.ends_with('/') {
        prefix.push('/');
    }
    if prefix == "/" {
        return;
    }
    problem.message = problem.message.replace(&prefix, "");
    if let Some(position) = &mut problem.position
        && let Some(relative) = position.file.strip_prefix(&prefix)
    {
        position.file = relative.to_owned();
    }
}
