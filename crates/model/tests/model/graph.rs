//! The graph: its address, and a picture in which nothing lies on anything else.

use std::collections::BTreeSet;

use model::{
    Arrangement, Curve, Direction, Graph, GraphEdge, GraphNode, GraphQuery, NODE_HEIGHT, NODE_WIDTH, Step,
    arrange, relation_pair, reverse_of, walk,
};
use proptest::prelude::*;

use crate::summary::values;

#[test]
fn an_address_of_backstage_is_understood() {
    let query = GraphQuery::from_query_string(
        "rootEntityRefs%5B%5D=component%3Adefault%2Fa&rootEntityRefs[]=b&maxDepth=2&selectedKinds[0]=API\
         &selectedRelations[]=ownedBy&unidirectional=false&mergeRelations=false&direction=TB\
         &curve=curveStepBefore&showFilters=true",
    );
    assert_eq!(
        query,
        GraphQuery {
            roots: vec!["component:default/a".to_owned(), "b".to_owned()],
            max_depth: Some(2),
            kinds: vec!["api".to_owned()],
            relations: vec!["ownedBy".to_owned()],
            unidirectional: false,
            merge_relations: false,
            direction: Direction::TB,
            curve: Curve::StepBefore,
            text: String::new(),
            at: String::new(),
            compare: String::new(),
        }
    );
    let unlimited = "maxDepth=%E2%88%9E&unidirectional=true&mergeRelations=true&direction=LR";
    assert_eq!(GraphQuery::from_query_string(unlimited), GraphQuery::default());
}

#[test]
fn nonsense_is_left_out() {
    let nonsense = "direction=up&curve=wild&maxDepth=-1&rootEntityRefs[]=&unknown[]=x&text=%20";
    assert_eq!(GraphQuery::from_query_string(nonsense), GraphQuery::default());
    assert_eq!(GraphQuery::default().to_query_string(), "");
}

#[test]
fn pairs_are_those_of_the_relations() {
    for (along, against) in
        ["ownedBy", "partOf", "childOf", "memberOf", "dependsOn", "providesApi", "apiConsumedBy"]
            .map(|relation| relation_pair(relation).unwrap())
    {
        assert_eq!(reverse_of(along), Some(against));
        assert_eq!(relation_pair(against), Some((along, against)));
    }
    assert_eq!(relation_pair("likes"), None);
}

#[test]
fn arrows_are_paths() {
    let points = [(0, 0), (10, 20), (30, 20), (50, 0)];
    for (curve, direction, path) in [
        (Curve::MonotoneX, Direction::LR, "M0 0C5 0 5 20 10 20L30 20C40 20 40 0 50 0"),
        (Curve::MonotoneX, Direction::BT, "M0 0C0 10 10 10 10 20L30 20C30 10 50 10 50 0"),
        (Curve::StepBefore, Direction::RL, "M0 0H-17V20H10L30 20H26V0H50"),
        (Curve::StepBefore, Direction::TB, "M0 0V-12H10V20L30 20V22H50V0"),
    ] {
        assert_eq!(curve.path(&points, direction), path);
    }
    assert_eq!(Curve::MonotoneX.path(&[], Direction::LR), "");
}

#[test]
fn words_stand_on_the_middle_bend_of_their_arrow() {
    let points = [(0, 0), (100, 20), (200, 20), (300, 60)];
    for (curve, part, place) in [
        (Curve::MonotoneX, 0.0, (200, 20)),
        (Curve::MonotoneX, 0.5, (250, 40)),
        (Curve::MonotoneX, 1.0, (300, 60)),
        (Curve::StepBefore, 0.25, (218, 20)),
        (Curve::StepBefore, 0.5, (236, 40)),
        (Curve::StepBefore, 0.75, (268, 60)),
    ] {
        assert_eq!(curve.at(&points, Direction::LR, part), Some(place), "{curve:?} at {part}");
    }
    assert_eq!(Curve::MonotoneX.at(&points[..2], Direction::LR, 0.5), Some((50, 10)));
    assert_eq!(Curve::MonotoneX.at(&[], Direction::LR, 0.5), None);
}

/// Names like those of `arrange`'s callers.
fn names(count: usize) -> Vec<String> {
    (0..count).map(|number| format!("component:default/n{number:04}")).collect()
}

