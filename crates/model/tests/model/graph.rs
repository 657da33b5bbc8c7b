//! The graph: its address, and a picture in which nothing lies on anything else.

use std::collections::BTreeSet;

use model::{
    Arrangement, Curve, Direction, Frame, Graph, GraphEdge, GraphNode, GraphQuery, Grouping, Kept,
    NODE_HEIGHT, NODE_WIDTH, arrange, arrange_groups, arrange_near, relation_pair, reverse_of, walks,
};
use proptest::prelude::*;

use crate::summary::values;

#[test]
fn an_address_of_backstage_is_understood() {
    let query = GraphQuery::from_query_string(
        "rootEntityRefs%5B%5D=component%3Adefault%2Fa&rootEntityRefs[]=b&maxDepth=2&selectedKinds[0]=API\
         &selectedRelations[]=ownedBy&unidirectional=false&mergeRelations=false&direction=TB\
         &curve=curveStepBefore&showFilters=false&group=domain&expanded[]=c&collapsed[]=d&page=3",
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
            show_filters: false,
            direction: Direction::TB,
            curve: Curve::StepBefore,
            group: Some(Grouping::Domain),
            expanded: vec!["c".to_owned()],
            collapsed: vec!["d".to_owned()],
            text: String::new(),
            page: 3,
            at: String::new(),
            compare: String::new(),
        }
    );
    let unlimited = "maxDepth=%E2%88%9E&unidirectional=true&mergeRelations=true&direction=LR";
    assert_eq!(GraphQuery::from_query_string(unlimited), GraphQuery::default());
}

