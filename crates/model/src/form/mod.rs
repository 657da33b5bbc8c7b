//! Forms of Software Templates: what one step asks for, what a person answered, and what is told before it is sent.
//!
//! A step is a JSON Schema (draft 7 or 2020-12) with `ui:` keys at any depth, as react-jsonschema-form (rjsf) 5 reads
//! them in Backstage. Which fields it shows depends on the answers, so everything here is a function of both. Whether a
//! schema accepts a value is asked of a [`Judge`], which also checks the answers before they are sent: a condition can't
//! mean one thing here and another there.
//!
//! No field vanishes: what has no control of its own is a text of JSON with a note that says why.

mod absorb;
mod alternatives;
mod answers;
mod arrange;
mod choices;
mod control;
mod defaults;
mod field;
mod flaws;
mod known;
mod merge;
mod name;
mod picker;
mod place;
mod posted;
mod prune;
mod resolve;
mod review;
mod secret_names;
mod step;
mod text;

use std::collections::BTreeSet;

use serde_json::Value;

pub use self::answers::{Answers, PrefillError, Secrets};
pub use self::choices::Choice;
pub use self::field::{Alternatives, Control, Field, Form, Item, Limits, Part, Review, TextKind};
pub use self::flaws::Flaw;
pub use self::name::OPERATION;
pub use self::picker::{Picker, parts_of_host};
pub use self::posted::{Posted, TooLarge};
pub use self::review::{Row, file_name};
pub use self::secret_names::SecretNames;
pub use self::step::{Step, StepError, review, shown};

/// Tells whether a schema accepts a value. It knows the whole step, so that `$ref`s in the schema can be followed.
pub trait Judge {
    /// Whether `value` is valid. What can't be judged is not.
    fn accepts(&self, schema: &Value, value: &Value) -> bool;
}

/// What a form is drawn for, beside the answers.
#[derive(Clone, Copy)]
pub struct Setting<'a> {
    /// Who decides conditions.
    pub judge: &'a dyn Judge,
    /// Feature flags that are on.
    pub flags: &'a BTreeSet<String>,
    /// Secrets that were given already.
    pub given: &'a Secrets,
}
