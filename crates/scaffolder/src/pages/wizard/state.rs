//! Where somebody is in a form, as it travels with the page.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use model::form::{Answers, Secrets};
use platform::error::Error;
use platform::keyring::Keyring;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Where a form stands. It holds secrets, so it neither prints nor leaves the portal unsealed.
#[derive(Clone, Default, Serialize, Deserialize)]
pub(in crate::pages) struct State {
    /// The position of the step; nothing for what is told at the end.
    pub(super) step: Option<usize>,
    pub(super) answers: Answers,
    secrets: BTreeMap<String, String>,
    /// Whether a step was shown already.
    pub(super) begun: bool,
    /// Since when its draft is kept, in Unix milliseconds.
    #[serde(default)]
    pub(super) since: Option<i64>,
    /// The run that these answers start, so that pressing the button twice starts one.
    pub(super) run: Option<Uuid>,
}

impl State {
    /// A form whose first step was not shown yet.
    pub(super) fn begun_with(answers: Answers) -> Self {
        Self { answers, ..Self::default() }
    }

    /// A form that was left at a step.
    pub(super) fn gone_on_with(step: Option<usize>, answers: Answers, since: i64) -> Self {
        Self { step, answers, begun: true, since: Some(since), ..Self::default() }
    }

    pub(in crate::pages) const fn answers(&self) -> &Answers {
        &self.answers
    }

    /// The secrets that were given so far.
    pub(in crate::pages) fn secrets(&self) -> Secrets {
        self.secrets.clone().into_iter().collect()
    }

    pub(super) fn give(&mut self, secrets: Secrets) {
        self.secrets.extend(secrets.into_inner());
    }

    pub(super) fn seal(&self, keyring: &Keyring, context: &str) -> Result<String, Error> {
        let plain = serde_json::to_vec(self).map_err(Error::internal)?;
        Ok(URL_SAFE_NO_PAD.encode(keyring.seal(context, &plain)?))
    }

    pub(super) fn open(keyring: &Keyring, context: &str, sealed: &str) -> Option<Self> {
        let sealed = URL_SAFE_NO_PAD.decode(sealed).ok()?;
        let plain = keyring.open_sealed(context, &sealed).ok()?;
        serde_json::from_slice(plain.expose()).ok()
    }
}
