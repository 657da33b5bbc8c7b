//! The page of one entity.

use leptos::prelude::*;
use model::{EntityDetail, Problem, RelationGroup};

use super::ProblemCard;
use super::entity_facts::{facts, links, metadata};
use super::entity_history::history;
use super::parts::{entity_link, tags};
use crate::catalog::words;
use crate::ui::{Card, CodeBlock, CopyButton, KindBadge};

/// So many targets of one relation are shown at once; the rest is folded away.
const TARGETS_SHOWN: usize = 12;

/// Everything about one entity, drawn.
#[component]
pub fn EntityView(
    /// What the service answered.
    detail: EntityDetail,
) -> impl IntoView {
    let EntityDetail { summary, entity, relations, problems, source_file, yaml, history: versions, .. } =
        detail;
    let link = summary.link.clone();
    let trail = view! {
        <nav class="trail" aria-label="Breadcrumb">
            <ol>
                <li><a href="/catalog">"Catalog"</a></li>
                {summary.system.as_ref().map(|system| view! { <li>{entity_link(system)}</li> })}
                <li aria-current="page">{link.title.clone()}</li>
            </ol>
        </nav>
    };
    let head = view! {
        <header class="entity-head">
            <KindBadge kind=link.kind.clone()/>
            <h1>{link.title.clone()}</h1>
            <p class="entity-head__ref"><code>{link.entity_ref.clone()}</code></p>
            {summary.description.clone().map(|text| view! { <p class="entity-head__text">{text}</p> })}
            {tags(&summary.tags, usize::MAX)}
        </header>
    };
    view! {
        {trail}
        {head}
        <div class="entity-grid">
            <div class="stack">
                {problems_card(problems)}
                {relations_card(relations)}
                {yaml_card(yaml)}
            </div>
            <div class="stack">
                {facts(&summary, &entity, source_file.as_deref(), versions.first())}
                {links(&entity)}
                {metadata(&entity)}
                {history(versions)}
            </div>
        </div>
    }
    .into_any()
}

/// What is wrong with this entity; nothing where all is well.
fn problems_card(problems: Vec<Problem>) -> Option<impl IntoView> {
    let count = u32::try_from(problems.len()).unwrap_or(u32::MAX);
    (count > 0).then(|| {
        view! {
            <Card id="problems" title=words::count(count, "problem", "problems")>
                <ul class="problems">
                    {problems
                        .into_iter()
                        .map(|problem| view! { <li><ProblemCard problem without_entity=true/></li> })
                        .collect_view()}
                </ul>
            </Card>
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

/// The targets of one kind of relation.
fn relation_group(group: RelationGroup) -> impl IntoView {
    let item = |target: &model::EntityLink| {
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

/// The entity as a file would say it.
fn yaml_card(yaml: String) -> impl IntoView {
    let copy = view! { <CopyButton text=yaml.clone() label="Copy"/> }.into_any();
    view! {
        <Card id="yaml" title="YAML" aside=copy>
            <CodeBlock text=yaml label="The entity as YAML"/>
        </Card>
    }
}
