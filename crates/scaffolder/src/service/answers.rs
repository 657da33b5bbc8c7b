//! The answers that a run is started with: the one place where they are judged.

use platform::error::Error;
use serde_json::{Map, Value};

use crate::template::{Template, judge_secrets, judge_values};

/// Why a run was not started.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    /// Answers do not fit.
    #[error("{}", in_words(.0))]
    Faults(Vec<Fault>),
    /// Something else.
    #[error(transparent)]
    Error(#[from] Error),
}

/// An answer that does not fit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// JSON pointer to it, in the values or in the secrets.
    pub pointer: String,
    /// Whether it is about a secret.
    pub is_secret: bool,
    /// What is wrong, without the answer itself.
    pub message: String,
}

impl From<sea_orm::DbErr> for Refusal {
    fn from(error: sea_orm::DbErr) -> Self {
        Self::Error(error.into())
    }
}

/// Judges the answers to a template's form, all of them and as the form does.
pub(super) fn judge(template: &Template, values: &Map<String, Value>) -> Result<(), Refusal> {
    let faults = judge_values(template, values).into_iter();
    refuse(
        faults
            .map(|fault| Fault { pointer: fault.pointer, is_secret: false, message: fault.message })
            .collect(),
    )
}

/// Judges secrets against what the template asks for.
pub(super) fn judge_the_secrets(template: &Template, secrets: &Map<String, Value>) -> Result<(), Refusal> {
    let faults = judge_secrets(template, secrets).into_iter();
    refuse(
        faults
            .map(|fault| Fault { pointer: fault.pointer, is_secret: true, message: fault.message })
            .collect(),
    )
}

fn refuse(faults: Vec<Fault>) -> Result<(), Refusal> {
    if faults.is_empty() { Ok(()) } else { Err(Refusal::Faults(faults)) }
}

fn in_words(faults: &[Fault]) -> String {
    let words = faults.iter().map(|fault| match fault.pointer.trim_start_matches('/') {
        "" => fault.message.clone(),
        place => format!("{place}: {}", fault.message),
    });
    words.collect::<Vec<_>>().join(" ")
}
