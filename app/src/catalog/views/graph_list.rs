//! The graph in words: everything that the picture says, who breaks if the roots go, and where one could start.

use leptos::prelude::*;
use model::{BREAKAGE, ChangeKind, Dependents, EntityLink, Graph, GraphQuery, Portion};

use super::changes::mark;
use super::parts::entity_link;
use crate::catalog::query::Address;
use crate::catalog::words;
use crate::ui::{Badge, Card, EmptyState, Icon, KindBadge, kind_icon};

/// Each entity with its relations, as a list in a list.
pub(super) fn relations_in_words(query: &GraphQuery, graph: &Graph) -> impl IntoView + use<> {
    // Of each node: what the relations are called, in the order of the page of an entity, and whom they lead to.
    let mut said: Vec<Vec<(&str, usize, Option<ChangeKind>)>> = vec![Vec::new(); graph.nodes.len()];
    for edge in &graph.edges {
        let (from, to) = (edge.from as usize, edge.to as usize);
        for (source, target, names) in [(from, to, &edge.forward), (to, from, &edge.reverse)] {
            if let Some(said) = said.get_mut(source) {
                said.extend(names.iter().map(|name| (name.as_str(), target, edge.mark)));
            }
        }
    }
    let items = graph.nodes.iter().zip(said).map(|(node, mut said)| {
        said.sort_by_key(|(name, target, _)| (words::relation_rank(name), *name, *target));
        let relations = said.chunk_by(|one, other| one.0 == other.0).map(|same| {
            let targets = same.iter().filter_map(|(_, target, mark)| Some((graph.nodes.get(*target)?, *mark)));
            view! {
                <li>
                    <span class="muted">{words::relation(same[0].0)}</span>
                    <ul>{targets.map(|(target, change)| view! { <li>{entity_link(&target.link)}{change.map(mark)}</li> }).collect_view()}</ul>
                </li>
            }
        });
        let entity = if node.distance == 0 {
            view! { <Badge text="Start"/> }.into_any()
        } else {
            around(query, &node.link)
        };
        view! {
            <li>
                <p class="graph-list__entity">
                    {entity_link(&node.link)}
                    <KindBadge kind=words::kind(&node.link.kind)/>
                    {node.mark.map(mark)}
                    {entity}
                </p>
                <ul class="graph-list__relations">{relations.collect_view()}</ul>
            </li>
        }
    });
    let items = items.collect_view();
    view! {
        <Card id="graph-words" title="In words">
            <ul class="graph-list">{items}</ul>
        </Card>
    }
}

/// The way to the graph around an entity, with everything else as it is.
fn around(query: &GraphQuery, link: &EntityLink) -> AnyView {
    let next = GraphQuery { text: String::new(), roots: vec![link.entity_ref.clone()], ..query.clone() };
    let label = format!("Graph around {}", link.title);
    view! { <a class="small" href=next.href() aria-label=label>"Graph around it"</a> }.into_any()
}

/// Who breaks if the roots go, nearest first.
pub(super) fn breakage(query: &GraphQuery, dependents: Dependents) -> impl IntoView + use<> {
    let Dependents { by_distance, left_off } = dependents;
    let all = by_distance.iter().map(Portion::total).sum::<u32>();
    let aside = (all > 0).then(|| {
        let graph = GraphQuery {
            roots: query.roots.clone(),
            relations: BREAKAGE.map(str::to_owned).into(),
            at: query.at.clone(),
            ..GraphQuery::default()
        };
        view! { <a href=graph.href()>"As a graph"</a> }.into_any()
    });
    let levels = by_distance.into_iter().zip(1_u32..).map(|(level, distance)| {
        let title = match distance {
            1 => "At once".to_owned(),
            _ => format!("Then, {distance} steps away"),
        };
        let more = (level.left_off > 0)
            .then(|| view! { <li class="muted small">{format!("and {} more", words::grouped(level.left_off))}</li> });
        let item = |link: &EntityLink| {
            view! { <li>{entity_link(link)}" "<span class="muted small">{words::kind(&link.kind)}</span></li> }
        };
        view! {
            <h3>{title}</h3>
            <ul class="graph-breaks">{level.shown.iter().map(item).collect_view()}{more}</ul>
        }
    });
    let body = if all == 0 {
        view! { <p class="muted">"Nothing that the catalog knows of."</p> }.into_any()
    } else {
        levels.collect_view().into_any()
    };
    let uncounted = (left_off > 0).then(
        || view! { <p class="card__foot">"There are more: so many that they were not all looked at."</p> },
    );
    view! {
        <Card id="graph-breaks" title="Who breaks if this goes" aside=aside.unwrap_or_else(|| ().into_any())>
            {body}
            {uncounted}
        </Card>
    }
}

/// Entities to start at, or to add to what the graph is about.
pub(super) fn starts(query: &GraphQuery, found: Portion<EntityLink>) -> AnyView {
    let Portion { shown, left_off } = found;
    if shown.is_empty() {
        let clear = query.searching("").href();
        return view! {
            <EmptyState title="No entity matches">
                <p>"Try another word, or "<a href=clear>"clear the search"</a>"."</p>
            </EmptyState>
        }
        .into_any();
    }
    let item = |link: &EntityLink| {
        let mut next = query.searching("");
        next.roots.push(link.entity_ref.clone());
        let name = link.title.clone();
        view! {
            <li>
                <a class="graph-start" href=next.href()>
                    <Icon name=kind_icon(&link.kind)/>
                    <span>{name}<span class="muted small">{words::kind(&link.kind)}</span></span>
                </a>
            </li>
        }
    };
    let more = (left_off > 0)
        .then(|| view! { <p class="muted small">{format!("and {} more: search for more of the name.", words::grouped(left_off))}</p> });
    view! {
        <ul class="graph-starts" aria-label="Entities to start at">{shown.iter().map(item).collect_view()}</ul>
        {more}
    }
    .into_any()
}
