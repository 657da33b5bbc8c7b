//! The graph in words: everything that the picture says, who breaks if the roots go, and the facts about a node. Written on
//! the server and put into the page as HTML: a browser would take longer to make it its own than to draw the picture.

use leptos::prelude::*;
use model::{
    BREAKAGE, ChangeKind, Dependents, EntityLink, EntitySummary, Graph, GraphNode, GraphQuery, Portion,
};

use super::changes::mark;
use super::parts::entity_link;
use crate::catalog::address::Address;
use crate::catalog::words;
use crate::ui::{Badge, Card, KindBadge, Pagination};

/// Entities on one page of the list.
const ON_PAGE: usize = 100;

/// Everything below the picture.
pub(super) fn in_words(query: &GraphQuery, graph: &Graph, dependents: Dependents) -> String {
    let (breakage, words) = (breakage(query, dependents), relations_in_words(query, graph));
    view! {
        {breakage}
        {words}
    }
    .to_html()
}

/// Each entity with its relations, as a list in a list.
fn relations_in_words(query: &GraphQuery, graph: &Graph) -> impl IntoView + use<> {
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
    let pages = graph.nodes.len().div_ceil(ON_PAGE).max(1);
    let page = usize::try_from(query.page).unwrap_or(usize::MAX).clamp(1, pages);
    let on_page = graph.nodes.iter().zip(said).skip((page - 1) * ON_PAGE).take(ON_PAGE);
    let items = on_page.map(|(node, mut said)| {
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
        let more = more(query, node);
        view! {
            <li>
                <p class="graph-list__entity">
                    {entity_link(&node.link)}
                    <KindBadge kind=words::kind(&node.link.kind)/>
                    {node.mark.map(mark)}
                    {entity}
                    {more}
                </p>
                <ul class="graph-list__relations">{relations.collect_view()}</ul>
            </li>
        }
    });
    let items = items.collect_view();
    let number = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
    let query = query.clone();
    let href = move |page: u32| format!("{}#graph-words", query.on_page(page).href());
    view! {
        <Card id="graph-words" title="In words">
            <ul class="graph-list">{items}</ul>
            <Pagination page=number(page) page_count=number(pages) href/>
        </Card>
    }
}

/// The way to the graph around an entity, with everything else as it is.
fn around(query: &GraphQuery, link: &EntityLink) -> AnyView {
    let next = GraphQuery { text: String::new(), roots: vec![link.entity_ref.clone()], ..query.clone() };
    let label = format!("Graph around {}", link.title);
    view! { <a class="small" href=next.href() aria-label=label>"Graph around it"</a> }.into_any()
}

/// The way to more around an entity, or to less.
fn more(query: &GraphQuery, node: &GraphNode) -> Option<AnyView> {
    let GraphNode { link, hidden, .. } = node;
    let (text, next) = if query.expanded.contains(&link.entity_ref) {
        ("Show fewer".to_owned(), query.collapse(&link.entity_ref))
    } else if *hidden > 0 {
        (format!("Show {} more", words::grouped(*hidden)), query.expand(&link.entity_ref))
    } else {
        return None;
    };
    let label = format!("{text} around {}", link.title);
    Some(view! { <a class="small" href=next.href() aria-label=label data-noscroll="">{text}</a> }.into_any())
}

/// The facts about a node, and what can be done with it.
pub(crate) fn graph_node(summary: &EntitySummary, query: &GraphQuery) -> String {
    let EntitySummary { link, description, spec_type, lifecycle, owner, system, problem_count, .. } = summary;
    let row = |name: &'static str, value: Option<AnyView>| {
        value.map(|value| view! { <div><dt>{name}</dt><dd>{value}</dd></div> })
    };
    let text = |text: &Option<String>| text.clone().map(IntoAny::into_any);
    let problems =
        (*problem_count > 0).then(|| words::count(*problem_count, "problem", "problems").into_any());
    let entity_ref = &link.entity_ref;
    let way = |text: &'static str, next: GraphQuery| {
        view! { <li><a href=next.href() data-noscroll="">{text}</a></li> }
    };
    let expanded = query.expanded.contains(entity_ref);
    let by_hand = if query.collapsed.contains(entity_ref) {
        way("Show what is behind it", query.expand(entity_ref))
    } else if expanded {
        way("Show fewer around it", query.collapse(entity_ref))
    } else {
        way("Hide what is behind it", query.collapse(entity_ref))
    };
    let more =
        (query.max_depth.is_some() && !expanded).then(|| way("Show all around it", query.expand(entity_ref)));
    let alone = GraphQuery { text: String::new(), page: 1, roots: vec![entity_ref.clone()], ..query.clone() };
    let head = if link.exists {
        view! { <h2><a href=link.href()>{link.title.clone()}</a></h2> }.into_any()
    } else {
        view! { <h2>{entity_ref.clone()}</h2> }.into_any()
    };
    let absent = (!link.exists).then(|| view! { <p>"It is not in the catalog. Others refer to it."</p> });
    view! {
        <KindBadge kind=words::kind(&link.kind)/>
        {head}
        {absent}
        {description.clone().map(|text| view! { <p class="graph-peek__text">{text}</p> })}
        <dl>
            {row("Owner", owner.as_ref().map(entity_link))}
            {row("Part of", system.as_ref().map(entity_link))}
            {row("Type", text(spec_type))}
            {row("Lifecycle", text(lifecycle))}
            {row("Problems", problems)}
        </dl>
        <ul>
            {way("Graph around it alone", alone)}
            {more}
            {by_hand}
        </ul>
    }
    .to_html()
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
