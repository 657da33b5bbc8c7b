//! What was sent of a template that is being written, and what can be made of it.

use catalog::reading::{self, Checks, Rules};
use model::{Problem, ProblemCode, Severity};
use serde_json::Value;

use super::{Editor, LONGEST, files};
use crate::dry_run::Content;
use crate::form::Forms;
use crate::pages::Wizard;
use crate::pages::wizard::Inputs;
use crate::template::API_VERSION;

/// What problems call the text.
const NAME: &str = "template.yaml";

/// A template that is being written.
#[derive(Clone, Debug, Default)]
pub(super) struct Draft {
    pub(super) source: String,
    pub(super) working: String,
    /// What lies beside it.
    pub(super) files: Vec<Content>,
    /// Whether the text is that of the folder that was sent.
    pub(super) is_opened: bool,
    /// What was wrong with what was sent.
    notice: Option<String>,
}

/// A draft that was read.
pub(super) struct Drafted {
    pub(super) draft: Draft,
    pub(super) problems: Vec<Problem>,
    /// The entity and its form.
    pub(super) form: Option<(Value, Forms)>,
    /// Whether they are those of the last text of which a form could be made.
    pub(super) is_stale: bool,
    pub(super) notice: Option<String>,
}

impl Draft {
    /// A text that was not sent yet.
    pub(super) fn opened(source: String) -> Self {
        Self { source, ..Self::default() }
    }

    /// Divides what was sent into the inputs of the form and the draft.
    pub(super) fn sent(inputs: Inputs) -> (Inputs, Self) {
        let mut draft = Self::default();
        let (mut own, mut given) = (Vec::new(), Vec::new());
        let mut opens = false;
        for (name, value) in inputs {
            match name.as_str() {
                // Forms send line ends as mail does.
                Editor::SOURCE => draft.source = value.replace("\r\n", "\n"),
                Editor::WORKING => draft.working = value.replace("\r\n", "\n"),
                Editor::FILES => given.push(value),
                _ => {
                    opens |= name == Wizard::GO && value == Editor::OPEN;
                    own.push((name, value));
                }
            }
        }
        match files::read(&given) {
            Ok(files) => draft.files = files,
            Err(why) => draft.notice = Some(why),
        }
        if opens && draft.notice.is_none() {
            match files::template(&draft.files) {
                Some(text) => {
                    (draft.source, draft.working) = (text, String::new());
                    draft.is_opened = true;
                    // It is another template: what was answered is not about it.
                    own.clear();
                }
                None => {
                    draft.notice = Some(
                        "No template was found in this folder: choose the one that template.yaml lies in."
                            .to_owned(),
                    );
                }
            }
        }
        (own, draft)
    }

    /// Says what is wrong with the text, and makes a form of it or of the last one of which one could be made.
    pub(super) fn read(mut self, checks: &Checks) -> Drafted {
        let notice = self.notice.take();
        if self.source.len() > LONGEST {
            let message = format!(
                "The text has {} bytes, and {LONGEST} are the most that can be edited here",
                self.source.len()
            );
            let problems = vec![wrong(message, "Edit the file where it lies.")];
            return Drafted { draft: self, problems, form: None, is_stale: true, notice };
        }
        let (form, problems) = form_of(&self.source, checks);
        if form.is_some() {
            self.working.clone_from(&self.source);
            return Drafted { draft: self, problems, form, is_stale: false, notice };
        }
        let is_known = !self.working.is_empty() && self.working.len() <= LONGEST;
        let form = is_known.then(|| form_of(&self.working, &Checks::default()).0).flatten();
        Drafted { draft: self, problems, form, is_stale: true, notice }
    }
}

/// The entity of a text with its form, and what is wrong with the text.
fn form_of(source: &str, checks: &Checks) -> (Option<(Value, Forms)>, Vec<Problem>) {
    let rules = Rules::allow_all().with_checks(checks.clone());
    let mut reading = reading::read_draft(source, NAME, &rules);
    let is_template = |read: &reading::ReadEntity| {
        read.entity.kind() == "Template" && read.entity.api_version() == API_VERSION
    };
    let found = reading.entities.into_iter().find(is_template);
    if found.is_none() && reading.problems.is_empty() {
        reading.problems.push(wrong(
            "There is no template in this text".to_owned(),
            "A template has kind: Template and apiVersion: scaffolder.backstage.io/v1beta3.",
        ));
    }
    let form = found.and_then(|read| {
        let document = Value::Object(read.entity.into_map());
        let forms =
            Forms::compile(document.pointer("/spec/parameters"), document.pointer("/spec/secrets/schema"));
        // Why there is none is among the problems.
        Some((document, forms.ok()?))
    });
    reading.problems.sort();
    (form, reading.problems)
}

/// Something that is wrong with all of a text.
fn wrong(message: String, help: &str) -> Problem {
    Problem {
        position: None,
        code: ProblemCode::Template,
        severity: Severity::Error,
        entity_ref: None,
        message,
        found: None,
        allowed: None,
        help: Some(help.to_owned()),
    }
}
