//! The gallery of templates.

use std::collections::BTreeMap;
use std::sync::Arc;

use ::scaffolder::{Gallery, TemplateUsage, TestReport};
use leptos::prelude::*;
use model::EntitySummary;

use super::tested::tests_badge;
use crate::catalog::filters::Search as _;
use crate::catalog::views::entity_link;
use crate::catalog::{Address as _, words};
use crate::home::StarButton;
use crate::scaffolder::form_href;
use crate::scaffolder::query::{FILTERS, TemplateListQuery};
use crate::ui::{Badge, Chips, EmptyState, FilterPanel, SearchField, Tag};

/// Id of the form with the filters.
const FORM: &str = "templates-form";
/// Tags on a card.
const TAGS: usize = 5;

/// All templates as cards, those that are recommended first.
#[component]
pub fn GalleryView(
    /// The state of the address.
    query: TemplateListQuery,
    /// What the service answered.
    gallery: Gallery,
) -> impl IntoView {
    let panel = panel(&query, &gallery);
    let text = Signal::stored(query.text().to_owned());
    let shown = u32::try_from(gallery.recommended.len() + gallery.others.len()).unwrap_or(u32::MAX);
    let (total, all) = (gallery.total, gallery.all);
    let left_off = total.saturating_sub(shown);
    let more = (left_off > 0).then(|| {
        view! { <p class="muted">{format!("And {} more: search, or choose a filter.", words::grouped(left_off))}</p> }
    });
    let body = if shown == 0 {
        empty(all)
    } else {
        let only_one_kind = gallery.recommended.is_empty() || gallery.others.is_empty();
        let (first, rest) =
            if only_one_kind { ("Templates", "Templates") } else { ("Recommended", "All others") };
        let Gallery { recommended, others, tests, usage, .. } = gallery;
        view! {
            {section("recommended", first, recommended, &tests, &usage)}
            {section("templates", rest, others, &tests, &usage)}
            {more}
        }
        .into_any()
    };
    view! {
        <div class="page-head">
            <h1>"Create"</h1>
            <div class="create-head">
                <SearchField id="templates-text" label="Search templates" text form=FORM/>
                <a class="button" href="/create/tasks">"Runs"</a>
                <a class="button" href="/create/actions">"Actions"</a>
                <a class="button" href="/create/edit">"New template"</a>
            </div>
        </div>
        <div class="listing create">
            <form id=FORM method="get" action="/create" data-live="">{panel}</form>
            <div class="listing__main">
                <p class="result-count" role="status">{words::count(total, "template", "templates")}</p>
                {chips(&query)}
                {body}
            </div>
        </div>
    }
    .into_any()
}

fn panel(query: &TemplateListQuery, gallery: &Gallery) -> AnyView {
    let chosen: usize = FILTERS.iter().map(|filter| filter.chosen(query).len()).sum();
    let group = |filter: &'static crate::catalog::filters::Filter<TemplateListQuery>| {
        let facet = gallery.facets.iter().find(|facet| facet.key == filter.key);
        let (values, titles, left_off) = facet
            .map_or((&[][..], &[][..], 0), |facet| (&facet.values[..], &facet.titles[..], facet.left_off));
        filter.group(query, values, titles, left_off)
    };
    view! { <FilterPanel chosen fields=FILTERS.iter().filter_map(group).collect_view().into_any()/> }
        .into_any()
}

/// What is filtered by, as links that take it away.
fn chips(query: &TemplateListQuery) -> AnyView {
    let mut chips: Vec<_> = FILTERS
        .iter()
        .flat_map(|filter| {
            filter.chosen(query).iter().map(|value| {
                (filter.title.to_owned(), (filter.label)(value), filter.toggled(query, value).href())
            })
        })
        .collect();
    if !query.text().is_empty() {
        chips.insert(0, ("Text".to_owned(), query.text().to_owned(), query.searching("").href()));
    }
    view! { <Chips chips clear=TemplateListQuery::PATH.to_owned()/> }.into_any()
}

