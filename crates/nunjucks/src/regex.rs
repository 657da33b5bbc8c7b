//! Regular expressions as JavaScript writes them, on a library that gives up instead of trying for ever.

use std::sync::Arc;

use fancy_regex::{Captures, RegexBuilder};

use crate::budget::Budget;
use crate::error::Failure;

/// Steps back of one search before it is given up.
const BACKTRACKS: usize = 100_000;
/// Bytes that a compiled expression may take.
const SIZE: usize = 1 << 18;
/// What compiling and searching take from the budget, about as much as they take longer than other steps. Compiling takes as
/// long as the expression is without its counts: `a{50}` is fifty times `a`.
const COMPILED: u64 = 100;
const COMPILED_PART: u64 = 30;
const SEARCHED: u64 = 200;
const FOUND_AGAIN: u64 = 20;

/// A regular expression with its flags.
#[derive(Debug)]
pub(crate) struct Regex {
    source: String,
    flags: String,
    compiled: Arc<fancy_regex::Regex>,
}

impl Regex {
    pub(crate) fn new(source: &str, flags: &str, budget: &Budget) -> Result<Self, Failure> {
        let wanted: String = flags.chars().filter(|flag| matches!(flag, 'i' | 'm' | 's')).collect();
        let prefix = if wanted.is_empty() { String::new() } else { format!("(?{wanted})") };
        let compiled = budget.compiled(format!("{prefix}{}", translate(source)), |says| {
            budget.steps(COMPILED.saturating_add(parts(source).saturating_mul(COMPILED_PART)))?;
            let built = RegexBuilder::new(says).backtrack_limit(BACKTRACKS).delegate_size_limit(SIZE).build();
            built.map_err(|error| {
                Failure::new(format!("The regular expression /{source}/ can't be used: {error}."))
            })
        })?;
        Ok(Self { source: source.to_owned(), flags: flags.to_owned(), compiled })
    }

    pub(crate) fn source(&self) -> &str {
        &self.source
    }

    pub(crate) fn flags(&self) -> &str {
        &self.flags
    }

    pub(crate) fn is_global(&self) -> bool {
        self.flags.contains('g')
    }

    /// As it is written.
    pub(crate) fn written(&self) -> String {
        format!("/{}/{}", self.source, self.flags)
    }

    /// The first match.
    pub(crate) fn first<'t>(&self, text: &'t str, budget: &Budget) -> Result<Option<Captures<'t>>, Failure> {
        budget.steps(SEARCHED + text.len() as u64 / 16)?;
        self.find(text, 0)
    }

    /// All matches; the first one alone unless `all`.
    pub(crate) fn matches<'t>(
        &self,
        text: &'t str,
        all: bool,
        budget: &Budget,
    ) -> Result<Vec<Captures<'t>>, Failure> {
        let (mut found, mut next) = (Vec::new(), self.first(text, budget)?);
        while let Some(captures) = next.take() {
            let whole = captures.get(0).map_or(0..0, |whole| whole.range());
            found.push(captures);
            if !all {
                break;
            }
            budget.steps(FOUND_AGAIN)?;
            // After a match of nothing the search goes on behind the next letter.
            let letter = if whole.is_empty() { text[whole.end..].chars().next() } else { None };
            let from = match letter {
                None if whole.is_empty() => break,
                letter => whole.end + letter.map_or(0, char::len_utf8),
            };
            next = self.find(text, from)?;
        }
        Ok(found)
    }

    fn find<'t>(&self, text: &'t str, from: usize) -> Result<Option<Captures<'t>>, Failure> {
        self.compiled.captures_from_pos(text, from).map_err(|error| {
            Failure::new(format!("The regular expression /{}/ takes too long: {error}.", self.source))
        })
    }
}

/// About how many parts an expression has once its counts are written out. Sets of letters beyond ASCII are many parts each.
fn parts(source: &str) -> u64 {
    /// Bytes of letters that a set leads to, in UTF-8.
    const SET: u64 = 8;
    /// A property of Unicode has hundreds of ranges.
    const PROPERTY: u64 = 200;
    // What each open group has so far, and what its last part is, which a count would be about.
    let mut open = vec![(0_u64, 0_u64)];
    let mut characters = source.chars().peekable();
    let mut in_class = false;
    while let Some(character) = characters.next() {
        let is_in_class = in_class;
        let part = match character {
            '\\' => match characters.next() {
                Some('p' | 'P') => {
                    if characters.next_if_eq(&'{').is_some() {
                        while characters.next().is_some_and(|next| next != '}') {}
                    }
                    PROPERTY
                }
                Some('d' | 'w') => 1,
                _ => SET,
            },
            ']' => {
                in_class = false;
                u64::from(!is_in_class)
            }
            _ if in_class => 1,
            '[' => {
                in_class = true;
                SET
            }
            '(' => {
                open.push((0, 0));
                continue;
            }
            ')' if open.len() > 1 => open.pop().map_or(0, |(all, last)| all.saturating_add(last)),
            '{' => {
                let (mut most, mut count) = (1, 0_u64);
                while let Some(next) = characters.next_if(|next| next.is_ascii_digit() || *next == ',') {
                    count = next
                        .to_digit(10)
                        .map_or(0, |digit| count.saturating_mul(10).saturating_add(digit.into()));
                    most = most.max(count);
                }
                characters.next_if_eq(&'}');
                if let Some((_, last)) = open.last_mut() {
                    *last = last.saturating_mul(most);
                }
                continue;
            }
            '.' => SET,
            _ => 1,
        };
        if let Some((all, last)) = open.last_mut() {
            if is_in_class {
                // A set is one part, with all that is in it.
                *last = last.saturating_add(part);
            } else {
                *all = all.saturating_add(*last);
                *last = part;
            }
        }
    }
    open.into_iter().fold(0, |parts, (all, last)| parts.saturating_add(all).saturating_add(last))
}

