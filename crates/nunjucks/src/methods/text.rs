//! Methods of text (ECMA-262, section 22.1.3). Places count UTF-16 units.

use std::rc::Rc;

use super::matched;
use crate::budget::Budget;
use crate::error::Failure;
use crate::lexer::is_white;
use crate::regex::{Regex, substituted};
use crate::units::{Units, count, length, relative};
use crate::value::Value;

pub(super) const NAMES: [&str; 32] = [
    "at",
    "charAt",
    "charCodeAt",
    "codePointAt",
    "concat",
    "endsWith",
    "includes",
    "indexOf",
    "lastIndexOf",
    "localeCompare",
    "match",
    "padEnd",
    "padStart",
    "repeat",
    "replace",
    "replaceAll",
    "search",
    "slice",
    "split",
    "startsWith",
    "substr",
    "substring",
    "toLocaleLowerCase",
    "toLocaleUpperCase",
    "toLowerCase",
    "toString",
    "toUpperCase",
    "trim",
    "trimEnd",
    "trimLeft",
    "trimStart",
    "valueOf",
];

pub(super) fn call(text: &Rc<str>, name: &str, given: &[Value], budget: &Budget) -> Result<Value, Failure> {
    budget.steps(1 + text.len() as u64 / 64)?;
    let own: &str = text;
    let units = Units::of(own);
    let argument = |place: usize| given.get(place).unwrap_or(&Value::Undefined);
    let words = |place: usize| argument(place).to_text();
    let size = units.len();
    let made = |made: String| budget.bytes(made.len()).map(|()| Value::text(made));
    let cut = |start: usize, end: usize| Value::text(units.slice(start, end));
    Ok(match name {
        "at" => {
            let place = argument(0).to_integer();
            let place = if place < 0.0 { place + units_f64(size) } else { place };
            if place < 0.0 || count(place) >= size {
                Value::Undefined
            } else {
                cut(count(place), count(place) + 1)
            }
        }
        "charAt" => {
            let place = argument(0).to_integer();
            if place < 0.0 { Value::text("") } else { cut(count(place), count(place).saturating_add(1)) }
        }
        "charCodeAt" => {
            let place = argument(0).to_integer();
            let unit = if place < 0.0 { None } else { units.get(count(place)) };
            Value::Number(unit.map_or(f64::NAN, f64::from))
        }
        "codePointAt" => {
            let place = argument(0).to_integer();
            let rest = if place < 0.0 { None } else { Some(units.slice(count(place), size)) };
            let first = rest.and_then(|rest| rest.chars().next());
            first.map_or(Value::Undefined, |first| Value::Number(f64::from(u32::from(first))))
        }
        "concat" => {
            let rest: Vec<Rc<str>> = given.iter().map(Value::to_text).collect();
            return made(format!("{own}{}", rest.concat()));
        }
        "startsWith" | "endsWith" | "includes" if matches!(argument(0), Value::Regex(_)) => {
            return Err(Failure::new(format!("{name} takes text, not a regular expression.")));
        }
        "startsWith" => {
            Value::Bool(units.slice(relative(given.get(1), size, 0), size).starts_with(&*words(0)))
        }
        "endsWith" => Value::Bool(units.slice(0, relative(given.get(1), size, size)).ends_with(&*words(0))),
        "includes" => Value::Bool(units.slice(relative(given.get(1), size, 0), size).contains(&*words(0))),
        "indexOf" => {
            let from = relative(given.get(1).filter(|from| from.to_integer() >= 0.0), size, 0);
            let rest = units.slice(from, size);
            place(rest.find(&*words(0)).map(|byte| from + Units::place_of(&rest, byte)))
        }
        "lastIndexOf" => {
            let wanted = words(0);
            let until = match argument(1).to_number() {
                number if number.is_nan() => size,
                number => count(number.max(0.0)).saturating_add(length(&wanted)).min(size),
            };
            let part = units.slice(0, until);
            place(part.rfind(&*wanted).map(|byte| Units::place_of(&part, byte)))
        }
        "localeCompare" => {
            Value::Number(match own.to_lowercase().cmp(&words(0).to_lowercase()).then(own.cmp(&words(0))) {
                std::cmp::Ordering::Less => -1.0,
                std::cmp::Ordering::Equal => 0.0,
                std::cmp::Ordering::Greater => 1.0,
            })
        }
        "match" => {
            let pattern = pattern(argument(0), budget)?;
            return find_all(&pattern, own, budget);
        }
        "search" => {
            let found = pattern(argument(0), budget)?.first(own, budget)?;
            let found = found.and_then(|found| Some(found.get(0)?.start()));
            place(found.map(|byte| Units::place_of(own, byte)))
        }
        "replace" | "replaceAll" => {
            let all = name == "replaceAll";
            return made(replaced(own, argument(0), &words(1), all, budget)?);
        }
        "split" => return split(own, argument(0), argument(1), budget),
        "padStart" | "padEnd" => {
            let (to, filler) = (
                count(argument(0).to_integer()),
                match argument(1) {
                    Value::Undefined => Rc::from(" "),
                    filler => filler.to_text(),
                },
            );
            let missing = to.saturating_sub(size);
            if missing == 0 || filler.is_empty() {
                return Ok(Value::Text(Rc::clone(text)));
            }
            budget.bytes(missing)?;
            let times = missing.div_ceil(length(&filler));
            let filler = filler.repeat(times);
            let filler = Units::of(&filler).slice(0, missing).into_owned();
            return made(if name == "padStart" {
                format!("{filler}{own}")
            } else {
                format!("{own}{filler}")
            });
        }
        "repeat" => {
            let times = argument(0).to_integer();
            if !(0.0..f64::INFINITY).contains(&times) {
                return Err(Failure::new(format!("Text can't be repeated {times} times.")));
            }
            budget.bytes(own.len().saturating_mul(count(times)))?;
            Value::text(own.repeat(count(times)))
        }
        "slice" => {
            let (start, end) = (relative(given.first(), size, 0), relative(given.get(1), size, size));
            cut(start, end.max(start))
        }
        "substring" => {
            let bound = |place: usize, missing: usize| match argument(place) {
                Value::Undefined => missing,
                value => count(value.to_integer().max(0.0)).min(size),
            };
            let (start, end) = (bound(0, 0), bound(1, size));
            cut(start.min(end), start.max(end))
        }
        "substr" => {
            let start = relative(given.first(), size, 0);
            let rest = match argument(1) {
                Value::Undefined => size,
                value => count(value.to_integer().max(0.0)),
            };
            cut(start, start.saturating_add(rest))
        }
        "toLowerCase" | "toLocaleLowerCase" => return made(own.to_lowercase()),
        "toUpperCase" | "toLocaleUpperCase" => return made(own.to_uppercase()),
        "trim" => Value::text(own.trim_matches(is_white)),
        "trimStart" | "trimLeft" => Value::text(own.trim_start_matches(is_white)),
        "trimEnd" => Value::text(own.trim_end_matches(is_white)),
        _ => Value::Text(Rc::clone(text)),
    })
}

