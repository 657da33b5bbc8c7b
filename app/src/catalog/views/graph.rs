//! The graph page: what is shown is chosen at the side, then comes the picture, then the same in words.

use leptos::prelude::*;
use model::{Curve, Direction, EntityLink, EntityRef, Facet, GraphQuery, Grouping, Moment, Portion};
use serde::{Deserialize, Serialize};

use super::graph_list::starts;
use super::graph_picture::picture;
pub use crate::answer::Drawn;
use crate::catalog::query::{Address, GRAPH_FILTERS};
use crate::catalog::stage::Stage;
use crate::catalog::words;
use crate::ui::{Chips, EmptyState, FacetGroup, Icon};

/// Depths that are offered.
const DEPTHS: [u32; 5] = [1, 2, 3, 4, 6];

/// What the graph page shows: a `model::GraphPage` of which the large parts are drawn.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct GraphShown {
    /// How many entities are in the picture.
    pub nodes: u32,
    /// How many arrows.
    pub edges: u32,
    /// Entities for which there was no room.
    pub left_off: u32,
    /// Width and height of the picture in pixels.
    pub size: (i32, i32),
    /// What the picture is around.
    pub roots: Vec<EntityLink>,
    /// What can be filtered by.
    pub facets: Vec<Facet>,
    /// Entities to start at.
    pub starts: Portion<EntityLink>,
    /// What is drawn.
    pub drawn: Drawn,
    /// The moment that this shows.
    pub time: Moment,
    /// The moment that it is compared with; now if there is none.
    pub compared: Moment,
    /// Newest `seq` that this shows.
    pub seq: i64,
}

#[cfg(feature = "ssr")]
impl GraphShown {
    /// Draws what a browser need not know piece by piece.
    #[must_use]
    pub fn of(query: &GraphQuery, page: model::GraphPage) -> Self {
        let model::GraphPage { graph, picture, map, facets, dependents, starts, time, compared, seq } = page;
        let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        let words = if graph.nodes.is_empty() {
            String::new()
        } else {
            super::graph_words::in_words(query, &graph, dependents)
        };
        let roots = graph.nodes.iter().filter(|node| node.distance == 0);
        Self {
            nodes: count(graph.nodes.len()),
            edges: count(graph.edges.len()),
            left_off: graph.left_off,
            size: (graph.width, graph.height),
            roots: roots.map(|node| node.link.clone()).collect(),
            facets,
            starts,
            drawn: Drawn { picture, map, words },
            time,
            compared,
            seq,
        }
    }
}

/// The graph, drawn. Part of a GET form, which the filters belong to.
#[component]
pub fn GraphView(
    /// The state of the address.
    query: GraphQuery,
    /// What the service answered.
    page: GraphShown,
    /// The window on the picture.
    stage: Stage,
    /// Whether scripts run, so that changes need no button.
    #[prop(into)]
    immediate: Signal<bool>,
    /// Called with the next state when a filter changes.
    on_change: Callback<GraphQuery>,
) -> impl IntoView {
    if query.roots.is_empty() {
        return nowhere(&query, &page);
    }
    let panel = filters(&query, &page, immediate, on_change);
    let GraphShown { nodes, edges, left_off, size, roots, starts: found, drawn, .. } = page;
    let Drawn { picture: svg, map, words: below } = drawn;
    let shown =
        format!("{}, {}", words::count(nodes, "entity", "entities"), words::count(edges, "arrow", "arrows"));
    let left_off = (left_off > 0).then(|| {
        let more = words::count(left_off, "entity that is", "entities that are");
        view! {
            <p class="notice tone-warning">
                <Icon name="warning"/>
                <span>{format!("There is no room for {more} next to these, and for what lies behind. ")}
                "Choose a smaller depth, or some kinds or relations."</span>
            </p>
        }
    });
    let found = (!query.text.is_empty()).then(|| starts(&query, found));
    view! {
        <div class="listing">
            {panel}
            <div class="listing__main stack">
                <div>
                    <p class="result-count" role="status">{shown}</p>
                    {chips(&query, &roots)}
                    {found}
                    {left_off}
                    {picture(&query, size, (svg, map), stage, immediate)}
                </div>
                <div class="stack" inner_html=below></div>
            </div>
        </div>
    }
    .into_any()
}

