//! What pages show: short forms of entities, lists, and the queries that addresses carry.
//!
//! Entities may hold texts and lists of any length; what stands here is cut to what a page can show.

mod api;
mod comparison;
mod conditions;
mod entity_query;
mod home;
mod moment;
mod people;
mod query;
mod search;

use serde::{Deserialize, Serialize};

pub use self::api::{ApiDefinition, ApiField, ApiGroup, ApiOperation, ApiPart};
pub use self::comparison::{Comparison, ComparisonQuery, DiffLine, DiffPart, LineChange};
pub use self::conditions::Condition;
pub use self::entity_query::EntityListQuery;
pub use self::home::{Coverage, HomeOverview, Mine, SavedView, SavedViews};
pub use self::moment::{ChangeList, EntityChange, KindChanges, Moment};
pub use self::people::{Owned, OwnedKind, People};
pub use self::query::{ProblemListQuery, parameters};
pub use self::search::{Fragment, SearchChoice, SearchFilter, SearchHit, SearchPage, SearchQuery};
use crate::{Link, Neighbours, Problem};

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
    /// What people call it, at most 200 characters.
    pub title: String,
    /// Whether it is in the catalog; without it a link would lead nowhere.
    pub exists: bool,
    /// The moment that the link leads to, as it stands in the address; empty for now.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub at: String,
}

impl EntityLink {
    /// The address of its page.
    #[must_use]
    pub fn href(&self) -> String {
        let path = self.path();
        if self.at.is_empty() { path } else { format!("{path}?at={}", percent_encoded(&self.at)) }
    }

    /// The address of its page as it is now.
    #[must_use]
    pub fn path(&self) -> String {
        format!(
            "/catalog/{}/{}/{}",
            percent_encoded(&self.namespace),
            percent_encoded(&self.kind.to_lowercase()),
            percent_encoded(&self.name)
        )
    }

    /// The address of the page that compares two of its versions.
    #[must_use]
    pub fn history_href(&self, query: ComparisonQuery) -> String {
        match query.to_query_string() {
            parameters if parameters.is_empty() => format!("{}/history", self.path()),
            parameters => format!("{}/history?{parameters}", self.path()),
        }
    }

    /// The address of the page of those that break if it goes.
    #[must_use]
    pub fn dependents_href(&self) -> String {
        let path = format!("{}/dependents", self.path());
        if self.at.is_empty() { path } else { format!("{path}?at={}", percent_encoded(&self.at)) }
    }

    /// The address of the whole entity as JSON, for what the page leaves off.
    #[must_use]
    pub fn api_href(&self) -> String {
        let kind = percent_encoded(&self.kind.to_lowercase());
        format!(
            "/api/catalog/entities/by-name/{kind}/{}/{}",
            percent_encoded(&self.namespace),
            percent_encoded(&self.name)
        )
    }
}

/// A text as a part of a path or the value of a parameter, whatever characters it holds (RFC 3986, 2.3).
pub fn percent_encoded(text: &str) -> String {
    percent_encoding::utf8_percent_encode(text, PATH).to_string()
}

/// What may not stand in a part of a path as it is.
const PATH: &percent_encoding::AsciiSet =
    &percent_encoding::NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// The first of what may be very many.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Portion<T> {
    /// What is shown.
    pub shown: Vec<T>,
    /// How many there are besides.
    pub left_off: u32,
}

// Not derived: a derive would ask for `T: Default`.
impl<T> Default for Portion<T> {
    fn default() -> Self {
        Self { shown: Vec::new(), left_off: 0 }
    }
}

impl<T> Portion<T> {
    /// The first `most` of these.
    pub fn of(all: impl IntoIterator<Item = T>, most: usize) -> Self {
        let mut all = all.into_iter();
        let shown = all.by_ref().take(most).collect();
        Self { shown, left_off: u32::try_from(all.count()).unwrap_or(u32::MAX) }
    }

    /// How many there are, shown or not.
    #[must_use]
    pub fn total(&self) -> u32 {
        u32::try_from(self.shown.len()).unwrap_or(u32::MAX).saturating_add(self.left_off)
    }
}

/// A line of the catalog table.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct EntitySummary {
    /// Which entity.
    pub link: EntityLink,
    /// `metadata.description` without the marks of Markdown, at most 300 characters.
    pub description: Option<String>,
    /// `spec.type`.
    pub spec_type: Option<String>,
    /// `spec.lifecycle`.
    pub lifecycle: Option<String>,
    /// Who owns it.
    pub owner: Option<EntityLink>,
    /// What it is part of.
    pub system: Option<EntityLink>,
    /// `metadata.tags`, at most 100.
    pub tags: Vec<String>,
    /// How many problems it has.
    pub problem_count: u32,
    /// Whether one of them is an error.
    pub has_error: bool,
    /// The file that describes it; only where the query asks for this column.
    pub source_file: Option<String>,
    /// When it last changed, in RFC 3339, UTC; only where the query asks for this column.
    pub changed: Option<String>,
}

