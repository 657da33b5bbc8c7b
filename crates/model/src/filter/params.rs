//! `filter=kind=component,spec.type=service`: conditions of one parameter must all hold, one parameter of several must.

use super::{Filter, FilterError};

/// Most conditions in one request.
const MAX_CONDITIONS: usize = 1_000;

impl Filter {
    /// Reads the values of all `filter` parameters; nothing if there is none.
    ///
    /// Several conditions on one key inside a parameter are alternatives. `key` alone asks that the key exists, `key=`
    /// that its value is empty.
    ///
    /// # Errors
    /// A condition names no key, or there are too many.
    pub fn from_params<S: AsRef<str>>(params: &[S]) -> Result<Option<Self>, FilterError> {
        let mut sets = Vec::new();
        let mut budget = MAX_CONDITIONS;
        for param in params {
            if let Some(set) = set(param.as_ref(), &mut budget)? {
                sets.push(set);
            }
        }
        Ok(match sets.len() {
            0 => None,
            1 => sets.pop(),
            _ => Some(Self::Any(sets)),
        })
    }
}

fn set(param: &str, budget: &mut usize) -> Result<Option<Filter>, FilterError> {
    let mut keys: Vec<(String, Option<Vec<String>>)> = Vec::new();
    for condition in param.split(',').map(str::trim).filter(|condition| !condition.is_empty()) {
        *budget = budget
            .checked_sub(1)
            .ok_or_else(|| FilterError(format!("filter holds more than {MAX_CONDITIONS} conditions")))?;
        let (key, value) = match condition.split_once('=') {
            Some((key, value)) => (key.trim(), Some(value.trim().to_lowercase())),
            None => (condition, None),
        };
        if key.is_empty() {
            return Err(FilterError(format!(
                "Invalid filter, {condition:?} names no key: expected key=value or key, for example kind=component"
            )));
        }
        let key = key.to_lowercase();
        let index = keys.iter().position(|(known, _)| *known == key).unwrap_or_else(|| {
            keys.push((key, None));
            keys.len() - 1
        });
        if let Some(value) = value {
            keys[index].1.get_or_insert_default().push(value);
        }
    }
    let mut conditions: Vec<Filter> = keys
        .into_iter()
        .map(|(key, values)| match values {
            Some(values) => Filter::key_in(&key, values),
            None => Filter::key_exists(&key),
        })
        .collect();
    Ok(match conditions.len() {
        0 => None,
        1 => conditions.pop(),
        _ => Some(Filter::All(conditions)),
    })
}
