//! The outline of a text in YAML that need not be right: which key each line has, and below what.

/// A step from the document to one of its parts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// By the key of an object.
    Key(String),
    /// By a place in a list; counted over the whole text, so that two items are never the same.
    Item(usize),
}

/// A line with a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Line {
    /// What it is part of.
    pub(super) path: Vec<Part>,
    /// Where its key begins, in bytes of the line.
    pub(super) column: usize,
    /// Its key; all of it where there is no colon.
    pub(super) key: String,
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
}

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
                    reader.outline.lines.push(line);
                }
            }
            start = end + 1;
        }
        reader.outline
    }

    /// What follows a key of an object.
    pub(super) fn value(&self, path: &[Part], key: &str) -> Option<&str> {
        self.lines.iter().find(|line| line.key == key && line.path == path)?.value.as_deref()
    }
}

/// Goes over the lines, from the first one on.
#[derive(Debug, Default)]
struct Reader {
    outline: Outline,
    /// What the next line can be part of, each with its column.
    stack: Vec<(usize, Part)>,
    /// The column of a key with a text of several lines: what stands to the right of it belongs to that.
    text_of: Option<usize>,
    items: usize,
}

impl Clone for Reader {
    fn clone(&self) -> Self {
        // What was read is not needed to read one more line.
        Self {
            outline: Outline::default(),
            stack: self.stack.clone(),
            text_of: self.text_of,
            items: self.items,
        }
    }
}

impl Reader {
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
            let is_over = |(other, part): &(usize, Part)| {
                *other > column || (*other == column && matches!(part, Part::Item(_)))
            };
            while self.stack.last().is_some_and(is_over) {
                self.stack.pop();
            }
            self.stack.push((column, Part::Item(self.items)));
            self.items += 1;
            let after = rest[1..].trim_start_matches(' ');
            column += rest.len() - after.len();
            rest = after;
        }
        let is_over = |(other, _): &(usize, Part)| *other >= column;
        while self.stack.last().is_some_and(is_over) {
            self.stack.pop();
        }
        let path = self.stack.iter().map(|(_, part)| part.clone()).collect();
        let (key, value) = match colon(rest) {
            Some(end) => (&rest[..end], Some(rest[end + 1..].trim_start())),
            None => (rest, None),
        };
        let key = key.trim_end().trim_matches(['"', '\'']).to_owned();
        if let Some(value) = value {
            if value.starts_with(['|', '>']) {
                self.text_of = Some(column);
            }
            self.stack.push((column, Part::Key(key.clone())));
        }
        Some(Line { path, column, key, value: value.map(str::to_owned) })
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
            Part::Key(key) => key.clone(),
            Part::Item(number) => format!("#{number}"),
        };
        let mut path: Vec<String> = line.path.iter().map(part).collect();
        path.push(line.key.clone());
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