fn arranged(names: &[String], edges: &[(usize, usize)], direction: Direction) -> Arrangement {
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    arrange(&names, edges, direction)
}

#[test]
fn a_diamond_stands_in_three_layers() {
    let names = names(4);
    let edges = [(0, 1), (0, 2), (1, 3), (2, 3)];
    let Arrangement { nodes, edges, .. } = arranged(&names, &edges, Direction::LR);
    assert!(nodes[0].0 + NODE_WIDTH < nodes[1].0 && nodes[1].0 + NODE_WIDTH < nodes[3].0, "{nodes:?}");
    assert_eq!(nodes[1].0, nodes[2].0);
    assert_eq!(nodes[0].1, nodes[3].1, "the ends stand in the middle");
    assert!(edges.iter().all(|points| points.len() == 2), "{edges:?}");
}

#[test]
fn a_long_edge_passes_between_the_nodes_on_its_way() {
    let names = names(3);
    let Arrangement { nodes, edges, .. } = arranged(&names, &[(0, 1), (1, 2), (0, 2)], Direction::LR);
    let [(_, y), (_, same)] = edges[2][1..3] else { panic!("the long edge has no bend: {edges:?}") };
    assert_eq!(y, same);
    assert!(y < nodes[1].1 || y > nodes[1].1 + NODE_HEIGHT, "{edges:?} cuts {nodes:?}");
}

/// A chain, a cycle, a star and a tangle as large as pictures get: none may take long or exhaust the stack.
#[test]
fn hostile_graphs_are_only_ugly() {
    let count = 2_000;
    let names = names(count);
    let chain: Vec<(usize, usize)> = (1..count).map(|node| (node - 1, node)).collect();
    let mut cycle = chain.clone();
    cycle.push((count - 1, 0));
    // Edges over a thousand layers each.
    cycle.extend((0..count / 2).map(|node| (node, node + count / 2)));
    let star: Vec<(usize, usize)> = (1..count).map(|node| (0, node)).collect();
    let tangle: Vec<(usize, usize)> =
        (0..2 * count).map(|edge| (edge % count, (edge + 1) * 7_919 % count)).collect();
    for edges in [chain, cycle, star, tangle, vec![(0, 0), (0, count), (1, 2), (2, 1)]] {
        let arrangement = arranged(&names, &edges, Direction::TB);
        assert_eq!((arrangement.nodes.len(), arrangement.edges.len()), (count, edges.len()));
    }
}

#[test]
fn nothing_makes_an_empty_picture() {
    let Arrangement { nodes, edges, .. } = arrange(&[], &[(0, 1)], Direction::LR);
    assert_eq!((nodes, edges), (Vec::new(), vec![Vec::new()]));
}

/// A graph of up to 40 nodes, a direction, and another order in which the same graph can be told.
fn graphs() -> impl Strategy<Value = (usize, Vec<(usize, usize)>, Direction, Vec<usize>)> {
    (1_usize..40).prop_flat_map(|count| {
        let edges = proptest::collection::btree_set((0..count, 0..count), 0..count * 2);
        let edges = edges.prop_map(|edges| edges.into_iter().collect::<Vec<_>>());
        let direction = proptest::sample::select(&Direction::ALL[..]);
        (Just(count), edges, direction, Just((0..count).collect::<Vec<_>>()).prop_shuffle())
    })
}

/// Whether a point lies on the border of a node.
fn at_border((x, y): (i32, i32), (left, top): (i32, i32)) -> bool {
    let (right, bottom) = (left + NODE_WIDTH, top + NODE_HEIGHT);
    let inside = (left..=right).contains(&x) && (top..=bottom).contains(&y);
    inside && (x == left || x == right || y == top || y == bottom)
}

