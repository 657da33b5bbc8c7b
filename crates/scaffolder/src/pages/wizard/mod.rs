//! One template, from its first question to what would be sent.

mod advance;
mod drafts;
mod state;
mod steps;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use model::form::{Answers, Form, PrefillError, Row};
use model::{Entity, EntityLink, EntityRef, Severity};
use platform::access::{Caller, Permission};
use platform::error::Error;
use platform::keyring::Keyring;
use platform::secret::Secret;
use serde_json::{Map, Value};
use uuid::Uuid;

pub(super) use self::advance::Order;
use self::advance::{Advanced, Asked};
use self::drafts::{Choice, DraftOf};
pub(super) use self::state::State;
use self::steps::{decides, heads};
use super::dry_run::{Beside, DryRun};
use super::suggestions::Suggestions;
use crate::form::{Forms, Mistake, Mistakes, Visitor};
use crate::origin::base_of;
use crate::service::{NewRun, Refusal, Scaffolder};
use crate::template::{Code, Problem, Template, check};
use crate::testing::TestReport;

/// What a person sends to the page of a template.
#[derive(Clone, Debug)]
pub enum Sent {
    /// Nothing: the page is opened, with the `formData` of a link, if it has one.
    Opened(Option<String>),
    /// The page's form: names and values of its inputs in their order.
    Form(Inputs),
}

/// The page of a template.
#[derive(Debug)]
pub struct Wizard {
    /// The template.
    pub link: EntityLink,
    /// What it is for, in Markdown.
    pub description: Option<String>,
    /// Who looks after it.
    pub owner: Option<EntityLink>,
    /// `spec.type`.
    pub spec_type: Option<String>,
    /// `metadata.tags`.
    pub tags: Vec<String>,
    /// What is wrong with it, errors first.
    pub problems: Vec<Problem>,
    /// What came of its tests, if it has some.
    pub tests: Option<Arc<TestReport>>,
    /// The pages of its form.
    pub steps: Vec<StepHead>,
    /// What is shown.
    pub shown: Shown,
    /// When the caller began this form, if they have not finished it and may go on: RFC 3339.
    pub draft: Option<String>,
    /// What the next form has to bring along as [`Wizard::STATE`]; nobody but the portal can read it.
    pub state: String,
    /// What the steps would get as parameters, without passwords; empty unless an author asks.
    pub values: Map<String, Value>,
    /// What is wrong with what was answered.
    pub mistakes: Vec<Mistake>,
    /// Why something that was sent, or that a link brought, is not on the page.
    pub notice: Option<String>,
    /// Texts of the buttons that the template gives: `backButtonText`, `reviewButtonText`, `createButtonText`.
    pub labels: BTreeMap<String, String>,
}

impl Wizard {
    /// The input that carries [`Wizard::state`].
    pub const STATE: &'static str = "~state";
    /// The buttons that go on: [`Self::NEXT`], [`Self::BACK`], [`Self::UPDATE`], [`Self::REVIEW`], [`Self::DRY_RUN`],
    /// [`Self::CREATE`], or the position of a step.
    pub const GO: &'static str = "~go";
    /// To the next step, if this one is right.
    pub const NEXT: &'static str = "next";
    /// To the step before.
    pub const BACK: &'static str = "back";
    /// To the same step, as it is for what is answered now.
    pub const UPDATE: &'static str = "update";
    /// To what is told at the end, where steps can be had in any order.
    pub const REVIEW: &'static str = "review";
    /// Tries it out.
    pub const DRY_RUN: &'static str = "dry-run";
    /// Starts a run.
    pub const CREATE: &'static str = "create";
    /// The buttons about a form that was not finished: [`Self::GO_ON`] or [`Self::ANEW`].
    pub const DRAFT: &'static str = "~draft";
    /// Goes on with it.
    pub const GO_ON: &'static str = "go-on";
    /// Forgets it.
    pub const ANEW: &'static str = "anew";
}

impl Wizard {
    /// The position of the step that is shown; nothing for anything else.
    #[must_use]
    pub fn here(&self) -> Option<usize> {
        self.shown.position()
    }

    /// Whether an answer can change what is asked.
    #[must_use]
    pub fn decides(&self) -> bool {
        self.shown.decides()
    }

    /// Whether it is told what would be sent.
    #[must_use]
    pub const fn is_review(&self) -> bool {
        matches!(self.shown, Shown::Review { .. })
    }
}

