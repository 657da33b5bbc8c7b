//! What the expressions of a run can read.

use serde_json::{Map, Value, json};

use super::{Run, Secrets};

/// The names and their values, without and with secrets.
#[derive(Clone, Debug)]
pub(super) struct Context {
    values: Map<String, Value>,
    secrets: Map<String, Value>,
    environment_secrets: Map<String, Value>,
}

impl Context {
    pub(super) fn new(run: &Run<'_>, id: &str) -> Self {
        let environment = json!({ "parameters": run.environment.parameters, "secrets": {} });
        let mut user = Map::new();
        user.extend(run.initiator.entity.clone().map(|entity| ("entity".to_owned(), entity)));
        user.extend(run.initiator.user.clone().map(|user| ("ref".to_owned(), Value::String(user))));
        let values = Map::from_iter([
            ("parameters".to_owned(), Value::Object(run.parameters.clone())),
            ("steps".to_owned(), json!({})),
            ("user".to_owned(), Value::Object(user)),
            ("context".to_owned(), json!({ "task": { "id": id } })),
            ("environment".to_owned(), environment),
        ]);
        let open = |secrets: &Secrets| {
            let open = secrets.iter();
            open.map(|(name, secret)| (name.clone(), Value::String(secret.expose().clone()))).collect()
        };
        Self { values, secrets: open(&run.secrets), environment_secrets: open(&run.environment.secrets) }
    }

    /// A step ended with this output.
    pub(super) fn ended(&mut self, step: &str, output: Map<String, Value>) {
        if let Some(Value::Object(steps)) = self.values.get_mut("steps") {
            let output = Map::from_iter([("output".to_owned(), Value::Object(output))]);
            steps.insert(step.to_owned(), Value::Object(output));
        }
    }

    /// Steps of a branch ended as it says.
    pub(super) fn join(&mut self, branch: &Self) {
        if let (Some(Value::Object(steps)), Some(Value::Object(others))) =
            (self.values.get_mut("steps"), branch.values.get("steps"))
        {
            steps.extend(others.clone());
        }
    }

    /// What everything may read.
    pub(super) fn plain(&self) -> &Map<String, Value> {
        &self.values
    }

    /// What the input of a step may read, and its `each`.
    pub(super) fn with_secrets(&self) -> Map<String, Value> {
        self.with(self.secrets.clone(), self.environment_secrets.clone())
    }

    /// As [`Self::with_secrets`], with something of the same length in the place of each secret; nothing if there are
    /// none.
    pub(super) fn with_stand_ins(&self) -> Option<Map<String, Value>> {
        let stand_in = |secrets: &Map<String, Value>| {
            let stand_in = |(name, secret): (&String, &Value)| {
                let length = secret.as_str().map_or(0, str::len);
                (name.clone(), Value::String("\u{b7}".repeat(length)))
            };
            secrets.iter().map(stand_in).collect()
        };
        self.has_secrets().then(|| self.with(stand_in(&self.secrets), stand_in(&self.environment_secrets)))
    }

    pub(super) fn has_secrets(&self) -> bool {
        !self.secrets.is_empty() || !self.environment_secrets.is_empty()
    }

    fn with(
        &self,
        secrets: Map<String, Value>,
        environment_secrets: Map<String, Value>,
    ) -> Map<String, Value> {
        let mut values = self.values.clone();
        values.insert("secrets".to_owned(), Value::Object(secrets));
        if let Some(Value::Object(environment)) = values.get_mut("environment") {
            environment.insert("secrets".to_owned(), Value::Object(environment_secrets));
        }
        values
    }
}