/// What stands where no entity is chosen.
fn nowhere(query: &GraphQuery, page: &GraphShown) -> AnyView {
    if query.text.is_empty() && page.starts.shown.is_empty() {
        return view! {
            <EmptyState title="Choose an entity to start at">
                <p>"Search for one above, or "<a href="/catalog">"look into the catalog"</a>"."</p>
            </EmptyState>
        }
        .into_any();
    }
    let lead = query.text.is_empty().then(|| {
        view! {
            <p class="graph-lead">
                "A graph shows what an entity has to do with others. Search for one above, start at one of these, or "
                <a href="/catalog">"look into the catalog"</a>"."
            </p>
        }
    });
    view! {
        {lead}
        {starts(query, page.starts.clone())}
    }
    .into_any()
}

/// The filter panel.
fn filters(
    query: &GraphQuery,
    page: &GraphShown,
    immediate: Signal<bool>,
    on_change: Callback<GraphQuery>,
) -> AnyView {
    let chosen: usize = GRAPH_FILTERS.iter().map(|filter| filter.chosen(query).len()).sum();
    let groups = GRAPH_FILTERS.iter().filter_map(|filter| {
        let facet = page.facets.iter().find(|facet| facet.key == filter.key);
        let choices = filter.choices(query, facet.map_or(&[][..], |facet| &facet.values));
        let query = query.clone();
        let on_toggle = Callback::new(move |value: String| on_change.run(filter.toggled(&query, &value)));
        // A single choice that is not chosen would leave the graph as it is.
        let useful = choices.len() > 1 || choices.iter().any(|choice| choice.chosen);
        useful.then(|| view! { <FacetGroup title=filter.title name=filter.param choices on_toggle/> })
    });
    let moments = [("at", &query.at), ("compare", &query.compare)].map(|(name, at)| {
        (!at.is_empty()).then(|| view! { <input type="hidden" name=name value=at.clone()/> })
    });
    let kept = [
        ("rootEntityRefs[]", &query.roots),
        ("expanded[]", &query.expanded),
        ("collapsed[]", &query.collapsed),
    ];
    let kept = kept.into_iter().flat_map(|(name, values)| {
        values.iter().map(move |value| view! { <input type="hidden" name=name value=value.clone()/> })
    });
    view! {
        <details class="filters">
            <summary>
                "Filters"
                {(chosen > 0).then(|| view! { <span class="filters__count">{format!("{chosen} active")}</span> })}
            </summary>
            <div class="filters__body" role="group" aria-label="Filters">
                {kept.collect_view()}
                {moments.collect_view()}
                {selects(query).map(|select| select.draw(query, on_change)).collect_view()}
                {groups.collect_view()}
                <button type="submit" class="button" hidden=move || immediate.get()>"Apply filters"</button>
            </div>
        </details>
    }
    .into_any()
}

/// One choice out of a few.
struct Select {
    name: &'static str,
    title: &'static str,
    /// Value in the address, name.
    options: Vec<(String, String)>,
    chosen: String,
}

/// What is chosen beside kinds and relations.
fn selects(query: &GraphQuery) -> [Select; 6] {
    let own = |pairs: &[(&str, &str)]| {
        pairs.iter().map(|(value, name)| ((*value).to_owned(), (*name).to_owned())).collect::<Vec<_>>()
    };
    let mut depths: Vec<u32> = DEPTHS.into_iter().chain(query.max_depth).collect();
    depths.sort_unstable();
    depths.dedup();
    let depth = |depth: u32| (depth.to_string(), words::count(depth, "relation", "relations"));
    let depths = depths.into_iter().map(depth);
    let direction = |direction: Direction| {
        let name = match direction {
            Direction::LR => "Left to right",
            Direction::RL => "Right to left",
            Direction::TB => "Top to bottom",
            Direction::BT => "Bottom to top",
        };
        (direction.word(), name)
    };
    let curve = |curve: Curve| match curve {
        Curve::MonotoneX => (curve.word(), "Smooth"),
        Curve::StepBefore => (curve.word(), "Right angles"),
    };
    let flag = |flag: bool| if flag { "true" } else { "false" }.to_owned();
    [
        Select {
            name: "maxDepth",
            title: "How far",
            options: own(&[("", "As far as they lead")]).into_iter().chain(depths).collect(),
            chosen: query.max_depth.map(|depth| depth.to_string()).unwrap_or_default(),
        },
        Select {
            name: "group",
            title: "Boxes around",
            options: own(&[("", "Nothing")])
                .into_iter()
                .chain(own(&Grouping::ALL.map(|group| (group.word(), grouping(group)))))
                .collect(),
            chosen: query.group.map(Grouping::word).unwrap_or_default().to_owned(),
        },
        Select {
            name: "direction",
            title: "Arrows point",
            options: own(&Direction::ALL.map(direction)),
            chosen: query.direction.word().to_owned(),
        },
        Select {
            name: "curve",
            title: "Lines",
            options: own(&Curve::ALL.map(curve)),
            chosen: query.curve.word().to_owned(),
        },
        Select {
            name: "mergeRelations",
            title: "A relation and its reverse",
            options: own(&[("true", "On one arrow"), ("false", "On an arrow each")]),
            chosen: flag(query.merge_relations),
        },
        Select {
            name: "unidirectional",
            title: "Reverse relations",
            options: own(&[("true", "Left out unless merged"), ("false", "Drawn too")]),
            chosen: flag(query.unidirectional),
        },
    ]
}

