//! A template as its author writes it: its text, what is wrong with it, its form, and what it would make.

mod draft;
mod files;
mod original;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use model::{EntityLink, EntityRef, Problem};
use platform::access::{Caller, Permission};
use platform::error::Error;
use serde_json::Value;

use self::draft::{Draft, Drafted};
use super::dry_run::Beside;
use super::wizard::{Inputs, Order, Subject};
use super::{Sent, Wizard};
use crate::origin::base_of;
use crate::service::Scaffolder;
use crate::template::{self, Template};
use crate::turn::one_of_few;

/// A template that is made by nobody yet.
const STARTER: &str = include_str!("starter.yaml");
/// Longest text of a template, in bytes: it is read anew at each change.
const LONGEST: usize = 512 * 1024;

/// The page on which a template is written.
#[derive(Debug)]
pub struct Editor {
    /// The template of the catalog that is changed; nothing for a new one.
    pub link: Option<EntityLink>,
    /// Its text.
    pub source: String,
    /// The last text of which a form could be made; the next form brings it along as [`Self::WORKING`].
    pub working: String,
    /// What is wrong with the text, with its place in it.
    pub problems: Vec<Problem>,
    /// Whether the form is that of [`Self::working`], because none can be made of the text as it is.
    pub is_stale: bool,
    /// Its form; nothing where none could be made yet.
    pub wizard: Option<Wizard>,
    /// Whether the text is that of a folder that was opened just now.
    pub is_opened: bool,
    /// What somebody has to know about the text that is shown.
    pub notice: Option<String>,
}

impl Editor {
    /// The input with the text.
    pub const SOURCE: &'static str = "~source";
    /// The input with the last text of which a form could be made.
    pub const WORKING: &'static str = "~working";
    /// The input with what lies beside the template: files of a folder.
    pub const FILES: &'static str = "~files";
    /// The button that takes the text from [`Self::FILES`].
    pub const OPEN: &'static str = "open";
}

impl Scaffolder {
    /// The page on which a template is written, for what was sent to it: that of the catalog which `entity_ref` names, or a new
    /// one.
    ///
    /// # Errors
    /// The caller may not see what templates are made of, or there is none of this name.
    pub async fn editor(
        &self,
        caller: &Caller,
        entity_ref: Option<&EntityRef>,
        sent: Option<Inputs>,
    ) -> Result<Editor, Error> {
        self.inner.policy.check(caller, Permission::ScaffolderTemplateParameterRead)?;
        self.inner.policy.check(caller, Permission::ScaffolderTemplateStepRead)?;
        let original = match entity_ref {
            Some(entity_ref) => Some(self.template_document(caller, entity_ref).await?),
            None => None,
        };
        let mut notice = None;
        let sent = match (sent, &original, entity_ref) {
            (Some(inputs), ..) => Ok(inputs),
            (None, Some(original), Some(entity_ref)) => {
                let (source, said) = self.original(original, entity_ref).await;
                notice = said;
                Err(source)
            }
            (None, ..) => Err(STARTER.to_owned()),
        };
        let (form, Drafted { draft, problems, form: drafted, is_stale, notice: said }) =
            self.drafted(sent).await?;
        let link = match entity_ref {
            Some(entity_ref) => {
                self.inner.catalog.links(caller, &[entity_ref.to_string()])?.into_iter().next()
            }
            None => None,
        };
        let mut editor = Editor {
            link,
            source: draft.source,
            working: draft.working,
            problems,
            is_stale,
            wizard: None,
            is_opened: draft.is_opened,
            notice: notice.or(said),
        };
        let Some((document, forms)) = drafted else { return Ok(editor) };
        let (template, problems) = self.judged_aside(&document).await?;
        let before = match &original {
            Some(original) => {
                let template = self.judged_aside(original).await?.0;
                template.map(|template| (template, Beside::Base(base_of(original))))
            }
            None => None,
        };
        let subject = Subject {
            forms: Arc::new(forms),
            // What is shown is not what would be tried out.
            template: template.filter(|_| !is_stale),
            sealed_for: format!(
                "draft {} {}",
                caller.subject(),
                entity_ref.map(EntityRef::to_string).unwrap_or_default()
            ),
            order: Order::Any,
            starts: Err("This is a draft. Once it is in the catalog, runs can be started.".to_owned()),
            draft: None,
            beside: beside(draft.files, original.as_ref()),
            before,
        };
        let head = self.head(caller, &document, problems)?;
        editor.wizard = Some(self.filled_in(caller, subject, head, form).await?);
        Ok(editor)
    }

    /// As [`Self::judged`], where a large schema holds nobody up.
    async fn judged_aside(
        &self,
        document: &Value,
    ) -> Result<(Option<Template>, Vec<template::Problem>), Error> {
        let (scaffolder, document) = (self.clone(), document.clone());
        tokio::task::spawn_blocking(move || scaffolder.judged(&document)).await.map_err(Error::internal)
    }

    /// Reads what was sent, or a text that was not sent yet. That takes a while for a large one, so few are read at once.
    async fn drafted(&self, sent: Result<Inputs, String>) -> Result<(Sent, Drafted), Error> {
        let checks = self.inner.checks.clone();
        let read = move || match sent {
            Ok(inputs) => {
                let (inputs, draft) = Draft::sent(inputs);
                // A text of which no form could be made has nothing answered.
                let is_answered =
                    inputs.iter().any(|(name, state)| name == Wizard::STATE && !state.is_empty());
                let form = if is_answered { Sent::Form(inputs) } else { Sent::Opened(None) };
                (form, draft.read(&checks))
            }
            Err(source) => (Sent::Opened(None), Draft::opened(source).read(&checks)),
        };
        one_of_few(&self.inner.drafts, read).await
    }
}

/// What a draft finds beside itself.
fn beside(files: Vec<crate::dry_run::Content>, original: Option<&Value>) -> Beside {
    match original {
        Some(original) if files.is_empty() => Beside::Base(base_of(original)),
        _ => Beside::Files(files),
    }
}
