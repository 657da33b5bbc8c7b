//! What lies above the page: dialogs, drawers, menus, tooltips, messages.

use app::ui::{Dialog, Drawer, Menu, MenuAction, MenuLink, ToastRegion, Toasts, Tooltip};
use leptos::prelude::*;

use crate::drawn::draw;

#[test]
fn a_dialog_is_named_and_can_be_closed() {
    insta::assert_snapshot!(draw(|| view! { <Dialog id="d" title="Remove it?"><p>"It is gone then."</p></Dialog> }).tree(), @r#"
    <dialog closedby="closerequest" id="d" aria-labelledby="d-title" class="modal dialog">
    <div class="modal__head">
    <h2 id="d-title">
    Remove it?
    </h2>
    <form method="dialog">
    <button aria-label="Close" class="button button--bare">
    <svg aria-hidden="true" focusable="false" class="icon">
    <use href="/icons.svg#close">
    </use>
    </svg>
    </button>
    </form>
    </div>
    <div class="modal__body">
    <p>
    It is gone then.
    </p>
    </div>
    </dialog>
    "#);
}

#[test]
fn a_drawer_closes_on_a_click_beside_it() {
    insta::assert_snapshot!(draw(|| view! { <Drawer id="d" title="Orders"><p>"Takes orders."</p></Drawer> }).tree(), @r#"
    <dialog closedby="any" id="d" aria-labelledby="d-title" class="modal drawer">
    <div class="modal__head">
    <h2 id="d-title">
    Orders
    </h2>
    <form method="dialog">
    <button aria-label="Close" class="button button--bare">
    <svg aria-hidden="true" focusable="false" class="icon">
    <use href="/icons.svg#close">
    </use>
    </svg>
    </button>
    </form>
    </div>
    <div class="modal__body">
    <p>
    Takes orders.
    </p>
    </div>
    </dialog>
    "#);
}

#[test]
fn a_menu_of_links_and_actions() {
    let page = draw(|| {
        let nothing = Callback::new(|()| ());
        view! {
            <Menu id="m" label="Export">
                <MenuLink label="CSV" href="/csv" external=true/>
                <MenuLink label="Table" href="/table" current=true/>
                <MenuAction label="Remove" on_choose=nothing danger=true/>
            </Menu>
        }
    });
    insta::assert_snapshot!(page.tree(), @r#"
    <button type="button" popovertarget="m" class="button">
    Export
    <svg aria-hidden="true" focusable="false" class="icon">
    <use href="/icons.svg#down">
    </use>
    </svg>
    </button>
    <ul id="m" popover="" data-arrows="" aria-label="Export" class="popup menu-list">
    <li>
    <a href="/csv" rel="external">
    CSV
    </a>
    </li>
    <li>
    <a href="/table" aria-current="true">
    Table
    </a>
    </li>
    <li>
    <button type="button" class="menu-list__danger">
    Remove
    </button>
    </li>
    </ul>
    "#);
}

#[test]
fn a_menu_behind_an_icon_has_a_name() {
    insta::assert_snapshot!(draw(|| view! { <Menu id="m" label="More actions" icon="more">""</Menu> }).tree(), @r#"
    <button type="button" popovertarget="m" aria-label="More actions" class="button button--bare">
    <svg aria-hidden="true" focusable="false" class="icon">
    <use href="/icons.svg#more">
    </use>
    </svg>
    </button>
    <ul id="m" popover="" data-arrows="" aria-label="More actions" class="popup menu-list">
    </ul>
    "#);
}

#[test]
fn a_tooltip_has_a_sign_with_a_name() {
    insta::assert_snapshot!(draw(|| view! { <Tooltip id="t" label="About orphans" text="Nobody names them."/> }).tree(), @r#"
    <button type="button" popovertarget="t" aria-label="About orphans" class="button button--bare button--sign">
    <svg aria-hidden="true" focusable="false" class="icon">
    <use href="/icons.svg#info">
    </use>
    </svg>
    </button>
    <span id="t" popover="" class="popup tooltip">
    Nobody names them.
    </span>
    "#);
}

#[test]
fn messages_appear_in_a_place_that_is_announced() {
    let page = draw(|| {
        let toasts = Toasts::current();
        toasts.show("View removed", Some(Callback::new(|()| ())));
        toasts.show("Address copied", None);
        view! { <ToastRegion/> }
    });
    insta::assert_snapshot!(page.tree(), @r#"
    <section id="toasts" aria-label="Messages (F8)" class="toasts">
    <div role="status">
    <div class="toast">
    <p>
    View removed
    </p>
    <button type="button" class="button button--quiet">
    Undo
    </button>
    <button type="button" aria-label="Dismiss" class="button button--bare">
    <svg aria-hidden="true" focusable="false" class="icon">
    <use href="/icons.svg#close">
    </use>
    </svg>
    </button>
    </div>
    <div class="toast">
    <p>
    Address copied
    </p>
    <button type="button" aria-label="Dismiss" class="button button--bare">
    <svg aria-hidden="true" focusable="false" class="icon">
    <use href="/icons.svg#close">
    </use>
    </svg>
    </button>
    </div>
    </div>
    </section>
    "#);
}

#[test]
fn one_message_too_many_replaces_the_oldest() {
    let text = draw(|| {
        let toasts = Toasts::current();
        for number in 1..=4 {
            toasts.show(format!("message {number}"), None);
        }
        view! { <ToastRegion/> }
    })
    .text();
    for (number, shown) in [(1, false), (2, true), (3, true), (4, true)] {
        assert_eq!(text.contains(&format!("message {number}")), shown, "message {number} in {text}");
    }
}
