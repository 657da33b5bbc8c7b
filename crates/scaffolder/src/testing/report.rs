//! What came of the tests of one template.

use crate::template_test::TestFile;

/// Bytes that are kept of what is wrong with one test.
const LONGEST: usize = 4_000;

/// What came of the tests of a template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TestReport {
    /// Its files of tests, by name.
    pub files: Vec<TestFile>,
}

impl TestReport {
    /// What came of these files, without what is too long to be read.
    pub(crate) fn new(mut files: Vec<TestFile>) -> Self {
        for file in &mut files {
            match &mut file.tests {
                Ok(tests) => tests.iter_mut().for_each(|test| shorten(&mut test.wrong, |wrong| wrong)),
                Err(wrong) => shorten(wrong, |wrong| &mut wrong.message),
            }
        }
        Self { files }
    }

    /// How many tests there are.
    #[must_use]
    pub fn total(&self) -> usize {
        self.files.iter().flat_map(|file| &file.tests).map(Vec::len).sum()
    }

    /// How many of them failed.
    #[must_use]
    pub fn failed(&self) -> usize {
        let tests = self.files.iter().flat_map(|file| &file.tests).flatten();
        tests.filter(|test| !test.wrong.is_empty()).count()
    }

    /// How many files can't be read.
    #[must_use]
    pub fn unreadable(&self) -> usize {
        self.files.iter().filter(|file| file.tests.is_err()).count()
    }
}

/// Leaves what people read of a long list of texts.
fn shorten<T>(list: &mut Vec<T>, text: impl Fn(&mut T) -> &mut String) {
    let mut left = LONGEST;
    let mut kept = 0;
    for item in &mut *list {
        let text = text(item);
        if text.len() > left {
            let end = text.floor_char_boundary(left);
            text.truncate(end);
            text.push('…');
        }
        kept += 1;
        left = left.saturating_sub(text.len());
        if left == 0 {
            break;
        }
    }
    list.truncate(kept);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::template_test::Tried;

    #[test]
    fn what_is_too_long_to_be_read_is_cut() {
        let wrong = vec!["é".repeat(1_500), "é".repeat(1_500), "not reached".to_owned()];
        let tests = Ok(vec![Tried { name: "long".to_owned(), wrong }]);
        let report = TestReport::new(vec![TestFile { path: "tests/a.yaml".to_owned(), tests }]);
        let lengths: Vec<usize> = report.files[0]
            .tests
            .iter()
            .flatten()
            .flat_map(|test| &test.wrong)
            .map(|wrong| wrong.chars().count())
            .collect();
        assert_eq!(lengths, [1_500, 501]);
        assert_eq!((report.total(), report.failed(), report.unreadable()), (1, 1, 0));
    }
}
