//! A button that shows a list of links and actions: the browser's own popover, which closes on Esc and on a click
//! elsewhere. Arrow keys walk the list (see `keys.rs`); without scripts Tab does.

use leptos::prelude::*;

use super::Icon;

/// The button and its list.
///
/// ```ignore
/// <Menu id="export" label="Export">
///     <MenuLink label="CSV" href/>
///     <MenuAction label="Copy the address" on_choose/>
/// </Menu>
/// ```
///
/// Children are `<li>`s, so forms fit in as well: `<li><form …><button>…</button></form></li>`.
#[component]
pub fn Menu(
    /// Unique on the page.
    #[prop(into)]
    id: String,
    /// The words on the button.
    #[prop(into)]
    label: String,
    /// Id of a symbol in the sprite, shown in place of the words, which then name the button.
    #[prop(optional)]
    icon: Option<&'static str>,
    /// What can be chosen.
    children: Children,
) -> impl IntoView {
    let button = match icon {
        None => view! {
            <button type="button" class="button" popovertarget=id.clone()>{label.clone()}<Icon name="down"/></button>
        }
        .into_any(),
        Some(icon) => view! {
            <button type="button" class="button button--bare" popovertarget=id.clone() aria-label=label.clone()>
                <Icon name=icon/>
            </button>
        }
        .into_any(),
    };
    view! {
        {button}
        <ul id=id popover="" class="popup menu-list" data-arrows="" aria-label=label>{children()}</ul>
    }
    .into_any()
}

/// A link of a menu.
#[component]
pub fn MenuLink(
    /// What is there.
    #[prop(into)]
    label: String,
    /// Where it leads.
    #[prop(into)]
    href: String,
    /// Whether this is what one sees now.
    #[prop(optional)]
    current: bool,
    /// For files, which the router must leave to the browser.
    #[prop(optional)]
    external: bool,
) -> impl IntoView {
    let current = current.then_some("true");
    view! { <li><a href=href aria-current=current rel=external.then_some("external")>{label}</a></li> }
        .into_any()
}

/// An action of a menu. Needs scripts: what must work without them is a form.
#[component]
pub fn MenuAction(
    /// What it does.
    #[prop(into)]
    label: String,
    /// Does it.
    on_choose: Callback<()>,
    /// Whether it takes something away.
    #[prop(optional)]
    danger: bool,
) -> impl IntoView {
    let class = if danger { "menu-list__danger" } else { "" };
    view! { <li><button type="button" class=class on:click=move |_| on_choose.run(())>{label}</button></li> }
        .into_any()
}
