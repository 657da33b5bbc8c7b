//! Predicate queries: `{"kind": "component", "$not": {"spec.type": {"$in": ["library"]}}}`.

use serde_json::{Map, Value};

use super::{Filter, FilterError};
use crate::flatten::number_text;

/// Deepest nesting of a query.
const MAX_DEPTH: usize = 32;
/// Most conditions and values in a query.
const MAX_NODES: usize = 1_000;

impl Filter {
    /// Reads a predicate query.
    ///
    /// # Errors
    /// The query is not an object, uses an operator that does not exist, or is too deep or too large.
    pub fn from_predicate(query: &Value) -> Result<Self, FilterError> {
        Reader { nodes: 0 }.node(query, 0)
    }
}

fn invalid<T>(reason: impl AsRef<str>) -> Result<T, FilterError> {
    Err(FilterError(format!("Invalid query: {}", reason.as_ref())))
}

struct Reader {
    nodes: usize,
}

impl Reader {
    fn count(&mut self, nodes: usize) -> Result<(), FilterError> {
        self.nodes += nodes;
        if self.nodes > MAX_NODES { invalid(format!("more than {MAX_NODES} conditions")) } else { Ok(()) }
    }

    fn node(&mut self, query: &Value, depth: usize) -> Result<Filter, FilterError> {
        if depth > MAX_DEPTH {
            return invalid(format!("nested deeper than {MAX_DEPTH} levels"));
        }
        self.count(1)?;
        let Value::Object(map) = query else {
            return invalid(format!("expected an object such as {{\"kind\": \"component\"}}, found {query}"));
        };
        let operator = map.keys().find(|key| key.starts_with('$'));
        let Some(operator) = operator else { return self.fields(map) };
        if map.len() > 1 {
            return invalid(format!("{operator} must stand alone in its object"));
        }
        let operand = &map[operator];
        match operator.as_str() {
            "$all" => Ok(Filter::All(self.list(operator, operand, depth)?)),
            "$any" => Ok(Filter::Any(self.list(operator, operand, depth)?)),
            "$not" => Ok(Filter::Not(Box::new(self.node(operand, depth + 1)?))),
            _ => invalid(format!("{operator} is not an operator here: use $all, $any or $not")),
        }
    }

    fn list(&mut self, operator: &str, operand: &Value, depth: usize) -> Result<Vec<Filter>, FilterError> {
        let Value::Array(items) = operand else {
            return invalid(format!("{operator} must be a list of conditions"));
        };
        items.iter().map(|item| self.node(item, depth + 1)).collect()
    }

    /// Every field must satisfy its condition.
    fn fields(&mut self, map: &Map<String, Value>) -> Result<Filter, FilterError> {
        let mut conditions = Vec::with_capacity(map.len());
        for (key, condition) in map {
            self.count(1)?;
            conditions.push(self.field(&key.to_lowercase(), condition)?);
        }
        Ok(match conditions.len() {
            1 => conditions.remove(0),
            _ => Filter::All(conditions),
        })
    }

    fn field(&mut self, key: &str, condition: &Value) -> Result<Filter, FilterError> {
        if let Some(value) = primitive(condition) {
            return Ok(Filter::key_in(key, vec![value]));
        }
        let Value::Object(map) = condition else {
            return invalid(format!(
                "{key} must be compared with a text, a number, true, false or an operator"
            ));
        };
        let mut entries = map.iter();
        let (Some((operator, operand)), None) = (entries.next(), entries.next()) else {
            return invalid(format!("{key} must have exactly one operator"));
        };
        match operator.as_str() {
            "$exists" => match operand {
                Value::Bool(true) => Ok(Filter::key_exists(key)),
                Value::Bool(false) => Ok(Filter::Not(Box::new(Filter::key_exists(key)))),
                _ => invalid(format!("$exists of {key} must be true or false")),
            },
            "$in" => Ok(Filter::key_in(key, self.values(key, operand)?)),
            "$hasPrefix" => match operand {
                Value::String(prefix) => {
                    Ok(Filter::HasPrefix { key: key.to_owned(), prefix: prefix.to_lowercase() })
                }
                _ => invalid(format!("$hasPrefix of {key} must be a text")),
            },
            "$contains" if key == "relations" => self.relation(operand),
            "$contains" => match primitive(operand) {
                Some(value) => Ok(Filter::key_in(key, vec![value])),
                None => invalid(format!("$contains of {key} must be a text, a number, true or false")),
            },
            _ => invalid(format!(
                "{operator} of {key} is not an operator: use $exists, $in, $hasPrefix or $contains"
            )),
        }
    }

    fn values(&mut self, key: &str, operand: &Value) -> Result<Vec<String>, FilterError> {
        let Value::Array(items) = operand else { return invalid(format!("$in of {key} must be a list")) };
        self.count(items.len())?;
        items
            .iter()
            .map(|item| {
                primitive(item).map_or_else(
                    || invalid(format!("$in of {key} may hold texts, numbers, true and false only")),
                    Ok,
                )
            })
            .collect()
    }

    fn relation(&mut self, operand: &Value) -> Result<Filter, FilterError> {
        let Value::Object(map) = operand else {
            return invalid("$contains of relations must be an object with type and targetRef");
        };
        let mut relation = (Vec::new(), Vec::new());
        for (key, condition) in map {
            let values = match condition {
                Value::String(text) => vec![text.to_lowercase()],
                Value::Object(inner) if inner.len() == 1 && inner.contains_key("$in") => {
                    self.values(key, &inner["$in"])?
                }
                _ => return invalid(format!("{key} of a relation must be a text or {{\"$in\": […]}}")),
            };
            if values.is_empty() {
                // No value can be in an empty list, while an empty list in the tree means any.
                return Ok(Filter::Any(Vec::new()));
            }
            match key.to_lowercase().as_str() {
                "type" => relation.0 = values,
                "targetref" => relation.1 = values,
                _ => return invalid(format!("{key} is no part of a relation: use type and targetRef")),
            }
        }
        Ok(Filter::Relation { types: relation.0, targets: relation.1 })
    }
}

/// A value to compare with, as lower-case text.
fn primitive(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.to_lowercase()),
        Value::Number(number) => Some(number_text(number)),
        Value::Bool(flag) => Some(flag.to_string()),
        _ => None,
    }
}
