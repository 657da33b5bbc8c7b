//! Where a run comes from: who started it, and where its template is.

use std::path::PathBuf;

use model::annotation::{MANAGED_BY_LOCATION, SOURCE_LOCATION};
use platform::access::Caller;
use platform::error::Error;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use url::Url;

use crate::action::{Base, Initiator};

/// Who started a run, as its row has it: a run that is taken up again sees the same person.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Started {
    /// The reference of their User entity.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) user: Option<String>,
    /// That entity as it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) entity: Option<Value>,
    /// The groups of that person then.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) groups: Vec<String>,
    /// The program that started it, if it was one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) program: Option<String>,
}

impl From<Started> for Initiator {
    fn from(Started { user, entity, groups, program }: Started) -> Self {
        let caller = match (&user, program) {
            (Some(user), _) => Caller::User { entity_ref: user.clone(), groups },
            (None, Some(subject)) => Caller::Service { subject },
            (None, None) => Caller::Guest,
        };
        Self { user, entity, caller }
    }
}

/// What relative addresses of a template start from: its file, or what it names as its source.
///
/// # Errors
/// The entity does not say where it was read from.
pub(crate) fn base_of(entity: &Value) -> Result<Base, Error> {
    let annotation = |name: &str| entity["metadata"]["annotations"].get(name).and_then(Value::as_str);
    annotation(SOURCE_LOCATION).and_then(address).map_or_else(|| file_of(entity), Ok)
}

/// The file that the template was read from.
///
/// # Errors
/// The entity does not say which.
pub(crate) fn file_of(entity: &Value) -> Result<Base, Error> {
    let location = entity["metadata"]["annotations"].get(MANAGED_BY_LOCATION).and_then(Value::as_str);
    let file = location.and_then(|location| {
        let path = location.strip_prefix("file:").map(|path| Base::File(PathBuf::from(path)));
        path.or_else(|| address(location))
    });
    file.ok_or_else(|| {
        Error::input(format!(
            "The template does not say where it was read from: its annotation {MANAGED_BY_LOCATION} is missing or is no location."
        ))
    })
}

/// The address of a location such as `url:https://…`.
fn address(location: &str) -> Option<Base> {
    let url = Url::parse(location.strip_prefix("url:")?).ok()?;
    matches!(url.scheme(), "http" | "https").then_some(Base::Url(url))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_run_asks_in_the_name_of_who_started_it() {
        let user =
            Caller::User { entity_ref: "user:default/ada".to_owned(), groups: vec!["group:x/y".to_owned()] };
        for (started, caller) in [
            (json!({ "user": "user:default/ada", "groups": ["group:x/y"] }), user),
            (json!({ "program": "external:ci" }), Caller::Service { subject: "external:ci".to_owned() }),
            (json!({}), Caller::Guest),
        ] {
            let read: Started = serde_json::from_value(started.clone()).expect("as it is kept");
            assert_eq!(serde_json::to_value(&read).expect("JSON"), started);
            assert_eq!(Initiator::from(read).caller, caller, "{started}");
        }
    }

    #[test]
    fn a_template_is_where_it_was_read_from_or_what_it_names() {
        let url = |text: &str| Some(Base::Url(Url::parse(text).expect("an address")));
        for (annotations, expected) in [
            (
                json!({ MANAGED_BY_LOCATION: "file:/t/template.yaml" }),
                Some(Base::File("/t/template.yaml".into())),
            ),
            (json!({ MANAGED_BY_LOCATION: "url:https://h/o/r/t.yaml" }), url("https://h/o/r/t.yaml")),
            (
                json!({ SOURCE_LOCATION: "url:https://h/s/", MANAGED_BY_LOCATION: "file:/t.yaml" }),
                url("https://h/s/"),
            ),
            (
                json!({ SOURCE_LOCATION: "dir:.", MANAGED_BY_LOCATION: "file:/t.yaml" }),
                Some(Base::File("/t.yaml".into())),
            ),
            (json!({ MANAGED_BY_LOCATION: "url:file:///etc/passwd" }), None),
            (json!({ MANAGED_BY_LOCATION: 5 }), None),
            (json!(null), None),
        ] {
            let entity = json!({ "metadata": { "annotations": annotations } });
            assert_eq!(base_of(&entity).ok(), expected, "{entity}");
        }
    }
}
