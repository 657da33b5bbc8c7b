//! Results as drawings: they know only their data.

use leptos::prelude::*;
use model::{Fragment, SearchChoice, SearchFilter, SearchHit, SearchPage};

use crate::catalog::{entity_link, words};
use crate::ui::{EmptyState, Icon, kind_icon};

/// One page of results. Part of a GET form.
#[component]
pub fn ResultsView(
    /// What the service answered.
    page: SearchPage,
) -> impl IntoView {
    let hidden = page.beside_term.iter().map(|(name, value)| {
        view! { <input type="hidden" name=name.clone() value=value.clone()/> }
    });
    let hidden = hidden.collect_view();
    let results = if page.hits.is_empty() { nothing(&page).into_any() } else { results(&page).into_any() };
    view! {
        {hidden}
        <div class="listing">
            {filters(page.filters, page.clear)}
            <div class="listing__main">{results}</div>
        </div>
    }
    .into_any()
}

/// The results with their number, and the ways to other pages.
fn results(page: &SearchPage) -> impl IntoView + use<> {
    let SearchPage { term, hits, total, first, previous, next, similar, .. } = page;
    let last = first + u32::try_from(hits.len()).unwrap_or(0) - 1;
    let count = if *first == 1 && last == *total {
        words::count(*total, "result", "results")
    } else {
        format!(
            "{} to {} of {}",
            words::grouped(*first),
            words::grouped(last),
            words::count(*total, "result", "results")
        )
    };
    let similar = similar.then(|| {
        view! {
            <p class="notice">
                <Icon name="search"/>
                <span>{format!("Nothing is called “{term}”. These are spelt like it.")}</span>
            </p>
        }
    });
    let step = |href: &Option<String>, rel: &'static str, words: &'static str| {
        href.clone().map(|href| view! { <a class="pagination__step" rel=rel href=href>{words}</a> })
    };
    let steps = (previous.is_some() || next.is_some()).then(|| {
        view! {
            <nav class="pagination" aria-label="Pages">
                {step(previous, "prev", "Previous")}
                {step(next, "next", "Next")}
            </nav>
        }
    });
    view! {
        <p class="result-count" role="status">{count}</p>
        {similar}
        <ol class="hits" aria-label="Results">{hits.iter().map(hit).collect_view()}</ol>
        {steps}
    }
}

/// One result.
fn hit(hit: &SearchHit) -> AnyView {
    let SearchHit { link, title, text, facts, owner } = hit;
    let owner = owner.as_ref().map(|owner| view! { " · owned by "{entity_link(owner)} });
    let text = (!text.is_empty()).then(|| view! { <p class="hit__text">{fragments(text)}</p> });
    view! {
        <li class="hit">
            <Icon name=kind_icon(&link.kind)/>
            <div>
                <a class="hit__title" href=link.href() title=link.entity_ref.clone()>
                    {fragments(title)}
                </a>
                <p class="hit__facts">{facts.clone()}{owner}</p>
                {text}
            </div>
        </li>
    }
    .into_any()
}

/// A text with what was searched for marked.
pub(crate) fn fragments(fragments: &[Fragment]) -> AnyView {
    let piece = |(text, found): &Fragment| {
        if *found { view! { <mark>{text.clone()}</mark> }.into_any() } else { text.clone().into_any() }
    };
    fragments.iter().map(piece).collect_view().into_any()
}

/// The filters as links: what each number says is one click away.
fn filters(filters: Vec<SearchFilter>, clear: Option<String>) -> AnyView {
    if filters.is_empty() {
        return ().into_any();
    }
    let clear = clear.map(|href| view! { <p><a href=href data-noscroll="">"Without filters"</a></p> });
    view! {
        <details class="filters">
            <summary>"Filters"</summary>
            <div class="filters__body">
                {clear}
                {filters.into_iter().map(filter).collect_view()}
            </div>
        </details>
    }
    .into_any()
}

fn filter(filter: SearchFilter) -> AnyView {
    let (title, label): (&str, fn(&str) -> String) = match filter.key.as_str() {
        "kind" => ("Kind", words::kind),
        "spec.type" => ("Type", str::to_owned),
        "spec.lifecycle" => ("Lifecycle", str::to_owned),
        _ => ("Owner", words::owner),
    };
    let choice = |SearchChoice { value, title, count, chosen, href }: SearchChoice| {
        let sign = chosen.then(|| view! { <Icon name="ok"/> });
        view! {
            <li>
                <a class="facet__row" href=href aria-current=chosen.then_some("true") data-noscroll="">
                    {sign}
                    <span class="facet__label">{title.unwrap_or_else(|| label(&value))}</span>
                    <span class="facet__count">{words::grouped(count)}</span>
                </a>
            </li>
        }
    };
    view! {
        <section class="facet" aria-label=title>
            <h2 class="facet__title">{title}</h2>
            <ul>{filter.choices.into_iter().map(choice).collect_view()}</ul>
        </section>
    }
    .into_any()
}

/// Why there is nothing, and what may help.
fn nothing(page: &SearchPage) -> impl IntoView + use<> {
    let title = match page.term.as_str() {
        "" => "Nothing to show".to_owned(),
        term => format!("Nothing found for “{term}”"),
    };
    let clear = page.clear.clone().map(|href| view! { <p><a href=href>"Search without filters"</a></p> });
    view! {
        <div role="status">
            <EmptyState title=title icon="search">
                {clear}
                <p>
                    "All words have to fit: try fewer of them, or the beginning of one. Names, titles, descriptions, tags and
                    owners are searched; one wrong letter in a name is forgiven."
                </p>
                <p><a href="/catalog">"Look through the catalog"</a></p>
            </EmptyState>
        </div>
    }
}
