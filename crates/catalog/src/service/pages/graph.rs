//! The graph page: entities around some roots, laid out; and who breaks if the roots go.

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use model::{
    BREAKAGE, Dependents, Direction, EntityLink, EntityRef, Facet, FacetValue, Filter, Graph, GraphEdge,
    GraphNode, GraphPage, GraphQuery, Portion, arrange, relation_pair,
};
use platform::access::Caller;
use platform::error::Error;

use super::HIDDEN_KIND;
use super::marks::marked;
use super::selection::TEXT_FIELDS;
use super::stamp::Stamp;
use super::summary::{link_to, missing};
use crate::service::Catalog;
use crate::view::{EntityId, Neighbourhood, Order, Reach, View};

/// Entities in one picture.
pub(super) const MAX_NODES: usize = 2_000;
/// Roots of one picture.
const MAX_ROOTS: usize = 50;
/// Places to start at that are offered.
const STARTS: usize = 24;
/// Dependents that are named of each distance.
const DEPENDENTS: usize = 50;

impl Catalog {
    /// What the graph page shows. Without roots that is where one could start.
    ///
    /// # Errors
    /// The caller may not read entities.
    pub async fn graph(&self, caller: &Caller, query: &GraphQuery) -> Result<GraphPage, Error> {
        let reader = self.reader(caller)?;
        let then = reader.then(&query.at).await?;
        let mut page = then.view(|view| page(view, query));
        page.time = then.time.clone();
        if !query.compare.trim().is_empty() {
            let other = reader.then(&query.compare).await?;
            let before = other.view(|view| self::page(view, query)).graph;
            page.graph = marked((&then, page.graph), (&other, before), query);
            page.compared = other.time;
        }
        page.stamp(&query.at);
        let direction = query.direction;
        // A large picture takes a moment, in which a thread of the server must not stand still.
        let graph = std::mem::take(&mut page.graph);
        let laid_out = tokio::task::spawn_blocking(move || lay_out(graph, direction));
        page.graph = laid_out.await.map_err(Error::internal)?;
        Ok(page)
    }
}

/// Everything but the places in the picture.
fn page(view: &View, query: &GraphQuery) -> GraphPage {
    let text = query.text.trim();
    let wanted = query.roots.is_empty() || !text.is_empty();
    let starts = if wanted { starts(view, text) } else { Portion::default() };
    let page = GraphPage { starts, seq: view.seq(), ..GraphPage::default() };
    if query.roots.is_empty() {
        return page;
    }
    let roots: BTreeSet<String> = query.roots.iter().take(MAX_ROOTS).map(|root| canonical(root)).collect();
    let ids: Vec<EntityId> = roots.iter().filter_map(|root| view.mentioned(root)).collect();
    let unheard_of = roots.iter().filter(|root| view.mentioned(root).is_none());
    let reach = reach(query);
    let near = view.neighbourhood(&ids, &reach);
    GraphPage {
        facets: vec![kinds(view, &ids, &near, &reach), relations(view, &ids, &near, &reach)],
        graph: graph(view, &near, unheard_of.map(|root| missing(root)), query, &reach),
        dependents: dependents(view, &ids),
        ..page
    }
}

/// The canonical form of a reference; what is none stays as it is and names nothing.
fn canonical(text: &str) -> String {
    EntityRef::parse(text).map_or_else(|_| text.to_owned(), |parsed| parsed.to_string())
}

/// The entities around the roots and their relations, not laid out yet.
fn graph(
    view: &View,
    near: &Neighbourhood,
    unheard_of: impl Iterator<Item = EntityLink>,
    query: &GraphQuery,
    reach: &Reach<'_>,
) -> Graph {
    let node = |(id, distance): &(EntityId, u32)| GraphNode {
        link: link_to(view, view.entity_ref(*id)),
        distance: *distance,
        ..GraphNode::default()
    };
    let mut nodes: Vec<GraphNode> = near.found.iter().map(node).collect();
    nodes.extend(unheard_of.map(|link| GraphNode { link, ..GraphNode::default() }));
    Graph {
        nodes,
        edges: edges(&view.relations_among(&near.found, reach), query),
        left_off: u32::try_from(near.left_off).unwrap_or(u32::MAX),
        ..Graph::default()
    }
}

/// What the query lets in.
fn reach(query: &GraphQuery) -> Reach<'_> {
    Reach { max_depth: query.max_depth, kinds: &query.kinds, relations: &query.relations, limit: MAX_NODES }
}

/// The arrows among these entities. Those that this view has not heard of have none.
pub(super) fn arrows<'a>(
    view: &View,
    entity_refs: impl Iterator<Item = &'a str>,
    query: &GraphQuery,
) -> Vec<GraphEdge> {
    let heard_of: Vec<(usize, EntityId)> = entity_refs
        .enumerate()
        .filter_map(|(place, entity)| Some((place, view.mentioned(entity)?)))
        .collect();
    let found: Vec<(EntityId, u32)> = heard_of.iter().map(|(_, id)| (*id, 0)).collect();
    let among = view.relations_among(&found, &reach(query)).into_iter();
    let placed = among.map(|(from, relation, to)| (heard_of[from].0, relation, heard_of[to].0));
    edges(&placed.collect::<Vec<_>>(), query)
}

