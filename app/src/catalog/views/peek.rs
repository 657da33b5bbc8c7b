//! The drawer beside a list: one entity at a glance.

use leptos::prelude::*;
use model::{EntityDetail, EntityLink, EntityListQuery, RelationGroup};

use super::entity_facts::{facts, links};
use super::parts::{entity_link, tags};
use super::{PEEK_TITLE, ProblemCard};
use crate::catalog::address::Address;
use crate::catalog::words;
use crate::home::StarButton;
use crate::ui::{Card, KindBadge};

/// What the drawer shows of an entity.
#[component]
pub fn PeekView(
    /// What the service answered.
    detail: EntityDetail,
) -> impl IntoView {
    let facts = facts(&detail);
    let EntityDetail { summary, description_html, links: outside, mut relations, problems, .. } = detail;
    let link = summary.link;
    relations.sort_by_key(|group| words::relation_rank(&group.relation_type));
    let problems = (problems.total() > 0).then(|| {
        let item = |problem| view! { <li><ProblemCard problem brief=true without_entity=true/></li> };
        let title = words::count(problems.total(), "problem", "problems");
        view! {
            <Card id="peek-problems" title>
                <ul class="problems">{problems.shown.into_iter().map(item).collect_view()}</ul>
            </Card>
        }
    });
    let owner = link.clone();
    let relations = (!relations.is_empty()).then(move || {
        view! {
            <Card id="peek-relations" title="Relations">
                <dl class="relations">
                    {relations.into_iter().map(|group| relation(group, &owner)).collect_view()}
                </dl>
            </Card>
        }
    });
    view! {
        <KindBadge kind=link.kind.clone()/>
        <div class="entity-head__name">
            <h2 id=PEEK_TITLE class="peek__title" tabindex="-1">{entity_link(&link)}</h2>
            <StarButton entity_ref=link.entity_ref.clone() title=link.title.clone()/>
        </div>
        <p class="entity-head__ref"><code>{link.entity_ref.clone()}</code></p>
        // Sanitised by the service.
        {description_html.map(|html| view! { <div class="peek__text markdown" inner_html=html></div> })}
        {tags(&summary.tags, usize::MAX, &link.at)}
        {problems}
        {facts}
        {relations}
        {links(outside)}
    }
    .into_any()
}

/// The first targets of one kind of relation, and how many there are.
fn relation(group: RelationGroup, link: &EntityLink) -> AnyView {
    let RelationGroup { relation_type, targets, left_off } = group;
    let total = u32::try_from(targets.len()).unwrap_or(u32::MAX).saturating_add(left_off);
    let title = format!("{} ({})", words::relation(&relation_type), words::grouped(total));
    let item = |target: &EntityLink| {
        view! { <li>{entity_link(target)}<span class="muted small">{target.kind.clone()}</span></li> }
    };
    let more = (left_off > 0).then(|| {
        let text = format!("and {} more", words::grouped(left_off));
        // What it owns is a list; other relations stand on its page.
        let href = if relation_type == "ownerOf" {
            EntityListQuery {
                owner: vec![link.entity_ref.clone()],
                at: link.at.clone(),
                ..EntityListQuery::default()
            }
            .href()
        } else {
            link.href()
        };
        view! { <li><a href=href>{text}</a></li> }
    });
    view! {
        <div>
            <dt>{title}</dt>
            <dd><ul>{targets.iter().map(item).collect_view()}{more}</ul></dd>
        </div>
    }
    .into_any()
}
