//! A report as Backstage's API sends it.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};

use super::{Report, StepReport, Written};

impl Report {
    /// The body of the answer to `POST /v2/dry-run`.
    #[must_use]
    pub fn to_json(&self) -> Value {
        let log = self.log.iter().map(|line| {
            let mut body = Map::new();
            body.insert("message".to_owned(), line.message.clone().into());
            body.extend(line.step.clone().map(|step| ("stepId".to_owned(), step.into())));
            body.extend(line.status.map(|status| ("status".to_owned(), status.into())));
            json!({ "body": body })
        });
        json!({
            "log": log.collect::<Vec<_>>(),
            "steps": self.steps.iter().map(StepReport::to_json).collect::<Vec<_>>(),
            "output": self.output,
            "directoryContents": self.files.iter().map(Written::to_json).collect::<Vec<_>>(),
        })
    }
}

impl StepReport {
    fn to_json(&self) -> Value {
        let mut step = Map::new();
        step.insert("id".to_owned(), self.id.clone().into());
        step.insert("name".to_owned(), self.name.clone().into());
        step.insert("action".to_owned(), self.action.clone().into());
        step.extend(self.condition.clone().map(|condition| ("if".to_owned(), condition)));
        step.extend(self.each.clone().map(|each| ("each".to_owned(), each)));
        step.insert("input".to_owned(), Value::Object(self.input.clone()));
        Value::Object(step)
    }
}

impl Written {
    fn to_json(&self) -> Value {
        json!({ "path": self.path, "executable": self.executable, "base64Content": STANDARD.encode(&self.bytes) })
    }
}
