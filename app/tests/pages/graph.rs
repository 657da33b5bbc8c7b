//! The graph: the picture, the same in words, and what can be chosen.

use app::catalog::Stage;
use app::catalog::views::{GraphShown, GraphView};
use leptos::prelude::*;
use model::{Dependents, Facet, Graph, GraphEdge, GraphNode, GraphPage, GraphQuery};

use crate::drawn::{Drawn, draw};
use crate::samples::{all, link, missing, value};

fn graph(query: GraphQuery, page: GraphPage) -> Drawn {
    draw(move || {
        let stage = Stage::new(Callback::new(|_| ()));
        let page = GraphShown::of(&query, page);
        view! { <GraphView query page stage/> }
    })
}

fn orders() -> GraphPage {
    let node = |link, distance, x| GraphNode { link, distance, x, y: 16, ..GraphNode::default() };
    let edge = |to, forward: &str, reverse: &str, points| GraphEdge {
        from: 0,
        to,
        forward: vec![forward.to_owned()],
        reverse: vec![reverse.to_owned()],
        points,
        mark: None,
    };
    GraphPage {
        graph: Graph {
            nodes: vec![
                node(link("component:default/orders"), 0, 16),
                GraphNode { hidden: 3, ..node(link("api:default/fares"), 1, 400) },
                node(missing("resource:default/orders-db"), 1, 400),
            ],
            edges: vec![
                edge(1, "consumesApi", "apiConsumedBy", vec![(216, 38), (400, 38)]),
                edge(2, "dependsOn", "dependencyOf", vec![(216, 38), (400, 38)]),
            ],
            width: 616,
            height: 76,
            left_off: 2,
            ..Graph::default()
        },
        picture: "<svg id=\"graph-svg\"></svg>".to_owned(),
        map: "<svg></svg>".to_owned(),
        facets: vec![Facet {
            key: "kind".to_owned(),
            values: vec![value("api", 1), value("component", 1), value("resource", 1)],
            ..Facet::default()
        }],
        dependents: Dependents { by_distance: vec![all([link("component:default/web")])], left_off: 0 },
        ..GraphPage::default()
    }
}

#[test]
fn the_picture_and_the_words_say_the_same() {
    let page = graph(GraphQuery::around("component:default/orders"), orders());
    let html = page.html();
    for piece in [
        // As the service drew it.
        "<svg id=\"graph-svg\"></svg>",
        "name=\"rootEntityRefs[]\" value=\"component:default/orders\"",
        "href=\"/api/portico/graph.svg?rootEntityRefs%5B%5D=component%3Adefault%2Forders&amp;theme=light\"",
    ] {
        assert!(html.contains(piece), "{piece} is missing in {html}");
    }
    // The policy for content of pages allows none of these.
    assert!(!html.contains("style=") && !html.contains("onclick"), "{html}");
    let text = page.text();
    let words = text.split_once("In words").map(|(_, words)| words).unwrap_or_default();
    insta::assert_snapshot!(words.trim(), @r"
    orders Component Start
    Depends on
    resource:default/orders-db is not in the catalog
    Consumes APIs
    fares
    fares API Graph around it Show 3 more
    Consumed by
    orders
    resource:default/orders-db is not in the catalog Resource Graph around it
    Used by
    orders
    ");
    assert!(text.contains("no room for 2 entities"), "{text}");
    assert!(text.contains("At once\nweb"), "{text}");
}

#[test]
fn links_lead_to_other_states() {
    let query =
        GraphQuery { kinds: vec!["api".to_owned()], ..GraphQuery::around("component:default/orders") };
    let links = graph(query, orders()).links();
    for address in [
        // Without the root, without the kind, around another entity, more of one, and who breaks as a graph.
        "/catalog-graph?selectedKinds%5B%5D=api",
        "/catalog-graph?rootEntityRefs%5B%5D=component%3Adefault%2Forders",
        "/catalog-graph?rootEntityRefs%5B%5D=api%3Adefault%2Ffares&selectedKinds%5B%5D=api",
        "/catalog-graph?rootEntityRefs%5B%5D=component%3Adefault%2Forders&selectedKinds%5B%5D=api\
         &expanded%5B%5D=api%3Adefault%2Ffares",
        "/catalog-graph?rootEntityRefs%5B%5D=component%3Adefault%2Forders&selectedRelations%5B%5D=dependencyOf\
         &selectedRelations%5B%5D=apiConsumedBy&selectedRelations%5B%5D=providesApi&selectedRelations%5B%5D=hasPart",
    ] {
        assert!(links.contains(&address.to_owned()), "{address} is not among {links:#?}");
    }
}

#[test]
fn an_empty_page_offers_where_to_start() {
    let page = graph(GraphQuery::default(), GraphPage::default());
    assert!(page.text().contains("Choose an entity to start at"), "{}", page.text());
    assert_eq!(page.links(), ["/catalog"]);

    let starts = all([link("system:default/sales")]);
    let page = graph(GraphQuery::default(), GraphPage { starts, ..GraphPage::default() });
    assert!(
        page.links().contains(&"/catalog-graph?rootEntityRefs%5B%5D=system%3Adefault%2Fsales".to_owned())
    );

    let query = GraphQuery { text: "zzz".to_owned(), ..GraphQuery::default() };
    assert!(graph(query, GraphPage::default()).text().contains("No entity matches"));
}

#[test]
fn long_lists_come_in_pages() {
    let node = |number: u32| GraphNode {
        link: link(&format!("component:default/n{number:03}")),
        distance: number.min(1),
        ..GraphNode::default()
    };
    let page = || GraphPage {
        graph: Graph { nodes: (0..250).map(node).collect(), ..Graph::default() },
        ..GraphPage::default()
    };
    let query = GraphQuery::around("component:default/n000");
    let third = graph(GraphQuery { page: 3, ..query.clone() }, page());
    assert!(third.text().contains("n249") && !third.text().contains("n199"), "{}", third.text());
    assert!(third.links().contains(
        &"/catalog-graph?rootEntityRefs%5B%5D=component%3Adefault%2Fn000&page=2#graph-words".to_owned()
    ));
    // A page that is not there is the last one.
    assert_eq!(graph(GraphQuery { page: 99, ..query }, page()).text(), third.text());
}
