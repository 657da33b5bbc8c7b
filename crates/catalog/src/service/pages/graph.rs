//! The graph page: entities around some roots, laid out; and who breaks if the roots go.

mod groups;
mod labels;
mod layout;
mod looks;
mod picture;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use model::{
    BREAKAGE, Dependents, DependentsPage, EntityLink, EntityRef, EntitySummary, Facet, FacetValue, Filter,
    Graph, GraphEdge, GraphNode, GraphPage, GraphQuery, Neighbours, Portion, relation_pair,
};
use platform::access::Caller;
use platform::error::Error;

pub(in crate::service) use self::layout::Layouts;
use self::layout::lay_out;
use self::looks::Looks;
use super::marks::marked;
use super::selection::TEXT_FIELDS;
use super::stamp::Stamp;
use super::summary::{link_to, missing, summary};
use super::{HIDDEN_KIND, Reader};
use crate::service::Catalog;
use crate::service::entities::no_entity;
use crate::view::{EntityId, Neighbourhood, Order, Reach, View};

/// Entities in one picture.
pub(super) const MAX_NODES: usize = 2_000;
/// Roots of one picture.
const MAX_ROOTS: usize = 50;
/// Places to start at that are offered.
const STARTS: usize = 24;
/// Dependents that are named of each distance.
const DEPENDENTS: usize = 50;

/// Entities in the small picture on the page of an entity.
const MAX_SMALL: usize = 18;
/// Entities of one picture that are expanded, and as many that are collapsed.
const MAX_BY_HAND: usize = 200;

/// The colours of a picture that is a file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum GraphTheme {
    /// Dark on light.
    #[default]
    Light,
    /// Light on dark.
    Dark,
}

impl Catalog {
    /// What the graph page shows. Without roots that is where one could start.
    ///
    /// # Errors
    /// The caller may not read entities.
    pub async fn graph(&self, caller: &Caller, query: &GraphQuery) -> Result<GraphPage, Error> {
        let reader = self.reader(caller)?;
        let mut page = reader.not_laid_out(query).await?;
        if page.graph.nodes.is_empty() {
            return Ok(page);
        }
        let (catalog, query, graph) = (self.clone(), query.clone(), std::mem::take(&mut page.graph));
        // A large picture takes a moment, in which a thread of the server must not stand still.
        let drawn = tokio::task::spawn_blocking(move || {
            let graph = catalog.inner.layouts.lay_out(graph, &query);
            let picture = picture::draw(&graph, &query, Looks::Page);
            (picture::map(&graph), picture, graph)
        });
        (page.map, page.picture, page.graph) = drawn.await.map_err(Error::internal)?;
        Ok(page)
    }

    /// Who breaks, directly and by way of others, if an entity goes.
    ///
    /// # Errors
    /// The caller may not read entities, or there is no such entity at that moment.
    pub async fn dependents(
        &self,
        caller: &Caller,
        entity_ref: &EntityRef,
        at: &str,
    ) -> Result<DependentsPage, Error> {
        let reader = self.reader(caller)?;
        let then = reader.then(at).await?;
        let mut page = then.view(|view| {
            let id = view.id(entity_ref).ok_or_else(|| no_entity(entity_ref))?;
            let link = link_to(view, view.entity_ref(id));
            Ok::<_, Error>(DependentsPage {
                link,
                dependents: dependents(view, &[id]),
                ..DependentsPage::default()
            })
        })?;
        page.time = then.time.clone();
        page.stamp(at);
        Ok(page)
    }

    /// Facts about a node of a graph. Of an entity that does not exist only the reference is known.
    ///
    /// # Errors
    /// The caller may not read entities.
    pub async fn graph_node(
        &self,
        caller: &Caller,
        entity_ref: &str,
        at: &str,
    ) -> Result<EntitySummary, Error> {
        let reader = self.reader(caller)?;
        let then = reader.then(at).await?;
        let problems = if then.is_past() { Arc::default() } else { reader.problems() };
        let canonical = canonical(entity_ref);
        let mut facts = then.view(|view| {
            let known = view.id_of(&canonical).and_then(|id| summary(view, id, &problems.by_entity));
            known.unwrap_or_else(|| EntitySummary { link: missing(&canonical), ..EntitySummary::default() })
        });
        facts.stamp(at);
        Ok(facts)
    }

