//! What people act with. Menus, dialogs, drawers, messages and comboboxes need signals: see `samples.rs`.

use leptos::prelude::*;

use super::super::Section;
use super::{section, states};
use crate::ui::{Button, ButtonKind, Chips, Choice, FacetGroup, Field, Select, Tooltip};

pub(super) fn all() -> Vec<Section> {
    let options =
        ["Name", "Owner", "Changed"].map(|word| (word.to_ascii_lowercase(), word.to_owned())).to_vec();
    vec![
        section(
            "button",
            "Button",
            "One primary action at most. A button that can't be used stays where it is and says why.",
            states(vec![
                ("Plain", view! { <Button id="button-plain" label="Compare"/> }.into_any()),
                ("Primary", view! { <Button id="button-primary" label="Register" kind=ButtonKind::Primary/> }.into_any()),
                ("Danger", view! { <Button id="button-danger" label="Unregister" kind=ButtonKind::Danger/> }.into_any()),
                ("Quiet, with an icon", view! { <Button id="button-quiet" label="Copy" kind=ButtonKind::Quiet icon="copy"/> }.into_any()),
                ("Busy", view! { <Button id="button-busy" label="Registering" kind=ButtonKind::Primary busy=true/> }.into_any()),
                ("Not now", view! { <Button id="button-off" label="Unregister" reason="Only its owners may do this."/> }.into_any()),
            ]),
        ),
        section(
            "field",
            "Field",
            "The label stays. What to write stands below the field before anybody writes, and what is wrong after.",
            states(vec![
                ("Empty", view! { <Field id="field-empty" name="empty" label="Address" hint="Of a file or a folder on a Git host." required=true/> }.into_any()),
                ("Filled, optional", view! { <Field id="field-filled" name="filled" label="Name of the view" value="Ours, in production"/> }.into_any()),
                ("Wrong", view! { <Field id="field-wrong" name="wrong" label="Address" value="example" error="This is no address. It begins with https://." required=true/> }.into_any()),
            ]),
        ),
        section(
            "select",
            "Select",
            "The control of the reader's system, for a few choices of which one holds.",
            states(vec![("One chosen", view! { <Select id="select-sort" name="sort" label="Sort by" options chosen="owner"/> }.into_any())]),
        ),
        section(
            "combobox",
            "Combobox",
            "For one of many. It suggests while one types; arrow keys walk, Enter takes, Esc closes. Without scripts it is a plain field.",
            (),
        ),
        section(
            "filter",
            "Filter",
            "Choices with their counts, and what is chosen as chips that can be taken away.",
            view! { <div class="narrow">{facet()}</div>{chips()} },
        ),
        section(
            "menu",
            "Menu",
            "Actions and views that are not needed all the time. Arrow keys walk the list, Esc closes it, and the focus returns to the button.",
            (),
        ),
        section(
            "tooltip",
            "Tooltip",
            "An explanation on request, by a click or a key. What everybody needs to know is never hidden in one.",
            view! {
                <p class="with-sign">
                    "3 orphans"
                    <Tooltip id="about-orphans" label="About orphans" text="Entities whose file no registered location names any more."/>
                </p>
            },
        ),
        section(
            "dialog",
            "Dialog",
            "A question that has to be answered first. The focus goes in, stays in, and comes back.",
            (),
        ),
        section("drawer", "Drawer", "A closer look without leaving the page. Esc or a click beside it closes it.", ()),
        section(
            "toast",
            "Toast",
            "Says that something was done and takes it back. It stays 12 seconds, and as long as the pointer or the focus is on it. F8 goes to it.",
            (),
        ),
    ]
}

fn facet() -> impl IntoView {
    let choice = |label: &str, count, chosen| Choice {
        value: label.to_owned(),
        label: label.to_owned(),
        count,
        chosen,
    };
    let choices = vec![choice("Component", 42, true), choice("API", 17, false), choice("System", 6, false)];
    view! { <FacetGroup title="Kind" name="kind" choices/> }
}

fn chips() -> impl IntoView {
    let chip = |title: &str, value: &str| (title.to_owned(), value.to_owned(), "#filter".to_owned());
    view! { <Chips chips=vec![chip("Kind", "Component"), chip("Owner", "Payments")] clear="#filter".to_owned()/> }
}
