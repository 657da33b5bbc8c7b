//! All tests of a template: the files below its `tests`, found, read and run.

use std::time::Duration;

use platform::error::Error;
use serde_json::Value;
use tokio::time::Instant;

use super::{Case, Wrong, read, run};
use crate::action::Registry;
use crate::dry_run::Content;

/// The folder beside a template that holds its tests.
pub const FOLDER: &str = "tests";
/// Most bytes of a file of tests.
const LONGEST: usize = 1024 * 1024;

/// How long tests may take.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// One of them.
    pub each: Duration,
    /// All of a template together.
    pub all: Duration,
    /// How many are run.
    pub most: usize,
}

/// What came of a file of tests.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TestFile {
    /// Its path from the folder of the template.
    pub path: String,
    /// What came of its tests in their order, or why it can't be read.
    pub tests: Result<Vec<Tried>, Vec<Wrong>>,
}

/// How a test went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tried {
    /// What it is called.
    pub name: String,
    /// What is wrong, without secrets; nothing if it passed.
    pub wrong: Vec<String>,
}

/// Whether there are tests among the files beside a template.
#[must_use]
pub fn has_tests(contents: &[Content]) -> bool {
    contents.iter().any(|content| is_test(&content.path))
}

/// The files of tests among those beside a template, by name.
fn files(contents: &[Content]) -> Vec<&Content> {
    let mut files: Vec<&Content> = contents.iter().filter(|content| is_test(&content.path)).collect();
    files.sort_by(|one, other| one.path.cmp(&other.path));
    files
}

/// The tests of a file.
fn cases(file: &Content) -> Result<Vec<Case>, Vec<Wrong>> {
    let wrong = |message: &str| Err(vec![Wrong { line: 1, column: 1, message: message.to_owned() }]);
    if file.bytes.len() > LONGEST {
        return wrong("A file of tests has at most 1 MiB. Divide it.");
    }
    std::str::from_utf8(&file.bytes).map_or_else(|_| wrong("This is no text in UTF-8."), read)
}

/// Whether a path beside a template is that of a file of tests.
fn is_test(path: &str) -> bool {
    let name = path.strip_prefix(FOLDER).and_then(|rest| rest.strip_prefix('/'));
    name.and_then(|name| name.rsplit_once('.'))
        .is_some_and(|(name, ending)| !name.contains('/') && matches!(ending, "yaml" | "yml"))
}

/// Runs all tests of a template, one after the other. What can't be read, or takes too long, is told in its place.
///
/// # Errors
/// A fault of the portal.
pub async fn run_all(
    template: &Value,
    contents: &[Content],
    registry: &Registry,
    limits: Option<Limits>,
) -> Result<Vec<TestFile>, Error> {
    let end = limits.map(|limits| Instant::now() + limits.all);
    let (mut done, mut number) = (Vec::new(), 0);
    for file in files(contents) {
        let cases = match cases(file) {
            Ok(cases) => cases,
            Err(wrong) => {
                done.push(TestFile { path: file.path.clone(), tests: Err(wrong) });
                continue;
            }
        };
        let mut tests = Vec::new();
        for case in cases {
            number += 1;
            if let Some(limits) = limits.filter(|limits| number > limits.most) {
                let wrong = vec![format!("Of more than {} tests the others are not run.", limits.most)];
                tests.push(Tried { name: case.name, wrong });
                break;
            }
            let running = run(&case, template, contents, registry);
            let wrong = match limits.zip(end) {
                None => running.await?,
                Some((limits, end)) => {
                    let until = end.min(Instant::now() + limits.each);
                    let ended = tokio::time::timeout_at(until, running).await;
                    ended.unwrap_or_else(|_| Ok(vec![too_long(limits, until == end)]))?
                }
            };
            tests.push(Tried { name: case.name, wrong });
        }
        done.push(TestFile { path: file.path.clone(), tests: Ok(tests) });
        if limits.is_some_and(|limits| number > limits.most) {
            break;
        }
    }
    Ok(done)
}

fn too_long(limits: Limits, all: bool) -> String {
    if all {
        format!("The tests of this template take longer than {} s together.", limits.all.as_secs())
    } else {
        format!("It took longer than {} s, and was ended there.", limits.each.as_secs())
    }
}

#[cfg(test)]
mod tests {
    use super::is_test;

    #[test]
    fn tests_lie_in_their_folder_and_nowhere_below() {
        for (path, expected) in [
            ("tests/a.yaml", true),
            ("tests/a.b.yml", true),
            ("tests/a.yaml.txt", false),
            ("tests/yaml", false),
            ("tests/below/a.yaml", false),
            ("testsuite/a.yaml", false),
            ("skeleton/tests/a.yaml", false),
            ("a.yaml", false),
        ] {
            assert_eq!(is_test(path), expected, "{path}");
        }
    }
}
