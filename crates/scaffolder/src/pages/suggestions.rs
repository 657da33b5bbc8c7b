//! What the catalog and the Git hosts have for the fields of a form that are fed from them.

use std::collections::BTreeMap;

use catalog::{Catalog, Paging, Selection};
use futures::future::join_all;
use integrations::RepoUrl;
use model::form::{Answers, Control, Field, Form, Picker};
use model::{Entity, Fields, Filter};
use platform::access::Caller;
use platform::error::Error;
use serde_json::{Map, Value};

use crate::service::{GITHUB, Names, Scaffolder};

/// Entities, or values, that a field suggests.
const MOST: usize = 300;
/// Fields of one page that are fed; what more there is can be typed.
const MOST_FIELDS: usize = 30;
/// Lists of names that hosts are asked for one page.
const MOST_ASKED: usize = 10;
/// Conditions of one `catalogFilter`.
const MOST_CONDITIONS: usize = 50;

/// Something that can be typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suggestion {
    /// The value.
    pub value: String,
    /// What it is called.
    pub title: String,
}

/// What one field suggests.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Suggestions {
    /// The first ones.
    pub items: Vec<Suggestion>,
    /// How many more there are.
    pub left_off: usize,
}

impl From<&[String]> for Suggestions {
    fn from(names: &[String]) -> Self {
        let item = |name: &String| Suggestion { value: name.clone(), title: String::new() };
        Self {
            items: names.iter().take(MOST).map(item).collect(),
            left_off: names.len().saturating_sub(MOST),
        }
    }
}

impl Scaffolder {
    /// The suggestions of all fields of a form, by the pointer of the field; those of a part of a `repoUrl` by that with `~`
    /// and the part behind it.
    pub(super) async fn suggestions(
        &self,
        caller: &Caller,
        form: &Form,
        answers: &Answers,
    ) -> Result<BTreeMap<String, Suggestions>, Error> {
        let mut found = of_catalog(form, &self.inner.catalog, caller).await?;
        let integrations = self.inner.reach.integrations();
        let hosts = integrations.github_hosts().chain(integrations.gitlab_hosts());
        let hosts: Vec<String> = hosts.map(str::to_owned).collect();
        let asked = repositories(form, answers, &hosts, &mut found);
        let asked = asked.into_iter().take(MOST_ASKED).map(|(pointer, host, names, without)| async move {
            let names = self.names(caller, &host, names).await;
            let left: Vec<String> = names.iter().filter(|name| !without.contains(name)).cloned().collect();
            (pointer, Suggestions::from(left.as_slice()))
        });
        found.extend(join_all(asked).await);
        Ok(found)
    }
}

/// What hosts are asked for the fields about repositories: pointer, host, names, and those that are not wanted.
fn repositories(
    form: &Form,
    answers: &Answers,
    hosts: &[String],
    found: &mut BTreeMap<String, Suggestions>,
) -> Vec<(String, String, Names, Vec<String>)> {
    let mut asked = Vec::new();
    for field in form.fields() {
        let Control::Picker { picker, parts } = &field.control else { continue };
        let option = |name: &str| texts(field.options.get(name));
        match picker {
            Picker::RepoUrlPicker => {
                // What there is to choose from needs no suggestion; the only choice needs no answer.
                let part = |key: &str, allowed: &[String]| {
                    let value = parts.iter().find(|part| part.key == key).map(|part| part.value.clone());
                    let value = value.filter(|value| !value.is_empty());
                    value.or_else(|| allowed.first().filter(|_| allowed.len() == 1).cloned())
                };
                let (allowed_hosts, owners) = (option("allowedHosts"), option("allowedOwners"));
                let below = |key: &str| format!("{}~{key}", field.pointer);
                if allowed_hosts.is_empty() {
                    found.insert(below("host"), Suggestions::from(hosts));
                }
                let Some(host) = part("host", &allowed_hosts) else { continue };
                if owners.is_empty() {
                    asked.push((below("owner"), host.clone(), Names::Owners, Vec::new()));
                }
                let is_off = field.options.get("disableRepoAutocomplete") == Some(&Value::Bool(true));
                if let Some(owner) = part("owner", &owners)
                    && option("allowedRepos").is_empty()
                    && !is_off
                {
                    asked.push((below("repo"), host, Names::RepositoriesOf(owner), Vec::new()));
                }
            }
            Picker::RepoOwnerPicker => {
                let host = field.options.get("host").and_then(Value::as_str).unwrap_or(GITHUB).to_owned();
                asked.push((field.pointer.clone(), host, Names::Owners, option("excludedOwners")));
            }
            Picker::RepoBranchPicker => {
                let Some(repository) = answers.values.get("repoUrl").and_then(branches) else { continue };
                asked.push((field.pointer.clone(), repository.0, repository.1, Vec::new()));
            }
            _ => {}
        }
    }
    asked
}