/// A field with its values, for a filter.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Facet {
    /// Dotted path, such as `spec.type`.
    pub key: String,
    /// Values, the most frequent first; of very many only those, and what the query names.
    pub values: Vec<FacetValue>,
    /// How many rarer values there are.
    pub left_off: u32,
    /// What the entities are called that values refer to, by value.
    pub titles: Vec<(String, String)>,
}

impl Facet {
    /// What the entity is called that a value refers to, if it has a title.
    #[must_use]
    pub fn title_of(&self, value: &str) -> Option<&str> {
        let found = self.titles.iter().find(|(of, _)| of.eq_ignore_ascii_case(value));
        found.map(|(_, title)| title.as_str())
    }
}

/// A value and how often it occurs.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FacetValue {
    /// As written.
    pub value: String,
    /// Entities that have it.
    pub count: u32,
}

/// The entities of a list that have a value in common.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct EntityGroup {
    /// The value as it stands in the address; empty for those that have none.
    pub value: String,
    /// What it is called.
    pub title: String,
    /// How many they are.
    pub count: u32,
    /// The first of them; none where the group begins folded.
    pub items: Vec<EntitySummary>,
}

/// One page of the catalog table.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct EntityList {
    /// The lines; none where they stand in groups.
    pub items: Vec<EntitySummary>,
    /// The groups of this page, the largest first.
    pub groups: Vec<EntityGroup>,
    /// Groups on all pages.
    pub group_count: u32,
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
    /// The moment that this shows.
    pub time: Moment,
}

/// Relations of one type.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RelationGroup {
    /// Such as `ownedBy`.
    pub relation_type: String,
    /// The other ends, or the first of them.
    pub targets: Vec<EntityLink>,
    /// How many others there are.
    pub left_off: u32,
}

/// The page of one entity. The document itself may take megabytes, so only what the page uses of it is here.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct EntityDetail {
    /// Its short form.
    pub summary: EntitySummary,
    /// `metadata.description`, more of it than in the short form, as HTML that is safe to put into a page.
    pub description_html: Option<String>,
    /// `spec.profile.email`.
    pub email: Option<String>,
    /// `metadata.links`.
    pub links: Portion<Link>,
    /// Where its source can be seen, according to an annotation.
    pub view_url: Option<String>,
    /// Where its source can be edited, according to an annotation.
    pub edit_url: Option<String>,
    /// `metadata.labels`.
    pub labels: Portion<(String, String)>,
    /// `metadata.annotations`, long values cut.
    pub annotations: Portion<(String, String)>,
    /// Relations by type, without those that `people` shows.
    pub relations: Vec<RelationGroup>,
    /// The same as a picture.
    pub neighbours: Option<Neighbours>,
    /// Members, hierarchy and possessions; of groups and users alone.
    pub people: Option<People>,
    /// What it offers; of APIs alone.
    pub api: Option<ApiDefinition>,
    /// What is wrong with it.
    pub problems: Portion<Problem>,
    /// What is wrong in its file and is about no entity.
    pub file_problems: Portion<Problem>,
    /// The file that describes it.
    pub source_file: Option<String>,
    /// What led to that file, the registered location first.
    pub ancestry: Vec<Ancestor>,
    /// As its authors wrote it, or the beginning of that.
    pub yaml: String,
    /// Bytes that `yaml` lacks at its end.
    pub yaml_left_off: u64,
    /// Versions, newest first.
    pub history: Vec<VersionSummary>,
    /// What can be done where the entity is orphaned, stale or from a registered location, as HTML that is safe to put into
    /// a page.
    pub care_html: Option<String>,
    /// The moment that this shows.
    pub time: Moment,
}

/// A Location entity that led to an entity.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ancestor {
    /// Which one.
    pub link: EntityLink,
    /// Whether it stands for a registered location: no file describes it.
    pub registered: bool,
    /// The file that describes it, or the target that was registered, as a location reference.
    pub location: Option<String>,
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

/// The whole catalog at a glance.
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
    /// How many entities say what one wants to know of them.
    pub coverage: Vec<Coverage>,
}

/// What the frame around every page shows.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CatalogStatus {
    /// Newest `seq` that this shows.
    pub seq: i64,
    /// When that came, in RFC 3339, UTC; empty where there is nothing yet.
    pub changed: String,
    /// Counts what a reader could see change; as events tell it.
    pub change: u64,
    /// Problems of all severities.
    pub problem_count: u32,
    /// What the reader was told and has not read; the catalog leaves it at 0.
    #[serde(default)]
    pub unread: u64,
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
    /// How many of each owner, by canonical reference, without the filters: the most frequent, and those of the query.
    pub by_owner: Vec<FacetValue>,
}
