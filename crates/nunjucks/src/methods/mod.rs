//! The methods that values have in JavaScript.

mod list;
mod number;
mod text;

pub(crate) use self::list::joined;
pub(crate) use self::text::replaced;
use crate::budget::Budget;
use crate::convert::entries;
use crate::error::Failure;
use crate::regex::Regex;
use crate::units::Units;
use crate::value::Value;

/// A method by its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Method(&'static str);

const OF_OBJECT: [&str; 3] = ["hasOwnProperty", "toString", "valueOf"];
const OF_REGEX: [&str; 3] = ["exec", "test", "toString"];

/// The method of a value.
pub(crate) fn find(value: &Value, name: &str) -> Option<Method> {
    let names: &[&'static str] = match value {
        Value::Text(_) | Value::Safe(_) => &text::NAMES,
        Value::List(_) => &list::NAMES,
        Value::Number(_) => &number::NAMES,
        Value::Bool(_) => &["toString", "valueOf"],
        Value::Object(_) => &OF_OBJECT,
        Value::Regex(_) => &OF_REGEX,
        Value::Undefined | Value::Null | Value::Function(_) => &[],
    };
    names.iter().find(|known| **known == name).map(|name| Method(name))
}

/// Calls the method of a value.
pub(crate) fn call(
    of: &Value,
    Method(name): Method,
    given: &[Value],
    budget: &Budget,
) -> Result<Value, Failure> {
    let first = given.first();
    match (of, name) {
        (Value::Text(text) | Value::Safe(text), name) => text::call(text, name, given, budget),
        (Value::List(items), name) => list::call(items, name, given, budget),
        (Value::Number(number), name) => number::call(*number, name, given),
        (Value::Object(fields), "hasOwnProperty") => {
            let key = first.map(Value::to_text).unwrap_or_default();
            Ok(Value::Bool(fields.borrow().contains_key(&*key)))
        }
        (Value::Regex(regex), "test") => {
            let text = first.unwrap_or(&Value::Undefined).to_text();
            Ok(Value::Bool(regex.first(&text, budget)?.is_some()))
        }
        (Value::Regex(regex), "exec") => {
            matched(regex, &first.unwrap_or(&Value::Undefined).to_text(), budget)
        }
        (value, "valueOf") => Ok(value.clone()),
        (value, _) => Ok(Value::Text(value.to_text())),
    }
}

/// The first match with its groups, as `exec` and `match` tell it.
fn matched(regex: &Regex, text: &str, budget: &Budget) -> Result<Value, Failure> {
    let Some(captures) = regex.first(text, budget)? else { return Ok(Value::Null) };
    let group =
        |number: usize| captures.get(number).map_or(Value::Undefined, |group| Value::text(group.as_str()));
    Ok(Value::list((0..captures.len()).map(group).collect()))
}

/// Pairs of key and value, as `entries` gives them.
fn pairs(value: &Value) -> Vec<Value> {
    match value {
        Value::List(items) => {
            let items = items.borrow();
            let pair = |(place, item): (usize, &Value)| Value::list(vec![Value::number(place), item.clone()]);
            items.iter().enumerate().map(pair).collect()
        }
        Value::Object(fields) => entries(fields)
            .into_iter()
            .map(|(key, value)| Value::list(vec![Value::text(key), value]))
            .collect(),
        _ => Vec::new(),
    }
}

/// The member of a value: a field, an item, a length, or a method bound to it.
pub(crate) fn member(of: &Value, key: &Value) -> Value {
    use crate::value::Function;
    let name = key.to_text();
    let index = || name.parse::<usize>().ok();
    let own = match of {
        Value::Undefined | Value::Null => return Value::Undefined,
        Value::Object(fields) => fields.borrow().get(&*name).cloned(),
        Value::List(items) if &*name == "length" => Some(Value::number(items.borrow().len())),
        Value::List(items) => index().and_then(|index| items.borrow().get(index).cloned()),
        Value::Text(text) | Value::Safe(text) if &*name == "length" => {
            Some(Value::number(crate::units::length(text)))
        }
        Value::Text(text) | Value::Safe(text) => index().and_then(|index| {
            let units = Units::of(text);
            (index < units.len()).then(|| Value::text(units.slice(index, index + 1)))
        }),
        Value::Regex(regex) if &*name == "source" => Some(Value::text(regex.source())),
        Value::Regex(regex) if &*name == "flags" => Some(Value::text(regex.flags())),
        Value::Function(function) => crate::globals::member(function, &name),
        _ => None,
    };
    own.or_else(|| {
        let method = find(of, &name)?;
        Some(Value::Function(Function::Method(of.clone(), method).into()))
    })
    .unwrap_or_default()
}
