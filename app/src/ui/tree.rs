//! Things that hold things. Arrow keys walk and fold the tree (see `keys.rs`); without scripts it lies open, and its links
//! are links.

use leptos::prelude::*;

use super::Icon;

/// One item and what is below it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TreeItem {
    /// Its name.
    pub title: String,
    /// Where it leads; the item that one sees now, and one that leads nowhere, have none.
    pub href: Option<String>,
    /// Whether it is what the page is about.
    pub current: bool,
    /// What is below it.
    pub below: Vec<TreeItem>,
}

/// A tree.
#[component]
pub fn Tree(
    /// Names it for screen readers.
    #[prop(into)]
    label: String,
    /// The items at the top.
    items: Vec<TreeItem>,
) -> impl IntoView {
    view! { <ul class="tree" role="tree" aria-label=label>{items.into_iter().map(|item| branch(item, 1)).collect_view()}</ul> }
        .into_any()
}

/// An item with its branch.
fn branch(item: TreeItem, depth: u32) -> AnyView {
    let TreeItem { title, href, current, below } = item;
    let level = leptos::attr::custom::custom_attribute("aria-level", depth);
    let parent = !below.is_empty();
    let expanded = parent.then_some("true");
    let current = current.then_some("true");
    let twist =
        parent.then(|| view! { <span class="tree__twist" aria-hidden="true"><Icon name="down"/></span> });
    let name = match href {
        Some(href) => view! {
            <a {..level} href=href role="treeitem" aria-expanded=expanded aria-current=current>{title}</a>
        }
        .into_any(),
        None => view! {
            <span {..level} role="treeitem" tabindex="0" aria-expanded=expanded aria-current=current>{title}</span>
        }
        .into_any(),
    };
    let below = parent.then(|| {
        view! { <ul role="group">{below.into_iter().map(|item| branch(item, depth + 1)).collect_view()}</ul> }
    });
    view! { <li role="none">{twist}{name}{below}</li> }.into_any()
}
