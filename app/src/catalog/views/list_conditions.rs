//! What the list is filtered by, as a sentence whose words can be taken away, and the form that adds to it.

use leptos::prelude::*;
use model::{EntityList, EntityListQuery, Facet, FacetValue};

use crate::catalog::address::Address;
use crate::catalog::filters::{ENTITY_FILTERS, Search as _};
use crate::catalog::words;
use crate::ui::Icon;

/// Fields beside those of the filters that an entity may have or lack, as dotted paths.
const MORE_FIELDS: [(&str, &str); 5] = [
    ("metadata.description", "Description"),
    ("metadata.title", "Title"),
    ("metadata.links", "Links"),
    ("metadata.annotations.backstage.io/techdocs-ref", "Documentation"),
    ("spec.dependson", "Dependencies"),
];
/// What a field may be asked that has values to compare with, and what any.
const COMPARED: [(&str, &str); 2] = [("is", "is"), ("not", "is not")];
const THERE: [(&str, &str); 2] = [("has", "has any value"), ("lacks", "has no value")];

/// A piece of the sentence: the words before it, the value, what a screen reader is told, and the address without it.
struct Piece {
    before: String,
    value: String,
    label: String,
    href: String,
}

/// The sentence.
pub(super) fn conditions(query: &EntityListQuery, list: &EntityList) -> Option<AnyView> {
    let pieces = pieces(query, list);
    let clear = query.cleared().href();
    (!pieces.is_empty()).then(|| {
        let item = |Piece { before, value, label, href }: Piece| {
            view! {
                <li>
                    <span class="chips__word">{before}" "</span>
                    <a class="chip" href=href aria-label=format!("Remove filter {label}") data-noscroll="">
                        <span>{value}</span>
                        <Icon name="close"/>
                    </a>
                </li>
            }
        };
        view! {
            <ul class="chips" aria-label="Active filters">
                {pieces.into_iter().map(item).collect_view()}
                <li><a class="chip chip--clear" href=clear data-noscroll="">"Clear all"</a></li>
            </ul>
        }
        .into_any()
    })
}

fn pieces(query: &EntityListQuery, list: &EntityList) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut push = |before: String, value: String, label: String, next: EntityListQuery| {
        pieces.push(Piece { before, value, label, href: next.on_page(1).href() });
    };
    if !query.text.is_empty() {
        let label = format!("Text: {}", query.text);
        push("Text contains".to_owned(), query.text.clone(), label, query.searching(""));
    }
    for filter in &ENTITY_FILTERS {
        let titles = list.facets.iter().find(|facet| facet.key == filter.key);
        let titles = titles.map_or(&[][..], |facet| &facet.titles);
        let and = if filter.param == "tag" && query.all_tags { "and" } else { "or" };
        for (place, value) in filter.chosen(query).iter().enumerate() {
            let name = filter.name(value, titles);
            let before = if place == 0 { format!("{} is", filter.title) } else { and.to_owned() };
            push(before, name.clone(), format!("{}: {name}", filter.title), filter.toggled(query, value));
        }
        let excluded = query.not.iter().filter(|(param, _)| param == filter.param);
        for (place, pair) in excluded.enumerate() {
            let name = filter.name(&pair.1, titles);
            let before = if place == 0 { format!("{} is not", filter.title) } else { "or".to_owned() };
            let not = query.not.iter().filter(|other| *other != pair).cloned().collect();
            let label = format!("{} is not: {name}", filter.title);
            push(before, name, label, EntityListQuery { not, ..query.clone() });
        }
    }
    let without =
        |paths: &[String], path: &String| paths.iter().filter(|other| *other != path).cloned().collect();
    for path in &query.has {
        let has = without(&query.has, path);
        let name = field_name(path);
        push("has".to_owned(), name.clone(), format!("has {name}"), EntityListQuery { has, ..query.clone() });
    }
    for path in &query.lacks {
        let lacks = without(&query.lacks, path);
        let name = field_name(path);
        push(
            "lacks".to_owned(),
            name.clone(),
            format!("lacks {name}"),
            EntityListQuery { lacks, ..query.clone() },
        );
    }
    if !query.entity_ref.is_empty() {
        let chosen =
            words::count(u32::try_from(query.entity_ref.len()).unwrap_or(u32::MAX), "entity", "entities");
        let next = EntityListQuery { entity_ref: Vec::new(), ..query.clone() };
        push("is one of".to_owned(), format!("{chosen} chosen"), format!("{chosen} chosen"), next);
    }
    pieces
}