/// A page of the form in the list of all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StepHead {
    /// Its position among those of the template.
    pub position: usize,
    /// What it is called.
    pub title: String,
}

/// What the page of a template shows.
#[derive(Debug)]
pub enum Shown {
    /// No form can be made of the template.
    Nothing,
    /// A step.
    Step(Box<WizardForm>),
    /// What is told before it is sent.
    Review {
        /// The answers.
        rows: Vec<Row>,
        /// What is wrong with the secrets.
        secrets: Vec<String>,
        /// Whether it can be tried out, and what came of that.
        trial: Trial,
        /// Why no run can be started, in a sentence, where that is so.
        unable: Option<String>,
    },
    /// A run was started; its id.
    Started(String),
}

impl Shown {
    /// The position of the step that is shown.
    #[must_use]
    pub fn position(&self) -> Option<usize> {
        if let Self::Step(step) = self { Some(step.position) } else { None }
    }

    /// Whether an answer can change what is asked.
    #[must_use]
    pub fn decides(&self) -> bool {
        matches!(self, Self::Step(step) if step.decides)
    }
}

/// Trying a template out.
#[derive(Debug)]
pub enum Trial {
    /// It can be tried out.
    Offered,
    /// Why it can't, in a sentence.
    Refused(String),
    /// It was tried out.
    Done(Box<DryRun>),
}

/// A step of the form.
#[derive(Debug)]
pub struct WizardForm {
    /// Its position.
    pub position: usize,
    /// What it is for, in Markdown.
    pub description: Option<String>,
    /// Its fields.
    pub form: Form,
    /// Whether an answer can change which fields there are.
    pub decides: bool,
    /// What the catalog has for its fields.
    pub suggestions: BTreeMap<String, Suggestions>,
}

/// A form that is filled in.
pub(super) struct Subject<'a> {
    /// Its schemas.
    pub(super) forms: Arc<Forms>,
    /// What is tried out, if it can be.
    pub(super) template: Option<Template>,
    /// Whose form of what it is: what was answered opens for nobody else and for nothing else.
    pub(super) sealed_for: String,
    /// How one gets from step to step.
    pub(super) order: Order,
    /// The template that a run is started of, or why none can be, in a sentence.
    pub(super) starts: Result<&'a EntityRef, String>,
    /// What is kept of the form if it is not finished; nothing where nothing is kept.
    pub(super) draft: Option<DraftOf>,
    /// What lies beside the template.
    pub(super) beside: Beside,
    /// The template as it was before, which a trial is compared with, and where it lies.
    pub(super) before: Option<(Template, Beside)>,
}

/// What was answered so far.
#[derive(Clone, Copy)]
pub(super) struct Answered<'a> {
    pub(super) forms: &'a Forms,
    pub(super) state: &'a State,
}

impl Scaffolder {
    /// The page of a template for what was sent to it.
    ///
    /// # Errors
    /// The caller may not see templates, or there is none of this name.
    pub async fn wizard(&self, caller: &Caller, entity_ref: &EntityRef, sent: Sent) -> Result<Wizard, Error> {
        self.inner.policy.check(caller, Permission::ScaffolderTemplateParameterRead)?;
        let document = self.template_document(caller, entity_ref).await?;
        let (forms, (template, problems)) = {
            let (scaffolder, document) = (self.clone(), document.clone());
            // Schemas may be large.
            let read = move || (scaffolder.inner.kept.forms(&document), scaffolder.judged(&document));
            tokio::task::spawn_blocking(read).await.map_err(Error::internal)?
        };
        let mut wizard = self.head(caller, &document, problems)?;
        wizard.tests = self.tested(caller, entity_ref.as_str());
        let Ok(forms) = forms else { return Ok(wizard) };
        let unable = self.unable(caller, &wizard.problems);
        let subject = Subject {
            sealed_for: format!("form {} {entity_ref}", caller.subject()),
            order: Order::StepByStep,
            starts: unable.map_or(Ok(entity_ref), Err),
            draft: DraftOf::new(caller, entity_ref),
            beside: Beside::Base(base_of(&document)),
            before: None,
            template,
            forms,
        };
        self.filled_in(caller, subject, wizard, sent).await
    }

