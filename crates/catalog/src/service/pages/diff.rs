//! Two texts line by line, cut to what a page can show.

use std::time::{Duration, Instant};

use model::{DiffLine, DiffPart, LineChange};
use similar::{Algorithm, DiffTag, capture_diff_slices_deadline};

use super::short::cut;

/// Lines around a change that stay in sight.
const CONTEXT: usize = 3;
/// Fewer lines than this are not worth folding.
const WORTH_FOLDING: usize = 4;
/// Lines that are folded away at once.
const FOLDED: usize = 200;
/// Lines of a comparison.
const LINES: usize = 2_000;
/// Characters of a line.
const LINE: usize = 500;
/// After this time the difference becomes coarser than it could be. It stays true.
const PATIENCE: Duration = Duration::from_millis(300);

/// The lines of both texts.
#[derive(Debug, Default)]
pub struct Diff {
    /// Lines that only the second text has.
    pub added: u32,
    /// Lines that only the first text has.
    pub removed: u32,
    /// What a page shows.
    pub parts: Vec<DiffPart>,
    /// Lines behind the last part.
    pub left_off: u32,
}

/// Compares two texts.
#[must_use]
pub fn diff(old: &str, new: &str) -> Diff {
    let old: Vec<&str> = old.lines().collect();
    let new: Vec<&str> = new.lines().collect();
    let deadline = Instant::now().checked_add(PATIENCE);
    let operations = capture_diff_slices_deadline(Algorithm::Myers, &old, &new, deadline);
    let mut diff = Diff::default();
    for operation in &operations {
        let (tag, before, after) = operation.as_tag_tuple();
        if tag == DiffTag::Equal {
            let first = if before.start == 0 { 0 } else { CONTEXT };
            let last = if before.end == old.len() && after.end == new.len() { 0 } else { CONTEXT };
            diff.same(&new[after.clone()], after.start, first, last);
        } else {
            diff.removed += count(before.len());
            diff.added += count(after.len());
            diff.push(LineChange::Removed, &old[before.clone()], before.start);
            diff.push(LineChange::Added, &new[after.clone()], after.start);
        }
    }
    diff
}

impl Diff {
    /// Adds lines of both texts: the `first` and the `last` of them stay in sight, what is between is folded away.
    fn same(&mut self, lines: &[&str], start: usize, first: usize, last: usize) {
        if lines.len() < first + last + WORTH_FOLDING {
            self.push(LineChange::Same, lines, start);
            return;
        }
        let end = lines.len() - last;
        self.push(LineChange::Same, &lines[..first], start);
        let fold = &lines[first..end];
        let kept = &fold[..fold.len().min(FOLDED)];
        let part = DiffPart {
            folded: true,
            lines: numbered(LineChange::Same, kept, start + first),
            left_off: count(fold.len() - kept.len()),
        };
        if self.room() >= kept.len() {
            self.parts.push(part);
        } else {
            self.left_off += count(fold.len());
        }
        self.push(LineChange::Same, &lines[end..], start + end);
    }

    /// Adds lines that stay in sight.
    fn push(&mut self, change: LineChange, lines: &[&str], start: usize) {
        let kept = &lines[..lines.len().min(self.room())];
        self.left_off += count(lines.len() - kept.len());
        if kept.is_empty() {
            return;
        }
        let lines = numbered(change, kept, start);
        match self.parts.last_mut() {
            Some(part) if !part.folded => part.lines.extend(lines),
            _ => self.parts.push(DiffPart { lines, ..DiffPart::default() }),
        }
    }

    /// How many more lines may be shown; none behind a gap.
    fn room(&self) -> usize {
        let shown: usize = self.parts.iter().map(|part| part.lines.len()).sum();
        if self.left_off > 0 { 0 } else { LINES.saturating_sub(shown) }
    }
}

/// Lines with their numbers, the first of which stands at `start`.
fn numbered(change: LineChange, lines: &[&str], start: usize) -> Vec<DiffLine> {
    let line = |(index, text): (usize, &&str)| DiffLine {
        change,
        number: count(start + index + 1),
        text: cut(text, LINE),
    };
    lines.iter().enumerate().map(line).collect()
}

fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use proptest::prelude::*;

    use super::*;

    /// A comparison as text: sign, number and line; folded lines as their count.
    fn drawn(diff: &Diff) -> String {
        let mut text = String::new();
        for part in &diff.parts {
            if part.folded {
                writeln!(text, "({} folded, {} left off)", part.lines.len(), part.left_off).unwrap();
                continue;
            }
            for line in &part.lines {
                let sign = match line.change {
                    LineChange::Same => ' ',
                    LineChange::Added => '+',
                    LineChange::Removed => '-',
                };
                writeln!(text, "{sign}{} {}", line.number, line.text).unwrap();
            }
        }
        text
    }

    fn lines(range: std::ops::Range<usize>) -> String {
        range.map(|number| format!("line {number}\n")).collect()
    }

    #[test]
    fn shows_changes_with_what_is_around_them() {
        let old = lines(0..30);
        let new = old.replace("line 10\n", "line ten\n").replace("line 15\n", "");
        let diff = diff(&old, &new);
        assert_eq!((diff.added, diff.removed, diff.left_off), (1, 2, 0));
        insta::assert_snapshot!(drawn(&diff), @r"
        (7 folded, 0 left off)
         8 line 7
         9 line 8
         10 line 9
        -11 line 10
        +11 line ten
         12 line 11
         13 line 12
         14 line 13
         15 line 14
        -16 line 15
         16 line 16
         17 line 17
         18 line 18
        (11 folded, 0 left off)
        ");
    }

    #[test]
    fn a_text_against_nothing_is_all_new() {
        let of = |old, new| drawn(&diff(old, new));
        assert_eq!(of("", "a\nb\n"), "+1 a\n+2 b\n");
        assert_eq!(of("a\nb\n", ""), "-1 a\n-2 b\n");
        assert_eq!(of("", ""), "");
        assert_eq!(of("a\n", "a\n"), " 1 a\n");
    }

    #[test]
    fn what_is_long_is_limited() {
        let (old, new) = (lines(0..10_000), lines(20_000..30_000));
        let different = diff(&old, &new);
        assert_eq!((different.added, different.removed), (10_000, 10_000));
        assert_eq!(different.left_off, 18_000);
        let same = diff(&old, &format!("{old}{}\n", "ö".repeat(100_000)));
        assert_eq!(same.parts.len(), 2, "a fold, and the end of the text");
        assert_eq!((same.parts[0].lines.len(), same.parts[0].left_off), (FOLDED, 9_797));
        let size = serde_json::to_string(&same.parts).unwrap().len();
        assert!(size < 30_000, "{size} bytes");
    }

    proptest! {
        #[test]
        fn both_texts_can_be_read_again(old in "[ab\n]{0,40}", new in "[ab\n]{0,40}") {
            let diff = diff(&old, &new);
            let shown: Vec<&DiffLine> = diff.parts.iter().flat_map(|part| &part.lines).collect();
            let without = |change: LineChange| -> Vec<&str> {
                shown.iter().filter(|line| line.change != change).map(|line| line.text.as_str()).collect()
            };
            prop_assert_eq!(without(LineChange::Added), old.lines().collect::<Vec<_>>());
            prop_assert_eq!(without(LineChange::Removed), new.lines().collect::<Vec<_>>());
        }
    }
}
