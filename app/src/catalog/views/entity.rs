//! The page of one entity.

use leptos::prelude::*;
use model::{
    EntityDetail, EntityLink, GraphQuery, Neighbours, Portion, Problem, ProblemListQuery, RelationGroup,
};

use super::ProblemCard;
use super::entity_api::api as api_card;
use super::entity_facts::{facts, links, metadata};
use super::entity_head::{EntityTab, above, tabs as entity_tabs};
use super::entity_history::history;
use super::entity_origin::origin;
use super::entity_people::people as people_cards;
use super::parts::{entity_link, tags};
use crate::catalog::address::Address;
use crate::catalog::words;
use crate::home::StarButton;
use crate::scaffolder::form_href;
use crate::ui::{Breadcrumbs, Card, CopyButton, KindBadge, SourceText};

/// So many targets of one relation are shown at once; the rest is folded away.
const TARGETS_SHOWN: usize = 12;

/// Everything about one entity, drawn.
#[component]
pub fn EntityView(
    /// What the service answered.
    detail: EntityDetail,
    /// What runs of templates did with it, as HTML that is safe.
    #[prop(optional_no_strip)]
    runs: Option<String>,
) -> impl IntoView {
    let facts = facts(&detail);
    let EntityDetail {
        summary,
        description_html,
        links: outside,
        labels,
        annotations,
        relations,
        neighbours,
        people,
        api,
        problems,
        file_problems,
        source_file,
        ancestry,
        yaml,
        yaml_left_off,
        history: versions,
        care_html,
        ..
    } = detail;
    let link = summary.link;
    // Where the cards of people show all that there is, a card that says that there is nothing would be wrong.
    let relations = (!relations.is_empty() || people.is_none()).then(|| relations_card(relations));
    let people = people.map(|people| people_cards(people, &link));
    let neighbours = neighbours.map(|neighbours| neighbours_card(neighbours, &link));
    let head = view! {
        <header class="entity-head">
            <KindBadge kind=link.kind.clone()/>
            <div class="entity-head__name">
                <h1>{link.title.clone()}</h1>
                <StarButton entity_ref=link.entity_ref.clone() title=link.title.clone()/>
                {form_link(&link)}
            </div>
            <p class="entity-head__ref"><code>{link.entity_ref.clone()}</code></p>
            // Sanitised by the service.
            {description_html.map(|html| view! { <div class="entity-head__text markdown" inner_html=html></div> })}
            {tags(&summary.tags, usize::MAX, &link.at)}
        </header>
    };
    view! {
        <Breadcrumbs above=above(&link) here=link.title.clone()/>
        {head}
        {entity_tabs(&link, EntityTab::Overview)}
        // Drawn, and escaped, by the server function.
        {care_html.map(|html| view! { <div class="care" inner_html=html></div> })}
        <div class="entity-grid">
            // Before the rest, because on a narrow screen what stands first is seen first.
            <div class="entity-grid__facts">{facts}</div>
            <div class="entity-grid__main stack">
                {problems_card(
                    link.entity_ref.clone(),
                    problems,
                    source_file.clone().unwrap_or_default(),
                    file_problems,
                )}
                {people}
                {api.map(api_card)}
                {relations}
                {neighbours}
                {yaml_card(&link, yaml, yaml_left_off)}
            </div>
            <div class="entity-grid__more stack">
                {links(outside)}
                {metadata(labels, annotations)}
                {origin(ancestry, source_file)}
                {history(&link, versions, runs)}
            </div>
        </div>
    }
    .into_any()
}

/// The way from a template as it is now to its form.
fn form_link(link: &EntityLink) -> Option<impl IntoView> {
    let is_template = link.kind.eq_ignore_ascii_case("template") && link.at.is_empty();
    is_template.then(|| {
        view! { <a class="button button--primary" href=form_href(link) data-command="Use this template">"Use this template"</a> }
    })
}