/// What a dotted path is called.
fn field_name(path: &str) -> String {
    let fields = ENTITY_FILTERS.iter().map(|filter| (filter.key, filter.title));
    let mut known = fields.chain(MORE_FIELDS);
    let name =
        known.find(|(known, _)| known.eq_ignore_ascii_case(path)).map(|(_, title)| title.to_lowercase());
    name.unwrap_or_else(|| {
        let rest =
            ["metadata.", "spec.", "relations."].into_iter().find_map(|prefix| path.strip_prefix(prefix));
        rest.unwrap_or(path).to_owned()
    })
}

/// The form for one more filter. A part of the page's own form, so it works without scripts; with them `public/forms.js`
/// offers values while one types.
pub(super) fn add_filter() -> AnyView {
    let fields = ENTITY_FILTERS.iter().map(|filter| (filter.param, filter.title));
    let option = |(value, name): (&'static str, &'static str)| view! { <option value=value>{name}</option> };
    let compared =
        COMPARED.map(|(value, name)| view! { <option value=value data-compares="">{name}</option> });
    view! {
        <details class="pop" data-pop="many">
            <summary>"Add filter"</summary>
            // Sent when the button is pressed, and not with what else is chosen.
            <div class="pop__panel" role="group" aria-label="Add filter" data-later="">
                <label for="add-field">"Field"</label>
                <select id="add-field" name="add.field">
                    {fields.map(option).collect_view()}
                    <optgroup label="There or not" data-presence="">{MORE_FIELDS.map(option).collect_view()}</optgroup>
                </select>
                <label for="add-is">"Condition"</label>
                <select id="add-is" name="add.is">
                    {compared.collect_view()}
                    {THERE.map(option).collect_view()}
                </select>
                <label for="add-value">"Value"</label>
                <input id="add-value" name="add.value" list="add-values" autocomplete="off" spellcheck="false" data-values="add-field"/>
                <datalist id="add-values"></datalist>
                <button type="submit" class="button">"Add"</button>
            </div>
        </details>
    }
    .into_any()
}

/// Values to choose from, as options of a list.
pub(crate) fn offered(facet: &Facet) -> String {
    let offer = |value: &FacetValue| {
        let title = facet.title_of(&value.value).map(|title| format!("{title}, "));
        let label = format!("{}{}", title.unwrap_or_default(), value.count);
        view! { <option value=value.value.clone()>{label}</option> }
    };
    facet.values.iter().map(offer).collect_view().to_html()
}

/// What the form's other fields don't say.
pub(super) fn hidden_fields(query: &EntityListQuery) -> AnyView {
    let not = query.not.iter().map(|(param, value)| (format!("not.{param}"), value.clone()));
    let lists = [("has", &query.has), ("lacks", &query.lacks), ("ref", &query.entity_ref)];
    let lists = lists
        .into_iter()
        .flat_map(|(name, values)| values.iter().map(move |value| (name.to_owned(), value.clone())));
    let columns = (!query.columns.is_empty()).then(|| ("columns".to_owned(), query.columns.join(",")));
    let group = (!query.group.is_empty()).then(|| ("group".to_owned(), query.group.clone()));
    let all_tags = query.all_tags.then(|| ("tagMatch".to_owned(), "all".to_owned()));
    let moments = [("from", &query.from), (if query.from.is_empty() { "at" } else { "to" }, &query.at)];
    let moments = moments.map(|(name, at)| (name.to_owned(), at.clone()));
    let moments = moments.into_iter().filter(|(_, at)| !at.is_empty());
    let fields = not.chain(lists).chain(columns).chain(group).chain(all_tags).chain(moments);
    fields
        .map(|(name, value)| view! { <input type="hidden" name=name value=value/> })
        .collect_view()
        .into_any()
}
