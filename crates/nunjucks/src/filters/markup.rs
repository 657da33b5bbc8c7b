//! Filters that write HTML, or take it away.

use std::sync::LazyLock;

use fancy_regex::Regex;

use super::Given;
use crate::budget::Budget;
use crate::error::Failure;
use crate::lexer::is_white;
use crate::units::{Units, count};
use crate::value::Value;

/// Applies a filter; nothing if it is none of these.
pub(super) fn call(name: &str, of: &Value, given: &Given, budget: &Budget) -> Result<Option<Value>, Failure> {
    if matches!((name, of), ("escape" | "e" | "safe", Value::Safe(_))) {
        return Ok(Some(of.clone()));
    }
    let text = of.printed();
    let made = match name {
        "escape" | "e" | "forceescape" => Value::Safe(escaped(&text).into()),
        "safe" => Value::Safe(text),
        "nl2br" => of.like(text.replace("\r\n", "\n").replace('\n', "<br />\n")),
        "striptags" => of.like(stripped(&text, given.get(0, "preserve_linebreaks").is_truthy())?),
        "urlize" => {
            let length = given.get(0, "length").to_number();
            let length = if length.is_nan() { usize::MAX } else { count(length) };
            Value::text(urlized(&text, length, matches!(given.get(1, "nofollow"), Value::Bool(true)))?)
        }
        _ => return Ok(None),
    };
    budget.bytes(made.printed().len())?;
    Ok(Some(made))
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '\\' => out.push_str("&#92;"),
            other => out.push(other),
        }
    }
    out
}

/// A pattern of ours, which is known to be one.
#[expect(clippy::expect_used, reason = "a test uses each of them")]
fn pattern(source: &str) -> Regex {
    Regex::new(source).expect("a regular expression")
}

static TAG: LazyLock<Regex> = LazyLock::new(|| pattern(r"(?i)</?[a-z][a-z0-9]*\b[^>]*>|<!--[\s\S]*?-->"));
static EDGES: LazyLock<Regex> = LazyLock::new(|| pattern("(?m)^ +| +$"));
static BLANKS: LazyLock<Regex> = LazyLock::new(|| pattern(" +"));
static LINES: LazyLock<Regex> = LazyLock::new(|| pattern("\n\n\n+"));
static WHITE: LazyLock<Regex> = LazyLock::new(|| pattern(r"\s+"));

fn replaced(text: &str, pattern: &Regex, new: &str) -> Result<String, Failure> {
    match pattern.try_replacen(text, 0, new) {
        Ok(text) => Ok(text.into_owned()),
        Err(error) => Err(Failure::new(error.to_string())),
    }
}

fn stripped(text: &str, keeps_lines: bool) -> Result<String, Failure> {
    let text = replaced(text, &TAG, "")?;
    let text = text.trim_matches(is_white);
    if !keeps_lines {
        return replaced(text, &WHITE, " ");
    }
    let text = replaced(&replaced(text, &EDGES, "")?, &BLANKS, " ")?.replace("\r\n", "\n");
    replaced(&text, &LINES, "\n\n")
}

static MAIL: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"(?i)^[\w.!#$%&'*+\-/=?^`{|}~]+@[a-z\d\-]+(\.[a-z\d\-]+)+$"));
static DOMAIN: LazyLock<Regex> = LazyLock::new(|| pattern(r"\.(?:org|net|com)(?::|/|$)"));

fn urlized(text: &str, length: usize, no_follow: bool) -> Result<String, Failure> {
    let rel = if no_follow { " rel=\"nofollow\"" } else { "" };
    let is =
        |pattern: &Regex, word: &str| pattern.is_match(word).map_err(|error| Failure::new(error.to_string()));
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while !rest.is_empty() {
        let white = rest.len() - rest.trim_start_matches(is_white).len();
        out.push_str(&rest[..white]);
        rest = &rest[white..];
        let word = &rest[..rest.find(is_white).unwrap_or(rest.len())];
        rest = &rest[word.len()..];
        // Brackets and full stops around an address are none of it.
        let inner = ["(", "<", "&lt;"].iter().find_map(|open| word.strip_prefix(open)).unwrap_or(word);
        let inner =
            [".", ",", ")", "&gt;"].iter().find_map(|close| inner.strip_suffix(close)).unwrap_or(inner);
        let short = Units::of(inner).slice(0, length);
        let link = |scheme: &str, shown: &str| format!("<a href=\"{scheme}{inner}\"{rel}>{shown}</a>");
        if inner.starts_with("http://") || inner.starts_with("https://") {
            out.push_str(&link("", &short));
        } else if inner.starts_with("www.") {
            out.push_str(&link("http://", &short));
        } else if is(&MAIL, inner)? {
            out.push_str(&format!("<a href=\"mailto:{inner}\">{inner}</a>"));
        } else if is(&DOMAIN, inner)? {
            out.push_str(&link("http://", &short));
        } else {
            out.push_str(word);
        }
    }
    Ok(out)
}
