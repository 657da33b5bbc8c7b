//! `pattern`: linear where it can be, bounded where it can't.

use jsonschema::paths::Location;
use jsonschema::{Draft, Keyword, PatternOptions, ValidationError, Validator};
use serde_json::{Map, Value, json};

use super::budget;

/// Bytes that a compiled expression may take.
const SIZE: usize = 1 << 20;
/// Steps back of one search before it is given up.
pub(super) const BACKTRACKS: usize = 5_000;
/// Characters of a text that an expression which goes back and forth is tried on.
const MAX_TEXT: usize = 4_000;

struct Pattern {
    inner: Validator,
    is_linear: bool,
}

type Made<'a> = Result<Box<dyn for<'i> Keyword<'i>>, ValidationError<'a>>;

/// Makes the check of one `pattern`.
pub(super) fn keyword<'a>(_: &'a Map<String, Value>, pattern: &'a Value, _: Location) -> Made<'a> {
    let schema = json!({ "pattern": pattern });
    let options = jsonschema::options().with_draft(Draft::Draft7);
    let linear = options.clone().with_pattern_options(PatternOptions::regex().size_limit(SIZE));
    let bounded = options.with_pattern_options(bounded());
    let made = match linear.build(&schema) {
        Ok(inner) => Pattern { inner, is_linear: true },
        Err(_) => match bounded.build(&schema) {
            Ok(inner) => Pattern { inner, is_linear: false },
            Err(_) => return Err(ValidationError::custom("This pattern can't be used")),
        },
    };
    Ok(Box::new(made))
}

/// Options for expressions that go back and forth.
pub(super) fn bounded() -> PatternOptions<jsonschema::FancyRegex> {
    PatternOptions::fancy_regex().backtrack_limit(BACKTRACKS).size_limit(SIZE)
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
