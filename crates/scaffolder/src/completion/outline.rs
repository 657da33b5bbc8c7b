//! The outline of a text in YAML that need not be right: which key each line has, and below what.

use std::collections::HashMap;
use std::sync::Arc;

/// A step from the document to one of its parts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// By the key of an object. A long key may have many lines below it, so they share it.
    Key(Arc<str>),
    /// By a place in a list; counted over the whole text, so that two items are never the same.
    Item(usize),
}

/// A line with a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Line {
    /// What it is part of.
    pub(super) path: Vec<Part>,
    /// The number of what it is part of.
    pub(super) within: usize,
    /// Where its key begins, in bytes of the line.
    pub(super) column: usize,
    /// Its key; all of it where there is no colon.
    pub(super) key: Arc<str>,
    /// What follows the colon; nothing where there is none.
    pub(super) value: Option<String>,
}

/// The lines of one document, as far as they have keys.
#[derive(Debug, Default)]
pub(super) struct Outline {
    /// Those with a key. Comments and the lines of longer texts have none.
    pub(super) lines: Vec<Line>,
    /// The line that was asked about, cut off where it was asked; nothing within a comment or a longer text.
    pub(super) here: Option<Line>,
    /// The first line with a value for each key, by the number of what it is part of. There are thousands of lines, and a list
    /// of what they hold looks up several of each.
    index: HashMap<(usize, Arc<str>), Indexed>,
}

/// A line with a value.
#[derive(Debug)]
struct Indexed {
    line: usize,
    /// The number of what is below its key.
    below: usize,
}

/// The number of the document.
const DOCUMENT: usize = 0;

impl Outline {
    /// The document in which a place lies, given in bytes of the text.
    pub(super) fn around(text: &str, place: usize) -> Self {
        let mut reader = Reader::default();
        let mut start = 0;
        let mut is_passed = false;
        for line in text.split('\n') {
            let end = start + line.len();
            if line.trim_end() == "---" {
                if is_passed {
                    break;
                }
                reader = Reader::default();
            } else {
                if (start..=end).contains(&place) {
                    reader.outline.here = reader.clone().read(&line[..place - start], true);
                    is_passed = true;
                }
                if let Some(line) = reader.read(line, false) {
                    reader.keep(line);
                }
            }
            start = end + 1;
        }
        reader.outline
    }

    /// What follows a key of an object, which has this number.
    pub(super) fn value(&self, within: usize, key: &str) -> Option<&str> {
        self.lines.get(self.index.get(&(within, Arc::from(key)))?.line)?.value.as_deref()
    }

    /// The same of the document.
    pub(super) fn value_of_document(&self, key: &str) -> Option<&str> {
        self.value(DOCUMENT, key)
    }

    /// The number of what lies at a path.
    pub(super) fn at(&self, path: &[Part]) -> Option<usize> {
        let line = self.lines.iter().find(|line| line.path == path)?;
        Some(line.within)
    }

    /// The number of what is below the key of a line.
    pub(super) fn below(&self, line: &Line) -> Option<usize> {
        Some(self.index.get(&(line.within, Arc::clone(&line.key)))?.below)
    }
}

/// Goes over the lines, from the first one on.
#[derive(Debug, Default)]
struct Reader {
    outline: Outline,
    /// What the next line can be part of.
    stack: Vec<Open>,
    /// The column of a key with a text of several lines: what stands to the right of it belongs to that.
    text_of: Option<usize>,
    items: usize,
    /// The last number that was given to something.
    last: usize,
}

/// Something that the next line can be part of.
#[derive(Clone, Debug)]
struct Open {
    column: usize,
    part: Part,
    number: usize,
}

impl Clone for Reader {
    fn clone(&self) -> Self {
        // What was read is not needed to read one more line.
        Self {
            outline: Outline::default(),
            stack: self.stack.clone(),
            text_of: self.text_of,
            items: self.items,
            last: self.last,
        }
    }
}

impl Reader {
    /// Keeps a line, and what stands below its key.
    fn keep(&mut self, line: Line) {
        let number = self.outline.lines.len();
        if line.value.is_some()
            && let Some(open) = self.stack.last_mut()
        {
            let key = (line.within, Arc::clone(&line.key));
            let indexed =
                self.outline.index.entry(key).or_insert(Indexed { line: number, below: open.number });
            // A key that is there twice holds what is below both.
            open.number = indexed.below;
        }
        self.outline.lines.push(line);
    }

    fn open(&mut self, column: usize, part: Part) {
        self.last += 1;
        self.stack.push(Open { column, part, number: self.last });
    }

