//! Starting runs.

use model::EntityRef;
use platform::access::{Caller, Permission};
use platform::error::Error;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::answers::Refusal;
use super::{Scaffolder, owner, portal};
use crate::execution::Secrets;
use crate::journal::line;
use crate::origin::{Started, base_of};
use crate::store::{self, Listing, NewTask, TaskState};
use crate::template::{Problem, Template};
use crate::worker::{DUE, secrets_context};

/// Most secrets of a run.
const MOST_SECRETS: usize = 100;
/// Most bytes of all of them.
const SECRET_BYTES: usize = 256 * 1024;
/// Most runs of one person, or of all guests, that have not ended.
const MOST_UNDER_WAY: u64 = 500;
/// Most bytes of the answers, as JSON.
const VALUE_BYTES: usize = 10 * 1024 * 1024;

/// A run that is to be started.
#[derive(Clone, Debug, Default)]
pub struct NewRun {
    /// Its id; a new one where there is none. A run of this id that is there already is not started once more.
    pub id: Option<Uuid>,
    /// The reference of the template, such as `template:default/service`.
    pub template_ref: String,
    /// The answers to its form.
    pub values: Map<String, Value>,
    /// Its secrets by name.
    pub secrets: Secrets,
    /// The id of the schedule that starts it.
    pub schedule: Option<String>,
}

/// What of a run is sure to fit before it is started.
pub(super) struct Prepared {
    pub(super) entity_ref: EntityRef,
    /// The entity of the template.
    pub(super) document: Value,
    /// The answers as JSON.
    pub(super) parameters: String,
}

impl Scaffolder {
    /// Starts a run; its id.
    ///
    /// # Errors
    /// The caller may not start runs or have their actions done, there is no such template or it can't be run, answers do
    /// not fit, there is no key to keep secrets with, or the database failed.
    pub async fn create(&self, caller: &Caller, run: NewRun) -> Result<String, Refusal> {
        self.may_start(caller)?;
        let id = run.id.unwrap_or_else(Uuid::new_v4).to_string();
        if store::task(self.database(), &id).await?.is_some() {
            self.visible(caller, &id).await?;
            return Ok(id);
        }
        limited(&run.secrets)?;
        let NewRun { template_ref, values, secrets, schedule, .. } = run;
        let Prepared { entity_ref, document, parameters } =
            self.prepared(caller, &template_ref, values, &secrets).await?;
        self.has_room(caller).await?;
        let new = NewTask {
            template_ref: entity_ref.to_string(),
            template: document.to_string(),
            parameters,
            initiator: json!(self.started(caller).await?).to_string(),
            created_by: owner(caller).unwrap_or_default().to_owned(),
            secrets: self.sealed(&id, secrets)?,
            id: id.clone(),
        };
        let by = match schedule {
            Some(schedule) => format!("Started by the schedule {schedule} of {}.", caller.subject()),
            None => format!("Started by {}.", caller.subject()),
        };
        let event = line(None, &by);
        store::create(self.database(), new, event).await?;
        self.inner.tools.feed.publish_name(DUE);
        Ok(id)
    }

    /// Starts a run with the template of another, as it is now, and the same answers; its id. Secrets are not taken over.
    ///
    /// # Errors
    /// As for [`Self::create`], or there is no such run that the caller may see.
    pub async fn rerun(&self, caller: &Caller, id: &str, secrets: Secrets) -> Result<String, Refusal> {
        self.may_start(caller)?;
        let row = self.visible(caller, id).await?;
        let values = serde_json::from_str(&row.parameters).map_err(Error::internal)?;
        self.create(caller, NewRun { template_ref: row.template_ref, values, secrets, ..NewRun::default() })
            .await
    }

    /// A template and answers of which a run can be made.
    pub(super) async fn prepared(
        &self,
        caller: &Caller,
        template_ref: &str,
        values: Map<String, Value>,
        secrets: &Secrets,
    ) -> Result<Prepared, Refusal> {
        let entity_ref = EntityRef::parse_with(template_ref, Some("template"), "default")
            .map_err(|error| Error::input(format!("templateRef is no reference of a template: {error}.")))?;
        let document = self.template_document(caller, &entity_ref).await?;
        self.check_template(&entity_ref, &document)?;
        base_of(&document)?;
        let parameters = Value::Object(self.fitting(&document, values, secrets).await?).to_string();
        if parameters.len() > VALUE_BYTES {
            return Err(
                Error::payload_too_large(format!("The answers have more than {VALUE_BYTES} bytes.")).into()
            );
        }
        Ok(Prepared { entity_ref, document, parameters })
    }

