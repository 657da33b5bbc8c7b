//! Filters that work on lists.

use std::cmp::Ordering;

use indexmap::IndexMap;

use super::{Given, object_pairs};
use crate::budget::Budget;
use crate::checks;
use crate::error::Failure;
use crate::methods::{joined, member};
use crate::units::Units;
use crate::value::Value;

/// Applies a filter; nothing if it is none of these.
pub(super) fn call(name: &str, of: &Value, given: &Given, budget: &Budget) -> Result<Option<Value>, Failure> {
    Ok(Some(match name {
        "first" => member(of, &Value::number(0)),
        "last" => {
            let length = member(of, &Value::text("length")).to_number();
            member(of, &Value::Number(length - 1.0))
        }
        "random" => {
            let items = of.items(name)?;
            if items.is_empty() { Value::Undefined } else { items[random(items.len())].clone() }
        }
        "list" => Value::list(listed(of)?),
        "join" => {
            let attribute = given.get(1, "attribute");
            let mut items = of.items(name)?;
            if attribute.is_truthy() {
                items = items.iter().map(|item| member(item, &attribute)).collect();
            }
            let by = given.text(0, "del").unwrap_or_default();
            joined(&items, &by, budget)?
        }
        "batch" => {
            let items = of.items(name)?;
            let (size, filler) = (given.count(0, "linecount", 1).max(1), given.get(1, "fill_with"));
            let rows = items.chunks(size).map(|row| {
                let mut row = row.to_vec();
                if filler.is_truthy() {
                    budget.steps(size.saturating_sub(row.len()) as u64)?;
                    row.resize(size, filler.clone());
                }
                Ok(Value::list(row))
            });
            Value::list(rows.collect::<Result<_, Failure>>()?)
        }
        "slice" => {
            let (items, slices) = (of.items(name)?, given.count(0, "slices", 1));
            budget.steps(slices as u64)?;
            let filler = given.get(1, "fill_with");
            let (size, extra) = (items.len() / slices.max(1), items.len() % slices.max(1));
            let mut rest = items.as_slice();
            let rows = (0..slices).map(|place| {
                let (row, after) = rest.split_at(size + usize::from(place < extra));
                rest = after;
                let mut row = row.to_vec();
                if filler.is_truthy() && place >= extra {
                    row.push(filler.clone());
                }
                Value::list(row)
            });
            Value::list(rows.collect())
        }
        "reverse" => match of.as_text() {
            Some(text) => of.like(text.chars().rev().collect::<String>()),
            None => Value::list(of.items(name)?.into_iter().rev().collect()),
        },
        "sort" => sorted(of, given)?,
        "dictsort" => dictsorted(of, given)?,
        "groupby" => grouped(of, &given.get(0, "attribute"))?,
        "sum" => {
            let (attribute, start) = (given.get(0, "attribute"), given.get(1, "start"));
            let items = of.items(name)?;
            let mut items = items
                .iter()
                .map(|item| if attribute.is_truthy() { member(item, &attribute) } else { item.clone() });
            let sum =
                items.try_fold(Value::Number(0.0), |sum, item| crate::render::add(&sum, &item, budget))?;
            crate::render::add(&if start.is_nothing() { Value::Number(0.0) } else { start }, &sum, budget)?
        }
        "select" | "reject" => {
            let test = given.text(0, "test").unwrap_or_else(|| "truthy".into());
            let arguments =
                Given { positional: given.positional.iter().skip(1).cloned().collect(), ..Given::default() };
            let mut kept = Vec::new();
            for item in listed_or_empty(of) {
                if checks::call(&test, &item, &arguments)? == (name == "select") {
                    kept.push(item);
                }
            }
            Value::list(kept)
        }
        "selectattr" | "rejectattr" => {
            let attribute = given.get(0, "attribute");
            let is_kept = |item: &Value| member(item, &attribute).is_truthy() == (name == "selectattr");
            Value::list(of.items(name)?.into_iter().filter(is_kept).collect())
        }
        _ => return Ok(None),
    }))
}