#[test]
fn nonsense_is_left_out() {
    let nonsense =
        "group=colour&page=0&direction=up&curve=wild&maxDepth=-1&rootEntityRefs[]=&unknown[]=x&text=%20";
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
        (Curve::MonotoneX, Direction::LR, "M0 0c5 0 5 20 10 20h20c10 0 10 -20 20 -20"),
        (Curve::MonotoneX, Direction::BT, "M0 0c0 10 10 10 10 20h20c0 -10 20 -10 20 -20"),
        (Curve::StepBefore, Direction::RL, "M0 0H-17V20H10h20H26V0H50"),
        (Curve::StepBefore, Direction::TB, "M0 0V-12H10V20h20V22H50V0"),
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

#[test]
fn collapsing_takes_back_what_expanding_did_and_the_other_way_round() {
    let query = GraphQuery { page: 4, ..GraphQuery::around("component:default/a") };
    let expanded = query.expand("api:default/b");
    assert_eq!((expanded.expanded.as_slice(), expanded.page), (&["api:default/b".to_owned()][..], 1));
    assert_eq!(expanded.expand("api:default/b"), expanded);
    let collapsed = expanded.collapse("api:default/b").collapse("api:default/b");
    assert!(collapsed.expanded.is_empty());
    assert_eq!(collapsed.collapsed, ["api:default/b"]);
    assert_eq!(collapsed.expand("api:default/b"), GraphQuery { page: 1, ..query });
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
fn a_star_is_no_endless_strip() {
    let names = names(1_000);
    let star: Vec<(usize, usize)> = (1..1_000).map(|node| (0, node)).collect();
    let Arrangement { width, height, .. } = arranged(&names, &star, Direction::LR);
    assert!(width < 4 * height && height < 4 * width, "{width} × {height}");
}

#[test]
fn a_long_chain_is_no_endless_strip_either() {
    let chain: Vec<(usize, usize)> = (1..1_000).map(|node| (node - 1, node)).collect();
    let Arrangement { width, height, .. } = arranged(&names(1_000), &chain, Direction::LR);
    assert!(width < 40_000, "{width} × {height}");
}

#[test]
fn a_new_node_moves_no_other() {
    let all = names(6);
    let edges = [(0, 1), (0, 2), (1, 3), (2, 3), (3, 4)];
    for direction in Direction::ALL {
        let before = arranged(&all[..5], &edges, direction);
        let told: Vec<&str> = all.iter().map(String::as_str).collect();
        let kept = Kept::new(&told[..5], &edges, &before);
        let more: Vec<(usize, usize)> = edges.into_iter().chain([(0, 5)]).collect();
        let after = arrange_near(&told, &more, direction, &kept);
        assert_eq!(after.nodes[..5], before.nodes, "{direction:?}");
        assert_eq!(after.edges[..5], before.edges, "{direction:?}");
        let along = |(x, y): (i32, i32)| if direction.is_horizontal() { x } else { y };
        assert_eq!(
            along(after.nodes[5]),
            along(after.nodes[1]),
            "{direction:?}: it stands behind what leads to it"
        );
    }
}

#[test]
fn nothing_makes_an_empty_picture() {
    let Arrangement { nodes, edges, .. } = arrange(&[], &[(0, 1)], Direction::LR);
    assert_eq!((nodes, edges), (Vec::new(), vec![Vec::new()]));
}

/// Nodes, edges, a direction, and another order in which the same graph can be told.
type Told = (usize, Vec<(usize, usize)>, Direction, Vec<usize>);

/// A graph of up to 40 nodes.
fn graphs() -> impl Strategy<Value = Told> {
    (1_usize..40).prop_flat_map(|count| {
        let edges = proptest::collection::btree_set((0..count, 0..count), 0..count * 2);
        let edges = edges.prop_map(|edges| edges.into_iter().collect::<Vec<_>>());
        let direction = proptest::sample::select(&Direction::ALL[..]);
        (Just(count), edges, direction, Just((0..count).collect::<Vec<_>>()).prop_shuffle())
    })
}

const GROUPINGS: [Option<Grouping>; 4] =
    [None, Some(Grouping::System), Some(Grouping::Domain), Some(Grouping::Owner)];

/// The same with boxes: how many there are, and in which of them each node is.
fn grouped() -> impl Strategy<Value = (Told, usize, Vec<Option<usize>>)> {
    (graphs(), 0_usize..8).prop_flat_map(|(graph, boxes)| {
        let of = proptest::collection::vec(proptest::option::of(0..boxes.max(1)), graph.0);
        let of = of.prop_map(move |of| if boxes == 0 { vec![None; of.len()] } else { of });
        (Just(graph), Just(boxes), of)
    })
}

/// Nodes within the picture and beside each other, edges from border to border.
fn well_placed(picture: &Arrangement, edges: &[(usize, usize)]) -> Result<(), TestCaseError> {
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
    Ok(())
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
        unidirectional: bool, merge_relations: bool, show_filters: bool, direction in proptest::sample::select(&Direction::ALL[..]),
        curve in proptest::sample::select(&Curve::ALL[..]), text: String,
        (expanded, collapsed, group) in (values(), values(), proptest::sample::select(&GROUPINGS[..])), page in 1..9_u32,
    ) {
        let kinds: BTreeSet<String> = kinds.iter().map(|kind| kind.to_lowercase().trim().to_owned()).collect();
        let kinds = kinds.into_iter().collect();
        let text = text.trim().to_owned();
        let query = GraphQuery {
            roots, max_depth, kinds, relations, unidirectional, merge_relations, show_filters, direction, curve, group,
            expanded, collapsed, text, page, at: String::new(), compare: String::new(),
        };
        prop_assert_eq!(GraphQuery::from_query_string(&query.to_query_string()), query);
    }

    #[test]
    fn nodes_do_not_overlap_and_edges_join_them((count, edges, direction, _) in graphs()) {
        well_placed(&arranged(&names(count), &edges, direction), &edges)?;
    }

    #[test]
    fn boxes_hold_what_is_theirs_and_do_not_overlap(((count, edges, direction, order), boxes, of) in grouped()) {
        let names = names(count);
        let told: Vec<&str> = names.iter().map(String::as_str).collect();
        let (picture, frames) = arrange_groups(&told, &edges, &of, boxes, direction);
        well_placed(&picture, &edges)?;
        prop_assert_eq!(frames.len(), boxes);
        let inside = |frame: &Frame, (x, y): (i32, i32)| {
            x > frame.x && y > frame.y && x + NODE_WIDTH < frame.x + frame.width && y + NODE_HEIGHT < frame.y + frame.height
        };
        for (node, of) in picture.nodes.iter().zip(&of) {
            for (number, frame) in frames.iter().enumerate() {
                if *of == Some(number) {
                    prop_assert!(inside(frame, *node), "{node:?} is not in its box {frame:?}");
                } else {
                    let apart = node.0 + NODE_WIDTH <= frame.x || frame.x + frame.width <= node.0
                        || node.1 + NODE_HEIGHT <= frame.y || frame.y + frame.height <= node.1;
                    prop_assert!(apart, "{node:?} is in the foreign box {frame:?}");
                }
            }
        }
        for (number, one) in frames.iter().enumerate() {
            for other in frames[..number].iter().filter(|other| other.width > 0 && one.width > 0) {
                let apart = one.x + one.width < other.x || other.x + other.width < one.x
                    || one.y + one.height < other.y || other.y + other.height < one.y;
                prop_assert!(apart, "{one:?} lies on {other:?}");
            }
        }
        // No arrow from box to box passes behind a node, or leaves the picture.
        for ((from, to), points) in edges.iter().zip(&picture.edges).filter(|((from, to), _)| of[*from] != of[*to]) {
            for (x, y) in points {
                let in_the_picture = (0..=picture.width).contains(x) && (0..=picture.height).contains(y);
                prop_assert!(in_the_picture, "{x}, {y} is not in {} by {}", picture.width, picture.height);
            }
            for pair in points.windows(2) {
                let (left, right) = (pair[0].0.min(pair[1].0), pair[0].0.max(pair[1].0));
                let (top, bottom) = (pair[0].1.min(pair[1].1), pair[0].1.max(pair[1].1));
                for (number, (x, y)) in picture.nodes.iter().enumerate() {
                    let apart = right <= *x || x + NODE_WIDTH <= left || bottom <= *y || y + NODE_HEIGHT <= top;
                    prop_assert!(apart, "{from} to {to}, {pair:?}, passes behind {number} at {x}, {y}");
                }
            }
        }
        // Told in another order it is the same picture.
        let other: Vec<&str> = order.iter().map(|node| told[*node]).collect();
        let place = |node: usize| order.iter().position(|other| *other == node).unwrap();
        let other_edges: Vec<(usize, usize)> = edges.iter().map(|(from, to)| (place(*from), place(*to))).collect();
        let other_of: Vec<Option<usize>> = order.iter().map(|node| of[*node]).collect();
        let (again, again_frames) = arrange_groups(&other, &other_edges, &other_of, boxes, direction);
        prop_assert_eq!(again_frames, frames);
        for node in 0..count {
            prop_assert_eq!(again.nodes[place(node)], picture.nodes[node]);
        }
    }

    #[test]
    fn what_had_a_place_keeps_it((count, edges, direction, _) in graphs(), fewer in 0_usize..8) {
        let names = names(count);
        let told: Vec<&str> = names.iter().map(String::as_str).collect();
        let known = count - fewer.min((count - 1) / 6);
        let old: Vec<(usize, usize)> =
            edges.iter().copied().filter(|(from, to)| *from.max(to) < known).collect();
        let before = arrange(&told[..known], &old, direction);
        let after = arrange_near(&told, &edges, direction, &Kept::new(&told[..known], &old, &before));
        well_placed(&after, &edges)?;
        prop_assert_eq!(&after.nodes[..known], &before.nodes[..]);
        // And what went leaves the others where they were.
        let fewer = arrange_near(&told[..known], &old, direction, &Kept::new(&told, &edges, &after));
        prop_assert_eq!(&fewer.nodes, &before.nodes);
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
    fn steps_lead_where_they_point((count, edges, direction, _) in graphs()) {
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
        for (from, [left, right, up, down]) in walks(&graph, direction).into_iter().enumerate() {
            let here = &graph.nodes[from];
            let there = |to: Option<usize>| to.map(|to| &graph.nodes[to]);
            prop_assert!(there(left).is_none_or(|there| there.x < here.x), "left of {here:?} is {left:?}");
            prop_assert!(there(right).is_none_or(|there| there.x > here.x), "right of {here:?} is {right:?}");
            prop_assert!(there(up).is_none_or(|there| there.y < here.y), "above {here:?} is {up:?}");
            prop_assert!(there(down).is_none_or(|there| there.y > here.y), "below {here:?} is {down:?}");
            // Along the arrows there is a step wherever an arrow leads.
            let along = if direction.is_horizontal() { [left, right] } else { [up, down] };
            let place = |node: &GraphNode| if direction.is_horizontal() { node.x } else { node.y };
            for (step, sign) in along.into_iter().zip([-1, 1]) {
                let leads = |(a, b): &(usize, usize)| {
                    let other = if *a == from { *b } else { *a };
                    (*a == from || *b == from) && (place(&graph.nodes[other]) - place(here)) * sign > 0
                };
                prop_assert_eq!(step.is_some(), edges.iter().any(leads));
            }
        }
    }
}
