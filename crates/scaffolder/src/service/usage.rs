//! How often templates were used, and the time that this saved.

use std::time::Duration;

use platform::access::{Caller, Permission};
use platform::config::ConfigDuration;
use platform::error::Error;
use serde_json::Value;

use super::Scaffolder;
use crate::store::{self, UsageRow};

/// On a template: how much time a run saves whoever starts it, as an ISO 8601 duration. Backstage knows it, too.
const TIME_SAVED: &str = "backstage.io/time-saved";
/// Templates of a list.
const MOST: u64 = 10_000;

/// How often a template was used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TemplateUsage {
    /// The reference of the template.
    pub template_ref: String,
    /// Runs that completed.
    pub completed: u64,
    /// What they saved, as the template said when each completed.
    pub saved: Duration,
    /// When the last one completed, in Unix milliseconds.
    pub last_at: i64,
}

impl From<UsageRow> for TemplateUsage {
    fn from(row: UsageRow) -> Self {
        Self {
            template_ref: row.template_ref,
            completed: u64::try_from(row.completed).unwrap_or_default(),
            saved: Duration::from_millis(u64::try_from(row.saved_ms).unwrap_or_default()),
            last_at: row.last_at,
        }
    }
}

impl Scaffolder {
    /// How often templates were used, the most used first. Templates of which no run completed are not among them.
    ///
    /// # Errors
    /// The caller may not see templates, or the database failed.
    pub async fn usage(&self, caller: &Caller) -> Result<Vec<TemplateUsage>, Error> {
        self.inner.policy.check(caller, Permission::ScaffolderTemplateParameterRead)?;
        let rows = store::usage(self.database(), MOST).await?;
        Ok(rows.into_iter().map(TemplateUsage::from).collect())
    }
}

/// What a run of a template saves, in milliseconds; 0 where the template does not say, or nothing that can be read.
pub(crate) fn saved_ms(template: &Value) -> i64 {
    let said = template["metadata"]["annotations"][TIME_SAVED].as_str();
    let length = said.and_then(|said| said.parse::<ConfigDuration>().ok());
    length.map_or(0, |ConfigDuration(length)| crate::clock::millis(length))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::saved_ms;

    #[test]
    fn what_a_template_saves_is_a_duration() {
        for (said, expected) in [
            (json!("PT4H"), 14_400_000),
            (json!("P1DT30M"), 88_200_000),
            (json!("much"), 0),
            (json!("-PT1H"), 0),
            (json!(4), 0),
        ] {
            let template = json!({ "metadata": { "annotations": { "backstage.io/time-saved": said } } });
            assert_eq!(saved_ms(&template), expected, "{said}");
        }
        assert_eq!(saved_ms(&json!({})), 0);
    }
}