/// Why there is nothing to see.
fn empty(all: u32) -> AnyView {
    if all > 0 {
        return view! {
            <EmptyState title="No template matches">
                <p>"Remove a filter above, or " <a href="/create" data-noscroll="">"see all templates"</a>"."</p>
            </EmptyState>
        }
        .into_any();
    }
    view! {
        <EmptyState title="There are no templates yet">
            <p>
                "A template is a file with " <code>"kind: Template"</code>
                " in the catalog. " <a href="/catalog-import">"Register the location"</a>
                " of one, or look at " <a href="/problems">"the problems"</a> " if one should be here."
            </p>
        </EmptyState>
    }
    .into_any()
}

fn section(
    id: &'static str,
    title: &'static str,
    templates: Vec<EntitySummary>,
    tests: &BTreeMap<String, Arc<TestReport>>,
    usage: &BTreeMap<String, TemplateUsage>,
) -> Option<AnyView> {
    let card = |template: EntitySummary| {
        let of = template.link.entity_ref.clone();
        card(template, tests.get(&of).map(Arc::as_ref), usage.get(&of))
    };
    let cards = |templates: Vec<EntitySummary>| templates.into_iter().map(card).collect_view();
    (!templates.is_empty()).then(|| {
        view! {
            <section aria-labelledby=id>
                <h2 id=id>{title}</h2>
                <ul class="templates">{cards(templates)}</ul>
            </section>
        }
        .into_any()
    })
}

/// How often a template was used, in words.
fn used(usage: &TemplateUsage) -> String {
    let times = words::count(u32::try_from(usage.completed).unwrap_or(u32::MAX), "time", "times");
    let minutes = usage.saved.as_secs() / 60;
    let saved = if minutes >= 120 {
        words::count(u32::try_from(minutes / 60).unwrap_or(u32::MAX), "hour", "hours")
    } else {
        words::count(u32::try_from(minutes).unwrap_or(u32::MAX), "minute", "minutes")
    };
    if minutes == 0 { format!("Used {times}") } else { format!("Used {times}, which saved {saved}") }
}

fn card(template: EntitySummary, tests: Option<&TestReport>, usage: Option<&TemplateUsage>) -> AnyView {
    let EntitySummary { link, description, spec_type, owner, tags, problem_count, .. } = template;
    let (title, href) = (link.title.clone(), form_href(&link));
    let owner = owner.map(|owner| view! { <p class="small muted">"From " {entity_link(&owner)}</p> });
    let tag = |tag: &String| {
        let address: String =
            model::EntityListQuery { tag: vec![tag.clone()], ..Default::default() }.to_query_string();
        view! { <li><Tag text=tag.clone() href=format!("/create?{address}")/></li> }
    };
    let tags = (!tags.is_empty())
        .then(|| view! { <ul class="tags" aria-label=format!("Tags of {title}")>{tags.iter().take(TAGS).map(tag).collect_view()}</ul> });
    let problems = (problem_count > 0).then(|| {
        let words = words::count(problem_count, "problem", "problems");
        view! { <Badge text=words tone=crate::ui::Tone::Warning/> }
    });
    let tests = tests.map(|report| tests_badge(report, &href, &title));
    view! {
        <li class="card template">
            <div class="template__head">
                <h3><a href=href>{title.clone()}</a></h3>
                <StarButton entity_ref=link.entity_ref.clone() title=title.clone()/>
            </div>
            <p class="template__kind">{spec_type.map(|kind| view! { <Badge text=kind/> })} {problems} {tests}</p>
            {description.map(|text| view! { <p>{text}</p> })}
            {owner}
            {usage.map(|usage| view! { <p class="small muted">{used(usage)}</p> })}
            {tags}
            <p class="small"><a href=link.href() aria-label=format!("About the template {title}")>"About this template"</a></p>
        </li>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn what_was_used_is_said_in_words() {
        for (completed, minutes, expected) in [
            (1, 0, "Used 1 time"),
            (2, 90, "Used 2 times, which saved 90 minutes"),
            (1_200, 288_000, "Used 1\u{202f}200 times, which saved 4\u{202f}800 hours"),
        ] {
            let saved = Duration::from_secs(minutes * 60);
            let usage = TemplateUsage { template_ref: String::new(), completed, saved, last_at: 0 };
            assert_eq!(used(&usage), expected);
        }
    }
}
