//! Forms on the server: schemas compiled once for a template, answers checked against them.
//!
//! `jsonschema` is both the judge of conditions (see [`model::form::Judge`]) and the check before a task is made. It
//! fetches nothing, and schemas and values are refused before they could take long.

mod author;
mod budget;
mod compile;
mod custom_message;
mod judge;
mod kept;
mod message;
mod mistakes;
mod pattern;
mod picker;
mod secrets;

use std::collections::BTreeSet;

use model::Violation;
use model::form::{Answers, Control, Field, Form, Posted, Row, Secrets, Setting, Step, TextKind, TooLarge};
use serde_json::{Map, Value};

pub use self::author::flaws;
use self::compile::Schema;
use self::judge::StepJudge;
pub(crate) use self::kept::Kept;
pub use self::mistakes::{Mistake, Mistakes};
use self::pattern::Patterns;
pub(crate) use self::secrets::given;

/// Most steps of one template.
const MAX_STEPS: usize = 50;
/// Bytes that a compiled schema takes for each byte of its text, without its expressions.
const WEIGHT: usize = 80;

/// The forms of a template, ready to be asked. Compiling takes a while, so keep them with the template.
pub struct Forms {
    steps: Vec<Compiled>,
    secrets: Option<Schema>,
    /// Bytes that it takes, roughly.
    weight: usize,
}

struct Compiled {
    step: Step,
    schema: Schema,
    judge: StepJudge,
    /// Every feature flag that it names.
    flags: BTreeSet<String>,
}

/// Who fills in a form.
#[derive(Clone, Copy)]
pub struct Visitor<'a> {
    /// Feature flags that are on.
    pub flags: &'a BTreeSet<String>,
    /// Secrets that were given so far.
    pub secrets: &'a Secrets,
}

impl Forms {
    /// Compiles `spec.parameters` (one step, or a list of them) and `spec.secrets.schema` of a template.
    ///
    /// # Errors
    /// A schema can't be used. Pointers are those within the template.
    pub fn compile(parameters: Option<&Value>, secrets: Option<&Value>) -> Result<Self, Vec<Violation>> {
        let (mut wrong, mut steps) = (Vec::new(), Vec::new());
        let patterns = Patterns::default();
        for (pointer, schema) in author::steps(parameters) {
            match Compiled::new(schema, &pointer, &patterns) {
                Ok(step) => steps.push(step),
                Err(violations) => wrong.extend(violations),
            }
        }
        if steps.len() > MAX_STEPS {
            wrong.push(author::too_many(steps.len()));
        }
        let size =
            [parameters, secrets].into_iter().flatten().map(|schema| schema.to_string().len()).sum::<usize>();
        let secrets = match secrets.map(|schema| Schema::compile(schema, author::SECRETS, &patterns)) {
            None => None,
            Some(Ok(schema)) => Some(schema),
            Some(Err(violations)) => {
                wrong.extend(violations);
                None
            }
        };
        let weight = patterns.weight() + size * WEIGHT;
        if wrong.is_empty() { Ok(Self { steps, secrets, weight }) } else { Err(wrong) }
    }

    /// Bytes that it takes, roughly.
    pub(crate) const fn weight(&self) -> usize {
        self.weight
    }