/// The arrows that the query wants for these relations.
fn edges(relations: &[(usize, &'static str, usize)], query: &GraphQuery) -> Vec<GraphEdge> {
    let one_way = query.merge_relations || query.unidirectional;
    let mut arrows = BTreeMap::<(usize, usize), (BTreeSet<&str>, BTreeSet<&str>)>::new();
    for &(source, relation, target) in relations {
        let (along, against) = relation_pair(relation).unwrap_or((relation, ""));
        let turned = one_way && relation != along;
        let (forward, reverse) =
            arrows.entry(if turned { (target, source) } else { (source, target) }).or_default();
        forward.insert(if one_way { along } else { relation });
        if query.merge_relations && !against.is_empty() {
            reverse.insert(against);
        }
    }
    let place = |place: usize| u32::try_from(place).unwrap_or(u32::MAX);
    let names = |names: BTreeSet<&str>| names.into_iter().map(str::to_owned).collect();
    let edge = |((from, to), (forward, reverse))| GraphEdge {
        from: place(from),
        to: place(to),
        forward: names(forward),
        reverse: names(reverse),
        points: Vec::new(),
        mark: None,
    };
    arrows.into_iter().map(edge).collect()
}

/// Gives everything its place.
fn lay_out(mut graph: Graph, direction: Direction) -> Graph {
    let names: Vec<&str> = graph.nodes.iter().map(|node| node.link.entity_ref.as_str()).collect();
    // An arrow against the flow (the second one of two) lies where the flow puts it.
    let against = |edge: &GraphEdge| {
        let along = |name: &String| relation_pair(name).is_none_or(|(along, _)| name == along);
        !edge.forward.iter().any(along)
    };
    let ends = |edge: &GraphEdge| {
        let (from, to) = (edge.from as usize, edge.to as usize);
        if against(edge) { (to, from) } else { (from, to) }
    };
    let arrangement = arrange(&names, &graph.edges.iter().map(ends).collect::<Vec<_>>(), direction);
    for (node, (x, y)) in graph.nodes.iter_mut().zip(arrangement.nodes) {
        (node.x, node.y) = (x, y);
    }
    for (edge, mut points) in graph.edges.iter_mut().zip(arrangement.edges) {
        if against(edge) {
            points.reverse();
        }
        edge.points = points;
    }
    Graph { width: arrangement.width, height: arrangement.height, ..graph }
}

/// The kinds that would be there without the filter for kinds.
fn kinds(view: &View, roots: &[EntityId], near: &Neighbourhood, reach: &Reach<'_>) -> Facet {
    let all = (!reach.kinds.is_empty()).then(|| view.neighbourhood(roots, &Reach { kinds: &[], ..*reach }));
    let found = &all.as_ref().unwrap_or(near).found;
    facet("kind", found.iter().filter_map(|(id, _)| Some(view.entity_ref(*id).split_once(':')?.0)))
}

/// The relations that would be there without the filter for relations.
fn relations(view: &View, roots: &[EntityId], near: &Neighbourhood, reach: &Reach<'_>) -> Facet {
    let followed = Reach { relations: &[], ..*reach };
    let all = (!reach.relations.is_empty()).then(|| view.neighbourhood(roots, &followed));
    let among = view.relations_among(&all.as_ref().unwrap_or(near).found, &followed);
    facet("relation", among.into_iter().map(|(_, relation, _)| relation))
}

fn facet<'a>(key: &str, values: impl Iterator<Item = &'a str>) -> Facet {
    let mut counts = BTreeMap::<&str, u32>::new();
    for value in values {
        *counts.entry(value).or_default() += 1;
    }
    let value = |(value, count): (&str, u32)| FacetValue { value: value.to_owned(), count };
    Facet { key: key.to_owned(), values: counts.into_iter().map(value).collect(), ..Facet::default() }
}

/// Who breaks, directly and by way of others, if the roots go.
fn dependents(view: &View, roots: &[EntityId]) -> Dependents {
    let relations = BREAKAGE.map(str::to_owned);
    let reach = Reach { max_depth: None, kinds: &[], relations: &relations, limit: MAX_NODES };
    let near = view.neighbourhood(roots, &reach);
    let mut by_distance: Vec<Portion<EntityLink>> = Vec::new();
    for same in near.found.chunk_by(|(_, one), (_, other)| one == other).skip(1) {
        by_distance.push(links(view, same.iter().map(|(id, _)| *id), DEPENDENTS));
    }
    Dependents { by_distance, left_off: u32::try_from(near.left_off).unwrap_or(u32::MAX) }
}

/// Entities whose name contains the text; without one those that hold others together.
fn starts(view: &View, text: &str) -> Portion<EntityLink> {
    let of_kinds = |kinds: &[&str]| {
        let values = kinds.iter().map(|kind| (*kind).to_owned()).collect();
        view.evaluate(&Filter::In { key: "kind".to_owned(), values })
    };
    let found = if text.is_empty() {
        of_kinds(&["domain", "system"])
    } else {
        let shown = view.all() - of_kinds(&[HIDDEN_KIND]);
        view.full_text(text, &TEXT_FIELDS.map(str::to_owned), &shown)
    };
    let order = ["kind", "metadata.name"].map(|key| Order { key: key.to_owned(), descending: false });
    links(view, view.sorted(&found, &order), STARTS)
}

/// Links to the first of these. The others are counted without a look at their documents.
fn links(view: &View, ids: impl IntoIterator<Item = EntityId>, most: usize) -> Portion<EntityLink> {
    let Portion { shown, left_off } = Portion::of(ids, most);
    let link = |id| link_to(view, view.entity_ref(id));
    Portion { shown: shown.into_iter().map(link).collect(), left_off }
}