    /// The picture of the graph page as an SVG file that needs nothing else.
    ///
    /// # Errors
    /// The caller may not read entities, or the query names none.
    pub async fn graph_file(
        &self,
        caller: &Caller,
        query: &GraphQuery,
        theme: GraphTheme,
    ) -> Result<String, Error> {
        let reader = self.reader(caller)?;
        if query.roots.is_empty() {
            return Err(Error::input("rootEntityRefs[] names no entity that the graph could be around"));
        }
        let graph = reader.not_laid_out(query).await?.graph;
        let (catalog, query) = (self.clone(), query.clone());
        let drawn = tokio::task::spawn_blocking(move || {
            picture::draw(&catalog.inner.layouts.lay_out(graph, &query), &query, Looks::File(theme))
        });
        drawn.await.map_err(Error::internal)
    }
}

impl Reader<'_> {
    /// The page with the marks of a comparison, but nothing has its place yet.
    async fn not_laid_out(self, query: &GraphQuery) -> Result<GraphPage, Error> {
        let then = self.then(&query.at).await?;
        let mut page = then.view(|view| page(view, query));
        page.time = then.time.clone();
        if !query.compare.trim().is_empty() {
            let other = self.then(&query.compare).await?;
            let before = other.view(|view| self::page(view, query)).graph;
            page.graph = marked((&then, page.graph), (&other, before), query);
            page.compared = other.time;
        }
        page.stamp(&query.at);
        Ok(page)
    }
}

/// What is next to an entity at a moment, as a small picture; nothing where it is related to none.
pub(super) fn neighbours(view: &View, id: EntityId, at: &str) -> Option<Neighbours> {
    let query = GraphQuery { max_depth: Some(1), ..GraphQuery::around(view.entity_ref(id)) };
    let reach = Reach { limit: MAX_SMALL, ..reach(&query, &[], &[]) };
    let near = view.neighbourhood(&[id], &reach);
    if near.found.len() < 2 {
        return None;
    }
    let mut graph = graph(view, &near, std::iter::empty(), &query, &reach);
    // What it is about stands alone in its layer; what its neighbours have to do with others is a matter of the whole graph.
    graph.edges.retain(|edge| edge.from == 0 || edge.to == 0);
    for node in &mut graph.nodes {
        node.hidden = 0;
        at.trim().clone_into(&mut node.link.at);
    }
    let left_off = graph.left_off;
    Some(Neighbours { picture: picture::draw(&lay_out(graph, &query), &query, Looks::Page), left_off })
}

/// What a query follows.
fn reach<'a>(query: &'a GraphQuery, expanded: &'a [EntityId], collapsed: &'a [EntityId]) -> Reach<'a> {
    Reach {
        max_depth: query.max_depth,
        kinds: &query.kinds,
        relations: &query.relations,
        expanded,
        collapsed,
        limit: MAX_NODES,
    }
}

/// Everything but the places in the picture.
fn page(view: &View, query: &GraphQuery) -> GraphPage {
    let text = query.text.trim();
    let wanted = query.roots.is_empty() || !text.is_empty();
    let starts = if wanted { starts(view, text) } else { Portion::default() };
    let page = GraphPage { starts, ..GraphPage::default() };
    if query.roots.is_empty() {
        return page;
    }
    let roots: BTreeSet<String> = query.roots.iter().take(MAX_ROOTS).map(|root| canonical(root)).collect();
    let ids: Vec<EntityId> = roots.iter().filter_map(|root| view.mentioned(root)).collect();
    let unheard_of = roots.iter().filter(|root| view.mentioned(root).is_none());
    let by_hand = |refs: &[String]| -> Vec<EntityId> {
        refs.iter().take(MAX_BY_HAND).filter_map(|text| view.mentioned(&canonical(text))).collect()
    };
    let (expanded, collapsed) = (by_hand(&query.expanded), by_hand(&query.collapsed));
    let reach = reach(query, &expanded, &collapsed);
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
    let joined = view.relations_among(&near.found, reach);
    let mut nodes: Vec<GraphNode> = near.found.iter().map(node).collect();
    for (node, hidden) in nodes.iter_mut().zip(joined.hidden) {
        node.hidden = hidden;
    }
    let groups = groups::assign(view, &near.found, &mut nodes, query.group);
    nodes.extend(unheard_of.map(|link| GraphNode { link, ..GraphNode::default() }));
    Graph {
        nodes,
        edges: edges(&joined.relations, query),
        groups,
        left_off: u32::try_from(near.left_off).unwrap_or(u32::MAX),
        ..Graph::default()
    }
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
    let among = view.relations_among(&found, &reach(query, &[], &[])).relations.into_iter();
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
    let among = view.relations_among(&all.as_ref().unwrap_or(near).found, &followed).relations;
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
    let reach = Reach {
        max_depth: None,
        kinds: &[],
        relations: &relations,
        expanded: &[],
        collapsed: &[],
        limit: MAX_NODES,
    };
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
