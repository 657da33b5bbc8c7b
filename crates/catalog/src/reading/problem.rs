//! Problems with their place: the slow path, taken only once something is wrong.
//!
//! Must not be reached while reading good files: finding a place parses the file again.

use std::cell::OnceCell;
use std::ops::Range;
use std::path::Path;

use model::{Entity, Position, Problem, ProblemCode, Severity, Violation};
use platform::yaml::Positions;
use serde_json::Value;

use super::check::Finding;

/// Longest piece of a file that a problem repeats, in characters.
const MAX_QUOTE: usize = 200;

/// An error without a place.
pub(super) fn error(code: ProblemCode, message: impl Into<String>, help: &str) -> Problem {
    Problem {
        code,
        severity: Severity::Error,
        message: message.into(),
        found: None,
        allowed: None,
        help: (!help.is_empty()).then(|| help.to_owned()),
        entity_ref: None,
        position: None,
    }
}

/// A warning without a place.
pub(super) fn warning(code: ProblemCode, message: impl Into<String>, help: &str) -> Problem {
    Problem { severity: Severity::Warning, ..error(code, message, help) }
}

/// The first [`MAX_QUOTE`] characters.
pub(super) fn clip(text: &str) -> String {
    match text.char_indices().nth(MAX_QUOTE) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

/// A descriptor file as text, for finding places in it.
pub(super) struct Text<'a> {
    path: &'a Path,
    text: &'a str,
    /// Where each line starts. Made when the first place is asked for.
    starts: OnceCell<Vec<usize>>,
}

impl<'a> Text<'a> {
    pub(super) fn new(path: &'a Path, text: &'a str) -> Self {
        Self { path, text, starts: OnceCell::new() }
    }

    pub(super) fn path(&self) -> &'a Path {
        self.path
    }

    pub(super) fn as_str(&self) -> &'a str {
        self.text
    }

    /// The place at a line and column, both counted from 1.
    pub(super) fn position(&self, line: u32, column: u32) -> Position {
        let text = self.lines(line..line.saturating_add(1)).trim_end();
        let end = text.char_indices().nth(MAX_QUOTE).map_or(text.len(), |(end, _)| end);
        Position {
            file: self.path.to_string_lossy().into_owned(),
            line,
            column,
            text: text[..end].to_owned(),
        }
    }

    /// Some lines, counted from 1, the end excluded.
    fn lines(&self, lines: Range<u32>) -> &'a str {
        let starts = self.starts.get_or_init(|| {
            let after_breaks = self.text.match_indices('\n').map(|(end, _)| end + 1);
            std::iter::once(0).chain(after_breaks).collect()
        });
        let start_of =
            |line: u32| starts.get(line.saturating_sub(1) as usize).copied().unwrap_or(self.text.len());
        &self.text[start_of(lines.start)..start_of(lines.end.max(lines.start))]
    }
}

/// What to do about a text that looks like the raw material of a template.
pub(super) fn skeleton_help(text: &str) -> Option<&'static str> {
    let gaps = ["${{", "{{cookiecutter", "{{ cookiecutter", "{%"];
    // A template is full of them itself.
    let is_template = text.lines().any(|line| line.trim_end() == "kind: Template");
    (!is_template && gaps.iter().any(|gap| text.contains(gap))).then_some(
        "This looks like the skeleton of a template, which is not an entity yet. Folders that a Template names in a \
         fetch step are left out; name this one there, or in .gitignore.",
    )
}

/// One document of a file, for finding the places of its values.
///
/// Works on the lines of this document alone, so that a file full of mistakes is not parsed once for each of them.
pub(super) struct Place<'a> {
    text: &'a Text<'a>,
    lines: Range<u32>,
    positions: OnceCell<Positions>,
}

impl<'a> Place<'a> {
    /// `lines` are those of the document, from 1, the end excluded.
    pub(super) fn new(text: &'a Text<'a>, lines: Range<u32>) -> Self {
        Self { text, lines, positions: OnceCell::new() }
    }

    /// Where the value at a JSON pointer stands, or the nearest one above it that exists.
    pub(super) fn of(&self, pointer: &str) -> Position {
        self.position(self.positions().of(pointer))
    }

    /// Where the key of the value at a JSON pointer stands: the better place for an object, which starts below its key.
    pub(super) fn of_key(&self, pointer: &str) -> Position {
        if pointer.is_empty() {
            return self.of(pointer);
        }
        self.position(self.positions().key_of(pointer))
    }

    /// A broken rule of the entity format as a problem.
    pub(super) fn violation(&self, violation: Violation, document: &Value) -> Problem {
        let Violation { pointer, code, message, found, allowed } = violation;
        let help = found.as_deref().and_then(skeleton_help).unwrap_or(match code {
            ProblemCode::Envelope => {
                "A descriptor has apiVersion, kind, metadata and spec at its top, and nothing beside them."
            }
            ProblemCode::Kind => "Correct kind and apiVersion; upper and lower case count.",
            ProblemCode::Reference => "Write it as kind:namespace/name, for example component:default/shop.",
            _ if found.is_none() => "Add it here, and save the file.",
            _ => "Correct it here, and save the file.",
        });
        let is_object = document.pointer(&pointer).is_some_and(Value::is_object);
        Problem {
            found: found.map(|found| clip(&found)),
            allowed,
            position: Some(if is_object { self.of_key(&pointer) } else { self.of(&pointer) }),
            ..error(code, clip(&message), help)
        }
    }

    /// What a check found as a problem of the entity.
    pub(super) fn finding(&self, finding: Finding, entity: &Entity) -> Problem {
        let Finding { pointer, code, severity, message, help } = finding;
        let (first, rest) = pointer.trim_start_matches('/').split_once('/').unwrap_or((&pointer, ""));
        let value = entity.as_map().get(first).and_then(|value| value.pointer(&format!("/{rest}")));
        let is_text = value.is_some_and(Value::is_string);
        Problem {
            severity,
            position: Some(if is_text { self.of(&pointer) } else { self.of_key(&pointer) }),
            entity_ref: Some(entity.entity_ref().to_string()),
            help,
            ..error(code, clip(&message), "")
        }
    }

    fn positions(&self) -> &Positions {
        self.positions.get_or_init(|| Positions::new(self.text.lines(self.lines.clone()), 0))
    }

    fn position(&self, (line, column): (u32, u32)) -> Position {
        self.text.position(line.saturating_add(self.lines.start).saturating_sub(1), column)
    }
}
