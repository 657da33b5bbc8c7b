//! All templates.

use std::collections::BTreeMap;
use std::sync::Arc;

use catalog::Catalog;
use model::{EntityListQuery, EntitySummary, Facet};
use platform::access::Caller;
use platform::error::Error;

use crate::service::{Scaffolder, TemplateUsage};
use crate::store;
use crate::testing::TestReport;

/// The tag of templates that come first.
const RECOMMENDED: &str = "recommended";
/// Templates on the page, which the catalog gives at once.
const SHOWN: u32 = 200;

/// The templates that a query leaves.
#[derive(Clone, Debug, Default)]
pub struct Gallery {
    /// Those that are tagged `recommended`.
    pub recommended: Vec<EntitySummary>,
    /// The others, by name.
    pub others: Vec<EntitySummary>,
    /// How many the query leaves; with more than are shown, the last ones are missing.
    pub total: u32,
    /// How many there are without filters.
    pub all: u32,
    /// What can be filtered by, as of the catalog's own list.
    pub facets: Vec<Facet>,
    /// What came of the tests of those that have some, by their references.
    pub tests: BTreeMap<String, Arc<TestReport>>,
    /// How often those were used of which a run completed, by their references.
    pub usage: BTreeMap<String, TemplateUsage>,
}

impl Scaffolder {
    /// The templates that the caller may see; of the query, text, type, owner and tag count.
    ///
    /// # Errors
    /// The caller may not read entities, or the database failed.
    pub async fn gallery(&self, caller: &Caller, query: &EntityListQuery) -> Result<Gallery, Error> {
        let of_templates =
            |query: EntityListQuery| EntityListQuery { kind: vec!["Template".to_owned()], ..query };
        let query = of_templates(EntityListQuery {
            spec_type: query.spec_type.clone(),
            owner: query.owner.clone(),
            tag: query.tag.clone(),
            text: query.text.clone(),
            ..EntityListQuery::default()
        });
        let catalog: &Catalog = &self.inner.catalog;
        let list = catalog.list(caller, &query).await?;
        let all = catalog.rows(caller, &of_templates(EntityListQuery::default()), 0, 0).await?.total;
        let lines = catalog.rows(caller, &query, 0, SHOWN).await?.items;
        let tested = |line: &EntitySummary| {
            let entity_ref = line.link.entity_ref.clone();
            Some((self.tested(caller, &entity_ref)?, entity_ref))
        };
        let tests = lines.iter().filter_map(tested).map(|(report, of)| (of, report)).collect();
        let refs = lines.iter().map(|line| line.link.entity_ref.clone()).collect();
        let usage = store::usage_of(self.database(), refs).await?;
        let usage = usage.into_iter().map(|row| (row.template_ref.clone(), row.into())).collect();
        let is_recommended = |line: &EntitySummary| line.tags.iter().any(|tag| tag == RECOMMENDED);
        let (recommended, others) = lines.into_iter().partition(is_recommended);
        Ok(Gallery { recommended, others, total: list.total, all, facets: list.facets, tests, usage })
    }
}
