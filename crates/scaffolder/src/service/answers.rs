//! The answers that a run is started with.

use std::collections::BTreeSet;

use platform::error::Error;
use serde_json::{Map, Value};

use super::Scaffolder;
use super::create::problems_in_words;
use crate::execution::Secrets;
use crate::form::{self, Mistakes, Visitor};
use crate::template::Problem;

/// Why a run was not started.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    /// Answers or secrets do not fit.
    #[error("{0}")]
    Mistakes(Mistakes),
    /// Something else.
    #[error(transparent)]
    Error(#[from] Error),
}

impl From<sea_orm::DbErr> for Refusal {
    fn from(error: sea_orm::DbErr) -> Self {
        Self::Error(error.into())
    }
}

impl Scaffolder {
    /// The answers as a run has them, once they and the secrets fit the form of the template: without what a client put in
    /// the places of secrets.
    pub(super) async fn fitting(
        &self,
        document: &Value,
        values: Map<String, Value>,
        secrets: &Secrets,
    ) -> Result<Map<String, Value>, Refusal> {
        let (inner, document, secrets) = (self.inner.clone(), document.clone(), form::given(secrets));
        // Schemas and answers may be large.
        let judged = tokio::task::spawn_blocking(move || {
            let forms = inner.kept.forms(&document).map_err(|wrong| {
                let problems: Vec<Problem> = wrong.into_iter().map(Problem::from).collect();
                Error::input(format!("The form can't be used: {}", problems_in_words(&problems)))
            })?;
            let visitor = Visitor { flags: &BTreeSet::new(), secrets: &secrets };
            let mistakes = forms.judge(&values, visitor);
            if mistakes.is_empty() {
                Ok(forms.without_secrets(&values, visitor))
            } else {
                Err(Refusal::Mistakes(mistakes))
            }
        });
        judged.await.map_err(Error::internal)?
    }
}