    /// How many steps there are.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.steps.len()
    }

    /// Whether nothing is asked.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.steps.is_empty()
    }

    /// A step by its position.
    #[must_use]
    pub fn step(&self, position: usize) -> Option<&Step> {
        Some(&self.steps.get(position)?.step)
    }

    /// Positions of the steps that somebody gets to see.
    #[must_use]
    pub fn visible(&self, flags: &BTreeSet<String>) -> Vec<usize> {
        (0..self.steps.len()).filter(|position| self.steps[*position].step.is_enabled(flags)).collect()
    }

    /// The form of a step, after its defaults were put into the answers. `None` if there is no such step.
    #[must_use]
    pub fn form(&self, position: usize, answers: &mut Answers, visitor: Visitor<'_>) -> Option<Form> {
        let compiled = self.steps.get(position)?;
        Some(budget::spend(|| {
            compiled.step.fill(answers, &compiled.setting(visitor));
            compiled.step.form(answers, &compiled.setting(visitor))
        }))
    }

    /// Reads the form of a step that was sent. `None` if there is no such step.
    ///
    /// # Errors
    /// It is more than a form may send.
    pub fn read(
        &self,
        position: usize,
        answers: &Answers,
        inputs: &[(String, String)],
        visitor: Visitor<'_>,
    ) -> Option<Result<Posted, TooLarge>> {
        let compiled = self.steps.get(position)?;
        Some(budget::spend(|| compiled.step.read(answers, inputs, &compiled.setting(visitor))))
    }

    /// The values that are sent for these answers: see [`model::form::shown`].
    #[must_use]
    pub fn parameters(&self, answers: &Answers, visitor: Visitor<'_>) -> Map<String, Value> {
        budget::spend(|| model::form::shown(&self.settings(visitor), answers))
    }

    /// As [`Self::parameters`], for eyes: passwords are stars.
    #[must_use]
    pub fn told(&self, answers: &Answers, visitor: Visitor<'_>) -> Map<String, Value> {
        budget::spend(|| {
            let settings = self.settings(visitor);
            let mut values = Value::Object(model::form::shown(&settings, answers));
            for (step, setting) in &settings {
                for pointer in places(&step.form(answers, setting), is_password) {
                    if let Some(value) = values.pointer_mut(&pointer).filter(|value| !value.is_null()) {
                        *value = Value::String("******".to_owned());
                    }
                }
            }
            if let Value::Object(values) = values { values } else { Map::new() }
        })
    }

    /// What may be kept of answers: those that are asked for, without passwords and
    /// what its author hides.
    #[must_use]
    pub(crate) fn without_passwords(&self, answers: &Answers, visitor: Visitor<'_>) -> Answers {
        budget::spend(|| {
            let settings = self.settings(visitor);
            let mut values = Value::Object(model::form::shown(&settings, answers));
            for (step, setting) in &settings {
                for pointer in places(&step.form(answers, setting), is_hidden) {
                    // In a list the others keep their places.
                    if let Some(value) = values.pointer_mut(&pointer) {
                        *value = Value::Null;
                    }
                    remove_member(&mut values, &pointer);
                }
            }
            let values = if let Value::Object(values) = values { values } else { Map::new() };
            Answers { values, ..answers.clone() }
        })
    }

    /// Values that a client sent, without what stands in the places of secrets: Backstage's own form sends as many
    /// asterisks as the secret has letters. All else stays as it was sent, hidden fields too.
    #[must_use]
    pub fn without_secrets(&self, values: &Map<String, Value>, visitor: Visitor<'_>) -> Map<String, Value> {
        budget::spend(|| {
            let mut answers = Answers { values: values.clone(), ..Answers::default() };
            for compiled in &self.steps {
                // A secret is one even where a feature flag hides its field.
                let setting = Setting { flags: &compiled.flags, ..compiled.setting(visitor) };
                answers.values =
                    compiled.step.form(&answers, &setting).with_secrets(&answers.values, &Secrets::default());
            }
            answers.values
        })
    }

    /// What is told before the answers are sent.
    #[must_use]
    pub fn review(&self, answers: &Answers, visitor: Visitor<'_>) -> Vec<Row> {
        budget::spend(|| {
            let steps = self.settings(visitor);
            let values = model::form::shown(&steps, answers);
            model::form::review(&steps, &Answers { values, ..answers.clone() })
        })
    }

    /// What is wrong with the answers to one step.
    #[must_use]
    pub fn check_step(&self, position: usize, answers: &Answers, visitor: Visitor<'_>) -> Vec<Mistake> {
        let values = self.parameters(answers, visitor);
        let answers = Answers { values, ..answers.clone() };
        let compiled = self.steps.get(position);
        compiled.map(|compiled| compiled.check(position, &answers, visitor)).unwrap_or_default()
    }

    /// What is wrong with values that are to become the parameters of a task: every step that the caller sees is checked
    /// against all of them, and those that a feature flag hides once one of their values is there.
    #[must_use]
    pub fn check(&self, values: &Map<String, Value>, visitor: Visitor<'_>) -> Vec<Mistake> {
        let answers = Answers { values: values.clone(), ..Answers::default() };
        let is_asked = |(_, compiled): &(usize, &Compiled)| {
            compiled.step.is_enabled(visitor.flags) || compiled.step.knows(values)
        };
        let asked = self.steps.iter().enumerate().filter(is_asked);
        asked.flat_map(|(position, compiled)| compiled.check(position, &answers, visitor)).collect()
    }

    /// What is wrong with values and secrets that a run is to be started with: the one judgement that pages, REST and dry
    /// runs go by.
    #[must_use]
    pub fn judge(&self, values: &Map<String, Value>, visitor: Visitor<'_>) -> Mistakes {
        Mistakes { answers: self.check(values, visitor), secrets: self.check_secrets(visitor.secrets) }
    }

    /// What is wrong with the secrets of a task, as Backstage says it (`secrets.token is required`).
    #[must_use]
    pub fn check_secrets(&self, secrets: &Secrets) -> Vec<String> {
        let schema = self.secrets.as_ref();
        schema.map(|schema| budget::spend(|| secrets::check(schema, secrets))).unwrap_or_default()
    }

    fn settings<'s>(&'s self, visitor: Visitor<'s>) -> Vec<(&'s Step, Setting<'s>)> {
        self.steps.iter().map(|compiled| (&compiled.step, compiled.setting(visitor))).collect()
    }
}

/// Where fields of a form are.
fn places(form: &Form, of: impl Fn(&Field) -> bool) -> Vec<String> {
    form.fields().into_iter().filter(|field| of(field)).map(|field| field.pointer.clone()).collect()
}

fn is_password(field: &Field) -> bool {
    matches!(field.control, Control::Text { kind: TextKind::Password })
}

/// Whether what is answered is not for eyes.
fn is_hidden(field: &Field) -> bool {
    is_password(field) || field.review.mask.is_some()
}

/// Removes what a pointer names from its object; an item of a list stays.
fn remove_member(values: &mut Value, pointer: &str) {
    let Some((parent, key)) = pointer.rsplit_once('/') else { return };
    if let Some(Value::Object(parent)) = values.pointer_mut(parent) {
        parent.remove(&key.replace("~1", "/").replace("~0", "~"));
    }
}

impl Compiled {
    fn new(schema: &Value, pointer: &str, patterns: &Patterns) -> Result<Self, Vec<Violation>> {
        let step = Step::new(schema.clone()).map_err(|error| vec![author::unusable(pointer, &error)])?;
        let schema = Schema::compile(schema, pointer, patterns)?;
        let judge = StepJudge::new(step.schema(), schema.draft, patterns.clone());
        Ok(Self { flags: step.flags(), step, schema, judge })
    }

    fn setting<'s>(&'s self, visitor: Visitor<'s>) -> Setting<'s> {
        Setting { judge: &self.judge, flags: visitor.flags, given: visitor.secrets }
    }
}