/// A place below `length` that is hard to guess.
fn random(length: usize) -> usize {
    use std::hash::{BuildHasher, Hasher, RandomState};
    let number = RandomState::new().build_hasher().finish();
    usize::try_from(number % length as u64).unwrap_or(0)
}

/// What `list` makes of a value.
fn listed(of: &Value) -> Result<Vec<Value>, Failure> {
    if let Some(text) = of.as_text() {
        let units = Units::of(text);
        return Ok((0..units.len()).map(|place| Value::text(units.slice(place, place + 1))).collect());
    }
    match of {
        Value::Object(_) => {
            let pair = |(key, value): (String, Value)| {
                Value::object([("key".to_owned(), Value::text(key)), ("value".to_owned(), value)])
            };
            Ok(object_pairs(of).into_iter().map(pair).collect())
        }
        other => other.items("list"),
    }
}

fn listed_or_empty(of: &Value) -> Vec<Value> {
    listed(of).unwrap_or_default()
}

/// The attribute of an item by a path such as `meta.age`.
fn attribute(item: &Value, path: &Value) -> Value {
    match path.as_text() {
        Some(text) => text.split('.').fold(item.clone(), |value, part| member(&value, &Value::text(part))),
        None => member(item, path),
    }
}

fn sorted(of: &Value, given: &Given) -> Result<Value, Failure> {
    let (reversed, cased) = (given.get(0, "reverse").is_truthy(), given.get(1, "case_sensitive").is_truthy());
    let path = given.get(2, "attribute");
    let key = |item: &Value| {
        let key = if path.is_truthy() { attribute(item, &path) } else { item.clone() };
        match key.as_text() {
            Some(text) if !cased => Value::text(text.to_lowercase()),
            _ => key,
        }
    };
    let mut keyed: Vec<(Value, Value)> =
        of.items("sort")?.into_iter().map(|item| (key(&item), item)).collect();
    keyed.sort_by(|(left, _), (right, _)| {
        let order = left.order(right).unwrap_or(Ordering::Equal);
        if reversed { order.reverse() } else { order }
    });
    Ok(Value::list(keyed.into_iter().map(|(_, item)| item).collect()))
}

fn dictsorted(of: &Value, given: &Given) -> Result<Value, Failure> {
    let Value::Object(_) = of else {
        return Err(Failure::new(format!("dictsort works on an object, but this is {}.", of.type_name())));
    };
    let by_value = match given.text(1, "by").as_deref() {
        None | Some("key") => false,
        Some("value") => true,
        Some(other) => return Err(Failure::new(format!("dictsort sorts by key or value, not by {other}."))),
    };
    let cased = given.get(0, "case_sensitive").is_truthy();
    let key = |(key, value): &(String, Value)| {
        let by = if by_value { value.clone() } else { Value::text(key.as_str()) };
        match by.as_text() {
            Some(text) if !cased => Value::text(text.to_uppercase()),
            _ => by,
        }
    };
    let mut pairs: Vec<_> = object_pairs(of).into_iter().map(|pair| (key(&pair), pair)).collect();
    pairs.sort_by(|(left, _), (right, _)| left.order(right).unwrap_or(Ordering::Equal));
    let pair = |(_, (key, value)): (Value, (String, Value))| Value::list(vec![Value::text(key), value]);
    Ok(Value::list(pairs.into_iter().map(pair).collect()))
}

fn grouped(of: &Value, path: &Value) -> Result<Value, Failure> {
    let mut groups: IndexMap<String, Vec<Value>> = IndexMap::new();
    for item in of.items("groupby")? {
        groups.entry(attribute(&item, path).to_text().to_string()).or_default().push(item);
    }
    Ok(Value::object(groups.into_iter().map(|(key, items)| (key, Value::list(items)))))
}