/// The host and the branches of what the answer `repoUrl` names, as Backstage reads it for this field.
fn branches(repo_url: &Value) -> Option<(String, Names)> {
    let address = RepoUrl::parse(repo_url.as_str()?).ok()?;
    let (owner, repository) = (address.part("owner")?.to_owned(), address.part("repo")?.to_owned());
    Some((address.host().to_owned(), Names::Branches { owner, repository }))
}

/// The suggestions of the fields that are fed from the catalog.
async fn of_catalog(
    form: &Form,
    catalog: &Catalog,
    caller: &Caller,
) -> Result<BTreeMap<String, Suggestions>, Error> {
    let mut found = BTreeMap::new();
    for field in form.fields() {
        let Control::Picker { picker, .. } = field.control else { continue };
        if found.len() >= MOST_FIELDS {
            break;
        }
        let suggestions = match (picker, filter(field, picker, caller)) {
            (Picker::EntityTagsPicker, _) => tags(field, catalog, caller).await?,
            (_, Some(filter)) => entities(filter, catalog, caller).await?,
            (_, None) => continue,
        };
        found.insert(field.pointer.clone(), suggestions);
    }
    Ok(found)
}

/// Which entities a field offers; nothing for fields about something else.
fn filter(field: &Field, picker: Picker, caller: &Caller) -> Option<Filter> {
    let is = |key: &str, values: Vec<String>| {
        Filter::key_in(key, values.iter().map(|value| value.to_lowercase()).collect())
    };
    let own = || match caller {
        Caller::User { entity_ref, groups } => groups.iter().chain([entity_ref]).cloned().collect(),
        _ => Vec::new(),
    };
    let condition = match picker {
        Picker::MyGroupsPicker => {
            let names = own();
            return Some(Filter::All(vec![is("kind", vec!["group".to_owned()]), in_refs(&names)]));
        }
        Picker::EntityPicker | Picker::MultiEntityPicker => None,
        Picker::OwnedEntityPicker => Some(is("relations.ownedby", own())),
        Picker::OwnerPicker => None,
        _ => return None,
    };
    let kinds = texts(field.options.get("allowedKinds"));
    let own_filter = field.options.get("catalogFilter").map(catalog_filter);
    let kinds = match (kinds.is_empty(), &own_filter, picker) {
        (false, _, _) => Some(is("kind", kinds)),
        (true, None, Picker::OwnerPicker) => Some(is("kind", vec!["group".to_owned(), "user".to_owned()])),
        _ => None,
    };
    Some(Filter::All([condition, kinds, own_filter].into_iter().flatten().collect()))
}

/// These entities.
fn in_refs(refs: &[String]) -> Filter {
    let one = |text: &String| {
        let entity_ref = model::EntityRef::parse(text).ok()?;
        let is = |key: &str, value: &str| Filter::key_in(key, vec![value.to_lowercase()]);
        Some(Filter::All(vec![
            is("kind", entity_ref.kind()),
            is("metadata.namespace", entity_ref.namespace()),
            is("metadata.name", entity_ref.name()),
        ]))
    };
    Filter::Any(refs.iter().filter_map(one).collect())
}

