//! The picture of a graph in its window: complete without scripts, and with them it can be moved, resized and searched.

use leptos::prelude::*;
use model::GraphQuery;

use crate::catalog::canvas::{CANVAS, MAP, SCALED, VIEW, WINDOW};
use crate::catalog::stage::{PEEK, Stage, typed};
use crate::ui::Icon;

/// The graph in its window, with what resizes it, finds in it and saves it. The picture, and the same very small, come as
/// the server drew them.
pub(super) fn picture(
    query: &GraphQuery,
    size: (i32, i32),
    (svg, map): (String, String),
    stage: Stage,
) -> AnyView {
    let of_effect = query.clone();
    // Effects run in the browser alone.
    Effect::new(move |_| stage.drawn(&of_effect, size));
    view! {
        <div
            class="graph-frame"
            on:wheel=move |event| stage.on_wheel(&event)
            on:keydown=move |event| stage.on_key(&event)
            on:focusout=move |event| stage.on_blur(&event)
            on:focusin=move |event| stage.on_focus(&event)
            on:pointerdown=move |event| stage.on_press(&event)
            on:pointermove=move |event| stage.on_move(&event)
            on:mouseover=move |event| stage.on_hover(&event)
            on:pointerup=move |_| stage.release()
            on:pointercancel=move |_| stage.release()
            on:mouseleave=move |_| stage.on_leave()
            on:dragstart=move |event| event.prevent_default()
            on:click=move |event| stage.on_click(&event)
        >
            <div class="graph-tools">
                {search(stage)}
                <div class="graph-tools__group scripted">
                    {tool("Smaller", "−", move || stage.smaller())}
                    {tool("Larger", "+", move || stage.larger())}
                    {tool("Fit", "Fit", move || stage.fit())}
                </div>
                {export(query)}
            </div>
            <div id=VIEW class="graph-view">
                <div
                    class="graph-window"
                    id=WINDOW
                    tabindex="0"
                    role="region"
                    aria-label="Picture of the graph"
                    on:scroll=move |_| stage.on_scroll()
                >
                    <div id=CANVAS class="graph-canvas">
                        <div id=SCALED class="graph-scaled" inner_html=svg></div>
                    </div>
                </div>
                <div
                    id=MAP
                    class="graph-map"
                    tabindex="0"
                    role="group"
                    aria-label="The whole graph, small: arrow keys move what is seen of it"
                    hidden=move || !stage.has_more.get()
                    inner_html=map
                ></div>
            </div>
            {peek(stage)}
            {legend()}
        </div>
    }
    .into_any()
}

/// The field that finds in the picture.
fn search(stage: Stage) -> AnyView {
    view! {
        <div class="graph-find scripted" role="search" aria-label="In the picture" data-later="">
            <Icon name="search"/>
            <input
                type="search"
                id="graph-find"
                aria-label="Find in the picture"
                placeholder="Find in the picture"
                autocomplete="off"
                on:input=move |event| stage.find(&typed(&event))
                on:keydown=move |event| stage.on_find_key(&event)
            />
            <span role="status" class="small muted">{move || stage.found_text.get()}</span>
        </div>
    }
    .into_any()
}

/// A button beside the picture.
fn tool(label: &'static str, sign: &'static str, press: impl Fn() + 'static) -> AnyView {
    view! {
        <button type="button" class="button button--quiet" aria-label=label title=label on:click=move |_| press()>
            {sign}
        </button>
    }
    .into_any()
}

/// The picture as a file. `public/graph.js` makes the one of pixels out of the other.
fn export(query: &GraphQuery) -> AnyView {
    let parameters = query.to_query_string();
    let items = ["light", "dark"].map(|theme| {
        let href = format!("/api/portico/graph.svg?{parameters}&theme={theme}");
        view! {
            <li><a href=href.clone() download="graph.svg" rel="external">{format!("SVG, {theme}")}</a></li>
            <li class="scripted">
                <a href=href download="graph.png" rel="external" data-png="">{format!("PNG, {theme}")}</a>
            </li>
        }
    });
    view! {
        <details class="graph-export">
            <summary class="button button--quiet">"Save"</summary>
            <ul>{items.collect_view()}</ul>
        </details>
    }
    .into_any()
}

/// Facts about a node.
fn peek(stage: Stage) -> AnyView {
    let panel = move || {
        stage.peek.get().map(|html| {
            view! {
                <aside class="graph-peek" id=PEEK tabindex="-1" aria-label="About this entity">
                    <button
                        type="button"
                        class="button button--quiet graph-peek__close"
                        aria-label="Close"
                        on:click=move |_| stage.close_peek()
                    >
                        <Icon name="close"/>
                    </button>
                    <div inner_html=html></div>
                </aside>
            }
            .into_any()
        })
    };
    panel.into_any()
}

/// What the signs of the picture mean, and what keys do.
fn legend() -> AnyView {
    // It never changes, so a browser need not know its parts.
    const LEGEND: &str = "<ul>\
        <li><span class=\"graph-sign graph-sign--root\"></span>What the graph is around</li>\
        <li><span class=\"graph-sign graph-sign--missing\"></span>Not in the catalog</li>\
        <li><span class=\"graph-sign graph-sign--group\"></span>What belongs together</li>\
        <li><span class=\"graph-sign graph-sign--more\">+3</span>Neighbours that are not shown: press to see them</li>\
        <li><span class=\"graph-sign graph-sign--arrow\">→</span>Above on an arrow: seen from its start; below: from its end</li>\
        </ul><ul>\
        <li><kbd>←</kbd> <kbd>→</kbd> <kbd>↑</kbd> <kbd>↓</kbd> walk from node to node</li>\
        <li><kbd>Space</kbd> shows facts, <kbd>Enter</kbd> opens the page</li>\
        <li><kbd>+</kbd> <kbd>−</kbd> <kbd>0</kbd> resize, as <kbd>Ctrl</kbd> and the wheel do</li>\
        </ul>";
    view! {
        <details class="graph-legend">
            <summary>"Legend and keys"</summary>
            <div inner_html=LEGEND></div>
        </details>
    }
    .into_any()
}
