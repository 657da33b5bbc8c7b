//! What pages show: short forms of entities, lists, and the queries that addresses carry.

use serde::{Deserialize, Serialize};

use crate::{Entity, Problem};

/// An entity as a link: enough to show it and to go there.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct EntityLink {
    /// Canonical reference.
    pub entity_ref: String,
    /// Kind as written, such as `Component`.
    pub kind: String,
    /// Namespace.
    pub namespace: String,
    /// Name.
    pub name: String,
    /// What people call it.
    pub title: String,
    /// Whether it is in the catalog; without it a link would lead nowhere.
    pub exists: bool,
}

impl EntityLink {
    /// The address of its page.
    #[must_use]
    pub fn href(&self) -> String {
        let part = |text: &str| percent_encoding::utf8_percent_encode(text, PATH).to_string();
        format!("/catalog/{}/{}/{}", part(&self.namespace), part(&self.kind.to_lowercase()), part(&self.name))
    }
}

/// What may not stand in a part of a path as it is.
const PATH: &percent_encoding::AsciiSet =
    &percent_encoding::NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// A line of the catalog table.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct EntitySummary {
    /// Which entity.
    pub link: EntityLink,
    /// `metadata.description`.
    pub description: Option<String>,
    /// `spec.type`.
    pub spec_type: Option<String>,
    /// `spec.lifecycle`.
    pub lifecycle: Option<String>,
    /// Who owns it.
    pub owner: Option<EntityLink>,
    /// What it is part of.
    pub system: Option<EntityLink>,
    /// `metadata.tags`.
    pub tags: Vec<String>,
    /// How many problems it has.
    pub problem_count: u32,
}

/// A field with its values, for a filter.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Facet {
    /// Dotted path, such as `spec.type`.
    pub key: String,
    /// Values, the most frequent first.
    pub values: Vec<FacetValue>,
}

/// A value and how often it occurs.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FacetValue {
    /// As written.
    pub value: String,
    /// Entities that have it.
    pub count: u32,
}

/// What the catalog table shows: the state of its address.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct EntityListQuery {
    /// Kinds; of several values one must fit, as in all lists here.
    pub kind: Vec<String>,
    /// Values of `spec.type`.
    pub spec_type: Vec<String>,
    /// Owners, as canonical references.
    pub owner: Vec<String>,
    /// Values of `spec.lifecycle`.
    pub lifecycle: Vec<String>,
    /// Namespaces.
    pub namespace: Vec<String>,
    /// Tags.
    pub tag: Vec<String>,
    /// Text in the name, title or description.
    pub text: String,
    /// `name`, `kind`, `owner`, `type` or `lifecycle`; with `-` in front descending.
    pub sort: String,
    /// Page, from 1.
    pub page: u32,
}

impl Default for EntityListQuery {
    fn default() -> Self {
        Self {
            kind: Vec::new(),
            spec_type: Vec::new(),
            owner: Vec::new(),
            lifecycle: Vec::new(),
            namespace: Vec::new(),
            tag: Vec::new(),
            text: String::new(),
            sort: "name".to_owned(),
            page: 1,
        }
    }
}

impl EntityListQuery {
    /// The query that these parameters of an address stand for. What is not known is left out.
    pub fn from_query_pairs<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let mut query = Self::default();
        for (key, value) in pairs {
            let value = value.trim();
            if value.is_empty() {
                continue;
            }
            match key {
                "text" => value.clone_into(&mut query.text),
                "sort" => value.clone_into(&mut query.sort),
                "page" => query.page = value.parse().unwrap_or(1).max(1),
                _ => {
                    if let Some(values) = query.values_mut(key)
                        && !values.iter().any(|known| known == value)
                    {
                        values.push(value.to_owned());
                    }
                }
            }
        }
        query
    }

    /// The parameters of the address, without the question mark; defaults are left out.
    #[must_use]
    pub fn to_query_string(&self) -> String {
        let mut pairs = form_urlencoded::Serializer::new(String::new());
        for (key, values) in [
            ("kind", &self.kind),
            ("type", &self.spec_type),
            ("owner", &self.owner),
            ("lifecycle", &self.lifecycle),
            ("namespace", &self.namespace),
            ("tag", &self.tag),
        ] {
            for value in values {
                pairs.append_pair(key, value);
            }
        }
        if !self.text.is_empty() {
            pairs.append_pair("text", &self.text);
        }
        if self.sort != "name" && !self.sort.is_empty() {
            pairs.append_pair("sort", &self.sort);
        }
        if self.page > 1 {
            pairs.append_pair("page", &self.page.to_string());
        }
        pairs.finish()
    }

    fn values_mut(&mut self, key: &str) -> Option<&mut Vec<String>> {
        Some(match key {
            "kind" => &mut self.kind,
            "type" => &mut self.spec_type,
            "owner" => &mut self.owner,
            "lifecycle" => &mut self.lifecycle,
            "namespace" => &mut self.namespace,
            "tag" => &mut self.tag,
            _ => return None,
        })
    }
}

