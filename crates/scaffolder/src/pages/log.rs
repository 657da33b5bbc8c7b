//! The log of a run as its page shows it: its end, the lines around one, or those with a text.

use model::Fragment;
use platform::database::Database;
use platform::error::Error;

use crate::clock;
use crate::service::TaskEvent;
use crate::store::{self, EventRow};

/// Lines that a page shows; the whole log is one request away.
const LINES: usize = 1_000;

/// Which lines of a log are asked for; the newest ones, if it says nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LogQuery {
    /// Those of this step.
    pub step: Option<String>,
    /// Those in which this is, in large or small letters.
    pub text: String,
    /// Those around this one. A text has them all looked through.
    pub line: Option<i64>,
}

/// Some lines of a log.
#[derive(Debug, Default)]
pub struct RunLog {
    /// What happened, the newest last.
    pub lines: Vec<RunLine>,
    /// Whether there are lines before these.
    pub is_cut: bool,
    /// Whether there are lines behind these.
    pub is_cut_behind: bool,
}

/// A line of the log.
#[derive(Debug)]
pub struct RunLine {
    /// The number of its event, for links to it.
    pub id: i64,
    /// When, RFC 3339.
    pub at: String,
    /// The step it is about.
    pub step: Option<String>,
    /// What happened.
    pub message: String,
}

impl RunLine {
    fn read(row: EventRow) -> Result<Self, Error> {
        let TaskEvent { id, created_at, body, .. } = TaskEvent::read(row)?;
        let text = |key: &str| body[key].as_str().map(str::to_owned);
        let (step, message) = (text("stepId"), text("message").unwrap_or_default());
        Ok(Self { id, at: clock::rfc3339(created_at), step, message })
    }

    /// What happened, with each place marked in which a text is.
    #[must_use]
    pub fn fragments(&self, text: &str) -> Vec<Fragment> {
        fragments(&self.message, &lowered(text).0)
    }
}

impl LogQuery {
    /// The lines of a run.
    pub(super) async fn read(&self, db: &Database, task: &str) -> Result<RunLog, Error> {
        let step = self.step.as_deref();
        match (self.text.trim(), self.line) {
            ("", None) => Self::around(db, task, step, i64::MAX, LINES).await,
            ("", Some(line)) => Self::around(db, task, step, line, LINES / 2).await,
            (text, _) => Self::with(db, task, step, &lowered(text).0).await,
        }
    }

    /// Up to `most` lines until one, and `most` lines behind it.
    async fn around(
        db: &Database,
        task: &str,
        step: Option<&str>,
        line: i64,
        most: usize,
    ) -> Result<RunLog, Error> {
        let mut before = store::events_until(db, task, step, line, most as u64 + 1).await?;
        let mut behind = store::events_of_step_after(db, task, step, line, most as u64 + 1).await?;
        let (is_cut, is_cut_behind) = (before.len() > most, behind.len() > most);
        before.truncate(most);
        behind.truncate(most);
        let lines = before.into_iter().rev().chain(behind).map(RunLine::read).collect::<Result<_, _>>()?;
        Ok(RunLog { lines, is_cut, is_cut_behind })
    }

    /// The newest lines with a text. How letters are large and small is a matter of the language, so databases differ in it; a
    /// log has an end, and is looked through here.
    async fn with(db: &Database, task: &str, step: Option<&str>, text: &str) -> Result<RunLog, Error> {
        let (mut lines, mut until) = (Vec::new(), i64::MAX);
        loop {
            let rows = store::events_until(db, task, step, until, LINES as u64).await?;
            let is_last = rows.len() < LINES;
            until = rows.last().map_or(0, |row| row.id - 1);
            for row in rows {
                let line = RunLine::read(row)?;
                if lowered(&line.message).0.contains(text) {
                    lines.push(line);
                }
            }
            if is_last || lines.len() > LINES {
                break;
            }
        }
        let is_cut = lines.len() > LINES;
        lines.truncate(LINES);
        lines.reverse();
        Ok(RunLog { lines, is_cut, is_cut_behind: false })
    }
}

/// A text in small letters, and for each byte of that where its letter begins in the text.
fn lowered(text: &str) -> (String, Vec<usize>) {
    let (mut lowered, mut places) = (String::with_capacity(text.len()), Vec::with_capacity(text.len()));
    for (place, letter) in text.char_indices() {
        lowered.extend(letter.to_lowercase());
        places.resize(lowered.len(), place);
    }
    (lowered, places)
}

/// A text with each place marked that says the same as another one in small letters.
fn fragments(text: &str, wanted: &str) -> Vec<Fragment> {
    let (mut found, mut end) = (Vec::new(), 0);
    let (lowered, places) = lowered(text);
    let hits = if wanted.is_empty() { Vec::new() } else { lowered.match_indices(wanted).collect() };
    for (place, hit) in hits {
        let (start, last) = (places[place], places[place + hit.len() - 1]);
        if start < end {
            continue;
        }
        if start > end {
            found.push((text[end..start].to_owned(), false));
        }
        end = last + text[last..].chars().next().map_or(0, char::len_utf8);
        found.push((text[start..end].to_owned(), true));
    }
    if end < text.len() {
        found.push((text[end..].to_owned(), false));
    }
    found
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn marked(text: &str, wanted: &str) -> String {
        let piece = |(text, found): Fragment| if found { format!("[{text}]") } else { text };
        fragments(text, &lowered(wanted).0).into_iter().map(piece).collect()
    }

    #[test]
    fn what_is_searched_for_is_marked_in_large_and_small_letters() {
        for (text, wanted, expected) in [
            ("Made shop in Shops", "SHOP", "Made [shop] in [Shop]s"),
            ("100% of a_b", "% of A_", "100[% of a_]b"),
            ("\u{c4}ther", "\u{e4}T", "[\u{c4}t]her"),
            ("\u{130}stanbul", "i", "[\u{130}]stanbul"),
            ("aaa", "aa", "[aa]a"),
            ("nothing", "", "nothing"),
            ("", "a", ""),
        ] {
            assert_eq!(marked(text, wanted), expected, "{wanted} in {text}");
        }
    }

    proptest! {
        #[test]
        fn marks_leave_the_text_as_it_is(text in "\\PC{0,30}", wanted in "\\PC{0,3}") {
            let all: String = fragments(&text, &lowered(&wanted).0).into_iter().map(|(text, _)| text).collect();
            prop_assert_eq!(all, text);
        }
    }
}
