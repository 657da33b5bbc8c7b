//! `oneOf` and `anyOf`: which of the schemas is meant.

use serde_json::{Map, Value};

use super::absorb::Work;
use super::choices::{constant, named, plain};
use super::field::Alternatives;
use super::merge::Prefer;
use super::resolve::Resolver;

/// More can't be offered in one selector.
const MAX_OPTIONS: usize = 200;

impl Resolver<'_> {
    /// Adds the option that is chosen, or that the value fits best. Constants are choices and no alternatives.
    pub(super) fn choose(
        &self,
        work: &mut Work<'_>,
        options: &[Value],
        name: String,
    ) -> Option<Alternatives> {
        let options: Vec<_> = options.iter().map(|option| self.dereferenced(option)).collect();
        if let Some(constants) = named(&options) {
            work.constants.get_or_insert(constants);
            return None;
        }
        // Conditions that only demand something offer nothing: `anyOf: [{required: [a]}, {required: [b]}]`.
        if options.iter().all(|option| !is_shown(option)) {
            return None;
        }
        if options.len() > MAX_OPTIONS {
            work.note(format!("Of {} alternatives the first {MAX_OPTIONS} are offered.", options.len()));
        }
        let options = &options[..options.len().min(MAX_OPTIONS)];
        let selected = self.chosen.get(&name).copied().filter(|chosen| *chosen < options.len());
        let selected = selected.unwrap_or_else(|| self.closest(options, work));
        let titles = options.iter().enumerate().map(|(position, option)| title(option, position)).collect();
        let mut option = options[selected].clone();
        if let Value::Object(option) = &mut option {
            // That is what the option is called, not the field.
            option.shift_remove("title");
        }
        self.absorb(work, &option, Prefer::Coming);
        Some(Alternatives { name, titles, selected })
    }

    fn dereferenced(&self, option: &Value) -> Value {
        let mut option = option.clone();
        for _ in 0..8 {
            let Some(reference) = option.get("$ref").and_then(Value::as_str) else { break };
            let Some(Value::Object(target)) = self.target(reference) else { break };
            let mut merged = target.clone();
            if let Value::Object(own) = option {
                merged.extend(own.into_iter().filter(|(key, _)| key != "$ref"));
            }
            option = Value::Object(merged);
        }
        option
    }

    /// The option that accepts the value and knows most of it; the first if that says nothing.
    fn closest(&self, options: &[Value], work: &Work<'_>) -> usize {
        let value = work.value.or_else(|| work.schema.get("default"));
        let Some(value) = value else { return 0 };
        let (mut best, mut most) = (0, i64::MIN);
        for (position, option) in options.iter().enumerate() {
            // An option that knows nothing of the value accepts it all the same.
            let is_known = has_known(option, value) && self.accepts(option, Some(value));
            let points = known_points(option, value) + if is_known { 1_000 } else { 0 };
            if points > most {
                (best, most) = (position, points);
            }
        }
        best
    }
}

/// Whether a value has any of the properties of an option, if the option has some.
fn has_known(option: &Value, value: &Value) -> bool {
    match option.get("properties") {
        Some(Value::Object(properties)) => properties.keys().any(|name| value.get(name).is_some()),
        _ => true,
    }
}

/// How much of a value an option knows: properties that are there, and constants that fit or do not.
fn known_points(option: &Value, value: &Value) -> i64 {
    let Some(Value::Object(properties)) = option.get("properties") else { return 0 };
    let point = |(name, schema): (&String, &Value)| match (value.get(name), constant(schema)) {
        (None, _) => 0,
        (Some(value), Some(constant)) if value == constant => 10,
        (Some(_), Some(_)) => -10,
        (Some(value), None) if is_type(schema, value) => 2,
        (Some(_), None) => 0,
    };
    properties.iter().map(point).sum()
}

fn is_type(schema: &Value, value: &Value) -> bool {
    let is = |name: &Value| match name.as_str() {
        Some("string") => value.is_string(),
        Some("integer") => value.is_i64() || value.is_u64(),
        Some("number") => value.is_number(),
        Some("boolean") => value.is_boolean(),
        Some("object") => value.is_object(),
        Some("array") => value.is_array(),
        Some("null") => value.is_null(),
        _ => false,
    };
    match schema.get("type") {
        Some(Value::Array(names)) => names.iter().any(is),
        Some(name) => is(name),
        None => false,
    }
}

/// Whether an option says anything that is drawn.
fn is_shown(option: &Value) -> bool {
    const DRAWN: [&str; 10] =
        ["properties", "type", "title", "enum", "const", "items", "allOf", "oneOf", "anyOf", "$ref"];
    option.as_object().is_some_and(|option: &Map<_, _>| DRAWN.iter().any(|key| option.contains_key(*key)))
}

fn title(option: &Value, position: usize) -> String {
    let title = option.get("ui:title").or_else(|| option.get("title")).map(plain);
    title.filter(|title| !title.is_empty()).unwrap_or_else(|| format!("Option {}", position + 1))
}
