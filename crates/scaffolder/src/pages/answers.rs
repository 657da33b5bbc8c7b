//! The answers of a run or a schedule, as those may read them who see it.

use std::collections::BTreeSet;
use std::sync::Arc;

use model::form::{Answers, Row, Secrets};
use platform::error::Error;
use serde_json::{Map, Value};

use crate::form::Visitor;
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
        let inner = self.inner.clone();
        let read = tokio::task::spawn_blocking(move || {
            let Ok(forms) = inner.kept.forms(&template) else { return Readable::default() };
            let (flags, secrets) = (BTreeSet::new(), Secrets::default());
            let visitor = Visitor { flags: &flags, secrets: &secrets };
            let answers = Answers { values, ..Answers::default() };
            let rows = forms.review(&answers, visitor);
            let form_data = Value::Object(forms.without_passwords(&answers, visitor).values).to_string();
            Readable { rows, form_data: Some(form_data) }
        });
        read.await.map_err(Error::internal)
    }
}
