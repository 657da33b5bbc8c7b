//! The filters that Backstage adds to those of Nunjucks.

use std::sync::LazyLock;

use integrations::RepoUrl;
use model::EntityRef;
use nunjucks::Environment;
use serde_json::{Map, Value, json};

/// What templates can use beside the language.
pub(crate) static ENVIRONMENT: LazyLock<Environment> = LazyLock::new(|| {
    Environment::default()
        .with_filter("parseRepoUrl", |value, _| repository(value).map(Value::Object))
        .with_filter("parseEntityRef", entity_ref)
        .with_filter("pick", |value, given| pick(value, given.first()))
        .with_filter("projectSlug", |value, _| {
            let parts = repository(value)?;
            let part = |name: &str| parts.get(name).and_then(Value::as_str).unwrap_or_default();
            Ok(json!(format!("{}/{}", part("owner"), part("repo"))))
        })
});

/// The parts of an address such as `github.com?owner=acme&repo=shop`.
pub(crate) fn repository(value: &Value) -> Result<Map<String, Value>, String> {
    let text = value.as_str().ok_or("A repoUrl is text, such as github.com?owner=acme&repo=shop.")?;
    let address = RepoUrl::parse(text)?;
    let parts = address.parts().map(|(name, value)| (name.to_owned(), json!(value)));
    Ok(std::iter::once(("host".to_owned(), json!(address.host()))).chain(parts).collect())
}

/// Kind, namespace and name of a reference; the argument may say what is meant where they are left out.
fn entity_ref(value: &Value, given: &[Value]) -> Result<Value, String> {
    let text = value.as_str().ok_or("A reference is text, such as group:default/team-a.")?;
    let default = |name: &str| given.first().and_then(|given| given.get(name)).and_then(Value::as_str);
    let (kind, namespace) = (default("defaultKind"), default("defaultNamespace").unwrap_or("default"));
    let entity_ref = EntityRef::parse_with(text, kind, namespace).map_err(|error| error.to_string())?;
    Ok(json!({ "kind": entity_ref.kind(), "namespace": entity_ref.namespace(), "name": entity_ref.name() }))
}

/// A part of a value, by a path such as `spec.tags[0]`.
fn pick(value: &Value, path: Option<&Value>) -> Result<Value, String> {
    let path =
        path.and_then(Value::as_str).ok_or("pick needs the path of a part, such as 'metadata.name'.")?;
    let mut keys = path.split(['.', '[', ']']).filter(|key| !key.is_empty());
    let part = keys.try_fold(value, |value, key| match value {
        Value::Array(items) => items.get(key.parse::<usize>().ok()?),
        value => value.get(key.trim_matches(['"', '\''])),
    });
    Ok(part.cloned().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use nunjucks::Syntax;
    use serde_json::json;

    use crate::render;

    fn rendered(text: &str) -> String {
        let context = json!({
            "url": "github.com?owner=acme&repo=shop%20api",
            "entity": { "metadata": { "name": "shop", "tags": ["a", "b"] } },
        });
        let context = context.as_object().cloned().unwrap_or_default();
        render(text, Syntax::default(), &context).unwrap_or_else(|error| error.message)
    }

    #[test]
    fn filters_of_backstage() {
        for (text, expected) in [
            ("${{ (url | parseRepoUrl).owner }}/${{ (url | parseRepoUrl).repo }}", "acme/shop api"),
            ("${{ url | parseRepoUrl | dump }}", r#"{"host":"github.com","owner":"acme","repo":"shop api"}"#),
            ("${{ url | projectSlug }}", "acme/shop api"),
            ("${{ 'gitlab.com?project=42' | parseRepoUrl | pick('project') }}", "42"),
            (
                "${{ 'Group:team-a' | parseEntityRef | dump }}",
                r#"{"kind":"group","namespace":"default","name":"team-a"}"#,
            ),
            (
                "${{ 'team-a' | parseEntityRef({ defaultKind: 'user', defaultNamespace: 'x' }) | pick('kind') }}",
                "user",
            ),
            ("${{ entity | pick('metadata.tags[1]') }}${{ entity | pick('metadata.nothing.here') }}", "b"),
        ] {
            assert_eq!(rendered(text), expected, "{text}");
        }
    }

    #[test]
    fn what_is_none_is_told() {
        for (text, expected) in [
            ("${{ 'github.com?owner=acme' | parseRepoUrl }}", "names no repository"),
            ("${{ '?repo=x' | parseRepoUrl }}", "is no repoUrl"),
            ("${{ 5 | parseRepoUrl }}", "A repoUrl is text"),
            ("${{ 'team-a' | parseEntityRef }}", "kind"),
            ("${{ entity | pick }}", "pick needs the path"),
        ] {
            assert!(rendered(text).contains(expected), "{text}: {}", rendered(text));
        }
    }
}
