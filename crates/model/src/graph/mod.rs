//! The graph of relations: what its page asks for, what it shows, and where everything stands in the picture.
//!
//! Whoever makes a graph knows the entities and their relations; where they stand is decided by [`arrange`], the same for
//! the same graph, whatever the order in which it is told.

mod curve;
mod layout;
mod query;
mod walk;

use serde::{Deserialize, Serialize};

pub use self::curve::Curve;
pub use self::layout::{
    Arrangement, Frame, Kept, NODE_HEIGHT, NODE_WIDTH, arrange, arrange_groups, arrange_near,
};
pub use self::query::{Direction, GraphQuery, Grouping};
pub use self::walk::{Steps, walks};
use crate::{ChangeKind, EntityLink, Facet, Moment, Portion};

/// Relation types by pair, the one that an arrow follows first: the order in which Backstage draws them.
const PAIRS: [(&str, &str); 7] = [
    ("ownerOf", "ownedBy"),
    ("consumesApi", "apiConsumedBy"),
    ("apiProvidedBy", "providesApi"),
    ("hasPart", "partOf"),
    ("parentOf", "childOf"),
    ("hasMember", "memberOf"),
    ("dependsOn", "dependencyOf"),
];

/// Relations along which breakage travels: from an entity to those that need it, from what provides an API to the API, and
/// from a whole to its parts. Not from a part to its whole: a system that lost a component is worth a look, but then all its
/// other components would seem to break with it. And not along ownership: what loses its owner goes on running.
pub const BREAKAGE: [&str; 4] = ["dependencyOf", "apiConsumedBy", "providesApi", "hasPart"];

/// The pair that a relation type belongs to: first the type that an arrow follows, then its reverse.
#[must_use]
pub fn relation_pair(relation_type: &str) -> Option<(&'static str, &'static str)> {
    PAIRS.into_iter().find(|(along, against)| relation_type == *along || relation_type == *against)
}

/// An entity in the picture.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct GraphNode {
    /// Which entity.
    pub link: EntityLink,
    /// Relations between it and the nearest root; 0 for a root.
    pub distance: u32,
    /// Neighbours that are not in the picture.
    pub hidden: u32,
    /// The box that it stands in, by place in the list.
    pub group: Option<u32>,
    /// Its left edge, in pixels of the picture.
    pub x: i32,
    /// Its upper edge.
    pub y: i32,
    /// What became of it since the moment that this one is compared with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mark: Option<ChangeKind>,
}

/// An arrow of the picture. Two entities have one for each direction at most, whatever the number of their relations.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct GraphEdge {
    /// The node that it leaves, by place in the list.
    pub from: u32,
    /// The node that it reaches.
    pub to: u32,
    /// Relation types seen from where it leaves.
    pub forward: Vec<String>,
    /// The same relations seen from where it ends, when both are told on one arrow.
    pub reverse: Vec<String>,
    /// Where it runs: pairs of points, between which it bends, with straight pieces from pair to pair.
    pub points: Vec<(i32, i32)>,
    /// What became of it since the moment that this one is compared with; changed if only some of its relations are new.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mark: Option<ChangeKind>,
}

/// A box of the picture, around what belongs together.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct GraphGroup {
    /// What holds its nodes together.
    pub link: EntityLink,
    /// Its place.
    pub frame: Frame,
}

/// Entities around some roots, with their places.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Graph {
    /// Entities by distance, then by reference: the roots come first.
    pub nodes: Vec<GraphNode>,
    /// Arrows between them.
    pub edges: Vec<GraphEdge>,
    /// Boxes around nodes that belong together.
    pub groups: Vec<GraphGroup>,
    /// Width of the picture in pixels.
    pub width: i32,
    /// Height of the picture in pixels.
    pub height: i32,
    /// Entities next to those shown for which there was no room; what lies behind them is not counted.
    pub left_off: u32,
}

/// What is next to an entity, as a small picture.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Neighbours {
    /// SVG to be put into a page.
    pub picture: String,
    /// Neighbours for which there was no room.
    pub left_off: u32,
}

/// Those that break when something goes, by how directly they do.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dependents {
    /// At each distance, from 1: who breaks.
    pub by_distance: Vec<Portion<EntityLink>>,
    /// Entities that were not looked at, because there are too many; what depends on them is not counted.
    pub left_off: u32,
}

/// The page of those that break when an entity goes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DependentsPage {
    /// The entity.
    pub link: EntityLink,
    /// Who breaks.
    pub dependents: Dependents,
    /// The moment that this shows.
    pub time: Moment,
}

/// The graph page.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct GraphPage {
    /// Who is in the picture; empty without roots.
    pub graph: Graph,
    /// The picture as SVG, to be put into a page.
    pub picture: String,
    /// The whole picture very small, as SVG.
    pub map: String,
    /// What can be filtered by: `kind` counts the entities, `relation` the relations that would be there without the filter.
    pub facets: Vec<Facet>,
    /// Who breaks if the roots go.
    pub dependents: Dependents,
    /// Entities to start at: those that are searched for, and without roots some that hold others together.
    pub starts: Portion<EntityLink>,
    /// The moment that this shows.
    pub time: Moment,
    /// The moment that it is compared with; now if there is none.
    pub compared: Moment,
}