/// What is wrong with this entity, then what is wrong in its file beside it; nothing where all is well.
fn problems_card(
    entity_ref: String,
    problems: Portion<Problem>,
    file: String,
    file_problems: Portion<Problem>,
) -> Option<impl IntoView> {
    let count = problems.total().saturating_add(file_problems.total());
    (count > 0).then(|| {
        let of_file = (file_problems.total() > 0).then(|| {
            view! {
                <h3>"In its file"</h3>
                {some_problems(file_problems, file)}
            }
        });
        view! {
            <Card id="problems" title=words::count(count, "problem", "problems")>
                {some_problems(problems, entity_ref)}
                {of_file}
            </Card>
        }
    })
}

/// Problems, and the way to those that are left off: they all mention `text`.
fn some_problems(problems: Portion<Problem>, text: String) -> Option<impl IntoView> {
    let Portion { shown, left_off } = problems;
    let more = (left_off > 0).then(|| {
        let all = ProblemListQuery { text, ..ProblemListQuery::default() }.href();
        view! { <p class="card__foot"><a href=all>{format!("{} more", words::grouped(left_off))}</a></p> }
    });
    (!shown.is_empty()).then(|| {
        let item = |problem| view! { <li><ProblemCard problem without_entity=true/></li> };
        view! {
            <ul class="problems">{shown.into_iter().map(item).collect_view()}</ul>
            {more}
        }
    })
}

/// What the entity has to do with others, by kind of relation.
fn relations_card(mut groups: Vec<RelationGroup>) -> impl IntoView {
    groups.sort_by_key(|group| words::relation_rank(&group.relation_type));
    let body = if groups.is_empty() {
        view! { <p class="muted">"Nothing refers to this entity, and it refers to nothing."</p> }.into_any()
    } else {
        view! { <dl class="relations">{groups.into_iter().map(relation_group).collect_view()}</dl> }
            .into_any()
    };
    view! { <Card id="relations" title="Relations">{body}</Card> }
}

/// What is next to the entity as a picture, which leads to the whole one.
fn neighbours_card(neighbours: Neighbours, link: &EntityLink) -> impl IntoView {
    let Neighbours { picture, left_off } = neighbours;
    let graph = GraphQuery { at: link.at.clone(), ..GraphQuery::around(&link.entity_ref) }.href();
    let aside =
        view! { <a href=graph data-command="Show the relations as a graph">"The whole graph"</a> }.into_any();
    let more = (left_off > 0).then(|| {
        view! { <p class="card__foot">{format!("And {} more.", words::grouped(left_off))}</p> }
    });
    view! {
        <Card id="neighbours" title="Relations as a graph" aside>
            <div
                class="graph-small"
                tabindex="0"
                role="region"
                aria-label="Picture of the relations"
                inner_html=picture
            ></div>
            {more}
        </Card>
    }
}

/// The targets of one kind of relation.
fn relation_group(group: RelationGroup) -> impl IntoView {
    let item = |target: &EntityLink| {
        view! { <li>{entity_link(target)}<span class="muted small">{target.kind.clone()}</span></li> }
    };
    let (shown, folded) = group.targets.split_at(TARGETS_SHOWN.min(group.targets.len()));
    let more = (!folded.is_empty()).then(|| {
        view! {
            <details>
                <summary>{format!("{} more", folded.len())}</summary>
                <ul>{folded.iter().map(item).collect_view()}</ul>
            </details>
        }
    });
    view! {
        <div>
            <dt>{words::relation(&group.relation_type)}</dt>
            <dd>
                <ul>{shown.iter().map(item).collect_view()}</ul>
                {more}
            </dd>
        </div>
    }
    .into_any()
}

/// The entity as a file would say it. The beginning of a long one can't be copied: it would be taken for the whole.
fn yaml_card(link: &EntityLink, yaml: String, left_off: u64) -> impl IntoView {
    let (aside, note) = if left_off == 0 {
        (view! { <CopyButton of="yaml-text" label="Copy" command="Copy the YAML"/> }.into_any(), None)
    } else {
        let size = words::size(left_off);
        let whole = view! { <a href=link.api_href() rel="external">"The whole entity as JSON"</a> };
        let note = view! {
            <p class="card__note">{format!("This is only the beginning of it: {size} are left off. ")}{whole}</p>
        };
        (().into_any(), Some(note))
    };
    view! {
        <Card id="yaml" title="YAML" aside>
            {note}
            <SourceText text=yaml label="The entity as YAML" id="yaml-text"/>
        </Card>
    }
}