/// One page of the catalog table.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct EntityList {
    /// The lines.
    pub items: Vec<EntitySummary>,
    /// Entities on all pages.
    pub total: u32,
    /// Entities without any filter.
    pub catalog_total: u32,
    /// This page, from 1.
    pub page: u32,
    /// Number of pages, at least 1.
    pub page_count: u32,
    /// Filters with counts, as they would be after a click.
    pub facets: Vec<Facet>,
    /// Newest `seq` that this shows.
    pub seq: i64,
}

/// Relations of one type.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RelationGroup {
    /// Such as `ownedBy`.
    pub relation_type: String,
    /// The other ends.
    pub targets: Vec<EntityLink>,
}

/// The page of one entity.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct EntityDetail {
    /// Its short form.
    pub summary: EntitySummary,
    /// The whole document, with relations.
    pub entity: Entity,
    /// Relations by type.
    pub relations: Vec<RelationGroup>,
    /// What is wrong with it.
    pub problems: Vec<Problem>,
    /// The file that describes it.
    pub source_file: Option<String>,
    /// As its authors wrote it.
    pub yaml: String,
    /// Versions, newest first.
    pub history: Vec<VersionSummary>,
    /// Newest `seq` that this shows.
    pub seq: i64,
}

/// What happened to an entity.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ChangeKind {
    /// It came.
    Added,
    /// It changed.
    Changed,
    /// It went.
    Removed,
}

/// A version of an entity.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct VersionSummary {
    /// Position in the log.
    pub seq: i64,
    /// When, in RFC 3339, UTC.
    pub at: String,
    /// What happened.
    pub change: ChangeKind,
    /// Dotted paths that changed, at most 20.
    pub fields: Vec<String>,
}

/// A change of some entity.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecentChange {
    /// Which entity.
    pub link: EntityLink,
    /// What changed.
    pub version: VersionSummary,
}

/// The home page.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Overview {
    /// Entities in the catalog.
    pub total: u32,
    /// Entities of each kind.
    pub kinds: Vec<FacetValue>,
    /// Problems that are errors.
    pub error_count: u32,
    /// Problems that are warnings.
    pub warning_count: u32,
    /// The first problems.
    pub problems: Vec<Problem>,
    /// The newest changes.
    pub recent: Vec<RecentChange>,
    /// The biggest owners and how much they own.
    pub owners: Vec<(EntityLink, u32)>,
    /// Entities that should have an owner and have none.
    pub without_owner: u32,
    /// Newest `seq` that this shows.
    pub seq: i64,
}

/// One page of problems.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ProblemList {
    /// The problems.
    pub problems: Vec<Problem>,
    /// Problems on all pages.
    pub total: u32,
    /// This page, from 1.
    pub page: u32,
    /// Number of pages, at least 1.
    pub page_count: u32,
    /// How many of each kind, without the filters.
    pub by_code: Vec<FacetValue>,
    /// How many of each severity, without the filters.
    pub by_severity: Vec<FacetValue>,
    /// Newest `seq` that this shows.
    pub seq: i64,
}

/// What the problems page shows: the state of its address.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ProblemListQuery {
    /// Kinds of problem.
    pub code: Vec<String>,
    /// Severities.
    pub severity: Vec<String>,
    /// Text in the message, file or entity.
    pub text: String,
    /// Page, from 1.
    pub page: u32,
}

impl Default for ProblemListQuery {
    fn default() -> Self {
        Self { code: Vec::new(), severity: Vec::new(), text: String::new(), page: 1 }
    }
}

impl ProblemListQuery {
    /// The query that these parameters of an address stand for. What is not known is left out.
    pub fn from_query_pairs<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let mut query = Self::default();
        for (key, value) in pairs {
            let value = value.trim();
            match key {
                _ if value.is_empty() => {}
                "code" => query.code.push(value.to_owned()),
                "severity" => query.severity.push(value.to_owned()),
                "text" => value.clone_into(&mut query.text),
                "page" => query.page = value.parse().unwrap_or(1).max(1),
                _ => {}
            }
        }
        query
    }

    /// The parameters of the address, without the question mark; defaults are left out.
    #[must_use]
    pub fn to_query_string(&self) -> String {
        let mut pairs = form_urlencoded::Serializer::new(String::new());
        for (key, values) in [("code", &self.code), ("severity", &self.severity)] {
            for value in values {
                pairs.append_pair(key, value);
            }
        }
        if !self.text.is_empty() {
            pairs.append_pair("text", &self.text);
        }
        if self.page > 1 {
            pairs.append_pair("page", &self.page.to_string());
        }
        pairs.finish()
    }
}
