//! `pattern`: linear where it can be, bounded where it can't, and all of a form within one budget.

use std::collections::HashMap;
use std::sync::Arc;

use jsonschema::paths::Location;
use jsonschema::{Draft, Keyword, PatternOptions, ValidationError, Validator};
use model::Violation;
use parking_lot::Mutex;
use serde_json::{Map, Value, json};

use super::budget;
use super::compile::violation;
use super::custom_message::child;
use super::message::shorten;

/// Bytes that a compiled expression may take.
const SIZE: usize = 1 << 20;
/// Bytes that the smallest one is counted with.
const LEAST: usize = 1 << 12;
/// Bytes that all expressions of a form may take together, each counted once. So there are a thousand of them at most.
const ALL: usize = 4 << 20;
/// Bytes that an expression for names (`patternProperties`) may take. It is made anew wherever its schema is.
const NAMES: usize = 1 << 15;
/// Bytes that all of them may take together, each counted where it stands.
const ALL_NAMES: usize = 1 << 19;
/// Steps back of one search before it is given up.
const BACKTRACKS: usize = 5_000;
/// Characters of a text that an expression which goes back and forth is tried on.
const MAX_TEXT: usize = 4_000;

/// The expressions of one form. The same one is made once, however many fields have it.
#[derive(Clone, Default)]
pub(super) struct Patterns(Arc<Mutex<Pool>>);

#[derive(Default)]
struct Pool {
    made: HashMap<String, Result<Pattern, Refused>>,
    /// Bytes that they take.
    taken: usize,
    /// Bytes that those for names take.
    names: usize,
}

#[derive(Clone)]
struct Pattern {
    inner: Arc<Validator>,
    is_linear: bool,
    /// Bytes that it takes at most.
    size: usize,
}

/// Why an expression was not made.
#[derive(Clone, Copy)]
enum Refused {
    /// It is too large by itself, or can't be understood.
    Itself,
    /// Those before it took everything.
    Together,
}

type Made<'a> = Result<Box<dyn for<'i> Keyword<'i>>, ValidationError<'a>>;

impl Patterns {
    /// Bytes that they take.
    pub(super) fn weight(&self) -> usize {
        let pool = self.0.lock();
        pool.taken + pool.names
    }

    /// Makes those of a schema that stands at `pointer` in its template, and says which can't be.
    pub(super) fn collect(&self, schema: &Value, pointer: &str) -> Vec<Violation> {
        let mut wrong = Vec::new();
        self.walk(schema, pointer, &mut wrong);
        wrong
    }

    /// Whether to look any further.
    fn walk(&self, schema: &Value, pointer: &str, wrong: &mut Vec<Violation>) -> bool {
        match schema {
            Value::Array(items) => {
                let mut items = items.iter().enumerate();
                items.all(|(index, item)| self.walk(item, &format!("{pointer}/{index}"), wrong))
            }
            Value::Object(members) => members.iter().all(|(keyword, value)| {
                let at = child(pointer, keyword);
                match (keyword.as_str(), value) {
                    ("const" | "enum" | "default" | "examples", _) => true,
                    ("pattern", Value::String(pattern)) => {
                        told(self.make(pattern).err(), pattern, &at, SIZE, wrong)
                    }
                    ("patternProperties", Value::Object(members)) => members.iter().all(|(name, member)| {
                        let at = child(&at, name);
                        told(self.make_for_names(name).err(), name, &at, NAMES, wrong)
                            && self.walk(member, &at, wrong)
                    }),
                    // Their members are names, not keywords.
                    (
                        "properties" | "definitions" | "$defs" | "dependencies" | "dependentSchemas",
                        Value::Object(members),
                    ) => members.iter().all(|(name, member)| self.walk(member, &child(&at, name), wrong)),
                    _ => self.walk(value, &at, wrong),
                }
            }),
            _ => true,
        }
    }

    fn make(&self, pattern: &str) -> Result<Pattern, Refused> {
        let mut pool = self.0.lock();
        if let Some(made) = pool.made.get(pattern) {
            return made.clone();
        }
        let made = match ALL.checked_sub(pool.taken) {
            None | Some(0) => Err(Refused::Together),
            // One that can't be made took its time as well.
            Some(left) => match compile(pattern, SIZE) {
                None => {
                    pool.taken += SIZE.min(left);
                    Err(Refused::Itself)
                }
                Some(made) if made.size > left => {
                    pool.taken = ALL;
                    Err(Refused::Together)
                }
                Some(made) => {
                    pool.taken += made.size + pattern.len();
                    Ok(made)
                }
            },
        };
        // What is refused for want of room is not kept either.
        if !matches!(made, Err(Refused::Together)) {
            pool.made.insert(pattern.to_owned(), made.clone());
        }
        made
    }

