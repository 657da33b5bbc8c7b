//! A form that somebody has not finished, kept for the person who began it.
//!
//! Only people who signed in have drafts: guests are nobody in particular. Secrets and passwords are never kept, nor is a
//! draft what is too large. A draft that can't be kept or read is no reason to refuse the form.

use model::EntityRef;
use model::form::Answers;
use platform::access::Caller;
use serde::{Deserialize, Serialize};

use super::state::State;
use super::{Inputs, Wizard};
use crate::clock;
use crate::form::{Forms, Visitor};
use crate::service::Scaffolder;
use crate::store::{self, DraftRow};
use crate::worker::DRAFTS_KEPT_FOR;

/// Most bytes of a draft. Files of an answer can make more of it; such a form is not kept.
const LONGEST: usize = 256 * 1024;

/// Whose form of which template.
#[derive(Clone, Debug)]
pub(in crate::pages) struct DraftOf {
    owner: String,
    template_ref: String,
}

impl DraftOf {
    /// Nothing for who is nobody in particular.
    pub(super) fn new(caller: &Caller, template: &EntityRef) -> Option<Self> {
        match caller {
            Caller::User { entity_ref, .. } => {
                Some(Self { owner: entity_ref.clone(), template_ref: template.to_string() })
            }
            Caller::Nobody | Caller::Guest | Caller::Service { .. } => None,
        }
    }
}

/// What the offer of a draft was answered with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Choice {
    /// Going on with it.
    GoOn,
    /// Beginning anew, without it.
    Anew,
}

impl Choice {
    /// What a form says, if it is that of the offer.
    pub(super) fn of(inputs: &Inputs) -> Option<Self> {
        let (_, value) = inputs.iter().find(|(name, _)| name == Wizard::DRAFT)?;
        match value.as_str() {
            Wizard::GO_ON => Some(Self::GoOn),
            Wizard::ANEW => Some(Self::Anew),
            _ => None,
        }
    }
}

/// What is kept.
#[derive(Serialize, Deserialize)]
struct Content {
    step: Option<usize>,
    answers: Answers,
}

impl Scaffolder {
    /// When the draft was begun, RFC 3339; nothing if there is none.
    pub(super) async fn draft_offered(&self, of: &DraftOf) -> Option<String> {
        self.draft_row(of).await.map(|row| clock::rfc3339(row.begun_at))
    }

    /// The form as it was left; nothing if there is no draft any more.
    pub(super) async fn draft_taken(&self, of: &DraftOf) -> Option<State> {
        let row = self.draft_row(of).await?;
        let Content { step, answers } = serde_json::from_str(&row.content).ok()?;
        Some(State::gone_on_with(step, answers, row.begun_at))
    }

    /// Keeps what is answered so far.
    pub(super) async fn keep_draft(&self, of: &DraftOf, forms: &Forms, state: &mut State) {
        let (flags, secrets) = (std::collections::BTreeSet::new(), state.secrets());
        let visitor = Visitor { flags: &flags, secrets: &secrets };
        let answers = forms.without_passwords(state.answers(), visitor);
        let Ok(content) = serde_json::to_string(&Content { step: state.step, answers }) else { return };
        if content.len() > LONGEST {
            return;
        }
        let now = clock::now();
        let row = DraftRow {
            owner: of.owner.clone(),
            template_ref: of.template_ref.clone(),
            begun_at: *state.since.get_or_insert(now),
            updated_at: now,
            content,
        };
        if let Err(error) = store::keep_draft(self.database(), row).await {
            tracing::warn!(%error, "an unfinished form was not kept: {error}");
        }
    }

    /// Forgets what was kept.
    pub(super) async fn forget_draft(&self, of: &DraftOf) {
        if let Err(error) = store::forget_draft(self.database(), &of.owner, &of.template_ref).await {
            tracing::warn!(%error, "an unfinished form was not forgotten: {error}");
        }
    }

    async fn draft_row(&self, of: &DraftOf) -> Option<DraftRow> {
        let since = clock::now().saturating_sub(clock::millis(DRAFTS_KEPT_FOR));
        let found = store::draft(self.database(), &of.owner, &of.template_ref, since).await;
        found.unwrap_or_else(|error| {
            tracing::warn!(%error, "an unfinished form was not read: {error}");
            None
        })
    }
}