/// The same expression in the library's words: digits and letters are those of ASCII, and in a class only what JavaScript
/// gives a meaning has one.
fn translate(source: &str) -> String {
    let mut written = String::with_capacity(source.len() + 8);
    let (mut escaped, mut in_class) = (false, false);
    let mut characters = source.chars().peekable();
    while let Some(character) = characters.next() {
        if escaped {
            escaped = false;
            match (character, in_class) {
                ('d', true) => written.push_str("0-9"),
                ('d', false) => written.push_str("[0-9]"),
                ('D', false) => written.push_str("[^0-9]"),
                ('w', true) => written.push_str("A-Za-z0-9_"),
                ('w', false) => written.push_str("[A-Za-z0-9_]"),
                ('W', false) => written.push_str("[^A-Za-z0-9_]"),
                ('/', _) => written.push('/'),
                (other, _) => written.extend(['\\', other]),
            }
            continue;
        }
        match character {
            '\\' => escaped = true,
            '[' if in_class => written.push_str("\\["),
            '&' | '~' if in_class => written.extend(['\\', character]),
            '[' => {
                in_class = true;
                written.push('[');
                if characters.peek() == Some(&'^') {
                    characters.next();
                    if characters.peek() == Some(&']') {
                        // Everything that is not nothing.
                        characters.next();
                        in_class = false;
                        written.push_str("\\s\\S]");
                    } else {
                        written.push('^');
                    }
                }
            }
            ']' => {
                in_class = false;
                written.push(']');
            }
            other => written.push(other),
        }
    }
    if escaped {
        written.push('\\');
    }
    written
}

/// What a replacement says of one match: `$1`, `$&`, `$<name>`, `` $` ``, `$'` and `$$` (ECMA-262, `GetSubstitution`).
pub(crate) fn substituted(replacement: &str, text: &str, captures: &Captures<'_>) -> String {
    let (mut out, mut rest) = (String::new(), replacement);
    let (start, end) = captures.get(0).map_or((0, 0), |whole| (whole.start(), whole.end()));
    let group = |number: usize| captures.get(number).map_or("", |group| group.as_str());
    while let Some(sign) = rest.find('$') {
        out.push_str(&rest[..sign]);
        rest = &rest[sign + 1..];
        let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let number = (1..=digits.min(2)).rev().find_map(|length| {
            let number = rest[..length].parse::<usize>().ok()?;
            (1..captures.len()).contains(&number).then_some((number, length))
        });
        let named = rest.strip_prefix('<').and_then(|name| name.split_once('>'));
        if let Some((number, length)) = number {
            out.push_str(group(number));
            rest = &rest[length..];
        } else if let Some(after) = rest.strip_prefix('$') {
            out.push('$');
            rest = after;
        } else if let Some(after) = rest.strip_prefix('&') {
            out.push_str(group(0));
            rest = after;
        } else if let Some(after) = rest.strip_prefix('`') {
            out.push_str(&text[..start]);
            rest = after;
        } else if let Some(after) = rest.strip_prefix('\'') {
            out.push_str(&text[end..]);
            rest = after;
        } else if let Some((name, after)) = named {
            out.push_str(captures.name(name).map_or("", |group| group.as_str()));
            rest = after;
        } else {
            out.push('$');
        }
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::budget::Limits;

    #[test]
    fn counts_are_written_out() {
        for (source, expected) in [
            ("", 0),
            ("abc", 3),
            ("a{50}", 50),
            ("(a{1,50}){1,6}", 300),
            ("a{2,}b", 3),
            ("((a{1000}){1000}){1000}", 1_000_000_000),
            (r"\d{3}-x", 5),
            ("[a-z]{10}", 110),
            (r"[\d\w]{10}x", 101),
            (r"\p{L}{2}", 400),
            ("a]}", 3),
            ("((", 0),
        ] {
            assert_eq!(parts(source), expected, "{source}");
        }
    }

    #[test]
    fn an_expression_is_compiled_once_and_costs_what_it_is() {
        let (source, text) = ("^(a{1,50}){1,6}$", "a");
        let compiled = 100 + 30 * 302;
        let budget = Budget::new(Limits { steps: 2 * compiled, ..Limits::default() });
        let first = Regex::new(source, "", &budget).unwrap();
        for _ in 0..10 {
            let again = Regex::new(source, "", &budget).unwrap();
            assert!(Arc::ptr_eq(&first.compiled, &again.compiled));
            assert!(again.first(text, &budget).unwrap().is_some());
        }
        let other = Regex::new("^(a{1,50}){1,6}$", "i", &budget);
        assert!(other.is_err(), "another one is compiled for itself");
        let huge = Regex::new("((a{1000}){1000}){1000}", "", &Budget::new(Limits::default()));
        assert!(huge.unwrap_err().0.contains("steps"));
    }
}
