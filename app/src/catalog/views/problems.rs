//! Everything that is wrong with the catalog's files, with filters.

use leptos::prelude::*;
use model::{FacetValue, ProblemList, ProblemListQuery};

use super::ProblemCard;
use crate::catalog::address::Address;
use crate::catalog::filters::{PROBLEM_FILTERS, Search as _};
use crate::catalog::words;
use crate::ui::{Chips, EmptyState, FilterPanel, Pagination};

/// One page of the problems. Part of a GET form, which the filters belong to.
#[component]
pub fn ProblemsView(
    /// The state of the address.
    query: ProblemListQuery,
    /// What the service answered.
    list: ProblemList,
) -> impl IntoView {
    let ProblemList { problems, total, page, page_count, by_code, by_severity, by_owner, .. } = list;
    let unfiltered = query == ProblemListQuery { page: query.page, ..ProblemListQuery::default() };
    let filters = filters(&query, [&by_severity, &by_code, &by_owner]);
    let paged = query.clone();
    let results = if problems.is_empty() {
        empty(&query, total, unfiltered)
    } else {
        view! {
            <ul class="problems">
                {problems.into_iter().map(|problem| view! { <li><ProblemCard problem/></li> }).collect_view()}
            </ul>
            <Pagination page page_count href=move |page| paged.on_page(page).href()/>
        }
        .into_any()
    };
    view! {
        <div class="listing">
            {filters}
            <div class="listing__main">
                <p class="result-count" role="status">{words::count(total, "problem", "problems")}</p>
                {chips(&query)}
                {results}
            </div>
        </div>
    }
    .into_any()
}

/// The filter panel.
fn filters(query: &ProblemListQuery, values: [&Vec<FacetValue>; 3]) -> AnyView {
    let chosen: usize = PROBLEM_FILTERS.iter().map(|filter| filter.chosen(query).len()).sum();
    let groups =
        PROBLEM_FILTERS.iter().zip(values).filter_map(|(filter, values)| filter.group(query, values, &[], 0));
    view! { <FilterPanel chosen fields=groups.collect_view().into_any()/> }.into_any()
}

/// What is filtered by, as links that take it away.
fn chips(query: &ProblemListQuery) -> AnyView {
    let mut chips: Vec<_> = PROBLEM_FILTERS
        .iter()
        .flat_map(|filter| {
            filter.chosen(query).iter().map(|value| {
                (filter.title.to_owned(), (filter.label)(value), filter.toggled(query, value).href())
            })
        })
        .collect();
    if !query.text.is_empty() {
        chips.insert(0, ("Text".to_owned(), query.text.clone(), query.searching("").href()));
    }
    view! { <Chips chips clear=ProblemListQuery::PATH.to_owned()/> }.into_any()
}

/// Why there is nothing to see.
fn empty(query: &ProblemListQuery, total: u32, unfiltered: bool) -> AnyView {
    if total > 0 {
        let first = query.on_page(1).href();
        return view! {
            <EmptyState title="This page is past the end">
                <p><a href=first>"Go to the first page"</a></p>
            </EmptyState>
        }
        .into_any();
    }
    if unfiltered {
        return view! {
            <EmptyState title="No problems" icon="ok">
                <p>"Every file could be read, no two files claim the same entity, and every relation leads somewhere."</p>
            </EmptyState>
        }
        .into_any();
    }
    view! {
        <EmptyState title="No problem matches">
            <p>"Remove a filter above, or " <a href=ProblemListQuery::PATH data-noscroll="">"see all problems"</a>"."</p>
        </EmptyState>
    }
    .into_any()
}