    fn make_for_names(&self, pattern: &str) -> Result<(), Refused> {
        let left = ALL_NAMES.saturating_sub(self.0.lock().names);
        if left < LEAST {
            return Err(Refused::Together);
        }
        let made = compile(pattern, NAMES);
        let size = made.as_ref().map_or(NAMES, |made| made.size);
        self.0.lock().names += size.min(left);
        match made {
            None => Err(Refused::Itself),
            Some(_) if size > left => Err(Refused::Together),
            Some(_) => Ok(()),
        }
    }

    /// Makes the check of one `pattern`.
    pub(super) fn keyword<'a>(&self, _: &'a Map<String, Value>, pattern: &'a Value, _: Location) -> Made<'a> {
        match self.make(pattern.as_str().unwrap_or_default()) {
            Ok(pattern) => Ok(Box::new(pattern)),
            Err(_) => Err(ValidationError::custom("This pattern can't be used")),
        }
    }
}

/// Says why an expression was refused; whether to look any further.
fn told(refused: Option<Refused>, pattern: &str, at: &str, size: usize, wrong: &mut Vec<Violation>) -> bool {
    let (message, allowed) = match refused {
        None => return true,
        Some(Refused::Itself) => (
            format!(
                "This pattern can't be used: it takes more than {} kB once it is prepared, or is not understood",
                size >> 10
            ),
            "a regular expression with smaller repetitions such as {1,60}; say how long a text may be with \
             maxLength",
        ),
        Some(Refused::Together) => (
            format!(
                "The patterns of this form take too much together: from this one on they are more than {} MB",
                ALL >> 20
            ),
            "smaller repetitions such as {1,60}, and fewer patterns that differ; say how long a text may be \
             with maxLength",
        ),
    };
    wrong.push(Violation { found: Some(shorten(pattern)), ..violation(at, message, Some(allowed)) });
    matches!(refused, Some(Refused::Itself))
}

/// Makes an expression that takes no more than `most` bytes. How many it takes is found by trying: nothing tells.
fn compile(pattern: &str, most: usize) -> Option<Pattern> {
    let schema = json!({ "pattern": pattern });
    let options = jsonschema::options().with_draft(Draft::Draft7);
    let sizes = || std::iter::successors(Some(LEAST), |size| Some(size * 2)).take_while(|size| *size <= most);
    let linear = sizes().find_map(|size| {
        let options = options.clone().with_pattern_options(PatternOptions::regex().size_limit(size));
        Some((options.build(&schema).ok()?, true, size))
    });
    let made = linear.or_else(|| {
        sizes().find_map(|size| {
            let inner = options.clone().with_pattern_options(bounded(size)).build(&schema).ok()?;
            Some((inner, false, size))
        })
    });
    let (inner, is_linear, size) = made?;
    Some(Pattern { inner: Arc::new(inner), is_linear, size })
}

/// Options for expressions that go back and forth.
fn bounded(size: usize) -> PatternOptions<jsonschema::FancyRegex> {
    PatternOptions::fancy_regex().backtrack_limit(BACKTRACKS).size_limit(size)
}

/// Options for expressions of names.
pub(super) fn of_names() -> PatternOptions<jsonschema::FancyRegex> {
    bounded(NAMES)
}

impl Pattern {
    /// Whether an expression that goes back and forth would read too much.
    fn is_too_much(&self, value: &Value) -> bool {
        let Some(text) = value.as_str().filter(|_| !self.is_linear) else { return false };
        text.len() > MAX_TEXT || !budget::read(text.len())
    }
}

impl<'i> Keyword<'i> for Pattern {
    fn validate(&self, value: &'i Value) -> Result<(), ValidationError<'i>> {
        if self.is_too_much(value) {
            return Err(ValidationError::custom(
                "This is too long to be checked with the template's pattern",
            ));
        }
        self.inner.validate(value)
    }

    fn is_valid(&self, value: &'i Value) -> bool {
        !self.is_too_much(value) && self.inner.is_valid(value)
    }
}
