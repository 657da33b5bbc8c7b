//! A lint report as text: for people, for programs, and for the log of a GitHub workflow.
//!
//! Pure functions. What comes from a file is never repeated as it is: control characters and marks that turn the
//! direction of writing are spelled out, so that a file cannot write to somebody's terminal.

use std::fmt::Write as _;

use model::{Position, Problem, Severity};

use super::lint::LintReport;

/// Spaces that stand for a tab.
const TAB: &str = "    ";

/// For people: each problem with its line underlined, and a last line that counts.
pub fn human(report: &LintReport, color: bool) -> String {
    let paint = Paint { on: color };
    let mut out = String::new();
    for problem in &report.problems {
        paint.problem(&mut out, problem);
    }
    out.push_str(&summary(report));
    out.push('\n');
    out
}

/// For programs: the report as one JSON object.
pub fn json(report: &LintReport) -> String {
    // A report holds nothing that JSON cannot say.
    let mut out = serde_json::to_string_pretty(report).unwrap_or_default();
    out.push('\n');
    out
}

/// For GitHub: one workflow command for each problem, shown beside the line in a pull request.
pub fn github(report: &LintReport) -> String {
    let mut out = String::new();
    for problem in &report.problems {
        let place = match &problem.position {
            Some(at) => format!("file={},line={},col={},", property(&at.file), at.line, at.column),
            None => String::new(),
        };
        let notes = notes(problem).map(|(name, text)| format!("\n{name}: {text}"));
        let message = std::iter::once(problem.message.clone()).chain(notes).collect::<String>();
        let level = problem.severity.as_str();
        let title = property(problem.code.title());
        line(&mut out, format_args!("::{level} {place}title={title}::{}", data(&message)));
    }
    out
}

fn summary(report: &LintReport) -> String {
    let (errors, warnings) = (report.count(Severity::Error), report.count(Severity::Warning));
    let plural =
        |count: usize, one: &str, many: &str| format!("{count} {}", if count == 1 { one } else { many });
    let files = plural(report.file_count, "file", "files");
    let entities = plural(report.entity_count, "good entity", "good entities");
    if errors + warnings == 0 {
        return format!("No problems: {entities} in {files}");
    }
    let (errors, warnings) = (plural(errors, "error", "errors"), plural(warnings, "warning", "warnings"));
    format!("{errors} and {warnings}; {entities} in {files}")
}

/// The further lines of a problem, as name and text.
fn notes(problem: &Problem) -> impl Iterator<Item = (&'static str, &str)> {
    let notes = [("found", &problem.found), ("allowed", &problem.allowed), ("help", &problem.help)];
    notes.into_iter().filter_map(|(name, text)| Some((name, text.as_deref()?)))
}

/// Writes with or without colours.
struct Paint {
    on: bool,
}

impl Paint {
    fn problem(&self, out: &mut String, problem: &Problem) {
        let color = if problem.severity == Severity::Error { "1;31" } else { "1;33" };
        let level = self.colored(color, &format!("{}[{}]", problem.severity.as_str(), problem.code.as_str()));
        line(out, format_args!("{level}: {}", self.colored("1", &in_one_line(&problem.message))));
        let width = problem.position.as_ref().map_or(1, |at| at.line.to_string().len());
        let bar = |mark: &str| self.colored("34", &format!("{:width$} {mark}", ""));
        if let Some(at) = &problem.position {
            let arrow = self.colored("34", &format!("{:width$}-->", ""));
            line(out, format_args!("{arrow} {}:{}:{}", visible(&at.file), at.line, at.column));
            if !at.text.is_empty() {
                let (before, marked, after) = split(at);
                line(out, format_args!("{}", bar("|")));
                let number = self.colored("34", &format!("{:width$} |", at.line));
                line(out, format_args!("{number} {before}{marked}{after}"));
                let carets = self.colored(color, &"^".repeat(columns(&marked).max(1)));
                line(out, format_args!("{} {:indent$}{carets}", bar("|"), "", indent = columns(&before)));
            }
        }
        for (name, text) in notes(problem) {
            line(out, format_args!("{} {name}: {}", bar("="), in_one_line(text)));
        }
        out.push('\n');
    }

    fn colored(&self, color: &str, text: &str) -> String {
        if self.on { format!("\u{1b}[{color}m{text}\u{1b}[0m") } else { text.to_owned() }
    }
}

fn line(out: &mut String, text: std::fmt::Arguments<'_>) {
    // Writing to a string cannot fail.
    let _written = writeln!(out, "{text}");
}

/// The line before, at and after the place, fit to be shown.
fn split(at: &Position) -> (String, String, String) {
    let byte = |text: &str, count: usize| text.char_indices().nth(count).map_or(text.len(), |(byte, _)| byte);
    let (before, rest) = at.text.split_at(byte(&at.text, (at.column as usize).saturating_sub(1)));
    let length = match rest.chars().next() {
        Some(quote @ ('"' | '\'')) => rest.chars().skip(1).position(|c| c == quote).map_or(1, |end| end + 2),
        _ => rest.chars().take_while(|c| !c.is_whitespace() && !",:]}".contains(*c)).count(),
    };
    let (marked, after) = rest.split_at(byte(rest, length));
    (visible(before), visible(marked), visible(after))
}

/// The text, fit to be shown, with blanks for line breaks.
fn in_one_line(text: &str) -> String {
    visible(&text.lines().collect::<Vec<_>>().join(" "))
}

/// The text with everything spelled out that a terminal would act on, or that hides what is there.
fn visible(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\t' => out.push_str(TAB),
            c if c.is_control() || is_invisible(c) => out.extend(c.escape_unicode()),
            c => out.push(c),
        }
    }
    out
}

/// Marks of direction, separators and letters without width.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
        || matches!(c, '\u{e0000}'..='\u{e007f}')
}

/// Columns that a text takes in a terminal.
fn columns(text: &str) -> usize {
    text.chars().map(width).sum()
}

fn width(c: char) -> usize {
    match c {
        '\u{300}'..='\u{36f}' | '\u{fe00}'..='\u{fe0f}' => 0,
        '\u{1100}'..='\u{115f}'
        | '\u{2e80}'..='\u{a4cf}'
        | '\u{ac00}'..='\u{d7a3}'
        | '\u{f900}'..='\u{faff}' => 2,
        '\u{fe30}'..='\u{fe4f}' | '\u{ff00}'..='\u{ff60}' | '\u{ffe0}'..='\u{ffe6}' => 2,
        '\u{1f300}'..='\u{1faff}' | '\u{20000}'..='\u{3fffd}' => 2,
        _ => 1,
    }
}

/// The text as the message of a workflow command.
fn data(text: &str) -> String {
    let lines: Vec<String> = text.lines().map(|line| visible(line).replace('%', "%25")).collect();
    lines.join("%0A")
}

/// The text as a property of a workflow command.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