fn place(found: Option<usize>) -> Value {
    found.map_or(Value::Number(-1.0), Value::number)
}

fn units_f64(size: usize) -> f64 {
    match Value::number(size) {
        Value::Number(number) => number,
        _ => 0.0,
    }
}

/// A regular expression as it is, or one that text stands for.
fn pattern(value: &Value, budget: &Budget) -> Result<Rc<Regex>, Failure> {
    match value {
        Value::Regex(regex) => Ok(Rc::clone(regex)),
        Value::Undefined => Regex::new("", "", budget).map(Rc::new),
        other => Regex::new(&other.to_text(), "", budget).map(Rc::new),
    }
}

fn find_all(regex: &Regex, text: &str, budget: &Budget) -> Result<Value, Failure> {
    if !regex.is_global() {
        return matched(regex, text, budget);
    }
    let found = regex.matches(text, true, budget)?;
    if found.is_empty() {
        return Ok(Value::Null);
    }
    let whole = |captures: &fancy_regex::Captures<'_>| {
        Value::text(captures.get(0).map_or("", |whole| whole.as_str()))
    };
    Ok(Value::list(found.iter().map(whole).collect()))
}

/// Text with one match, or all of them, replaced.
pub(crate) fn replaced(
    text: &str,
    old: &Value,
    new: &str,
    all: bool,
    budget: &Budget,
) -> Result<String, Failure> {
    let literal;
    let (regex, all) = match old {
        Value::Regex(regex) => (regex, regex.is_global()),
        other => {
            // `$` means the same in the replacement of a text.
            let escaped: String = other.to_text().chars().flat_map(escaped).collect();
            literal = Rc::new(Regex::new(&escaped, "", budget)?);
            (&literal, all)
        }
    };
    let (mut out, mut last) = (String::new(), 0);
    for captures in regex.matches(text, all, budget)? {
        let Some(whole) = captures.get(0) else { continue };
        let new = substituted(new, text, &captures);
        budget.bytes(new.len() + whole.start() - last)?;
        out.push_str(&text[last..whole.start()]);
        out.push_str(&new);
        last = whole.end();
    }
    out.push_str(&text[last..]);
    Ok(out)
}

fn escaped(character: char) -> impl Iterator<Item = char> {
    let special = "\\^$.|?*+()[]{}#&-~".contains(character);
    special.then_some('\\').into_iter().chain([character])
}

fn split(text: &str, by: &Value, limit: &Value, budget: &Budget) -> Result<Value, Failure> {
    let most = if matches!(limit, Value::Undefined) { usize::MAX } else { count(limit.to_integer()) };
    let mut parts: Vec<Value> = Vec::new();
    match by {
        Value::Undefined => parts.push(Value::text(text)),
        Value::Regex(regex) => {
            let mut last = 0;
            for captures in regex.matches(text, true, budget)? {
                let Some(whole) = captures.get(0) else { continue };
                // An empty match at either end divides nothing.
                if whole.end() == whole.start() && (whole.start() == 0 || whole.start() == text.len()) {
                    continue;
                }
                parts.push(Value::text(&text[last..whole.start()]));
                let group =
                    |group| captures.get(group).map_or(Value::Undefined, |group| Value::text(group.as_str()));
                parts.extend((1..captures.len()).map(group));
                last = whole.end();
            }
            parts.push(Value::text(&text[last..]));
        }
        by => match &*by.to_text() {
            "" => {
                let units = Units::of(text);
                parts.extend((0..units.len()).map(|place| Value::text(units.slice(place, place + 1))));
            }
            by => parts.extend(text.split(by).map(Value::text)),
        },
    }
    budget.steps(parts.len() as u64)?;
    parts.truncate(most);
    Ok(Value::list(parts))
}
