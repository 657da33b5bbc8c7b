//! The graph page: what is shown is chosen at the side, then comes the picture, then the same in words.

use leptos::prelude::*;
use model::GraphQuery;
use serde::{Deserialize, Serialize};

use super::graph_picture::picture;
use crate::answer::Drawn;
use crate::catalog::stage::Stage;
use crate::ui::server_html;

/// What the graph page shows: a `model::GraphPage`, drawn.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct GraphShown {
    /// Width and height of the picture in pixels.
    pub size: (i32, i32),
    /// What is drawn.
    pub drawn: Drawn,
}

#[cfg(feature = "ssr")]
impl GraphShown {
    /// Draws the page.
    #[must_use]
    pub fn of(query: &GraphQuery, page: model::GraphPage) -> Self {
        let mut drawn = super::graph_frame::draw(query, &page);
        let model::GraphPage { graph, picture, map, dependents, .. } = page;
        if !graph.nodes.is_empty() {
            drawn.words = super::graph_words::in_words(query, &graph, dependents);
        }
        (drawn.picture, drawn.map) = (picture, map);
        Self { size: (graph.width, graph.height), drawn }
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
) -> impl IntoView {
    let GraphShown { size, drawn, .. } = page;
    let Drawn { time, panel, lead, picture: svg, map, words, .. } = drawn;
    if query.roots.is_empty() {
        return view! { {server_html(time)} {server_html(lead)} }.into_any();
    }
    let class = if query.show_filters { "listing" } else { "listing listing--alone" };
    view! {
        {server_html(time)}
        <div class=class>
            {server_html(panel)}
            <div class="listing__main stack">
                <div>
                    {server_html(lead)}
                    {picture(&query, size, (svg, map), stage)}
                </div>
                <div class="stack" inner_html=words></div>
            </div>
        </div>
    }
    .into_any()
}
