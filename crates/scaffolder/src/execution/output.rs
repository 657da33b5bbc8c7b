//! What a run gives people in the end.

use std::sync::Arc;

use platform::error::Error;
use serde_json::{Map, Value};

use super::context::Context;
use super::{Options, Outcome, Progress, bytes};
use crate::expression::{Budget, Functions, LIMITS, Prepared, is_truthy};
use crate::links;
use crate::template::{Condition, Output};

impl Progress<'_> {
    /// Computes the output.
    ///
    /// A part that can't be computed is left out, and the log says why: what the steps did is done, and a run that
    /// "failed" after it would be tried again. A dry run is there to find such mistakes, so it fails.
    pub(super) async fn output(&self) -> Result<Outcome, Error> {
        let outputs = Outputs {
            output: self.run.template.output.clone(),
            context: Arc::clone(&self.context),
            options: self.run.options,
        };
        let computed = crate::turn::blocking(move || outputs.compute()).await;
        let (output, complaints) =
            computed.map_err(|stopped| Error::internal(anyhow::Error::from(stopped)))?;
        for complaint in &complaints {
            self.journal.log(None, complaint).await?;
        }
        if let (true, Some(error)) = (self.run.dry_run, complaints.into_iter().next()) {
            return Ok(Outcome::Failed { step: None, error: self.journal.mask().text(&error) });
        }
        let Value::Object(output) = self.journal.mask().value(&Value::Object(output)) else {
            return Ok(Outcome::Completed(Map::new()));
        };
        let most = self.run.options.output_bytes;
        if bytes(&output) > most {
            let error =
                format!("The output of the run has more than {most} bytes, the most that a run may have.");
            return Ok(Outcome::Failed { step: None, error });
        }
        Ok(Outcome::Completed(output))
    }
}

struct Outputs {
    output: Output,
    context: Arc<Context>,
    options: Options,
}

impl Outputs {
    /// The output, and what had to be left out.
    fn compute(&self) -> (Map<String, Value>, Vec<String>) {
        let (mut output, mut complaints) = (Map::new(), Vec::new());
        let budget = Budget::new(LIMITS);
        let mut list = |items: &[(Condition, Prepared)], is_link: bool| {
            let mut shown = Vec::new();
            for (condition, value) in items {
                match self.item(condition, value, is_link, &budget) {
                    Ok(item) => shown.extend(item),
                    Err(why) => complaints.push(format!("Left out of the output: {why}")),
                }
            }
            Value::Array(shown)
        };
        let (links, text) = (list(&self.output.links, true), list(&self.output.text, false));
        for (there, name, value) in [(self.output.has.0, "links", links), (self.output.has.1, "text", text)] {
            if there {
                output.insert(name.to_owned(), value);
            }
        }
        for (key, value) in &self.output.others {
            match self.render(value, &budget) {
                Ok(Some(Value::String(text))) if is_address(key) && links::judge(&text).is_err() => {
                    let why = links::judge(&text).err().unwrap_or_default();
                    complaints.push(format!("Left out of the output: {key}. {why}"));
                }
                Ok(value) => output.extend(value.map(|value| (key.clone(), value))),
                Err(why) => complaints.push(format!("Left out of the output: {why}")),
            }
        }
        (output, complaints)
    }

    /// A link or a text, unless its `if` says no.
    fn item(
        &self,
        condition: &Condition,
        value: &Prepared,
        is_link: bool,
        budget: &Budget,
    ) -> Result<Option<Value>, String> {
        let wanted = match condition {
            Condition::Yes => true,
            Condition::No => false,
            Condition::Computed { value, .. } => is_truthy(self.render(value, budget)?.as_ref()),
        };
        if !wanted {
            return Ok(None);
        }
        let item = self.render(value, budget)?;
        if let Some(url) = item.as_ref().filter(|_| is_link).and_then(|item| item.get("url")) {
            let url = url.as_str().ok_or_else(|| format!("{}: url is no text.", value.pointer()))?;
            links::judge(url).map_err(|why| format!("{}: {why}", value.pointer()))?;
        }
        Ok(item)
    }

    fn render(&self, value: &Prepared, budget: &Budget) -> Result<Option<Value>, String> {
        let rendered = value.render(self.context.plain(), Functions::Plain, self.options.failures, budget);
        rendered.map_err(|error| error.to_string())
    }
}

/// Whether people are shown a key of the output as a link.
fn is_address(key: &str) -> bool {
    key.to_ascii_lowercase().ends_with("url")
}