    /// The key of a line; an empty line has one only where it is asked about.
    fn read(&mut self, line: &str, is_asked: bool) -> Option<Line> {
        let mut column = line.len() - line.trim_start_matches(' ').len();
        let mut rest = line.get(column..)?;
        // What is cut off where it was asked about ends there.
        if !is_asked {
            rest = rest.trim_end_matches('\r');
        }
        if self.text_of.is_some_and(|of| rest.is_empty() || column > of) {
            return None;
        }
        if rest.is_empty() && !is_asked {
            return None;
        }
        self.text_of = None;
        if rest.starts_with('#') {
            return None;
        }
        while rest == "-" || rest.starts_with("- ") {
            let is_over = |open: &Open| {
                open.column > column || (open.column == column && matches!(open.part, Part::Item(_)))
            };
            while self.stack.last().is_some_and(is_over) {
                self.stack.pop();
            }
            self.open(column, Part::Item(self.items));
            self.items += 1;
            let after = rest[1..].trim_start_matches(' ');
            column += rest.len() - after.len();
            rest = after;
        }
        while self.stack.last().is_some_and(|open| open.column >= column) {
            self.stack.pop();
        }
        let path = self.stack.iter().map(|open| open.part.clone()).collect();
        let within = self.stack.last().map_or(DOCUMENT, |open| open.number);
        let (key, value) = match colon(rest) {
            Some(end) => (&rest[..end], Some(rest[end + 1..].trim_start())),
            None => (rest, None),
        };
        let key: Arc<str> = Arc::from(key.trim_end().trim_matches(['"', '\'']));
        if let Some(value) = value {
            if value.starts_with(['|', '>']) {
                self.text_of = Some(column);
            }
            self.open(column, Part::Key(Arc::clone(&key)));
        }
        Some(Line { path, within, column, key, value: value.map(str::to_owned) })
    }
}

/// Where a key ends: keys may hold colons, as `ui:field` does.
fn colon(line: &str) -> Option<usize> {
    line.find(": ").or_else(|| line.ends_with(':').then(|| line.len() - 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(line: &Line) -> String {
        let part = |part: &Part| match part {
            Part::Key(key) => key.to_string(),
            Part::Item(number) => format!("#{number}"),
        };
        let mut path: Vec<String> = line.path.iter().map(part).collect();
        path.push(line.key.to_string());
        format!("{} = {}", path.join("/"), line.value.as_deref().unwrap_or("-"))
    }

    fn lines(text: &str) -> Vec<String> {
        Outline::around(text, text.len()).lines.iter().map(drawn).collect()
    }

    #[test]
    fn keys_stand_below_what_holds_them() {
        let text = "kind: Template\nspec:\n  steps:\n    - id: a\n\n      input:\n        url: ./x\n    - action: b:c\n  output:\n    te";
        let expected = [
            "kind = Template",
            "spec = ",
            "spec/steps = ",
            "spec/steps/#0/id = a",
            "spec/steps/#0/input = ",
            "spec/steps/#0/input/url = ./x",
            "spec/steps/#1/action = b:c",
            "spec/output = ",
            "spec/output/te = -",
        ];
        assert_eq!(lines(text), expected);
    }

    #[test]
    fn lists_may_stand_below_their_key() {
        let text = "steps:\n- id: a\n  name: b\n-\n  id: c\nafter: d";
        let expected = [
            "steps = ",
            "steps/#0/id = a",
            "steps/#0/name = b",
            "steps/#1/ = -",
            "steps/#1/id = c",
            "after = d",
        ];
        assert_eq!(lines(text), expected);
    }

    #[test]
    fn longer_texts_and_comments_hold_no_keys() {
        let text = "a: |\n  b: c\n\n  d: e\n# f: g\nui:field: h\n\"i\": j";
        assert_eq!(lines(text), ["a = |", "ui:field = h", "i = j"]);
    }

    #[test]
    fn a_place_is_found_on_lines_that_are_empty_and_leaves_the_others_as_they_are() {
        // `^` stands for the place.
        for (text, expected) in [
            ("spec:\n  steps:\n    - id: a\n      ^\n      action: b", Some("spec/steps/#0/ = -")),
            ("spec:\n  steps:\n    - id: a\n    ^\n      action: b", Some("spec/steps/ = -")),
            ("spec:\n  ow^ner: a", Some("spec/ow = -")),
            ("spec:\n  owner: gro^up", Some("spec/owner = gro")),
            ("spec:\n  owner: |\n    gro^up", None),
            ("# spec^", None),
            ("a: b\n---\nc:\n  ^\n---\nd: e", Some("c/ = -")),
            ("^", Some(" = -")),
        ] {
            let place = text.find('^').expect("a place");
            let outline = Outline::around(&text.replace('^', ""), place);
            assert_eq!(outline.here.as_ref().map(drawn).as_deref(), expected, "{text}");
            let others: Vec<_> = outline.lines.iter().map(drawn).collect();
            let is_there = |line: &str| others.iter().any(|other| other == line);
            assert!(!text.contains("action") || is_there("spec/steps/#0/action = b"), "{others:?}");
            assert!(!text.contains("---") || others == ["c = "], "{others:?}");
        }
    }
}
