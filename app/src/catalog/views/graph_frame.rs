//! What stands around the picture of a graph: filters, what it is about, and entities to start at. Written on the server,
//! because a browser need not know it piece by piece.

use leptos::prelude::*;
use model::{Curve, Direction, EntityLink, EntityRef, Facet, GraphPage, GraphQuery, Grouping};

use super::graph_list::starts;
use super::time::{TimeLinks, band, compared, menu};
use crate::answer::Drawn;
use crate::catalog::address::Address;
use crate::catalog::filters::GRAPH_FILTERS;
use crate::catalog::words;
use crate::drawn::html;
use crate::ui::{Chips, EmptyState, FilterPanel, Icon};

/// Depths that are offered.
const DEPTHS: [u32; 5] = [1, 2, 3, 4, 6];

/// All of it.
pub(super) fn draw(query: &GraphQuery, page: &GraphPage) -> Drawn {
    let links = links(query);
    let stop = GraphQuery { compare: String::new(), ..query.clone() }.href();
    let time = html(|| (band(&page.time, &links), compared(&page.compared, stop)));
    let moments = menu(&page.time, &links);
    if query.roots.is_empty() {
        let lead = html(|| view! { <div class="result-line">{moments}</div> {nowhere(query, page)} });
        return Drawn { time, lead, ..Drawn::default() };
    }
    Drawn {
        time,
        panel: html(|| filters(query, &page.facets)),
        lead: html(|| lead(query, page, moments)),
        ..Drawn::default()
    }
}

/// Where other moments lead: the rest stays as it is.
fn links(query: &GraphQuery) -> TimeLinks {
    let (seen, compared) = (query.clone(), query.clone());
    let compare =
        move |at: &str| GraphQuery { compare: at.to_owned(), at: String::new(), ..compared.clone() }.href();
    // Without an entity there is no picture to compare.
    let somewhere = !query.roots.is_empty();
    TimeLinks {
        since: (somewhere && !query.at.is_empty()).then(|| compare(&query.at)),
        see: Box::new(move |at| GraphQuery { at: at.to_owned(), ..seen.clone() }.href()),
        compare: if somewhere { Some(Box::new(compare)) } else { None },
    }
}

/// How much is in the picture, and what it is about.
fn lead(query: &GraphQuery, page: &GraphPage, moments: AnyView) -> AnyView {
    let graph = &page.graph;
    let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
    let shown = format!(
        "{}, {}",
        words::count(count(graph.nodes.len()), "entity", "entities"),
        words::count(count(graph.edges.len()), "arrow", "arrows")
    );
    let left_off = (graph.left_off > 0).then(|| {
        let more = words::count(graph.left_off, "entity that is", "entities that are");
        view! {
            <p class="notice tone-warning">
                <Icon name="warning"/>
                <span>{format!("There is no room for {more} next to these, and for what lies behind. ")}
                "Choose a smaller depth, or some kinds or relations."</span>
            </p>
        }
    });
    let roots: Vec<&EntityLink> =
        graph.nodes.iter().filter(|node| node.distance == 0).map(|node| &node.link).collect();
    let toggle = if query.show_filters { "Hide filters" } else { "Show filters" };
    let toggled = GraphQuery { show_filters: !query.show_filters, ..query.clone() };
    let found = (!query.text.is_empty()).then(|| starts(query, page.starts.clone()));
    view! {
        <div class="result-line">
            <p class="result-count" role="status">{shown}</p>
            <div class="tools">
                <a class="button button--quiet" href=toggled.href() data-noscroll="" data-command=toggle>{toggle}</a>
                {moments}
            </div>
        </div>
        {chips(query, &roots)}
        {found}
        {left_off}
    }
    .into_any()
}

/// What stands where no entity is chosen.
fn nowhere(query: &GraphQuery, page: &GraphPage) -> AnyView {
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
fn filters(query: &GraphQuery, facets: &[Facet]) -> AnyView {
    let chosen: usize = GRAPH_FILTERS.iter().map(|filter| filter.chosen(query).len()).sum();
    let groups = GRAPH_FILTERS.iter().filter_map(|filter| {
        let facet = facets.iter().find(|facet| facet.key == filter.key);
        filter.group(query, facet.map_or(&[][..], |facet| &facet.values), &[], 0)
    });
    let moments = [("at", &query.at), ("compare", &query.compare)].map(|(name, at)| {
        (!at.is_empty()).then(|| view! { <input type="hidden" name=name value=at.clone()/> })
    });
    // Hidden filters are sent all the same.
    let are_hidden =
        (!query.show_filters).then(|| view! { <input type="hidden" name="showFilters" value="false"/> });
    let kept = [
        ("rootEntityRefs[]", &query.roots),
        ("expanded[]", &query.expanded),
        ("collapsed[]", &query.collapsed),
    ];
    let kept = kept.into_iter().flat_map(|(name, values)| {
        values.iter().map(move |value| view! { <input type="hidden" name=name value=value.clone()/> })
    });
    let fields = view! {
        {kept.collect_view()}
        {moments.collect_view()}
        {are_hidden}
        {selects(query).map(Select::draw).collect_view()}
        {groups.collect_view()}
    };
    view! { <FilterPanel chosen fields=fields.into_any()/> }.into_any()
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
        (usual(direction.word(), direction == Direction::default()), name)
    };
    let curve = |curve: Curve| {
        let name = match curve {
            Curve::MonotoneX => "Smooth",
            Curve::StepBefore => "Right angles",
        };
        (usual(curve.word(), curve == Curve::default()), name)
    };
    let flag = |flag: bool| if flag { "" } else { "false" }.to_owned();
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
            chosen: direction(query.direction).0.to_owned(),
        },
        Select {
            name: "curve",
            title: "Lines",
            options: own(&Curve::ALL.map(curve)),
            chosen: curve(query.curve).0.to_owned(),
        },
        Select {
            name: "mergeRelations",
            title: "A relation and its reverse",
            options: own(&[("", "On one arrow"), ("false", "On an arrow each")]),
            chosen: flag(query.merge_relations),
        },
        Select {
            name: "unidirectional",
            title: "Reverse relations",
            options: own(&[("", "Left out unless merged"), ("false", "Drawn too")]),
            chosen: flag(query.unidirectional),
        },
    ]
}

/// What is usual is left out of the address.
fn usual(word: &'static str, is_usual: bool) -> &'static str {
    if is_usual { "" } else { word }
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
    fn draw(self) -> AnyView {
        let Self { name, title, options, chosen } = self;
        let options = options.into_iter().map(|(value, text)| {
            let selected = value == chosen;
            view! { <option value=value selected=selected prop:selected=selected>{text}</option> }
        });
        let id = format!("graph-{name}");
        view! {
            <div class="filters__sort">
                <label for=id.clone()>{title}</label>
                <select id=id name=name>{options.collect_view()}</select>
            </div>
        }
        .into_any()
    }
}

/// What the graph is about and what it is filtered by, as links that take it away.
fn chips(query: &GraphQuery, shown: &[&EntityLink]) -> AnyView {
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
    use model::GraphQuery;

    use super::selects;

    #[test]
    fn each_choice_is_a_parameter() {
        let query = GraphQuery { max_depth: Some(9), ..GraphQuery::around("component:default/a") };
        for (place, select) in selects(&query).into_iter().enumerate() {
            assert!(select.options.iter().any(|(value, _)| *value == select.chosen), "{}", select.name);
            for (value, _) in &select.options {
                let next = GraphQuery::from_query_string(&format!("{}={value}", select.name));
                assert_eq!(selects(&next)[place].chosen, *value, "{}", select.name);
            }
        }
    }
}