    pub(crate) fn may_start(&self, caller: &Caller) -> Result<(), Error> {
        let policy = &self.inner.policy;
        policy.check(caller, Permission::ScaffolderTaskCreate)?;
        policy.check(caller, Permission::ScaffolderActionExecute)
    }

    /// Refuses more runs than somebody can want at once: each takes a worker and room.
    async fn has_room(&self, caller: &Caller) -> Result<(), Error> {
        let states = TaskState::ALL.into_iter().filter(|state| !state.has_ended());
        let under_way = Listing {
            created_by: vec![owner(caller).unwrap_or_default().to_owned()],
            states: states.collect(),
            ..Listing::default()
        };
        if store::count(self.database(), &under_way).await? >= MOST_UNDER_WAY {
            return Err(Error::conflict(format!(
                "{MOST_UNDER_WAY} of your runs have not ended. Wait until some have, or cancel them."
            )));
        }
        Ok(())
    }

    /// The entity of a template that the caller may see.
    pub(crate) async fn template_document(
        &self,
        caller: &Caller,
        entity_ref: &EntityRef,
    ) -> Result<Value, Error> {
        if entity_ref.kind() != "template" {
            return Err(Error::input(format!("{entity_ref} is no template.")));
        }
        let document = self.inner.catalog.entity_by_ref(caller, entity_ref, None).await?;
        serde_json::from_slice(&document).map_err(Error::internal)
    }

    /// Refuses what can't be run.
    fn check_template(&self, entity_ref: &EntityRef, document: &Value) -> Result<(), Error> {
        let tools = &self.inner.tools;
        let template = Template::to_run(document, &tools.registry, tools.settings.options.failures);
        template.map(|_| ()).map_err(|problems| {
            Error::input(format!("{entity_ref} can't be run: {}", problems_in_words(&problems)))
        })
    }

    /// The caller as a template sees them.
    pub(crate) async fn started(&self, caller: &Caller) -> Result<Started, Error> {
        let (entity_ref, groups) = match caller {
            Caller::User { entity_ref, groups } => (entity_ref, groups.clone()),
            Caller::Service { subject } => {
                return Ok(Started { program: Some(subject.clone()), ..Started::default() });
            }
            Caller::Nobody | Caller::Guest => return Ok(Started::default()),
        };
        let found = match EntityRef::parse(entity_ref) {
            Ok(user) => self.inner.catalog.entity_by_ref(&portal(), &user, None).await.ok(),
            Err(_) => None,
        };
        let entity =
            found.map(|entity| serde_json::from_slice(&entity)).transpose().map_err(Error::internal)?;
        Ok(Started { user: Some(entity_ref.clone()), entity, groups, program: None })
    }

    /// Secrets as they are kept.
    pub(super) fn sealed(&self, id: &str, secrets: Secrets) -> Result<Option<Vec<u8>>, Error> {
        if secrets.is_empty() {
            return Ok(None);
        }
        let texts = secrets.into_iter().map(|(name, secret)| (name, Value::String(secret.expose().clone())));
        let plain = Value::Object(texts.collect()).to_string();
        Ok(Some(self.inner.tools.keyring.seal(&secrets_context(id), plain.as_bytes())?))
    }
}

/// Refuses more secrets than a run keeps.
pub(super) fn limited(secrets: &Secrets) -> Result<(), Error> {
    let bytes: usize = secrets.iter().map(|(name, secret)| name.len() + secret.expose().len()).sum();
    if secrets.len() > MOST_SECRETS || bytes > SECRET_BYTES {
        return Err(Error::payload_too_large(format!(
            "A run has at most {MOST_SECRETS} secrets of {SECRET_BYTES} bytes in all."
        )));
    }
    Ok(())
}

/// What is wrong with a template, in a few sentences.
pub(super) fn problems_in_words(problems: &[Problem]) -> String {
    let told: Vec<String> =
        problems.iter().take(5).map(|problem| format!("{} ({})", problem.message, problem.pointer)).collect();
    told.join(" ")
}