proptest! {
    #[test]
    fn addresses_come_back(
        roots in values(), kinds in values(), relations in values(), max_depth: Option<u32>,
        unidirectional: bool, merge_relations: bool, direction in proptest::sample::select(&Direction::ALL[..]),
        curve in proptest::sample::select(&Curve::ALL[..]), text: String,
    ) {
        let kinds: BTreeSet<String> = kinds.iter().map(|kind| kind.to_lowercase().trim().to_owned()).collect();
        let kinds = kinds.into_iter().collect();
        let text = text.trim().to_owned();
        let query = GraphQuery {
            roots, max_depth, kinds, relations, unidirectional, merge_relations, direction, curve, text, at: String::new(), compare: String::new(), };
        prop_assert_eq!(GraphQuery::from_query_string(&query.to_query_string()), query);
    }

    #[test]
    fn nodes_do_not_overlap_and_edges_join_them((count, edges, direction, _) in graphs()) {
        let picture = arranged(&names(count), &edges, direction);
        for (number, one) in picture.nodes.iter().enumerate() {
            prop_assert!(one.0 >= 0 && one.0 + NODE_WIDTH <= picture.width, "{one:?} is not in the picture");
            prop_assert!(one.1 >= 0 && one.1 + NODE_HEIGHT <= picture.height, "{one:?} is not in the picture");
            for other in &picture.nodes[..number] {
                let apart = (one.0 - other.0).abs() > NODE_WIDTH || (one.1 - other.1).abs() > NODE_HEIGHT;
                prop_assert!(apart, "{one:?} lies on {other:?}");
            }
        }
        for ((from, to), points) in edges.iter().zip(&picture.edges) {
            prop_assert_eq!(points.is_empty(), from == to);
            if let (Some(first), Some(last)) = (points.first(), points.last()) {
                prop_assert!(at_border(*first, picture.nodes[*from]), "{points:?} does not leave {from}");
                prop_assert!(at_border(*last, picture.nodes[*to]), "{points:?} does not reach {to}");
                prop_assert!(points.len().is_multiple_of(2));
            }
        }
    }

    #[test]
    fn arrows_follow_the_direction_where_there_is_no_cycle((count, edges, direction, _) in graphs()) {
        let edges: Vec<(usize, usize)> = edges.into_iter().filter(|(from, to)| from < to).collect();
        let Arrangement { nodes, .. } = arranged(&names(count), &edges, direction);
        for (from, to) in edges {
            let (from, to) = (nodes[from], nodes[to]);
            let follows = match direction {
                Direction::LR => from.0 < to.0,
                Direction::RL => from.0 > to.0,
                Direction::TB => from.1 < to.1,
                Direction::BT => from.1 > to.1,
            };
            prop_assert!(follows, "from {from:?} to {to:?}");
        }
    }

    #[test]
    fn the_order_of_telling_changes_nothing((count, edges, direction, order) in graphs()) {
        let names = names(count);
        let told = arranged(&names, &edges, direction);
        let other_names: Vec<String> = order.iter().map(|node| names[*node].clone()).collect();
        let place = |node: usize| order.iter().position(|other| *other == node).unwrap();
        let mut other_edges: Vec<(usize, usize)> =
            edges.iter().map(|(from, to)| (place(*from), place(*to))).collect();
        other_edges.reverse();
        let other = arranged(&other_names, &other_edges, direction);
        prop_assert_eq!((told.width, told.height), (other.width, other.height));
        for node in 0..count {
            prop_assert_eq!(told.nodes[node], other.nodes[place(node)]);
        }
        prop_assert!(told.edges.iter().eq(other.edges.iter().rev()));
    }

    #[test]
    fn steps_lead_where_they_point((count, edges, direction, _) in graphs(), from in 0_usize..40) {
        let picture = arranged(&names(count), &edges, direction);
        let node = |(x, y): &(i32, i32)| GraphNode { x: *x, y: *y, ..GraphNode::default() };
        let number = |number: usize| u32::try_from(number).unwrap();
        let graph = Graph {
            nodes: picture.nodes.iter().map(node).collect(),
            edges: edges
                .iter()
                .map(|(from, to)| GraphEdge { from: number(*from), to: number(*to), ..GraphEdge::default() })
                .collect(),
            ..Graph::default()
        };
        for step in [Step::Left, Step::Right, Step::Up, Step::Down] {
            let Some(to) = walk(&graph, direction, from, step) else { continue };
            let (here, there) = (&graph.nodes[from], &graph.nodes[to]);
            let points = match step {
                Step::Left => there.x < here.x,
                Step::Right => there.x > here.x,
                Step::Up => there.y < here.y,
                Step::Down => there.y > here.y,
            };
            prop_assert!(points, "{step:?} from {from} to {to}");
            let joined = edges.contains(&(from, to)) || edges.contains(&(to, from));
            let of_layer = if direction.is_horizontal() { here.x == there.x } else { here.y == there.y };
            prop_assert!(joined != of_layer, "a step along an edge, or within the layer");
        }
    }
}
