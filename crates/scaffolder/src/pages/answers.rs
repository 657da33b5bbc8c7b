//! The answers of a run or a schedule, as those may read them who see it.

use std::collections::BTreeSet;
use std::sync::Arc;

use model::form::{Answers, Row, Secrets};
use platform::error::Error;
use serde_json::{Map, Value};

use crate::form::{Forms, Visitor};
use crate::service::Scaffolder;

/// Answers without passwords and without what the author of the template hides.
#[derive(Clone, Debug, Default)]
pub(super) struct Readable {
    /// As the review told them; none where the form can't be read any more.
    pub(super) rows: Vec<Row>,
    /// As `formData` of the template's form; nothing where that can't be read any more.
    pub(super) form_data: Option<String>,
}

impl Scaffolder {
    /// The answers to the form of a template, which its entity has.
    ///
    /// # Errors
    /// The work broke off.
    pub(super) async fn readable(
        &self,
        template: Arc<Value>,
        values: Map<String, Value>,
    ) -> Result<Readable, Error> {
        let read = self.read_answers(template, values, |forms, answers, visitor| Readable {
            rows: forms.review(answers, visitor),
            form_data: Some(form_data(forms, answers, visitor)),
        });
        Ok(read.await?.unwrap_or_default())
    }

    /// The same as `formData` alone.
    ///
    /// # Errors
    /// The work broke off.
    pub(super) async fn form_data(
        &self,
        template: Arc<Value>,
        values: Map<String, Value>,
    ) -> Result<Option<String>, Error> {
        self.read_answers(template, values, form_data).await
    }

    /// Nothing where the form can't be read any more.
    async fn read_answers<T: Send + 'static>(
        &self,
        template: Arc<Value>,
        values: Map<String, Value>,
        read: impl FnOnce(&Forms, &Answers, Visitor<'_>) -> T + Send + 'static,
    ) -> Result<Option<T>, Error> {
        let inner = self.inner.clone();
        let done = tokio::task::spawn_blocking(move || {
            let forms = inner.kept.forms(&template).ok()?;
            let (flags, secrets) = (BTreeSet::new(), Secrets::default());
            let answers = Answers { values, ..Answers::default() };
            Some(read(&forms, &answers, Visitor { flags: &flags, secrets: &secrets }))
        });
        done.await.map_err(Error::internal)
    }
}

fn form_data(forms: &Forms, answers: &Answers, visitor: Visitor<'_>) -> String {
    Value::Object(forms.without_passwords(answers, visitor).values).to_string()
}
