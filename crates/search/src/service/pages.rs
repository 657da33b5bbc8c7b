//! What pages show of a search.

use model::{EntityListQuery, EntitySummary, SearchChoice, SearchFilter, SearchHit, SearchPage, SearchQuery};
use platform::access::Caller;
use platform::error::Error;

use super::{MAX_TERM, Narrowing, PAGE_SIZE, Search};
use crate::fragments;
use crate::query::Typed;
use crate::routes::cursor;

/// Entities in the palette.
const IN_PALETTE: usize = 12;
/// Values of one filter.
const CHOICES: usize = 10;

impl Search {
    /// The best results for what is being typed, without descriptions.
    ///
    /// # Errors
    /// The caller may not read entities, or the index is not there yet.
    pub async fn palette(&self, caller: &Caller, text: &str) -> Result<Vec<SearchHit>, Error> {
        self.enter(caller).await?;
        let typed = Typed::new(&begin(text));
        let found = self.find(caller, &typed, &Narrowing::None, IN_PALETTE)?;
        let summaries = self.catalog.summaries(caller, &found.ids(0, IN_PALETTE))?;
        Ok(summaries
            .into_iter()
            .map(|summary| hit(EntitySummary { description: None, ..summary }, &typed))
            .collect())
    }

    /// One page of results.
    ///
    /// # Errors
    /// The caller may not read entities, the cursor is not one, or the index is not there yet.
    pub async fn page(&self, caller: &Caller, query: &SearchQuery) -> Result<SearchPage, Error> {
        self.enter_up_to_date(caller).await?;
        let page = cursor::decode(&query.cursor)?;
        let term = begin(&query.term);
        let typed = Typed::new(&term);
        let offset = page.saturating_mul(PAGE_SIZE);
        let known = query.types.is_empty() || query.types.iter().any(|name| name == SearchQuery::CATALOG);
        let most = if known { offset.saturating_add(PAGE_SIZE) } else { 0 };
        let filters = EntityListQuery { text: String::new(), ..query.filters.clone() };
        let mut found = self.find(caller, &typed, &Narrowing::Page(&filters), most)?;
        if !known {
            found.hits.clear();
        }
        let summaries = self.catalog.summaries(caller, &found.ids(offset, PAGE_SIZE))?;
        let texts = self.texts(caller, &found.ids(offset, PAGE_SIZE))?;
        let total = found.hits.len();
        let on = |page: usize| SearchQuery { cursor: cursor::encode(page), ..query.clone() }.href();
        let hits = summaries.into_iter().map(|summary| {
            let text = texts.get(&summary.link.entity_ref).map(|text| fragments::excerpt(text, &typed));
            SearchHit { text: text.unwrap_or_default(), ..hit(summary, &typed) }
        });
        let beside = query.beside_term().map(|(name, value)| (name.to_owned(), value.to_owned()));
        let beside: Vec<_> = beside.collect();
        let plain = SearchQuery { term: query.term.clone(), ..SearchQuery::default() };
        Ok(SearchPage {
            hits: hits.collect(),
            total: u32::try_from(total).unwrap_or(u32::MAX),
            first: u32::try_from(offset + 1).unwrap_or(u32::MAX),
            filters: filters_of(query, &found),
            clear: (!beside.is_empty()).then(|| plain.href()),
            beside_term: beside,
            previous: (page > 0).then(|| on(page - 1)),
            next: (offset + PAGE_SIZE < total).then(|| on(page + 1)),
            similar: found.similar,
            term,
        })
    }
}

/// The part of a text that is searched for. A page is not refused for a text that is too long: the field holds it back.
fn begin(text: &str) -> String {
    text.chars().take(MAX_TERM).collect()
}

fn hit(summary: EntitySummary, typed: &Typed) -> SearchHit {
    let EntitySummary { link, spec_type, lifecycle, owner, .. } = summary;
    let facts = [Some(link.kind.clone()), spec_type, lifecycle];
    SearchHit {
        title: fragments::whole(&link.title, typed),
        text: Vec::new(),
        facts: facts.into_iter().flatten().collect::<Vec<_>>().join(" · "),
        owner,
        link,
    }
}

/// Filters where more than one thing can be chosen, or one is.
fn filters_of(query: &SearchQuery, found: &super::Found) -> Vec<SearchFilter> {
    let filters = SearchQuery::FILTERS.into_iter().filter_map(|(key, _)| {
        let facet = found.facets.iter().find(|facet| facet.key == key)?;
        let chosen = query.values(key);
        let is_chosen = |value: &str| chosen.iter().any(|chosen| chosen.eq_ignore_ascii_case(value));
        let choice = |value: &str, count| SearchChoice {
            value: value.to_owned(),
            title: facet.title_of(value).map(str::to_owned),
            count,
            chosen: is_chosen(value),
            href: query.toggled(key, value).href(),
        };
        let shown = facet.values.iter().enumerate();
        let shown = shown.filter(|(place, facet)| *place < CHOICES || is_chosen(&facet.value));
        let mut choices: Vec<_> = shown.map(|(_, facet)| choice(&facet.value, facet.count)).collect();
        for value in chosen {
            if !choices.iter().any(|choice| choice.value.eq_ignore_ascii_case(value)) {
                choices.push(choice(value, 0));
            }
        }
        (choices.len() > 1 || !chosen.is_empty()).then(|| SearchFilter { key: key.to_owned(), choices })
    });
    filters.collect()
}