    /// The page of a form for what was sent to it.
    pub(super) async fn filled_in(
        &self,
        caller: &Caller,
        subject: Subject<'_>,
        mut wizard: Wizard,
        sent: Sent,
    ) -> Result<Wizard, Error> {
        let Subject { forms, template, sealed_for, order, starts, draft, beside, before } = subject;
        let sealing = Sealing { keyring: &self.inner.tools.keyring, context: sealed_for };
        let (state, inputs) = match (&sent, &draft) {
            (Sent::Opened(None), Some(draft)) => {
                wizard.draft = self.draft_offered(draft).await;
                (None, None)
            }
            (Sent::Form(inputs), draft) if let Some(choice) = Choice::of(inputs) => {
                (self.chosen(choice, draft.as_ref(), &mut wizard).await, None)
            }
            _ => sealing.opened(sent, &mut wizard)?,
        };
        let is_answered = inputs.is_some();
        let advanced = {
            let forms = Arc::clone(&forms);
            let advance = move || advance::advance(&forms, state, inputs.as_deref(), order);
            tokio::task::spawn_blocking(advance).await.map_err(Error::internal)?
        };
        let Advanced { mut state, form, rows, values, mistakes, notice, asked } = advanced;
        if form.is_none() {
            state.run.get_or_insert_with(Uuid::new_v4);
        }
        if let Some(draft) = draft.as_ref().filter(|_| is_answered) {
            self.keep_draft(draft, &forms, &mut state).await;
        }
        wizard.state = sealing.sealed(&state)?;
        wizard.steps = heads(&forms);
        wizard.values = values;
        let Mistakes { answers, secrets } = mistakes;
        wizard.mistakes = answers;
        wizard.notice = wizard.notice.or(notice);
        let Some((position, form)) = form else {
            let is_right = wizard.mistakes.is_empty() && secrets.is_empty();
            if let (Some(Asked::Create), true, Ok(entity_ref)) = (asked, is_right, &starts) {
                match self.start(caller, entity_ref, &forms, &state).await {
                    Ok(id) => {
                        if let Some(draft) = &draft {
                            self.forget_draft(draft).await;
                        }
                        wizard.shown = Shown::Started(id);
                        return Ok(wizard);
                    }
                    Err(Refusal::Error(error)) if error.kind().is_fault() => return Err(error),
                    Err(refusal) => wizard.notice = Some(format!("No run was started. {refusal}")),
                }
            }
            let runs = asked == Some(Asked::DryRun);
            let trial = match (template, self.may_try_out(caller)) {
                (None, _) => Trial::Refused(
                    "It can't be tried out before its author has mended the errors that are listed above."
                        .to_owned(),
                ),
                (Some(_), Err(error)) if runs => return Err(error),
                (Some(_), Err(error)) => Trial::Refused(error.message().to_owned()),
                (Some(template), Ok(())) if runs && is_right => {
                    let answers = Answered { forms: &forms, state: &state };
                    Trial::Done(Box::new(self.try_out(caller, &template, beside, before, answers).await?))
                }
                (Some(_), Ok(())) => Trial::Offered,
            };
            wizard.shown = Shown::Review { rows, secrets, trial, unable: starts.err() };
            return Ok(wizard);
        };
        let suggestions = self.suggestions(caller, &form, &state.answers).await?;
        let step = forms.step(position);
        let description = step.and_then(|step| step.description()).map(str::to_owned);
        // Names that are suggested belong to what is chosen beside them.
        let decides = form.has_repositories() || step.is_some_and(|step| decides(step.schema(), 0));
        wizard.shown =
            Shown::Step(Box::new(WizardForm { position, description, form, decides, suggestions }));
        Ok(wizard)
    }

    /// What a form begins with for who was offered to go on with it.
    async fn chosen(&self, choice: Choice, draft: Option<&DraftOf>, wizard: &mut Wizard) -> Option<State> {
        let draft = draft?;
        if choice == Choice::Anew {
            self.forget_draft(draft).await;
            return None;
        }
        let state = self.draft_taken(draft).await;
        if state.is_none() {
            wizard.notice = Some(
                "What you began is not there any more: it was finished, or is older than 30 days.".to_owned(),
            );
        }
        state
    }

    /// Why no run of a template can be started; nothing where one can.
    fn unable(&self, caller: &Caller, problems: &[Problem]) -> Option<String> {
        if problems.iter().any(|problem| problem.severity == Severity::Error) {
            return Some("It can't be run before what is listed above is mended.".to_owned());
        }
        self.may_start(caller).err().map(|error| error.message().to_owned())
    }

