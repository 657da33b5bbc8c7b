//! What the fields of Backstage ask of their values beside the schema.

use model::EntityRef;
use model::form::{Control, Field, Picker, parts_of_host};
use serde_json::{Map, Value, json};

use super::message::{listed, shorten};
use crate::filters::repository;

/// What is wrong with the value of a field, if it is a picker.
pub(super) fn mistake(field: &Field, value: &Value) -> Option<String> {
    let Control::Picker { picker, .. } = field.control else { return None };
    let text = value.as_str().filter(|text| !text.is_empty());
    match picker {
        Picker::EntityNamePicker => rule(&json!({ "name": text? }), "/metadata/name"),
        Picker::EntityTagsPicker => value.as_array()?.iter().find_map(|tag| {
            let rule = rule(&json!({ "name": "x", "tags": [tag] }), "/metadata/tags/0")?;
            Some(format!("{}: {rule}", shorten(tag.as_str().unwrap_or_default())))
        }),
        Picker::EntityPicker | Picker::OwnerPicker | Picker::OwnedEntityPicker | Picker::MyGroupsPicker => {
            reference(field, text?)
        }
        Picker::MultiEntityPicker => {
            value.as_array()?.iter().filter_map(Value::as_str).find_map(|text| reference(field, text))
        }
        Picker::RepoUrlPicker => repository_mistake(field, value),
        Picker::RepoOwnerPicker => {
            let excluded = texts(field, "excludedOwners");
            let is_excluded = excluded.iter().any(|owner| Some(owner.as_str()) == text);
            is_excluded.then(|| format!("Choose an owner other than {}", listed(&excluded)))
        }
        Picker::RepoBranchPicker => None,
    }
}

/// The rule of the catalog that a part of `metadata` breaks.
fn rule(metadata: &Value, pointer: &str) -> Option<String> {
    let document =
        json!({ "apiVersion": "backstage.io/v1alpha1", "kind": "Component", "metadata": metadata });
    let broken = model::validate(&document).into_iter().find(|violation| violation.pointer == pointer)?;
    Some(format!("This has to be {}", broken.allowed.unwrap_or_default()))
}

/// What is wrong with a reference. A kind may be left out unless only entities of the catalog are allowed.
fn reference(field: &Field, text: &str) -> Option<String> {
    let option = |key: &str| field.options.get(key).and_then(Value::as_str);
    let is_strict = field.options.get("allowArbitraryValues") == Some(&Value::Bool(false));
    let default_kind = match field.control {
        Control::Picker { picker: Picker::OwnerPicker | Picker::MyGroupsPicker, .. } => Some("group"),
        _ if is_strict => None,
        _ => Some("component"),
    };
    let kind = option("defaultKind").or(default_kind);
    let namespace = option("defaultNamespace").unwrap_or("default");
    let error = EntityRef::parse_with(text, kind, namespace).err()?;
    Some(format!("This has to be a reference such as group:default/team-a. {error}"))
}

fn repository_mistake(field: &Field, value: &Value) -> Option<String> {
    let parts = match repository(value) {
        Ok(parts) => parts,
        Err(message) => return Some(message),
    };
    if let Some(message) = missing(field, &parts) {
        return Some(message);
    }
    let rules: [(&str, &[&str], &str); 5] = [
        ("allowedHosts", &["host"], "host"),
        ("allowedOwners", &["owner", "workspace"], "owner"),
        ("allowedOrganizations", &["organization"], "organization"),
        ("allowedProjects", &["project"], "project"),
        ("allowedRepos", &["repo"], "repository"),
    ];
    rules.into_iter().find_map(|(option, keys, what)| {
        let allowed = texts(field, option);
        let found = keys.iter().find_map(|key| parts.get(*key)?.as_str())?;
        let is_allowed = allowed.is_empty() || allowed.iter().any(|allowed| allowed == found);
        (!is_allowed).then(|| format!("Choose one of {} as {what}", listed(&allowed)))
    })
}

/// What a `repoUrl` has to have as well, by its host. Of hosts that are not known only the name of the repository is asked
/// for, and the owner where not every one is allowed.
fn missing(field: &Field, parts: &Map<String, Value>) -> Option<String> {
    let is_there = |key: &str| parts.get(key).and_then(Value::as_str).is_some_and(|value| !value.is_empty());
    let host = parts.get("host").and_then(Value::as_str).unwrap_or_default();
    let is_limited = |option: &str| !texts(field, option).is_empty();
    let missing = match host {
        // A project of GitLab may be named by its number.
        "gitlab.com" if is_there("project") && !is_limited("allowedOwners") => None,
        "github.com" | "gitlab.com" | "bitbucket.org" | "dev.azure.com" => {
            parts_of_host(host).iter().find(|key| !is_there(key)).copied()
        }
        _ if is_limited("allowedOwners") && !is_there("owner") && !is_there("workspace") => {
            let is_other = is_limited("allowedProjects") && is_there("project");
            (!is_other).then_some("owner")
        }
        _ => (!is_there("repo") && !is_there("project")).then_some("repo"),
    };
    let key = missing?;
    let example: Vec<_> = parts_of_host(host).iter().map(|part| format!("{part}=NAME")).collect();
    let what = if key == "repo" { "repository" } else { key };
    Some(format!("Fill in the {what}: a repository of {host} is {host}?{}", example.join("&")))
}

/// The texts of an option.
fn texts(field: &Field, option: &str) -> Vec<String> {
    let values = field.options.get(option).and_then(Value::as_array).into_iter().flatten();
    values.filter_map(Value::as_str).map(str::to_owned).collect()
}
