//! What is wrong with answers.

use std::fmt;

use jsonschema::ValidationError;
use jsonschema::error::ValidationErrorKind as Kind;
use model::form::{Answers, Form, Setting};
use serde::Serialize;
use serde_json::Value;

use super::custom_message::{self, child};
use super::{Compiled, Visitor, budget, message, picker};

/// More are not told.
const MAX_MISTAKES: usize = 200;
/// How deep alternatives in alternatives are looked into for what is wrong.
const MAX_DEPTH: usize = 8;

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Mistake {
    /// Position of the step.
    pub step: usize,
    /// JSON pointer to the value, or to where it is missing.
    pub pointer: String,
    /// What the field is called; empty if there is none.
    pub title: String,
    /// What to do.
    pub message: String,
}

/// All that is wrong with what a run is to be started with.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mistakes {
    /// With the answers to its form.
    pub answers: Vec<Mistake>,
    /// With its secrets, in sentences that hold none.
    pub secrets: Vec<String>,
}

impl Mistakes {
    /// Whether nothing is wrong.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.answers.is_empty() && self.secrets.is_empty()
    }
}

impl fmt::Display for Mistakes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let answers = self.answers.iter().map(|mistake| match mistake.pointer.trim_start_matches('/') {
            "" => mistake.message.clone(),
            place => format!("{place}: {}", mistake.message),
        });
        let told: Vec<String> = answers.chain(self.secrets.iter().cloned()).collect();
        f.write_str(&told.join(" "))
    }
}

impl Compiled {
    /// Checks all values against this step.
    pub(super) fn check(&self, position: usize, answers: &Answers, visitor: Visitor<'_>) -> Vec<Mistake> {
        budget::spend(|| self.check_within(position, answers, visitor))
    }

    fn check_within(&self, position: usize, answers: &Answers, visitor: Visitor<'_>) -> Vec<Mistake> {
        let mut found = Found { position, hidden: Vec::new(), mistakes: Vec::new() };
        // What the template's own words may quote: no secrets.
        let quotable = Value::Object(answers.values.clone());
        if !budget::is_checkable(&quotable) {
            found.add("", "", "The answers are nested too deeply, or too many".to_owned());
            return found.mistakes;
        }
        // With all that feature flags hide: what was sent for it is judged, only what is missing is not.
        let setting = self.setting(visitor);
        let form = self.step.form(answers, &Setting { flags: &self.flags, ..setting });
        found.hidden = match self.step.is_enabled(visitor.flags) {
            true if self.flags.is_subset(visitor.flags) => Vec::new(),
            true => self.step.form(answers, &setting).flagged,
            false => form.root.parts().into_iter().map(|field| field.pointer.clone()).collect(),
        };
        let values = Value::Object(form.with_secrets(&answers.values, visitor.secrets));
        for error in self.schema.validator.iter_errors(&values) {
            if found.mistakes.len() >= MAX_MISTAKES {
                break;
            }
            self.tell(&error, &quotable, &form, &mut found, 0);
        }
        for field in form.fields() {
            let value = if field.pointer.is_empty() { None } else { values.pointer(&field.pointer) };
            if let Some(message) = value.and_then(|value| picker::mistake(field, value)) {
                found.add(&field.pointer, &field.title, message);
            }
        }
        found.sort(&form);
        found.mistakes
    }

    fn tell(
        &self,
        error: &ValidationError<'_>,
        quotable: &Value,
        form: &Form,
        found: &mut Found,
        depth: usize,
    ) {
        let own = error.instance_path().as_str();
        if let Kind::Required { property } = error.kind()
            && found.hidden.contains(&child(own, property.as_str().unwrap_or_default()))
        {
            return;
        }
        let title = |pointer: &str| form.field(pointer).map(|field| field.title.as_str()).unwrap_or_default();
        if let Some((text, at)) = custom_message::of(error, &self.schema.source, quotable) {
            return found.add(&at, title(&at), text);
        }
        let at = match error.kind() {
            Kind::AnyOf { context } | Kind::OneOfNotValid { context } if depth < MAX_DEPTH => {
                match meant(context) {
                    Some(errors) => {
                        for error in errors {
                            self.tell(error, quotable, form, found, depth + 1);
                        }
                        return;
                    }
                    None => own.to_owned(),
                }
            }
            Kind::Required { property } => child(own, property.as_str().unwrap_or_default()),
            Kind::AdditionalProperties { unexpected } | Kind::UnevaluatedProperties { unexpected } => {
                for name in unexpected {
                    found.add(&child(own, name), "", message::of_value(error, None));
                }
                return;
            }
            _ => own.to_owned(),
        };
        found.add(&at, title(&at), message::of_value(error, form.field(&at)));
    }
}

/// The errors of the alternative that was probably meant: one without a wrong constant or type, then one with few errors.
fn meant<'e>(context: &'e [Vec<ValidationError<'static>>]) -> Option<&'e [ValidationError<'static>]> {
    let is_other = |error: &&ValidationError<'_>| {
        matches!(
            error.kind(),
            Kind::Constant { .. } | Kind::Enum { .. } | Kind::Type { .. } | Kind::Not { .. }
        )
    };
    let rank = |errors: &Vec<ValidationError<'_>>| (errors.iter().filter(is_other).count(), errors.len());
    let best = context.iter().map(rank).min()?;
    let mut fitting = context.iter().filter(|errors| rank(errors) == best);
    let first = fitting.next()?;
    // Where several are as good, none was meant more than another.
    if fitting.next().is_some() { None } else { Some(first) }
}

struct Found {
    position: usize,
    /// Pointers to what a feature flag hides, which nobody can fill in.
    hidden: Vec<String>,
    mistakes: Vec<Mistake>,
}

impl Found {
    fn add(&mut self, pointer: &str, title: &str, message: String) {
        let is_told = self.mistakes.iter().any(|told| told.pointer == pointer && told.message == message);
        if !is_told && self.mistakes.len() < MAX_MISTAKES {
            self.mistakes.push(Mistake {
                step: self.position,
                pointer: pointer.to_owned(),
                title: title.to_owned(),
                message,
            });
        }
    }

    /// Puts them in the order of the form.
    fn sort(&mut self, form: &Form) {
        let order: Vec<_> = form.fields().iter().map(|field| field.pointer.clone()).collect();
        let place = |mistake: &Mistake| {
            order.iter().position(|pointer| *pointer == mistake.pointer).unwrap_or(usize::MAX)
        };
        self.mistakes.sort_by_key(place);
    }
}
