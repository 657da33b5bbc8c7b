//! Methods of lists (ECMA-262, section 23.1.3). Those that change a list change it for everybody who has it.

use super::pairs;
use crate::budget::Budget;
use crate::error::Failure;
use crate::units::{count, relative};
use crate::value::{List, Value};

pub(super) const NAMES: [&str; 24] = [
    "at",
    "concat",
    "entries",
    "fill",
    "flat",
    "includes",
    "indexOf",
    "join",
    "keys",
    "lastIndexOf",
    "pop",
    "push",
    "reverse",
    "shift",
    "slice",
    "sort",
    "splice",
    "toReversed",
    "toSorted",
    "toString",
    "unshift",
    "values",
    "valueOf",
    "with",
];

pub(super) fn call(list: &List, name: &str, given: &[Value], budget: &Budget) -> Result<Value, Failure> {
    let size = list.borrow().len();
    budget.steps(1 + size as u64)?;
    let argument = |place: usize| given.get(place).unwrap_or(&Value::Undefined);
    let copy = || list.borrow().clone();
    let place = |found: Option<usize>| found.map_or(Value::Number(-1.0), Value::number);
    Ok(match name {
        "at" => {
            let place = argument(0).to_integer();
            let place = if place < 0.0 { size.checked_sub(count(-place)) } else { Some(count(place)) };
            place.and_then(|place| list.borrow().get(place).cloned()).unwrap_or_default()
        }
        "concat" => {
            let mut items = copy();
            for more in given {
                match more {
                    Value::List(more) => items.extend(more.borrow().iter().cloned()),
                    other => items.push(other.clone()),
                }
            }
            budget.steps(items.len() as u64)?;
            Value::list(items)
        }
        "entries" => Value::list(pairs(&Value::List(list.clone()))),
        "keys" => Value::list((0..size).map(Value::number).collect()),
        "values" => Value::list(copy()),
        "fill" => {
            let (start, end) = (relative(given.get(1), size, 0), relative(given.get(2), size, size));
            for item in list.borrow_mut().iter_mut().take(end).skip(start) {
                *item = argument(0).clone();
            }
            Value::List(list.clone())
        }
        "flat" => {
            let depth = if given.is_empty() { 1 } else { count(argument(0).to_integer()).min(50) };
            let mut items = Vec::new();
            flatten(&copy(), depth, &mut items, budget)?;
            Value::list(items)
        }
        "includes" => {
            let wanted = argument(0);
            let is_nan = |value: &Value| matches!(value, Value::Number(number) if number.is_nan());
            Value::Bool(copy().iter().any(|item| item.is_same(wanted) || (is_nan(item) && is_nan(wanted))))
        }
        "indexOf" => {
            let from = relative(given.get(1), size, 0);
            place(copy().iter().skip(from).position(|item| item.is_same(argument(0))).map(|at| at + from))
        }
        "lastIndexOf" => place(copy().iter().rposition(|item| item.is_same(argument(0)))),
        "join" => {
            let by = if matches!(argument(0), Value::Undefined) { ",".into() } else { argument(0).to_text() };
            joined(&copy(), &by, budget)?
        }
        "pop" => list.borrow_mut().pop().unwrap_or_default(),
        "shift" if size == 0 => Value::Undefined,
        "shift" => list.borrow_mut().remove(0),
        "push" => {
            budget.steps(given.len() as u64)?;
            list.borrow_mut().extend(given.iter().cloned());
            Value::number(list.borrow().len())
        }
        "unshift" => {
            list.borrow_mut().splice(0..0, given.iter().cloned());
            Value::number(list.borrow().len())
        }
        "reverse" => {
            list.borrow_mut().reverse();
            Value::List(list.clone())
        }
        "toReversed" => Value::list(copy().into_iter().rev().collect()),
        "sort" | "toSorted" => {
            let mut items = copy();
            items.sort_by(|left, right| match (left, right) {
                (Value::Undefined, Value::Undefined) => std::cmp::Ordering::Equal,
                (Value::Undefined, _) => std::cmp::Ordering::Greater,
                (_, Value::Undefined) => std::cmp::Ordering::Less,
                (left, right) => left.to_text().encode_utf16().cmp(right.to_text().encode_utf16()),
            });
            if name == "toSorted" {
                return Ok(Value::list(items));
            }
            *list.borrow_mut() = items;
            Value::List(list.clone())
        }
        "slice" => {
            let (start, end) = (relative(given.first(), size, 0), relative(given.get(1), size, size));
            Value::list(copy().into_iter().take(end).skip(start).collect())
        }
        "splice" => {
            let start = relative(given.first(), size, 0);
            let most = if given.len() < 2 {
                size - start
            } else {
                count(argument(1).to_integer()).min(size - start)
            };
            let items = given.iter().skip(2).cloned();
            Value::list(list.borrow_mut().splice(start..start + most, items).collect())
        }
        "with" => {
            let (mut items, at) = (copy(), relative(given.first(), size, size));
            *items.get_mut(at).ok_or_else(|| Failure::new("There is no item at this place."))? =
                argument(1).clone();
            Value::list(items)
        }
        "toString" => Value::Text(Value::List(list.clone()).to_text()),
        _ => Value::List(list.clone()),
    })
}

/// Items as one text.
pub(crate) fn joined(items: &[Value], by: &str, budget: &Budget) -> Result<Value, Failure> {
    let mut text = String::new();
    for (place, item) in items.iter().enumerate() {
        if place > 0 {
            text.push_str(by);
        }
        let item = item.printed();
        budget.bytes(by.len() + item.len())?;
        text.push_str(&item);
    }
    Ok(Value::text(text))
}

fn flatten(items: &[Value], depth: usize, out: &mut Vec<Value>, budget: &Budget) -> Result<(), Failure> {
    budget.steps(items.len() as u64)?;
    for item in items {
        match item {
            Value::List(inner) if depth > 0 => {
                let inner = inner.borrow().clone();
                flatten(&inner, depth - 1, out, budget)?;
            }
            item => out.push(item.clone()),
        }
    }
    Ok(())
}