/// What boxes are around.
fn grouping(group: Grouping) -> &'static str {
    match group {
        Grouping::System => "Each system",
        Grouping::Domain => "Each domain",
        Grouping::Owner => "What an owner has",
    }
}

impl Select {
    fn draw(self, query: &GraphQuery, on_change: Callback<GraphQuery>) -> AnyView {
        let Self { name, title, options, chosen } = self;
        let options = options.into_iter().map(|(value, text)| {
            let selected = value == chosen;
            view! { <option value=value selected=selected prop:selected=selected>{text}</option> }
        });
        let id = format!("graph-{name}");
        let query = query.clone();
        let change = move |event: leptos::ev::Event| {
            on_change.run(with_parameter(&query, name, &event_target_value(&event)));
        };
        view! {
            <div class="filters__sort">
                <label for=id.clone()>{title}</label>
                <select id=id name=name on:change=change>{options.collect_view()}</select>
            </div>
        }
        .into_any()
    }
}

/// The query with another value of one parameter. Of a parameter that comes twice the last value counts.
fn with_parameter(query: &GraphQuery, name: &str, value: &str) -> GraphQuery {
    let mut query = GraphQuery { page: 1, ..query.clone() };
    // What is chosen by leaving it out.
    match name {
        "maxDepth" => query.max_depth = None,
        "group" => query.group = None,
        _ => {}
    }
    GraphQuery::from_query_string(&format!("{}&{name}={value}", query.to_query_string()))
}

/// What the graph is about and what it is filtered by, as links that take it away.
fn chips(query: &GraphQuery, shown: &[EntityLink]) -> AnyView {
    let roots = query.roots.iter().map(|root| {
        let canonical = EntityRef::parse(root).map_or_else(|_| root.clone(), |parsed| parsed.to_string());
        let link = shown.iter().find(|link| link.entity_ref == canonical);
        let others = query.roots.iter().filter(|other| *other != root).cloned().collect();
        let title = link.map_or_else(|| root.clone(), |link| link.title.clone());
        ("Around".to_owned(), title, GraphQuery { roots: others, ..query.clone() }.href())
    });
    let filters = GRAPH_FILTERS.iter().flat_map(|filter| {
        let chosen = filter.chosen(query).iter();
        chosen.map(|value| {
            (filter.title.to_owned(), (filter.label)(value), filter.toggled(query, value).href())
        })
    });
    let by_hand = [(&query.expanded, "Expanded"), (&query.collapsed, "Collapsed")];
    let by_hand = by_hand.into_iter().filter(|(refs, _)| !refs.is_empty()).map(|(refs, title)| {
        let mut next = GraphQuery { page: 1, ..query.clone() };
        if title == "Expanded" {
            next.expanded.clear();
        } else {
            next.collapsed.clear();
        }
        let count = words::count(u32::try_from(refs.len()).unwrap_or(u32::MAX), "entity", "entities");
        (title.to_owned(), count, next.href())
    });
    let clear = GraphQuery { at: query.at.clone(), ..GraphQuery::default() }.href();
    view! { <Chips chips=roots.chain(filters).chain(by_hand).collect() clear=clear/> }.into_any()
}

#[cfg(test)]
mod tests {
    use model::{Direction, GraphQuery};

    use super::{selects, with_parameter};

    #[test]
    fn each_choice_is_a_parameter() {
        let query = GraphQuery { max_depth: Some(9), ..GraphQuery::around("component:default/a") };
        for select in selects(&query) {
            assert!(select.options.iter().any(|(value, _)| *value == select.chosen), "{}", select.name);
            for (value, _) in &select.options {
                let next = with_parameter(&query, select.name, value);
                assert_eq!(*value == select.chosen, next == query, "{}={value}", select.name);
                assert_eq!(next.roots, query.roots);
            }
        }
        assert_eq!(with_parameter(&query, "maxDepth", "").max_depth, None);
        assert_eq!(with_parameter(&query, "direction", "BT").direction, Direction::BT);
    }
}