    /// Starts the run that these answers make; the same one however often it is asked for.
    async fn start(
        &self,
        caller: &Caller,
        entity_ref: &EntityRef,
        forms: &Forms,
        state: &State,
    ) -> Result<String, Refusal> {
        let (flags, secrets) = (BTreeSet::new(), state.secrets());
        let visitor = Visitor { flags: &flags, secrets: &secrets };
        let run = NewRun {
            id: state.run,
            template_ref: entity_ref.to_string(),
            values: forms.parameters(state.answers(), visitor),
            secrets: secrets
                .clone()
                .into_inner()
                .into_iter()
                .map(|(name, secret)| (name, Secret::new(secret)))
                .collect(),
            schedule: None,
        };
        self.create(caller, run).await
    }

    /// The template, if it can be tried out, and what is wrong with it.
    pub(super) fn judged(&self, document: &Value) -> (Option<Template>, Vec<Problem>) {
        let (template, mut problems) = Template::read(document);
        problems.extend(template.iter().flat_map(|template| check(template, &self.inner.tools.registry)));
        problems.sort_by_key(|problem| problem.severity != Severity::Error);
        // What this portal can't do is passed over by a dry run; with other errors nobody can say what would happen.
        let failures = self.inner.tools.settings.options.failures;
        let stops = |problem: &Problem| {
            problem.severity == Severity::Error
                && problem.code != Code::NotRunnable
                && problem.counts(failures)
        };
        let runs = !problems.iter().any(stops);
        (template.filter(|_| runs), problems)
    }

    /// What is known without answers.
    pub(super) fn head(
        &self,
        caller: &Caller,
        document: &Value,
        problems: Vec<Problem>,
    ) -> Result<Wizard, Error> {
        let entity = Entity::from_value(document.clone()).unwrap_or_default();
        let owner = document.pointer("/relations").and_then(Value::as_array).into_iter().flatten().find_map(
            |relation| {
                let is_owner = relation.get("type").and_then(Value::as_str) == Some("ownedBy");
                relation.get("targetRef").and_then(Value::as_str).filter(|_| is_owner).map(str::to_owned)
            },
        );
        let refs: Vec<String> = [entity.entity_ref().as_str().to_owned()].into_iter().chain(owner).collect();
        let mut links = self.inner.catalog.links(caller, &refs)?.into_iter();
        let labels = document.pointer("/spec/presentation/buttonLabels").and_then(Value::as_object);
        let label = |(key, text): (&String, &Value)| Some((key.clone(), text.as_str()?.to_owned()));
        Ok(Wizard {
            link: links.next().unwrap_or_default(),
            owner: links.next(),
            description: entity.description().map(str::to_owned),
            spec_type: entity.spec_str("type").map(str::to_owned),
            tags: entity.tags().map(str::to_owned).collect(),
            problems,
            tests: None,
            steps: Vec::new(),
            shown: Shown::Nothing,
            draft: None,
            state: String::new(),
            values: Map::new(),
            mistakes: Vec::new(),
            notice: None,
            labels: labels.into_iter().flatten().filter_map(label).collect(),
        })
    }
}

/// Names and values of inputs.
pub(super) type Inputs = Vec<(String, String)>;

/// How what is answered goes into a page and comes back.
struct Sealing<'k> {
    keyring: &'k Keyring,
    /// Whose form of which template it is: it opens for nobody else and for no other template.
    context: String,
}

impl Sealing<'_> {
    fn sealed(&self, state: &State) -> Result<String, Error> {
        state.seal(self.keyring, &self.context)
    }

    /// Where the form stands, and what was typed into it.
    fn opened(&self, sent: Sent, wizard: &mut Wizard) -> Result<(Option<State>, Option<Inputs>), Error> {
        let inputs = match sent {
            Sent::Opened(None) => return Ok((None, None)),
            Sent::Opened(Some(form_data)) => {
                let answers = Answers::prefilled(&form_data).unwrap_or_else(|error: PrefillError| {
                    wizard.notice = Some(format!("The link's answers are left out. {error}."));
                    Answers::default()
                });
                return Ok((Some(State::begun_with(answers)), None));
            }
            Sent::Form(inputs) => inputs,
        };
        let sealed = inputs.iter().find(|(name, _)| name == Wizard::STATE).map(|(_, value)| value.as_str());
        match State::open(self.keyring, &self.context, sealed.unwrap_or_default()) {
            Some(state) => Ok((Some(state), Some(inputs))),
            None => {
                wizard.notice = Some(
                    "This form begins anew: what the page brought along could not be read. It was opened by somebody else, or \
                     before the portal got other keys."
                        .to_owned(),
                );
                Ok((None, None))
            }
        }
    }
}