/// `catalogFilter`: conditions that all hold, or a list of such of which one does.
fn catalog_filter(value: &Value) -> Filter {
    match value {
        Value::Array(any) => {
            Filter::Any(any.iter().take(MOST_CONDITIONS).filter_map(Value::as_object).map(all_of).collect())
        }
        Value::Object(all) => all_of(all),
        _ => Filter::All(Vec::new()),
    }
}

fn all_of(conditions: &Map<String, Value>) -> Filter {
    let one = |(key, wanted): (&String, &Value)| {
        let key = key.to_lowercase();
        match wanted {
            Value::Object(wanted) => match wanted.get("exists") {
                Some(Value::Bool(true)) => Some(Filter::key_exists(&key)),
                Some(Value::Bool(false)) => Some(Filter::Not(Box::new(Filter::key_exists(&key)))),
                _ => None,
            },
            wanted => Some(Filter::key_in(
                &key,
                texts(Some(wanted)).iter().map(|text| text.to_lowercase()).collect(),
            )),
        }
    };
    Filter::All(conditions.iter().take(MOST_CONDITIONS).filter_map(one).collect())
}

/// A text, or a list of them.
fn texts(value: Option<&Value>) -> Vec<String> {
    let text = |value: &Value| match value {
        Value::String(text) => Some(text.clone()),
        Value::Bool(_) | Value::Number(_) => Some(value.to_string()),
        _ => None,
    };
    match value {
        Some(Value::Array(values)) => values.iter().filter_map(text).collect(),
        Some(value) => text(value).into_iter().collect(),
        None => Vec::new(),
    }
}

async fn entities(filter: Filter, catalog: &Catalog, caller: &Caller) -> Result<Suggestions, Error> {
    let selection = Selection { filter: Some(filter), ..Selection::default() };
    let paging = Paging { order: None, start: catalog::view::Start::Offset(0), limit: MOST };
    let fields =
        Fields::parse(&["kind", "metadata.name", "metadata.namespace", "metadata.title", "spec.profile"]);
    let fields = fields.map_err(Error::internal)?;
    let mut bytes = Vec::new();
    let page = catalog.query_entities(caller, &selection, &paging, Some(&fields), &mut bytes).await?;
    let documents: Vec<Map<String, Value>> = serde_json::from_slice(&bytes).map_err(Error::internal)?;
    let suggestion = |document| {
        let entity = Entity::new(document);
        Suggestion { value: entity.entity_ref().as_str().to_owned(), title: entity.display_name().to_owned() }
    };
    let items: Vec<_> = documents.into_iter().map(suggestion).collect();
    let left_off = (page.total as usize).saturating_sub(items.len());
    Ok(Suggestions { items, left_off })
}

async fn tags(field: &Field, catalog: &Catalog, caller: &Caller) -> Result<Suggestions, Error> {
    let kinds = texts(field.options.get("kinds"));
    let filter = (!kinds.is_empty())
        .then(|| Filter::key_in("kind", kinds.iter().map(|kind| kind.to_lowercase()).collect()));
    let bytes = catalog.facets(caller, filter, None, vec!["metadata.tags".to_owned()]).await?;
    let answer: Value = serde_json::from_slice(&bytes).map_err(Error::internal)?;
    let values = answer.pointer("/facets/metadata.tags").and_then(Value::as_array).into_iter().flatten();
    let value = |value: &Value| value.get("value").and_then(Value::as_str).map(str::to_owned);
    let mut all: Vec<String> = values.filter_map(value).collect();
    all.sort_unstable();
    let left_off = all.len().saturating_sub(MOST);
    all.truncate(MOST);
    let items = all.into_iter().map(|value| Suggestion { title: String::new(), value }).collect();
    Ok(Suggestions { items, left_off })
}
